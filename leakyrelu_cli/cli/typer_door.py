"""The long door: the Typer app. It shows the help, and finds what is wrong with the words of a command line.

The only file that imports typer, and imported late for that reason: it takes ten times as long as Python itself.
"""

import inspect
import sys
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

import leakyrelu_cli.show  # noqa: F401 -- rich shows the help, and finds the environment tamed
from leakyrelu_cli.cli import hints, meaning, options
from leakyrelu_cli.cli.arguments import Given
from leakyrelu_cli.cli.options import Command, Option
from leakyrelu_cli.cli.words import SEPARATOR, Words
from leakyrelu_cli.errors import FileError, ReaderLeft, UsageError
from leakyrelu_cli.run.job import Job
from leakyrelu_cli.storage import sink


def parse(line: list[str]) -> Job | None:
    """The job; None if what was asked for was help, which is shown.

    Raises
    ------
    UsageError
        If the words are wrong, or what they say is.
    """
    if sys.stdout is None:  # it was closed, so Python has none, and Typer would print to nowhere without a word
        sys.stdout = open(1, "w", encoding="utf-8")  # noqa: SIM115 -- it stays, as Python's own does
    command, rest = options.command_of(line)
    words = Words(rest, command)
    app = typer.main.get_command(_app(command))
    try:
        # Without a variable's name of ours, Typer's own completion would answer to `_LEAKYRELU_COMPLETE`.
        job = app.main(_sorted(words), prog_name=hints.call(command), complete_var="", standalone_mode=False)
        sys.stdout.flush()
    except SystemExit:  # how Typer leaves when the reader of its help has left
        sink.discard_standard_output()
        raise ReaderLeft from None
    except OSError as error:  # from Typer's own printing; parsing does no other work
        sink.discard_standard_output()
        if error.filename is not None:
            raise
        raise FileError(sink.STANDARD_OUTPUT, error) from None
    except typer.TyperException as error:
        strange = next(iter(words.strange), None)
        wording = error.format_message() if strange is None else hints.strange_word(strange, words, command)
        raise UsageError(wording) from None
    return None if isinstance(job, int) else job


def _sorted(words: Words) -> list[str]:
    """Operands behind all options, so that negative numbers are none; but nothing in the place of a missing value."""
    return words.option_words if words.awaiting else [*words.option_words, SEPARATOR, *words.operands]


def _app(command: Command) -> typer.Typer:
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    register = app.command(
        cls=TyperCommand,
        help="\n\n".join(filter(None, (command.about, command.more))),
        epilog=_epilog(command),
        context_settings={"help_option_names": list(options.HELP)},
    )
    register(_callback(command))
    return app


def _callback(command: Command) -> Any:
    """A function with a parameter for each option, as Typer wants it: from what is given to the job."""

    def make_job(**values: Any) -> Job:
        operands = values.pop("operands") or []
        given = {key: value for key, value in values.items() if value is not None}
        return meaning.job(command, Given(given, operands))

    parameters = [_operands(command), *map(_parameter, command.options)]
    make_job.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    make_job.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return make_job


def _operands(command: Command) -> inspect.Parameter:
    declared = typer.Argument(metavar=command.operands, help=command.about_operands, show_default=False)
    return _keyword("operands", Annotated[list[str] | None, declared])


def _parameter(option: Option) -> inspect.Parameter:
    names = list(option.names)
    if option.off:
        names = [f"{option.names[0]}/{option.off[0]}", *option.names[1:], *(f" /{name}" for name in option.off[1:])]
    choices = "|".join(option.choices)
    declared = typer.Option(
        *names,
        metavar=f"[{choices}]" if choices else option.value,
        help=f"{option.about} Default: {option.default}." if option.default else option.about,
        show_default=False,
        rich_help_panel=option.group or None,
    )
    kind: Any = bool if not option.value else list[str] if option.repeats else str
    return _keyword(option.key, Annotated[kind | None, declared])


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)


def _epilog(command: Command) -> str:
    others = ", ".join(f"{hints.call(other)} --help" for other in hints.COMMANDS if other is not command)
    return "\n\n".join(["Examples:", *command.examples, f"Other commands: {others}"])
