"""`run(job)`: operands and streams, source -> engine -> sink; files go to `batch`."""

from __future__ import annotations

from leakyrelu_cli import chunking, engine, numerals, sink, source
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.errors import LeakyReluError, UsageError, quoted
from leakyrelu_cli.faults import Faults, reason

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from leakyrelu_cli.faults import Say
    from leakyrelu_cli.job import Job
    from leakyrelu_cli.sink import Sink

HINT = "reading numbers from the terminal; Ctrl-D ends, 'leakyrelu --help' explains"

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
    if job.csv is not None:
        from leakyrelu_cli import batch  # noqa: PLC0415 -- a stream does without it

        return batch.run(job, job.csv, say)
    return _stream(job, say)


def _stream(job: Job, say: Say) -> int:
    with source.File(None) as file, sink.Stream(read=file.status) as output:
        if file.is_terminal():
            say(HINT)
        faults = Faults(job.invalid, say)
        faults.enter(file)
        results = converted(chunking.chunks(file, None), None, job, faults)
        if job.table:
            _write_table(((chunk, result.data) for chunk, result in results), job, output, say)
        else:
            for _, result in results:
                output.write(result.data)
        file.check()
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
    with sink.Stream() as output:
        if job.table:
            _write_table([(lines, result.data)], job, output, say)
        else:
            output.write(result.data)
    return 0


def _write_table(pairs: Iterable[tuple[bytes, bytes]], job: Job, output: Sink, say: Say) -> None:
    from leakyrelu_cli import report  # noqa: PLC0415 -- rich is slow to import

    rows: list[tuple[bytes, bytes]] = []
    try:
        for before, after in pairs:
            rows += zip(numerals.words(before), numerals.words(after), strict=False)
            if len(rows) > TABLE_ROWS:
                break
    except LeakyReluError:
        if rows:
            output.write(report.table(rows, job.rule))
        raise
    output.write(report.table(rows[:TABLE_ROWS], job.rule))
    if len(rows) > TABLE_ROWS:
        say(f"the table shows the first {TABLE_ROWS:,} numbers only; leave out --table to convert all")
