"""Columns of one delimited file: the header, the choice of columns, and what goes out."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli import chunking, columns, engine, records
from leakyrelu_cli.contract import START, Columns
from leakyrelu_cli.conversion import converted
from leakyrelu_cli.errors import InvalidInput, UsageError, printable, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.faults import Faults
    from leakyrelu_cli.job import Csv, Job
    from leakyrelu_cli.progress import Progress
    from leakyrelu_cli.sink import Sink
    from leakyrelu_cli.source import File


class Beginning:
    """What a delimited file begins with.

    Attributes
    ----------
    bom : bytes
        A UTF-8 BOM or nothing.
    record : bytes
        The first record, line ending and all; empty in an empty file.
    names : list of bytes
        Its values: the columns' names, if it is a header.
    """

    def __init__(self, file: File, delimiter: bytes) -> None:
        self._name = file.name
        self._delimiter = delimiter
        self.bom = chunking.read_bom(file)
        self._chunks = chunking.chunks(file, delimiter)
        try:
            self._first = next(filter(None, self._chunks), b"")
        except chunking.RecordTooLong as error:
            raise InvalidInput(f"{file.name}:1: {error}") from None
        self.record = self._first[: records.first_end(self._first, delimiter)]
        self.names = columns.names(self.record, delimiter) if self.record else []

    def header(self, csv: Csv) -> bytes:
        """The header record; empty if the first record is data.

        Raises
        ------
        InvalidInput
            If it ends inside quotes.
        """
        if not csv.header:
            return b""
        if records.split(self.record, START, self._delimiter)[1] == records.QUOTED:
            raise InvalidInput(f"{self._name}:1: the header ends inside quotes: {quoted(self.record)}")
        return self.record

    def layout(self, csv: Csv) -> Columns:
        """Where the chosen columns are.

        Raises
        ------
        UsageError
            If none is chosen, or one that is not there.
        """
        if not csv.columns:
            raise UsageError("--column", f"which one? {columns.listing(self.names, named=csv.header)}")
        names = self.names
        positions = columns.select(csv.columns, names, named=csv.header, delimiter=self._delimiter) if names else (0,)
        if csv.suffix is not None and csv.header and names:
            for name in {names[n] + csv.suffix for n in positions} & set(names):
                raise UsageError("--suffix", f"there is a column {quoted(name)} already")
        return Columns(positions, self._delimiter, None if csv.suffix is None else len(names))

    def labels(self, csv: Csv) -> list[str]:
        """How messages call the columns."""
        return [quoted(name) if csv.header and name else str(n) for n, name in enumerate(self.names, 1)]

    def chunks(self, csv: Csv) -> Iterator[bytes]:
        """The chunks of the data, without the header."""
        return chain((self._first[len(self.record) :] if csv.header else self._first,), self._chunks)


def convert(job: Job, csv: Csv, delimiter: bytes, file: File, sink: Sink, faults: Faults, progress: Progress) -> None:  # noqa: PLR0913, PLR0917 -- where it comes from, what to do, where it goes
    """Convert the columns of one file."""
    beginning = Beginning(file, delimiter)
    layout, header = beginning.layout(csv), beginning.header(csv)
    sink.write(beginning.bom + extended(header, layout, csv.suffix))
    faults.enter(file.name, beginning.labels(csv))
    last = b""
    for chunk, result in converted(beginning.chunks(csv), layout, job, faults, header.count(b"\n")):
        sink.write(result.data)
        progress.advance(result)
        last = chunk
    if layout.width is None:
        _warn_if_unclosed(last, layout, faults)


def listing(csv: Csv, delimiter: bytes, file: File) -> bytes:
    """The columns with their positions."""
    names = Beginning(file, delimiter).names
    width = len(str(len(names)))
    lines = (
        f"{n:>{width}}: {printable(name, 4 * len(name))}" if csv.header else f"{n:>{width}}"
        for n, name in enumerate(names, 1)
    )
    return "".join(f"{line}\n" for line in lines).encode()


def _warn_if_unclosed(last: bytes, layout: Columns, faults: Faults) -> None:
    """The last record may end in quotes: legal, as ``csv`` reads it, but hardly meant."""
    start, state = engine.split(last, START, layout.delimiter)
    if state == records.QUOTED:
        faults.warn_unclosed(last[start:])


def extended(header: bytes, layout: Columns, suffix: bytes | None) -> bytes:
    """The header record with the names of the appended columns, if there are any."""
    end = len(records.content(header))
    if suffix is None or not end:  # a blank line, or no header
        return header
    fields = records.fields(header[:end], layout.delimiter)
    appended = (
        records.quote(records.value(fields[n]) + suffix, layout.delimiter, always=fields[n][:1] == b'"')
        for n in layout.positions
    )
    return header[:end] + b"".join(layout.delimiter + field for field in appended) + header[end:]
