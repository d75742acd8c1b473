"""Where bytes come from: standard input, files and objects, compressed or not, read block by block."""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import FileError, InvalidInput, LeakyReluError, blaming, needing, printable, system_error
from leakyrelu_cli.storage import urls
from leakyrelu_cli.storage.descriptors import BLOCK
from leakyrelu_cli.storage.local import Local

TYPE_CHECKING = False
if TYPE_CHECKING:
    import io
    from collections.abc import Iterable
    from types import ModuleType
    from typing import Self

    from leakyrelu_cli.storage.local import Raw

STANDARD_INPUT = "standard input"
TAB_SUFFIXES = (".tsv", ".tab")
COMPRESSIONS = {".gz": "gz", ".bz2": "bz2", ".xz": "xz", ".zst": "zst"}
FIRST_BYTES = {
    b"\x1f\x8b\x08": "gz",
    **{b"BZh%d1AY&SY" % size: "bz2" for size in range(1, 10)},
    **{b"BZh%d\x17rE8P\x90" % size: "bz2" for size in range(1, 10)},
    b"\xfd7zXZ\0": "xz",
    b"\x28\xb5\x2f\xfd": "zst",
    **{b"%c*M\x18" % first: "zst" for first in range(0x50, 0x60)},
}
"""How compressed data begin, also where nothing is in them, or a skippable frame comes first (RFC 1952,
bzip2, The .xz File Format, RFC 8878)."""

UNSERVED = {b"PK\x03\x04": "zip", b"7z\xbc\xaf\x27\x1c": "7z", b"\x04\x22\x4d\x18": "lz4", b"\x1f\x9d": "compress"}
"""How what we cannot decompress begins: to read it as text would only lead to stranger messages."""

UNSERVED_ENDS = (".zip", ".7z", ".lz4", ".br", ".z")
"""Ends of names that promise a compression which we cannot write."""


def name_of(path: str | None) -> str:
    """How messages call the file; None is standard input."""
    return STANDARD_INPUT if path is None else urls.name_of(path)


def compression_of(path: str) -> str | None:
    """The compression that the file's name tells."""
    return COMPRESSIONS.get(os.path.splitext(urls.path_of(path))[1].lower())


def delimiter_of(path: str | None) -> bytes:
    """The delimiter that the file's name tells, whether it is compressed or not."""
    name = "" if path is None else urls.path_of(path).lower()
    stem = os.path.splitext(name)[0] if compression_of(name) else name
    return b"\t" if stem.endswith(TAB_SUFFIXES) else b","


def size(path: str | None) -> int | None:
    """How many bytes there are to read; None where only reading tells (a pipe, a device).

    Raises
    ------
    FileError
        If there is no such file, or it is a directory.
    """
    if urls.is_url(path):
        objects = _objects()
        size: int = objects.ask(objects.size, path)
        return size
    with blaming(name_of(path)):
        status = os.fstat(0) if path is None else os.stat(path)
        position = os.lseek(0, 0, os.SEEK_CUR) if path is None and stat.S_ISREG(status.st_mode) else 0
        if stat.S_ISDIR(status.st_mode):
            raise FileError(name_of(path), system_error(errno.EISDIR), "; name the files in it")
    return max(status.st_size - position, 0) if stat.S_ISREG(status.st_mode) else None


def matching(paths: Iterable[str | None]) -> list[str | None]:
    """The paths; in the place of a pattern of keys, the objects that it means.

    Raises
    ------
    LeakyReluError
        If it means none.
    """
    found: list[str | None] = []
    for path in paths:
        if path is None or not urls.has_pattern(path):
            found.append(path)
            continue
        objects = _objects()
        found += objects.ask(objects.expanded, path)
    return found


def _objects() -> ModuleType:
    """What stores are asked by, where it is installed."""
    with needing("obstore", "cloud"):
        from leakyrelu_cli.storage import objects  # noqa: PLC0415 -- slow to import, and optional
    return objects


def _raw(path: str | None, name: str) -> Raw:
    if path is None or not urls.is_url(path):
        return Local(path, name)
    with needing("obstore", "cloud"):
        from leakyrelu_cli.storage import download  # noqa: PLC0415 -- as above
    return download.Reader(path, name)


