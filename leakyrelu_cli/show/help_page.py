"""A page of help, as wide as the terminal. Imports rich, which is slow: imported late."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from leakyrelu_cli.show.console import console
from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    Rows = tuple[tuple[str, str], ...]
    """What stands on the left, and what it means."""

    Section = tuple[str, Rows]
    """Rows with their title, which may be empty."""

NARROW, WIDE = 40, 100
"""Columns that a page takes at least, for words of some length; and at most, for lines that are easy to read."""

STYLE = "bold"
"""The one style that shows on a light ground as well as on a dark one, whatever the colours are."""

OPTION = r"(?<!\S)--?\w[\w-]*"


def render(usage: str, about: str, sections: tuple[Section, ...], left: int) -> bytes:
    """The page; text only, unless standard output is a terminal.

    Parameters
    ----------
    usage, about : str
        How the command is called, and what it does.
    sections : tuple of Section
    left : int
        Columns for what stands on the left.
    """
    target = console(1, NARROW, sink.USUAL)
    target.width = min(target.width, WIDE)
    with target.capture() as capture:
        target.print(Text("Usage: ", STYLE).append(usage, ""))
        target.print(Text(about))
        for title, rows in sections:
            target.print()
            if title:
                target.print(Text(title, STYLE))
            target.print(_section(rows, left))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _section(rows: Rows, left: int) -> Table:
    """Its rows: side by side, or where nothing stands on the right, over the whole width."""
    alone = not any(right for _, right in rows)
    grid = Table.grid(padding=(0, 0, 0, 2), pad_edge=True)
    grid.add_column(overflow="fold", width=None if alone else left - 2)
    for label, text in rows:
        shown = Text(label)
        if not alone:
            shown.highlight_regex(OPTION, STYLE)
        grid.add_row(shown, *([] if alone else [Text(text)]))
    return grid
