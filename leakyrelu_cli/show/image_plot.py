"""Pictures as image files. The only file that imports matplotlib, and imported late for that reason.

The same picture gives the same bytes: no dates, no random names, no settings of the user's.
"""

from __future__ import annotations

import io

import matplotlib as mpl
from matplotlib.figure import Figure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.show.curves import Picture

UNDATED = {"svg": {"Date": None}, "pdf": {"CreationDate": None}, "png": {}}
"""For each kind of file, what takes the time out of it."""

TICKS = 11
VIEW = (-0.05, 1.05)
"""The unit square with a margin."""

LEGEND_LINES = 20
"""How many lines of legend there may be for it to hold the values of the marked numbers too."""

LINES = ("solid", "dashed", "dashdot", "dotted")


def render(picture: Picture, kind: str) -> bytes:
    """The image file: png, svg or pdf."""
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams.update({"svg.hashsalt": "leakyrelu", "svg.fonttype": "none"})
        image = io.BytesIO()
        _figure(picture).savefig(image, format=kind, dpi=150, bbox_inches="tight", metadata=UNDATED[kind])
    return image.getvalue()


def _figure(picture: Picture) -> Figure:
    figure = Figure()
    axes = figure.add_subplot(xlabel=picture.x.name, ylabel=picture.y.name, xlim=VIEW, ylim=VIEW)
    x, y = picture.x.ticks(TICKS), picture.y.ticks(TICKS)
    axes.set_xticks(list(x.values()), labels=list(x))
    axes.set_yticks(list(y.values()), labels=list(y))
    axes.grid(alpha=0.3)
    with_values = sum(1 + len(curve.values) for curve in picture.curves) <= LEGEND_LINES
    for index, curve in enumerate(picture.curves):
        paint = f"C{index}"
        label = "\n".join([curve.label, *(curve.values if with_values else ())])
        for piece in curve.pieces or [[]]:
            points = ([a for a, _ in piece], [b for _, b in piece])
            axes.plot(*points, color=paint, linestyle=LINES[index % len(LINES)], label=label)
            label = ""  # one entry in the legend for all pieces
        axes.scatter([a for a, _ in curve.marks], [b for _, b in curve.marks], color=paint, zorder=3)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))  # outside, where it hides nothing
    return figure
