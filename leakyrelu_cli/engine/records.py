"""The grammar of delimited records: RFC 4180 as Python's ``csv`` reads it in its default dialect.

A record ends at LF or CRLF outside quotes; a lone CR is data. A field is quoted if its first byte
is a quote; inside, ``""`` stands for a quote, and what follows the closing quote is data. Unlike
``csv``, fields may have any length, and everything is bytes in any ASCII-compatible encoding. If there is
a comment byte, a record that begins with it is a line up to its LF, whatever quotes it holds.
"""

from __future__ import annotations

import re
from io import BytesIO

from leakyrelu_cli.engine.contract import START

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

FIELD, BARE, QUOTED, QUOTE, COMMENT = range(1, 6)
"""Beside START, the states between two bytes: at the start of a field behind the first, in unquoted data, in
quotes, after a quote in quotes, in a comment."""

DOUBLE_QUOTE = ord('"')
BLANKS = b" \t"

BLANK = (b"\n", b"\r\n", b"\r")
"""The records that hold nothing but their ending; they are none."""

GROUPS = 50
"""Up to how many fields of a record are cut off by one match: a pattern of more takes long to compile."""

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
    if b'"' not in chunk:
        return BytesIO(chunk)
    return (match[0] for match in re.finditer(rb"(?!\Z)" + _record(delimiter, comment), chunk))


def first_end(chunk: bytes, delimiter: bytes, start: int = 0, comment: bytes | None = None) -> int:
    """Where the first record or comment of a chunk of whole ones, or the one at `start`, ends."""
    match = re.compile(_record(delimiter, comment)).match(chunk, start)
    assert match is not None  # noqa: S101 -- the pattern matches no record at all
    return match.end()


def cutter(delimiter: bytes, most: int | None = None) -> Callable[[bytes], list[bytes]]:
    """The function that cuts the content of a record into raw fields; behind the first `most`, the rest is one."""
    field, stop = _field(delimiter), re.escape(delimiter)
    each_field = re.compile(rb"(?:\A|%s)(%s)" % (stop, field))

    def all_of(content: bytes) -> list[bytes]:
        return each_field.findall(content) if b'"' in content else content.split(delimiter)

    if most is None:
        return all_of
    if most > GROUPS:
        return lambda content: _with_rest(all_of(content), most, delimiter)
    first = re.compile(rb"(%s)" % field + rb"(?:%s(%s))?" % (stop, field) * (most - 1))

    def cut(content: bytes) -> list[bytes]:
        if b'"' not in content:
            return content.split(delimiter, most)
        match = first.match(content)
        assert match is not None  # noqa: S101 -- the pattern matches the empty field
        found = [*match.groups()]
        if match.end() < len(content):
            found.append(content[match.end() + 1 :])
        return found[: match.lastindex] if found[-1] is None else found

    return cut


def _with_rest(found: list[bytes], most: int, delimiter: bytes) -> list[bytes]:
    """The fields, all behind the first `most` put together again."""
    return found if len(found) <= most else [*found[:most], delimiter.join(found[most:])]


def fields(record: bytes, delimiter: bytes) -> list[bytes]:
    """The raw fields of one record without its line ending."""
    return cutter(delimiter)(record)


# Nothing in these patterns can fail behind the first byte of what is repeated, so nothing is ever tried twice, and
# however long a field or record is, no stack grows. Beware of more: possessive repeats of what can fail further
# behind are wrong in Python before 3.11.5 (python/cpython#106052).

INSIDE = rb'[^"]*(?:""[^"]*)*+'
"""A regular expression for what stands in quotes."""


def _field(delimiter: bytes) -> bytes:
    """A regular expression for one raw field, quotes included, closed or not."""
    return rb'(?:"%s"?)?+[^%s\n]*' % (INSIDE, re.escape(delimiter))


def _record(delimiter: bytes, comment: bytes | None) -> bytes:
    field = _field(delimiter)
    line = b"" if comment is None else rb"%s[^\n]*|" % re.escape(comment)
    return rb"(?:%s%s(?:%s%s)*+)(?:\n|\Z)" % (line, field, re.escape(delimiter), field)


def value(field: bytes) -> bytes:
    """What a raw field stands for, as ``csv`` gives it."""
    if field[:1] != b'"':
        return field
    inside = re.match(INSIDE, field[1:])
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


def content(record: bytes) -> bytes:
    """The record without its line ending: an LF or CRLF, or a CR at the end of the data."""
    return record.removesuffix(b"\n").removesuffix(b"\r")
