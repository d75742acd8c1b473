"""What commands and options there are: the one table that both doors, the help and TAB read.

What the values mean is in `arguments`.
"""

from __future__ import annotations

from leakyrelu_cli.engine.contract import DEFAULT_ALPHA
from leakyrelu_cli.run.job import ABORT, DEFAULT_ROWS, FAIL, IGNORE, WARN
from leakyrelu_cli.values import Value

COMPUTE, READ, WRITE, DRAW = "What to compute", "What to read", "How to write", "What to draw"


class Option(Value):
    """One option.

    Attributes
    ----------
    key : str
        How `arguments` calls its value.
    names : tuple of str
        The long one first; those of a switch turn it on.
    about : str
        For the help.
    group : str
        Where the help lists it.
    value : str
        What the help calls the value; empty: it takes none, it is a switch.
    default : str
        What the help shows as the default.
    off : tuple of str
        The names that turn a switch off again.
    repeats : bool
        Each time it is given counts, not the last time alone.
    choices : tuple of str
        The only values there are.
    """

    key: str
    names: tuple[str, ...]
    about: str
    group: str = ""
    value: str = ""
    default: str = ""
    off: tuple[str, ...] = ()
    repeats: bool = False
    choices: tuple[str, ...] = ()


class Command(Value):
    """One command.

    Attributes
    ----------
    name : str
    about, more : str
        What it does, in a sentence, and what else should be known.
    operands : str
        What the help calls its operands.
    about_operands : str
    options : tuple of Option
    examples : tuple of str
        Command lines for the help.
    numeric : bool
        Its operands are numbers, negative ones included; else they are files.
    """

    name: str
    about: str
    operands: str
    about_operands: str
    options: tuple[Option, ...]
    examples: tuple[str, ...]
    more: str = ""
    numeric: bool = True

    def option(self, name: str) -> Option | None:
        """The option that has the name."""
        return next((option for option in self.options if name in (*option.names, *option.off)), None)


ALPHA = Option("alpha", ("--alpha", "-a"), "Slope for z <= 0.", COMPUTE, "NUMBER", DEFAULT_ALPHA)
GRADIENT = Option("gradient", ("--gradient",), "The derivative instead.", COMPUTE)
INVERSE = Option("inverse", ("--inverse",), "The inverse instead; needs alpha > 0.", COMPUTE)
DECIMAL = Option("decimal", ("--decimal",), "Exact decimal arithmetic on the digits as written.", COMPUTE)
JOBS = Option("jobs", ("--jobs", "-j"), "Threads for bulk input. Default: all processors.", COMPUTE, "N")
INVALID = Option(
    "invalid",
    ("--invalid",),
    "What is not a number: stop there, or leave it as it is and fail, warn, or say nothing.",
    READ,
    "MODE",
    ABORT,
    choices=(ABORT, FAIL, WARN, IGNORE),
)
NA = Option(
    "na",
    ("--na",),
    "A missing value, numbers too: NA,-,-999. What reads exactly so stays. Repeatable.",
    READ,
    "TEXT",
    repeats=True,
)
FORMAT = Option(
    "format", ("--format", "-f"), "Write every number by one printf conversion: %.3f, %g, %+.2e.", WRITE, "FORMAT"
)
TABLE = Option("table", ("--table", "-t"), "A table for reading.", WRITE)

CONVERSION = (ALPHA, GRADIENT, INVERSE, DECIMAL, JOBS, INVALID, NA, FORMAT)
"""What numbers are converted by, wherever they stand."""

EVALUATE = Command(
    "apply",
    "Apply leaky ReLU to numbers: z for z > 0, alpha * z otherwise.",
    "NUMBERS",
    "Numbers, negative ones too; none: read them from standard input.",
    (
        *CONVERSION,
        TABLE,
        Option("version", ("--version",), "Show the version and the engine."),
    ),
    ("leakyrelu -1 2.5 --alpha 0.1", "seq -5 5 | leakyrelu --format %.3f"),
    "Only what the function changes is rewritten; all else comes out byte for byte.",
)

