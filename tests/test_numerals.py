"""The number grammar, canonical text and printf conversions."""

from __future__ import annotations

import math
import re
import struct
from decimal import Decimal
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from oracle import NUMBER

from leakyrelu_cli.core import INVERSE
from leakyrelu_cli.engine import decimals, formats, numerals
from leakyrelu_cli.engine.contract import Rule

NUMBERS = (
    "0 1 -1 +3 007 1. .5 -.5 1.50 1e5 1E+5 1.e-5 -0 1e400 -1e-400 inf -Infinity +NaN nan 123456789012345678901234567890"
)
OTHERS = (
    "|.|+|-|e5|1e|1e+|1_000|_1|0x10|1,5|\u0661|\u00bd|1 2| 1|"
    "1 |1\n|1\r|\v1|in|infinit|nan1|nan(1)|snan|1d5|1f|--1|+-1|1.2.3|1\0|1e5.0"
)


@pytest.mark.parametrize("word", NUMBERS.split())
def test_a_number_reads_as_python_reads_it(word: str) -> None:
    value = numerals.parse(word.encode())
    assert value is not None
    assert struct.pack("d", value) == struct.pack("d", float(word))


@pytest.mark.parametrize("word", OTHERS.split("|"))
def test_nothing_else_is_a_number(word: str) -> None:
    assert numerals.parse(word.encode()) is None


@given(st.binary(max_size=8) | st.text("0123456789+-.eEinfatyINFATY_ \t", max_size=10).map(str.encode))
def test_the_grammar_is_the_regular_expression(word: bytes) -> None:
    assert (numerals.parse(word) is not None) == bool(NUMBER.fullmatch(word))


def test_a_word_of_millions_of_digits_is_read_in_linear_time() -> None:
    assert numerals.parse(b"1" * (1 << 22)) == math.inf


@pytest.mark.parametrize(
    ("value", "text"),
    [(-1.0, "-1"), (-0.01, "-0.01"), (-1e-05, "-1e-05"), (-1e16, "-1e+16"), (-math.inf, "-inf"), (math.nan, "nan")]
    + [(-0.0, "-0"), (1e15, "1000000000000000"), (-1e-4, "-0.0001"), (5e-324, "5e-324")],
)
def test_canonical_text_is_repr_without_a_trailing_zero(value: float, text: str) -> None:
    assert numerals.canonical(value) == text.encode()


@given(st.floats())
def test_canonical_text_reads_back_as_the_same_float(value: float) -> None:
    again = numerals.parse(numerals.canonical(value))
    assert again == value or (math.isnan(value) and again is not None and math.isnan(again))


