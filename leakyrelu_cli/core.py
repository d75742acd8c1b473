"""The formulas and nothing else: leaky ReLU, its gradient and its inverse, and what the three are called.

Each works on one number (``float``, ``int``, ``decimal.Decimal``) and, elementwise, on any array
of the Python array API standard (an object with ``__array_namespace__``: NumPy 2, CuPy, JAX),
without importing an array library. Arguments and values are pure numbers, without a unit.

`leaky_relu`, `gradient` and `inverse` are for callers who may be wrong: they check what they get. The
engines call the bare formulas in `OPERATIONS` once for each number, and have checked alpha before.

The types are in ``core.pyi``: overloads need ``typing``, which would add half the start-up time of
Python to the command's.

Source: A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier nonlinearities improve neural network
acoustic models", ICML 2013. Arithmetic: IEEE 754 binary64 for ``float``.
"""

FORWARD, GRADIENT, INVERSE = "forward", "gradient", "inverse"
"""The operations, as a `Rule` names them."""


def leaky_relu(z, alpha=0.01):
    """Leaky ReLU: ``z`` where ``z > 0``, ``alpha * z`` elsewhere.

    Parameters
    ----------
    z : float or array of any shape
        The input. Any real value, infinities and NaN included.
    alpha : float, default 0.01
        The slope for ``z <= 0``; finite and >= 0. At 1 this is the identity, at 0 the ReLU.

    Returns
    -------
    float or array of the shape of ``z``
        One floating-point multiplication, so equal to NumPy's and PyTorch's result bit for bit.
        A number that does not change is given back as it is: an ``int`` stays one, a zero keeps its
        sign. NaN gives NaN; ``-inf`` gives ``-inf``, or NaN for ``alpha = 0`` (IEEE 754: 0 * inf); a
        product too large gives ``-inf``.

    Raises
    ------
    TypeError
        If ``z`` is neither a number nor an array of the standard (a list, a pandas Series),
        ``alpha`` is no number, or one of the two is a ``Decimal`` and the other one a ``float``.
    ValueError
        If ``alpha`` is negative, infinite or NaN.
    OverflowError
        If ``z`` is an ``int`` that no ``float`` can hold, and would change.

    Examples
    --------
    >>> print(leaky_relu(0))
    0
    >>> leaky_relu(1), leaky_relu(-1), leaky_relu(-2, alpha=0.1)
    (1, -0.01, -0.2)
    """
    _check_alpha(alpha)
    if hasattr(z, "__array_namespace__"):
        xp = z.__array_namespace__()
        return xp.where(z > 0, z, alpha * _without_positive(z, xp))
    _check_number(z, "z", alpha)
    return z if z != z else _leaky_relu(z, alpha)  # noqa: PLR0124 -- NaN, which decimal does not compare


def gradient(z, alpha=0.01):
    """Derivative of leaky ReLU: 1 where ``z > 0``, ``alpha`` elsewhere.

    Parameters
    ----------
    z : float or array of any shape
        Where to take the derivative. At 0, where there is none, it is ``alpha`` by convention.
    alpha : float, default 0.01
        The slope for ``z <= 0``; finite and >= 0.

    Returns
    -------
    float or array of the shape of ``z``
        1 or ``alpha``; NaN for NaN.

    Raises
    ------
    TypeError, ValueError
        As `leaky_relu` does.

    Examples
    --------
    >>> gradient(3.0), gradient(0.0), gradient(-3.0, alpha=0.5)
    (1.0, 0.01, 0.5)
    """
    _check_alpha(alpha)
    if hasattr(z, "__array_namespace__"):
        xp = z.__array_namespace__()
        one = xp.ones_like(z)
        return xp.where(z != z, z, xp.where(z > 0, one, alpha * one))  # noqa: PLR0124 -- NaN
    _check_number(z, "z", alpha)
    return _gradient(z, alpha)


