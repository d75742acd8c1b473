"""Threads that convert chunks. Imported for bulk input alone.

``concurrent.futures`` does as much, but imports ``logging`` for it, which takes as long as a tenth of a second's work
on two threads gains; and where the system refuses it a thread it has queued the work already, without a bound.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Self

    from leakyrelu_cli.engine.contract import Result

    Convert = Callable[[bytes], Result]


class Task:
    """A chunk, and what becomes of it.

    Parameters
    ----------
    chunk : bytes
    """

    def __init__(self, chunk: bytes) -> None:
        self.chunk = chunk
        self._done = Lock()
        self._done.acquire()
        self._result: Result | None = None
        self._error: BaseException | None = None

    def run(self, convert: Convert) -> None:
        """Convert it; what goes wrong is kept for whoever asks for the result."""
        try:
            self._result = convert(self.chunk)
        except BaseException as error:  # noqa: BLE001 -- raised where the result is asked for
            self._error = error
        self._done.release()

    def result(self) -> Result:
        """What became of it, as soon as that is known."""
        self._done.acquire()
        if self._error is not None:
            raise self._error
        assert self._result is not None  # noqa: S101 -- it is one or the other
        return self._result


class Workers:
    """Threads that take tasks in their order.

    Parameters
    ----------
    convert : callable
    count : int
        How many threads; fewer, down to none, if the system gives no more.
    """

    def __init__(self, convert: Convert, count: int) -> None:
        self._convert = convert
        self._count = count
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        with suppress(RuntimeError):  # the system gives no more: those that are there will do, or this one
            for _ in range(self._count):
                thread = Thread(target=self._work, daemon=True)
                thread.start()
                self._threads.append(thread)
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(Empty):
            while True:
                self._tasks.get_nowait()  # nobody will ask for these
        for _thread in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()

    def submit(self, chunk: bytes) -> Task:
        """A task for the next thread that is free; without any, it is done at once."""
        task = Task(chunk)
        if self._threads:
            self._tasks.put(task)
        else:
            task.run(self._convert)
        return task

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task.run(self._convert)
            del task  # while the thread waits for the next one, it would keep this one's result
