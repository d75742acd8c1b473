"""Dirty data: missing values, comments, decimal commas, digits in groups, quotes that are never closed."""

from __future__ import annotations

import pytest
from strategies import changed

from leakyrelu_cli.core import GRADIENT
from leakyrelu_cli.engine import choice, plain
from leakyrelu_cli.engine.contract import FIELD_COUNT, NOT_A_NUMBER, TOO_SHORT, UNCLOSED, Columns, Fault, Result, Rule

COMMA = {"decimal_comma": True}
POINTS = {"decimal_comma": True, "thousands": b"."}
COMMAS = {"thousands": b","}


def convert(data: bytes, columns: Columns | None, rule: Rule) -> Result:
    """By the engine that is chosen; the plain one says the same."""
    result = choice.convert(data, columns, rule)
    assert result == plain.convert(data, columns, rule)
    return result


@pytest.mark.parametrize(
    ("cell", "delimiter", "options", "new"),
    [
        ("-1,5", ";", COMMA, "-0,015"),
        (" -1,5\t", ";", COMMA, " -0,015\t"),
        ('"-1,5"', ";", COMMA, '"-0,015"'),
        ('"-1,5"', ",", COMMA, '"-0,015"'),
        ("-1", ",", COMMA, '"-0,01"'),
        (" -1 ", ",", COMMA, '" -0,01 "'),
        ('" -1 "', ",", COMMA, '" -0,01 "'),
        ("-100", ",", COMMA, "-1"),
        ("1,50", ";", COMMA, "1,50"),
        ("-,5", ";", COMMA, "-0,005"),
        ("-5,", ";", COMMA, "-0,05"),
        ("-1,5e-7", ";", COMMA, "-1,5e-09"),
        ("-" + "1" * 30 + ",5", ";", COMMA, "-1,111111111111111e+27"),
        ("-0," + "1" * 30, ";", COMMA, "-0,0011111111111111111"),
        ("-inf", ",", COMMA, "-inf"),
        ("-1.5", ";", COMMA, None),
        ("1.5", ";", COMMA, None),
        ("-1,5,5", ";", COMMA, None),
        ("-1.000,5", ";", COMMA, None),
        ("1,5", ";", {**COMMA, "conversion": "%.2f"}, "1,50"),
        ("1", ",", {**COMMA, "conversion": "%.2f"}, '"1,00"'),
        ("-7", ",", {**COMMA, "conversion": "%.0f"}, "-0"),
        ("-0,07", ";", {**COMMA, "decimal": True}, "-0,0007"),
        ("-7", ",", {**COMMA, "decimal": True}, '"-0,07"'),
        ("-3,5", ";", {**COMMA, "operation": GRADIENT}, "0,01"),
        ("3,5", ";", {**COMMA, "operation": GRADIENT}, "1"),
        ("-1.234,5", ";", POINTS, "-12,345"),
        ("-1234,5", ";", POINTS, "-12,345"),
        ("1.234,5", ";", POINTS, "1.234,5"),
        ("-1.234.567", ",", POINTS, '"-12345,67"'),
        ("1.234", ";", {**POINTS, "conversion": "%.0f"}, "1234"),
        ("-1.234,50", ";", {**POINTS, "decimal": True}, "-12,345"),
        ("-1.23", ";", POINTS, None),
        ("-1234.567", ";", POINTS, None),
        ("-1,234.5", ";", COMMAS, "-12.345"),
        ('"-1,234.5"', ",", COMMAS, '"-12.345"'),
        ("-1,23", ";", COMMAS, None),
        ("1,234", ";", COMMAS, "1,234"),
        ("-1 234", ";", {"thousands": b" "}, "-12.34"),
        (" -1 234 567 ", ";", {"thousands": b" "}, " -12345.67 "),
        ("-1_234", ";", {"thousands": b"_"}, "-12.34"),
    ],
)
def test_a_number_is_read_and_written_as_the_data_has_it(
    cell: str, delimiter: str, options: dict[str, object], new: str | None
) -> None:
    data, columns = f"a{delimiter}{cell}\r\n".encode(), Columns((1,), delimiter.encode())
    result = convert(data, columns, changed(Rule(abort=False), **options))
    assert result.data == (data if new is None else f"a{delimiter}{new}\r\n".encode())
    assert [fault.kind for fault in result.faults] == ([NOT_A_NUMBER] if new is None else [])
    assert result.changed == (new not in (None, cell))


def test_an_appended_cell_with_a_decimal_comma_is_quoted_where_commas_delimit() -> None:
    result = convert(b'"-1,5", -2 ,3\n', Columns((0, 1, 2), b",", 3), Rule(decimal_comma=True))
    assert result.data == b'"-1,5", -2 ,3,"-0,015"," -0,02 ",3\n'


@pytest.mark.parametrize(
    "options", [{}, {"conversion": "%.3f"}, {"operation": GRADIENT}, {"decimal": True}, COMMA], ids=str
)
def test_a_missing_value_stays_whatever_is_done_to_numbers(options: dict[str, object]) -> None:
    rule = changed(Rule(na=(b"NA", b"-999", b"1,5")), **options)
    data = b'NA;" NA ";-999;"-999";-999\t;\n;" ";"1,5"; ;;\n'
    result = convert(data, Columns((0, 1, 2, 3, 4, 5), b";"), rule)
    assert (result.data, result.changed, result.missing, result.faults) == (data, 0, 12, ())


