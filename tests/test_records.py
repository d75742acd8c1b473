"""The grammar of delimited records: where they end, however the data is cut."""

from __future__ import annotations

from itertools import product

import pytest

from leakyrelu_cli import engine, records
from leakyrelu_cli.contract import START

STATES = (START, records.BARE, records.QUOTED, records.QUOTE)
TEXTS = [b"".join(text) for length in range(8) for text in product([b'"', b",", b"\n", b"\r", b"a"], repeat=length)]
"""All that is made of up to seven of the bytes that matter, and one that does not."""


def by_byte(block: bytes, state: int) -> tuple[int, int]:
    """`split` as an automaton that looks at one byte after another, so that it may stop and go on anywhere."""
    end = 0
    for position, byte in enumerate(block, 1):
        if state == records.QUOTED:
            state = records.QUOTE if byte == ord('"') else records.QUOTED
        elif byte == ord('"') and state != records.BARE:
            state = records.QUOTED
        else:
            state = START if byte in b",\n" else records.BARE
            end = position if byte == ord("\n") else end
    return end, state


@pytest.mark.parametrize("state", STATES)
def test_split_is_the_automaton_so_cuts_do_not_matter(state: int) -> None:
    for text in TEXTS:
        expected = by_byte(text, state)
        assert records.split(text, state, b",") == expected, text
        assert engine.split(text, state, b",") == expected, text
