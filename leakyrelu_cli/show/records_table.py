"""Records before and after, side by side or one above the other, as the room allows. Imports rich: imported late."""

from __future__ import annotations

from itertools import islice
from typing import NamedTuple

from rich import box
from rich.cells import cell_len
from rich.table import Table
from rich.text import Text

from leakyrelu_cli.engine import numerals, records
from leakyrelu_cli.errors import printable
from leakyrelu_cli.show import tables
from leakyrelu_cli.show.console import console
from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST = 40
"""Characters of a cell that are shown at most."""

CROPPED, TITLE = 16, 12
"""Columns of text that is no number, and of a name, where there is no room for all of it."""

AROUND, FEWEST = 7, 5
"""Lines that a table has beside its records, the next prompt among them; and records that are worth scrolling for."""

NAMED = 10
"""How many hidden columns are named at most."""

GAP = "…"
"""Stands where records are left out."""

FAULT = "✗"
"""Marks a cell at fault."""

FAULTY = f"{FAULT} cannot be converted"


class Cell(NamedTuple):
    """A raw field before and after, None where there is none, and whether it is at fault."""

    old: bytes | None = None
    new: bytes | None = None
    is_wrong: bool = False

    @property
    def is_new(self) -> bool:
        """Whether both are there, and differ."""
        return self.old is not None and self.new is not None and self.old != self.new


NOTHING = Cell()
"""The cell of a record that is too short to have it."""


def preview(
    names: list[bytes],
    rows: Sequence[Sequence[Cell] | None],
    chosen: set[int],
    caption: str,
    room: int | None = None,
) -> bytes:
    """Records as they are and as they would be: ``before → after`` in each cell that changes.

    Parameters
    ----------
    names : list of bytes
        The columns' names; empty if they have none.
    rows : sequence
        The cells of each record; None where records are left out.
    chosen : set of int
        The positions of the converted columns, which are shown first.
    caption : str
        What is to be said of the records.
    room : int or None
        How many lines the records may take; None: any number.
    """
    width = max([len(names), *(len(row) for row in rows if row is not None)])
    if not width:
        return b""
    target = console(1, tables.NARROW)
    shown = _fitting(_Layout(names, rows, width), chosen, target.width)
    sheet = Table(box=box.SIMPLE_HEAD)
    for column in shown:
        style = "bold" if column.number in chosen else ""
        sheet.add_column(Text(column.title, style=style), overflow="fold", width=column.width)
    lines = list(zip(*(column.cells for column in shown), strict=True))
    visible = {column.number for column in shown}
    hidden = (_title(names, n) for n in range(width) if n not in visible)
    beside = _left_out(hidden, width - len(shown), width)

    def below(count: int) -> str:
        is_faulty = any(row[n].is_wrong for row in rows[:count] if row for n in visible if n < len(row))
        said = [caption, FAULTY * is_faulty, _no_room(len(lines) - count, len(lines)), beside]
        return "; ".join(filter(None, said))

    count = len(lines)
    if room is not None:
        titles = max(len(Text(column.title).wrap(target, column.width, overflow="fold")) for column in shown)
        for _ in range(2):  # to say that there is no room takes room
            texts = len(Text(below(count)).wrap(target, target.width))
            count = _with_room(lines, room - (titles - 1) - (texts - 1))
    for cells in lines[:count]:
        sheet.add_row(*cells)
    return tables.rendered(target, sheet, below(count))


def room() -> int | None:
    """How many lines a terminal has for records, with the names above them and what is said below; else None."""
    return max(console().height - AROUND, FEWEST) if sink.is_terminal(1) else None


def _with_room(rows: list[tuple[Text, ...]], room: int) -> int:
    """How many of the rows have so many lines at most; a few are worth scrolling for."""
    used = 0
    for number, cells in enumerate(rows):
        used += max(text.plain.count("\n") + 1 for text in cells)
        if used > room and number >= FEWEST:
            return number
    return len(rows)


