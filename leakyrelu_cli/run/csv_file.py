"""One opened file of delimited records: its beginning, its header, and the columns that are chosen from it."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli.engine import records
from leakyrelu_cli.engine.contract import START, Columns
from leakyrelu_cli.errors import InvalidInput, UsageError, quoted
from leakyrelu_cli.run import chunking, columns, threads
from leakyrelu_cli.storage import sink, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.engine.contract import Result, Rule
    from leakyrelu_cli.run.job import Csv
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.source import File

HINT = "reading CSV from the terminal; Ctrl-D ends, 'leakyrelu csv --help' explains"

NOTHING_CHOSEN = "which file, which column? leakyrelu csv FILE --column COLUMN; 'leakyrelu csv --help' explains"


class Beginning:
    """What a file begins with.

    Parameters
    ----------
    file : File
    csv : Csv
    say : callable
        Shows one line to whoever has to type the file.

    Attributes
    ----------
    delimiter : bytes
        As it is given, or as the file's name tells.
    before : bytes
        What stands before the first record: a UTF-8 BOM, lines that are skipped, comments.
    record : bytes
        The first record, line ending and all; empty in an empty file.
    names : list of bytes
        Its values: the columns' names, if it is a header.

    Raises
    ------
    InvalidInput
        If it is longer than what can be held.
    """

    def __init__(self, file: File, csv: Csv, say: Say) -> None:
        if file.is_terminal():
            say(HINT)
        self.delimiter = csv.delimiter or source.delimiter_of(file.path)
        before = [chunking.read_bom(file), chunking.read_lines(file, csv.skip)]
        self._chunks = chunking.chunks(file, self.delimiter, csv.comment)
        try:
            self._first = _behind_comments(self._chunks, csv.comment, before)
        except chunking.RecordTooLong as error:
            line = sum(text.count(b"\n") for text in before) + 1
            raise InvalidInput(f"{file.name}:{line}: {error}") from None
        self.before = b"".join(before)
        self.record = self._first[: records.first_end(self._first, self.delimiter)]
        self.names = columns.names(self.record, self.delimiter) if self.record else []
        if not self.record and sink.is_terminal(2):  # to a program that converts thousands, it is no news
            say(f"{file.name}: there are no records in it")

    def behind(self, header: bytes) -> Iterator[bytes]:
        """The chunks of the file behind what comes before, and behind the header, which may be empty."""
        return chain((self._first[len(header) :],), self._chunks)


def comments_end(text: bytes, comment: bytes | None) -> int:
    """Where the comments that records begin with end."""
    end = 0
    while comment and text[end : end + 1] == comment:
        end = text.find(b"\n", end) + 1 or len(text)
    return end


def _behind_comments(chunks: Iterator[bytes], comment: bytes | None, before: list[bytes]) -> bytes:
    """The first chunk that holds a record, from that on; the comments before it are added to what is before."""
    size = 0
    for chunk in chunks:
        start = comments_end(chunk, comment)
        before.append(chunk[:start])
        size += start
        if start < len(chunk):
            return chunk[start:]
        if size > chunking.RECORD_LIMIT:
            raise chunking.RecordTooLong("comments before the header")
    return b""


class Table:
    """An opened file and the columns to be converted.

    Parameters
    ----------
    file : File
    csv : Csv
    rule : Rule
    say : callable
        As for `Beginning`.

    Attributes
    ----------
    name : str
        How messages call the file.
    delimiter : bytes
    columns : Columns
        Where the chosen ones are.
    beginning : bytes
        All that stands before the data, the header with the names of appended columns.
    names : list of bytes
        Those of the columns as they will be; empty without a header.
    line : int
        The 0-based line where the data start.

    Raises
    ------
    UsageError
        If no column is chosen, or one that is not there, or if the header looks like data.
    InvalidInput
        If the header ends inside quotes.
    """

    def __init__(self, file: File, csv: Csv, rule: Rule, say: Say) -> None:
        if file.is_terminal() and not csv.columns and not csv.exclude:  # before anybody has typed a file in vain
            raise UsageError(NOTHING_CHOSEN)
        beginning = Beginning(file, csv, say)
        self.name = file.name
        self.delimiter = beginning.delimiter
        self._rule = rule
        positions = _positions(csv, beginning.names, self.delimiter, file.name)
        if csv.header is None:
            _refuse_data(beginning.names, positions, rule, file.name)
        self.columns = Columns(
            positions, self.delimiter, None if csv.suffix is None else len(beginning.names), csv.comment
        )
        header = beginning.record if csv.named else b""
        line = beginning.before.count(b"\n")
        if records.split(header, START, self.delimiter)[1] == records.QUOTED:
            raise InvalidInput(f"{file.name}:{line + 1}: the header ends inside quotes: {quoted(header)}")
        extended = _extended(header, self.columns, csv.suffix)
        self.beginning = beginning.before + extended
        self.names = columns.names(extended, self.delimiter) if extended else []
        self._names = beginning.names if csv.named else []
        self.line = line + header.count(b"\n")
        self.chunks = beginning.behind(header)

    def label(self, position: int) -> str:
        """How messages call a column."""
        name = self._names[position] if position < len(self._names) else b""
        return quoted(name) if name else str(position + 1)

    def converted(self, jobs: int) -> Iterator[tuple[bytes, Result]]:
        """Each chunk of the data and what becomes of it."""
        return threads.converted(self.chunks, self.columns, self._rule, jobs)


def _positions(csv: Csv, names: list[bytes], delimiter: bytes, file: str) -> tuple[int, ...]:
    """Where the chosen columns are."""
    if not csv.columns and not csv.exclude:
        help_ = columns.no_columns(names, delimiter) if names else ""
        listing = columns.listing(names, named=csv.named)
        raise UsageError(f"{file}: which column? {listing}{help_ or ('; choose with --column' if names else '')}")
    if not names:
        return (0,)
    try:
        chosen = columns.select(csv.columns, names, named=csv.named, delimiter=delimiter)
        excluded = columns.select(csv.exclude, names, named=csv.named, delimiter=delimiter)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    positions = tuple(n for n in (chosen if csv.columns else range(len(names))) if n not in excluded)
    if not positions:
        raise UsageError(f"{file}: --exclude leaves no column; {columns.listing(names, named=csv.named)}")
    if csv.suffix is not None and csv.named:
        for name in {names[n] + csv.suffix for n in positions} & set(names):
            raise UsageError(f"{file}: there is a column {quoted(name)} already; --suffix needs another end")
    return positions


def _refuse_data(names: list[bytes], positions: tuple[int, ...], rule: Rule, file: str) -> None:
    """Raise if what should be a name is a number: to take a record for the header would lose one."""
    chosen = (names[n] for n in positions if n < len(names))
    name = next((name for name in chosen if columns.looks_like_data(name, rule)), None)
    if name is not None:
        raise UsageError(
            f"{file}: a column is called {quoted(name)}, which looks like data: "
            "give --no-header if the first record is data, --header if it names the columns"
        )


def _extended(header: bytes, chosen: Columns, suffix: bytes | None) -> bytes:
    """The header record with the names of the appended columns, if there are any."""
    end = len(records.content(header))
    if suffix is None or not end:  # a blank line, or no header
        return header
    fields = records.fields(header[:end], chosen.delimiter)
    appended = (
        records.quote(records.value(fields[n]) + suffix, chosen.delimiter, always=fields[n][:1] == b'"')
        for n in chosen.positions
    )
    return header[:end] + b"".join(chosen.delimiter + field for field in appended) + header[end:]
