"""The Typer app: every command and option -> `Job`. The only file that imports typer."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

import leakyrelu_cli
from leakyrelu_cli import completion, decimals, engine, formats, numerals, operands, sink, source
from leakyrelu_cli.contract import FORWARD, GRADIENT, INVERSE, Rule
from leakyrelu_cli.errors import FileError, ReaderLeft, UsageError, quoted
from leakyrelu_cli.job import ABORT, COMPLETION_VARIABLE, FAIL, IGNORE, WARN, Csv, Files, Job

DEFAULT_COMMAND = "apply"

# Options that several commands share, so that each is described once.
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


class NumbersCommand(TyperCommand):
    """A command whose operands are numbers, negative ones included."""

    # The context's type is Typer's private one.
    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Keep negative numbers from being taken for options."""
        return super().parse_args(ctx, operands.last(args, operands.taking_value(self.params)))


class DefaultGroup(TyperGroup):
    """A first word that is no command's name belongs to the default command."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Name the default command where no command is named."""
        if not args or args[0] not in self.commands:
            self._refuse_slips(args)
            args = [DEFAULT_COMMAND, *args]
        return super().parse_args(ctx, args)

    def _refuse_slips(self, args: list[str]) -> None:
        """Say what was probably meant, before the default command finds fault with an option of another one."""
        first, *others = args or [""]
        late = [word for word in others if word in self.commands]
        if late and "--" not in others:
            raise typer.BadParameter(f"the command comes first: leakyrelu {late[0]} ...")
        if first.isalpha():
            from difflib import get_close_matches  # noqa: PLC0415 -- slow to import, and rarely needed

            if near := get_close_matches(first, self.commands, n=1):
                raise typer.BadParameter(f"{quoted(first)} is no number; did you mean the command {quoted(near[0])}?")
        if os.path.isfile(first):
            ways = "'leakyrelu csv FILE -c COLUMN' converts columns, 'leakyrelu < FILE' a stream of numbers"
            raise typer.BadParameter(f"{quoted(first)} is a file: {ways}")

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """In usage lines, the default command is called by the program's name alone."""
        name, command, rest = super().resolve_command(ctx, args)
        if name == DEFAULT_COMMAND:
            ctx.info_name, name = "", ctx.info_name
        return name, command, rest


app = typer.Typer(
    cls=DefaultGroup,
    add_help_option=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["--help", "-h"]},
)


def main(arguments: list[str], run: Callable[[Job], int]) -> int:
    """Parse the arguments, hand the job to `run`, and return the exit code."""
    shell = os.environ.get(COMPLETION_VARIABLE)
    try:
        code = _complete(shell, arguments) if shell is not None else _parse(arguments, run)
        if sys.stdout is not None:
            sys.stdout.flush()
    except SystemExit:  # how Typer leaves when the reader of its help has left
        sink.discard_standard_output()
        raise ReaderLeft from None
    except OSError as error:  # from Typer's own printing; the edges turn theirs into a FileError
        sink.discard_standard_output()
        raise FileError(sink.STANDARD_OUTPUT, error) from None
    except typer.TyperException as error:
        if isinstance(error, typer.BadParameter):
            error.message = error.message.removeprefix("Value error, ")  # Pydantic's, which says nothing
        text = io.StringIO()
        error.show(file=text)  # type: ignore[attr-defined]  # all that the parser raises can
        sink.complain(text.getvalue())
        return error.exit_code
    return int(code or 0)


def _parse(arguments: list[str], run: Callable[[Job], int]) -> Any:
    return app(args=arguments, prog_name="leakyrelu", standalone_mode=False, obj=run)


def _complete(shell: str, arguments: list[str]) -> int:
    group = typer.main.get_group(app)
    typer.echo(completion.answer(shell, arguments, group.commands, DEFAULT_COMMAND), nl=False)
    return 0


def show_version(context: typer.Context, wanted: bool) -> None:
    """Answer --version and end."""
    if wanted and not context.resilient_parsing:
        typer.echo(f"leakyrelu {leakyrelu_cli.__version__} ({engine.NAME} engine)")
        raise typer.Exit


@app.command(DEFAULT_COMMAND, cls=NumbersCommand, epilog=EXAMPLES)
def apply(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="NUMBERS",
            help="Numbers, negative ones too; none: read them from standard input.",
            show_default=False,
        ),
    ] = None,
    alpha: Alpha = "0.01",
    gradient: Gradient = False,
    inverse: Inverse = False,
    decimal: Decimal = False,
    jobs: Jobs = None,
    invalid: InvalidMode = Invalid.abort,
    format_: Format = None,
    table: Table = False,
    _version: Annotated[
        bool,
        typer.Option(
            "--version", metavar="", help="Show the version and the engine.", is_eager=True, callback=show_version
        ),
    ] = False,
) -> int:
    """Apply leaky ReLU to numbers: z for z > 0, alpha * z otherwise.

    Only what the function changes is rewritten; all else comes out byte for byte.
    """
    rule = _rule(alpha, format_, gradient=gradient, inverse=inverse, decimal=decimal, invalid=invalid)
    lines = tuple(os.fsencode(number) for number in numbers or ()) or None
    return _do(context, Job(rule, lines, invalid=invalid.value, table=table, jobs=jobs or 0))


