"""Compressed data, in and out. The only file that imports xopen, and imported late for that reason.

Which names and first bytes tell what is compressed is in `source`, which has to know it without this one.
"""

from __future__ import annotations

import bz2
import io
import lzma
import sys

from xopen import xopen

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self

    from _typeshed import ReadableBuffer, WriteableBuffer

BLOCK = 1 << 20
"""What a compressor is given at once. Some write other bytes when the same data come in other pieces."""

MEMORY = 256 << 20
"""What an xz file may ask for to be decompressed: four times what ``xz -9`` needs."""


def reader(read: Callable[[int], bytes], kind: str) -> io.BufferedIOBase:
    """The decompressed data, of all members one after another, of what `read` gives.

    Reading raises whatever the library raises where the data are damaged or cut short.
    """
    raw = _Input(read)
    if kind == "bz2":
        return io.BufferedReader(Members(raw, bz2.BZ2Decompressor, 1), BLOCK)
    if kind == "xz":
        return io.BufferedReader(Members(raw, lambda: lzma.LZMADecompressor(memlimit=MEMORY), 4), BLOCK)
    if kind == "zst":  # not xopen's, which lets a file ask for 2 GiB of memory
        return io.BufferedReader(zstd.open(raw, "rb"), BLOCK)
    file: io.BufferedIOBase = xopen(raw, "rb", threads=0, format=kind)  # type: ignore[call-overload]
    return file


class _Input(io.RawIOBase):
    """Compressed data as the libraries want them."""

    def __init__(self, read: Callable[[int], bytes]) -> None:
        self._read = read

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        view = memoryview(buffer).cast("B")
        data = self._read(len(view))
        view[: len(data)] = data
        return len(data)


class Members(io.RawIOBase):
    """The members of a bz2 or xz file.

    Not xopen's: the standard library's files, which it uses, end in silence at a damaged member
    after the first. Zeros behind a member are padding, in xz of multiples of four bytes (The .xz File Format, 2.2).

    Parameters
    ----------
    raw : io.RawIOBase
    new : callable
        Makes the decompressor of a member.
    unit : int
        The bytes of padding are a multiple of it.
    """

    def __init__(
        self, raw: io.RawIOBase, new: Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor], unit: int
    ) -> None:
        self._raw = raw
        self._new = new
        self._unit = unit
        self._member = new()

    def readable(self) -> bool:
        """Whether it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer) -> int:
        """Decompress into the buffer; the number of bytes, 0 at the end."""
        view = memoryview(buffer).cast("B")
        while True:
            compressed = b""
            if self._member.eof:
                compressed = self._next_member()
                if not compressed:
                    return 0
            elif self._member.needs_input:
                compressed = self._raw.read(BLOCK) or b""
                if not compressed:
                    raise EOFError("they end too early")
            data = self._member.decompress(compressed, len(view))
            if data:
                view[: len(data)] = data
                return len(data)

    def _next_member(self) -> bytes:
        """Begin the next member; its first bytes, empty if there is none."""
        block = self._member.unused_data
        compressed = block.lstrip(b"\0")
        padding = len(block) - len(compressed)
        while not compressed and (block := self._raw.read(BLOCK)):
            compressed = block.lstrip(b"\0")
            padding += len(block) - len(compressed)
        if padding % self._unit:
            raise EOFError("there are zeros behind their end")
        if compressed:
            self._member = self._new()
        return compressed


class Writer:
    """A sink whose bytes are compressed on their way to another one.

    Parameters
    ----------
    write : callable
        Takes the compressed bytes.
    kind : {"gz", "bz2", "xz", "zst"}
    """

    def __init__(self, write: Callable[[bytes], None], kind: str) -> None:
        self._raw = _Output(write)
        self._file = _compressor(self._raw, kind)
        self._pending = bytearray()

    def __enter__(self) -> Self:
        return self

    def write(self, data: bytes) -> None:
        """Write all of it."""
        self._pending += data
        while len(self._pending) >= BLOCK:
            self._file.write(self._pending[:BLOCK])
            del self._pending[:BLOCK]

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._file.write(self._pending)
                self._file.close()
        finally:
            self._raw.abandoned = True  # closing writes; when it is too late for that, nowhere
            self._file.close()


class _Output(io.RawIOBase):
    """Where a compressor writes."""

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write
        self.abandoned = False

    def writable(self) -> bool:
        return True

    def write(self, data: ReadableBuffer) -> int:
        view = memoryview(data).cast("B")
        if not self.abandoned:
            self._write(bytes(view))
        return len(view)


def _compressor(raw: io.RawIOBase, kind: str) -> Any:  # noqa: ANN401 -- the libraries share a protocol, not a class
    if kind != "zst":
        return xopen(raw, "wb", threads=0, format=kind)  # type: ignore[call-overload]
    # Not xopen's, which leaves out the checksum, so that damage would go unnoticed.
    return zstd.open(raw, "wb", options={zstd.CompressionParameter.checksum_flag: 1})
