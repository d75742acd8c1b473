"""What commands and options there are: the one table that both doors, the help, the man page and TAB read.

What the values mean is in `arguments`.
"""

from __future__ import annotations

from leakyrelu_cli.cli.command import Command, Option
from leakyrelu_cli.engine.contract import DEFAULT_ALPHA
from leakyrelu_cli.run.job import ABORT, DEFAULT_ROWS, FAIL, IGNORE, WARN

COLUMNS, COMPUTE, DRAW = "Which columns", "What to compute", "What to draw"
READ, WRITE, SHOW = "What to read", "How to write", "What to show"

ALPHA = Option(("--alpha", "-a"), "Slope for z <= 0.", COMPUTE, "NUMBER", DEFAULT_ALPHA)
GRADIENT = Option(("--gradient",), "The derivative instead.", COMPUTE)
INVERSE = Option(("--inverse",), "The inverse instead; needs alpha > 0.", COMPUTE)
DECIMAL = Option(("--decimal",), "Exact decimal arithmetic on the digits as written.", COMPUTE)
JOBS = Option(("--jobs", "-j"), "Threads for bulk input. Default: all processors.", COMPUTE, "N")
INVALID = Option(
    ("--invalid",),
    f"Not a number: {ABORT}, {FAIL}, {WARN}, {IGNORE}.",
    READ,
    "MODE",
    ABORT,
    choices=(ABORT, FAIL, WARN, IGNORE),
    more=f"With {ABORT} the output ends there. The others leave it as it is and go on; {FAIL} replaces no file and "
    f"exits 1, {WARN} only says so, {IGNORE} says nothing.",
)
NA = Option(
    ("--na",),
    "Missing values, numbers too: NA,-,-999.",
    READ,
    "TEXT",
    repeats=True,
    more="What reads exactly so stays, in silence. Repeatable.",
)
FORMAT = Option(
    ("--format", "-f"),
    "Write every number by one printf conversion: %.3f.",
    WRITE,
    "FORMAT",
    more="Others are %g and %+.2e; the % may be left out.",
)
BRIEF = Option(("-h",), "The options that are used most, and examples.", SHOW)
HELP = Option(("--help",), "All options, and the exit codes.", SHOW)

CONVERSION = (ALPHA, GRADIENT, INVERSE, DECIMAL, JOBS, INVALID, NA, FORMAT)
"""What numbers are converted by, wherever they stand."""

EVALUATE = Command(
    "",
    "Apply leaky ReLU to numbers: z for z > 0, alpha * z otherwise.",
    "NUMBERS",
    "Negative ones, too. None: standard input is read.",
    (
        *CONVERSION,
        Option(("--table", "-t"), "A table for reading.", SHOW),
        Option(("--version",), "The version and the engine.", SHOW),
        BRIEF,
        HELP,
    ),
    ("alpha", "gradient", "inverse", "decimal", "format", "table", "na", "invalid", "version", "help"),
    ("leakyrelu -1 2.5 --alpha 0.1", "seq -5 5 | leakyrelu --format %.3f"),
    "Only what the function changes is rewritten; all else comes out byte for byte.",
)

