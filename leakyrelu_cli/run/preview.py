"""The first records of files, before and after, for `csv --table`. Nothing is converted for good."""

from __future__ import annotations

from itertools import zip_longest

from leakyrelu_cli.engine import records
from leakyrelu_cli.errors import InvalidInput, LeakyReluError
from leakyrelu_cli.run import chunking, threads
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.run.faults import Faults, Report
from leakyrelu_cli.show import tables
from leakyrelu_cli.storage import sink, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakyrelu_cli.engine.contract import Columns
    from leakyrelu_cli.run.job import Preview
    from leakyrelu_cli.storage.sink import Say, Sink


def show(job: Preview, say: Say) -> int:
    """Write a table of the first records of each file; the exit code."""
    report = Report(job.invalid, say)
    inputs = source.matching(job.inputs)
    for path in inputs:
        with source.File(path) as file, sink.Stream(read=file.status) as output:
            if len(inputs) > 1:
                output.write(f"{file.name}:\n".encode())
            table = Table(file, job.csv, job.rule, say)
            faults = Faults(job.invalid, job.rule, report.tell, file)
            _show(table, job, faults, output)
            file.check()
            report.sum_up(faults.count, file.name)
    return report.finish()


def _show(table: Table, job: Preview, faults: Faults, output: Sink) -> None:
    """Write the table; where a record is at fault, of those before it."""
    first = _First(table.chunks, table.columns, job.rows)
    after: list[bytes] = []
    failure: LeakyReluError | None = None
    try:
        for _, result in faults.after(threads.converted(iter((first.data,)), table.columns, job.rule), table):
            after.append(result.data)
        if first.too_long:
            line = table.line + first.data.count(b"\n")
            raise InvalidInput(f"{table.name}:{line + 1}: {first.too_long}")
    except LeakyReluError as error:
        failure = error
    pairs = zip(_cells(first.data, table.columns), _cells(b"".join(after), table.columns), strict=False)
    rows = [list(zip_longest(old, new)) for old, new in pairs]
    appended = range(table.columns.width, max(map(len, rows), default=0)) if table.columns.width is not None else ()
    if rows or not failure:  # a table of nothing before an error would not say a thing
        output.write(tables.preview(table.names, rows, {*table.columns.positions, *appended}, more=first.more))
    if failure:
        raise failure


class _First:
    """The first records of the chunks, so many at most; blank lines and comments do not count.

    Attributes
    ----------
    data : bytes
    more : bool
        Whether there are more records.
    too_long : chunking.RecordTooLong or None
        What ended them.
    """

    def __init__(self, chunks: Iterable[bytes], columns: Columns, count: int) -> None:
        taken: list[bytes] = []
        size = 0
        self.more = False
        self.too_long: chunking.RecordTooLong | None = None
        try:
            for record in _records(chunks, columns):
                counts = _is_record(record, columns)
                if size > chunking.RECORD_LIMIT or (count == 0 and counts):
                    self.more = True
                    break
                taken.append(record)
                size += len(record)
                count -= counts
        except chunking.RecordTooLong as error:
            self.too_long = error
        self.data = b"".join(taken)


def _records(chunks: Iterable[bytes], columns: Columns) -> Iterator[bytes]:
    for chunk in chunks:
        yield from records.each(chunk, columns.delimiter, columns.comment)


def _is_record(record: bytes, columns: Columns) -> bool:
    """Whether it is no blank line and no comment."""
    return records.content(record) != b"" and (columns.comment is None or not record.startswith(columns.comment))


def _cells(data: bytes, columns: Columns) -> Iterator[list[bytes]]:
    """The fields of each record, as they stand there."""
    for record in _records((data,), columns):
        if _is_record(record, columns):
            yield records.fields(records.content(record), columns.delimiter)
