"""The first records of a delimited file, before and after, for `csv --table`. Nothing is converted for good."""

from __future__ import annotations

from itertools import zip_longest

from leakyrelu_cli import chunking, columns, records, report
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.errors import InvalidInput, LeakyReluError
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
    line = header.count(b"\n")
    first = _First(beginning.chunks(csv), delimiter, csv.rows)
    after: list[bytes] = []
    failure: LeakyReluError | None = None
    try:
        for _, result in converted(iter((first.data,)), layout, job, faults, line):
            after.append(result.data)
        if first.too_long:
            line += first.data.count(b"\n")
            raise InvalidInput(f"{file.name}:{line + 1}: {first.too_long}")
    except LeakyReluError as error:
        failure = error
    pairs = zip(_cells(first.data, delimiter), _cells(b"".join(after), delimiter), strict=False)
    rows = [list(zip_longest(old, new)) for old, new in pairs]
    names = columns.names(extended(header, layout, csv.suffix), delimiter) if header else []
    appended = range(len(beginning.names), max(map(len, rows), default=0)) if layout.width is not None else ()
    if rows or not failure:  # a table of nothing before an error would not say a thing
        sink.write(report.preview(names, rows, {*layout.positions, *appended}, more=first.more))
    if failure:
        raise failure


class _First:
    """The first records of the chunks, so many at most; blank lines do not count.

    Attributes
    ----------
    data : bytes
    more : bool
        Whether there are more records.
    too_long : chunking.RecordTooLong or None
        What ended them.
    """

    def __init__(self, chunks: Iterable[bytes], delimiter: bytes, count: int) -> None:
        taken: list[bytes] = []
        size = 0
        self.more = False
        self.too_long: chunking.RecordTooLong | None = None
        try:
            for record in _records(chunks, delimiter):
                blank = not records.content(record)
                if size > chunking.RECORD_LIMIT or (count == 0 and not blank):
                    self.more = True
                    break
                taken.append(record)
                size += len(record)
                count -= not blank
        except chunking.RecordTooLong as error:
            self.too_long = error
        self.data = b"".join(taken)


def _records(chunks: Iterable[bytes], delimiter: bytes) -> Iterator[bytes]:
    for chunk in chunks:
        start = 0
        while start < len(chunk):
            end = records.first_end(chunk, delimiter, start)
            yield chunk[start:end]
            start = end


def _cells(data: bytes, delimiter: bytes) -> Iterator[list[bytes]]:
    """The fields of each record, as they stand there."""
    for record in _records((data,), delimiter):
        content = records.content(record)
        if content:
            yield records.fields(content, delimiter)
