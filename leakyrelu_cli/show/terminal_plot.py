"""Pictures in the terminal, in braille dots. The only file that imports plotille, and imported late for that reason.

plotille's canvas draws; its figure would put a tick every ten characters, whatever value is there.
"""

from __future__ import annotations

import math
import os
import shutil
from collections import Counter
from itertools import pairwise
from textwrap import wrap
from typing import NamedTuple

from plotille import Canvas, color

from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from leakyrelu_cli.show.curves import Axis, Curve, Mark, Picture, Point

    Entries = list[tuple[int, str]]
    """Parts of a line, each with the index of the curve whose colour it has."""

PIPED = os.terminal_size((80, 24))
WIDEST, HIGHEST = 120, 36
"""What straight lines need at most, unless told."""

NARROWEST, LOWEST = 10, 5
"""The smallest picture; where the labels of the vertical axis leave the curve less, they are left out."""

COLORS = (32, 166, 28, 163, 63, 100, 30, 161, 94, 129)
"""Of the 256 that are the same in every terminal, those that stand out from black and from white."""

NEUTRAL = 244
"""The colour of a place that belongs to several curves."""

LETTERS = "abcdefghij"
"""What tells curves apart without colour."""

LETTER_DISTANCE = 4
MARK, SHARED = "●", "◎"
"""A number on its curve; several in one place."""

FEW = 3
"""More curves than these stand in columns in the legend, if they have room."""

GAP = " " * 4
FIXED = "\N{NO-BREAK SPACE}"
EMPTY = "\N{BRAILLE PATTERN BLANK}"


class Grid(NamedTuple):
    """The characters that the curves are drawn in, each of two by four dots, counted from the lower left corner."""

    width: int
    height: int

    def dot(self, point: Point) -> tuple[int, int]:
        """The dot at a place."""
        return round(point[0] * (2 * self.width - 1)), round(point[1] * (4 * self.height - 1))

    def cell(self, point: Point) -> tuple[int, int]:
        """The character that holds the dot."""
        x, y = self.dot(point)
        return x // 2, y // 4


def render(picture: Picture, size: tuple[int, int] | None) -> bytes:
    """The picture as it should go to standard output, as large as the terminal has room for unless told.

    Text only, unless standard output is a terminal; NO_COLOR is respected.
    """
    terminal = sink.is_terminal(1)
    if size is None:
        room = shutil.get_terminal_size(PIPED) if terminal else PIPED
        size = min(room.columns, WIDEST), min(room.lines - 1, HIGHEST)  # the last line is the prompt's
    colored = terminal and os.environ.get("TERM") != "dumb"
    return "".join(f"{line.rstrip()}\n" for line in lines(picture, size, colored=colored)).encode()


