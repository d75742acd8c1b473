"""What a command line means, once its words are told apart: each command's own module makes the `Job`."""

from __future__ import annotations

from leakyrelu_cli.cli.options import CSV, PLOT

# ruff: noqa: PLC0415 -- each command does without what the others need

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given
    from leakyrelu_cli.cli.options import Command
    from leakyrelu_cli.run.job import Job


def job(command: Command, given: Given) -> Job:
    """What is to be done.

    Raises
    ------
    UsageError
        If a value is out of range, or options exclude each other.
    """
    if command is CSV:
        from leakyrelu_cli.cli import csv_job

        return csv_job.job(given)
    if command is PLOT:
        from leakyrelu_cli.cli import plot_job

        return plot_job.job(given)
    from leakyrelu_cli.cli import evaluate_job

    return evaluate_job.job(given)
