"""The engine in plain Python: it defines what happens, in one way, a record at a time.

A record is cut into fields. Those in which there has to be a number are rewritten, each on its own, and
the fields are put together again; so every other byte stays. What the fields are, and which of them are
rewritten, is the layout: of a stream `_words`, of delimited data `_cells` or, to append, `_copies`. What becomes
of a word is in `rewriting`.
"""

from __future__ import annotations

import re
from io import BytesIO

from leakyrelu_cli.engine import numerals, quotes, records, rewriting
from leakyrelu_cli.engine.contract import (
    FAULTS_KEPT,
    FIELD_COUNT,
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

    LayOut = Callable[[bytes], LaidOut]


def convert(chunk: bytes, columns: Columns | None, rule: Rule) -> Result:
    """Rewrite a chunk of whole records by the rule; of a stream, if `columns` is None."""
    assert columns is not None or not (rule.decimal_comma or rule.thousands)  # noqa: S101 -- a comma parts words
    lay_out, glue = _layout(columns), b"" if columns is None else columns.delimiter
    rewrite, na = rewriting.rewriter(rule), rule.na
    blank, comment = ((), None) if columns is None else (records.BLANK, columns.comment)
    done: list[bytes] = []
    faults: list[Fault] = []
    start = changed = missed = count = fault_count = 0
    size = len(chunk)
    for record in BytesIO(chunk) if columns is None else records.each(chunk, columns.delimiter, columns.comment):
        end = start + len(record)
        if record in blank or (comment is not None and record.startswith(comment)):
            done.append(record)
            start = end
            continue
        if end == size and columns is not None:  # the last one, which alone may end inside quotes
            lay_out = _layout_of_last(record, columns, lay_out)
        fields, ending, chosen, wrong = lay_out(record)
        edits = gaps = 0
        for n in chosen:
            word = fields[n] if columns is None else records.bare(fields[n])
            if not word or word in na:
                gaps += 1
            elif (text := rewrite(word)) is None:
                wrong.append((n, rewriting.fault(word, rule)))
            elif text != word:
                fields[n] = _put(fields[n], word, text, columns)
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
        missed += gaps
        count += columns is not None
        start = end
    return Result(b"".join(done), changed, missed, count, chunk.count(b"\n", 0, start), fault_count, tuple(faults))


def _layout(columns: Columns | None) -> LayOut:
    if columns is None:
        return _words()
    return _cells(columns) if columns.width is None else _copies(columns, columns.width)


def _layout_of_last(record: bytes, columns: Columns, whole: LayOut) -> LayOut:
    is_unclosed = records.split(record, START, columns.delimiter)[1] == records.QUOTED
    return (lambda record: _unclosed(record, columns)) if is_unclosed else whole


def _words() -> LayOut:
    """A line's fields are separators, its ending among them, and words in turn: the words are rewritten."""
    cut = re.compile(rb"([^%s]+)" % re.escape(numerals.SEPARATORS)).split

    def lay_out(line: bytes) -> LaidOut:
        fields = cut(line)  # the first is a separator, if only an empty one
        return fields, b"", range(1, len(fields), 2), []

    return lay_out


def _cells(columns: Columns) -> LayOut:
    """The chosen cells are rewritten where they are; all behind them is one field."""
    last = columns.positions[-1]
    cut = quotes.cutter(columns.delimiter, last + 1)

    def lay_out(record: bytes) -> LaidOut:
        content = records.content(record)
        fields = cut(content)
        if len(fields) > last:
            return fields, record[len(content) :], columns.positions, []
        chosen = [n for n in columns.positions if n < len(fields)]
        return fields, record[len(content) :], chosen, [(n, TOO_SHORT) for n in columns.positions[len(chosen) :]]

    return lay_out


def _copies(columns: Columns, width: int) -> LayOut:
    """Behind the fields come copies of the chosen cells, and these are rewritten."""
    cut = quotes.cutter(columns.delimiter, width)

    def lay_out(record: bytes) -> LaidOut:
        content = records.content(record)
        fields, ending = cut(content), record[len(content) :]
        if len(fields) != width:
            return fields, ending, (), [(0, FIELD_COUNT)]
        copies = [records.as_last(fields[n], columns.delimiter) for n in columns.positions]
        return fields + copies, ending, range(width, width + len(copies)), []

    return lay_out


def _unclosed(record: bytes, columns: Columns) -> LaidOut:
    """A record whose last field is not closed: nobody knows what is in it or behind it, and so nothing is appended."""
    content = records.content(record)
    fields = records.fields(content, columns.delimiter)
    last = len(fields) - 1
    chosen = [n for n in columns.positions if n < last and columns.width is None]
    return fields, record[len(content) :], chosen, [(last, UNCLOSED)]


def _put(field: bytes, word: bytes, text: bytes, columns: Columns | None) -> bytes:
    """The field with the text for the word; in quotes, if it would else be several."""
    # The word is where its text is first: before it are only a quote and blanks, and no number begins with either.
    new = field.replace(word, text, 1)
    is_several = columns is not None and columns.delimiter in text and not records.is_quoted(field)
    return b'"%s"' % new if is_several else new


def _located(chunk: bytes, start: int, fields: list[bytes], wrong: Wrong, columns: Columns | None) -> Iterator[Fault]:
    """What is wrong with the record at `start`: words in it, its last field, or all of it."""
    for n, kind in wrong:
        field, offset, text = (n, 0, b"") if kind in (TOO_SHORT, FIELD_COUNT) else _part(fields, n, kind, columns)
        at = start + offset
        yield Fault(kind, chunk.count(b"\n", 0, at), field, at, at + len(text))


def _part(fields: list[bytes], n: int, kind: int, columns: Columns | None) -> tuple[int, int, bytes]:
    """The field by which a fault is called, where in its record what is wrong begins, and itself."""
    if columns is None:
        return 0, sum(map(len, fields[:n])), fields[n]
    if columns.width is not None and kind != UNCLOSED:  # it stands in a copy
        n = columns.positions[n - columns.width]
    before = len(columns.delimiter.join([*fields[:n], b""]))
    if kind == UNCLOSED:
        return n, before, fields[n]
    word = records.bare(fields[n])
    inside = fields[n].index(word, records.is_quoted(fields[n]))  # behind the quote, for the word may be one, too
    return n, before + inside, word