class _Layout:
    """The columns, each laid out when it is asked for: of a million, hardly any is."""

    def __init__(self, names: list[bytes], rows: Sequence[Sequence[Cell] | None], count: int) -> None:
        self._names = names
        self._rows = rows
        self.count = count

    def worth_seeing(self) -> set[int]:
        """Those in which something changes, or is at fault."""
        whole = (row for row in self._rows if row is not None)
        return {n for row in whole for n, cell in enumerate(row) if cell.is_wrong or cell.old != cell.new}

    def column(self, number: int, *, narrow: bool) -> _Column:
        """The column, as wide as its texts or as narrow as it may be."""
        cells = [None if row is None else row[number] if number < len(row) else NOTHING for row in self._rows]
        return _Column(number, _title(self._names, number), cells, narrow=narrow)


class _Column:
    """A column as it is shown: its old texts aligned on the decimal point, and so the new ones where they differ.

    A narrow one has the new texts below the old ones, a name on several lines, and long texts cut: no number ever is.
    """

    def __init__(self, number: int, title: str, cells: list[Cell | None], *, narrow: bool) -> None:
        self.number = number
        self.title = title
        shown = [cell or NOTHING for cell in cells]
        olds = tables.aligned([_text(cell.new if cell.old is None else cell.old, narrow=narrow) for cell in shown])
        news = tables.aligned([_text(cell.new, narrow=narrow) * cell.is_new for cell in shown])
        before = max(map(cell_len, olds), default=0)
        self.cells: list[Text] = []
        for cell, old, new in zip(cells, olds, news, strict=True):
            text = Text(GAP if cell is None else old)
            if cell is not None and cell.is_new:
                text.append("\n→ " if narrow else " " * (before - cell_len(old)) + " → ").append(new, style="bold")
            if cell is not None and cell.is_wrong:
                text.append(f" {FAULT}" if old else FAULT, style="bold red")
            self.cells.append(text)
        name = cell_len(title)
        lines = (line for text in self.cells for line in text.plain.split("\n"))
        self.width = max(*map(cell_len, lines), min(name, TITLE) if narrow else name, 1) if cells else max(name, 1)


def _text(field: bytes | None, *, narrow: bool) -> str:
    """The value of a field; cut, if it is long, but of a number no digit that is shown elsewhere."""
    if field is None:
        return ""
    value = records.value(field)
    is_number = numerals.is_number(value.strip(numerals.BLANKS))
    return printable(value, CROPPED if narrow and not is_number else LONGEST)


def _title(names: list[bytes], number: int) -> str:
    return printable(names[number]) if number < len(names) else str(number + 1)


def _fitting(columns: _Layout, chosen: set[int], room: int) -> list[_Column]:
    """The columns that fit side by side, in order: first the chosen ones, if need be narrow, then from the left.

    Where not even these fit, those come first in which there is something to see.
    """
    wanted = sorted(n for n in chosen if n < columns.count)
    others = [n for n in range(columns.count) if n not in chosen]
    shown, left = _taken(columns, wanted, room, narrow=False)
    if len(shown) < len(wanted):
        seen = columns.worth_seeing()
        wanted.sort(key=lambda n: n not in seen)
        shown, left = _taken(columns, wanted, room, narrow=True)
        if not shown:  # no room for a single one: the terminal breaks its lines
            shown, left = [columns.column(wanted[0], narrow=True)], 0
    if len(shown) == len(wanted):
        more, _ = _taken(columns, others, left, narrow=False)
        if len(more) < len(others):
            more, _ = _taken(columns, others, left, narrow=True)
        shown += more
    return sorted(shown, key=lambda column: column.number)


def _taken(columns: _Layout, numbers: list[int], room: int, *, narrow: bool) -> tuple[list[_Column], int]:
    """As many of the columns as have room, and the room behind them."""
    taken: list[_Column] = []
    for number in numbers:
        column = columns.column(number, narrow=narrow)
        if column.width + tables.GAP > room:
            break
        room -= column.width + tables.GAP
        taken.append(column)
    return taken, room


def _no_room(left_out: int, of: int) -> str:
    return f"no room for {left_out} of these {of}" if left_out else ""


def _left_out(hidden: Iterator[str], count: int, of: int) -> str:
    """Which columns have no room."""
    named = ", ".join(islice(hidden, NAMED)) + (", ..." if count > NAMED else "")
    return f"no room for {count} of {of} columns: {named}" if count else ""
