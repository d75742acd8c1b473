"""The engine in plain Python, one number at a time: it defines what happens.

A chunk is a run of records. In a stream (`columns` is None) a record is a line and its candidates
are its words; in delimited data they are the cells of the chosen columns. Each candidate is
rewritten on its own, and what did not change is spliced back as it was.
"""

from __future__ import annotations

import re
from itertools import accumulate, chain
from operator import ne

from leakyrelu_cli import core, formats, numerals, records
from leakyrelu_cli.contract import (
    FAULTS_KEPT,
    FIELD_COUNT,
    GRADIENT,
    NOT_A_NUMBER,
    OUT_OF_RANGE,
    START,
    TOO_SHORT,
    UNCLOSED,
    Columns,
    Fault,
    Result,
    Rule,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Rewrite = Callable[[bytes], bytes | None]
    """From a word or cell to its new text; None if it is not a number that can be written."""

    Candidate = tuple[int, int, int]
    """Field, start and end in the chunk; an end below 0 is -kind of what is wrong with the record at start."""


BLANK_LINES = (b"\n", b"\r\n", b"\r")  # the last one only where the chunk ends with it


def convert(chunk: bytes, columns: Columns | None, rule: Rule) -> Result:
    """Rewrite a chunk of whole records by the rule."""
    rewrite = rewriter(rule)
    if columns is None:
        pieces = re.split(rb"([^%s]+)" % numerals.SEPARATORS, chunk)
        (data, changed, faults), count = _rewrite_pieces(pieces, 2, (0,), rewrite), 0
    elif columns.width is None:
        data, changed, faults, count = _convert_cells(chunk, columns, _in_cell(rewrite))
    else:
        data, changed, faults, count = _append(chunk, columns, _in_cell(rewrite))
    if faults and rule.abort:
        good = convert(chunk[: _record_start(chunk, faults[0][1], columns)], columns, rule)
        return Result(good.data, good.changed, good.records, good.lines, 1, _located(chunk, faults[:1], columns))
    kept = _located(chunk, faults[:FAULTS_KEPT], columns)
    return Result(data, changed, count, chunk.count(b"\n"), len(faults), kept)


def rewriter(rule: Rule) -> Rewrite:
    """The function from a word to its new text; None if it is not a number that can be written."""
    if rule.decimal:
        from leakyrelu_cli import decimals  # noqa: PLC0415 -- decimal is slow to import

        return decimals.rewriter(rule)
    alpha = float(rule.alpha)
    function = core.OPERATIONS[rule.operation]
    write = formats.float_writer(rule.conversion) if rule.conversion else numerals.canonical
    keep = rule.conversion is None and rule.operation != GRADIENT
    parse = numerals.parse

    def rewrite(word: bytes) -> bytes | None:
        z = parse(word)
        if z is None:
            return None
        if keep and z > 0:  # no operation changes a positive number
            return word
        value = function(z, alpha)
        unchanged = value == z or (value != value and z != z)  # noqa: PLR0124 -- both are NaN
        return word if keep and unchanged else write(value)

    return rewrite


def _in_cell(rewrite: Rewrite) -> Rewrite:
    """Rewrite the number in a cell; quotes and blanks stay, and a missing value passes."""

    def rewrite_cell(cell: bytes) -> bytes | None:
        if cell[:1] != b'"':
            new = rewrite(cell)
            if new is not None:
                return new
        word = records.bare(cell)
        if not word:
            return cell
        new = rewrite(word)
        return None if new is None else cell.replace(word, new, 1)

    return rewrite_cell


def _rewrite_pieces(
    pieces: list[bytes], stride: int, fields: tuple[int, ...], rewrite: Rewrite
) -> tuple[bytes, int, list[Candidate]]:
    """Rewrite a chunk that is cut into pieces: the new chunk, how many changed, the faults.

    In every run of `stride` pieces, each second one holds the candidate of the next of the fields.
    Whole columns of pieces go through `map`, since a loop in Python would take most of the time.
    """
    original = pieces.copy()
    changed = 0
    bad: list[int] = []
    for first in range(1, 2 * len(fields), 2):
        old = pieces[first::stride]
        new = list(map(rewrite, old))
        if None in new:
            bad += (first + stride * n for n, text in enumerate(new) if text is None)
            new = [before if after is None else after for before, after in zip(old, new, strict=True)]
        changed += sum(map(ne, old, new))
        pieces[first::stride] = new  # type: ignore[assignment]  # no None is left
    ends = list(accumulate(map(len, original))) if bad else []
    faults = [(fields[n % stride // 2], ends[n] - len(original[n]), ends[n]) for n in sorted(bad)]
    return b"".join(pieces), changed, faults


def _convert_cells(chunk: bytes, columns: Columns, rewrite: Rewrite) -> tuple[bytes, int, list[Candidate], int]:
    """Rewrite the chosen cells in place: piece by piece where all records have them, else one by one."""
    pattern = _piece_pattern(columns)
    stride = pattern.groups
    pieces = list(chain.from_iterable(pattern.findall(chunk)))
    others = pieces[stride - 1 :: stride]
    if any(others):
        count = sum(record not in BLANK_LINES for record in others)
        return *_replace(chunk, _cells(chunk, columns), rewrite), count
    return *_rewrite_pieces(pieces, stride, columns.positions, rewrite), len(others)


def _piece_pattern(columns: Columns) -> re.Pattern[bytes]:
    """A record as groups: what stands before a chosen cell, the cell, and so on, and the rest.

    The last group is a whole record that lacks a chosen cell, is blank, is never closed, or holds a
    CR behind a chosen cell as data.
    """
    any_field, stop = records.field_pattern(columns.delimiter), re.escape(columns.delimiter)
    field = records.closed_field_pattern(columns.delimiter)
    cell = records.closed_field_pattern(columns.delimiter, b"\r")
    line_end = rb"(?:\n|\Z)"
    first, *others = columns.positions
    chosen = rb"((?:%s%s){%d})(%s)" % (field, stop, first, cell)
    for previous, position in zip(columns.positions, others, strict=False):
        chosen += rb"((?:%s%s){%d}%s)(%s)" % (stop, field, position - previous - 1, stop, cell)
    rest = rb"((?>(?:%s%s)*)\r?%s)" % (stop, field, line_end)
    other = rb"(%s(?>(?:%s%s)*)%s)" % (any_field, stop, any_field, line_end)
    return re.compile(rb"(?!\Z)(?:(?!\r?%s)%s%s|%s)" % (line_end, chosen, rest, other))


def _cells(chunk: bytes, columns: Columns) -> Iterator[Candidate]:
    """The chosen cells of every record, in order; a cell that a record lacks is `TOO_SHORT`."""
    for match in _record_pattern(columns).finditer(chunk):
        if match.lastindex:
            yield from _chosen(chunk, match, columns)
        else:
            yield from _ragged(chunk, *match.span(), columns)


def _chosen(chunk: bytes, match: re.Match[bytes], columns: Columns) -> Iterator[Candidate]:
    for group, field in enumerate(columns.positions, 1):
        start, end = match.span(group)
        at_line_end = chunk[end : end + 1] in (b"", b"\n")
        yield field, start, records.content_end(chunk, start, end) if at_line_end else end


def _ragged(chunk: bytes, start: int, end: int, columns: Columns) -> Iterator[Candidate]:
    end = records.content_end(chunk, start, end)
    if start == end:
        return
    at, spans = start, []
    for raw in records.fields(chunk[start:end], columns.delimiter):
        spans.append((at, at + len(raw)))
        at += len(raw) + 1
    for field in columns.positions:
        yield (field, *spans[field]) if field < len(spans) else (field, start, -TOO_SHORT)


def _record_pattern(columns: Columns) -> re.Pattern[bytes]:
    """A record with its line ending; the chosen cells are groups.

    There are none in a blank line, a record that lacks one of them, and, to append, one of another
    number of fields.
    """
    field, stop = records.field_pattern(columns.delimiter), re.escape(columns.delimiter)
    more = rb"(?:%s%s)" % (stop, field)
    first, *others = columns.positions
    chosen = rb"(?:%s%s){%d}(%s)" % (field, stop, first, field)
    for previous, position in zip(columns.positions, others, strict=False):
        chosen += rb"%s{%d}%s(%s)" % (more, position - previous - 1, stop, field)
    rest = (
        rb"(?>%s*)" % more if columns.width is None else rb"%s{%d}" % (more, columns.width - columns.positions[-1] - 1)
    )
    line_end = rb"(?:\n|\Z)"
    return re.compile(
        rb"(?!\Z)(?:(?!\r?%s)%s%s%s|%s(?>%s*)%s)" % (line_end, chosen, rest, line_end, field, more, line_end)
    )


def _replace(chunk: bytes, candidates: Iterator[Candidate], rewrite: Rewrite) -> tuple[bytes, int, list[Candidate]]:
    """Splice the new texts in place of the old: the new chunk, how many changed, the faults."""
    pieces: list[bytes] = []
    faults: list[Candidate] = []
    last = 0
    for candidate in candidates:
        _, start, end = candidate
        old = chunk[start:end]
        new = rewrite(old) if end >= 0 else None
        if new is None:
            faults.append(candidate)
        elif new != old:
            pieces += (chunk[last:start], new)
            last = end
    changed = len(pieces) // 2
    pieces.append(chunk[last:])
    return b"".join(pieces), changed, faults


def _append(chunk: bytes, columns: Columns, rewrite: Rewrite) -> tuple[bytes, int, list[Candidate], int]:
    """Copy the chosen cells, rewritten, to the end of each record."""
    pieces: list[bytes] = []
    faults: list[Candidate] = []
    last = changed = count = 0
    unclosed = records.split(chunk, START, columns.delimiter)[1] == records.QUOTED
    for match in _record_pattern(columns).finditer(chunk):
        start, end = match.start(), records.content_end(chunk, *match.span())
        count += start < end
        if unclosed and match.end() == len(chunk):
            faults.append((0, start, -UNCLOSED))
        elif match.lastindex:
            pieces.append(chunk[last:end])
            last = end
            for candidate in _chosen(chunk, match, columns):
                old = chunk[candidate[1] : candidate[2]]
                new = rewrite(old)
                if new is None:
                    faults.append(candidate)
                changed += new is not None and new != old
                pieces += (columns.delimiter, records.as_last(old if new is None else new, columns.delimiter))
        elif start < end:
            faults.append((0, start, -FIELD_COUNT))
    pieces.append(chunk[last:])
    return b"".join(pieces), changed, faults, count


def _record_start(chunk: bytes, position: int, columns: Columns | None) -> int:
    """Where the record that holds the position starts."""
    if columns is None:
        return chunk.rfind(b"\n", 0, position) + 1
    return records.split(chunk[:position], START, columns.delimiter)[0]


def _located(chunk: bytes, candidates: list[Candidate], columns: Columns | None) -> tuple[Fault, ...]:
    return tuple(_fault(chunk, *candidate, in_cell=columns is not None) for candidate in candidates)


def _fault(chunk: bytes, field: int, start: int, end: int, *, in_cell: bool) -> Fault:
    line = chunk.count(b"\n", 0, start)
    if end < 0:
        return Fault(-end, line, field, start, start)
    text = chunk[start:end]
    word = records.bare(text) if in_cell else text
    kind = NOT_A_NUMBER if numerals.parse(word) is None else OUT_OF_RANGE
    start += text.index(word, in_cell and records.is_quoted(text))
    return Fault(kind, line, field, start, start + len(word))
