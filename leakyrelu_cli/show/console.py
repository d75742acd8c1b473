"""What tables and pages are drawn on: as wide as the terminal. Imports rich, which is slow: imported late."""

from __future__ import annotations

import io
import os

from rich.console import Console

from leakyrelu_cli.storage import sink

WIDE = 1000
"""Columns where no terminal sets a width, so that a pipe gets every digit on one line."""


def console(descriptor: int = 1, narrowest: int = 1, elsewhere: int = WIDE) -> Console:
    """What draws for standard output or error: in colour and as wide as it is, if it is a terminal.

    Parameters
    ----------
    descriptor : {1, 2}
    narrowest : int
        Columns that it has at least.
    elsewhere : int
        Columns that it has if it is no terminal.
    """
    terminal = sink.is_terminal(descriptor)
    made = Console(file=io.StringIO(), force_terminal=terminal, width=None if terminal else elsewhere, highlight=False)
    if terminal and made.is_dumb_terminal:  # rich would not ask it
        made.width, made.height = (size or sink.USUAL for size in os.get_terminal_size(descriptor))
    made.width = max(made.width, narrowest)
    return made
