"""The formulas: on floats, on decimals, and elementwise on arrays."""

from __future__ import annotations

import doctest
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as npst

import leakyrelu_cli
from leakyrelu_cli import core, gradient, inverse, leaky_relu
from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE

ALPHAS = st.sampled_from([0.01, 0.1, 0.5, 1.0, 2.0, 5e-324, 1e300])


@pytest.mark.parametrize(
    ("z", "alpha", "expected"),
    [
        (0, 0.01, 0),
        (1, 0.01, 1),
        (-1, 0.01, -0.01),
        (-2, 0.1, -0.2),
        (-math.inf, 0.01, -math.inf),
        (math.inf, 0.0, math.inf),
        (-1e300, 1e10, -math.inf),
        (-5e-324, 0.01, -0.0),
        (-3, 0.0, -0.0),
        (-3.5, 1.0, -3.5),
    ],
)
def test_leaky_relu_of_one_number(z: float, alpha: float, expected: float) -> None:
    assert leaky_relu(z, alpha=alpha) == expected
    assert math.copysign(1, leaky_relu(z, alpha=alpha)) == math.copysign(1, expected)


def test_the_default_slope_is_one_hundredth() -> None:
    assert (leaky_relu(-1), gradient(-1), inverse(-0.01)) == (-0.01, 0.01, -1)


def test_nan_stays_nan_and_minus_infinity_times_zero_is_nan() -> None:
    for value in (leaky_relu(math.nan), gradient(math.nan), inverse(math.nan), leaky_relu(-math.inf, 0.0)):
        assert math.isnan(value)


def test_the_sign_of_zero_stays() -> None:
    for function in (leaky_relu, inverse):
        assert math.copysign(1, function(-0.0, 0.5)) == -1
        assert math.copysign(1, function(0.0, 0.5)) == 1


@pytest.mark.parametrize(("z", "expected"), [(3.0, 1.0), (0.0, 0.5), (-0.0, 0.5), (-3.0, 0.5), (math.inf, 1.0)])
def test_gradient_is_alpha_up_to_zero(z: float, expected: float) -> None:
    assert gradient(z, 0.5) == expected


@pytest.mark.parametrize("alpha", [0.0, -0.0, 0, Decimal(0)])
def test_inverse_needs_a_positive_slope(alpha: float) -> None:
    with pytest.raises(ValueError, match="alpha > 0"):
        inverse(1.0, alpha)


def test_a_number_that_does_not_change_is_given_back_as_it_is() -> None:
    for function in (leaky_relu, inverse):
        assert [repr(function(z)) for z in (0, 3, 0.0, -0.0, 2.5, True)] == ["0", "3", "0.0", "-0.0", "2.5", "True"]


FUNCTIONS = [leaky_relu, gradient, inverse]


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_decimal_and_a_float_do_not_mix_and_the_message_says_what_to_pass(function: Any) -> None:
    for z in (Decimal(-1), Decimal(1)):
        with pytest.raises(TypeError, match=r"alpha must be a Decimal, too: Decimal\('0.01'\)"):
            function(z)
    with pytest.raises(TypeError, match=r"[yz] must be a Decimal, too: Decimal\('-1.5'\)"):
        function(-1.5, Decimal("0.5"))
    assert function(-1, Decimal("0.5")) == {leaky_relu: Decimal("-0.5"), gradient: Decimal("0.5")}.get(function, -2)


@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_decimal_that_is_no_number_stays_one(function: Any) -> None:
    assert function(Decimal("nan"), Decimal("0.5")).is_nan()


def test_an_int_that_no_float_holds_overflows_where_it_would_change() -> None:
    assert leaky_relu(10**400) == 10**400
    with pytest.raises(OverflowError):
        leaky_relu(-(10**400), 0.1)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("z", [-2.0, np.array([-2.0])], ids=["number", "array"])
@pytest.mark.parametrize("alpha", ["0.1", b"0.1", None, [0.1], 0.1j, np.array([0.1]), np.array(0.1)], ids=repr)
def test_an_alpha_that_is_no_number_is_a_type_error(function: Any, z: object, alpha: object) -> None:
    with pytest.raises(TypeError, match=f"^alpha must be a number, not {type(alpha).__name__}$"):
        function(z, alpha)


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize("z", [-2.0, np.array([-2.0])], ids=["number", "array"])
@pytest.mark.parametrize(
    "alpha", [-1, -5e-324, -math.inf, math.inf, math.nan, Decimal("nan"), Decimal("snan"), Decimal("-0.5")], ids=str
)
def test_an_alpha_that_is_no_slope_is_a_value_error(function: Any, z: object, alpha: object) -> None:
    with pytest.raises(ValueError, match=f"^alpha must be finite and >= 0, not {alpha}$"):
        function(z, alpha)


