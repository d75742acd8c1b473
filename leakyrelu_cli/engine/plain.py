"""The engine in plain Python: it defines what happens, in one way, a record at a time.

A record is cut into fields. Those in which there has to be a number are rewritten, each on its own, and
the fields are put together again; so every other byte stays. What the fields are, and which of them are
rewritten, is the layout: of a stream `_words`, of delimited data `_cells` or, to append, `_copies`.
"""

from __future__ import annotations

import re
from io import BytesIO

from leakyrelu_cli import core
from leakyrelu_cli.core import GRADIENT
from leakyrelu_cli.engine import formats, numerals, records
from leakyrelu_cli.engine.contract import (
    FAULTS_KEPT,
    FIELD_COUNT,
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
    from collections.abc import Callable, Iterator, Sequence

    Wrong = list[tuple[int, int]]
    """Fields, each with the kind of its fault."""

    LaidOut = tuple[list[bytes], bytes, Sequence[int], Wrong]
    """A record's fields as they go out, its line ending, which fields are to be rewritten, and what is wrong so far."""

    Rewrite = Callable[[bytes], bytes | None]
    """From a word or cell to its new text; None if it is not a number that can be written."""


def convert(chunk: bytes, columns: Columns | None, rule: Rule) -> Result:
    """Rewrite a chunk of whole records by the rule; of a stream, if `columns` is None."""
    lay_out, glue = _layout(chunk, columns), b"" if columns is None else columns.delimiter
    rewrite = rewriter(rule) if columns is None else _in_cell(rewriter(rule))
    done: list[bytes] = []
    faults: list[Fault] = []
    start = changed = count = fault_count = 0
    for record in BytesIO(chunk) if columns is None else records.each(chunk, columns.delimiter):
        fields, ending, chosen, wrong = lay_out(record)
        edits = 0
        for n in chosen:
            text = rewrite(fields[n])
            if text is None:
                wrong.append((n, NOT_A_NUMBER))
            elif text != fields[n]:
                fields[n] = text
                edits += 1
        if wrong:
            fault_count += len(wrong)
            old = lay_out(record)[0]  # the fields before any was rewritten
            faults += _located(chunk, start, old, sorted(wrong)[: FAULTS_KEPT - len(faults)], columns)
            if rule.abort:
                fault_count, faults = 1, faults[:1]
                break
        done += (glue.join(fields), ending)
        changed += edits
        count += columns is not None and fields != [b""]  # a blank line is no record
        start += len(record)
    return Result(b"".join(done), changed, count, chunk.count(b"\n", 0, start), fault_count, tuple(faults))


def _layout(chunk: bytes, columns: Columns | None) -> Callable[[bytes], LaidOut]:
    if columns is None:
        return _words()
    return _cells(columns) if columns.width is None else _copies(columns, columns.width, chunk)


def _words() -> Callable[[bytes], LaidOut]:
    """A line's fields are separators, its ending among them, and words in turn: the words are rewritten."""
    cut = re.compile(rb"([^%s]+)" % numerals.SEPARATORS).split

    def lay_out(line: bytes) -> LaidOut:
        fields = cut(line)  # the first is a separator, if only an empty one
        return fields, b"", range(1, len(fields), 2), []

    return lay_out


def _cells(columns: Columns) -> Callable[[bytes], LaidOut]:
    """The chosen cells are rewritten where they are; all behind them is one field."""
    cut = records.cutter(columns.delimiter, columns.positions[-1] + 1)

    def lay_out(record: bytes) -> LaidOut:
        content = records.content(record)
        fields, ending = cut(content), record[len(content) :]
        if not content:
            return fields, ending, (), []
        chosen = [n for n in columns.positions if n < len(fields)]
        return fields, ending, chosen, [(n, TOO_SHORT) for n in columns.positions[len(chosen) :]]

    return lay_out


def _copies(columns: Columns, width: int, chunk: bytes) -> Callable[[bytes], LaidOut]:
    """Behind the fields come copies of the chosen cells, and these are rewritten."""
    cut = records.cutter(columns.delimiter, width)
    last, state = records.split(chunk, START, columns.delimiter)
    unclosed = chunk[last:] if state == records.QUOTED else None  # an equal one before it would not have ended there

    def lay_out(record: bytes) -> LaidOut:
        content = records.content(record)
        fields, ending = cut(content), record[len(content) :]
        if not content:
            return fields, ending, (), []
        if record == unclosed or len(fields) != width:
            return fields, ending, (), [(0, UNCLOSED if record == unclosed else FIELD_COUNT)]
        copies = [records.as_last(fields[n], columns.delimiter) for n in columns.positions]
        return fields + copies, ending, range(width, width + len(copies)), []

    return lay_out


def rewriter(rule: Rule) -> Rewrite:
    """The function from a word to its new text; None if it is not a number that can be written."""
    if rule.decimal:
        from leakyrelu_cli.engine import decimals  # noqa: PLC0415 -- decimal is slow to import

        return decimals.rewriter(rule)
    alpha = float(rule.alpha)
    function = core.OPERATIONS[rule.operation]
    write = formats.float_writer(rule.conversion) if rule.conversion else numerals.canonical
    keep = rule.conversion is None and rule.operation != GRADIENT

    def rewrite(word: bytes) -> bytes | None:
        z = numerals.parse(word)
        if z is None:
            return None
        value = function(z, alpha)
        unchanged = value == z or (value != value and z != z)  # noqa: PLR0124 -- both are NaN
        return word if keep and unchanged else write(value)

    return rewrite


def _in_cell(rewrite: Rewrite) -> Rewrite:
    """The same from a cell to its new text: quotes and blanks stay, and so does a missing value."""

    def rewrite_cell(cell: bytes) -> bytes | None:
        word = records.bare(cell)
        if not word:
            return cell
        new = rewrite(word)
        # The word is where its text is first: before it are only a quote and blanks, and a number holds neither.
        return None if new is None else cell.replace(word, new, 1)

    return rewrite_cell


def _located(chunk: bytes, start: int, fields: list[bytes], wrong: Wrong, columns: Columns | None) -> Iterator[Fault]:
    """What is wrong with the record at `start`: words in it, or all of it."""
    for n, kind in wrong:
        field, offset, word = _word(fields, n, columns) if kind == NOT_A_NUMBER else (n, 0, b"")
        at = start + offset
        is_number = numerals.parse(word) is not None
        yield Fault(OUT_OF_RANGE if is_number else kind, chunk.count(b"\n", 0, at), field, at, at + len(word))


def _word(fields: list[bytes], n: int, columns: Columns | None) -> tuple[int, int, bytes]:
    """The field that a word is called by, where in its record it begins, and itself."""
    if columns is None:
        return 0, sum(map(len, fields[:n])), fields[n]
    if columns.width is not None:  # it stands in a copy
        n = columns.positions[n - columns.width]
    word = records.bare(fields[n])
    inside = fields[n].index(word, records.is_quoted(fields[n]))  # behind the quote, for the word may be one, too
    return n, len(columns.delimiter.join([*fields[:n], b""])) + inside, word
