"""Faults of the input: what they are called, how many are shown, and what they mean for the exit code."""

from __future__ import annotations

from leakyrelu_cli.engine.contract import FIELD_COUNT, NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT, UNCLOSED
from leakyrelu_cli.errors import InvalidInput, quoted
from leakyrelu_cli.run.chunking import RecordTooLong
from leakyrelu_cli.run.job import ABORT, FAIL, IGNORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from leakyrelu_cli.engine.contract import Fault, Result
    from leakyrelu_cli.storage.source import File

    Say = Callable[[str], None]
    """Shows one line on standard error."""

CELL_FAULTS = (NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT)
"""Those that a column is to blame for."""

FAULTS_SAID = 20
"""How many faults of a run get a line of their own."""


class Faults:
    """Counts the faults of a run, shows the first ones as they come, and knows the exit code.

    Parameters
    ----------
    invalid : {ABORT, FAIL, WARN, IGNORE}
    say : callable
        Shows one line.
    """

    _file: File

    def __init__(self, invalid: str, say: Say) -> None:
        self._invalid = invalid
        self._say = say
        self._labels: Sequence[str] | None = None
        self._count = 0

    def enter(self, file: File, labels: Sequence[str] | None = None) -> None:
        """From here on faults are those of this input.

        Parameters
        ----------
        file : File
        labels : sequence of str, optional
            How messages call the column at each position.
        """
        self._file = file
        self._labels = labels

    def after(self, results: Iterable[tuple[bytes, Result]], line: int = 0) -> Iterator[tuple[bytes, Result]]:
        """The results, each followed by what its faults mean: what was good before a fault comes out before it.

        Parameters
        ----------
        results : iterable of (bytes, Result)
            Each chunk and what became of it.
        line : int
            The 0-based line of the input where the first chunk starts.

        Raises
        ------
        InvalidInput
            If a fault ends the work, or a record is too long to be in memory; or if there is one, and the file
            has changed meanwhile: that may be all that is wrong with it.
        """
        try:
            for chunk, result in results:
                yield chunk, result
                if result.fault_count:
                    self._add(chunk, line, result)
                line += result.lines
        except RecordTooLong as error:
            raise InvalidInput(f"{self._file.name}:{line + 1}: {error}") from None

    def _add(self, chunk: bytes, line: int, result: Result) -> None:
        self._file.check()
        if self._invalid == ABORT:
            raise InvalidInput(self._describe(chunk, line, result.faults[0]))
        if self._invalid != IGNORE:
            for fault in result.faults[: max(FAULTS_SAID - self._count, 0)]:
                self._say(self._describe(chunk, line, fault))
        self._count += result.fault_count

    def finish(self) -> int:
        """Say how many more there were; the exit code."""
        if self._count > FAULTS_SAID and self._invalid != IGNORE:
            self._say(f"... and {self._count - FAULTS_SAID:,} more")
        return int(self._count > 0 and self._invalid == FAIL)

    def _describe(self, chunk: bytes, line: int, fault: Fault) -> str:
        column = f"column {self._labels[fault.field]}: " if self._labels and fault.kind in CELL_FAULTS else ""
        return f"{self._file.name}:{line + fault.line + 1}: {column}{reason(chunk, fault)}"


def reason(chunk: bytes, fault: Fault) -> str:
    """What is wrong, without where."""
    text = quoted(chunk[fault.start : fault.end])
    return {
        NOT_A_NUMBER: f"not a number: {text}",
        OUT_OF_RANGE: f"too many zeros in plain notation: {text}",
        TOO_SHORT: "the record is too short to have this column",
        FIELD_COUNT: "the record has not as many fields as the first one, so none can be appended",
        UNCLOSED: f"a quoted field begins here and does not end: {text}",
    }[fault.kind]
