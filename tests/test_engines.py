"""Two engines, one behaviour: the native engine does what the plain one does, byte for byte."""

from __future__ import annotations

import math
import random
import struct
from itertools import product

import oracle
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import changed, comments, csv_files, rules, streams

from leakyrelu_cli.engine import choice, numerals, plain
from leakyrelu_cli.engine.contract import FAULTS_KEPT, Columns, Rule

pytestmark = pytest.mark.skipif(choice.NAME == "plain", reason="the native engine was not built, or is not chosen")


def texts(*pieces: bytes) -> list[bytes]:
    """All texts of up to five of the pieces: every way to trip a reader of records; random texts find few of them."""
    return [b"".join(chosen) for length in range(6) for chosen in product(pieces, repeat=length)]


SHORT_TEXTS = texts(b'"', b",", b"\n", b"\r", b"-1", b" ")
COMMENTED = texts(b'"', b",", b"\n", b"#", b"-1")
MISSING = texts(b'"', b",", b"\n", b" ", b"-1", b"-2")
WITH_COMMAS = texts(b'"', b",", b"\n", b" ", b"-1", b"5")
WITH_SEMICOLONS = texts(b'"', b";", b",", b"\n", b".", b"-1")

LAYOUTS = (None, Columns((0, 1), b","), Columns((0,), b",", 1), Columns((0, 1), b",", 2))
COMMENT_LAYOUTS = (Columns((0, 1), b",", None, b"#"), Columns((0,), b",", 1, b"#"))
SEMICOLON_LAYOUTS = (Columns((0, 1), b";"), Columns((0,), b";", 1))

NA = Rule(na=(b"-2", b"-1-2", b'"', b'"-1"'))
COMMA = Rule(alpha="0.5", decimal_comma=True)

CASES = [
    *((columns, Rule(), SHORT_TEXTS) for columns in LAYOUTS),
    *((columns, Rule(decimal=True), SHORT_TEXTS) for columns in LAYOUTS),
    *((columns, Rule(), COMMENTED) for columns in COMMENT_LAYOUTS),
    *((columns, NA, MISSING) for columns in LAYOUTS),
    *((columns, COMMA, WITH_COMMAS) for columns in LAYOUTS[1:]),
    *((columns, COMMA, WITH_SEMICOLONS) for columns in SEMICOLON_LAYOUTS),
]


@pytest.mark.parametrize("abort", [False, True])
@pytest.mark.parametrize(("columns", "rule", "texts"), CASES)
def test_every_short_text_is_converted_alike(
    columns: Columns | None,
    rule: Rule,
    texts: list[bytes],
    abort: bool,  # noqa: FBT001
) -> None:
    rule = changed(rule, abort=abort)
    for text in texts:
        assert choice.convert(text, columns, rule) == plain.convert(text, columns, rule), text


@pytest.mark.parametrize("columns", [*LAYOUTS, *COMMENT_LAYOUTS, *SEMICOLON_LAYOUTS], ids=str)
def test_every_byte_is_taken_alike_wherever_it_stands(columns: Columns | None) -> None:
    rule = Rule(abort=False, decimal_comma=columns in SEMICOLON_LAYOUTS)
    for byte in (bytes([number]) for number in range(256)):
        for text in (b"%s-1", b"-%s1", b"-1%s", b"-1%s2", b"-1%se5", b'"%s-1"', b"-1 ,%s-1", b"-1,-1%s\n-1,-1\n"):
            changed = text % byte
            assert choice.convert(changed, columns, rule) == plain.convert(changed, columns, rule), changed


positions = st.sets(st.integers(0, 4), min_size=1, max_size=3).map(sorted).map(tuple)


@st.composite
def layouts(draw: st.DrawFn, delimiter: bytes) -> Columns:
    chosen = draw(positions)
    width = draw(st.none() | st.integers(chosen[-1] + 1, 6))
    return Columns(chosen, delimiter, width, draw(comments))


@given(streams, rules(native=True))
def test_streams_are_converted_alike(data: bytes, rule: Rule) -> None:
    assert choice.convert(data, None, rule) == plain.convert(data, None, rule)


@given(st.data(), st.sampled_from([b",", b";", b"\t", b"|", b"\xa7"]), rules(native=True, cells=True))
def test_csv_of_any_delimiter_is_converted_alike(data: st.DataObject, delimiter: bytes, rule: Rule) -> None:
    text, columns = data.draw(csv_files(delimiter)), data.draw(layouts(delimiter))
    assert choice.convert(text, columns, rule) == plain.convert(text, columns, rule)


@pytest.mark.parametrize("conversion", ["%f", "%.0f", "%.999f", "%e", "%.17e", "%g", "%.0g", "%+.3f", "%+g", "%+e"])
@given(st.floats())
def test_formats_are_written_alike(conversion: str, value: float) -> None:
    word = repr(value).encode()
    rule = Rule(alpha="1", conversion=conversion)
    assert choice.convert(word, None, rule) == plain.convert(word, None, rule)


