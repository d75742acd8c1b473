"""Numbers apart from files: operands, and the stream on standard input."""

from __future__ import annotations

from io import BytesIO

from leakyrelu_cli.engine import choice, numerals
from leakyrelu_cli.errors import InvalidInput, LeakyReluError, UsageError
from leakyrelu_cli.run import chunking, threads
from leakyrelu_cli.run.faults import Faults, Report, reason
from leakyrelu_cli.run.job import ABORT
from leakyrelu_cli.storage import sink, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakyrelu_cli.engine.contract import Rule
    from leakyrelu_cli.run.job import Evaluate, Filter
    from leakyrelu_cli.storage.sink import Say, Sink

HINT = "reading numbers from the terminal; Ctrl-D ends, 'leakyrelu --help' explains"

TABLE_ROWS = 1000
"""How many numbers a table shows at most."""


def evaluate(job: Evaluate, say: Say) -> int:
    """Operands, each a line: all are checked before anything is written."""
    lines = b"".join(number + b"\n" for number in job.numbers)
    result = choice.convert(lines, None, job.rule)
    if result.faults:
        raise UsageError(reason(lines, result.faults[0]))
    with sink.Stream() as output:
        if job.table:
            _write_table([(lines, result.data)], job.rule, output, say)
        else:
            output.write(result.data)
    any(_says_several(number, say) for number in job.numbers)
    return 0


def stream(job: Filter, say: Say) -> int:
    """Standard input, chunk by chunk."""
    with source.File(None) as file, sink.Stream(read=file.status) as output:
        if file.is_terminal():
            say(HINT)
        report = Report(job.invalid, say)
        faults = Faults(job.invalid, job.rule, report.tell, file)
        if file.is_terminal() and job.invalid == ABORT and not job.table:
            return _converse(file, job.rule, faults, output, say)
        chunks = _looked_at(chunking.chunks(file), say)
        results = faults.after(threads.converted(chunks, None, job.rule, job.jobs))
        if job.table:
            _write_table(((chunk, result.data) for chunk, result in results), job.rule, output, say)
        else:
            for _, result in results:
                output.write(result.data)
        file.check()
        report.sum_up(faults.count)
        return report.finish()


def _converse(file: source.File, rule: Rule, faults: Faults, output: Sink, say: Say) -> int:
    """Answer a person who types, line by line: a line with a mistake is not answered, and the next one awaited."""
    code = 0
    report = Report(ABORT, say)
    is_said = False
    lines = (line for chunk in chunking.chunks(file) for line in BytesIO(chunk))
    for number, line in enumerate(lines):
        result = choice.convert(line, None, rule)
        if result.faults:
            code = InvalidInput.exit_code
            say(report.worded(*faults.describe(line, number, result.faults[0])))
        else:
            output.write(result.data)
            is_said = is_said or _says_several(line, say)
    return code


def _looked_at(chunks: Iterator[bytes], say: Say) -> Iterator[bytes]:
    """The chunks, once a word is said about the first line if it needs one."""
    for chunk in chunks:
        if chunk:
            _says_several(chunk[: chunk.find(b"\n") + 1], say)
            yield chunk
            break
        yield chunk
    yield from chunks


def _says_several(line: bytes, say: Say) -> bool:
    """Tell a person of a line like ``-1,5`` that it is two numbers; whether that was necessary."""
    if b"," not in line or not sink.is_terminal(2):
        return False
    from leakyrelu_cli.run import remedies  # noqa: PLC0415 -- re is slow to import, and rarely needed

    note = remedies.several(line.strip())
    if note:
        say(note)
    return note != ""


def _write_table(pairs: Iterable[tuple[bytes, bytes]], rule: Rule, output: Sink, say: Say) -> None:
    from leakyrelu_cli.show import tables  # noqa: PLC0415 -- rich is slow to import

    rows: list[tuple[bytes, bytes]] = []
    try:
        for before, after in pairs:
            rows += zip(numerals.words(before), numerals.words(after), strict=False)
            if len(rows) > TABLE_ROWS:
                break
    except LeakyReluError:
        if rows:
            output.write(tables.table(rows, rule))
        raise
    output.write(tables.table(rows[:TABLE_ROWS], rule))
    if len(rows) > TABLE_ROWS:
        say(f"the table shows the first {TABLE_ROWS:,} numbers only; leave out --table to convert all")
