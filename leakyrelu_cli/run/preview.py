"""The first records of files, before and after, for `csv --table`. Nothing is converted for good."""

from __future__ import annotations

from itertools import chain, zip_longest

from leakyrelu_cli.engine import choice, records
from leakyrelu_cli.errors import InvalidInput, LeakyReluError
from leakyrelu_cli.run import chunking
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.run.faults import Faults, Report
from leakyrelu_cli.run.job import DEFAULT_ROWS
from leakyrelu_cli.show import records_table
from leakyrelu_cli.show.records_table import Cell
from leakyrelu_cli.storage import sink, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.engine.contract import Columns, Result, Rule
    from leakyrelu_cli.run.job import Preview
    from leakyrelu_cli.storage.sink import Say, Sink

    Pairs = list[tuple[bytes, Result]]
    """Records, each with what becomes of it."""

LOOKED_AT = 16 << 20
"""How many bytes are looked at behind the first records, if none of these changes: the plain engine takes seconds."""

HEAD = 3
"""How many of the first records are shown before one that changes and comes later."""


def show(job: Preview, say: Say) -> int:
    """Write a table of the first records of each file; the exit code."""
    report = Report(job.invalid, say)
    inputs = source.matching(job.inputs)
    for number, path in enumerate(inputs):
        with source.File(path) as file, sink.Stream(read=file.status) as output:
            if number:
                output.write(b"\n")
            if len(inputs) > 1:
                output.write(f"{file.name}:\n".encode())
            faults = Faults(job.invalid, job.rule, report.tell, file)
            table = Table(file, job.csv, job.rule, say)
            # What comes out of a pipe may come slowly, and whoever waits for it wants to see what is there.
            _show(table, job, faults, output, looks_on=file.status is None or file.size is not None)
            file.check()
            report.sum_up(faults.count, file.name)
    return report.finish()


def _show(table: Table, job: Preview, faults: Faults, output: Sink, *, looks_on: bool) -> None:
    """Write the table, and say what is wrong with its records."""
    columns = table.columns
    rule = job.rule.but(abort=False)  # what stands behind a fault is shown, too
    room = None if job.rows else records_table.room()
    count = job.rows or min(DEFAULT_ROWS, room or DEFAULT_ROWS)
    first = _First(table.chunks, columns, count)
    pairs = [(record, choice.convert(record, columns, rule)) for record in first.records]
    failure = _failure(table, first, faults, pairs)
    shown = [pair for pair in pairs if _is_record(pair[0], columns)]
    caption = _caption(shown, more=first.more)
    rows: list[list[Cell] | None] = [_row(*pair, columns) for pair in shown]
    if looks_on and first.more and not failure and not any(result.changed for _, result in shown):
        head = min(HEAD, count - 1)
        behind = _Behind(first.rest, columns, rule, count - head - (room is not None))  # a line for what is left out
        if behind.found:
            rows = [*rows[:head], None, *(_row(*pair, columns) for pair in behind.found)]
            line = table.line + sum(result.lines for _, result in pairs) + behind.line + 1
            caption = _caption_of_both(head, len(behind.found), f"line {line:,}")
        else:
            caption += f", nor does any {behind.where}"
    if rows or not failure:  # a table of nothing before an error would not say a thing
        output.write(records_table.preview(table.names, rows, _converted(columns, rows), caption, room))
    if failure:
        raise failure


def _failure(table: Table, first: _First, faults: Faults, pairs: Pairs) -> LeakyReluError | None:
    """Tell of the faults; the error that the run ends with, once there is a table."""
    try:
        for _ in faults.after(pairs, table):
            pass
        if first.too_long:
            line = table.line + sum(result.lines for _, result in pairs)
            raise InvalidInput(f"{table.name}:{line + 1}: {first.too_long}")
    except LeakyReluError as error:
        return error
    return None


