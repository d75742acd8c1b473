"""Where bytes come from: standard input and files, cut into chunks that end between records.

With `sink`, the only module that touches file descriptors.
"""

from __future__ import annotations

import os
import select
import stat

from leakyrelu_cli import engine
from leakyrelu_cli.contract import START
from leakyrelu_cli.errors import FileError, InvalidInput, printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Self

    from leakyrelu_cli.contract import Columns

STANDARD_INPUT = "standard input"
BLOCK = 1 << 18
"""How much to read at once. A slow source gives less, and what is there is handed on at once."""

PIPE = 1 << 16
"""What a pipe holds by default."""

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
    """An open input, read block by block."""

    def __init__(self, path: str | None) -> None:
        self.name = name_of(path)
        self._path = path
        self._descriptor = 0
        self._held = b""
        self._ended = False
        self._widened = False

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
        data, self._held = self._held or self._read(BLOCK), b""
        if len(data) >= BLOCK // 2 or self._ended:
            return data
        parts = [data]
        size = len(data)
        while size < BLOCK and not self._ended and self.ready():
            parts.append(self._read(BLOCK - size))
            size += len(parts[-1])
        return b"".join(parts)

    def ready(self) -> bool:
        """Whether `read` would not make us wait."""
        if self._held or self._ended or self._is_regular():
            return True
        try:
            return bool(select.select([self._descriptor], [], [], 0)[0])
        except (OSError, ValueError):  # what cannot be asked (a pipe on Windows) may always make us wait
            return False

    def _is_regular(self) -> bool:
        try:
            return stat.S_ISREG(os.fstat(self._descriptor).st_mode)
        except OSError:
            return False

    def push_back(self, data: bytes) -> None:
        """Let the next `read` begin with the data."""
        self._held = data + self._held

    def is_terminal(self) -> bool:
        """Whether a person types it."""
        return os.isatty(self._descriptor)

    def _read(self, size: int) -> bytes:
        while not self._ended:
            try:
                data = os.read(self._descriptor, size)
            except BlockingIOError:
                wait(self._descriptor, writing=False)
            except OSError as error:
                raise FileError(self.name, error) from None
            else:
                self._ended = not data
                if len(data) >= PIPE and not self._widened:
                    self._widened = True
                    widen(self._descriptor)
                return data
        return b""


def widen(descriptor: int) -> None:
    """Let a pipe that carries bulk data hold whole blocks, so that its two ends wait for each other less (Linux)."""
    try:
        from fcntl import F_GETPIPE_SZ, F_SETPIPE_SZ, fcntl  # noqa: PLC0415 -- not on every system

        if fcntl(descriptor, F_GETPIPE_SZ) < 4 * BLOCK:
            fcntl(descriptor, F_SETPIPE_SZ, 4 * BLOCK)
    except (ImportError, OSError):  # another system, no pipe, or all that this user may have is in use
        return


def wait(descriptor: int, *, writing: bool) -> None:
    """Until a non-blocking descriptor, left so by another process, is ready."""
    select.select([] if writing else [descriptor], [descriptor] if writing else [], [])


def chunks(file: File, columns: Columns | None) -> Iterator[bytes]:
    """The input in chunks of whole records, each as soon as it is there.

    An empty chunk says that the input makes us wait now: time to write whatever is in work.
    """
    pending: list[bytes] = []
    held, state = 0, START
    while True:
        if not file.ready():
            yield b""
        block = file.read()
        if not block:
            break
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
    if encoding := _wide_encoding(first[:4]):
        raise InvalidInput(f"{file.name}: the text is {encoding}; convert it first: iconv -f {encoding} -t UTF-8")
    bom = UTF8_BOM if first.startswith(UTF8_BOM) else b""
    file.push_back(first[len(bom) :])
    return bom


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
