"""The Typer app: every command -> `Job`. With `options`, the only file that imports typer."""

import io
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from leakyrelu_cli import arguments, completion, numerals, operands, options, sink
from leakyrelu_cli.contract import DEFAULT_ALPHA
from leakyrelu_cli.errors import FileError, ReaderLeft, UsageError, quoted
from leakyrelu_cli.job import Job

DEFAULT_COMMAND = "apply"


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
        if first.startswith("-") or numerals.are_numbers(os.fsencode(first)):
            return
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
    if sys.stdout is None:  # it was closed, so Python has none, and Typer would print to nowhere without a word
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115 -- it stays, as Python's own does
    try:
        asked = completion.question(arguments)
        code = _parse(arguments, run) if asked is None else _complete(*asked)
        sys.stdout.flush()
    except SystemExit:  # how Typer leaves when the reader of its help has left
        sink.discard_standard_output()
        raise ReaderLeft from None
    except OSError as error:  # from Typer's own printing; the edges turn theirs into a FileError
        sink.discard_standard_output()
        if error.filename is not None:
            raise
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
    # Without a variable's name of ours, Typer's own completion would answer to `_LEAKYRELU_COMPLETE`.
    return app(args=arguments, prog_name="leakyrelu", standalone_mode=False, complete_var="", obj=run)


def _complete(shell: str, arguments: list[str]) -> int:
    group = typer.main.get_group(app)
    typer.echo(completion.answer(shell, arguments, group.commands, DEFAULT_COMMAND), nl=False)
    return 0


@app.command(DEFAULT_COMMAND, cls=NumbersCommand, epilog=options.EXAMPLES)
def apply(
    context: typer.Context,
    numbers: options.Numbers = None,
    alpha: options.Alpha = DEFAULT_ALPHA,
    gradient: options.Gradient = False,
    inverse: options.Inverse = False,
    decimal: options.Decimal = False,
    jobs: options.Jobs = None,
    invalid: options.InvalidMode = options.Invalid.abort,
    format_: options.Format = None,
    table: options.Table = False,
    _version: options.Version = False,
) -> int:
    """Apply leaky ReLU to numbers: z for z > 0, alpha * z otherwise.

    Only what the function changes is rewritten; all else comes out byte for byte.
    """
    with _usage_errors(context):
        rule = arguments.rule(alpha, format_, gradient=gradient, inverse=inverse, decimal=decimal, invalid=invalid)
        lines = tuple(os.fsencode(number) for number in numbers or ()) or None
        return _run(context, Job(rule, lines, invalid=invalid.value, table=table, jobs=jobs or 0))


@app.command("csv", epilog=options.CSV_EXAMPLES)
def convert_csv(
    context: typer.Context,
    files: options.FilesRead = None,
    column: options.Column = None,
    list_only: options.List = False,
    delimiter: options.Delimiter = None,
    no_header: options.NoHeader = False,
    alpha: options.Alpha = DEFAULT_ALPHA,
    gradient: options.Gradient = False,
    inverse: options.Inverse = False,
    decimal: options.Decimal = False,
    jobs: options.Jobs = None,
    invalid: options.InvalidMode = options.Invalid.abort,
    format_: options.Format = None,
    suffix: options.Suffix = None,
    output: options.Output = None,
    output_dir: options.OutputDir = None,
    in_place: options.InPlace = False,
    backup: options.Backup = None,
    table: options.Table = False,
    rows: options.Rows = None,
    progress: options.Progress = None,
) -> int:
    """Convert columns of CSV files; every other byte stays as it is."""
    with _usage_errors(context):
        rule = arguments.rule(alpha, format_, gradient=gradient, inverse=inverse, decimal=decimal, invalid=invalid)
        shows = list_only or table
        where = arguments.files(files or ["-"], output, output_dir, backup, in_place=in_place, shows=shows)
        csv = arguments.csv(
            column or [],
            delimiter,
            where,
            rule,
            header=not no_header,
            suffix=suffix,
            list_only=list_only,
            rows=rows,
            table=table,
            progress=progress,
        )
        return _run(context, Job(rule, csv=csv, invalid=invalid.value, table=table, jobs=jobs or 0))


@app.command("plot", cls=NumbersCommand, epilog=options.PLOT_EXAMPLES)
def draw(
    context: typer.Context,
    numbers: options.Marked = None,
    alpha: options.Alphas = [DEFAULT_ALPHA],  # noqa: B006 -- Typer wants the value itself
    gradient: options.Gradient = False,
    inverse: options.Inverse = False,
    range_: options.Range = None,
    output: options.Image = None,
) -> int:
    """Draw the function in the terminal, or as an image file."""
    from leakyrelu_cli import plot  # noqa: PLC0415 -- the other commands do without it

    with _usage_errors(context):
        rules = [arguments.rule(text, gradient=gradient, inverse=inverse) for text in alpha]
        plot.run(plot.parse(rules, range_, numbers or []), output)
    return 0


def _run(context: typer.Context, job: Job) -> int:
    run: Callable[[Job], int] = context.obj
    return run(job)


@contextmanager
def _usage_errors(context: typer.Context) -> Iterator[None]:
    """What is wrong usage reads like any usage error of Typer, even if only the data could show it."""
    try:
        yield
    except UsageError as error:
        raise typer.BadParameter(str(error), ctx=context, param_hint=f"'{error.option}'") from None
