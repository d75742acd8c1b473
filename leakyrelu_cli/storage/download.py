"""An object that is read: in ranges, some ahead of what is needed, all of one version.

One long answer would die behind a slow reader, and one connection is slow from afar.
"""

from __future__ import annotations

from collections import deque
from functools import cache
from threading import Semaphore

from leakyrelu_cli.errors import Changed
from leakyrelu_cli.storage import objects, refusals
from leakyrelu_cli.storage.descriptors import BLOCK
from leakyrelu_cli.workers import Workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.workers import Task

FIRST = 1 << 18
"""How much is asked for at first: of many files, only the header may be wanted."""

PART, AHEAD = 2 << 20, 8
"""How much is asked for at once after that, and how many such parts of a file may be ahead of what is read."""

LARGE, ROOM = Semaphore(2), Semaphore(AHEAD)
"""How many files may be read beyond their first bytes at the same time, and what they may have ahead together besides
one part each: memory is bounded."""


class Reader:
    """Its bytes, as they are there.

    Parameters
    ----------
    url : str
    name : str
        How messages call it.

    Attributes
    ----------
    count : int
        How many bytes are read.
    size : int or None
        How many there are; None if only reading tells.
    version : object
        What is another one when the object has changed; None if nothing tells.
    """

    status = None

    def __init__(self, url: str, name: str) -> None:
        self.count = 0
        self.size: int | None = None
        self._url = url
        self._name = name
        self.version: object = None
        self._held = memoryview(b"")
        self._asked = 0
        self._ahead: deque[tuple[Task, bool]] = deque()  # each with whether it takes room
        self._is_closed = self._is_large = False
        self._stream: Iterator[bytes] | None = None

    def open(self) -> None:
        """Ask for the first bytes, so that what is wrong with the object is found out."""
        try:
            first = objects.ask(objects.piece, self._url, 0, FIRST)
        except refusals.NoSuchPart:
            self._stream = objects.whole(self._url, FIRST)
            self._held = self._next()
            return
        self.size, self.version = first.size, first.version
        self._asked = first.end
        self._held = first.data

    def close(self, *, failed: bool) -> None:  # noqa: ARG002 -- nothing can fail here
        """Ask for nothing more, and wait for nothing."""
        self._is_closed = True
        self._held = memoryview(b"")  # whoever keeps this need not keep a part
        if self._is_large:
            LARGE.release()
        while self._ahead:
            self._taken()

    def read(self, size: int = BLOCK) -> bytes:
        """What is there, waiting for at least a byte; empty at the end."""
        if not self._held:
            self._held = self._next()
        data, self._held = bytes(self._held[:size]), self._held[size:]
        self.count += len(data)
        return data

    def push_back(self, data: bytes) -> None:
        """Let the next `read` begin with the data."""
        self.count -= len(data)
        self._held = memoryview(data + bytes(self._held))

    def ready(self) -> bool:
        """Whether `read` would not make us wait."""
        if self._held:
            return True
        return self._ahead[0][0].is_done(0) if self._ahead else self._asked == self.size

    def is_terminal(self) -> bool:
        """Nobody types it."""
        return False

    def check(self) -> None:
        """Each part that was read is of one version already."""

    def _next(self) -> memoryview:
        if self._stream is not None:
            return memoryview(objects.ask(next, self._stream, b""))
        assert self.size is not None  # noqa: S101 -- it is known, or all is one stream
        if self._asked < self.size and not self._is_large:
            self._is_large = LARGE.acquire()
        while self._asked < self.size and len(self._ahead) < AHEAD:
            takes_room = bool(self._ahead)
            if takes_room and not ROOM.acquire(blocking=False):
                break
            self._ahead.append((_workers().submit(self._part, self._asked), takes_room))
            self._asked = min(self._asked + PART, self.size)
        return self._taken().result() if self._ahead else memoryview(b"")

    def _taken(self) -> Task:
        task, takes_room = self._ahead.popleft()
        if takes_room:
            ROOM.release()
        return task

    def _part(self, start: int) -> memoryview:
        """The part that begins there, of the version whose beginning was read."""
        assert self.size is not None  # noqa: S101 -- as above
        stop = min(start + PART, self.size)
        if self._is_closed:
            return memoryview(b"")
        try:
            found = objects.piece(self._url, start, stop, self.version)
        except (refusals.NoSuchObject, refusals.NoSuchPart):  # it was there, and as long as that
            raise Changed(self._name) from None
        if (found.end, found.size) != (stop, self.size):
            raise Changed(self._name)
        return found.data


@cache  # all files of a process share them, for each thread that allocates keeps some memory
def _workers() -> Workers:
    return Workers(AHEAD).__enter__()
