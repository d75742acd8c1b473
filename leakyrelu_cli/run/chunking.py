"""Blocks of input cut into chunks that end between records, and what a text file begins with."""

from __future__ import annotations

from leakyrelu_cli.engine import choice, numerals
from leakyrelu_cli.engine.contract import START
from leakyrelu_cli.errors import InvalidInput, printable
from leakyrelu_cli.storage import urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.storage.source import File

RECORD_LIMIT = 64 << 20
"""The longest record or word; its bytes are all in memory at once."""

UTF8_BOM = b"\xef\xbb\xbf"


class RecordTooLong(Exception):
    """No record ended within `RECORD_LIMIT` bytes. Who knows the line says where."""

    def __init__(self, what: str, why: str = "") -> None:
        super().__init__(f"{what} longer than {RECORD_LIMIT >> 20} MiB{why}")


def chunks(file: File, delimiter: bytes | None = None, comment: bytes | None = None) -> Iterator[bytes]:
    """The input in chunks of whole records, or words of a stream (no delimiter), each as soon as it is there.

    A record that begins with the comment byte is a line.

    An empty chunk says that the input makes us wait now: time to write whatever is in work.
    """
    pending: list[bytes | memoryview] = []
    held, state = 0, START
    while True:
        if not file.ready():
            yield b""
        block = file.read()
        if not block:
            break
        if delimiter is None:
            end = numerals.cut(block, held)
        else:
            end, state = choice.split(block, state, delimiter, comment)
        if end:
            pending.append(memoryview(block)[:end])  # to be copied but once
            yield b"".join(pending)
            pending, held, block = [], 0, block[end:]
        pending.append(block)
        held += len(block)
        if held > RECORD_LIMIT:
            raise RecordTooLong("a word") if delimiter is None else RecordTooLong("a record", "; an unclosed quote?")
    if rest := b"".join(pending):
        yield rest


def read_bom(file: File) -> bytes:
    """A UTF-8 BOM or nothing, taken off the file's beginning.

    Raises
    ------
    InvalidInput
        If the text is UTF-16 or UTF-32: with a BOM, or by the zeros of its first characters.
    """
    first = b""
    while len(first) < 4 and not _is_short_line(first) and (block := file.read()):
        first += block
    if encoding := wide_encoding(first[:4]):
        raise InvalidInput(f"{file.name}: {advice(encoding, None if file.compression else file.path)}")
    bom = UTF8_BOM if first.startswith(UTF8_BOM) else b""
    file.push_back(first[len(bom) :])
    return bom


def read_lines(file: File, count: int) -> bytes:
    """So many lines, or all there are, taken off the file's beginning.

    Raises
    ------
    InvalidInput
        If they are longer than what can be held.
    """
    taken: list[bytes] = []
    size = 0
    while count and (block := file.read()):
        end = 0
        while count and (newline := block.find(b"\n", end)) >= 0:
            end, count = newline + 1, count - 1
        if count:
            end = len(block)
        taken.append(block[:end])
        file.push_back(block[end:])
        size += end
        if size > RECORD_LIMIT:
            raise InvalidInput(f"{file.name}: the lines to be skipped are longer than {RECORD_LIMIT >> 20} MiB")
    return b"".join(taken)


def _is_short_line(first: bytes) -> bool:
    """Whether this is a line, so that it can be answered although no more is known yet."""
    return first.endswith(b"\n") and 0 not in first


def advice(encoding: str, path: str | None) -> str:
    """What to do about text in it: of a file, if it has a path that can be copied."""
    import shlex  # noqa: PLC0415 -- slow to import, and rarely needed

    is_told = path is not None and path[:1] != "-" and printable(path) == path and not urls.is_url(path)
    name = shlex.quote(str(path)) if is_told else "FILE"
    return f"the text is {encoding}; convert it first: iconv -f {encoding} -t UTF-8 {name}"


def wide_encoding(first: bytes) -> str | None:
    """The encoding that the first four bytes of a text tell, if it is one whose characters are no bytes."""
    if first in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    zeros = "".join("x" if byte else "0" for byte in first)
    return {"x0x0": "UTF-16LE", "0x0x": "UTF-16BE", "x000": "UTF-32LE", "000x": "UTF-32BE"}.get(zeros)
