"""What a command line asks for, as one value: the doors make it, the pipeline does it."""

from __future__ import annotations

from leakyrelu_cli.contract import Rule, Value

ABORT, FAIL, WARN, IGNORE = "abort", "fail", "warn", "ignore"
"""What to do about invalid input, as GNU numfmt's ``--invalid`` names it."""

COMPLETION_VARIABLE = "_LEAKYRELU_COMPLETE"
"""Where the environment has it, a shell asks how a command line may go on; nothing is to be done."""


class Csv(Value):
    """What is particular to delimited records."""

    __slots__ = ("columns", "delimiter", "header", "list_only", "suffix")

    def __init__(
        self,
        columns: tuple[bytes, ...] = (),
        delimiter: bytes = b",",
        *,
        header: bool = True,
        suffix: bytes | None = None,
        list_only: bool = False,
    ) -> None:
        self.columns = columns
        self.delimiter = delimiter
        self.header = header
        self.suffix = suffix
        self.list_only = list_only


class Job(Value):
    """All that a command line asks for, validated as far as it can be without opening anything.

    Attributes
    ----------
    rule : Rule
    numbers : tuple of bytes or None
        Operands, each a line of numbers; None to read `path`.
    path : str or None
        The input file; None for standard input.
    csv : Csv or None
        None: the input is a stream of numbers.
    output : str or None
        The file to write; None for standard output.
    invalid : {ABORT, FAIL, WARN, IGNORE}
    table : bool
        Show a table for reading instead.
    jobs : int
        Threads for bulk input; 0: as many as there are processors for this process.
    """

    __slots__ = ("csv", "invalid", "jobs", "numbers", "output", "path", "rule", "table")

    def __init__(  # noqa: PLR0913 -- one parameter a decision
        self,
        rule: Rule,
        numbers: tuple[bytes, ...] | None = None,
        path: str | None = None,
        csv: Csv | None = None,
        output: str | None = None,
        *,
        invalid: str = ABORT,
        table: bool = False,
        jobs: int = 0,
    ) -> None:
        self.rule = rule
        self.numbers = numbers
        self.path = path
        self.csv = csv
        self.output = output
        self.invalid = invalid
        self.table = table
        self.jobs = jobs
