"""The formulas and nothing else: leaky ReLU, its gradient and its inverse.

Each works on one number (``float``, ``int``, ``decimal.Decimal``) and, elementwise, on any array
of the Python array API standard (an object with ``__array_namespace__``: NumPy 2, CuPy, JAX),
without importing an array library. The types are in ``core.pyi``: overloads need ``typing``, which
would add half the start-up time of Python to the command's.

Source: A. L. Maas, A. Y. Hannun, A. Y. Ng, "Rectifier nonlinearities improve neural network
acoustic models", ICML 2013. Arithmetic: IEEE 754 binary64 for ``float``.
"""

from leakyrelu_cli.contract import FORWARD, GRADIENT, INVERSE


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
        NaN gives NaN; the sign of a zero stays; ``-inf`` gives ``-inf``, or NaN for ``alpha = 0``
        (IEEE 754: 0 * inf); a product too large gives ``-inf``.

    Examples
    --------
    >>> leaky_relu(0), leaky_relu(1), leaky_relu(-1), leaky_relu(-2, alpha=0.1)
    (0.0, 1, -0.01, -0.2)
    """
    if hasattr(z, "__array_namespace__"):
        xp = z.__array_namespace__()
        return xp.where(z > 0, z, alpha * _without_positive(z, xp))
    return z if z > 0 else alpha * z


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

    Examples
    --------
    >>> gradient(3.0), gradient(0.0), gradient(-3.0, alpha=0.5)
    (1.0, 0.01, 0.5)
    """
    if hasattr(z, "__array_namespace__"):
        xp = z.__array_namespace__()
        one = xp.ones_like(z)
        return xp.where(z != z, z, xp.where(z > 0, one, alpha * one))  # noqa: PLR0124 -- NaN
    if z != z:  # noqa: PLR0124 -- true of NaN alone
        return z
    return 1.0 if z > 0 else alpha


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
        One floating-point division. It undoes `leaky_relu` up to the rounding of both. NaN gives
        NaN; the sign of a zero stays; a quotient too large gives ``-inf``.

    Raises
    ------
    ValueError
        If ``alpha`` is not greater than 0.

    Examples
    --------
    >>> inverse(2.0), inverse(-0.2, alpha=0.1)
    (2.0, -2.0)
    """
    if not alpha > 0:
        message = f"the inverse needs alpha > 0, not {alpha}"
        raise ValueError(message)
    if hasattr(y, "__array_namespace__"):
        xp = y.__array_namespace__()
        return xp.where(y > 0, y, _without_positive(y, xp) / alpha)
    return y if y > 0 else y / alpha


OPERATIONS = {FORWARD: leaky_relu, GRADIENT: gradient, INVERSE: inverse}
"""The formulas by their names in a `Rule`."""


def _without_positive(z, xp):
    """Zero where z > 0, so that the branch not taken raises no floating-point warning."""
    return xp.where(z > 0, xp.zeros_like(z), z)
