"""A file that is flushed to disk while it is still written, so that little is left to wait for in the end."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from threading import Thread

STEP = 8 << 20
"""How many bytes make a flush worth its thread."""


class Flusher:
    """Flushes an open file now and then, in a thread: writing goes on meanwhile.

    An error of the disk is told once, to the flush that meets it: `finish` hands it on.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._unflushed = 0
        self._thread: Thread | None = None
        self._error: OSError | None = None

    def wrote(self, size: int) -> None:
        """So many bytes more."""
        self._unflushed += size
        if self._unflushed < STEP or (self._thread is not None and self._thread.is_alive()):
            return
        from threading import Thread  # noqa: PLC0415 -- only large files come here

        self._unflushed = 0
        thread = Thread(target=self._flush, daemon=True)
        try:
            thread.start()
        except RuntimeError:  # the system gives no more threads: the flush at the end will do
            return
        self._thread = thread

    def wait(self) -> None:
        """Until nobody uses the descriptor any more."""
        if self._thread is not None:
            self._thread.join()

    def finish(self) -> None:
        """Flush what is left, and raise what went wrong at any time."""
        self.wait()
        if self._error is not None:
            raise self._error
        os.fsync(self._descriptor)

    def _flush(self) -> None:
        try:
            getattr(os, "fdatasync", os.fsync)(self._descriptor)
        except OSError as error:
            self._error = error
