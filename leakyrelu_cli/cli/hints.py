"""What a person who was misunderstood probably meant: the ends of messages about usage. Imported for those alone."""

from __future__ import annotations

import os
import re
import shlex
from difflib import get_close_matches

from leakyrelu_cli.cli import options, synonyms
from leakyrelu_cli.cli.options import COMMANDS, call
from leakyrelu_cli.cli.words import Words
from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable, quoted
from leakyrelu_cli.run import remedies
from leakyrelu_cli.storage import source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from leakyrelu_cli.cli.command import Command, Option

FILE_ENDS = (".csv", ".txt", ".dat", ".json", ".jsonl", ".xlsx", *source.TAB_SUFFIXES, *source.COMPRESSIONS)
"""How names of files end that people have numbers in."""


def no_number(operand: str, na: tuple[bytes, ...]) -> str:
    """The message for an operand of the default command that holds a word that is neither a number nor missing."""
    if message := _command_meant(operand) or _option_meant(operand):
        return message
    if os.path.isfile(operand):
        ways = "'leakyrelu csv FILE -c COLUMN' converts columns, 'leakyrelu < FILE' a stream of numbers"
        return f"{quoted(operand)} is a file: {ways}"
    if operand.lower().endswith(FILE_ENDS):
        return f"{quoted(operand)} is no number, and there is no file of that name"
    if operand == "-":
        return "'-' is no number; without operands, numbers are read from standard input: leakyrelu < FILE"
    words = numerals.words(os.fsencode(operand))
    wrong = next((word for word in words if word not in na and not numerals.is_number(word)), os.fsencode(operand))
    return f"not a number: {quoted(wrong)}{remedies.number_meant(os.fsdecode(wrong)) or remedies.missing(wrong)}"


def wrong_files(paths: Sequence[str], *, column: bool) -> str:
    """The message for operands of `csv` that are no files, or several with no place for their results.

    Parameters
    ----------
    paths : sequence of str
    column : bool
        Whether columns are chosen.
    """
    twice = next((path for path in paths if paths.count(path) > 1), None)
    if twice is not None:
        return f"{quoted(twice)} is given twice"
    gone = next((path for path in paths if path != "-" and "://" not in path and not os.path.lexists(path)), None)
    if gone is None:
        return "several files need --output-dir or --in-place"
    return _no_file(gone, column=column)


def _no_file(path: str, *, column: bool) -> str:
    """The message for an operand of `csv` that is no file."""
    if message := _option_meant(path):
        return message
    if path.startswith("-"):
        return f"no such file: {quoted(path)}; options come before '--'"
    if f"--{path}" in _names(options.CSV):
        return f"no such file: {quoted(path)}; did you mean --{path}?"
    if path in (command.name for command in options.NAMED_COMMANDS):
        return f"no such file: {quoted(path)}; as a command, it comes first and alone: leakyrelu {path} ..."
    if "." in path or os.sep in path:
        return f"no such file: {quoted(path)}"
    several = "; several columns are one word with commas, or each has its own -c" * column
    return f"no such file: {quoted(path)}; if it is a column: -c {shlex.quote(printable(path))}{several}"


def strange_word(word: str, words: Words, command: Command) -> str:
    """The message for a word that is no option of the command, or lacks a value, or has one too many."""
    if command.option("--in-place") and (suffix := _suffix_meant(word)):
        return f"no such option: {printable(word)}; did you mean --in-place --backup {suffix}?"
    name, _, value = word.partition("=")
    if not name.startswith("--"):
        if len(name) > 2 and any(other.option(f"-{name}") for other in COMMANDS):
            return f"no such option: {name}; did you mean -{name}?"
        name = next((f"-{letter}" for letter in name[1:] if command.option(f"-{letter}") is None), f"-{name[-1]}")
    if option := command.option(name):
        return _wrong_value(name, value, option)
    if command is options.DEFAULT_COMMAND and (meant := next(filter(None, map(_command_meant, words.operands)), None)):
        return meant
    if os.path.lexists(word):
        path = shlex.quote(f"./{printable(word)}")
        return f"no such option: {printable(name)}; the file of that name is written {path}"
    return f"no such option: {printable(name)}; {_next_step(name, words, command)}"


