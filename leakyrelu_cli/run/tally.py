"""What was done to each file, counted; and the one line about all of them."""

from __future__ import annotations

from leakyrelu_cli.errors import counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakyrelu_cli.engine.contract import Result
    from leakyrelu_cli.storage.outputs import Target


class Tally:
    """What was done to one file.

    Attributes
    ----------
    name : str
        How messages call the file.
    records, changed, missing, invalid : int
        Records, and cells: rewritten, missing values, at fault.
    left_alone : bool
        The file is as it was, for no cell of it changes.
    faults : list of (str, str)
        What is still to be told: each a line, and what may help.
    warnings : list of str
    consumed : int
        How many bytes of it were read.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.records = self.changed = self.missing = self.invalid = 0
        self.left_alone = False
        self.faults: list[tuple[str, str]] = []
        self.warnings: list[str] = []
        self.consumed = 0

    def add(self, result: Result) -> None:
        """One more chunk."""
        self.records += result.records
        self.changed += result.changed
        self.missing += result.missing
        self.invalid += result.fault_count

    def keep(self, text: str, remedy: str) -> None:
        """A fault that is to be told later."""
        self.faults.append((text, remedy))

    def warn(self, target: Target) -> None:
        """What is to be said of the output."""
        self.warnings += [f"{target.name}: warning: {warning}" for warning in target.warnings]

    @property
    def counts(self) -> tuple[int, int, int, int]:
        """Records, cells changed, missing, invalid."""
        return self.records, self.changed, self.missing, self.invalid


def in_all(tallies: Sequence[Tally]) -> tuple[int, int, int, int]:
    """The sums of the counts."""
    each = [(0, 0, 0, 0), *(tally.counts for tally in tallies)]
    records, changed, missing, invalid = map(sum, zip(*each, strict=True))
    return records, changed, missing, invalid


def closing_line(tallies: Sequence[Tally], *, replaced: bool) -> str:
    """What was done to all files, in a line."""
    _, changed, _, invalid = in_all(tallies)
    files = counted(len(tallies), "file")
    if not replaced:
        return f"{files}, nothing replaced: {counted(invalid, 'fault')}"
    alone = sum(tally.left_alone for tally in tallies)
    left = f", {counted(alone, 'file')} left alone" if alone else ""
    return f"{files}, {counted(changed, 'cell')} changed{left}"
