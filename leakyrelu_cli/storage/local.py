"""One input of this system, a file or standard input: opened, read, looked at again, closed."""

from __future__ import annotations

import os
import stat

from leakyrelu_cli.errors import Changed, blaming
from leakyrelu_cli.storage.descriptors import BLOCK, PIPE, close, is_ready, wait, widen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    class Raw(Protocol):
        """An input's bytes as they are where they are."""

        @property
        def status(self) -> os.stat_result | None:
            """What the system says of it; None of a URL."""

        @property
        def version(self) -> object:
            """What is another one when it has changed; None if nothing tells."""

        @property
        def count(self) -> int:
            """How many bytes are read."""

        @property
        def size(self) -> int | None:
            """How many there are; None where only reading tells."""

        def open(self) -> None:
            """Open it."""

        def close(self, *, failed: bool) -> None:
            """Close it."""

        def read(self, size: int = ..., /) -> bytes:
            """What is there, waiting for at least a byte; empty at the end."""

        def push_back(self, data: bytes, /) -> None:
            """Let the next `read` begin with the data."""

        def ready(self) -> bool:
            """Whether `read` would not make us wait."""

        def is_terminal(self) -> bool:
            """Whether a person types it."""

        def check(self) -> None:
            """Raise if it has changed since it was opened."""


class Local:
    """Its bytes, as they are there; once it ends, it is not asked again.

    Parameters
    ----------
    path : str or None
        None is standard input.
    name : str
        How messages call it.

    Attributes
    ----------
    status : os.stat_result
        As it was when it was opened.
    count : int
        How many bytes are read.
    """

    status: os.stat_result

    def __init__(self, path: str | None, name: str) -> None:
        self.count = 0
        self._path = path
        self._name = name
        self._number = 0
        self._ended = False
        self._held = b""
        self._widened = False
        self._first = self._last = (0, b"")
        self._is_regular = False
        self._start = 0

    @property
    def size(self) -> int | None:
        """How many bytes there are; None where only reading tells."""
        return max(0, self.status.st_size - self._start) if self._is_regular else None

    @property
    def version(self) -> object:
        """What is another one when the file has changed; None of what is no file."""
        return (self.status.st_size, self.status.st_mtime_ns) if self._is_regular else None

    def open(self) -> None:
        """Open it."""
        with blaming(self._name):
            if self._path is not None:
                self._number = os.open(self._path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
            self.status = os.fstat(self._number)
            self._is_regular = stat.S_ISREG(self.status.st_mode)
            self._start = os.lseek(self._number, 0, os.SEEK_CUR) if self._is_regular else 0

    def close(self, *, failed: bool) -> None:
        """Close it. Whoever keeps this for its status, for each of a thousand files, need not keep bytes."""
        self._held = b""
        self._first = self._last = (0, b"")
        if self._path is not None:
            close(self._number, self._name, failed=failed)

    def ready(self) -> bool:
        """Whether `read` would not make us wait."""
        if self._held or self._is_regular:
            return True
        try:
            return is_ready(self._number, writing=False, seconds=0)
        except OSError:  # what cannot be asked (a pipe on Windows) may always make us wait
            return False

    def is_terminal(self) -> bool:
        """Whether a person types it."""
        return os.isatty(self._number)

    def push_back(self, data: bytes) -> None:
        """Let the next `read` begin with the data."""
        self._held = data + self._held

    def read(self, size: int = BLOCK) -> bytes:
        """What is there, waiting for at least a byte; empty at the end."""
        if self._held:
            data, self._held = self._held[:size], self._held[size:]
            return data
        while not self._ended:
            with blaming(self._name):
                try:
                    data = os.read(self._number, size)
                except BlockingIOError:
                    wait(self._number, writing=False)
                    continue
            self._ended = not data
            if data:
                self._last = (self.count, data)
                self._first = self._first if self.count else self._last
            self.count += len(data)
            if len(data) >= PIPE and not self._widened:
                self._widened = True
                widen(self._number)
            return data
        return b""

    def check(self) -> None:
        """Raise if the file was rewritten or cut while it was read: a mixture of old and new came out.

        What was only appended to is whole as far as it was read. A time of last change may be put back, and counts
        two seconds on some file systems: so the bytes at both ends must be the same, too, and the time of any
        change (ctime), unless the file is no longer where it was: that is what has changed then.
        """
        if not self._is_regular:
            return
        with blaming(self._name):
            now, then = os.fstat(self._number), self.status
            # What is regular and has no size (Linux: /proc) is made anew for whoever reads it.
            is_as_read = not now.st_size or self._is_as_read()
        is_touched = now.st_mtime_ns != then.st_mtime_ns or (now.st_ctime_ns != then.st_ctime_ns and self._is_there())
        if not is_as_read or now.st_size < then.st_size or (now.st_size == then.st_size and is_touched):
            raise Changed(self._name)

    def _is_as_read(self) -> bool:
        """Whether the file still begins and ends with the blocks that were read."""
        if not hasattr(os, "pread"):
            return True
        ends = (self._first, self._last)
        return all(os.pread(self._number, len(data), self._start + at) == data for at, data in ends)

    def _is_there(self) -> bool:
        """Whether its path still leads to this file."""
        try:
            return self._path is not None and os.path.samestat(os.stat(self._path), self.status)
        except OSError:
            return False
