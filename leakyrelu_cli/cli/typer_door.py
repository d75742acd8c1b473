"""The long door: the Typer app. It finds what is wrong with the words of a command line.

The only file that imports typer, and imported late for that reason: it takes ten times as long as Python itself.
"""

import inspect
from typing import Annotated, Any

import typer
from typer.core import TyperCommand

from leakyrelu_cli.cli import hints, meaning, options
from leakyrelu_cli.cli.arguments import Given
from leakyrelu_cli.cli.command import Command, Option
from leakyrelu_cli.cli.words import SEPARATOR, Words
from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run.job import Job


def parse(line: list[str]) -> Job:
    """The job.

    Raises
    ------
    UsageError
        If the words are wrong, or what they say is.
    """
    command, rest = options.command_of(line)
    words = Words(rest, command)
    if words.slips:  # which Typer would take for short options
        raise UsageError(hints.strange_word(words.slips[0], words, command))
    app = typer.main.get_command(_app(command))
    try:
        # Without a variable's name of ours, Typer's own completion would answer to `_LEAKYRELU_COMPLETE`.
        job: Job = app.main(_sorted(words), complete_var="", standalone_mode=False)
    except typer.TyperException as error:
        strange = next(iter(words.strange), None)
        wording = error.format_message() if strange is None else hints.strange_word(strange, words, command)
        raise UsageError(wording) from None
    return job


def _sorted(words: Words) -> list[str]:
    """Operands behind all options, so that negative numbers are none; but nothing in the place of a missing value."""
    return words.option_words if words.awaiting else [*words.option_words, SEPARATOR, *words.operands]


def _app(command: Command) -> typer.Typer:
    """The command as Typer knows it: without its help, which it would print without asking us where to."""
    app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode=None)
    app.command(cls=TyperCommand, add_help_option=False)(_callback(command))
    return app


def _callback(command: Command) -> Any:
    """A function with a parameter for each option, as Typer wants it: from what is given to the job."""

    def make_job(**values: Any) -> Job:
        operands = values.pop("operands") or []
        given = {key: value for key, value in values.items() if value is not None}
        return meaning.job(command, Given(given, operands))

    parameters = [_keyword("operands", Annotated[list[str] | None, typer.Argument()])]
    parameters += map(_parameter, command.options)
    make_job.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    make_job.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
    return make_job


def _parameter(option: Option) -> inspect.Parameter:
    names = list(option.names)
    if option.off:
        names = [f"{option.names[0]}/{option.off[0]}", *option.names[1:], *(f" /{name}" for name in option.off[1:])]
    kind: Any = bool if not option.value else list[str] if option.repeats else str
    return _keyword(option.key, Annotated[kind | None, typer.Option(*names)])


def _keyword(name: str, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation)
