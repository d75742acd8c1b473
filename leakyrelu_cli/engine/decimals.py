"""Exact decimal arithmetic on digits as written (IEEE 754 decimal, General Decimal Arithmetic).

Imported only for ``--decimal``.
"""

from __future__ import annotations

from decimal import MAX_EMAX, MAX_PREC, MIN_EMIN, Context, Decimal, InvalidOperation, localcontext

from leakyrelu_cli import core
from leakyrelu_cli.core import GRADIENT, INVERSE
from leakyrelu_cli.engine import formats, numerals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from leakyrelu_cli.engine.contract import Rule

QUOTIENT_DIGITS = 28

MOST_ZEROS = 1000
"""How many zeros plain notation may add to the digits: without a bound, ``1e999999999`` would fill the memory."""


def parse(word: bytes) -> Decimal | None:
    """The exact value, or None if the word is not a number or its exponent is out of all bounds."""
    if not numerals.is_number(word):
        return None
    try:
        return Decimal(word.decode("ascii"))
    except InvalidOperation:
        return None


def plain(value: Decimal) -> bytes:
    """Plain notation without trailing zeros."""
    if not value.is_finite():
        return b"nan" if value.is_nan() else b"-inf" if value.is_signed() else b"inf"
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).encode("ascii")


def rewriter(rule: Rule) -> Callable[[bytes], bytes | None]:
    """The function from a word to its new text; None where it cannot be read or written so."""
    alpha = parse(rule.alpha.encode("ascii"))
    assert alpha is not None  # noqa: S101 -- the doors check it
    function = core.OPERATIONS[rule.operation]
    precision = QUOTIENT_DIGITS if rule.operation == INVERSE else MAX_PREC
    context = Context(prec=precision, Emin=MIN_EMIN, Emax=MAX_EMAX, traps=[])
    write = formats.decimal_writer(rule.conversion) if rule.conversion else plain
    keep = rule.conversion is None and rule.operation != GRADIENT

    def rewrite(word: bytes) -> bytes | None:
        if keep and not word.startswith(b"-"):  # it stays, however large it is
            return word if numerals.is_number(word) else None
        z = parse(word)
        if z is None:
            return None
        with localcontext(context):
            value = Decimal(function(z, alpha)) if alpha != 1 or rule.operation == GRADIENT else z
            if keep and (value == z or (value.is_nan() and z.is_nan())):
                return word
        return write(value) if _zeros(value) <= MOST_ZEROS else None

    return rewrite


def _zeros(value: Decimal) -> int:
    """How many zeros plain notation adds to the digits."""
    if not value.is_finite():
        return 0
    if abs(value.adjusted()) <= MOST_ZEROS:
        return 0
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)  # noqa: S101 -- the value is finite
    return max(exponent, -value.adjusted())
