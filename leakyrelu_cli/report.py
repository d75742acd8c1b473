"""Tables for reading. The only file that imports rich, and imported late for that reason."""

from __future__ import annotations

import io
import sys

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.contract import FORWARD, GRADIENT, Rule
from leakyrelu_cli.errors import printable

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
