"""What becomes of one word by the rule: float64 here, exact arithmetic in `decimals`, in the notation of the data."""

from __future__ import annotations

from leakyrelu_cli import core
from leakyrelu_cli.core import GRADIENT
from leakyrelu_cli.engine import formats, numerals
from leakyrelu_cli.engine.contract import NOT_A_NUMBER, OUT_OF_RANGE, Rule

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    Rewrite = Callable[[bytes], bytes | None]
    """From a word to its new text, or itself where it stays; None if it is not a number that can be written."""


def rewriter(rule: Rule) -> Rewrite:
    """The function that rewrites words by the rule."""
    taken = b'+-,"\r\n' if rule.decimal_comma else b'+-."\r\n'
    mark = rule.thousands
    assert mark is None or not (mark in taken or mark.isalnum())  # noqa: S101 -- the doors check it
    rewrite = _decimal_rewriter(rule) if rule.decimal else _float_rewriter(rule)
    if not rule.decimal_comma and rule.thousands is None:
        return rewrite

    def rewrite_local(word: bytes) -> bytes | None:
        number = _standard(word, rule)
        text = rewrite(number)
        if text is None or text is number:
            return None if text is None else word
        return text.replace(b".", b",") if rule.decimal_comma else text

    return rewrite_local


def fault(word: bytes, rule: Rule) -> int:
    """The kind of fault of a word that cannot be rewritten."""
    return NOT_A_NUMBER if numerals.parse(_standard(word, rule)) is None else OUT_OF_RANGE


def _standard(word: bytes, rule: Rule) -> bytes:
    return numerals.standard(word, rule.thousands, decimal_comma=rule.decimal_comma)


def _decimal_rewriter(rule: Rule) -> Rewrite:
    from leakyrelu_cli.engine import decimals  # noqa: PLC0415 -- decimal is slow to import

    return decimals.rewriter(rule)


def _float_rewriter(rule: Rule) -> Rewrite:
    alpha = float(rule.alpha)
    function = core.OPERATIONS[rule.operation]
    write = formats.float_writer(rule.conversion) if rule.conversion else numerals.canonical
    keep = rule.conversion is None and rule.operation != GRADIENT

    def rewrite(word: bytes) -> bytes | None:
        z = numerals.parse(word)
        if z is None:
            return None
        value = function(z, alpha)
        unchanged = value == z or (value != value and z != z)  # noqa: PLR0124 -- both are NaN
        return word if keep and unchanged else write(value)

    return rewrite