@pytest.mark.parametrize(
    "alpha", [0.5, 1, True, np.float64(0.5), np.float32(0.5), np.int8(2), Fraction(1, 2)], ids=repr
)
def test_every_real_number_may_be_alpha(alpha: float) -> None:
    assert (leaky_relu(-2.0, alpha), gradient(-2.0, alpha), inverse(-2.0, alpha)) == (-2 * alpha, alpha, -2 / alpha)


class Series:
    """What pandas and Polars have that call themselves so: elementwise comparison, and the values on demand."""

    def __gt__(self, other: object) -> Series:
        return self

    def to_numpy(self) -> np.ndarray:
        return np.array([-2.0])


@pytest.mark.parametrize("function", FUNCTIONS)
@pytest.mark.parametrize(
    ("z", "advice"),
    [
        ([-2.0], r"not list; pass numpy.array\([zy]\)"),
        ((-2.0, 1), r"not tuple; pass numpy.array\([zy]\)"),
        (range(3), r"not range; pass numpy.array\([zy]\)"),
        (Series(), r"not Series; pass its values: [zy].to_numpy\(\)"),
        ("-2", "not str"),
        (None, "not NoneType"),
        (2j, "not complex"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_neither_a_number_nor_an_array_is_a_type_error_that_says_what_to_pass(
    function: Any, z: object, advice: str
) -> None:
    with pytest.raises(TypeError, match=rf"^[zy] must be a number or an array \(NumPy 2, CuPy, JAX\), {advice}$"):
        function(z)


def test_decimals_are_served_exactly() -> None:
    assert leaky_relu(Decimal("-0.07"), Decimal("0.01")) == Decimal("-0.0007")
    assert inverse(Decimal("-0.0007"), Decimal("0.01")) == Decimal("-0.07")
    assert gradient(Decimal("-0.07"), Decimal("0.01")) == Decimal("0.01")
    assert str(leaky_relu(Decimal("-0.0"), Decimal("0.01"))) == "-0.0"


@given(st.one_of(st.floats(), st.integers(-(2**70), 2**70)), ALPHAS)
def test_the_bare_formulas_are_the_functions_without_their_checks(z: float, alpha: float) -> None:
    functions: dict[str, Any] = {FORWARD: leaky_relu, GRADIENT: gradient, INVERSE: inverse}
    for name, function in functions.items():
        assert repr(core.OPERATIONS[name](z, alpha)) == repr(function(z, alpha))


SHAPES = npst.array_shapes(min_dims=0)


@given(npst.arrays(np.float64, SHAPES), ALPHAS)
def test_arrays_agree_with_single_numbers(z: np.ndarray, alpha: float) -> None:
    for function in (leaky_relu, gradient, inverse):
        with np.errstate(over="ignore", under="ignore"):
            result = function(z, alpha)
        each = [function(float(value), alpha) for value in z.flat]
        np.testing.assert_array_equal(result, np.reshape(each, z.shape))


@given(npst.arrays(np.float32, SHAPES))
def test_arrays_keep_shape_and_type(z: np.ndarray) -> None:
    for function in (leaky_relu, gradient, inverse):
        with np.errstate(over="ignore", under="ignore"):
            result = function(z, 0.01)
        assert (result.shape, result.dtype) == (z.shape, z.dtype)


def test_positive_infinities_in_an_array_raise_no_floating_point_warning() -> None:
    with np.errstate(all="raise"):
        assert leaky_relu(np.array([math.inf, 1e308]), 0.0).tolist() == [math.inf, 1e308]
        assert leaky_relu(np.array([1e308]), 1e10).tolist() == [1e308]


def test_integer_arrays_give_floats() -> None:
    assert leaky_relu(np.array([-2, 3]), 0.5).tolist() == [-1.0, 3.0]
    assert gradient(np.array([-2, 3]), 0.5).tolist() == [0.5, 1.0]


@given(st.floats(allow_nan=False), ALPHAS.filter(lambda alpha: 1e-3 < alpha < 1e3))
def test_inverse_undoes_up_to_rounding(z: float, alpha: float) -> None:
    there = leaky_relu(z, alpha)
    if math.isfinite(there) and abs(there) > 1e-300:
        assert math.isclose(inverse(there, alpha), z, rel_tol=1e-15)


def test_the_docstrings_examples_are_true() -> None:
    assert doctest.testmod(core, raise_on_error=True).attempted >= 3


def test_the_package_exports_the_functions_and_its_version() -> None:
    assert set(leakyrelu_cli.__all__) == {"__version__", "gradient", "inverse", "leaky_relu"}
