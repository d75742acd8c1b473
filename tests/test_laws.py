"""The laws, held by Hypothesis: they say what is promised about every input."""

from __future__ import annotations

import csv
import io
import math
import re
from typing import Literal

import oracle
import strategies
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import changed, comments, csv_files, cuts, missing, operations, rules, streams

from leakyrelu_cli.core import GRADIENT, INVERSE
from leakyrelu_cli.engine import choice, records
from leakyrelu_cli.engine.contract import START, Columns, Rule
from leakyrelu_cli.run import chunking
from leakyrelu_cli.storage import source

FLOAT_ALPHAS = st.sampled_from(["0.01", "0.1", "0.5", "1", "2"])
POSITIONS = st.sets(st.integers(0, 4), min_size=1, max_size=3).map(sorted).map(tuple)
LAYOUTS = st.builds(Columns, POSITIONS, st.just(b","), st.none(), comments) | st.builds(
    lambda positions, more, comment: Columns(positions, b",", positions[-1] + 1 + more, comment),
    POSITIONS,
    st.integers(0, 2),
    comments,
)
WORK = st.tuples(st.none(), rules(abort=False)) | st.tuples(LAYOUTS, rules(abort=False, cells=True))
"""A stream or a layout of records, and a rule that may be applied to it."""


@given(streams, FLOAT_ALPHAS, operations)
def test_a_stream_is_what_the_oracle_says(data: bytes, alpha: str, operation: str) -> None:
    result = choice.convert(data, None, Rule(operation, alpha, abort=False))
    assert result.data == oracle.stream(data, float(alpha), operation)
    assert result.lines == data.count(b"\n")


@given(csv_files(), POSITIONS, FLOAT_ALPHAS, operations, missing, comments)
def test_csv_is_what_the_oracle_says(  # noqa: PLR0913, PLR0917 -- one of each kind
    data: bytes, positions: tuple[int, ...], alpha: str, operation: str, na: tuple[bytes, ...], comment: bytes | None
) -> None:
    def new(word: bytes) -> bytes:
        return word if word in na else oracle.rewrite(word, float(alpha), operation)

    result = choice.convert(data, Columns(positions, b",", None, comment), Rule(operation, alpha, abort=False, na=na))
    assert result.data == oracle.csv_by(data, set(positions), b",", new, comment)
    found = [fields for fields, _ in oracle.parse(data, b",", comment) if fields not in ([], [b""])]
    assert result.records == len(found)
    chosen = [oracle.cut(fields[n])[2] for fields in found for n in positions if n < len(fields)]
    assert result.missing == sum(word in (b"", *na) for word in chosen)


@given(streams, FLOAT_ALPHAS, missing)
def test_a_word_that_stands_for_a_missing_value_stays(data: bytes, alpha: str, na: tuple[bytes, ...]) -> None:
    result = choice.convert(data, None, Rule(alpha=alpha, abort=False, na=na))
    assert result.data == oracle.stream_by(
        data, lambda word: word if word in na else oracle.rewrite(word, float(alpha))
    )
    assert result.missing == sum(word in na for word in oracle.words(data))


SWAP = bytes.maketrans(b".,", b",.")


@given(
    csv_files(b";"), POSITIONS, st.none() | st.integers(5, 6), rules(cells=True).filter(lambda rule: not rule.thousands)
)
def test_with_a_decimal_comma_all_is_as_with_a_point_but_for_the_mark(
    data: bytes, positions: tuple[int, ...], width: int | None, rule: Rule
) -> None:
    columns = Columns(positions, b";", width)
    pointed = choice.convert(data, columns, changed(rule, decimal_comma=False))
    comma = choice.convert(data.translate(SWAP), columns, changed(rule, decimal_comma=True))
    assert comma == changed(pointed, data=pointed.data.translate(SWAP))


@given(csv_files(b";"), st.just((1,)))
def test_any_delimiter_serves(data: bytes, positions: tuple[int, ...]) -> None:
    result = choice.convert(data, Columns(positions, b";"), Rule(abort=False))
    assert result.data == oracle.csv(data, set(positions), 0.01, delimiter=b";")


class Blocks(source.File):
    """An input that gives these blocks, and makes us wait before each."""

    def __init__(self, blocks: list[bytes]) -> None:
        super().__init__(None)
        self._blocks = iter([*blocks, b""])

    def read(self) -> bytes:
        return next(self._blocks)

    def ready(self) -> bool:
        return False


@given(st.data(), csv_files() | streams, WORK)
def test_how_the_input_is_cut_never_matters(
    data: st.DataObject, text: bytes, work: tuple[Columns | None, Rule]
) -> None:
    columns, rule = work
    marks = () if columns is None else (columns.delimiter, columns.comment)
    chunks = list(filter(None, chunking.chunks(Blocks(data.draw(cuts(text))), *marks)))
    assert b"".join(chunks) == text
    whole = choice.convert(text, columns, rule)
    parts = [choice.convert(chunk, columns, rule) for chunk in chunks]
    assert b"".join(part.data for part in parts) == whole.data
    assert sum(part.changed for part in parts) == whole.changed
    assert sum(part.missing for part in parts) == whole.missing
    assert sum(part.fault_count for part in parts) == whole.fault_count
    assert sum(part.lines for part in parts) == whole.lines
    assert sum(part.records for part in parts) == whole.records


