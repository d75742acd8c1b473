"""Pictures in the terminal, in braille dots. The only file that imports plotille, and imported late for that reason.

plotille's canvas draws; its figure would put a tick every ten characters, whatever value is there.
"""

from __future__ import annotations

import os
import shutil
from itertools import pairwise
from textwrap import wrap

from plotille import Canvas, color

from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.show.curves import Axis, Curve, Picture, Point

PIPED = os.terminal_size((80, 24))
WIDEST, HIGHEST = 100, 24
"""What a curve of straight lines needs at most."""

NARROWEST, LOWEST = 10, 5
"""The smallest picture; where the labels of the vertical axis leave the curve less, they are left out."""

COLORS = ("blue", "red", "green", "magenta", "cyan", "yellow")
LETTERS = "abcdefghij"
"""What tells curves apart without colour."""

LETTER_DISTANCE = 4
MARK = "●"
FIXED = "\N{NO-BREAK SPACE}"
EMPTY = "\N{BRAILLE PATTERN BLANK}"


def render(picture: Picture) -> bytes:
    """The picture as it should go to standard output, as wide as the terminal has room for.

    Text only, unless standard output is a terminal; NO_COLOR is respected.
    """
    terminal = sink.is_terminal(1)
    size = shutil.get_terminal_size(PIPED) if terminal else PIPED
    colored = terminal and os.environ.get("TERM") != "dumb"
    return "".join(f"{line.rstrip()}\n" for line in lines(picture, size, colored=colored)).encode()


def lines(picture: Picture, size: os.terminal_size, *, colored: bool) -> list[str]:
    """The picture in so many columns, and as many lines if the legend is short."""
    columns = max(NARROWEST, min(size.columns, WIDEST))
    legend = _legend(picture.curves, columns, colored=colored)
    height = max(LOWEST, min(size.lines - len(legend) - 5, HIGHEST))  # the name, the axis, its labels, a gap, a prompt
    rows = {_cell(at, height): label for label, at in picture.y.ticks(max(2, height // 3)).items()}
    margin = max(map(len, rows.values()))
    if columns - margin - 4 < NARROWEST:
        rows, margin = {}, 0
    width = columns - margin - 4  # a gap, the axis, and the argument's name behind the arrow
    canvas = _canvas(picture.curves, width, height, colored=colored)
    body = [
        f"{rows.get(row, ''):>{margin}} {'┤' if row in rows else '│'}{line}"
        for row, line in zip(reversed(range(height)), canvas, strict=True)
    ]
    return [f"{' ' * margin} {picture.y.name}", *body, *_x_axis(picture.x, width, margin + 1), "", *legend]


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


def _canvas(curves: list[Curve], width: int, height: int, *, colored: bool) -> list[str]:
    canvas = Canvas(width, height, 0, 0, 2 * width, 4 * height)  # its unit is a dot

    def dot(point: Point) -> tuple[int, int]:
        return round(point[0] * (2 * width - 1)), round(point[1] * (4 * height - 1))

    for index, curve in enumerate(curves):
        paint = _paint(index, colored=colored)
        for piece in curve.pieces:
            for start, end in pairwise(piece):
                canvas.line(*dot(start), *dot(end), color=paint)
    if len(curves) > 1:
        distance = min(LETTER_DISTANCE, width // len(curves)) or 1
        for count, column in enumerate(range(distance // 2, width, distance)):
            index = count % len(curves)
            for point in _crossings(curves[index], (column + 0.5) / width):
                canvas.point(*dot(point), color=_paint(index, colored=colored), marker=LETTERS[index])
    for index, curve in enumerate(curves):
        for point in curve.marks:
            canvas.point(*dot(point), color=_paint(index, colored=colored), marker=MARK)
    return canvas.plot(linesep="\n").replace(EMPTY, " ").split("\n")


def _crossings(curve: Curve, x: float) -> list[Point]:
    """Where the curve is at x: a place or none."""
    return [
        (x, y0 + (y1 - y0) * (x - x0) / (x1 - x0))
        for piece in curve.pieces
        for (x0, y0), (x1, y1) in pairwise(piece)
        if x0 <= x < x1
    ]


def _legend(curves: list[Curve], columns: int, *, colored: bool) -> list[str]:
    """Which curve is which, and the values of the marked numbers."""
    texts = []
    for index, curve in enumerate(curves):
        letter = f"{LETTERS[index]}  " if len(curves) > 1 else ""
        values = (f"{MARK} {value}".replace(" ", FIXED) for value in curve.values)
        text = letter + "  ".join([curve.label, *values])
        folded = wrap(text, columns, subsequent_indent=" " * len(letter), break_on_hyphens=False)
        texts += [color(line.replace(FIXED, " "), fg=_paint(index, colored=colored)) for line in folded]
    return texts


def _paint(index: int, *, colored: bool) -> str | None:
    return COLORS[index % len(COLORS)] if colored else None


def _cell(at: float, cells: int) -> int:
    """The character that holds the dot of this place."""
    return min(int(at * cells), cells - 1)