def offer_columns(context: typer.Context) -> list[tuple[str, str]]:
    """The columns of the first file on the line, for TAB."""
    given = context.params
    path = next(iter(given.get("files") or ()), None)
    if path is None:
        return []
    return completion.column_candidates(
        path, _delimiter(given.get("delimiter")) or source.delimiter_of(path), named=not given.get("no_header")
    )


@app.command("csv", epilog=CSV_EXAMPLES)
def convert_csv(
    context: typer.Context,
    files: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILES",
            help="CSV files; '-' or none: standard input.",
            show_default=False,
        ),
    ] = None,
    column: Annotated[
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
    ] = None,
    list_only: Annotated[
        bool, typer.Option("--list", metavar="", help="List the columns and do nothing else.", rich_help_panel=READ)
    ] = False,
    delimiter: Annotated[
        str | None,
        typer.Option(
            "--delimiter",
            "-d",
            metavar="CHAR",
            help="One byte, or 'tab'. Default: a tab for .tsv and .tab, else a comma.",
            show_default=False,
            rich_help_panel=READ,
        ),
    ] = None,
    no_header: Annotated[
        bool, typer.Option("--no-header", "-H", metavar="", help="The first record is data.", rich_help_panel=READ)
    ] = False,
    alpha: Alpha = "0.01",
    gradient: Gradient = False,
    inverse: Inverse = False,
    decimal: Decimal = False,
    jobs: Jobs = None,
    invalid: InvalidMode = Invalid.abort,
    format_: Format = None,
    suffix: Annotated[
        str | None,
        typer.Option(
            "--suffix",
            metavar="TEXT",
            help="Leave the columns alone and append new ones, named NAME+TEXT.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write here, all or nothing; it may be the input.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
    output_dir: Annotated[
        str | None,
        typer.Option(
            "--output-dir",
            metavar="DIR",
            help="Write files of the same names into this folder.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
    in_place: Annotated[
        bool,
        typer.Option(
            "--in-place", "-i", metavar="", help="Replace the files themselves: all or none.", rich_help_panel=WRITE
        ),
    ] = False,
    backup: Annotated[
        str | None,
        typer.Option(
            "--backup",
            metavar="SUFFIX",
            help="Keep each file that --in-place replaces, under its name plus this.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
    table: Table = False,
    rows: Annotated[
        int | None,
        typer.Option(
            "--rows",
            min=1,
            max=1000,
            metavar="N",
            help="How many records --table shows; 20 unless given.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
    progress: Annotated[
        bool | None,
        typer.Option(
            "--progress/--no-progress",
            metavar="",
            help="Show how far the work is. Default: on a terminal, after a second.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
) -> int:
    """Convert columns of CSV files; every other byte stays as it is."""
    rule = _rule(alpha, format_, gradient=gradient, inverse=inverse, decimal=decimal, invalid=invalid)
    byte = _delimiter(delimiter)
    if byte == b" " and rule.conversion and formats.pads(rule.conversion):
        raise typer.BadParameter("would write blanks, which delimit the fields here", param_hint="'--format'")
    if rows is not None and not table:
        raise typer.BadParameter("needs --table", param_hint="'--rows'")
    if suffix == "":
        raise typer.BadParameter("may not be empty: names would stand twice", param_hint="'--suffix'")
    csv = Csv(
        tuple(os.fsencode(text) for text in column or ()),
        byte,
        _files(files or ["-"], output, output_dir, backup, in_place=in_place, shows=list_only or table),
        header=not no_header,
        suffix=None if suffix is None else os.fsencode(suffix),
        list_only=list_only,
        rows=rows or 20,
        progress=progress,
    )
    return _do(context, Job(rule, csv=csv, invalid=invalid.value, table=table, jobs=jobs or 0))


@app.command("plot", cls=NumbersCommand, epilog=PLOT_EXAMPLES)
def draw(
    context: typer.Context,
    numbers: Annotated[
        list[str] | None,
        typer.Argument(metavar="NUMBERS", help="Numbers to mark on the curve.", show_default=False),
    ] = None,
    alpha: Annotated[
        list[str],
        typer.Option(
            "--alpha", "-a", metavar="NUMBER", help="Slope for z <= 0; a curve for each.", rich_help_panel=COMPUTE
        ),
    ] = ["0.01"],  # noqa: B006 -- Typer wants the value itself
    gradient: Gradient = False,
    inverse: Inverse = False,
    range_: Annotated[
        str | None,
        typer.Option(
            "--range",
            metavar="MIN:MAX",
            help="From where to where. Default: -5:5, or as far as the numbers go.",
            show_default=False,
            rich_help_panel=DRAW,
        ),
    ] = None,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write an image instead: .png, .svg or .pdf. Needs matplotlib.",
            show_default=False,
            rich_help_panel=WRITE,
        ),
    ] = None,
) -> int:
    """Draw the function in the terminal, or as an image file.

    Two slopes, and two numbers marked on both curves:

        leakyrelu plot --alpha 0.1 --alpha 0.3 -3 0.5
    """
    from leakyrelu_cli import plot  # noqa: PLC0415 -- the other commands do without it

    rules = [_rule(text, gradient=gradient, inverse=inverse) for text in alpha]
    with _usage_errors(context):
        plot.run(plot.parse(rules, range_, numbers or []), output)
    return 0


def _do(context: typer.Context, job: Job) -> int:
    """Run the job."""
    run: Callable[[Job], int] = context.obj
    with _usage_errors(context):
        return run(job)


@contextmanager
def _usage_errors(context: typer.Context) -> Iterator[None]:
    """What only the work could show to be wrong usage reads like any usage error."""
    try:
        yield
    except UsageError as error:
        raise typer.BadParameter(str(error), ctx=context, param_hint=f"'{error.option}'") from None


def _rule(
    alpha: str,
    format_: str | None = None,
    *,
    gradient: bool,
    inverse: bool,
    decimal: bool = False,
    invalid: Invalid = Invalid.abort,
) -> Rule:
    if gradient and inverse:
        raise typer.BadParameter("excludes --inverse", param_hint="'--gradient'")
    text = os.fsencode(alpha)
    if not numerals.is_alpha(text) or (decimal and decimals.parse(text) is None):
        raise typer.BadParameter(f"{quoted(alpha)} is not a finite number >= 0", param_hint="'--alpha'")
    if inverse and not float(alpha) > 0:
        raise typer.BadParameter("the inverse needs alpha > 0", param_hint="'--alpha'")
    try:
        conversion = None if format_ is None else formats.normalize(format_)
    except ValueError as error:
        raise typer.BadParameter(f"{quoted(format_ or '')}: {error}", param_hint="'--format'") from None
    operation = GRADIENT if gradient else INVERSE if inverse else FORWARD
    return Rule(operation, alpha, conversion, decimal=decimal, abort=invalid is Invalid.abort)


def _files(
    paths: list[str], output: str | None, folder: str | None, backup: str | None, *, in_place: bool, shows: bool
) -> Files:
    """What is read and written; what only shows something writes to standard output alone."""
    ways = [
        name
        for name, given in (
            ("--output", output),
            ("--output-dir", folder),
            ("--in-place", in_place or None),
        )
        if given is not None
    ]
    if folder == "":
        raise typer.BadParameter("may not be empty", param_hint="'--output-dir'")
    if len(ways) > 1:
        raise typer.BadParameter(f"excludes {ways[1]}", param_hint=f"'{ways[0]}'")
    if backup is not None and (not in_place or not backup or os.sep in backup):
        raise typer.BadParameter("needs --in-place and a text without '/'", param_hint="'--backup'")
    if len(paths) > 1 and not in_place and folder is None and not shows:
        raise typer.BadParameter("several need --output-dir or --in-place", param_hint="'FILES'")
    if "-" in paths and (in_place or folder is not None):
        raise typer.BadParameter(f"standard input has no name for {ways[0]}", param_hint="'FILES'")
    inputs = [None if path == "-" else path for path in paths]
    if shows:
        return Files(tuple((path, None) for path in inputs))
    outputs = [
        path if in_place else output if folder is None else os.path.join(folder, os.path.basename(path))
        for path in paths
    ]
    return Files(tuple(zip(inputs, outputs, strict=True)), folder, in_place=in_place, backup=backup)


def _delimiter(text: str | None) -> bytes | None:
    """The delimiter as one byte.

    A byte of a number's alphabet would let a rewritten number fall into several fields.
    """
    if text is None:
        return None
    byte = b"\t" if text in ("tab", r"\t") else os.fsencode(text)
    if len(byte) != 1:
        raise typer.BadParameter(f"{quoted(text)} is not one byte", param_hint="'--delimiter'")
    if byte in b'"\r\n+-.' or byte.isalnum():
        raise typer.BadParameter(f"{quoted(text)} cannot delimit numbers", param_hint="'--delimiter'")
    return byte
