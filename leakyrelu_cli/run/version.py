"""The version, and which engine runs."""

from __future__ import annotations

import leakyrelu_cli
from leakyrelu_cli.engine import choice
from leakyrelu_cli.storage import sink


def show() -> int:
    """Write them to standard output; the exit code."""
    with sink.Stream() as output:
        output.write(f"leakyrelu {leakyrelu_cli.__version__} ({choice.NAME} engine)\n".encode())
    return 0
