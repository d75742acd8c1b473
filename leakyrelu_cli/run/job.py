"""What a command line asks for, as one value: the doors make it, `dispatch` does it."""

from __future__ import annotations

from leakyrelu_cli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.engine.contract import Rule
    from leakyrelu_cli.show.curves import Plot
    from leakyrelu_cli.show.help_page import Section

ABORT, FAIL, WARN, IGNORE = "abort", "fail", "warn", "ignore"
"""What to do about invalid input, as GNU numfmt's ``--invalid`` names it."""

DEFAULT_ROWS = 20
"""How many records a preview shows at most unless told."""


class Evaluate(Value):
    """Apply the rule to operands, each a line of numbers.

    Attributes
    ----------
    rule : Rule
    numbers : tuple of bytes
    table : bool
        Show a table for reading instead.
    """

    rule: Rule
    numbers: tuple[bytes, ...]
    table: bool = False


class Filter(Value):
    """Apply the rule to the numbers on standard input.

    Attributes
    ----------
    rule : Rule
    invalid : {ABORT, FAIL, WARN, IGNORE}
    table : bool
        Show a table for reading instead.
    jobs : int
        Threads for bulk input; 0: as many as there are processors for this process.
    """

    rule: Rule
    invalid: str = ABORT
    table: bool = False
    jobs: int = 0


class Csv(Value):
    """How delimited records are read, and which of their columns are meant.

    Attributes
    ----------
    columns : tuple of bytes
        As `--column` gives them.
    exclude : tuple of bytes
        As `--exclude` gives them: none of these.
    delimiter : bytes or None
        One byte; None: the one that each file's name tells.
    header : bool or None
        Whether the first record names the columns; None: it does, unless it looks like data.
    skip : int
        How many lines at the beginning are no records.
    comment : bytes or None
        The byte that a record begins with which is none.
    suffix : bytes or None
        Append columns whose names end in this instead of rewriting.
    """

    columns: tuple[bytes, ...] = ()
    exclude: tuple[bytes, ...] = ()
    delimiter: bytes | None = None
    header: bool | None = None
    skip: int = 0
    comment: bytes | None = None
    suffix: bytes | None = None

    @property
    def named(self) -> bool:
        """Whether the columns have names."""
        return self.header is not False


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

    pairs: tuple[tuple[str | None, str | None], ...] = ((None, None),)
    folder: str | None = None
    in_place: bool = False
    backup: str | None = None


class Convert(Value):
    """Convert columns of files.

    Attributes
    ----------
    rule : Rule
    csv : Csv
    files : Files
    invalid : {ABORT, FAIL, WARN, IGNORE}
    jobs : int
        As for `Filter`.
    progress : bool or None
        Show it; None: where a person would see it.
    dry_run : bool
        Write nothing.
    summary : bool
        Say afterwards what was done to each file.
    quiet : bool
        Say nothing in the end.
    dask : str or None
        The address of the scheduler of a Dask cluster whose workers convert the files, or its scheduler file.
    resume : bool
        Leave objects alone that a like run has made.
    """

    rule: Rule
    csv: Csv
    files: Files
    invalid: str = ABORT
    jobs: int = 0
    progress: bool | None = None
    dry_run: bool = False
    summary: bool = False
    quiet: bool = False
    dask: str | None = None
    resume: bool = False


class Preview(Value):
    """Show the first records of files, before and after; convert nothing.

    Attributes
    ----------
    rule : Rule
    csv : Csv
    inputs : tuple of (str or None)
        None: standard input.
    invalid : {ABORT, FAIL, WARN, IGNORE}
    rows : int or None
        How many records at most; None: as many as a terminal has room for.
    """

    rule: Rule
    csv: Csv
    inputs: tuple[str | None, ...]
    invalid: str = ABORT
    rows: int | None = None


class ListColumns(Value):
    """Show the columns of files with their positions.

    Attributes
    ----------
    csv : Csv
    inputs : tuple of (str or None)
        None: standard input.
    """

    csv: Csv
    inputs: tuple[str | None, ...]


class Draw(Value):
    """Draw a plot.

    Attributes
    ----------
    plot : Plot
    image : (str, str) or None
        The file to write, and its kind, png, svg or pdf; None: draw in the terminal.
    size : (int, int) or None
        Width and height: of an image in pixels, else in characters; None: what suits it.
    """

    plot: Plot
    image: tuple[str, str] | None = None
    size: tuple[int, int] | None = None


class Version(Value):
    """Show the version and the engine."""


class Help(Value):
    """Show how a command is used.

    Attributes
    ----------
    usage : str
        How it is called.
    about : str
        What it does.
    sections : tuple of Section
    whole : bool
        It is wrapped to the terminal's width; else its lines are short.
    """

    usage: str
    about: str
    sections: tuple[Section, ...]
    whole: bool


Job = Evaluate | Filter | Convert | Preview | ListColumns | Draw | Version | Help