def inverse(y, alpha=0.01):
    """Inverse of leaky ReLU: ``y`` where ``y > 0``, ``y / alpha`` elsewhere.

    Parameters
    ----------
    y : float or array of any shape
        A value of leaky ReLU.
    alpha : float, default 0.01
        The slope for ``z <= 0``; finite and > 0, since ReLU (``alpha = 0``) has no inverse.

    Returns
    -------
    float or array of the shape of ``y``
        One floating-point division. It undoes `leaky_relu` up to the rounding of both. A number that
        does not change is given back as it is: an ``int`` stays one, a zero keeps its sign. NaN gives
        NaN; a quotient too large gives ``-inf``.

    Raises
    ------
    TypeError, ValueError
        As `leaky_relu` does; and a ValueError if ``alpha`` is 0.

    Examples
    --------
    >>> inverse(2.0), inverse(-0.2, alpha=0.1)
    (2.0, -2.0)
    """
    _check_alpha(alpha)
    if alpha == 0:
        message = "the inverse needs alpha > 0, not 0"
        raise ValueError(message)
    if hasattr(y, "__array_namespace__"):
        xp = y.__array_namespace__()
        return xp.where(y > 0, y, _without_positive(y, xp) / alpha)
    _check_number(y, "y", alpha)
    return y if y != y else _inverse(y, alpha)  # noqa: PLR0124 -- NaN, which decimal does not compare


# At 0, z itself has the value of alpha * z, and keeps its type and its sign.
def _leaky_relu(z, alpha):
    return z if z >= 0 else alpha * z


def _gradient(z, alpha):
    if z != z:  # noqa: PLR0124 -- true of NaN alone
        return z
    return 1.0 if z > 0 else alpha


def _inverse(y, alpha):
    return y if y >= 0 else y / alpha


OPERATIONS = {FORWARD: _leaky_relu, GRADIENT: _gradient, INVERSE: _inverse}
"""The formulas for one number, by their names in a `Rule`: ``(z, alpha) -> value``. They check nothing."""


def _without_positive(z, xp):
    """Zero where z > 0, so that the branch not taken raises no floating-point warning."""
    return xp.where(z > 0, xp.zeros_like(z), z)


def _check_alpha(alpha):
    if not _is_number(alpha):
        message = f"alpha must be a number, not {type(alpha).__name__}"
        raise TypeError(message)
    try:
        allowed = 0 <= alpha < float("inf")
    except ArithmeticError:  # as decimal answers where a NaN is compared
        allowed = False
    if not allowed:
        message = f"alpha must be finite and >= 0, not {alpha}"
        raise ValueError(message)


def _check_number(value, name, alpha):
    if _is_number(value):
        _check_mixture(value, name, alpha)
        return
    advice = ""
    if hasattr(value, "to_numpy"):  # pandas, Polars, Arrow
        advice = f"; pass its values: {name}.to_numpy()"
    elif isinstance(value, (list, tuple, range)):
        advice = f"; pass numpy.array({name})"
    message = f"{name} must be a number or an array (NumPy 2, CuPy, JAX), not {type(value).__name__}{advice}"
    raise TypeError(message)


def _check_mixture(value, name, alpha):
    """Decimals are for exact results, and floats are rarely what they look like: decimal itself does not mix them."""
    for one, other, what in ((value, alpha, "alpha"), (alpha, value, name)):
        if isinstance(other, float) and not isinstance(one, (float, int)) and _is_decimal(one):
            message = f"{what} must be a Decimal, too: Decimal('{other}')"
            raise TypeError(message)


def _is_number(value):
    if isinstance(value, (float, int)):
        return True
    from numbers import Real  # noqa: PLC0415 -- slow to import, and nearly all numbers are floats

    return isinstance(value, Real) or _is_decimal(value)


def _is_decimal(value):
    from decimal import Decimal  # noqa: PLC0415 -- as above

    return isinstance(value, Decimal)
