"""An object that is written: its bytes go up in parts while they come, and it is there when all are, or not at all.

obstore's futures can be given up, its calls cannot: so there is an event loop, on a thread of its own.
"""

from __future__ import annotations

import asyncio
from concurrent.futures import CancelledError, wait
from functools import cache
from threading import Lock, Semaphore, Thread
from time import monotonic

from leakyrelu_cli.errors import LeakyReluError
from leakyrelu_cli.storage import objects, refusals, urls
from leakyrelu_cli.storage.sink import say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from concurrent.futures import Future
    from typing import Any, Self

    from obstore import AsyncWritableFile

    from leakyrelu_cli.storage.source import File

MIB = 1 << 20
LEAST, MOST_PARTS = 5 * MIB, 10_000
"""The smallest part that S3 takes, and how many there may be."""

GROWTH, INFLATION = 2, 20
"""How much longer than the input an output may become; the latter, if the input is compressed."""

UNKNOWN = 16 * MIB
"""The part where nobody knows how much will come: 150 GiB are possible."""

AT_ONCE = 2 * LEAST
"""How much goes up at a time, in several parts if they are small."""

LARGE = Semaphore(2)
"""How many objects in parts may be written at the same time: memory is bounded."""

HASTE, PATIENCE = 0.4, 10.0
"""Seconds for taking an upload back: after a signal, and after an error."""


class Upload:
    """A sink.

    Parameters
    ----------
    url : str
    read : File, optional
        The input, which must not change.
    tag : str, optional
        Goes into the metadata.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, url: str, read: File | None = None, tag: str | None = None) -> None:
        self.name = urls.name_of(url)
        self._url = url
        self._read = read
        self._tag = tag
        self._part = self._batch = LEAST
        self._held = bytearray()
        self._writer: AsyncWritableFile | None = None
        self._call: Future[Any] | None = None
        self._written = 0
        self._has_parts = False
        self._is_closing = self._is_over = self._is_left = self._is_large = False
        self._ending = Lock()

    def __enter__(self) -> Self:
        self._part = _part(self._read)
        self._batch = max(1, AT_ONCE // self._part) * self._part
        self._writer = objects.writer(self._url, self._part, self._tag)
        return self

    def leave(self) -> None:
        """Let the old object be, if there is one."""
        self._is_left = True

    def write(self, data: bytes) -> None:
        """Write all of it."""
        if not self._is_large and len(self._held) + len(data) >= LEAST:
            self._is_large = LARGE.acquire()
        self._held += data
        if len(self._held) >= self._batch:
            self._send()

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is not None or self._is_left:
                self.take_back(hurried=kind is not None and not issubclass(kind, Exception))
            else:
                self._publish()
        except BaseException as error:
            self.take_back(hurried=not isinstance(error, Exception))
            raise
        finally:
            self._held.clear()
            if self._is_large:
                LARGE.release()

    def take_back(self, *, hurried: bool) -> None:
        """Leave nothing of it. Any thread may ask for that, several times; it waits for an answer, but not for long."""
        deadline = monotonic() + (HASTE if hurried else PATIENCE)
        if not self._ending.acquire(timeout=deadline - monotonic()):
            return
        try:
            if not self._is_over:
                self._is_over = True
                self._abort(deadline)
        finally:
            self._ending.release()

    def _publish(self) -> None:
        assert self._writer is not None  # noqa: S101 -- it is entered
        self._send()
        self._wait_for_parts()
        if self._read is not None:
            self._read.check()
        self._is_closing = True
        self._begin(self._writer.close)
        self._finish_call()
        self._is_over = True

    def _send(self) -> None:
        assert self._writer is not None  # noqa: S101 -- as above
        self._wait_for_parts()  # with the next ones behind them, there would be three batches in memory
        data, self._held = self._held, bytearray()
        self._has_parts |= len(data) >= self._part
        self._begin(self._writer.write, data)

    def _wait_for_parts(self) -> None:
        """Until all are up; what is not a whole part goes up in the end."""
        assert self._writer is not None  # noqa: S101 -- as above
        self._finish_call()
        if self._has_parts:
            self._begin(self._writer.write, b"")
            self._finish_call()

    def _begin(self, method: Callable[..., Awaitable[Any]], *arguments: object) -> None:
        if self._is_over:
            raise LeakyReluError(f"{self.name}: taken back")
        self._call = _begun(method, *arguments)

    def _finish_call(self) -> None:
        """Wait for what was begun."""
        if self._call is None:
            return
        try:
            self._call.result()
        except CancelledError:
            raise LeakyReluError(f"{self.name}: taken back") from None
        except (LeakyReluError, MemoryError):
            raise
        except Exception as error:  # noqa: BLE001 -- all kinds of them, whose texts may not be shown
            raise refusals.ours(error, self._url) from None
        self._written += 1

    def _abort(self, deadline: float) -> None:
        if self._call is None or self._writer is None:
            return
        # The first call asks for the name of the upload: given up, it would leave one that nobody knows.
        if self._written and not self._is_closing:
            self._call.cancel()
        done, _ = wait([self._call], deadline - monotonic())
        if not self._is_closing:
            leaving = _begun(self._writer.__aexit__, LeakyReluError, None, None)
            done, _ = wait([leaving], max(0.0, deadline - monotonic()))
        if self._has_parts and not any(call.exception() is None for call in done):
            say(f"{self.name}: parts of an unfinished upload may be left over")


@cache  # all uploads of a process share it, for each thread that allocates keeps some memory
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    try:
        Thread(target=loop.run_forever, daemon=True).start()
    except RuntimeError:
        raise LeakyReluError("the system gives no thread for an upload") from None
    return loop


def _begun(method: Callable[..., Awaitable[Any]], *arguments: object) -> Future[Any]:
    async def call() -> Any:  # noqa: ANN401 -- whatever the method gives
        return await method(*arguments)

    return asyncio.run_coroutine_threadsafe(call(), _loop())


def _part(read: File | None) -> int:
    """How long the parts have to be for the output to have no more than a store takes."""
    if read is None or read.size is None:
        return UNKNOWN
    growth = GROWTH if read.compression is None else INFLATION
    return max(LEAST, read.size * growth // MOST_PARTS)
