"""`run(plot)`: what the command line asks to be drawn -> picture -> sink."""

from __future__ import annotations

import logging
import math
import os

from leakyrelu_cli import curves, numerals
from leakyrelu_cli.curves import Plot
from leakyrelu_cli.errors import LeakyReluError, MissingLibrary, UsageError, printable, quoted
from leakyrelu_cli.transaction import Replacements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.contract import Rule

KINDS = ("png", "svg", "pdf")

DEFAULT_RANGE = (-5.0, 5.0)

MOST_CURVES = 10
"""As many as colours and letters can tell apart."""


def parse(rules: list[Rule], range_: str | None, words: list[str]) -> Plot:
    """The plot that is asked for.

    Parameters
    ----------
    rules : list of Rule
        One operation for one or several alphas.
    range_ : str or None
        ``MIN:MAX``; None for the default, which widens to hold the numbers.
    words : list of str
        Operands, each a line of numbers.

    Raises
    ------
    UsageError
        If it cannot be drawn.
    """
    alphas = tuple(dict.fromkeys(float(rule.alpha) for rule in rules))
    if len(alphas) > MOST_CURVES:
        raise UsageError("--alpha", f"{len(alphas)} curves; {MOST_CURVES} at most can be told apart")
    numbers = tuple(dict.fromkeys(number for word in words for number in _numbers(word)))
    if range_ is None:
        low, high = min(*DEFAULT_RANGE, *numbers), max(*DEFAULT_RANGE, *numbers)
    else:
        low, high = _range(range_)
    for number in numbers:
        if not low <= number <= high:
            raise UsageError(
                "NUMBERS", f"{numerals.canonical(number).decode()} is not in the range {quoted(str(range_))}"
            )
    return Plot(rules[0].operation, alphas, low, high, numbers)


def run(plot: Plot, output: str | None) -> None:
    """Draw it, in the terminal or as an image file.

    Raises
    ------
    LeakyReluError
        If it cannot be drawn or written.
    """
    picture = curves.picture(plot)
    if output is None:
        from leakyrelu_cli import terminal  # noqa: PLC0415 -- an image does without it

        data = terminal.render(picture)
    else:
        data = _image(picture, _kind(output))
    with Replacements() as files, files.open(output) as sink:
        sink.write(data)


def _image(picture: curves.Picture, kind: str) -> bytes:
    # What it has to say about folders for its caches and settings is not for who wants an image.
    logging.getLogger("matplotlib").setLevel(logging.ERROR)
    try:
        from leakyrelu_cli import figure  # noqa: PLC0415 -- matplotlib is optional, and slow to import
    except ModuleNotFoundError as error:
        raise MissingLibrary("matplotlib", "plot", error) from None
    except MemoryError:
        raise
    except Exception as error:  # noqa: BLE001 -- it reads settings of the user's when it is imported
        raise LeakyReluError(f"matplotlib cannot be loaded: {printable(str(error))}") from None
    return figure.render(picture, kind)


def _kind(path: str) -> str:
    for kind in KINDS:
        if path.lower().endswith(f".{kind}"):
            return kind
    raise UsageError("--output", f"{quoted(path)} ends in none of .png, .svg and .pdf, which say what to write")


def _range(text: str) -> tuple[float, float]:
    ends = [numerals.parse(os.fsencode(end)) for end in text.split(":")]
    if len(ends) != 2 or any(end is None or not math.isfinite(end) for end in ends):
        raise UsageError("--range", f"{quoted(text)} is not two finite numbers MIN:MAX")
    low, high = (end for end in ends if end is not None)
    if not low < high:
        raise UsageError("--range", f"{quoted(text)} is empty; MIN must be less than MAX")
    return low, high


def _numbers(operand: str) -> list[float]:
    """The numbers of a line, all of which have a place on an axis."""
    words = numerals.words(os.fsencode(operand))
    values = [numerals.parse(word) for word in words]
    for word, value in zip(words, values, strict=True):
        if value is None:
            raise UsageError("NUMBERS", f"not a number: {quoted(word)}")
        if not math.isfinite(value):
            raise UsageError("NUMBERS", f"not finite, so it cannot be marked: {quoted(word)}")
    if not values:
        raise UsageError("NUMBERS", f"not a number: {quoted(operand)}")
    return [value for value in values if value is not None]
