"""Pictures as image files. The only file that imports matplotlib, and imported late for that reason.

The same picture gives the same bytes: no dates, no random names, no settings of the user's.
"""

from __future__ import annotations

import io
import math
from itertools import chain

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.path import Path
from matplotlib.transforms import Bbox

TYPE_CHECKING = False
if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.legend import Legend
    from matplotlib.typing import LineStyleType

    from leakyrelu_cli.show.curves import Axis, Curve, Mark, Picture

    Entries = list[tuple[Line2D, str]]
    """What a legend says: samples and their names."""

UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
"""For each kind of file, what takes the time out of it."""

DEFAULT_SIZE = (1280, 800)
INCH = 96
"""How many pixels there are to it: as browsers count, so that an SVG is as large as a PNG."""

SCALE, SMALLEST_SCALE = 1.5, 0.85
"""How large text and lines are, as matplotlib's own measure goes: in an image of the default size, and at least."""

GROWING = (
    r"^(font\.size|lines\.marker(size|edgewidth)|(lines|axes|grid|patch)\.linewidth|axes\.(label|title)pad"
    r"|[xy]tick\.major\.(size|width|pad)|figure\.constrained_layout\.[wh]_pad)$"
)
"""The settings of matplotlib's that are lengths: they grow with the image."""

TICKS = 11
DIGIT = 0.65
"""The width of a digit, as a part of the size of the text."""

VIEW = (-0.05, 1.05)
"""The unit square with a margin."""

CORNERS = ((0, 1), (1, 0), (1, 1), (0, 0))
"""Where a legend may stand; the one most likely to be free comes first."""

MOST_ENTRIES = 40
"""A legend with more of them is not even tried."""

NEAR = 0.02
"""Two marks closer than this, in the unit square, cover each other."""

LINES: tuple[LineStyleType, ...] = ("solid", *("dashed", "dashdot", "dotted") * 3)
"""One for each of ten curves. Only the first has no gaps, for those behind it show through them where they coincide."""


def render(picture: Picture, kind: str, size: tuple[int, int] | None = None) -> bytes:
    """The image file: png, svg or pdf."""
    with mpl.rc_context():
        mpl.rcdefaults()
        width, height = size or DEFAULT_SIZE
        scale = max(SMALLEST_SCALE, SCALE * min(width / DEFAULT_SIZE[0], height / DEFAULT_SIZE[1]))
        mpl.rcParams.update({name: length * scale for name, length in mpl.rcParams.find_all(GROWING).items()})
        mpl.rcParams.update({"svg.hashsalt": "leakyrelu", "svg.fonttype": "none", "legend.labelspacing": 0.3})
        image = io.BytesIO()
        figure = _figure(picture, width / INCH, height / INCH)
        figure.savefig(image, format=kind, metadata=UNDATED[kind])
    return image.getvalue()


def _figure(picture: Picture, width: float, height: float) -> Figure:
    """The picture in so many inches."""
    figure = Figure(figsize=(width, height), dpi=INCH, layout="constrained")
    axes = figure.add_subplot(title=picture.title, xlabel=picture.x.name, ylabel=picture.y.name, xlim=VIEW, ylim=VIEW)
    y = picture.y.ticks(TICKS)
    digits = 72 * width / (DIGIT * mpl.rcParams["font.size"])
    x = _ticks(picture.x, digits - max(map(len, y)))
    axes.set_xticks(list(x.values()), labels=list(x))
    axes.set_yticks(list(y.values()), labels=list(y))
    axes.grid(alpha=0.3)
    for index, curve in enumerate(picture.curves):
        for piece in curve.pieces:
            axes.plot(*zip(*piece, strict=True), color=f"C{index}", linestyle=LINES[index])
    _mark(axes, picture.curves)
    _explain(figure, axes, picture.curves)
    return figure


def _ticks(axis: Axis, digits: float) -> dict[str, float]:
    """As many ticks as there is room for their labels, side by side, with gaps."""
    for most in range(TICKS, 2, -1):
        ticks = axis.ticks(most)
        if len(ticks) * (max(map(len, ticks)) + 2) <= digits:
            return ticks
    return axis.ticks(2)


