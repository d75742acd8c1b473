"""The first records of a delimited file, before and after, for `csv --table`. Nothing is converted for good."""

from __future__ import annotations

from itertools import zip_longest

from leakyrelu_cli import chunking, columns, records, report
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.tabular import Beginning, extended

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakyrelu_cli.faults import Faults
    from leakyrelu_cli.job import Csv, Job
    from leakyrelu_cli.sink import Sink
    from leakyrelu_cli.source import File


def show(job: Job, csv: Csv, delimiter: bytes, file: File, sink: Sink, faults: Faults) -> None:  # noqa: PLR0913, PLR0917 -- as tabular.convert
    """Write a table of the first records; where one of them is at fault, of those before it."""
    beginning = Beginning(file, delimiter)
    layout, header = beginning.layout(csv), beginning.header(csv)
    faults.enter(file.name, beginning.labels(csv))
    before, more = _first(beginning.chunks(csv), delimiter, csv.rows)
    after: list[bytes] = []
    try:
        for _, result in converted(iter((before,)), layout, job, faults, header.count(b"\n")):
            after.append(result.data)
    finally:
        pairs = zip(_cells(before, delimiter), _cells(b"".join(after), delimiter), strict=False)
        rows = [list(zip_longest(old, new)) for old, new in pairs]
        names = columns.names(extended(header, layout, csv.suffix), delimiter) if header else []
        appended = range(len(beginning.names), max(map(len, rows), default=0)) if layout.width is not None else ()
        if rows or not before:  # a table of nothing before an error would not say a thing
            sink.write(report.preview(names, rows, {*layout.positions, *appended}, more=more))


def _first(chunks: Iterable[bytes], delimiter: bytes, count: int) -> tuple[bytes, bool]:
    """So many records at most, and whether there are more; blank lines are none."""
    taken: list[bytes] = []
    size = 0
    for record in _records(chunks, delimiter):
        blank = records.content_end(record, 0, len(record)) == 0
        if size > chunking.RECORD_LIMIT or (count == 0 and not blank):
            return b"".join(taken), True
        taken.append(record)
        size += len(record)
        count -= not blank
    return b"".join(taken), False


def _records(chunks: Iterable[bytes], delimiter: bytes) -> Iterator[bytes]:
    for chunk in chunks:
        rest = chunk
        while rest:
            end = records.first_end(rest, delimiter)
            yield rest[:end]
            rest = rest[end:]


def _cells(data: bytes, delimiter: bytes) -> Iterator[list[bytes]]:
    """The fields of each record, as they stand there."""
    for record in _records((data,), delimiter):
        content = record[: records.content_end(record, 0, len(record))]
        if content:
            yield records.fields(content, delimiter)
