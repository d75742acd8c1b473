"""Which engine runs: today the plain one. The contract is in `contract`."""

from leakyrelu_cli.plain import convert, split

__all__ = ["NAME", "convert", "split"]

NAME = "plain"