def test_a_missing_value_is_exactly_what_is_named() -> None:
    result = convert(b"-999\n-999.0\n-0999\nna\n", Columns((0,), b","), Rule(na=(b"NA", b"-999"), abort=False))
    assert result.data == b"-999\n-9.99\n-9.99\nna\n"
    assert (result.missing, result.changed, result.fault_count) == (1, 2, 1)


def test_a_missing_value_is_appended_as_it_is() -> None:
    result = convert(b'"-999",-1\nNA,-999\n', Columns((0, 1), b",", 2), Rule(na=(b"NA", b"-999")))
    assert (result.data, result.missing) == (b'"-999",-1,"-999",-0.01\nNA,-999,NA,-999\n', 3)


def test_words_of_a_stream_may_be_missing_too_and_brackets_stand_between_words() -> None:
    result = convert(b"[-1, [NA,-999]]\n[-999]-2", None, Rule(na=(b"NA", b"-999")))
    assert (result.data, result.missing, result.changed) == (b"[-0.01, [NA,-999]]\n[-999]-0.02", 3, 2)


def test_what_is_missing_behind_the_last_good_record_is_not_counted() -> None:
    assert convert(b"NA\n\n", Columns((0,), b","), Rule(na=(b"NA",))).missing == 1
    assert convert(b"NA,NA\nNA,x\n", Columns((0, 1), b","), Rule(na=(b"NA",))).missing == 2
    assert convert(b"NA\nNA x\n", None, Rule(na=(b"NA",))).missing == 1


@pytest.mark.parametrize("width", [None, 2])
def test_a_comment_passes_and_is_neither_a_record_nor_a_fault(width: int | None) -> None:
    comments = b'# "open\n#\n#-1\n#-1,-1,-1\r\n'
    result = convert(comments + b"1,2\n" + comments + b'"\n#",3\n' + b"#end", Columns((1,), b",", width, b"#"), Rule())
    rest = b"" if width is None else b",2", b"" if width is None else b",3"
    assert result.data == comments + b"1,2" + rest[0] + b"\n" + comments + b'"\n#",3' + rest[1] + b"\n#end"
    assert (result.records, result.lines, result.faults) == (2, 11, ())


def test_the_byte_of_comments_begins_none_elsewhere() -> None:
    result = convert(b" #,-1\n-1,#-1\n", Columns((1,), b",", None, b"#"), Rule(abort=False))
    assert result.data == b" #,-0.01\n-1,#-1\n"
    assert [fault.line for fault in result.faults] == [1]


@pytest.mark.parametrize(
    ("data", "positions", "new", "faults"),
    [
        (b'-1,"-2', (0, 1), b'-0.01,"-2', [Fault(UNCLOSED, 0, 1, 3, 6)]),
        (b'-1,"-2\n-3,4\n', (0, 1, 2), b'-0.01,"-2\n-3,4\n', [Fault(UNCLOSED, 0, 1, 3, 11)]),
        (b'1\n"a\nb",x,"c\n', (1, 2, 3), b'1\n"a\nb",x,"c\n', None),
        (b'-1,2,"""', (0,), b'-0.01,2,"""', [Fault(UNCLOSED, 0, 2, 5, 8)]),
        (b'"', (0,), b'"', [Fault(UNCLOSED, 0, 0, 0, 1)]),
        (b'"" ,"\r\n', (1,), b'"" ,"\r\n', [Fault(UNCLOSED, 0, 1, 4, 5)]),
    ],
)
def test_a_quote_that_is_never_closed_is_one_fault_where_it_opens(
    data: bytes, positions: tuple[int, ...], new: bytes, faults: list[Fault] | None
) -> None:
    if faults is None:  # the first record is too short, the second has a bad cell before the quote, on its second line
        faults = [Fault(TOO_SHORT, 0, n, 0, 0) for n in positions]
        faults += [Fault(NOT_A_NUMBER, 2, 1, 8, 9), Fault(UNCLOSED, 2, 2, 10, 12)]
    result = convert(data, Columns(positions, b","), Rule(abort=False))
    assert (result.data, list(result.faults), result.fault_count) == (new, faults, len(faults))
    good = data[: data.rindex(b"\n", 0, faults[0].start) + 1] if faults[0].line else b""
    assert convert(data, Columns(positions, b","), Rule()).data == good


def test_to_a_record_with_a_quote_that_is_never_closed_nothing_is_appended() -> None:
    data = b'-1,2\nx,"3\n'
    result = convert(data, Columns((0,), b",", 2), Rule(abort=False))
    assert (result.data, result.faults) == (b'-1,2,-0.01\nx,"3\n', (Fault(UNCLOSED, 1, 1, 7, 9),))
    assert convert(b'1,2,"3', Columns((0,), b",", 2), Rule(abort=False)).faults == (Fault(UNCLOSED, 0, 2, 4, 6),)
    assert convert(b'1,2,"3"', Columns((0,), b",", 2), Rule(abort=False)).faults == (Fault(FIELD_COUNT, 0, 0, 0, 0),)


def test_a_quote_in_a_comment_opens_nothing() -> None:
    assert not convert(b'-1\n#"\n', Columns((0,), b",", None, b"#"), Rule()).faults
    assert not convert(b'-1\n#"', Columns((0,), b",", None, b"#"), Rule()).faults