def tag(url: str) -> str | None:
    """What an object's metadata say of how it was made; None if nothing, or if it is not there."""
    objects = _objects()
    found: str | None = objects.ask(objects.tag, url)
    return found


class File:
    """An open input, read block by block; what is compressed is decompressed on the way."""

    def __init__(self, path: str | None) -> None:
        self.name = name_of(path)
        self.path = path
        self._raw: Raw = _raw(path, self.name)
        self._compression: str | None = None
        self._recognised = False
        self._inside: io.BufferedIOBase | None = None
        self._held = b""
        self._ended = False

    def __enter__(self) -> Self:
        self._raw.open()
        return self

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._inside, self._held = None, b""  # whoever keeps this for its status need not keep a decompressor
        try:
            if isinstance(error, InvalidInput):  # which the file's change may have caused: then that is what to say
                self.check()
        finally:
            self._raw.close(failed=error is not None)

    @property
    def status(self) -> os.stat_result | None:
        """What the system says of it; None of a URL."""
        return self._raw.status

    @property
    def version(self) -> object:
        """What is another one when the file has changed; None if nothing tells."""
        return self._raw.version

    @property
    def consumed(self) -> int:
        """How many bytes of the file itself are read."""
        return self._raw.count

    @property
    def size(self) -> int | None:
        """How many there are; None where only reading tells."""
        return self._raw.size

    @property
    def compression(self) -> str | None:
        """How the file is compressed: its first bytes tell, whatever its name. Asking may wait for them."""
        if not self._recognised:
            self._recognise()
        return self._compression

    def read(self) -> bytes:
        """What is there of the next block, waiting for at least a byte; empty at the end."""
        data, self._held = self._held or self._read(BLOCK), b""
        if len(data) >= BLOCK // 2 or self._ended:  # to join it to what little may follow would copy it
            return data
        parts = [data]
        size = len(data)
        while size < BLOCK and not self._ended and self.ready():
            parts.append(self._read(BLOCK - size))
            size += len(parts[-1])
        return b"".join(parts)

    def ready(self) -> bool:
        """Whether `read` would not make us wait."""
        return bool(self._held or self._ended) or self._raw.ready()

    def push_back(self, data: bytes) -> None:
        """Let the next `read` begin with the data."""
        self._held = data + self._held

    def is_terminal(self) -> bool:
        """Whether a person types it."""
        return self._raw.is_terminal()

    def check(self) -> None:
        """Raise if the file was rewritten or cut while it was read: a mixture of old and new came out."""
        self._raw.check()

    def _recognise(self) -> None:
        known = {**FIRST_BYTES, **UNSERVED}
        first = b""
        while any(len(first) < len(magic) and magic.startswith(first) for magic in known):
            block = self._raw.read(BLOCK)
            if not block:
                break
            first += block
        self._raw.push_back(first)
        self._recognised = True
        kind = next((kind for magic, kind in known.items() if first.startswith(magic)), None)
        named = None if self.path is None else compression_of(self.path)
        if kind is None and any(magic.startswith(first) for magic, kind in FIRST_BYTES.items() if kind == named):
            raise self._broken(str(named), "they end too early")
        if kind in UNSERVED.values():
            sheet = ", or save a spreadsheet as CSV" if kind == "zip" else ""
            raise InvalidInput(f"{self.name}: this is {kind} data; decompress it first{sheet}")
        self._compression = kind

    def _read(self, size: int) -> bytes:
        kind = self.compression
        data = self._raw.read(size) if kind is None else self._decompressed(kind, size)
        self._ended = not data
        return data

    def _decompressed(self, kind: str, size: int) -> bytes:
        try:
            if self._inside is None:
                from leakyrelu_cli.storage import compression  # noqa: PLC0415 -- slow to import, and rarely needed

                self._inside = compression.reader(self._raw.read, kind)
            data = self._inside.read1(size)
        except (LeakyReluError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 -- each library has errors of its own, and they mean one thing
            raise self._broken(kind, printable(str(error))) from None
        return data

    def _broken(self, kind: str, why: str) -> InvalidInput:
        return InvalidInput(f"{self.name}: the {kind} data cannot be decompressed: {why}")
