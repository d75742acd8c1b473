"""What is given on a command line, and what the options mean that several commands have."""

from __future__ import annotations

import os

from leakyrelu_cli.cli.options import INVALID
from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.engine.contract import DEFAULT_ALPHA, Rule
from leakyrelu_cli.errors import UsageError, quoted
from leakyrelu_cli.run.job import ABORT
from leakyrelu_cli.storage import urls
from leakyrelu_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from leakyrelu_cli.cli.words import Words

MOST_JOBS = 9999


class Given(Value):
    """What a command line gives: the values of its options by their keys, and its operands."""

    options: Mapping[str, str | bool | list[str]]
    operands: list[str]

    def text(self, key: str) -> str | None:
        """The value of an option, or None."""
        value = self.options.get(key)
        return value if isinstance(value, str) else None

    def texts(self, key: str) -> list[str]:
        """The values of an option that repeats."""
        value = self.options.get(key)
        return value if isinstance(value, list) else []

    def switch(self, key: str) -> bool | None:
        """Whether a switch is on; None if nobody touched it."""
        value = self.options.get(key)
        return value if isinstance(value, bool) else None

    def on(self, key: str) -> bool:
        """Whether a switch is on."""
        return self.switch(key) is True


def flag(key: str) -> str:
    """How an option is written."""
    return f"--{key.replace('_', '-')}"


def given(words: Words) -> Given:
    """What words that are told apart give."""
    values: dict[str, str | bool | list[str]] = {}
    for option, value in words.given:
        if option.repeats and isinstance(value, str):
            several = values.setdefault(option.key, [])
            assert isinstance(several, list)  # noqa: S101 -- as every value of an option that repeats
            several.append(value)
        else:
            values[option.key] = value
    return Given(values, words.operands)


def rule(given: Given, alpha: str | None = None) -> Rule:
    """What to do with each number, with the slope that is given unless another one is.

    Raises
    ------
    UsageError
        If the options exclude each other, or a value is out of range.
    """
    if given.on("gradient") and given.on("inverse"):
        raise UsageError("--gradient and --inverse exclude each other")
    if alpha is None:
        alpha = given.text("alpha")
    if alpha is None:
        alpha = DEFAULT_ALPHA
    decimal = given.on("decimal")
    if not numerals.is_alpha(os.fsencode(alpha)) or (decimal and not _is_decimal(alpha)):
        from leakyrelu_cli.run import remedies  # noqa: PLC0415 -- slow to import, and rarely needed

        meant = remedies.number_meant(alpha, numerals.is_alpha)
        raise UsageError(f"--alpha: {quoted(alpha)} is not a finite number >= 0{meant}")
    if given.on("inverse") and not _is_positive(alpha, decimal=decimal):
        raise UsageError("--alpha: the inverse needs alpha > 0")
    thousands = _grouping(given)
    return Rule(
        operation=GRADIENT if given.on("gradient") else INVERSE if given.on("inverse") else FORWARD,
        alpha=alpha,
        conversion=_conversion(given),
        decimal=decimal,
        abort=invalid(given) == ABORT,
        na=_missing(given, thousands),
        decimal_comma=given.on("decimal_comma"),
        thousands=thousands,
    )


def _is_decimal(alpha: str) -> bool:
    """Whether a number's exponent has a place in decimal arithmetic, too: one of less than 18 digits has."""
    if len(alpha) < 20:
        return True
    from leakyrelu_cli.engine import decimals  # noqa: PLC0415 -- decimal is slow to import

    return decimals.parse(os.fsencode(alpha)) is not None


def _is_positive(alpha: str, *, decimal: bool) -> bool:
    """Whether a slope >= 0 is not 0; what float64 takes for 0 need not be."""
    return float(alpha) > 0 or (decimal and any(digit in "123456789" for digit in alpha.lower().partition("e")[0]))


def _missing(given: Given, thousands: bytes | None) -> tuple[bytes, ...]:
    """The texts that stand for missing values."""
    found: list[bytes] = []
    decimal_comma = given.on("decimal_comma")
    for text in given.texts("na"):
        whole = os.fsencode(text).strip(numerals.BLANKS)
        # `-999,0` is one value where that is how a number is written.
        is_one = numerals.is_number(numerals.standard(whole, thousands, decimal_comma=decimal_comma))
        values = [value.strip(numerals.BLANKS) for value in ([whole] if is_one else whole.split(b","))]
        if not all(values):
            raise UsageError(f"--na: {quoted(text)} names nothing; empty cells are missing values already")
        found += values
    return tuple(dict.fromkeys(found))


def _grouping(given: Given) -> bytes | None:
    """The byte between groups of digits."""
    byte = one_byte("thousands", given, "',' or a blank")
    if byte is None:
        return None
    mark = b"," if given.on("decimal_comma") else b"."
    if byte == mark:
        other = "leave out --decimal-comma" if mark == b"," else "add --decimal-comma"
        raise UsageError(f"--thousands: {quoted(byte)} is what stands before decimals; {other}")
    if byte in b'+-"\r\n' or byte.isalnum():
        raise UsageError(f"--thousands: {quoted(byte)} cannot stand between digits without changing the number")
    return byte


def refuse_web(output: str | None) -> None:
    """Raise if the output would go to a web server."""
    if output is not None and urls.is_web(output):
        raise UsageError(f"{urls.quoted_name(output)} can only be read; s3://, gs:// and az:// can be written")


def one_byte(key: str, given: Given, such_as: str) -> bytes | None:
    """The value of an option as one byte; None if it is not given."""
    text = given.text(key)
    if text is None:
        return None
    byte = b"\t" if text in ("tab", r"\t") else os.fsencode(text)
    if len(byte) != 1:
        raise UsageError(f"{flag(key)}: {quoted(text)} is not one byte, such as {such_as}")
    return byte


def _conversion(given: Given) -> str | None:
    text = given.text("format")
    if text is None:
        return None
    from leakyrelu_cli.engine import formats  # noqa: PLC0415 -- re is slow to import

    try:
        return formats.normalize(text)
    except ValueError as error:
        raise UsageError(f"--format: {quoted(text)}: {error}") from None


def invalid(given: Given) -> str:
    """What to do about what is not a number."""
    mode = given.text("invalid")
    if mode is not None and mode not in INVALID.choices:
        raise UsageError(f"--invalid: {quoted(mode)} is none of {', '.join(INVALID.choices)}")
    return mode or ABORT


def jobs(given: Given) -> int:
    """How many threads; 0 if nothing is said."""
    return whole_number("jobs", given, MOST_JOBS, more="; without it, all processors work") or 0


def whole_number(key: str, given: Given, most: int, least: int = 1, *, more: str = "") -> int | None:
    """The value of an option, from the least to the most; None if it is not given. A message ends in what is more."""
    text = given.text(key)
    if text is None:
        return None
    digits = text.lstrip("0") or "0"
    number = int(digits) if text and text.isascii() and text.isdigit() and len(digits) <= len(str(most)) else -1
    if not least <= number <= most:
        raise UsageError(f"{flag(key)}: {quoted(text)} is not a whole number from {least} to {most}{more}")
    return number