def lines(picture: Picture, size: tuple[int, int], *, colored: bool) -> list[str]:
    """The picture in so many columns and lines; in more, where they do not hold the least there is to show."""
    columns = max(NARROWEST, size[0])
    title = _wrapped(_equation(picture.title), columns)
    legend = _legend(picture.curves, columns, size[1] // 2, lambda _: MARK)
    taken = len(title) + 3 + len(legend) + bool(legend)  # the vertical axis' name, the other axis and its labels, a gap
    height = max(LOWEST, size[1] - taken)
    rows = {_cell(at, height): label for label, at in picture.y.ticks(max(2, height // 3)).items()}
    margin = max(map(len, rows.values()))
    if columns - margin - 4 < NARROWEST:
        rows, margin = {}, 0
    grid = Grid(columns - margin - 4, height)  # a gap, the axis, and the argument's name behind the arrow
    symbol = _symbols(picture.curves, grid)
    body = [
        f"{rows.get(row, ''):>{margin}} {'┤' if row in rows else '│'}{line}"
        for row, line in zip(
            reversed(range(height)), _canvas(picture.curves, grid, symbol, colored=colored), strict=True
        )
    ]
    return [
        *(_centred(line, margin + 2, grid.width) for line in title),
        f"{' ' * margin} {picture.y.name}",
        *body,
        *_x_axis(picture.x, grid.width, margin + 1),
        *([""] if legend else []),
        *(
            GAP.join(color(text, fg=_paint(index, colored=colored), mode="byte") for index, text in entries)
            for entries in _legend(picture.curves, columns, size[1] // 2, symbol)
        ),
    ]


def _centred(line: str, margin: int, width: int) -> str:
    """The line above the middle of the curves, or as far to the right as it has room."""
    return " " * max(0, margin + min((width - len(line)) // 2, width + 2 - len(line))) + line


def _x_axis(axis: Axis, width: int, margin: int) -> list[str]:
    """The line below the picture, and the labels that have room in the one below that."""
    places = {label: _cell(at, width) for label, at in axis.ticks(max(2, width // 10)).items()}
    line = "".join("┬" if column in places.values() else "─" for column in range(width))
    labels = ""
    for label, column in places.items():
        start = max(0, min(margin + 1 + column - len(label) // 2, margin + width + 3 - len(label)))
        if start > len(labels) - (not labels) and start + len(label) <= margin + width + 3:
            labels = labels.ljust(start) + label
    return [f"{' ' * margin}└{line} {axis.name}", labels]


def _symbols(curves: list[Curve], grid: Grid) -> Callable[[Mark], str]:
    """What stands for a mark: nothing where it has no place."""
    taken = Counter(grid.cell(mark.place) for curve in curves for mark in curve.marks if mark.place)

    def symbol(mark: Mark) -> str:
        if mark.place is None:
            return ""
        return MARK if taken[grid.cell(mark.place)] == 1 else SHARED

    return symbol


def _canvas(curves: list[Curve], grid: Grid, symbol: Callable[[Mark], str], *, colored: bool) -> list[str]:
    """The lines of the picture between the axes, from above."""
    canvas = Canvas(grid.width, grid.height, 0, 0, 2 * grid.width, 4 * grid.height, mode="byte")  # its unit is a dot
    for index, curve in enumerate(curves):
        paint = _paint(index, colored=colored)
        for piece in curve.pieces:
            for start, end in pairwise(piece):
                canvas.line(*grid.dot(start), *grid.dot(end), color=paint)
    if len(curves) > 1:
        distance = min(LETTER_DISTANCE, grid.width // len(curves)) or 1
        for count, column in enumerate(range(distance // 2, grid.width, distance)):
            index = count % len(curves)
            for point in _crossings(curves[index], (column + 0.5) / grid.width):
                canvas.point(*grid.dot(point), color=_paint(index, colored=colored), marker=LETTERS[index])
    for index, curve in enumerate(curves):
        for mark in curve.marks:
            if mark.place:
                shared = symbol(mark) == SHARED and len(curves) > 1
                paint = _paint(index, colored=colored, shared=shared)
                canvas.point(*grid.dot(mark.place), color=paint, marker=symbol(mark))
    return canvas.plot(linesep="\n").replace(EMPTY, " ").split("\n")


def _crossings(curve: Curve, x: float) -> list[Point]:
    """Where the curve is at x: a place or none."""
    return [
        (x, y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        for piece in curve.pieces
        for (x0, y0), (x1, y1) in pairwise(piece)
        if x0 <= x < x1
    ]


def _legend(curves: list[Curve], columns: int, most: int, symbol: Callable[[Mark], str]) -> list[Entries]:
    """Which curve is which, in lines, and the values of the marked numbers if that takes so many lines at most.

    Whether it does is decided without the symbols, which are known once the lines that are left for the curves are.
    """
    longest = [[f"{MARK} {mark.equation}" for mark in curve.marks] for curve in curves]
    if len(_arranged(curves, longest, columns)) > most:
        counted = [[f"{MARK} {curve.counted()}"] if curve.marks else [] for curve in curves]
        return _arranged(curves, counted, columns)
    listed = [[f"{symbol(mark)} {mark.equation}".lstrip() for mark in curve.marks] for curve in curves]
    return _arranged(curves, listed, columns)


def _arranged(curves: list[Curve], values: list[list[str]], columns: int) -> list[Entries]:
    """What there is to say of each curve: below each other, and where they are many, beside each other, too."""
    letters = [f"{letter}  " for letter in LETTERS[: len(curves)]] if len(curves) > 1 else [""]
    texts = [
        letter + "  ".join(filter(None, [_equation(curve.label), *(text.replace(" ", FIXED) for text in each)]))
        for letter, curve, each in zip(letters, curves, values, strict=True)
    ]
    width = max(map(len, texts))
    lines = math.ceil(len(texts) / max(1, (columns + len(GAP)) // (width + len(GAP))))
    if len(texts) > FEW and lines < len(texts):
        entries = [(index, text.replace(FIXED, " ").ljust(width)) for index, text in enumerate(texts)]
        return [entries[line::lines] for line in range(lines)]
    return [[(i, line)] for i, text in enumerate(texts) for line in _wrapped(text, columns, " " * len(letters[i]))]


def _equation(text: str) -> str:
    """The text, which does not break beside its equals sign."""
    return text.replace(" = ", f"{FIXED}={FIXED}")


def _wrapped(text: str, columns: int, indent: str = "") -> list[str]:
    """The text in lines that do not break where blanks are fixed."""
    folded = wrap(text, columns, subsequent_indent=indent, break_on_hyphens=False)
    return [line.replace(FIXED, " ") for line in folded]


def _paint(index: int, *, colored: bool, shared: bool = False) -> int | None:
    return (NEUTRAL if shared else COLORS[index]) if colored else None


def _cell(at: float, cells: int) -> int:
    """The character that holds the dot of this place."""
    return min(int(at * cells), cells - 1)
