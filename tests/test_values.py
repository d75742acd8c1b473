"""Values: what the parts of the program hand to each other."""

from __future__ import annotations

import pytest

from leakyrelu_cli.values import Value


class Pair(Value):
    first: int
    second: int = 2


class Triple(Pair):
    third: int = 3


def test_fields_are_given_by_place_or_name_or_are_as_declared() -> None:
    assert Pair(1) == Pair(1, 2) == Pair(second=2, first=1)
    assert Triple(1, third=4) == Triple(1, 2, 4)
    assert repr(Triple(1)) == "Triple(first=1, second=2, third=3)"


def test_values_of_different_classes_or_fields_differ() -> None:
    assert Pair(1) not in {Pair(2), Pair(1, 3), Triple(1)}
    assert {Pair(1), Pair(1, 2)} == {Pair(1)}


@pytest.mark.parametrize(("values", "named"), [((), {}), ((1, 2, 3), {}), ((1,), {"third": 3}), ((1,), {"first": 1})])
def test_too_few_fields_and_too_many_are_refused(values: tuple[int, ...], named: dict[str, int]) -> None:
    with pytest.raises(TypeError):
        Pair(*values, **named)


def test_a_field_cannot_be_set() -> None:
    pair = Pair(1)
    with pytest.raises(AttributeError, match="read-only"):
        pair.first = 2  # type: ignore[misc]
    assert pair.first == 1
