"""Columns of delimited files: the header, the choice of columns, and what goes out."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli import columns, engine, records, source
from leakyrelu_cli.contract import START, Columns
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.errors import InvalidInput, UsageError, printable, quoted
from leakyrelu_cli.faults import Faults

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.faults import Say
    from leakyrelu_cli.job import Csv, Job
    from leakyrelu_cli.sink import Sink


def run(job: Job, csv: Csv, file: source.File, sink: Sink, say: Say) -> int:
    """Convert the columns of one file; the exit code."""
    bom = source.read_bom(file)
    chunks = source.chunks(file, Columns((0,), csv.delimiter))
    try:
        first = next(filter(None, chunks), b"")
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
    if csv.header and records.split(first[:end], START, csv.delimiter)[1] == records.QUOTED:
        raise InvalidInput(f"{file.name}:1: the header ends inside quotes: {quoted(first[:end])}")
    sink.write(bom + (head if csv.suffix is None else _extended(head, layout, csv.suffix)))
    labels = [quoted(name) if csv.header and name else str(n) for n, name in enumerate(names, 1)]
    faults = Faults(file.name, job.invalid, say, labels)
    last = b""
    line = head.count(b"\n")
    for chunk, data in converted(chain((rest,), chunks), layout, job, faults, line):
        sink.write(data)
        last = chunk
    if layout.width is None:
        _warn_if_unclosed(last, layout, faults)
    return faults.finish()


def _warn_if_unclosed(last: bytes, layout: Columns, faults: Faults) -> None:
    """The last record may end in quotes: legal, as ``csv`` reads it, but hardly meant."""
    start, state = engine.split(last, START, layout)
    if state == records.QUOTED:
        faults.warn_unclosed(last[start:])


def _listing(names: list[bytes], csv: Csv) -> bytes:
    width = len(str(len(names)))
    lines = (
        f"{n:>{width}}: {printable(name, len(name))}" if csv.header else f"{n:>{width}}"
        for n, name in enumerate(names, 1)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _extended(head: bytes, layout: Columns, suffix: bytes) -> bytes:
    """The header record with the names of the appended columns."""
    end = records.content_end(head, 0, len(head))
    if not end:  # a blank line, or no header
        return head
    fields = records.fields(head[:end], layout.delimiter)
    appended = (
        records.quote(records.value(fields[n]) + suffix, layout.delimiter, always=fields[n][:1] == b'"')
        for n in layout.positions
    )
    return head[:end] + b"".join(layout.delimiter + field for field in appended) + head[end:]
