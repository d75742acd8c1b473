"""The grammar of delimited records: RFC 4180 as Python's ``csv`` reads it in its default dialect.

A record ends at LF or CRLF outside quotes; a lone CR is data. A field is quoted if its first byte
is a quote; inside, ``""`` stands for a quote, and what follows the closing quote is data. Unlike
``csv``, fields may have any length, and everything is bytes in any ASCII-compatible encoding. If there is
a comment byte, a record that begins with it is a line up to its LF, whatever quotes it holds.
"""

from __future__ import annotations

from io import BytesIO

from leakyrelu_cli.engine import numerals
from leakyrelu_cli.engine.contract import START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from types import ModuleType

FIELD, BARE, QUOTED, QUOTE, COMMENT = range(1, 6)
"""Beside START, the states between two bytes: at the start of a field behind the first, in unquoted data, in
quotes, after a quote in quotes, in a comment."""

DOUBLE_QUOTE = ord('"')

BLANK = (b"\n", b"\r\n", b"\r")
"""The records that hold nothing but their ending; they are none."""

WINDOW = 1 << 16
"""How many bytes `split` takes to pieces at once, for what is full of quotes makes many."""


def split(block: bytes, state: int, delimiter: bytes, comment: bytes | None = None) -> tuple[int, int]:
    """Where the last record of the block ends (0: none does), and the state at the block's end.

    These are the states of an automaton: wherever data is cut, its blocks one after another say what it says whole.
    """
    start = end = 0
    while start < len(block):
        if state == START and comment is not None and block.startswith(comment, start):
            state = COMMENT
        if state == COMMENT:
            stop = block.find(b"\n", start) + 1
            if not stop:
                break
            end, state = stop, START
        else:
            stop = min(start + WINDOW, len(block))
            if comment is not None:  # only behind a line feed may one begin
                stop = block.find(b"\n" + comment, start, stop) + 1 or stop
            found, state = _split(block[start:stop], state, delimiter)
            end = start + found if found else end
        start = stop
    return end, state


def _split(block: bytes, state: int, delimiter: bytes) -> tuple[int, int]:
    """The same of a block that is not empty and holds no comment."""
    pieces = block.split(b'"')
    outside = _outside(pieces, state, delimiter)
    last = len(pieces) - 1
    end = 0
    for n in reversed(outside):
        if newline := pieces[n].rfind(b"\n") + 1:
            end = len(block) - sum(map(len, pieces[n:])) - (last - n) + newline
            break
    if last not in outside[-1:]:
        return end, QUOTED
    if pieces[last]:
        return end, {b"\n": START, delimiter: FIELD}.get(pieces[last][-1:], BARE)
    return end, BARE if last - 1 in outside[-2:] else QUOTE


def _outside(pieces: list[bytes], state: int, delimiter: bytes) -> Sequence[int]:
    """Which of the pieces between quotes are outside of quoted text; the state is that before the first."""
    stops = (b"", b"\n", delimiter)
    # Nearly always it is each second piece: where no quote stands in the midst of data, all open or close. Then each
    # piece before an opening quote ends as a field does, or is what stands between the halves of "": nothing.
    if {piece[-1:] for piece in pieces[state == QUOTED : -1 : 2]}.issubset(stops) and (pieces[0] or state != BARE):
        return range(state == QUOTED, len(pieces), 2)
    found = []
    for n, piece in enumerate(pieces):
        if state == QUOTED:
            state = QUOTE
            continue
        found.append(n)
        if piece:
            state = QUOTED if piece[-1:] in stops else BARE
        elif state != BARE:
            state = QUOTED
    return found


def each(chunk: bytes, delimiter: bytes, comment: bytes | None = None) -> Iterable[bytes]:
    """The records and comments of a chunk of whole ones, one after another, with their line endings."""
    return _quotes().each(chunk, delimiter, comment) if b'"' in chunk else BytesIO(chunk)


def first_end(chunk: bytes, delimiter: bytes, comment: bytes | None = None) -> int:
    """Where the first record or comment of a chunk of whole ones ends."""
    end = chunk.find(b"\n") + 1 or len(chunk)
    return end if chunk.find(b'"', 0, end) < 0 else len(next(_quotes().each(chunk, delimiter, comment)))


def fields(record: bytes, delimiter: bytes) -> list[bytes]:
    """The raw fields of one record without its line ending."""
    return _quotes().cutter(delimiter)(record) if b'"' in record else record.split(delimiter)


def value(field: bytes) -> bytes:
    """What a raw field stands for, as ``csv`` gives it."""
    if field[:1] != b'"':
        return field
    end = _quotes().closing(field)
    return field[1:end].replace(b'""', b'"') + field[end + 1 :]


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
    return (cell[1:-1] if is_quoted(cell) else cell).strip(numerals.BLANKS)


def is_quoted(cell: bytes) -> bool:
    """Whether the cell stands between quotes."""
    return len(cell) > 1 and cell[0] == cell[-1] == DOUBLE_QUOTE


def content(record: bytes) -> bytes:
    """The record without its line ending: an LF or CRLF, or a CR at the end of the data."""
    return record.removesuffix(b"\n").removesuffix(b"\r")


def _quotes() -> ModuleType:
    from leakyrelu_cli.engine import quotes  # noqa: PLC0415 -- re is slow to import, and most data has none

    return quotes
