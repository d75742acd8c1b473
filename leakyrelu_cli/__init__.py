"""Leaky ReLU for numbers, streams and CSV columns: the public functions and the version."""

from leakyrelu_cli.core import gradient, inverse, leaky_relu

__all__ = ["__version__", "gradient", "inverse", "leaky_relu"]

__version__ = "1.0.0"