CSV = Command(
    "csv",
    "Convert columns of CSV files; all else stays as it is.",
    "FILES",
    "CSV files or URLs; '-' or none: standard input.",
    (
        Option(
            ("--column", "-c"),
            "Name, position, range 2-4, pattern 'x_*', or a,b,c.",
            COLUMNS,
            "COLUMN",
            repeats=True,
            more="Positions count from 1; 3- is to the last, -3 from the first. A name wins over the rest. Repeatable.",
        ),
        Option(
            ("--exclude", "-C"),
            "Not these columns; alone: all but these.",
            COLUMNS,
            "COLUMN",
            repeats=True,
            more="Written as for --column. Repeatable.",
        ),
        Option(("--list",), "List the columns and do nothing else.", COLUMNS),
        Option(
            ("--delimiter", "-d"),
            "What separates the fields: one byte, or 'tab'.",
            READ,
            "CHAR",
            more="Default: a tab for .tsv and .tab, else a comma.",
        ),
        Option(
            ("--header",),
            "The first record names the columns, or is data.",
            READ,
            off=("--no-header", "-H"),
            more="Without either it names them, and is refused where it looks like data.",
        ),
        Option(("--skip-lines", "-K"), "So many lines at the beginning are no CSV: they pass.", READ, "N"),
        Option(("--comment",), "Records that begin with this byte pass as they are.", READ, "CHAR"),
        Option(("--decimal-comma",), "Numbers are written -1,5; results too.", READ),
        Option(
            ("--thousands",),
            "What groups digits, as in -1.234,5 or -1,234.5.",
            READ,
            "CHAR",
            more="Results are not grouped.",
        ),
        *CONVERSION,
        Option(("--suffix",), "Leave the columns alone and append new ones, named NAME+TEXT.", WRITE, "TEXT"),
        Option(("--output", "-o"), "Write here, all or nothing; it may be the input.", WRITE, "FILE"),
        Option(("--output-dir",), "Write files of the same names into this folder.", WRITE, "DIR"),
        Option(("--in-place", "-i"), "Replace the files themselves: all or none.", WRITE),
        Option(("--backup",), "With --in-place: keep each old file, under its name plus this.", WRITE, "SUFFIX"),
        Option(("--dry-run", "-n"), "Convert everything, write nothing, and show the summary.", WRITE),
        Option(("--table", "-t"), "A table of the first records, before and after.", SHOW),
        Option(("--rows",), f"How many records --table shows; {DEFAULT_ROWS} at most unless given.", SHOW, "N"),
        Option(
            ("--progress",),
            "Show how far the work is. Default: on a terminal, after a second.",
            SHOW,
            off=("--no-progress",),
        ),
        Option(("--summary",), "Say on standard error what was done to each file, and in all.", SHOW),
        Option(("--quiet", "-q"), "No progress and no closing line; faults are still said.", SHOW),
        Option(("--dask",), "Let the workers of this Dask scheduler convert the files.", WRITE, "ADDRESS"),
        Option(("--resume",), "Leave objects alone that a like run has made.", WRITE),
        BRIEF,
        HELP,
    ),
    (
        "column",
        "list",
        "table",
        "alpha",
        "decimal",
        "format",
        "output",
        "in_place",
        "dry_run",
        "delimiter",
        "na",
        "invalid",
        "help",
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
            ("--alpha", "-a"),
            "Slope for z <= 0; a curve for each.",
            COMPUTE,
            "NUMBER",
            DEFAULT_ALPHA,
            repeats=True,
            more="10 at most.",
        ),
        GRADIENT,
        INVERSE,
        Option(
            ("--range",), "From where to where.", DRAW, "MIN:MAX", more="Default: -5:5, or as far as the numbers go."
        ),
        Option(
            ("--size",),
            "How large: in characters, as 80x24; an image in pixels.",
            DRAW,
            "SIZE",
            more="Default: the terminal's, or 1280x800.",
        ),
        Option(
            ("--output", "-o"), "Write an image instead: .png, .svg or .pdf.", WRITE, "FILE", more="Needs matplotlib."
        ),
        BRIEF,
        HELP,
    ),
    ("alpha", "gradient", "inverse", "range", "size", "output", "help"),
    ("leakyrelu plot -3 --alpha 0.1 --alpha 0.3", "leakyrelu plot --gradient --range -2:2 --output gradient.svg"),
)

DEFAULT_COMMAND = EVALUATE
NAMED_COMMANDS = (CSV, PLOT)
"""Those that are called by their names; the default one, by none."""

COMMANDS = (DEFAULT_COMMAND, *NAMED_COMMANDS)

QUESTION = "__complete"
"""The first word where a shell asks how a line may go on. It is neither a number nor a command's name."""


def command_of(words: list[str]) -> tuple[Command, list[str]]:
    """The command of a command line, and the words behind its name."""
    for command in NAMED_COMMANDS:
        if words[:1] == [command.name]:
            return command, words[1:]
    return DEFAULT_COMMAND, words


def call(command: Command, rest: str = "") -> str:
    """How a command is called."""
    name = "" if command is DEFAULT_COMMAND else f" {command.name}"
    return f"leakyrelu{name}{rest}"