class _First:
    """The first records of the chunks, so many at most; blank lines and comments do not count.

    Attributes
    ----------
    records : list of bytes
        With the blank lines and comments among them.
    more : bool
        Whether there are more records.
    rest : iterator of bytes
        The chunks behind them.
    too_long : chunking.RecordTooLong or None
        What ended them.
    """

    def __init__(self, chunks: Iterator[bytes], columns: Columns, count: int) -> None:
        self.records: list[bytes] = []
        self.rest: Iterator[bytes] = iter(())
        self.more = False
        self.too_long: chunking.RecordTooLong | None = None
        size = 0
        try:
            for chunk in chunks:
                end = 0
                for record in records.each(chunk, columns.delimiter, columns.comment):
                    counts = _is_record(record, columns)
                    if size > chunking.RECORD_LIMIT or (count == 0 and counts):
                        self.more = True
                        self.rest = chain((chunk[end:],), chunks)
                        return
                    self.records.append(record)
                    end += len(record)
                    size += len(record)
                    count -= counts
        except chunking.RecordTooLong as error:
            self.too_long = error


class _Behind:
    """What stands behind the first records, if none of them changes: the first that do.

    Attributes
    ----------
    found : list of (bytes, Result)
        So many at most; fewer, if not all is looked at.
    line : int
        The 0-based line of the first of them.
    where : str
        How much of it was looked at.
    """

    def __init__(self, chunks: Iterator[bytes], columns: Columns, rule: Rule, count: int) -> None:
        self.found: Pairs = []
        self.line = 0
        self.where = "behind"
        line = looked = 0
        try:
            for chunk in chunks:
                if looked > LOOKED_AT:
                    self.where = f"in the {LOOKED_AT >> 20} MiB behind"
                    return
                whole = list(records.each(chunk, columns.delimiter, columns.comment))
                for number, result in _changing(whole, 0, columns, rule):
                    if not self.found:
                        self.line = line + sum(record.count(b"\n") for record in whole[:number])
                    self.found.append((whole[number], result))
                    if len(self.found) == count:
                        return
                line += chunk.count(b"\n")
                looked += len(chunk)
        except (LeakyReluError, chunking.RecordTooLong):  # whoever converts the file will hear of it
            self.where = "behind, as far as it can be read"


def _changing(whole: list[bytes], number: int, columns: Columns, rule: Rule) -> Iterator[tuple[int, Result]]:
    """Which of the records change: found by halves, for all at once are converted much faster."""
    result = choice.convert(b"".join(whole), columns, rule)
    if not result.changed:
        return
    if len(whole) > 1:
        middle = len(whole) // 2
        yield from _changing(whole[:middle], number, columns, rule)
        yield from _changing(whole[middle:], number + middle, columns, rule)
    else:
        yield number, result


def _is_record(record: bytes, columns: Columns) -> bool:
    """Whether it is no blank line and no comment."""
    return records.content(record) != b"" and (columns.comment is None or not record.startswith(columns.comment))


def _row(record: bytes, result: Result, columns: Columns) -> list[Cell]:
    """The cells of a record, before and after."""
    old, new = (records.fields(records.content(text), columns.delimiter) for text in (record, result.data))
    wrong = {fault.field for fault in result.faults}
    cells = zip_longest(old, new, range(max(wrong, default=-1) + 1))
    return [Cell(before, after, n in wrong) for n, (before, after, _) in enumerate(cells)]


def _converted(columns: Columns, rows: list[list[Cell] | None]) -> set[int]:
    """The positions of what is rewritten or appended."""
    longest = max((len(row) for row in rows if row is not None), default=0)
    return {*columns.positions, *(range(columns.width, longest) if columns.width is not None else ())}


def _caption(shown: Pairs, *, more: bool) -> str:
    """How many records are shown, and how many of them change."""
    changed, count = sum(result.changed > 0 for _, result in shown), len(shown)
    said = "none changes" if not changed else "1 changes" if changed == 1 else f"{changed:,} change"
    said = "it changes" if count == changed == 1 else said
    which = f"the first {_records(count)}" if more else "1 record" if count == 1 else _records(count)
    return f"{which}: {said}" if count else "no records"


def _caption_of_both(head: int, count: int, line: str) -> str:
    """The same of some of the first records and of later ones that change, which begin in a line."""
    if not head:
        return f"the first record that changes, in {line}"
    later = f"the first {count:,} that change, from {line} on" if count > 1 else f"the first that changes, in {line}"
    return f"the first {_records(head)}, and {later}"


def _records(count: int) -> str:
    return "record" if count == 1 else f"{count:,} records"
