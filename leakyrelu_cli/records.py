"""The grammar of delimited records: RFC 4180 as Python's ``csv`` reads it in its default dialect.

A record ends at LF or CRLF outside quotes; a lone CR is data. A field is quoted if its first byte
is a quote; inside, ``""`` stands for a quote, and what follows the closing quote is data. Unlike
``csv``, fields may have any length, and everything is bytes in any ASCII-compatible encoding.
"""

from __future__ import annotations

import re

from leakyrelu_cli.contract import START

BARE, QUOTED, QUOTE = 1, 2, 3
"""Beside START, the states between two bytes: in unquoted data, in quotes, after a quote in quotes."""

LF, CR, DOUBLE_QUOTE = b"\n\r" + b'"'
BLANKS = b" \t"


def split(block: bytes, state: int, delimiter: bytes) -> tuple[int, int]:
    """Where the last record of the block ends (0: none does), and the state at the block's end.

    Each byte is looked at twice at most, however the input is cut, so long records take linear time.
    """
    opening = re.compile(rb'[%s\n]"' % re.escape(delimiter))
    # At once over the whole records; what follows them is the beginning of one.
    position = end = _whole_records(block, delimiter) if state == START else 0
    while position < len(block):
        if state == QUOTE:  # either the first half of "" or the end of the quotes
            again = block[position] == DOUBLE_QUOTE
            position, state = (position + 1, QUOTED) if again else (position, BARE)
        elif state == QUOTED:
            quote = block.find(b'"', position)
            if quote < 0:
                return end, QUOTED
            position, state = quote + 1, QUOTE
        elif state == START and block[position] == DOUBLE_QUOTE:
            position, state = position + 1, QUOTED
        else:
            match = opening.search(block, position)
            stop = match.end() - 1 if match else len(block)
            end = max(end, block.rfind(b"\n", position, stop) + 1)
            position = match.end() if match else stop
            state = QUOTED if match else START if block[-1:] in (b"\n", delimiter) else BARE
    return end, state


def first_end(chunk: bytes, delimiter: bytes, start: int = 0) -> int:
    """Where the first record of a chunk of whole records, or the one at `start`, ends."""
    state = START
    while start < len(chunk):
        stop = chunk.find(b"\n", start) + 1 or len(chunk)
        if state == START and chunk.find(b'"', start, stop) < 0:
            return stop
        end, state = split(chunk[start:stop], state, delimiter)
        if end:
            return stop
        start = stop
    return len(chunk)


def field_pattern(delimiter: bytes) -> bytes:
    """A regular expression for one raw field, quotes included. It cannot fail, and never backtracks.

    Groups are repeated greedily inside an atomic group, not possessively: that is wrong in Python
    before 3.11.5 (python/cpython#106052).
    """
    stop = re.escape(delimiter)
    return rb'(?>"(?>(?:[^"]+|"")*)"?[^%s\n]*|[^%s\n]*)' % (stop, stop)


def closed_field_pattern(delimiter: bytes, also: bytes = b"") -> bytes:
    """The same, but it fails where the quotes are never closed; it ends before what is `also` given, too."""
    stop = re.escape(delimiter) + also
    return rb'(?>"(?>(?:[^"]+|"")*)"[^%s\n]*|(?!")[^%s\n]*)' % (stop, stop)


def _whole_records(block: bytes, delimiter: bytes) -> int:
    """Where the whole records at the beginning of the block end."""
    field, stop = field_pattern(delimiter), re.escape(delimiter)
    match = re.match(rb"(?>(?:%s(?>(?:%s%s)*)\n)*)" % (field, stop, field), block)
    assert match is not None  # noqa: S101 -- the pattern matches no record at all
    return match.end()


def fields(record: bytes, delimiter: bytes) -> list[bytes]:
    """The raw fields of one record without its line ending."""
    pattern = re.compile(field_pattern(delimiter))
    found, position = [], 0
    while True:
        match = pattern.match(record, position)
        assert match is not None  # noqa: S101 -- the pattern matches the empty field
        found.append(match[0])
        position = match.end() + 1
        if position > len(record):
            return found


def value(field: bytes) -> bytes:
    """What a raw field stands for, as ``csv`` gives it."""
    if field[:1] != b'"':
        return field
    inside = re.match(rb'(?>(?:[^"]+|"")*)', field[1:])
    assert inside is not None  # noqa: S101 -- the pattern matches the empty text
    return inside[0].replace(b'""', b'"') + field[inside.end() + 2 :]


def quote(text: bytes, delimiter: bytes, *, always: bool) -> bytes:
    """A raw field that stands for the text."""
    if always or text[:1] == b'"' or any(byte in text for byte in (delimiter, b"\n", b"\r")):
        return b'"' + text.replace(b'"', b'""') + b'"'
    return text


def as_last(field: bytes, delimiter: bytes) -> bytes:
    """The raw field as it may stand at the end of a record: there, a CR behind it would be a line ending."""
    return quote(value(field), delimiter, always=True) if field.endswith(b"\r") else field


def bare(cell: bytes) -> bytes:
    """The cell without surrounding quotes and, inside them, blanks."""
    return (cell[1:-1] if is_quoted(cell) else cell).strip(BLANKS)


def is_quoted(cell: bytes) -> bool:
    """Whether the cell stands between quotes."""
    return len(cell) > 1 and cell[0] == cell[-1] == DOUBLE_QUOTE


def content_end(data: bytes, start: int, end: int) -> int:
    """Where a record's content ends: before its LF or CRLF, or a CR at the end of the data."""
    if end > start and data[end - 1] == LF:
        end -= 1
    return end - 1 if end > start and data[end - 1] == CR else end
