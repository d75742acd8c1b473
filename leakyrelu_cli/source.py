"""Where bytes come from: operands, standard input and files, cut into chunks that end between records.

With `sink`, the only module that touches file descriptors.
"""

from __future__ import annotations

import os

from leakyrelu_cli import engine
from leakyrelu_cli.contract import START
from leakyrelu_cli.errors import FileError, InvalidInput, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

    from leakyrelu_cli.contract import Columns

    Read = Callable[[], bytes]
    """The next block; empty at the end."""

STANDARD_INPUT = "standard input"
BLOCK = 1 << 18
"""How much to read at once. A slow source gives less, and what is there is handed on at once."""

RECORD_LIMIT = 64 << 20
"""The longest record or word; its bytes are all in memory at once."""

UTF8_BOM = b"\xef\xbb\xbf"


class RecordTooLong(Exception):
    """No record ended within `RECORD_LIMIT` bytes. Who knows the line says where."""

    def __init__(self, columns: Columns | None) -> None:
        size = f"{RECORD_LIMIT >> 20} MiB"
        super().__init__(
            f"a word longer than {size}" if columns is None else f"a record longer than {size}; an unclosed quote?"
        )


def name_of(path: str | None) -> str:
    """How messages call the file; None is standard input."""
    return STANDARD_INPUT if path is None else printable(path)


class File:
    """An open input: a context manager whose `read` gives the next block."""

    def __init__(self, path: str | None, block: int = BLOCK) -> None:
        self.name = name_of(path)
        self._path = path
        self._block = block
        self._descriptor = 0

    def __enter__(self) -> Self:
        if self._path is not None:
            try:
                self._descriptor = os.open(self._path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            except OSError as error:
                raise FileError(self.name, error) from None
        return self

    def __exit__(self, *_: object) -> None:
        if self._path is not None:
            os.close(self._descriptor)

    def read(self) -> bytes:
        """What is there of the next block, waiting for at least a byte; empty at the end."""
        while True:
            try:
                return os.read(self._descriptor, self._block)
            except BlockingIOError:
                wait(self._descriptor, writing=False)
            except OSError as error:
                raise FileError(self.name, error) from None

    def is_terminal(self) -> bool:
        """Whether a person types it."""
        return os.isatty(self._descriptor)


def wait(descriptor: int, *, writing: bool) -> None:
    """Until a non-blocking descriptor, left so by another process, is ready."""
    from select import select  # noqa: PLC0415 -- rarely needed

    select([] if writing else [descriptor], [descriptor] if writing else [], [])


def chunks(read: Read, columns: Columns | None) -> Iterator[bytes]:
    """The input in chunks of whole records, each as soon as it is there."""
    pending: list[bytes] = []
    held, state = 0, START
    while block := read():
        end, state = engine.split(block, state, columns)
        if end:
            pending.append(block[:end])
            yield b"".join(pending)
            pending, held, block = [], 0, block[end:]
        pending.append(block)
        held += len(block)
        if held > RECORD_LIMIT:
            raise RecordTooLong(columns)
    if rest := b"".join(pending):
        yield rest


def after_bom(read: Read, name: str) -> tuple[bytes, Read]:
    """A UTF-8 BOM or nothing, and the function that reads what follows it.

    Raises
    ------
    InvalidInput
        If the text is UTF-16 or UTF-32: with a BOM, or by the zeros of its first characters.
    """
    first = b""
    while len(first) < 4 and not _is_short_line(first) and (block := read()):
        first += block
    if encoding := _wide_encoding(first[:4]):
        message = f"{name}: the text is {encoding}; convert it first: iconv -f {encoding} -t UTF-8"
        raise InvalidInput(message)
    bom = UTF8_BOM if first.startswith(UTF8_BOM) else b""
    rest = [first[len(bom) :]]
    return bom, lambda: rest.pop() or read() if rest else read()


def _is_short_line(first: bytes) -> bool:
    """Whether this is a line, so that it can be answered although no more is known yet."""
    return first.endswith(b"\n") and 0 not in first


def _wide_encoding(first: bytes) -> str | None:
    if first in (b"\xff\xfe\0\0", b"\0\0\xfe\xff"):
        return "UTF-32"
    if first[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "UTF-16"
    zeros = "".join("x" if byte else "0" for byte in first)
    return {"x0x0": "UTF-16LE", "0x0x": "UTF-16BE", "x000": "UTF-32LE", "000x": "UTF-32BE"}.get(zeros)
