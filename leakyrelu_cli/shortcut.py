"""The short door: plain operands or standard input, with or without --alpha.

It exists for speed alone: importing Typer takes several times as long as starting Python. It
declines whatever it is not sure of and never reports an error, so deleting it would change no
behaviour.
"""

from __future__ import annotations

import os

from leakyrelu_cli import numerals
from leakyrelu_cli.contract import Rule
from leakyrelu_cli.job import Job

COMPLETION_VARIABLE = "_LEAKYRELU_COMPLETE"
"""Set by the shell completion scripts, which talk to Typer."""


def parse(arguments: list[str]) -> Job | None:
    """The job, or None to let `cli` decide."""
    if COMPLETION_VARIABLE in os.environ:
        return None
    alpha = "0.01"
    numbers: list[bytes] = []
    words = iter(arguments)
    for word in words:
        if word in ("-a", "--alpha"):
            alpha = next(words, "")
        elif word.startswith("--alpha="):
            alpha = word[len("--alpha=") :]
        elif _is_numbers(encoded := os.fsencode(word)):
            numbers.append(encoded)
        else:
            return None
    if not numerals.is_alpha(os.fsencode(alpha)):
        return None
    return Job(Rule(alpha=alpha), numbers=tuple(numbers) or None)


def _is_numbers(line: bytes) -> bool:
    words = numerals.words(line)
    return bool(words) and all(numerals.parse(word) is not None for word in words)
