"""`run(job)`: source -> engine -> sink, in order."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli import columns, engine, numerals, records, source
from leakyrelu_cli.contract import START, Columns
from leakyrelu_cli.errors import InvalidInput, LeakyReluError, UsageError, printable, quoted
from leakyrelu_cli.faults import Faults, reason
from leakyrelu_cli.sink import open_sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakyrelu_cli.faults import Say
    from leakyrelu_cli.job import Csv, Job
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
    with source.File(job.path) as file, open_sink(job.output) as sink:
        if file.is_terminal():
            say(HINT.format("numbers" if job.csv is None else "CSV"))
        if job.csv is not None:
            return _convert_csv(job, job.csv, file, sink, say)
        faults = Faults(file.name, job.invalid, say)
        converted = _converted(source.chunks(file.read, None), None, job, faults)
        if job.table:
            _write_table(converted, job, sink, say)
        else:
            for _, data in converted:
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


def _convert_csv(job: Job, csv: Csv, file: source.File, sink: Sink, say: Say) -> int:
    bom, read = source.after_bom(file.read, file.name)
    chunks = source.chunks(read, Columns((0,), csv.delimiter))
    try:
        first = next(chunks, b"")
    except source.RecordTooLong as error:
        raise InvalidInput(f"{file.name}:1: {error}") from None
    end = records.first_end(first, csv.delimiter)
    names = columns.names(first[:end], csv.delimiter) if first else []
    if csv.list_only:
        sink.write(_listing(names, csv))
        return 0
    if not csv.columns:
        raise UsageError("--column", f"which one? {columns.listing(names, named=csv.header)}")
    if not first:
        sink.write(bom)
        return 0
    layout = Columns(
        columns.select(csv.columns, names, named=csv.header, delimiter=csv.delimiter),
        csv.delimiter,
        None if csv.suffix is None else len(names),
    )
    head, rest = (first[:end], first[end:]) if csv.header else (b"", first)
    sink.write(bom + (head if csv.suffix is None or not head else _extended(head, layout, csv.suffix)))
    labels = [quoted(name) if csv.header and name else str(n) for n, name in enumerate(names, 1)]
    faults = Faults(file.name, job.invalid, say, labels)
    for _, data in _converted(chain((rest,), chunks), layout, job, faults, head.count(b"\n")):
        sink.write(data)
    return faults.finish()


def _converted(
    chunks: Iterable[bytes], layout: Columns | None, job: Job, faults: Faults, line: int = 0
) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk and what becomes of it; the first starts at a 0-based line of the input.

    What was good before a fault comes out before the fault is raised.
    """
    chunk = b""
    first_line = line
    try:
        for chunk in chunks:
            result = engine.convert(chunk, layout, job.rule)
            yield chunk, result.data
            if result.fault_count:
                faults.add(chunk, line, result.faults, result.fault_count)
            first_line, line = line, line + result.lines
    except source.RecordTooLong as error:
        raise InvalidInput(f"{faults.name}:{line + 1}: {error}") from None
    if layout is not None and layout.width is None:
        start, state = records.split(chunk, START, layout.delimiter)
        if state == records.QUOTED:
            faults.warn_unclosed(first_line + chunk.count(b"\n", 0, start))


def _write_table(converted: Iterable[tuple[bytes, bytes]], job: Job, sink: Sink, say: Say) -> None:
    from leakyrelu_cli import report  # noqa: PLC0415 -- rich is slow to import

    rows: list[tuple[bytes, bytes]] = []
    try:
        for before, after in converted:
            rows += zip(numerals.words(before), numerals.words(after), strict=False)
            if len(rows) > TABLE_ROWS:
                break
    except LeakyReluError:
        sink.write(report.table(rows, job.rule))
        raise
    sink.write(report.table(rows[:TABLE_ROWS], job.rule))
    if len(rows) > TABLE_ROWS:
        say(f"the table shows the first {TABLE_ROWS:,} numbers only; leave out --table to convert all")


def _listing(names: list[bytes], csv: Csv) -> bytes:
    width = len(str(len(names)))
    lines = (f"{n:>{width}}: {printable(name)}" if csv.header else f"{n:>{width}}" for n, name in enumerate(names, 1))
    return "".join(f"{line}\n" for line in lines).encode()


def _extended(head: bytes, layout: Columns, suffix: bytes) -> bytes:
    """The header record with the names of the appended columns."""
    end = records.content_end(head, 0, len(head))
    fields = records.fields(head[:end], layout.delimiter)
    appended = (
        records.quote(records.value(fields[n]) + suffix, layout.delimiter, always=fields[n][:1] == b'"')
        for n in layout.positions
    )
    return head[:end] + b"".join(layout.delimiter + field for field in appended) + head[end:]
