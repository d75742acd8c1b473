"""The short door: the plain forms of a command line, without Typer.

    leakyrelu [-a NUMBER] [-j N] [NUMBERS]...
    leakyrelu csv [-a NUMBER] [-j N] [-c COLUMN]... [FILE.csv]

It exists for speed alone: importing Typer takes several times as long as starting Python. It
declines whatever it is not sure of and never reports an error, so deleting it would change no
behaviour.
"""

from __future__ import annotations

import os

from leakyrelu_cli import numerals
from leakyrelu_cli.contract import DEFAULT_ALPHA, Rule
from leakyrelu_cli.job import Csv, Files, Job

OPTIONS = {"-a": "--alpha", "-j": "--jobs"}
CSV_OPTIONS = {**OPTIONS, "-c": "--column"}


def parse(arguments: list[str]) -> Job | None:
    """The job, or None to let `cli` decide."""
    is_csv = arguments[:1] == ["csv"]
    parts = _parts(arguments[is_csv:], CSV_OPTIONS if is_csv else OPTIONS)
    if parts is None:
        return None
    options, operands = parts
    alpha = options.get("--alpha", [DEFAULT_ALPHA])[-1]
    jobs = options.get("--jobs", ["0"])[-1]
    plain_jobs = "--jobs" not in options or (len(jobs) < 4 and jobs.isascii() and jobs.isdigit() and int(jobs) > 0)
    if not plain_jobs or not numerals.is_alpha(os.fsencode(alpha)):
        return None
    if not is_csv:
        numbers = tuple(os.fsencode(operand) for operand in operands)
        return (
            Job(Rule(alpha=alpha), numbers or None, jobs=int(jobs)) if all(map(numerals.are_numbers, numbers)) else None
        )
    if len(operands) > 1 or not all(operand.endswith(".csv") for operand in operands):
        return None
    columns = tuple(os.fsencode(text) for text in options.get("--column", []))
    files = Files(((operands[0] if operands else None, None),))
    return Job(Rule(alpha=alpha), csv=Csv(columns, files=files), jobs=int(jobs))


def _parts(arguments: list[str], known: dict[str, str]) -> tuple[dict[str, list[str]], list[str]] | None:
    """The values of each known option, and the operands; None if any word is neither."""
    options: dict[str, list[str]] = {}
    operands: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        name = known.get(name, name)
        if name in known.values() and (not equals or word.startswith("--")):
            given = value if equals else next(words, None)
            if given is None:
                return None
            options.setdefault(name, []).append(given)
        elif word.startswith("-") and not numerals.are_numbers(os.fsencode(word)):
            return None
        else:
            operands.append(word)
    return options, operands
