"""Faults of the input: what they are called, how many are shown, and what they mean for the exit code."""

from __future__ import annotations

from leakyrelu_cli.engine.contract import FIELD_COUNT, NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT, UNCLOSED
from leakyrelu_cli.errors import InvalidInput, quoted
from leakyrelu_cli.run.chunking import RecordTooLong
from leakyrelu_cli.run.job import ABORT, FAIL, IGNORE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from leakyrelu_cli.engine.contract import Fault, Result, Rule
    from leakyrelu_cli.run.csv_file import Table
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.source import File

CELL_FAULTS = (NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT)
"""Those that a column is to blame for."""

FAULTS_SAID = 20
"""How many faults of a run get a line of their own, and how many of its files one about those that get none."""


class Faults:
    """Counts the faults of a run, shows the first ones as they come, and knows the exit code.

    Parameters
    ----------
    invalid : {ABORT, FAIL, WARN, IGNORE}
    rule : Rule
        Which remedies are likely depends on it.
    say : callable
        Shows one line.
    """

    _file: File
    _table: Table | None

    def __init__(self, invalid: str, rule: Rule, say: Say) -> None:
        self._invalid = invalid
        self._rule = rule
        self._say = say
        self._count = self._said = 0
        self._remedies = {""}
        self._summed_up = self._files_left = self._left = 0

    def enter(self, file: File, table: Table | None = None) -> None:
        """From here on faults are those of this input: of cells of a table, or of the words of a stream."""
        self._file = file
        self._table = table

    def after(self, results: Iterable[tuple[bytes, Result]]) -> Iterator[tuple[bytes, Result]]:
        """The results, each followed by what its faults mean: what was good before a fault comes out before it.

        Parameters
        ----------
        results : iterable of (bytes, Result)
            Each chunk and what became of it.

        Raises
        ------
        InvalidInput
            If a fault ends the work, or a record is too long to be in memory; or if there is one, and the file
            has changed meanwhile: that may be all that is wrong with it.
        """
        line = 0 if self._table is None else self._table.line
        count, said = self._count, self._said
        try:
            for chunk, result in results:
                yield chunk, result
                if result.fault_count:
                    self._add(chunk, line, result)
                line += result.lines
        except RecordTooLong as error:
            raise InvalidInput(f"{self._file.name}:{line + 1}: {error}") from None
        self._sum_up(self._count - count, self._said - said)

    def describe(self, chunk: bytes, line: int, fault: Fault) -> str:
        """What is wrong, and where; and what may help, if that is new."""
        text = f"{self._file.name}:{line + fault.line + 1}: {self._column(fault)}{reason(chunk, fault)}"
        if fault.kind != NOT_A_NUMBER:
            return text
        from leakyrelu_cli.run import remedies  # noqa: PLC0415 -- slow to import, and rarely needed

        is_first = self._table is not None and line + fault.line == self._table.line
        help_ = remedies.remedy(chunk[fault.start : fault.end], self._rule, self._table, first=is_first)
        is_new = help_ not in self._remedies
        self._remedies.add(help_)
        return text + help_ * is_new

    def _add(self, chunk: bytes, line: int, result: Result) -> None:
        self._file.check()
        if self._invalid == ABORT:
            raise InvalidInput(self.describe(chunk, line, result.faults[0]))
        self._count += result.fault_count
        if self._invalid != IGNORE:
            for fault in result.faults[: FAULTS_SAID - self._said]:
                self._say(self.describe(chunk, line, fault))
                self._said += 1

    def _sum_up(self, count: int, said: int) -> None:
        """Say how many more faults the file has that got no line."""
        if count == said or self._invalid == IGNORE:
            return
        if self._summed_up < FAULTS_SAID:
            self._summed_up += 1
            where = f"{self._file.name}: " if self._table else ""
            self._say(where + (f"... and {count - said:,} more" if said else f"{count:,} faults"))
        else:
            self._files_left += 1
            self._left += count

    def finish(self) -> int:
        """Say what was not said yet; the exit code."""
        if self._files_left:
            self._say(f"... and {self._left:,} faults in {self._files_left:,} more files")
        return int(self._count > 0 and self._invalid == FAIL)

    def _column(self, fault: Fault) -> str:
        return f"column {self._table.label(fault.field)}: " if self._table and fault.kind in CELL_FAULTS else ""


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
