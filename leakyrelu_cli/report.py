"""Tables and progress, for reading. The only file that imports rich, and imported late for that reason."""

from __future__ import annotations

import io
import sys
from time import monotonic

from rich import box
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn, TransferSpeedColumn
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.contract import FORWARD, GRADIENT, Rule
from leakyrelu_cli.errors import printable

REDRAW, LOG = 0.1, 10.0
"""Seconds between two looks of a bar: on a terminal, and in a log."""

WIDE = 1000
"""Columns where no terminal sets a width, so that a pipe gets every digit on one line."""


def table(rows: list[tuple[bytes, bytes]], rule: Rule) -> bytes:
    """Each number beside its result, aligned on the decimal point; changed ones are marked with ``*``.

    Text only, unless standard output is a terminal; NO_COLOR is respected.
    """
    sheet = Table(box=box.SIMPLE_HEAD, caption=f"alpha = {rule.alpha}", caption_justify="left")
    symbols = (
        ("z", "f(z)")
        if rule.operation == FORWARD
        else ("z", "f'(z)")
        if rule.operation == GRADIENT
        else ("y", "f⁻¹(y)")
    )
    for symbol in symbols:
        sheet.add_column(symbol, justify="left", overflow="fold")
    sheet.add_column("", overflow="fold")
    before = _aligned([printable(old) for old, _ in rows])
    after = _aligned([printable(new) for _, new in rows])
    for old, new, (was, now) in zip(before, after, rows, strict=True):
        changed = was != now
        sheet.add_row(Text(old), Text(new, style="bold" if changed else ""), "*" if changed else "")
    return render(sheet)


def render(sheet: Table) -> bytes:
    """The table as it should go to standard output."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else WIDE)
    with console.capture() as capture:
        console.print(sheet)
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _aligned(texts: list[str]) -> list[str]:
    """The texts padded so that their decimal points stand below each other."""
    points = [_point(text) for text in texts]
    before = max(points, default=0)
    return [" " * (before - point) + text for text, point in zip(texts, points, strict=True)]


def _point(text: str) -> int:
    """Where the decimal point is, or would be."""
    return next((index for index, letter in enumerate(text) if letter in ".eE"), len(text))


class Bar:
    """One line on standard error that says how far the work is: bytes, speed, time left, the current file.

    Where standard error is no terminal, a line of its own now and then.

    Parameters
    ----------
    total : int or None
        Bytes; None if unknown.
    """

    def __init__(self, total: int | None) -> None:
        self._console = Console(stderr=True)
        self._pause = REDRAW if self._console.is_terminal else LOG
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            DownloadColumn(),
            TransferSpeedColumn(),
            TimeRemainingColumn(),
            console=self._console,
            auto_refresh=False,
            transient=True,
        )
        self._task = self._progress.add_task("", total=total)
        self._shown = 0.0

    def show(self, description: str, done: int) -> None:
        """So far."""
        self._progress.update(self._task, description=description, completed=done)
        now = monotonic()
        if now - self._shown < self._pause:
            return
        self._shown = now
        if self._console.is_terminal:
            self._progress.start()
            self._console.show_cursor()  # a signal that kills us would leave it hidden
            self._progress.refresh()
        else:
            self._console.print(self._progress.get_renderable())

    def pause(self) -> None:
        """Take the line away, for another one to stand there; `show` brings it back."""
        if self._console.is_terminal:
            self._progress.stop()
            self._shown = 0.0
