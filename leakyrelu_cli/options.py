"""Every option and operand as Typer knows it: names, help, and what TAB offers. With `cli`, it imports typer."""

from enum import StrEnum
from typing import Annotated

import typer

import leakyrelu_cli
from leakyrelu_cli import arguments, completion, engine, source
from leakyrelu_cli.job import ABORT, DEFAULT_ROWS, FAIL, IGNORE, WARN

COMPUTE, READ, WRITE = "What to compute", "What to read", "How to write"
DRAW = "What to draw"

EXAMPLES = """
Examples:

leakyrelu -1 2.5 --alpha 0.1

seq -5 5 | leakyrelu --format %.3f

Other commands: leakyrelu csv --help (columns of CSV files), leakyrelu plot --help (draw the function).
"""

CSV_EXAMPLES = """
Examples:

leakyrelu csv data.csv --list

leakyrelu csv data.csv --column x --table

leakyrelu csv data.csv -c x,y --output new.csv

leakyrelu csv *.csv.gz -c 2-3 --in-place --backup .bak
"""

PLOT_EXAMPLES = """
Examples:

leakyrelu plot -3 --alpha 0.1 --alpha 0.3

leakyrelu plot --gradient --range -2:2 --output gradient.svg
"""


class Invalid(StrEnum):
    """The choices of --invalid."""

    abort = ABORT
    fail = FAIL
    warn = WARN
    ignore = IGNORE


Alpha = Annotated[
    str, typer.Option("--alpha", "-a", metavar="NUMBER", help="Slope for z <= 0.", rich_help_panel=COMPUTE)
]
Gradient = Annotated[
    bool, typer.Option("--gradient", metavar="", help="The derivative instead.", rich_help_panel=COMPUTE)
]
Inverse = Annotated[
    bool, typer.Option("--inverse", metavar="", help="The inverse instead; needs alpha > 0.", rich_help_panel=COMPUTE)
]
Decimal = Annotated[
    bool,
    typer.Option(
        "--decimal", metavar="", help="Exact decimal arithmetic on the digits as written.", rich_help_panel=COMPUTE
    ),
]
Format = Annotated[
    str | None,
    typer.Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="Write every number by one printf conversion: %.3f, %g, %+.2e.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
InvalidMode = Annotated[
    Invalid,
    typer.Option(
        "--invalid",
        help="What is not a number: stop there, or leave it as it is and fail, warn, or say nothing.",
        rich_help_panel=READ,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="Threads for bulk input. Default: all processors.",
        show_default=False,
        rich_help_panel=COMPUTE,
    ),
]


Table = Annotated[bool, typer.Option("--table", "-t", metavar="", help="A table for reading.", rich_help_panel=WRITE)]


def show_version(context: typer.Context, wanted: bool) -> None:
    """Answer --version and end."""
    if wanted and not context.resilient_parsing:
        typer.echo(f"leakyrelu {leakyrelu_cli.__version__} ({engine.NAME} engine)")
        raise typer.Exit


def offer_columns(context: typer.Context) -> list[tuple[str, str]]:
    """The columns of the first file on the line, for TAB."""
    given = context.params
    path = next(iter(given.get("files") or ()), None)
    if path is None:
        return []
    return completion.column_candidates(
        path, arguments.delimiter(given.get("delimiter")) or source.delimiter_of(path), named=not given.get("no_header")
    )


Numbers = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="NUMBERS",
        help="Numbers, negative ones too; none: read them from standard input.",
        show_default=False,
    ),
]
Version = Annotated[
    bool,
    typer.Option(
        "--version", metavar="", help="Show the version and the engine.", is_eager=True, callback=show_version
    ),
]
FilesRead = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="FILES",
        help="CSV files; '-' or none: standard input.",
        show_default=False,
    ),
]
Column = Annotated[
    list[str] | None,
    typer.Option(
        "--column",
        "-c",
        metavar="COLUMN",
        help="A column: its name, position from 1, range 2-4, or several with commas. Repeatable.",
        show_default=False,
        autocompletion=offer_columns,
        rich_help_panel=READ,
    ),
]
List = Annotated[
    bool, typer.Option("--list", metavar="", help="List the columns and do nothing else.", rich_help_panel=READ)
]
Delimiter = Annotated[
    str | None,
    typer.Option(
        "--delimiter",
        "-d",
        metavar="CHAR",
        help="One byte, or 'tab'. Default: a tab for .tsv and .tab, else a comma.",
        show_default=False,
        rich_help_panel=READ,
    ),
]
NoHeader = Annotated[
    bool, typer.Option("--no-header", "-H", metavar="", help="The first record is data.", rich_help_panel=READ)
]
Suffix = Annotated[
    str | None,
    typer.Option(
        "--suffix",
        metavar="TEXT",
        help="Leave the columns alone and append new ones, named NAME+TEXT.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write here, all or nothing; it may be the input.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
OutputDir = Annotated[
    str | None,
    typer.Option(
        "--output-dir",
        metavar="DIR",
        help="Write files of the same names into this folder.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
InPlace = Annotated[
    bool,
    typer.Option(
        "--in-place", "-i", metavar="", help="Replace the files themselves: all or none.", rich_help_panel=WRITE
    ),
]
Backup = Annotated[
    str | None,
    typer.Option(
        "--backup",
        metavar="SUFFIX",
        help="Keep each file that --in-place replaces, under its name plus this.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
Rows = Annotated[
    int | None,
    typer.Option(
        "--rows",
        min=1,
        max=1000,
        metavar="N",
        help=f"How many records --table shows; {DEFAULT_ROWS} unless given.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
Progress = Annotated[
    bool | None,
    typer.Option(
        "--progress/--no-progress",
        metavar="",
        help="Show how far the work is. Default: on a terminal, after a second.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
Marked = Annotated[
    list[str] | None,
    typer.Argument(metavar="NUMBERS", help="Numbers to mark on the curve.", show_default=False),
]
Alphas = Annotated[
    list[str],
    typer.Option(
        "--alpha",
        "-a",
        metavar="NUMBER",
        help="Slope for z <= 0; a curve for each, 10 at most.",
        rich_help_panel=COMPUTE,
    ),
]
Range = Annotated[
    str | None,
    typer.Option(
        "--range",
        metavar="MIN:MAX",
        help="From where to where. Default: -5:5, or as far as the numbers go.",
        show_default=False,
        rich_help_panel=DRAW,
    ),
]
Image = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write an image instead: .png, .svg or .pdf. Needs matplotlib.",
        show_default=False,
        rich_help_panel=WRITE,
    ),
]