CSV = Command(
    "csv",
    "Convert columns of CSV files; every other byte stays as it is.",
    "FILES",
    "CSV files, or URLs (s3://, gs://, az://, https://); '-' or none: standard input.",
    (
        Option(
            "column",
            ("--column", "-c"),
            "A column: its name, position from 1, range 2-4, pattern 'x_*', or several with commas. Repeatable.",
            READ,
            "COLUMN",
            repeats=True,
        ),
        Option(
            "exclude",
            ("--exclude", "-C"),
            "Not this column; alone: all but this one. As --column, repeatable.",
            READ,
            "COLUMN",
            repeats=True,
        ),
        Option("list", ("--list",), "List the columns and do nothing else.", READ),
        Option(
            "delimiter",
            ("--delimiter", "-d"),
            "One byte, or 'tab'. Default: a tab for .tsv and .tab, else a comma.",
            READ,
            "CHAR",
        ),
        Option(
            "header",
            ("--header",),
            "The first record names the columns (assumed, unless its names look like data), or is data.",
            READ,
            off=("--no-header", "-H"),
        ),
        Option(
            "skip_lines", ("--skip-lines", "-K"), "So many lines at the beginning are no CSV: they pass.", READ, "N"
        ),
        Option("comment", ("--comment",), "Records that begin with this byte pass as they are.", READ, "CHAR"),
        Option("decimal_comma", ("--decimal-comma",), "Numbers are written -1,5; results too.", READ),
        Option(
            "thousands",
            ("--thousands",),
            "What groups digits: -1.234,5 or -1,234.5; results are not grouped.",
            READ,
            "CHAR",
        ),
        *CONVERSION,
        Option(
            "suffix",
            ("--suffix",),
            "Leave the columns alone and append new ones, named NAME+TEXT.",
            WRITE,
            "TEXT",
        ),
        Option("output", ("--output", "-o"), "Write here, all or nothing; it may be the input.", WRITE, "FILE"),
        Option("output_dir", ("--output-dir",), "Write files of the same names into this folder.", WRITE, "DIR"),
        Option("in_place", ("--in-place", "-i"), "Replace the files themselves: all or none.", WRITE),
        Option(
            "backup",
            ("--backup",),
            "Keep each file that --in-place replaces, under its name plus this.",
            WRITE,
            "SUFFIX",
        ),
        Option("dry_run", ("--dry-run", "-n"), "Convert everything, write nothing, and show the summary.", WRITE),
        TABLE,
        Option("rows", ("--rows",), f"How many records --table shows; {DEFAULT_ROWS} unless given.", WRITE, "N"),
        Option(
            "progress",
            ("--progress",),
            "Show how far the work is. Default: on a terminal, after a second.",
            WRITE,
            off=("--no-progress",),
        ),
        Option("summary", ("--summary",), "Say on standard error what was done to each file, and in all.", WRITE),
        Option("quiet", ("--quiet", "-q"), "No progress and no closing line; faults are still said.", WRITE),
        Option("dask", ("--dask",), "Let the workers of this Dask scheduler convert the files.", WRITE, "ADDRESS"),
        Option("resume", ("--resume",), "Leave objects alone that a like run has made.", WRITE),
    ),
    (
        "leakyrelu csv data.csv --list",
        "leakyrelu csv data.csv --column x --table",
        "leakyrelu csv data.csv -c x,y --output new.csv",
        "leakyrelu csv *.csv.gz -c 2-3 --in-place --backup .bak",
    ),
    numeric=False,
)

PLOT = Command(
    "plot",
    "Draw the function in the terminal, or as an image file.",
    "NUMBERS",
    "Numbers to mark on the curve.",
    (
        Option(
            "alpha",
            ("--alpha", "-a"),
            "Slope for z <= 0; a curve for each, 10 at most.",
            COMPUTE,
            "NUMBER",
            DEFAULT_ALPHA,
            repeats=True,
        ),
        GRADIENT,
        INVERSE,
        Option(
            "range",
            ("--range",),
            "From where to where. Default: -5:5, or as far as the numbers go.",
            DRAW,
            "MIN:MAX",
        ),
        Option(
            "size",
            ("--size",),
            "How large: in characters, as 80x24; an image in pixels. Default: the terminal's, or 1280x800.",
            DRAW,
            "SIZE",
        ),
        Option(
            "output", ("--output", "-o"), "Write an image instead: .png, .svg or .pdf. Needs matplotlib.", WRITE, "FILE"
        ),
    ),
    (
        "leakyrelu plot -3 --alpha 0.1 --alpha 0.3",
        "leakyrelu plot --gradient --range -2:2 --output gradient.svg",
    ),
)

DEFAULT_COMMAND = EVALUATE
NAMED_COMMANDS = (CSV, PLOT)
"""Those that are called by their names; the default one, by none."""

HELP = ("--help", "-h")

QUESTION = "__complete"
"""The first word where a shell asks how a line may go on. It is neither a number nor a command's name."""


def command_of(words: list[str]) -> tuple[Command, list[str]]:
    """The command of a command line, and the words behind its name."""
    for command in NAMED_COMMANDS:
        if words[:1] == [command.name]:
            return command, words[1:]
    return DEFAULT_COMMAND, words
