"""Threads that do tasks: chunks of a file, or whole files. Imported for bulk input alone.

``concurrent.futures`` does as much, but imports ``logging`` for it, which takes as long as a tenth of a second's work
on two threads gains; where the system refuses it a thread it has queued the work already, without a bound; and it
waits for its threads when the process ends.
"""

from __future__ import annotations

from contextlib import suppress
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, Self


HASTE = 0.4
"""Seconds for threads that wait for a store, which may not answer, once the run has failed or hears Ctrl-C."""

PATIENCE = 1.0
"""Seconds that threads have to end after a signal, in any case."""


class Task:
    """A function called by a thread, and what becomes of it.

    Parameters
    ----------
    function : callable
    argument : object
        What it is called with.
    """

    def __init__(self, function: Callable[[Any], Any], argument: Any) -> None:  # noqa: ANN401 -- it is handed on
        self.argument = argument
        self._function = function
        self._done = Lock()
        self._done.acquire()
        self._result: Any = None
        self._error: BaseException | None = None

    def run(self) -> None:
        """Do it; what goes wrong is kept for whoever asks for the result."""
        try:
            self._result = self._function(self.argument)
        except BaseException as error:  # noqa: BLE001 -- raised where the result is asked for
            self._error = error
        self._done.release()

    def run_here(self) -> None:
        """Do it on the main thread, where a signal may come: that is not for later."""
        self.run()
        if self._error is not None and not isinstance(self._error, Exception):
            raise self._error

    def is_done(self, seconds: float) -> bool:
        """Whether it is, at the latest after so many seconds."""
        done = self._done.acquire(timeout=seconds)
        if done:
            self._done.release()
        return done

    def result(self) -> Any:  # noqa: ANN401 -- the function's
        """What became of it, as soon as that is known."""
        with self._done:
            if self._error is not None:
                raise self._error
            return self._result


class Workers:
    """Threads that take tasks in their order.

    Parameters
    ----------
    count : int
        How many threads; fewer, down to none, if the system gives no more.
    patience : float, optional
        The seconds they have to end when the run has failed; all they need, unless they may wait for a far store.
    """

    def __init__(self, count: int, patience: float | None = None) -> None:
        self._count = count
        self._patience = patience
        self._tasks: SimpleQueue[Task | None] = SimpleQueue()
        self._threads: list[Thread] = []

    def __enter__(self) -> Self:
        with suppress(RuntimeError):  # the system gives no more: those that are there will do, or this one
            for _ in range(self._count):
                thread = Thread(target=self._work, daemon=True)
                thread.start()
                self._threads.append(thread)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.leave()
        patience = self._patience if kind is not None else None
        if patience is None and kind is not None and not issubclass(kind, Exception):
            patience = PATIENCE  # a signal does not wait for a thread that the system holds up
        deadline = None if patience is None else monotonic() + patience
        for thread in self._threads:
            thread.join(None if deadline is None else max(0.0, deadline - monotonic()))

    def leave(self) -> None:
        """Let the threads end when they have done what they do; nobody will ask for what waits."""
        with suppress(Empty):
            while True:
                self._tasks.get_nowait()
        for _thread in self._threads:
            self._tasks.put(None)

    def submit(self, function: Callable[[Any], Any], argument: Any) -> Task:  # noqa: ANN401 -- as for `Task`
        """A task for the next thread that is free; without any, it is done at once."""
        task = Task(function, argument)
        if self._threads:
            self._tasks.put(task)
        else:
            task.run_here()
        return task

    def _work(self) -> None:
        while (task := self._tasks.get()) is not None:
            task.run()
            del task  # while the thread waits for the next one, it would keep this one's result
