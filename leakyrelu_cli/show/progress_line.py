"""The line that says how far the work is. Imports rich, which is slow: imported late."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic

from rich.console import Console, RenderableType
from rich.filesize import decimal
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.storage import sink

REDRAW, LOG = 0.1, 10.0
"""Seconds between two looks of a bar: on a terminal, and in a log."""

BAR = 40
"""Columns that a bar takes at most."""

CLEAR = "\r\x1b[2K"
"""Back to the start of an empty line (ECMA-48, EL)."""


class Bar:
    """One line on standard error that says how far the work is: the file, bytes, speed, time left.

    Where standard error is no terminal that can rewrite a line, a new line now and then. Written through
    `sink`, for a standard error that is closed or full must not end the work.

    Parameters
    ----------
    total : int or None
        Bytes; None if unknown.
    start : float
        When the work began, on the monotonic clock.
    """

    def __init__(self, total: int | None, start: float) -> None:
        self._total = total
        self._start = start
        terminal = sink.is_terminal(2)  # whatever FORCE_COLOR says: a log is no place for cursor movements
        self._console = Console(stderr=True, force_terminal=terminal)
        self._rewrites = terminal and not self._console.is_dumb_terminal
        self._shown = 0.0

    def show(self, description: str, done: int) -> None:
        """So far."""
        now = monotonic()
        if now - self._shown < (REDRAW if self._rewrites else LOG):
            return
        self._shown = now
        text = Text(f"{description}  {self._so_far(done, now - self._start)}")
        if self._rewrites:
            sink.complain(CLEAR + self._line(text, done))
        else:
            sink.complain(f"{text}\n")

    def clear(self) -> None:
        """Take the line away, for another one to stand there; the next `show` brings it back."""
        if self._rewrites and self._shown:
            sink.complain(CLEAR)
            self._shown = 0.0

    def _so_far(self, done: int, seconds: float) -> str:
        speed = done / seconds
        if self._total is None or done > self._total:  # a file may grow
            return f"{decimal(done)}  {decimal(int(speed))}/s"
        left = timedelta(seconds=round((self._total - done) / speed)) if speed else "?"
        return f"{decimal(done)} of {decimal(self._total)}  {decimal(int(speed))}/s  {left} left"

    def _line(self, text: Text, done: int) -> str:
        """The text, and a bar where there is room for one."""
        width = max(self._console.width - 1, 1)  # in the last column the cursor would wrap
        text.truncate(width, overflow="ellipsis")
        room = min(width - text.cell_len - 2, BAR)
        line: RenderableType = text
        if self._total and room >= 10:
            line = Table.grid(padding=(0, 2, 0, 0))
            line.add_row(text, ProgressBar(self._total, done, width=room))
        with self._console.capture() as capture:
            self._console.print(line, end="")
        return capture.get().rstrip("\n")
