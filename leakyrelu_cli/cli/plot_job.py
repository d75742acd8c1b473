"""What the words of `leakyrelu plot` mean -> a `Draw`."""

from __future__ import annotations

import math
import os

from leakyrelu_cli.cli import arguments
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.engine.contract import DEFAULT_ALPHA
from leakyrelu_cli.errors import UsageError, quoted
from leakyrelu_cli.run.job import Draw
from leakyrelu_cli.show.curves import Plot

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given

KINDS = ("png", "svg", "pdf")

DEFAULT_RANGE = (-5.0, 5.0)

MOST_CURVES = 10
"""As many as colours and letters can tell apart."""

CHARACTERS = ("COLUMNSxROWS", (20, 10), (500, 200))
PIXELS = ("WIDTHxHEIGHT in pixels", (400, 300), (4000, 4000))
"""What a size is, in the terminal and of an image: the least that all has room in, and the most that memory allows."""


def job(given: Given) -> Draw:
    """The picture that is asked for.

    Raises
    ------
    UsageError
        If it cannot be drawn.
    """
    rules = [arguments.rule(given, alpha) for alpha in given.texts("alpha") or [DEFAULT_ALPHA]]
    alphas = tuple(dict.fromkeys(float(rule.alpha) for rule in rules))
    if len(alphas) > MOST_CURVES:
        raise UsageError(f"--alpha: {len(alphas)} curves; {MOST_CURVES} at most can be told apart")
    output, limits = given.text("output"), given.text("range")
    numbers = tuple(dict.fromkeys(number for word in given.operands for number in _numbers(word)))
    if limits is None:
        low, high = min(*DEFAULT_RANGE, *numbers), max(*DEFAULT_RANGE, *numbers)
    else:
        low, high = _range(limits)
    for number in numbers:
        if not low <= number <= high:
            raise UsageError(f"{numerals.canonical(number).decode()} is not in the range {quoted(str(limits))}")
    arguments.refuse_web(output)
    image = None if output is None else (output, _kind(output))
    size = given.text("size")
    bounds = CHARACTERS if image is None else PIXELS
    plot = Plot(rules[0].operation, alphas, low, high, numbers)
    return Draw(plot, image, None if size is None else _size(size, *bounds))


def _kind(path: str) -> str:
    for kind in KINDS:
        if path.lower().endswith(f".{kind}"):
            return kind
    raise UsageError(f"--output: {quoted(path)} ends in none of .png, .svg and .pdf, which say what to write")


def _range(text: str) -> tuple[float, float]:
    ends = [numerals.parse(os.fsencode(end)) for end in text.split(":")]
    if len(ends) != 2 or any(end is None or not math.isfinite(end) for end in ends):
        raise UsageError(f"--range: {quoted(text)} is not two finite numbers MIN:MAX")
    low, high = (end for end in ends if end is not None)
    if not low < high:
        raise UsageError(f"--range: {quoted(text)} is empty; MIN must be less than MAX")
    return low, high


def _size(text: str, what: str, least: tuple[int, int], most: tuple[int, int]) -> tuple[int, int]:
    parts = text.lower().split("x")
    if len(parts) == 2 and all(part.isascii() and part.isdigit() and len(part) < 5 for part in parts):
        width, height = map(int, parts)
        if least[0] <= width <= most[0] and least[1] <= height <= most[1]:
            return width, height
    ends = " to ".join(f"{width}x{height}" for width, height in (least, most))
    raise UsageError(f"--size: {quoted(text)} is not {what}, from {ends}")


def _numbers(operand: str) -> list[float]:
    """The numbers of a line, all of which have a place on an axis."""
    words = numerals.words(os.fsencode(operand))
    values = [numerals.parse(word) for word in words]
    numbers = [value for value in values if value is not None]
    if len(numbers) < max(1, len(words)):
        from leakyrelu_cli.cli import hints  # noqa: PLC0415 -- slow to import, and rarely needed

        raise UsageError(hints.no_number(operand, ()))
    for word, number in zip(words, numbers, strict=True):
        if not math.isfinite(number):
            raise UsageError(f"not finite, so it cannot be marked: {quoted(word)}")
    return numbers
