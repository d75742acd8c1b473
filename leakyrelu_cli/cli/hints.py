"""What a person who was misunderstood probably meant: the ends of messages about usage. Imported for those alone."""

from __future__ import annotations

import os
from difflib import get_close_matches

from leakyrelu_cli.cli import options
from leakyrelu_cli.cli.options import call
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.command import Command
    from leakyrelu_cli.cli.words import Words

COMMANDS = (options.DEFAULT_COMMAND, *options.NAMED_COMMANDS)


def no_number(operand: str, na: tuple[bytes, ...]) -> str:
    """The message for an operand of the default command that holds a word that is neither a number nor missing."""
    if message := _command_meant(operand):
        return message
    if os.path.isfile(operand):
        ways = "'leakyrelu csv FILE -c COLUMN' converts columns, 'leakyrelu < FILE' a stream of numbers"
        return f"{quoted(operand)} is a file: {ways}"
    words = numerals.words(os.fsencode(operand))
    wrong = (word for word in words if word not in na and numerals.parse(word) is None)
    return f"not a number: {quoted(next(wrong, operand))}"


def strange_word(word: str, words: Words, command: Command) -> str:
    """The message for a word that is no option of the command, or lacks a value, or has one too many."""
    name, _, _ = word.partition("=")
    if not name.startswith("--"):
        name = next((f"-{letter}" for letter in name[1:] if command.option(f"-{letter}") is None), f"-{name[-1]}")
    option = command.option(name)
    if option is not None:
        return f"{name} needs a value: {name} {option.value}" if option.value else f"{name} takes no value"
    if command is options.DEFAULT_COMMAND and (meant := next(filter(None, map(_command_meant, words.operands)), None)):
        return meant
    if others := [call(other) for other in COMMANDS if other.option(name)]:
        return f"no such option: {printable(name)}; it is one of '{others[0]}'"
    known = {name for option in command.options for name in (*option.names, *option.off)}
    if near := get_close_matches(name, known, n=1):
        return f"no such option: {printable(name)}; did you mean {near[0]}?"
    return f"no such option: {printable(name)}; '{call(command)} --help' lists them all"


def _command_meant(operand: str) -> str | None:
    """The message for an operand that is the name of a command, or nearly."""
    names = [command.name for command in options.NAMED_COMMANDS]
    if operand in names:
        return f"the command comes first: leakyrelu {operand} ..."
    near = get_close_matches(operand, names, n=1) if operand.isalpha() else []
    return f"{quoted(operand)} is no number; did you mean the command {quoted(near[0])}?" if near else None
