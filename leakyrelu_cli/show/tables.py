"""Tables for reading. One of three files that import rich, which is slow: imported late."""

from __future__ import annotations

import io
from itertools import islice

from rich import box
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine import numerals, records
from leakyrelu_cli.errors import printable
from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leakyrelu_cli.engine.contract import Rule

LONGEST = 1000
"""Characters of a number that a table shows at most: longer than any that has not hundreds of zeros."""

ALIGNED = 30
"""Digits before the point up to which numbers are aligned; farther out there would be more blanks than text."""

CELL = 40
"""Characters of a cell that a preview shows at most."""

NAMED = 10
"""How many hidden columns are named at most."""

WIDE = 1000
"""Columns where no terminal sets a width, so that a pipe gets every digit on one line."""


NARROW, FOLDED = 20, 10
"""Columns that a table takes at least, and a chosen column of a preview that has to be folded: in less room than
that rich leaves out what is in them, without a word."""


def table(rows: list[tuple[bytes, bytes]], rule: Rule) -> bytes:
    """Each number beside its result, aligned on the decimal point; negative inputs are marked with ``*``.

    Text only, unless standard output is a terminal; NO_COLOR is respected.
    """
    symbols = {FORWARD: ("z", "f(z)"), GRADIENT: ("z", "f'(z)"), INVERSE: ("y", "f⁻¹(y)")}[rule.operation]
    branch = {FORWARD: "negative: alpha * z", GRADIENT: "z <= 0: alpha", INVERSE: "negative: y / alpha"}[rule.operation]
    marked = [_takes_alpha(old, rule) for old, _ in rows]
    legend = f"; * {branch}" if any(marked) else ""
    sheet = Table(box=box.SIMPLE_HEAD)
    for symbol in (*symbols, ""):
        sheet.add_column(symbol, overflow="fold")
    before = _aligned([printable(old, LONGEST) for old, _ in rows])
    after = _aligned([printable(new, LONGEST) for _, new in rows])
    for old, new, mark in zip(before, after, marked, strict=True):
        sheet.add_row(Text(old), Text(new, style="bold" if mark else ""), "*" if mark else "")
    return _rendered(_console(), sheet, f"alpha = {rule.alpha}{legend}")


def _takes_alpha(number: bytes, rule: Rule) -> bool:
    value = None if number in rule.na else numerals.parse(number)
    return value is not None and (value < 0 or (value == 0 and rule.operation == GRADIENT))


def preview(
    names: list[bytes], rows: list[list[tuple[bytes | None, bytes | None]]], chosen: set[int], *, more: bool
) -> bytes:
    """Records as they are and as they would be: ``before → after`` in each cell that changes.

    Parameters
    ----------
    names : list of bytes
        The columns' names; empty if they have none.
    rows : list of list of (bytes or None, bytes or None)
        For each record its raw fields, before and after; None where there is none.
    chosen : set of int
        The positions of the converted columns, which are shown first.
    more : bool
        Whether there are more records.
    """
    console = _console()
    width = max([len(names), *map(len, rows)])
    columns: dict[int, list[Text]] = {}  # those that are looked at: of a million, hardly any

    def title(n: int) -> str:
        return printable(names[n]) if n < len(names) else str(n + 1)

    def width_of(n: int) -> int:
        columns[n] = _cells([row[n] if n < len(row) else (None, None) for row in rows])
        return max(cell_len(title(n)), *(cell.cell_len for cell in columns[n]), 1)

    shown = _fitting(width, width_of, chosen, console.width)
    sheet = Table(box=box.SIMPLE_HEAD)
    for n in shown:
        sheet.add_column(Text(title(n), style="bold" if n in chosen else ""), overflow="fold")
    for cells in zip(*(columns[n] for n in shown), strict=True):
        sheet.add_row(*cells)
    hidden = (title(n) for n in range(width) if n not in columns or n not in shown)
    room = _left_out(hidden, width - len(shown), width)
    records_shown = "the first record" if len(rows) == 1 else f"the first {len(rows):,} records"
    caption = "; ".join(filter(None, [records_shown if more and rows else "", room]))
    return _rendered(console, sheet, caption) if width else b""


def _cells(pairs: list[tuple[bytes | None, bytes | None]]) -> list[Text]:
    """A column: old texts aligned on the decimal point, and behind an arrow the new ones where they differ."""
    changed = [old is not None and new is not None and old != new for old, new in pairs]
    olds = _aligned([_value(new if old is None else old) for old, new in pairs])
    news = _aligned([_value(new) if differs else "" for (_, new), differs in zip(pairs, changed, strict=True)])
    widest = max(map(cell_len, olds), default=0)
    return [
        Text(old).append(" " * (widest - cell_len(old)) + " → ").append(new, style="bold") if differs else Text(old)
        for old, new, differs in zip(olds, news, changed, strict=True)
    ]


def _value(field: bytes | None) -> str:
    return "" if field is None else printable(records.value(field), CELL)


def _fitting(count: int, width_of: Callable[[int], int], chosen: set[int], room: int) -> list[int]:
    """The columns that fit side by side, in order: first the chosen ones, folded if need be, then from the left."""
    gap = 2  # between columns, in this box
    room -= gap
    shown: list[int] = []
    folded = room
    for n in sorted(n for n in chosen if n < count):
        width = width_of(n)
        folded -= min(width, FOLDED) + gap
        room -= width + gap
        if folded < 0 and shown:
            return shown
        shown.append(n)
    for n in (n for n in range(count) if n not in chosen):
        room -= width_of(n) + gap
        if room < 0:
            break
        shown.append(n)
    return sorted(shown)


def _left_out(hidden: Iterable[str], count: int, of: int) -> str:
    """Which columns have no room."""
    named = ", ".join(islice(hidden, NAMED)) + (", ..." if count > NAMED else "")
    return f"no room for {count} of {of} columns: {named}" if count else ""


def summary(files: list[tuple[str, tuple[int, int, int, int]]], in_all: tuple[int, int, int, int]) -> str:
    """What was done to each file: its records, and cells changed, missing and invalid; and their sums."""
    sheet = Table(box=box.SIMPLE_HEAD)
    sheet.add_column("file", overflow="fold")
    for title in ("records", "changed", "missing", "invalid"):
        sheet.add_column(title, justify="right", overflow="fold")
    for name, counts in files:
        sheet.add_row(Text(name), *(f"{count:,}" for count in counts))
    if len(files) > 1:
        sheet.add_section()
        sheet.add_row(f"{len(files):,} files", *(f"{count:,}" for count in in_all))
    return _rendered(_console(2), sheet, "").decode()


def _console(descriptor: int = 1) -> Console:
    """What draws for standard output or error: in colour and as wide as it is, if it is a terminal."""
    terminal = sink.is_terminal(descriptor)
    console = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else WIDE)
    console.width = max(console.width, NARROW)
    return console


def _rendered(console: Console, sheet: Table, caption: str) -> bytes:
    with console.capture() as capture:
        console.print(sheet)
        if caption:
            console.print(Text(caption, style="italic"))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def _aligned(texts: list[str]) -> list[str]:
    """The texts, padded so that the decimal points of numbers stand below each other."""
    points = [_point(text) for text in texts]
    before = max((point for point in points if point <= ALIGNED), default=0)
    return [" " * (max(before - point, 0) if point else 0) + text for text, point in zip(texts, points, strict=True)]


def _point(text: str) -> int:
    """Where the decimal point of a number is, or would be; 0 of other text."""
    if numerals.parse(text.strip().encode()) is None:
        return 0
    return next((index for index, letter in enumerate(text) if letter in ".eE"), len(text))