@pytest.mark.parametrize(
    ("block", "held", "end"),
    [(b"1\n2\n3", 0, 4), (b"1 2,3", 0, 0), (b"1 2,3", 99, 4), (b"12345678901", 0, 0), (b"1\n2 3", 99, 2)]
    + [(b"[1 2]3", 99, 5), (b"1[2", 99, 2)],
)
def test_a_stream_is_cut_behind_lines_and_a_long_line_between_words(
    block: bytes, held: int, end: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(numerals, "LONG_LINE", 10)
    assert numerals.cut(block, held) == end


@pytest.mark.parametrize(
    ("word", "numbers"),
    [("-1", True), ("-.5", True), ("-inf", True), ("-nan,1", True), ("-1x", True), ("-.x", True)]
    + [("-1]", True), ("-inf]", True), ("-]", False), ("-[1", False)]
    + [("-i", False), ("-info", False), ("-a", False), ("--alpha", False), ("-", False), ("--1", False)],
)
def test_which_words_with_a_dash_are_operands(word: str, numbers: bool) -> None:  # noqa: FBT001
    assert numerals.is_operand(word.encode()) is numbers


@pytest.mark.parametrize(
    ("line", "numbers"),
    [(b"[-1, 2]", True), (b"[-1", True), (b"]2[", True), (b"[]", False), (b"[x]", False), (b"{1}", False)],
)
def test_square_brackets_stand_between_numbers(line: bytes, numbers: bool) -> None:  # noqa: FBT001
    assert numerals.are_numbers(line) is numbers


@pytest.mark.parametrize(
    ("word", "number"),
    [("1.234", "1234"), ("-1.234.567", "-1234567"), ("+12.345,6e-7", "+12345.6e-7"), ("123.456,", "123456.")]
    + [("1234567", "1234567"), ("1234,5", "1234.5"), ("-,5", "-.5"), ("inf", "inf"), ("1.234e5", "1234e5")],
)
def test_digits_before_the_comma_may_stand_in_groups_of_three(word: str, number: str) -> None:
    assert numerals.standard(word.encode(), b".", decimal_comma=True) == number.encode()


@pytest.mark.parametrize(
    "word",
    ["1.23", "1.2345", "12.34", "1234.567", "123.4567.890", "1234567.890", ".123", "-.123", "1..234", "1.234."]
    + ["1.234.56", "1.-23", "1.", ".", "1,234.567", "1.234,5.678", "1.234,567,8", "1,5,5", "-1.23,4", "1e2.345"]
    + ["1.2e3", "e.123", "a.123", "i.nfi", "+-1.234"],
)
def test_other_groups_are_no_number(word: str) -> None:
    assert numerals.parse(numerals.standard(word.encode(), b".", decimal_comma=True)) is None


GROUPED = re.compile(rb"[+-]?((\d+|\d{1,3}(,\d{3})+)(\.\d*)?|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)


def test_the_grammar_of_groups_is_the_regular_expression() -> None:
    for pieces in product([b"-", b"1", b"23", b"456", b",", b".", b"e"], repeat=6):
        word = b"".join(pieces)
        value = numerals.parse(numerals.standard(word, b",", decimal_comma=False))
        assert value == (float(word.replace(b",", b"")) if GROUPED.fullmatch(word) else None), word


def test_millions_of_groups_are_read_in_linear_time_and_memory() -> None:
    word = b"-1" + b",234" * (1 << 20)
    assert numerals.standard(word, b",", decimal_comma=False) == word.replace(b",", b"")


@pytest.mark.parametrize(
    ("text", "normal"),
    [("%.3f", "%.3f"), (".3f", "%.3f"), ("g", "%g"), ("%+.2e", "%+.2e"), ("%lf", "%f"), ("%.f", "%.0f")]
    + [("%-+08.3G", "%+-08.3G"), ("%00f", "%0f")],
)
def test_a_conversion_is_normalized(text: str, normal: str) -> None:
    assert formats.normalize(text) == normal


@pytest.mark.parametrize("text", ["", "%", "%d", "%s", "%f%f", "x%f", "%f ", "%*f", "%1000f", "%.1000f", "%%", "%\n"])
def test_anything_else_is_no_conversion(text: str) -> None:
    with pytest.raises(ValueError, match="one conversion"):
        formats.normalize(text)


CONVERSIONS = st.builds(
    "%{}{}{}{}".format,
    st.text("-+ #0", max_size=3),
    st.sampled_from(["", "1", "12", "30"]),
    st.sampled_from(["", ".0", ".1", ".3", ".17", "."]),
    st.sampled_from("eEfFgG"),
)


@given(CONVERSIONS, st.floats(allow_nan=False, allow_infinity=False))
@example("%g", 0.0)
@example("%#.0e", 1.0)
@example("%#g", 100000.0)
def test_floats_and_their_exact_decimals_are_written_alike_as_c_does(conversion: str, value: float) -> None:
    normal = formats.normalize(conversion)
    expected = (conversion % value).encode()
    assert formats.float_writer(normal)(value) == expected
    assert formats.decimal_writer(normal)(Decimal(value)) == expected


@pytest.mark.parametrize("conversion", ["%08.3f", "%8.3f", "%-8f", "%+08g", "% 08E"])
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_infinities_and_nan_are_padded_with_blanks_as_c_does(conversion: str, value: float) -> None:
    normal = formats.normalize(conversion)
    expected = (conversion.replace("0", "", 1) % value).encode()
    assert formats.float_writer(normal)(value) == expected
    assert formats.decimal_writer(normal)(Decimal(value)) == expected


@pytest.mark.parametrize(
    ("word", "alpha", "new"),
    [
        ("-0.07", "0.01", "-0.0007"),
        ("-100", "0.01", "-1"),
        ("-1e3", "0.10", "-100"),
        ("-1e-5", "1e-3", "-0.00000001"),
        ("-0.1234567890123456789012345678901234567890", "0.1", "-0.0123456789012345678901234567890123456789"),
        ("-5", "0", "-0"),
        ("+1.50", "0.01", "+1.50"),
        ("-1.50", "1", "-1.50"),
        ("-0.00", "0.5", "-0.00"),
        ("-nan", "0.5", "-nan"),
        ("-inf", "0.5", "-inf"),
        ("-inf", "0", "nan"),
        ("1e999999999", "0.5", "1e999999999"),
        ("-1e999999999", "0.5", None),
        ("-1e99999999999999999999", "0.5", None),
        ("-1e-999999999", "0.5", None),
        ("-" + "9" * 3000, "1e-1", "-" + "9" * 2999 + ".9"),
        ("abc", "0.5", None),
    ],
)
def test_decimal_arithmetic_is_exact_on_the_digits_as_written(word: str, alpha: str, new: str | None) -> None:
    rewrite = decimals.rewriter(Rule(alpha=alpha, decimal=True))
    assert rewrite(word.encode()) == (None if new is None else new.encode())


def test_a_decimal_quotient_has_28_significant_digits_and_alpha_1_rounds_nothing() -> None:
    assert decimals.rewriter(Rule(INVERSE, "3", decimal=True))(b"-2") == b"-0." + b"6" * 27 + b"7"
    long = b"-" + b"1" * 40
    assert decimals.rewriter(Rule(INVERSE, "1", decimal=True))(long) == long
