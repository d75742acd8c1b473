"""How far a run over files is, and when that is worth showing. What it looks like is in `show.progress_line`."""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol, Self

    from leakyrelu_cli.show.progress_line import Bar
    from leakyrelu_cli.storage.sink import Say

    class InWork(Protocol):
        """A file, wherever it is converted."""

        @property
        def name(self) -> str:
            """How messages call it."""

        @property
        def consumed(self) -> int:
            """How many bytes of it are read."""


PATIENCE = 1.0
"""Seconds of work that nobody needs to be told about."""


class Progress:
    """Counts bytes, and shows them from the second second on, if that is wanted.

    Parameters
    ----------
    wanted : bool
    total : int or None
        The bytes of all files; None if unknown.
    files : int
        How many there are.
    say : callable
        Shows one line on standard error.
    """

    def __init__(self, total: int | None, files: int, say: Say, *, wanted: bool) -> None:
        self._wanted = wanted
        self._total = total
        self._files = files
        self._say = say
        self._start = monotonic()
        self._bar: Bar | None = None
        self._in_work: list[InWork] = []
        self._left: list[int] = []
        self._files_done = self._bytes_done = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.clear()

    @property
    def was_shown(self) -> bool:
        """Whether anybody was told."""
        return self._bar is not None

    def clear(self) -> None:
        """Make room for something else."""
        if self._bar is not None:
            self._bar.clear()

    def say(self, line: str) -> None:
        """One line above what is shown."""
        self.clear()
        self._say(line)

    def enter(self, file: InWork) -> None:
        """One more file is in work."""
        self._in_work.append(file)

    def leave(self, file: InWork) -> None:
        """It is done."""
        self._left.append(file.consumed)
        self._in_work.remove(file)

    def advance(self) -> None:
        """Some more is done."""
        while self._left:  # other threads add to it, and change what is in work
            self._bytes_done += self._left.pop()
            self._files_done += 1
        in_work = self._in_work[:]
        if not self._wanted or not in_work or monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            from leakyrelu_cli.show import progress_line  # noqa: PLC0415 -- rich is slow to import

            self._bar = progress_line.Bar(self._total, self._start)
        others = f" and {len(in_work) - 1} more" if len(in_work) > 1 else ""
        which = f" ({self._files_done + 1} of {self._files})" if self._files > 1 else ""
        self._bar.show(in_work[0].name + others + which, self._bytes_done + sum(file.consumed for file in in_work))
