"""Tables for reading. Imports rich, which is slow: imported late."""

from __future__ import annotations

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable
from leakyrelu_cli.show.console import console

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rich.console import Console

    from leakyrelu_cli.engine.contract import Rule

LONGEST = 1000
"""Characters of a number that a table shows at most: longer than any that has not hundreds of zeros."""

ALIGNED = 30
"""Digits before the point up to which numbers are aligned; farther out there would be more blanks than text."""

NARROW = 20
"""Columns that a table takes at least: in less room than that rich leaves out what is in them, without a word."""

ENDLESS = 1 << 20
"""Columns that no table needs."""

GAP = 3
"""Columns between the texts of two, in this box; as many as a table takes with each more."""


def table(rows: list[tuple[bytes, bytes]], rule: Rule) -> bytes:
    """Each number beside its result, aligned on the decimal point; negative inputs are marked with ``*``.

    Text only, unless standard output is a terminal; NO_COLOR is respected.
    """
    symbols = {FORWARD: ("z", "f(z)"), GRADIENT: ("z", "f'(z)"), INVERSE: ("y", "f⁻¹(y)")}[rule.operation]
    branch = {FORWARD: "negative: alpha * z", GRADIENT: "z <= 0: alpha", INVERSE: "negative: y / alpha"}[rule.operation]
    marked = [_takes_alpha(old, rule) for old, _ in rows]
    legend = f"; * {branch}" if any(marked) else ""
    before = [printable(old, LONGEST) for old, _ in rows]
    after = [printable(new, LONGEST) for _, new in rows]
    target = console(1, NARROW)
    for olds, news in ((aligned(before), aligned(after)), (before, after)):
        if _width(olds) + _width(news) + 1 + 3 * GAP <= target.width:
            sheet = _beside(symbols, olds, news, marked)
            break
    else:
        sheet = _below(symbols, before, after, marked)
    return rendered(target, sheet, f"alpha = {rule.alpha}{legend}")


def _beside(symbols: tuple[str, str], olds: list[str], news: list[str], marked: list[bool]) -> Table:
    rows = zip(olds, news, marked, strict=True)
    return _sheet((*symbols, ""), [(Text(old), Text(new, style="bold" * mark), "*" * mark) for old, new, mark in rows])


def _below(symbols: tuple[str, str], olds: list[str], news: list[str], marked: list[bool]) -> Table:
    """The results below the numbers, where there is not room for both side by side."""
    rows = zip(olds, news, marked, strict=True)
    return _sheet(
        (" → ".join(symbols), ""),
        [(Text(f"{old}\n→ ").append(new, style="bold" * mark), "*" * mark) for old, new, mark in rows],
    )


def _sheet(titles: tuple[str, ...], rows: Iterable[tuple[Text | str, ...]]) -> Table:
    sheet = Table(box=box.SIMPLE_HEAD)
    for title in titles:
        sheet.add_column(title, no_wrap=True)
    for row in rows:
        sheet.add_row(*row)
    return sheet


def _width(texts: list[str]) -> int:
    return max(map(cell_len, texts), default=0)


def _takes_alpha(number: bytes, rule: Rule) -> bool:
    value = None if number in rule.na else numerals.parse(number)
    return value is not None and (value < 0 or (value == 0 and rule.operation == GRADIENT))


def summary(files: list[tuple[str, tuple[int, int, int, int]]], in_all: tuple[int, int, int, int]) -> str:
    """What was done to each file: its records, and cells changed, missing and invalid; and their sums."""
    sheet = Table(box=box.SIMPLE_HEAD)
    sheet.add_column("file", overflow="fold")
    for title in ("records", "changed", "missing", "invalid"):
        sheet.add_column(title, justify="right", no_wrap=True)
    for name, counts in files:
        sheet.add_row(Text(name), *(f"{count:,}" for count in counts))
    if len(files) > 1:
        sheet.add_section()
        sheet.add_row(f"{len(files):,} files", *(f"{count:,}" for count in in_all))
    return rendered(console(2, NARROW), sheet, "", broken=True).decode()


def rendered(target: Console, sheet: Table, caption: str, *, broken: bool = False) -> bytes:
    """The table with a line below it.

    If it has more columns than the target, its texts are broken, or else its lines are: by the terminal, for
    rich would cut them.
    """
    room = target.width
    width = sheet.__rich_measure__(target, target.options.update(max_width=ENDLESS)).maximum
    with target.capture() as capture:
        target.width = room if broken else max(room, width)
        target.print(sheet)
        target.width = room
        if caption:
            target.print(Text(caption, style="italic"))
    lines = [line.rstrip() for line in capture.get().splitlines()]
    return "".join(f"{line}\n" for line in lines).encode()


def aligned(texts: list[str]) -> list[str]:
    """The texts, padded so that the decimal points of numbers stand below each other."""
    points = [_point(text) for text in texts]
    before = max((point for point in points if point <= ALIGNED), default=0)
    return [" " * (max(before - point, 0) if point else 0) + text for text, point in zip(texts, points, strict=True)]


def _point(text: str) -> int:
    """Where the decimal point of a number is, or would be; 0 of other text."""
    if not numerals.is_number(text.strip().encode()):
        return 0
    return next((index for index, letter in enumerate(text) if letter in ".eE"), len(text))
