"""How far a run over files is, and when that is worth showing. What it looks like is in `show.progress_line`."""

from __future__ import annotations

from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from leakyrelu_cli.show.progress_line import Bar
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.source import File

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
        self._file: File | None = None
        self._number = self._done = 0

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

    def enter(self, file: File) -> None:
        """Begin the next file."""
        if self._file is not None:
            self._done += self._file.consumed
        self._file = file
        self._number += 1

    def advance(self) -> None:
        """One more chunk of the file is done."""
        if not self._wanted or self._file is None or monotonic() - self._start < PATIENCE:
            return
        if self._bar is None:
            from leakyrelu_cli.show import progress_line  # noqa: PLC0415 -- rich is slow to import

            self._bar = progress_line.Bar(self._total, self._start)
        which = f" ({self._number} of {self._files})" if self._files > 1 else ""
        self._bar.show(self._file.name + which, self._done + self._file.consumed)