def _mark(axes: Axes, curves: list[Curve]) -> None:
    """Draw the marks; where some coincide, the later ones leave a ring of each that they cover."""
    size = mpl.rcParams["lines.markersize"]
    edge = mpl.rcParams["lines.markeredgewidth"]
    ring = size * min(0.7, 2.5 / len(curves))
    numbers = list(zip(*(curve.marks for curve in curves), strict=True))
    for index in range(len(curves)):
        drawn = [(marks[index].place, _covered(marks, index)) for marks in numbers if marks[index].place]
        axes.scatter(
            [place[0] for place, _ in drawn if place],
            [place[1] for place, _ in drawn if place],
            s=[(size + ring * covered) ** 2 for _, covered in drawn],
            color=f"C{index}",
            edgecolors="white",
            linewidths=edge / len(curves),
            zorder=3,
        )


def _covered(marks: tuple[Mark, ...], index: int) -> int:
    """How many marks of later curves stand where this one does."""
    place = marks[index].place
    later = (mark.place for mark in marks[index + 1 :])
    return sum(place is not None and other is not None and abs(place[1] - other[1]) < NEAR for other in later)


def _explain(figure: Figure, axes: Axes, curves: list[Curve]) -> None:
    """Put a legend where it hides nothing: into a corner that no curve comes to, else below."""
    brief = _entries(curves, listed=False)
    full = _entries(curves, listed=True)
    tried = [full, brief] if len(full) <= MOST_ENTRIES else [brief]
    for entries in filter(None, tried):
        samples, texts = zip(*entries, strict=True)
        legend = axes.legend(samples, texts, loc="upper left")
        legend.set_in_layout(False)
        figure.draw_without_rendering()
        box = legend.get_window_extent()
        if corner := _free_corner(axes, legend, curves):
            legend.set_loc(corner)
            return
        legend.remove()
        columns = max(1, int(figure.bbox.width / box.width))
        height = box.height * math.ceil(len(entries) / columns) / len(entries)
        if height < figure.bbox.height / 3 or entries is brief:
            figure.legend(samples, texts, loc="outside lower center", ncols=columns)
            return


def _entries(curves: list[Curve], *, listed: bool) -> Entries:
    """Which curve is which, and the values of the marked numbers if they are to be listed."""
    entries: Entries = []
    for index, curve in enumerate(curves):
        marker = "o" if curve.marks and not listed else ""
        if curve.label or marker:
            sample = Line2D([], [], color=f"C{index}", linestyle=LINES[index], marker=marker)
            entries.append((sample, curve.label or curve.counted()))
        for mark in curve.marks if listed else ():
            marker = "o" if mark.place else ""
            entries.append((Line2D([], [], color=f"C{index}", linestyle="none", marker=marker), mark.equation))
    return entries


def _free_corner(axes: Axes, legend: Legend, curves: list[Curve]) -> tuple[float, float] | None:
    """Where a legend, which stands in the upper left corner, stands in one with nothing behind it."""
    box, room = legend.get_window_extent(), axes.get_window_extent()
    gap = box.x0 - room.x0
    width, height = (box.width + 2 * gap) / room.width, (box.height + 2 * gap) / room.height
    if max(width, height) > 1:
        return None
    low, span = VIEW[0], VIEW[1] - VIEW[0]
    lines = [Path(piece) for curve in curves for piece in curve.pieces]
    places = [mark.place for mark in chain.from_iterable(curve.marks for curve in curves) if mark.place]
    for x, y in CORNERS:
        corner = Bbox.from_bounds(
            low + x * (1 - width) * span, low + y * (1 - height) * span, width * span, height * span
        )
        crossed = any(line.intersects_bbox(corner, filled=False) for line in lines)
        if not crossed and not any(corner.contains(*place) for place in places):
            return x * (1 - width) + gap / room.width, y * (1 - height) + gap / room.height
    return None
