"""What a command line asks for, as one value: the doors make it, the pipeline does it."""

from __future__ import annotations

from leakyrelu_cli.contract import Rule, Value

ABORT, FAIL, WARN, IGNORE = "abort", "fail", "warn", "ignore"
"""What to do about invalid input, as GNU numfmt's ``--invalid`` names it."""

DEFAULT_ROWS = 20
"""How many records a table shows unless told."""


class Files(Value):
    """Where delimited records come from and go to.

    Attributes
    ----------
    pairs : tuple of (str or None, str or None)
        Each input and its output; None: standard input, standard output.
    folder : str or None
        The folder of the outputs, made if it is not there.
    in_place : bool
        The outputs are the inputs, which must be regular files.
    backup : str or None
        What is added to a file's name to keep its old text.
    """

    __slots__ = ("backup", "folder", "in_place", "pairs")

    def __init__(
        self,
        pairs: tuple[tuple[str | None, str | None], ...] = ((None, None),),
        folder: str | None = None,
        *,
        in_place: bool = False,
        backup: str | None = None,
    ) -> None:
        self.pairs = pairs
        self.folder = folder
        self.in_place = in_place
        self.backup = backup


class Csv(Value):
    """What is particular to delimited records.

    Attributes
    ----------
    columns : tuple of bytes
        As `--column` gives them.
    delimiter : bytes or None
        One byte; None: the one that each file's name tells.
    header : bool
        The first record names the columns.
    suffix : bytes or None
        Append columns whose names end in this instead of rewriting.
    list_only : bool
        List the columns and do nothing else.
    rows : int
        How many records `Job.table` shows at most.
    files : Files
    progress : bool or None
        Show it; None: where a person would see it.
    """

    __slots__ = ("columns", "delimiter", "files", "header", "list_only", "progress", "rows", "suffix")

    def __init__(  # noqa: PLR0913 -- one parameter a decision
        self,
        columns: tuple[bytes, ...] = (),
        delimiter: bytes | None = None,
        files: Files | None = None,
        *,
        header: bool = True,
        suffix: bytes | None = None,
        list_only: bool = False,
        rows: int = DEFAULT_ROWS,
        progress: bool | None = None,
    ) -> None:
        self.columns = columns
        self.delimiter = delimiter
        self.files = files or Files()
        self.header = header
        self.suffix = suffix
        self.list_only = list_only
        self.rows = rows
        self.progress = progress


class Job(Value):
    """All that a command line asks for, validated as far as it can be without opening anything.

    Attributes
    ----------
    rule : Rule
    numbers : tuple of bytes or None
        Operands, each a line of numbers; None to read a stream or files.
    csv : Csv or None
        None: standard input is a stream of numbers.
    invalid : {ABORT, FAIL, WARN, IGNORE}
    table : bool
        Show a table for reading instead.
    jobs : int
        Threads for bulk input; 0: as many as there are processors for this process.
    """

    __slots__ = ("csv", "invalid", "jobs", "numbers", "rule", "table")

    def __init__(  # noqa: PLR0913 -- one parameter a decision
        self,
        rule: Rule,
        numbers: tuple[bytes, ...] | None = None,
        csv: Csv | None = None,
        *,
        invalid: str = ABORT,
        table: bool = False,
        jobs: int = 0,
    ) -> None:
        self.rule = rule
        self.numbers = numbers
        self.csv = csv
        self.invalid = invalid
        self.table = table
        self.jobs = jobs
