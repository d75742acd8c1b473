"""Faults of the input: what they are called, how many are shown, and what they mean for the exit code."""

from __future__ import annotations

from leakyrelu_cli.engine.contract import FIELD_COUNT, NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT, UNCLOSED
from leakyrelu_cli.errors import InvalidInput, counted, quoted
from leakyrelu_cli.run.chunking import RecordTooLong
from leakyrelu_cli.run.job import ABORT, FAIL, IGNORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leakyrelu_cli.engine.contract import Fault, Result, Rule
    from leakyrelu_cli.run.csv_file import Table
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.source import File

    Tell = Callable[[str, str], object]
    """Takes a fault as one line, and what may help."""

CELL_FAULTS = (NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT)
"""Those that a column is to blame for."""

FAULTS_SAID = 20
"""How many faults of a run get a line of their own, and how many of its files one about those that get none."""


class Faults:
    """The faults of one input, told as they come.

    Parameters
    ----------
    invalid : {ABORT, FAIL, WARN, IGNORE}
    rule : Rule
        Which remedies are likely depends on it.
    tell : callable
        Called for the first ones.
    file : File

    Attributes
    ----------
    count : int
        How many there are so far.
    """

    def __init__(self, invalid: str, rule: Rule, tell: Tell, file: File) -> None:
        self._invalid = invalid
        self._rule = rule
        self._tell = tell
        self._file = file
        self._table: Table | None = None
        self.count = self._told = 0

    def after(
        self, results: Iterable[tuple[bytes, Result]], table: Table | None = None
    ) -> Iterator[tuple[bytes, Result]]:
        """The results, each followed by what its faults mean: what was good before a fault comes out before it.

        Parameters
        ----------
        results : iterable of (bytes, Result)
            Each chunk and what became of it.
        table : Table, optional
            Faults are those of its cells; without it, of the words of a stream.

        Raises
        ------
        InvalidInput
            If a fault ends the work, or a record is too long to be in memory; or if there is one, and the file
            has changed meanwhile: that may be all that is wrong with it.
        """
        self._table = table
        line = 0 if table is None else table.line
        try:
            for chunk, result in results:
                yield chunk, result
                if result.fault_count:
                    self._add(chunk, line, result)
                line += result.lines
        except RecordTooLong as error:
            raise InvalidInput(f"{self._file.name}:{line + 1}: {error}") from None

    def describe(self, chunk: bytes, line: int, fault: Fault) -> tuple[str, str]:
        """What is wrong, and where; and what may help, or nothing."""
        text = f"{self._file.name}:{line + fault.line + 1}: {self._column(fault)}{reason(chunk, fault)}"
        if fault.kind not in (NOT_A_NUMBER, TOO_SHORT):
            return text, ""
        from leakyrelu_cli.run import remedies  # noqa: PLC0415 -- slow to import, and rarely needed

        word = chunk[fault.start : fault.end]
        if self._table is None:
            beginning = chunk[:4] if line == 0 else b""
            return text, remedies.of_word(word, beginning, first=line == fault.start == 0)
        begins = fault.start == 0 or chunk[fault.start - 1 : fault.start] == b"\n"
        if begins and (remedy := remedies.of_comment(word or chunk[fault.start : fault.start + 1], self._table)):
            return text, remedy
        is_first = line + fault.line == self._table.line
        return text, remedies.of_cell(word, self._rule, self._table, first=is_first) if word else ""

    def _add(self, chunk: bytes, line: int, result: Result) -> None:
        self._file.check()
        if self._invalid == ABORT:
            raise InvalidInput("".join(self.describe(chunk, line, result.faults[0])))
        self.count += result.fault_count
        if self._invalid != IGNORE:
            for fault in result.faults[: FAULTS_SAID - self._told]:
                self._tell(*self.describe(chunk, line, fault))
                self._told += 1

    def _column(self, fault: Fault) -> str:
        return f"column {self._table.label(fault.field)}: " if self._table and fault.kind in CELL_FAULTS else ""


class Report:
    """What is said of the faults of a run, input by input, and what they mean for the exit code.

    Parameters
    ----------
    invalid : {ABORT, FAIL, WARN, IGNORE}
    say : callable
        Shows one line.
    """

    def __init__(self, invalid: str, say: Say) -> None:
        self._invalid = invalid
        self._say = say
        self._remedies = {""}
        self._count = self._said = self._said_before = 0
        self._summed_up = self._files_left = self._left = 0

    def tell(self, text: str, remedy: str = "") -> None:
        """Say what is wrong, if not too much is said already."""
        if self._said < FAULTS_SAID:
            self._say(self.worded(text, remedy))
            self._said += 1

    def worded(self, text: str, remedy: str) -> str:
        """What is wrong; and what may help, if that is new."""
        is_new = remedy not in self._remedies
        self._remedies.add(remedy)
        return text + remedy * is_new

    def sum_up(self, count: int, name: str = "") -> None:
        """Say how many more faults the input had than were told since the last one; a stream has no name."""
        said, self._said_before = self._said - self._said_before, self._said
        self._count += count
        if count == said or self._invalid == IGNORE:
            return
        if self._summed_up < FAULTS_SAID:
            self._summed_up += 1
            where = f"{name}: " if name else ""
            self._say(where + (f"... and {count - said:,} more" if said else counted(count, "fault")))
        else:
            self._files_left += 1
            self._left += count

    def finish(self) -> int:
        """Say what was not said yet; the exit code."""
        if self._files_left:
            self._say(f"... and {counted(self._left, 'fault')} in {counted(self._files_left, 'more file')}")
        return int(self._count > 0 and self._invalid == FAIL)


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