@pytest.mark.parametrize("columns", [None, Columns((0,), b","), Columns((0,), b",", 1)])
def test_more_faults_than_are_kept_are_counted_alike(columns: Columns | None) -> None:
    data = b"x\n" * (FAULTS_KEPT + 5)
    result = choice.convert(data, columns, Rule(abort=False))
    assert result == plain.convert(data, columns, Rule(abort=False))
    assert (result.fault_count, len(result.faults)) == (FAULTS_KEPT + 5, FAULTS_KEPT)


@pytest.mark.parametrize(
    "word", [b"1" * 400, b"0." + b"0" * 400 + b"1", b"1" + b"0" * 400 + b"e-400", b"1e99999999999999999999"]
)
@pytest.mark.parametrize("exponent", [b"", b"e308", b"e-308", b"e-720"])
def test_long_numbers_are_read_alike(word: bytes, exponent: bytes) -> None:
    for text in (b"-" + word, b"-" + word + exponent):
        rule = Rule(alpha="0.5", abort=False)
        assert choice.convert(text, None, rule) == plain.convert(text, None, rule)


def check_bit_patterns(count: int, seed: int) -> None:
    """Every float64 of random bits: canonical text is Python's, and reads back."""
    source = random.Random(seed)
    values = [struct.unpack("d", source.randbytes(8))[0] for _ in range(count)]
    negative = [-abs(value) for value in values if math.isfinite(value)]
    data = b"\n".join(b"%r" % value for value in negative)
    halves = choice.convert(data, None, Rule(alpha="0.5")).data.split(b"\n")
    for value, text in zip(negative, halves, strict=True):
        half = value * 0.5
        expected = repr(value).encode() if half == value else numerals.canonical(half)
        assert text == expected, value


def test_canonical_text_is_pythons_on_random_bits() -> None:
    check_bit_patterns(20_000, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 102))
def test_canonical_text_is_pythons_on_millions_of_random_bits(seed: int) -> None:
    check_bit_patterns(100_000, seed)


NUMERALS = [
    sign + digits + exponent
    for sign in (b"-", b"+", b"")
    for digits in (
        *(b"0", b"7", b"10", b"0.0", b"00.50", b".5", b"5.", b"0.07", b"123456789.987654321", b"9" * 18, b"9" * 20),
        *(b"0." + b"0" * 30 + b"9" * 19, b"1" + b"0" * 27, b"7" * 360, b"0" * 400 + b"7" * 361, b"inf", b"nan", b"x"),
    )
    for exponent in (b"", b"e0", b"e5", b"E-5", b"e+20", b"e-300", b"e399", b"e401", b"e-999", b"e99999999999")
]
SLOPES = ("0.01", "0.30", "1e-3", "+2", "0.5e1", "1", "1.0", "0", "9999999999999999999", "0." + "9" * 40, "1e300")


@pytest.mark.parametrize("alpha", SLOPES)
def test_exact_results_are_the_same_in_both_engines(alpha: str) -> None:
    for operation, conversion in product(("forward", "gradient", "inverse"), (None, "%.3f")):
        if operation == "inverse" and alpha == "0":
            continue
        rule = Rule(operation, alpha, conversion, decimal=True, abort=False)
        for numeral in NUMERALS:
            assert choice.convert(numeral, None, rule) == plain.convert(numeral, None, rule), numeral


@given(st.lists(st.integers(-(10**40), 0), min_size=1), st.integers(-30, 30), st.integers(2, 10**30))
def test_products_of_any_integers_are_exact(numbers: list[int], exponent: int, slope: int) -> None:
    rule = Rule(alpha=str(slope), decimal=True)
    for number in numbers:
        word = b"%de%d" % (number, exponent)
        assert choice.convert(word, None, rule).data == oracle.exactly(word, str(slope)), word


@pytest.mark.parametrize("word", [b"1e99999999999999999999", b"+1e-99999999999999999999", b"0e99999999999999999999"])
def test_what_does_not_change_stays_exactly_however_large_it_is(word: bytes) -> None:
    for engine in (choice, plain):
        assert engine.convert(word, None, Rule(decimal=True)).data == word


CONVERSIONS = [
    f"%{flags}{width}{precision}{kind}"
    for flags in ("", "+", " ", "-", "0", " +", "+0", " 0", "-0", "+-", "+-0", "#")
    for width in ("", "1", "12", "40", "999")
    for precision in ("", ".0", ".3", ".999")
    for kind in "efgEFG"
]


def test_any_conversion_writes_the_same_in_both_engines() -> None:
    words = b"-3 -3e-7 2.5 0 -0 -1e300 inf -inf nan"
    for conversion in CONVERSIONS:
        rule = Rule(conversion=conversion)
        assert choice.convert(words, None, rule) == plain.convert(words, None, rule), conversion


def test_products_of_hundreds_of_digits_and_wide_formats_are_not_left_to_the_plain_engine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(plain, "convert", fail)
    assert choice.convert(b"-" + b"3" * 360, None, Rule(alpha="0.3", decimal=True)).changed == 1
    assert choice.convert(b"-1", None, Rule(conversion="% 9.2f")).data == b"    -0.01"
