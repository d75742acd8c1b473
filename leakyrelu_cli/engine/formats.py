"""One printf conversion (C11 7.21.6.1: ``%[flags][width][.precision](e|f|g)``) for floats and decimals."""

from __future__ import annotations

import math
import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

CONVERSION = re.compile(
    r"%?(?P<flags>[-+ #0]*)(?P<width>[1-9]\d{0,2})?(?:\.(?P<precision>\d{0,3}))?l?(?P<type>[eEfFgG])"
)


def normalize(text: str) -> str:
    """The conversion with its ``%`` and without what says nothing (a length modifier).

    Raises
    ------
    ValueError
        If the text is anything but one conversion of a floating-point number.
    """
    match = CONVERSION.fullmatch(text)
    if match is None:
        message = "expected one conversion of a floating-point number, such as %.3f, %g or %+.2e, at most 999 wide"
        raise ValueError(message + _meant(text))
    flags = "".join(sorted(set(match["flags"])))
    precision = "" if match["precision"] is None else f".{match['precision'] or 0}"
    return f"%{flags}{match['width'] or ''}{precision}{match['type']}"


def _meant(text: str) -> str:
    """What may have been meant by a text in another language, or half a conversion; empty if nothing is likely."""
    if text.strip("%") in ("d", "i", "u", "int"):
        return "; did you mean %.0f?"
    if zeros := re.fullmatch(r"[0#]\.([0#]+)", text):
        return f"; did you mean %.{len(zeros[1])}f?"
    digits = re.fullmatch(r"[{%:]*\.?([0-9]{1,2})[fF]?}?", text)
    return f"; did you mean %.{digits[1]}f?" if digits else ""


def pads(conversion: str) -> bool:
    """Whether the conversion can write blanks."""
    match = _parts(conversion)
    return " " in match["flags"] or match["width"] is not None


def float_writer(conversion: str) -> Callable[[float], bytes]:
    """The function that writes a float by a normalized conversion, as C's printf does."""
    template = conversion.encode("ascii")
    # C pads infinities and NaN with blanks where Python would write "00inf".
    template_of_others = template.replace(b"0", b"", 1) if "0" in _parts(conversion)["flags"] else template

    def write(value: float) -> bytes:
        return (template if math.isfinite(value) else template_of_others) % value

    return write


def decimal_writer(conversion: str) -> Callable[[Decimal], bytes]:
    """The function that writes a decimal by a normalized conversion, rounding its exact value half to even."""
    parts = _parts(conversion)
    flags, kind = parts["flags"], parts["type"]
    precision = 6 if parts["precision"] is None else int(parts["precision"])
    width = int(parts["width"] or 0)

    def write(value: Decimal) -> bytes:
        digits = _digits(value.copy_abs(), kind.lower(), precision, alternate="#" in flags)
        sign = "-" if value.is_signed() and not value.is_nan() else "+" if "+" in flags else " " if " " in flags else ""
        if "-" in flags:
            text = (sign + digits).ljust(width)
        elif "0" in flags and value.is_finite():
            text = sign + digits.rjust(width - len(sign), "0")
        else:
            text = (sign + digits).rjust(width)
        return (text.upper() if kind.isupper() else text).encode("ascii")

    return write


def _digits(value: Decimal, kind: str, precision: int, *, alternate: bool) -> str:
    """The conversion of a value >= 0, without sign, flags or width."""
    if not value.is_finite():
        return "nan" if value.is_nan() else "inf"
    if kind == "f":
        return _pointed(f"{value:.{precision}f}", alternate=alternate)
    if kind == "e":
        mantissa, exponent = _scientific(value, precision)
        return _with_exponent(_pointed(mantissa, alternate=alternate), exponent)
    precision = max(precision, 1)
    mantissa, exponent = _scientific(value, precision - 1)
    plain = -4 <= exponent < precision
    digits = f"{value:.{precision - 1 - exponent}f}" if plain else mantissa
    digits = _pointed(digits, alternate=True) if alternate else _stripped(digits)
    return digits if plain else _with_exponent(digits, exponent)


def _scientific(value: Decimal, precision: int) -> tuple[str, int]:
    """The mantissa and the exponent; a zero's exponent is 0, as in C."""
    mantissa, exponent = f"{value:.{precision}e}".split("e")
    return mantissa, int(exponent) if value else 0


def _with_exponent(mantissa: str, exponent: int) -> str:
    return f"{mantissa}e{exponent:+03d}"


def _pointed(digits: str, *, alternate: bool) -> str:
    return digits + "." if alternate and "." not in digits else digits


def _stripped(digits: str) -> str:
    return digits.rstrip("0").rstrip(".") if "." in digits else digits


def _parts(conversion: str) -> re.Match[str]:
    match = CONVERSION.fullmatch(conversion)
    assert match is not None  # noqa: S101 -- normalize() made it
    return match
