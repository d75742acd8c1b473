"""What the words of `leakyrelu` without a command mean -> an `Evaluate`, a `Filter` or a `Version`."""

from __future__ import annotations

import os

from leakyrelu_cli.cli import arguments
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run.job import Evaluate, Filter, Version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given
    from leakyrelu_cli.engine.contract import Rule


def job(given: Given) -> Evaluate | Filter | Version:
    """What is to be done.

    Raises
    ------
    UsageError
        If a value is out of range, or options exclude each other.
    """
    if given.on("version"):
        return Version()
    rule, invalid, jobs = arguments.rule(given), arguments.invalid(given), arguments.jobs(given)
    if not given.operands:
        return Filter(rule, invalid, given.on("table"), jobs)
    for operand in given.operands:
        _refuse_other_words(operand, rule)
    return Evaluate(rule, tuple(os.fsencode(operand) for operand in given.operands), given.on("table"))


def _refuse_other_words(operand: str, rule: Rule) -> None:
    """Raise if an operand holds anything but numbers, and say what was probably meant."""
    word = os.fsencode(operand)
    if not numerals.are_numbers(word, rule.na):
        from leakyrelu_cli.cli import hints  # noqa: PLC0415 -- slow to import, and rarely needed

        raise UsageError(hints.no_number(operand, rule.na))