@given(csv_files() | streams, WORK)
def test_aborting_gives_the_records_before_the_first_fault(text: bytes, work: tuple[Columns | None, Rule]) -> None:
    columns, rule = work
    whole = choice.convert(text, columns, rule)
    aborted = choice.convert(text, columns, changed(rule, abort=True))
    assert whole.data.startswith(aborted.data)
    assert aborted.faults == whole.faults[:1]
    if whole.faults:
        assert aborted.fault_count == 1
        assert aborted.lines <= whole.faults[0].line
        assert not aborted.data or aborted.data.endswith(b"\n")
    else:
        assert aborted.data == whole.data


@given(csv_files() | streams, st.none() | LAYOUTS.filter(lambda layout: layout.width is None), st.booleans())
def test_alpha_1_changes_no_byte(text: bytes, columns: Columns, decimal: bool) -> None:  # noqa: FBT001
    for operation in ("forward", INVERSE):
        result = choice.convert(text, columns, Rule(operation, "1", decimal=decimal, abort=False))
        assert (result.data, result.changed) == (text, 0)


@given(streams, rules(abort=False).filter(lambda rule: rule.conversion is None))
def test_bytes_outside_rewritten_numbers_never_change(text: bytes, rule: Rule) -> None:
    outside = re.compile(rb"[ \t\n\r\v\f,\[\]]+")
    result = choice.convert(text, None, rule)
    assert outside.findall(result.data) == outside.findall(text)
    words = zip(outside.split(text), outside.split(result.data), strict=True)
    for before, after in words:
        if after != before:
            assert before.startswith(b"-") or rule.operation == GRADIENT, (before, after)


@given(st.floats(allow_nan=False, max_value=-5e-324), FLOAT_ALPHAS)
def test_a_changed_number_reads_back_as_the_product(z: float, alpha: str) -> None:
    word = repr(z).encode()
    result = choice.convert(word, None, Rule(alpha=alpha))
    assert math.copysign(1, float(result.data)) == -1
    assert float(result.data) == float(alpha) * z


@given(csv_files(), LAYOUTS.filter(lambda layout: layout.width is not None), rules(abort=False, cells=True))
def test_suffix_leaves_what_was_there_and_appends_what_replacing_would_write(
    text: bytes, columns: Columns, rule: Rule
) -> None:
    comment = columns.comment
    assume(not text or records.split(text, START, b",", comment)[1] != records.QUOTED)
    extended = oracle.parse(choice.convert(text, columns, rule).data, b",", comment)
    replaced = oracle.parse(choice.convert(text, changed(columns, width=None), rule).data, b",", comment)
    before = oracle.parse(text, b",", comment)
    for (old, ending), (new, _), (long, new_ending) in zip(before, replaced, extended, strict=True):
        assert ending == new_ending
        assert long[: len(old)] == old
        if len(old) == columns.width and old != [b""]:
            appended_values = [records.value(field) for field in long[len(old) :]]
            assert appended_values == [records.value(new[position]) for position in columns.positions]
        else:
            assert long == old


def as_csv_reads(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("latin-1"), newline="")))


@given(csv_files())
def test_records_and_fields_are_those_of_pythons_csv_module(data: bytes) -> None:
    # A lone CR ends a line for csv (or is an error); here it is data, as the documentation says.
    data = re.sub(rb"\r(?!\n)", b"", data)
    assume(records.split(data, START, b",")[1] != records.QUOTED)
    found, rest = [], data
    while rest:
        end = records.first_end(rest, b",")
        record, rest = rest[:end], rest[end:]
        content = records.content(record)
        fields = [records.value(raw).decode("latin-1") for raw in records.fields(content, b",")]
        found.append(fields if content else [])
    assert found == as_csv_reads(data)


VALUES = st.one_of(
    strategies.words.map(lambda word: word.decode("latin-1")),
    st.builds("{}{}{}".format, st.sampled_from(["", " ", "\t"]), st.integers(-99, 99), st.sampled_from(["", "  "])),
    st.text('ab-1,"\n ;', max_size=6),
)


@given(
    st.integers(1, 4).flatmap(lambda width: st.lists(st.lists(VALUES, min_size=width, max_size=width), max_size=6)),
    POSITIONS,
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_csv_writes_is_read_back_with_the_values_rewritten(
    table: list[list[str]], positions: tuple[int, ...], quoting: Literal[0, 1], ending: str
) -> None:
    written = io.StringIO(newline="")
    csv.writer(written, quoting=quoting, lineterminator=ending).writerows(table)
    result = choice.convert(written.getvalue().encode("latin-1"), Columns(positions, b","), Rule(abort=False))
    expected = [[rewritten(v) if n in positions else v for n, v in enumerate(row)] for row in table]
    assert as_csv_reads(result.data) == expected


def rewritten(value: str) -> str:
    """The number in a value, rewritten, with the blanks around it."""
    word = value.strip(" \t")
    return value.replace(word, oracle.rewrite(word.encode("latin-1"), 0.01).decode("latin-1")) if word else value
