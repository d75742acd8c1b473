"""Which columns a text chooses."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run import columns

HEADER = [b"id", b"x", b"y", b"x", b"a,b", b"2"]


@pytest.mark.parametrize(
    ("texts", "positions"),
    [
        (["y"], [2]),
        (["x"], [1, 3]),
        (["1"], [0]),
        (["2"], [5]),  # a name wins over a position
        (["3-5"], [2, 3, 4]),
        (["3:5"], [2, 3, 4]),
        (["5-"], [4, 5]),
        (["-3"], [0, 1, 2]),
        (["y,id"], [0, 2]),
        (["y, 1"], [0, 2]),
        (["a,b"], [4]),
        (["id", "y", "id"], [0, 2]),
        (["6"], [5]),
    ],
)
def test_a_text_chooses_names_positions_ranges_and_lists(texts: list[str], positions: list[int]) -> None:
    chosen = columns.select(tuple(t.encode() for t in texts), HEADER, named=True, delimiter=b",")
    assert list(chosen) == positions


@pytest.mark.parametrize(
    "text", ["", "z", "0", "7", "5-9", "4-3", "-", ":", "1-2-3", "x,", "1.5", "٣", "9" * 5000, "²"]
)
def test_a_text_that_chooses_nothing_is_a_usage_error_that_lists_the_columns(text: str) -> None:
    with pytest.raises(UsageError, match="the columns are: 1 'id', 2 'x'"):
        columns.select((text.encode(),), HEADER, named=True, delimiter=b",")


def test_without_a_header_only_positions_serve() -> None:
    assert columns.select((b"2",), HEADER, named=False, delimiter=b",") == (1,)
    with pytest.raises(UsageError, match="1 to 6"):
        columns.select((b"x",), HEADER, named=False, delimiter=b",")


def test_a_hundred_columns_are_not_all_listed() -> None:
    header = [f"c{n}".encode() for n in range(100)]
    with pytest.raises(UsageError, match=r"30 'c29' and 70 more \(see --list\)"):
        columns.select((b"z",), header, named=True, delimiter=b",")


@pytest.mark.parametrize(
    ("header", "hint"),
    [(b"x;y;z", "';'"), (b"x\ty", "tab"), (b"x|y", "'|'"), (b"x y", None), (b"x;y|z;w", "';'")],
)
def test_a_header_of_one_column_that_looks_delimited_otherwise_says_by_what(header: bytes, hint: str | None) -> None:
    assert columns.other_delimiter([header], b",") == hint


def test_names_are_read_as_csv_reads_them() -> None:
    assert columns.names(b'a,"b ""c""\n",d"e, f\r\n', b",") == [b"a", b'b "c"\n', b'd"e', b" f"]


def test_many_columns_are_chosen_from_many_in_one_walk_through_the_header() -> None:
    walks: list[None] = []

    class Header(list[bytes]):
        def __iter__(self) -> Iterator[bytes]:
            walks.append(None)
            return super().__iter__()

        def __contains__(self, name: object) -> bool:
            walks.append(None)
            return super().__contains__(name)

    header = Header(b"c%d" % number for number in range(2000))
    texts = tuple(b"c%d" % number for number in range(0, 2000, 2))
    chosen = columns.select((*texts, b"1,2,5-7"), header, named=True, delimiter=b",")
    assert chosen == tuple(sorted({*range(0, 2000, 2), 0, 1, 4, 5, 6}))
    assert len(walks) <= 2
