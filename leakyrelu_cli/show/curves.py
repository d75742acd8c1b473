"""What a plot shows, whatever draws it: curves and marks in a unit square, ticks, names, and numbers written short.

Limits and positions are exact fractions, so that no range is too large, too small or too narrow:
drawing libraries subtract floats, which overflows or cancels.
"""

from __future__ import annotations

import math
from fractions import Fraction
from itertools import chain
from typing import NamedTuple

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE, OPERATIONS
from leakyrelu_cli.engine.numerals import canonical

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = {FORWARD: ("z", "f"), GRADIENT: ("z", "f'"), INVERSE: ("y", "f⁻¹")}
"""What the argument and the function are called."""

TITLES = {FORWARD: "Leaky ReLU", GRADIENT: "Gradient of leaky ReLU", INVERSE: "Inverse of leaky ReLU"}

WHOLE = 1e9
"""Whole numbers below this are written with all their digits."""

FACTORS = (Fraction(1), Fraction(2), Fraction(5, 2), Fraction(5))
"""What a step between ticks may be, times a power of ten."""

LARGEST = math.nextafter(math.inf, 0)

Point = tuple[float, float]


class Plot(NamedTuple):
    """What to draw: finite floats, ``low < high``, and the numbers between them."""

    operation: str
    alphas: tuple[float, ...]
    low: float
    high: float
    numbers: tuple[float, ...] = ()


class Axis(NamedTuple):
    """One direction of the picture."""

    name: str
    low: Fraction
    high: Fraction

    def place(self, value: float) -> float:
        """Where the value is, between 0 and 1."""
        return float((exact(value) - self.low) / (self.high - self.low))

    def ticks(self, most: int) -> dict[str, float]:
        """Round values, so many at most, by their labels, and where they are."""
        step = _step(self.low, self.high, most)
        multiples = range(math.ceil(self.low / step), math.floor(self.high / step) + 1)
        values = (float(step * multiple) for multiple in multiples)
        return {_text(value): self.place(value) for value in values}


class Mark(NamedTuple):
    """A number: what the function gives for it, as an equation, and its place, which an infinite value has not."""

    equation: str
    place: Point | None


class Curve(NamedTuple):
    """The function for one alpha.

    Attributes
    ----------
    label : str
        What tells it from the others; empty where there are none.
    pieces : list of list of Point
        Polylines in the unit square; the function jumps where one ends and the next begins.
    marks : list of Mark
    """

    label: str
    pieces: list[list[Point]]
    marks: list[Mark]

    def counted(self) -> str:
        """How many numbers are marked, for where there is no room for each."""
        return f"{len(self.marks)} number{'s' if len(self.marks) > 1 else ''}"


class Picture(NamedTuple):
    """All that is to be drawn."""

    title: str
    x: Axis
    y: Axis
    curves: list[Curve]


def picture(plot: Plot) -> Picture:
    """The plot as curves in the unit square."""
    argument, function = NAMES[plot.operation]
    formula = OPERATIONS[plot.operation]
    pieces = {alpha: _pieces(plot, alpha) for alpha in plot.alphas}
    marks = {alpha: [(number, float(formula(number, alpha))) for number in plot.numbers] for alpha in plot.alphas}
    # A mark may lie off the pieces: the gradient at 0 is alpha, of which a range from 0 on shows nothing else.
    drawn = [*chain.from_iterable(pieces.values()), *marks.values()]
    heights = [height for _, height in chain.from_iterable(drawn) if math.isfinite(height)]
    x = Axis(argument, exact(plot.low), exact(plot.high))
    y = Axis(f"{function}({argument})", *_limits(heights, from_zero=plot.operation == GRADIENT))

    write, write_alpha = _writer(plot.numbers), _writer(plot.alphas)

    def place(number: float, value: float) -> Point:
        return x.place(number), y.place(value)

    def mark(number: float, value: float) -> Mark:
        equation = f"{function}({write(number)}) = {write(value)}"
        return Mark(equation, place(number, value) if math.isfinite(value) else None)

    def label(alpha: float) -> str:
        return f"alpha = {write_alpha(alpha)}" + ("" if pieces[alpha] else " (too large to draw)")

    def curve(alpha: float, label: str) -> Curve:
        polylines = [[place(*point) for point in polyline] for polyline in pieces[alpha]]
        return Curve(label, polylines, [mark(*pair) for pair in marks[alpha]])

    title = TITLES[plot.operation]
    if len(plot.alphas) == 1:
        [alpha] = plot.alphas
        return Picture(f"{title}, {label(alpha)}", x, y, [curve(alpha, "")])
    return Picture(title, x, y, [curve(alpha, label(alpha)) for alpha in plot.alphas])


def exact(value: float) -> Fraction:
    """The fraction that the shortest text of a float denotes, so that 0.1 is a tenth and a multiple of one."""
    return Fraction(repr(value))


def _pieces(plot: Plot, alpha: float) -> list[list[Point]]:
    """The polylines through the ends of the range and the origin, in the units of the axes."""
    low, high = plot.low, plot.high
    if plot.operation == GRADIENT:
        left = [(low, alpha), (min(high, 0.0), alpha)] if low < 0 else []
        right = [(max(low, 0.0), 1.0), (high, 1.0)] if high > 0 else []
        return [piece for piece in (left, right) if piece]
    value = OPERATIONS[plot.operation]
    if math.isinf(value(high, alpha)):
        return []
    start = (low, float(value(low, alpha)))
    if math.isinf(start[1]):  # begin where the curve comes back among the floats
        start = (max(low, -LARGEST / alpha if plot.operation == FORWARD else -LARGEST * alpha), -LARGEST)
    middle = [(0.0, 0.0)] if low < 0 < high else []
    return [[start, *middle, (high, float(value(high, alpha)))]]


def _limits(heights: list[float], *, from_zero: bool) -> tuple[Fraction, Fraction]:
    """The lowest and the highest; 0 too, where it is asked for or there would be no height."""
    if from_zero or not heights or min(heights) == max(heights):
        heights = [*heights, 0.0]
    low, high = exact(min(heights)), exact(max(heights))
    return (low, high) if low < high else (Fraction(-1), Fraction(1))


def _step(low: Fraction, high: Fraction, most: int) -> Fraction:
    """The step, of 1, 2, 2.5 or 5 times a power of ten, that gives the most ticks allowed and reaches farthest."""
    rough = (high - low) / most
    exponent = math.floor(math.log10(rough.numerator) - math.log10(rough.denominator))

    def count(step: Fraction) -> int:
        return math.floor(high / step) - math.ceil(low / step) + 1

    steps = (factor * Fraction(10) ** power for power in range(exponent, exponent + 3) for factor in FACTORS)
    return max((step for step in steps if count(step) <= most), key=lambda step: (count(step), step))


def _writer(values: tuple[float, ...]) -> Callable[[float], str]:
    """How such numbers are written: short, unless two of them would look the same."""
    return _short if len(set(map(_short, values))) == len(values) else _text


def _short(value: float) -> str:
    """The number as a person reads it, in six significant digits: all of them are for the command without `plot`."""
    return _text(value) if value % 1 == 0 and abs(value) < WHOLE else f"{value:.6g}"


def _text(value: float) -> str:
    return canonical(value).decode("ascii")