def _wrong_value(name: str, value: str, option: Option) -> str:
    """The message for an option that lacks a value, or has one that is too many or begins with ``=``."""
    if not option.value:
        return f"{name} takes no value"
    if value:
        return f"{name} takes its value without '=': {name} {shlex.quote(printable(value))}"
    return f"{name} needs a value: {name} {option.value}" + "; --list shows them" * (option.value == "COLUMN")


def _suffix_meant(word: str) -> str | None:
    """What sed takes behind its ``-i``: the end of the backup's name."""
    meant = re.fullmatch(r"(?:--in-place=|-i=?)((?:[.~_]|bak|old|orig)[^/]*)", word)
    return shlex.quote(meant[1]) if meant and meant[1].isprintable() else None


def _next_step(name: str, words: Words, command: Command) -> str:
    """What to do about an option that the command does not have."""
    if others := [other for other in COMMANDS if other.option(name)]:
        line = _line_of_csv(words) if command is options.DEFAULT_COMMAND and options.CSV in others else None
        return f"did you mean: {line}" if line else f"it is one of '{call(others[0])}'"
    if advice := synonyms.instead(name):
        return advice
    if ours := synonyms.option(name):
        plain = ours.split()[0]
        if plain in _names(command):
            return f"did you mean {ours}?"
        if others := [other for other in COMMANDS if plain in _names(other)]:
            return f"did you mean {ours} of '{call(others[0])}'?"
    if near := _nearest(name, _names(command)):
        return f"did you mean {near}?"
    return f"'{call(command)} --help' lists them all"


def _line_of_csv(words: Words) -> str | None:
    """The line with the command that was forgotten, if it is right with it, and can be copied."""
    meant = Words(words.all, options.CSV)
    chooses = any(option.key in ("column", "exclude", "list") for option, _ in meant.given)
    line = call(options.CSV, f"{'' if chooses else ' -c COLUMN'} {shlex.join(words.all)}")
    is_numeric = any(numerals.are_numbers(os.fsencode(word)) for word in meant.operands)
    is_right = meant.operands and not meant.strange and not is_numeric
    return line if is_right and printable(line) == line else None


def _names(command: Command) -> set[str]:
    """All names of all options."""
    return {name for option in command.options for name in (*option.names, *option.off)}


def _nearest(name: str, known: set[str]) -> str | None:
    """The long name that begins so, or else resembles it; that both begin with dashes is no resemblance."""
    if not name.startswith("--"):
        return None
    bare = {full[2:]: full for full in sorted(known) if full.startswith("--")}
    begun = [part for part in bare if part.startswith(name[2:])] if name[2:] else []
    near = begun or get_close_matches(name[2:], bare, n=1)
    return bare[near[0]] if near else None


def _option_meant(word: str) -> str | None:
    """The message for a word that would be an option if a text editor had not made its dash a longer one."""
    if word[:1] not in remedies.MINUSES or not word:
        return None
    bare = word.lstrip(remedies.MINUSES + "-").partition("=")[0]
    meant = next((name for name in (f"--{bare}", f"-{bare}") if any(other.option(name) for other in COMMANDS)), None)
    return f"{quoted(word)} begins with U+{ord(word[0]):04X}, not '-'; did you mean {meant}?" if meant else None


def _command_meant(operand: str) -> str | None:
    """The message for an operand that is the name of a command, or nearly, or of what may be taken for one."""
    names = [command.name for command in options.NAMED_COMMANDS]
    if operand in names:
        return f"the command comes first: leakyrelu {operand} ..."
    if meant := synonyms.word(operand):
        return f"{quoted(operand)} is no number; {meant}"
    near = get_close_matches(operand.lower(), names, n=1) if operand.isalpha() else []
    return f"{quoted(operand)} is no number; did you mean the command {quoted(near[0])}?" if near else None
