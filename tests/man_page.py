"""Write the man page, ``completions/leakyrelu.1``, from the table of options: ``python tests/man_page.py``.

It lies in that folder because the installation puts it, as the scripts there, into ``share``; and it is kept, not
made by the build, so that a build needs no package that is not built yet.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import leakyrelu_cli
from leakyrelu_cli.cli import help_job, options
from leakyrelu_cli.cli.options import COMMANDS

PATH = Path(__file__).parent.parent / "completions/leakyrelu.1"

SPECIAL = {"\\": r"\(rs", "-": r"\-", "'": r"\(aq", "`": r"\(ga", "^": r"\(ha", "~": r"\(ti"}
"""What roff would take for something else, or show as a typographer writes it and no shell reads it."""


def page() -> str:
    """The page in the man(7) language; without a date, which would be that of the last option's."""
    return "".join(f"{line}\n" for line in _lines())


def _lines() -> Iterator[str]:
    yield r".\" Made from the table of options: python tests/man_page.py"
    yield f'.TH LEAKYRELU 1 "" "leakyrelu {leakyrelu_cli.__version__}" "User Commands"'
    yield ".nh"
    yield ".ad l"
    yield ".SH NAME"
    yield r"leakyrelu \- leaky ReLU for numbers, streams and columns of CSV files"
    yield ".SH SYNOPSIS"
    for command in COMMANDS:
        yield from ([] if command is COMMANDS[0] else [".br"])
        yield f"{_term(options.call(command))} [{_term('OPTIONS')}] [{_term(command.operands)}]..."
    yield ".SH DESCRIPTION"
    yield from _rows(tuple((options.call(command), f"{command.about} {command.more}") for command in COMMANDS))
    for command in COMMANDS:
        yield f'.SH "OPTIONS OF {options.call(command).upper()}"'
        yield from _rows(((command.operands, command.about_operands),))
        for title, rows in help_job.groups(command):
            yield f'.SS "{title}"'
            yield from _rows(rows)
    yield ".SH EXIT STATUS"
    yield "If it is not 0, no file was replaced."
    yield from _rows(help_job.EXIT_CODES)
    yield ".SH ENVIRONMENT"
    yield from _rows(help_job.ENVIRONMENT)
    yield ".SH EXAMPLES"
    yield ".EX"
    yield from (_escaped(example) for command in COMMANDS for example in command.examples)
    yield ".EE"


def _rows(rows: tuple[tuple[str, str], ...]) -> Iterator[str]:
    for left, right in rows:
        first, *others = left.splitlines()
        yield ".TP"
        yield _term(first.strip())
        for other in others:
            yield ".TQ"
            yield _term(other.strip())
        yield from text_lines(right)


def _term(text: str) -> str:
    """What is typed as it stands, bold; what stands for something else, slanted."""
    return re.sub(r"[^\s,]+", lambda word: _styled(word[0]), text)


def _styled(word: str) -> str:
    font = "I" if re.fullmatch("[A-Z:]+", word) else "B"
    return rf"\f{font}{_escaped(word)}\fR"


def text_lines(text: str) -> Iterator[str]:
    """Lines of text, none of which is one of roff's commands, whatever it begins with."""
    for line in textwrap.wrap(_escaped(text), 78, break_long_words=False, break_on_hyphens=False):
        yield rf"\&{line}" if line.startswith(".") else line


def _escaped(text: str) -> str:
    return "".join(SPECIAL.get(character, character) for character in text)


if __name__ == "__main__":
    PATH.write_text(page(), encoding="ascii")
