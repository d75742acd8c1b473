"""The grammar of delimited records: where they end, however the data is cut, and what it costs."""

from __future__ import annotations

import tracemalloc
from itertools import accumulate, chain, product

import oracle
import pytest

from leakyrelu_cli.engine import choice, quotes, records
from leakyrelu_cli.engine.contract import START

STATES = (START, records.FIELD, records.BARE, records.QUOTED, records.QUOTE, records.COMMENT)
TEXTS = [b"".join(text) for length in range(8) for text in product([b'"', b",", b"\n", b"\r", b"a"], repeat=length)]
"""All that is made of up to seven of the bytes that matter, and one that does not."""

SHORT_TEXTS = [text for text in TEXTS if len(text) < 6]

COMMENTED = [b"".join(text) for length in range(7) for text in product([b'"', b",", b"\n", b"#", b"a"], repeat=length)]
"""The same with the byte that begins a comment, where there are comments."""


def by_byte(block: bytes, state: int, comment: bytes | None = None) -> tuple[int, int]:
    """`split` as an automaton that looks at one byte after another, so that it may stop and go on anywhere."""
    end = 0
    for position in range(len(block)):
        byte = block[position : position + 1]
        if state == records.COMMENT and byte != b"\n":
            continue
        if state == records.QUOTED:
            state = records.QUOTE if byte == b'"' else records.QUOTED
        elif state == START and byte == comment:
            state = records.COMMENT
        elif byte == b'"' and state != records.BARE:
            state = records.QUOTED
        else:
            state = {b"\n": START, b",": records.FIELD}.get(byte, records.BARE)
            end = position + 1 if byte == b"\n" else end
    return end, state


@pytest.mark.parametrize("state", STATES)
def test_split_is_the_automaton_so_cuts_do_not_matter(state: int) -> None:
    for text in TEXTS:
        expected = by_byte(text, state)
        assert records.split(text, state, b",") == expected, text
        assert choice.split(text, state, b",") == expected, text


@pytest.mark.parametrize("state", STATES)
def test_split_is_the_automaton_where_records_may_be_comments(state: int) -> None:
    for text in COMMENTED:
        expected = by_byte(text, state, b"#")
        assert records.split(text, state, b",", b"#") == expected, text
        assert choice.split(text, state, b",", b"#") == expected, text


@pytest.mark.parametrize("state", STATES)
def test_split_takes_long_blocks_piecemeal(state: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "WINDOW", 2)
    for text in SHORT_TEXTS:
        assert records.split(text, state, b",") == by_byte(text, state), text
    for text in COMMENTED:
        assert records.split(text, state, b",", b"#") == by_byte(text, state, b"#"), text


def test_records_one_by_one_end_where_split_says() -> None:
    for text, comment in chain(product(SHORT_TEXTS, [None]), product(COMMENTED, [b"#"])):
        found = list(records.each(text, b",", comment))
        assert b"".join(found) == text
        assert all(records.split(record, START, b",", comment) == (len(record), START) for record in found[:-1]), text
        assert records.split(text, START, b",", comment)[0] in (0, *accumulate(map(len, found))), text
        assert records.first_end(text, b",", comment=comment) == len(b"".join(found[:1])), text


def test_fields_are_those_of_the_oracle() -> None:
    for text in SHORT_TEXTS:
        if records.split(text, START, b",")[1] == records.QUOTED:
            continue  # a line feed at its end is data, and no field is a number
        found = [records.fields(records.content(record), b",") for record in records.each(text, b",")]
        assert found == [fields for fields, _ in oracle.parse(text)], text


@pytest.mark.parametrize("most", [1, 2])
def test_what_stands_behind_the_fields_that_are_asked_for_is_left_as_one(most: int) -> None:
    cut = quotes.cutter(b",", most)
    for text in SHORT_TEXTS:
        for record in map(records.content, records.each(text, b",")):
            first, rest = (fields := records.fields(record, b","))[:most], fields[most:]
            assert cut(record) == first + [b",".join(rest)] * bool(rest), record


LONG = 100_000


@pytest.mark.parametrize(
    "content",
    [b'"%s"' % (b'""' * LONG), b'"%s"' % (b'a""' * LONG), b'"a"%s' % (b"," * LONG), b'"a",' * LONG],
    ids=["quotes", "doubled quotes", "delimiters", "quoted fields"],
)
def test_a_long_record_takes_memory_as_it_is_long_and_not_many_times_that(content: bytes) -> None:
    cut = quotes.cutter(b",", 1)
    tracemalloc.start()
    try:
        (record,) = records.each(content + b"\n", b",")
        records.first_end(record, b",")
        records.split(record, START, b",")
        cut(content)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 << 20  # a pattern that can go back keeps where to, 80 bytes and more for each repeat
