"""What TAB offers: owns the protocol with the scripts in ``completions/``, and which columns a file has.

A script runs the program with the arguments `QUESTION`, its shell's name and what it asks. (No variable in the
environment: a program that a wrapper runs would inherit it, and answer instead of doing its work.) zsh and fish
say how many words stand between the command and the cursor's word, and all words behind the command, without
their quotes; they find what matches and quote it. bash, which can do neither, says the line up to the cursor,
what of it readline will replace, and the rest of the line. The answer's first line is `FILES`, `DIRECTORIES` or
`WORDS`; then comes a word a line, with its description behind a tab. Scripts drop standard error: a broken file
or option offers nothing.
"""

from __future__ import annotations

import os
import re
import shlex
from contextlib import suppress

from leakyrelu_cli import chunking, columns, operands, records, source
from leakyrelu_cli.contract import START
from leakyrelu_cli.errors import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    Candidates = list[tuple[str, str]]
    """Words and their descriptions."""

QUESTION = "__complete"
"""The first argument of a shell that asks. It is neither a number nor a command, so nobody means it otherwise."""

BASH = "bash"
SHELLS = (BASH, "zsh", "fish")
FILES, DIRECTORIES, WORDS = "files", "directories", "words"

METAVARS = {"FILE": FILES, "FILES": FILES, "DIR": DIRECTORIES}
"""What the help calls a path is completed as one."""


def question(arguments: list[str]) -> tuple[str, list[str]] | None:
    """The shell that asks, and what; None: no shell does, and the arguments are to be followed."""
    if len(arguments) < 2 or arguments[0] != QUESTION or arguments[1] not in SHELLS:
        return None
    return arguments[1], arguments[2:]


def answer(shell: str, arguments: list[str], commands: Mapping[str, Any], default: str) -> bytes:
    """What the program prints for a completion script.

    Parameters
    ----------
    shell : str
        One of `SHELLS`.
    arguments : list of str
        What the script asks, as its shell puts it.
    commands : mapping of str to Typer commands
    default : str
        The command that needs no name.
    """
    if shell != BASH:
        position, *words = [*arguments, ""]
        before = words[: int(position)] if position.isdecimal() else []
        current, *after = words[len(before) :] or [""]
        kind, found = _offer(before, current, after, commands, default)
        return _lines(kind, ["\t".join(candidate) for candidate in found])
    line, replaced, rest = [*arguments, "", "", ""][:3]
    (*before, current), quote = _split(line)
    (*_, kept), _ = _split(line.removesuffix(replaced))
    (_, *after), _ = _split(f"{quote}{rest}" if quote else f"''{rest}")
    kind, found = _offer(before[1:], current, after, commands, default)
    matching = [word for word, _ in found if word.startswith(current)]
    return _lines(kind, [_quoted(word[len(kept) :], quote) for word in matching])


def column_candidates(path: str, delimiter: bytes, *, named: bool) -> Candidates:
    """The columns of a file: the name of each where it can be typed, else its position.

    Nothing is offered of a file that is no regular one, for opening it may wait for ever; nor of one
    whose header is longer than a block, for TAB has to answer at once.
    """
    paths = (path, os.path.expandvars(os.path.expanduser(path)))
    found = next(filter(os.path.isfile, paths), None)
    if found is None:
        return []
    names = _header(found, delimiter)
    if not named:
        return [(str(position), printable(cell)) for position, cell in enumerate(names, 1)]
    offered: dict[str, str] = {}
    for position, name in enumerate(names, 1):
        text = name.decode("utf-8", "surrogateescape")
        if text and text.isprintable():
            offered.setdefault(text, f"column {position}")
        elif str(position).encode() not in names:  # there, it would mean the column of that name
            offered[str(position)] = printable(name) or "no name"
    return list(offered.items())


def _header(path: str, delimiter: bytes) -> list[bytes]:
    """The fields of the first record, or none if it does not end within a block."""
    with source.File(path) as file:
        chunking.read_bom(file)
        block = file.read()
        header = block[: records.first_end(block, delimiter)]
        end, state = records.split(header, START, delimiter)
        if not header or state == records.QUOTED or (not end and file.read()):
            return []
        return columns.names(header, delimiter)


def _offer(
    before: list[str], current: str, after: list[str], commands: Mapping[str, Any], default: str
) -> tuple[str, Candidates]:
    """What may stand in the place of the current word: its kind, and for `WORDS` all there are, matching or not."""
    if not before and not current.startswith("-"):
        named = ((name, command) for name, command in commands.items() if name != default and not command.hidden)
        return WORDS, [(name, command.get_short_help_str()) for name, command in named]
    name, before = (before[0], before[1:]) if before and before[0] in commands else (default, before)
    command = commands[name]
    options = operands.taking_value(command.params)
    awaiting = operands.awaiting(before, options)
    others = (before[:-1] if awaiting in options else before) + after
    context = command.make_context(name, others, resilient_parsing=True)
    option, equals, _ = current.partition("=")
    if awaiting in options:
        return _values(options[awaiting], context)
    if not awaiting and equals and option in options:
        return _values(options[option], context, f"{option}=")
    if not awaiting and current.startswith("-"):
        return WORDS, _described(command.shell_complete(context, "-"))
    arguments = (param for param in command.params if param.param_type_name == "argument")
    return next((_values(param, context) for param in arguments), (WORDS, []))


def _values(param: Any, context: Any, before: str = "") -> tuple[str, Candidates]:  # noqa: ANN401 -- Typer's own
    """What may stand for a parameter's value, behind `before`."""
    kind = METAVARS.get(param.metavar, WORDS)
    return kind, [] if kind != WORDS else _described(param.shell_complete(context, ""), before)


def _described(items: list[Any], before: str = "") -> Candidates:
    return [(before + item.value, " ".join((item.help or "").split())) for item in items]


def _lines(kind: str, lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in (kind, *lines)).encode("utf-8", "surrogateescape")


def _split(line: str) -> tuple[list[str], str]:
    """The words of a bash command line, the one at its end (maybe empty) last; and the quote open there."""
    for quote in ("", '"', "'"):
        with suppress(ValueError):
            return shlex.split(line + (quote or "''")), quote
    return ["", ""], ""  # a backslash at the end: nobody knows yet what word it is


def _quoted(word: str, quote: str) -> str:
    """The word as bash reads it behind an open quote, or bare.

    In double quotes, a backslash keeps ``!`` from history only by staying itself: so the quotes are
    closed, and opened again, around whatever is special in them.
    """
    if quote == "'":
        return word.replace("'", r"'\''")
    if quote == '"':
        return re.sub(r'["$`\\!]', r'''"'\g<0>'"''', word)
    return re.sub(r"[^\w@%+:,./=\-\x80-\U0010ffff]", r"\\\g<0>", word)
