"""What a command line means, once its words are told apart: each command's own module makes the `Job`."""

from __future__ import annotations

from leakyrelu_cli.cli import options
from leakyrelu_cli.cli.options import CSV, PLOT

# ruff: noqa: PLC0415 -- each command does without what the others need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given
    from leakyrelu_cli.cli.command import Command
    from leakyrelu_cli.run.job import Job


def job(command: Command, given: Given) -> Job:
    """What is to be done.

    Raises
    ------
    UsageError
        If a value is out of range, or options exclude each other.
    """
    if given.on("help") or given.on("h"):
        return _help(command, given)
    if command is CSV:
        from leakyrelu_cli.cli import csv_job

        return csv_job.job(given)
    if command is PLOT:
        from leakyrelu_cli.cli import plot_job

        return plot_job.job(given)
    from leakyrelu_cli.cli import evaluate_job

    return evaluate_job.job(given)


def _help(command: Command, given: Given) -> Job:
    """Help, whatever else is given; behind `-h` may stand the name of the command."""
    from leakyrelu_cli.cli import help_job

    if command is options.DEFAULT_COMMAND:
        command, _ = options.command_of(given.operands)
    return (help_job.whole if given.on("help") else help_job.brief)(command)
