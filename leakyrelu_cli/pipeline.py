"""`run(job)`: source -> engine -> sink, in order."""

from __future__ import annotations

from leakyrelu_cli import engine, numerals, source
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.errors import LeakyReluError, UsageError, quoted
from leakyrelu_cli.faults import Faults, reason
from leakyrelu_cli.sink import open_sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakyrelu_cli.faults import Say
    from leakyrelu_cli.job import Job
    from leakyrelu_cli.sink import Sink

HINT = "reading {} from the terminal; Ctrl-D ends, 'leakyrelu --help' explains"

TABLE_ROWS = 1000
"""How many numbers a table shows at most."""


def run(job: Job, say: Say) -> int:
    """Do the job; the exit code.

    Parameters
    ----------
    job : Job
    say : callable
        Shows one line on standard error.

    Raises
    ------
    LeakyReluError
        If it cannot be done, or not to its end.
    """
    if job.numbers is not None:
        return _evaluate(job, job.numbers, say)
    # The input closes before the output replaces it.
    with open_sink(job.output) as sink, source.File(job.path) as file:
        if file.is_terminal():
            say(HINT.format("numbers" if job.csv is None else "CSV"))
        if job.csv is not None:
            from leakyrelu_cli import tabular  # noqa: PLC0415 -- a stream does without it

            return tabular.run(job, job.csv, file, sink, say)
        faults = Faults(file.name, job.invalid, say)
        pairs = converted(source.chunks(file, None), None, job, faults)
        if job.table:
            _write_table(pairs, job, sink, say)
        else:
            for _, data in pairs:
                sink.write(data)
        return faults.finish()


def _evaluate(job: Job, numbers: tuple[bytes, ...], say: Say) -> int:
    """Operands, each a line: all are checked before anything is written."""
    for number in numbers:
        if not numerals.words(number):
            raise UsageError("NUMBERS", f"not a number: {quoted(number)}")
    lines = b"".join(number + b"\n" for number in numbers)
    result = engine.convert(lines, None, job.rule)
    if result.faults:
        raise UsageError("NUMBERS", reason(lines, result.faults[0]))
    with open_sink(None) as sink:
        if job.table:
            _write_table([(lines, result.data)], job, sink, say)
        else:
            sink.write(result.data)
    return 0


def _write_table(pairs: Iterable[tuple[bytes, bytes]], job: Job, sink: Sink, say: Say) -> None:
    from leakyrelu_cli import report  # noqa: PLC0415 -- rich is slow to import

    rows: list[tuple[bytes, bytes]] = []
    try:
        for before, after in pairs:
            rows += zip(numerals.words(before), numerals.words(after), strict=False)
            if len(rows) > TABLE_ROWS:
                break
    except LeakyReluError:
        sink.write(report.table(rows, job.rule))
        raise
    sink.write(report.table(rows[:TABLE_ROWS], job.rule))
    if len(rows) > TABLE_ROWS:
        say(f"the table shows the first {TABLE_ROWS:,} numbers only; leave out --table to convert all")
