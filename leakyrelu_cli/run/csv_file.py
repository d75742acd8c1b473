"""One opened file of delimited records: its beginning, its header, and the columns that are chosen from it."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli.engine import records
from leakyrelu_cli.engine.contract import START, Columns
from leakyrelu_cli.errors import InvalidInput, UsageError, quoted
from leakyrelu_cli.run import chunking, columns, threads
from leakyrelu_cli.storage import source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.engine.contract import Result, Rule
    from leakyrelu_cli.run.faults import Say
    from leakyrelu_cli.run.job import Csv
    from leakyrelu_cli.storage.source import File

HINT = "reading CSV from the terminal; Ctrl-D ends, 'leakyrelu --help' explains"


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
    bom : bytes
        A UTF-8 BOM or nothing.
    record : bytes
        The first record, line ending and all; empty in an empty file.
    names : list of bytes
        Its values: the columns' names, if it is a header.
    """

    def __init__(self, file: File, csv: Csv, say: Say) -> None:
        if file.is_terminal():
            say(HINT)
        self.delimiter = csv.delimiter or source.delimiter_of(file.path)
        self.bom = chunking.read_bom(file)
        self._chunks = chunking.chunks(file, self.delimiter)
        try:
            self._first = next(filter(None, self._chunks), b"")
        except chunking.RecordTooLong as error:
            raise InvalidInput(f"{file.name}:1: {error}") from None
        self.record = self._first[: records.first_end(self._first, self.delimiter)]
        self.names = columns.names(self.record, self.delimiter) if self.record else []

    def behind(self, header: bytes) -> Iterator[bytes]:
        """The chunks of the file behind its BOM and the header, which may be empty."""
        return chain((self._first[len(header) :],), self._chunks)


class Table:
    """An opened file and the columns to be converted.

    Parameters
    ----------
    file : File
    csv : Csv
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
        All that stands before the data: a BOM and the header, with the names of appended columns.
    names : list of bytes
        Those of the columns as they will be; empty without a header.
    labels : list of str
        How messages call the columns.
    line : int
        The 0-based line where the data start.

    Raises
    ------
    UsageError
        If no column is chosen, or one that is not there.
    InvalidInput
        If the header ends inside quotes.
    """

    def __init__(self, file: File, csv: Csv, say: Say) -> None:
        beginning = Beginning(file, csv, say)
        self.name = file.name
        self.delimiter = beginning.delimiter
        self.columns = _chosen(csv, beginning.names, self.delimiter, file.name)
        header = beginning.record if csv.header else b""
        if records.split(header, START, self.delimiter)[1] == records.QUOTED:
            raise InvalidInput(f"{file.name}:1: the header ends inside quotes: {quoted(header)}")
        extended = _extended(header, self.columns, csv.suffix)
        self.beginning = beginning.bom + extended
        self.names = columns.names(extended, self.delimiter) if extended else []
        self.labels = [quoted(name) if csv.header and name else str(n) for n, name in enumerate(beginning.names, 1)]
        self.line = header.count(b"\n")
        self.chunks = beginning.behind(header)

    def converted(self, rule: Rule, jobs: int) -> Iterator[tuple[bytes, Result]]:
        """Each chunk of the data and what becomes of it."""
        return threads.converted(self.chunks, self.columns, rule, jobs)


def _chosen(csv: Csv, names: list[bytes], delimiter: bytes, file: str) -> Columns:
    """Where the chosen columns are."""
    if not csv.columns:
        raise UsageError(f"{file}: which column? {columns.listing(names, named=csv.header)}; choose with --column")
    try:
        positions = columns.select(csv.columns, names, named=csv.header, delimiter=delimiter) if names else (0,)
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None
    if csv.suffix is not None and csv.header and names:
        for name in {names[n] + csv.suffix for n in positions} & set(names):
            raise UsageError(f"{file}: there is a column {quoted(name)} already; --suffix needs another end")
    return Columns(positions, delimiter, None if csv.suffix is None else len(names))


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
