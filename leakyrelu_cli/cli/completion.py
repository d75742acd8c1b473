"""What TAB offers: owns the protocol with the scripts in ``completions/``, and which columns a file has.

A script runs the program with the arguments `options.QUESTION`, its shell's name and what it asks. (No variable
in the environment: a program that a wrapper runs would inherit it, and answer instead of doing its work.) zsh and
fish say how many words stand between the command and the cursor's word, and all words behind the command, without
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

from leakyrelu_cli.cli import arguments, csv_job, options
from leakyrelu_cli.cli.words import Words
from leakyrelu_cli.engine import records
from leakyrelu_cli.engine.contract import START
from leakyrelu_cli.errors import LeakyReluError, printable
from leakyrelu_cli.run import chunking, columns, csv_file
from leakyrelu_cli.storage import sink, source, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.command import Option
    from leakyrelu_cli.run.job import Csv

    Candidates = list[tuple[str, str]]
    """Words and their descriptions."""

BASH = "bash"
SHELLS = (BASH, "zsh", "fish")
FILES, DIRECTORIES, WORDS = "files", "directories", "words"

SOON = 1.0
"""Seconds that a store has to answer."""

METAVARS = {"FILE": FILES, "DIR": DIRECTORIES}
"""What the help calls a path is completed as one."""


def is_question(line: list[str]) -> bool:
    """Whether a script asks with a line that begins so; else the line is to be followed."""
    return len(line) > 1 and line[1] in SHELLS


def show(line: list[str]) -> int:
    """Write what the script of a shell asks for to standard output; the exit code."""
    _, shell, *asked = line
    with sink.Stream() as output:
        output.write(_answer(shell, asked))
    return 0


def _answer(shell: str, asked: list[str]) -> bytes:
    if shell != BASH:
        position, *words = [*asked, ""]
        before = words[: int(position)] if position.isdecimal() else []
        current, *after = words[len(before) :] or [""]
        kind, found = _offer(before, current, after)
        return _lines(kind, ["\t".join(candidate) for candidate in found])
    line, replaced, rest = [*asked, "", "", ""][:3]
    (*before, current), quote = _split(line)
    (*_, kept), _ = _split(line.removesuffix(replaced))
    (_, *after), _ = _split(f"{quote}{rest}" if quote else f"''{rest}")
    kind, found = _offer(before[1:], current, after)
    matching = [word for word, _ in found if word.startswith(current)]
    return _lines(kind, [_quoted(word[len(kept) :], quote) for word in matching])


def column_candidates(path: str, csv: Csv, typed: str) -> Candidates:
    """The columns of a file, and behind the commas of what is typed, those that it does not name yet.

    Nothing is offered of a file that is no regular one, for opening it may wait for ever; nor of one
    whose header is longer than a block, for TAB has to answer at once.
    """
    if urls.is_url(path):
        header = _header_soon(path, csv)
    else:
        paths = (path, os.path.expandvars(os.path.expanduser(path)))
        found = next(filter(os.path.isfile, paths), None)
        header = [] if found is None else _header(found, csv)
    names = [name.decode("utf-8", "surrogateescape") for name in header]
    before = typed[: typed.rfind(",") + 1]
    listed = before.split(",")
    whole = _columns(names, named=csv.named)
    behind = _columns(names, before, named=csv.named) if before else []
    return whole + [(before + word, about) for word, about in behind if word not in listed]


def _columns(names: list[str], before: str = "", *, named: bool) -> Candidates:
    """How each column may be written behind this: by its name where it can be typed and means it, else by position."""
    known = set(names) if named else set()
    offered: dict[str, str] = {}
    for position, name in enumerate(names, 1):
        is_misread = before != "" and ("," in name or before + name in known)
        if named and name and name.isprintable() and not is_misread:
            offered.setdefault(name, f"column {position}")
        elif known.isdisjoint((str(position), f"{before}{position}")):  # there, it would mean the column of that name
            offered[str(position)] = printable(name) or "no name"
    return list(offered.items())


def _header_soon(url: str, csv: Csv) -> list[bytes]:
    """The fields of the first record, or none if that is not known at once, for whatever reason."""
    from threading import Thread  # noqa: PLC0415 -- files do without it

    found: list[bytes] = []

    def look() -> None:
        with suppress(LeakyReluError):
            found.extend(_header(url, csv))

    thread = Thread(target=look, daemon=True)
    thread.start()
    thread.join(SOON)
    return found


def _header(path: str, csv: Csv) -> list[bytes]:
    """The fields of the first record, or none if it does not end within a block."""
    delimiter = csv.delimiter or source.delimiter_of(path)
    with source.File(path) as file:
        chunking.read_bom(file)
        chunking.read_lines(file, csv.skip)
        block = file.read()
        block = block[csv_file.comments_end(block, csv.comment) :]
        header = block[: records.first_end(block, delimiter)]
        end, state = records.split(header, START, delimiter)
        if not header or state == records.QUOTED or (not end and file.read()):
            return []
        return columns.names(header, delimiter)


def _offer(before: list[str], current: str, after: list[str]) -> tuple[str, Candidates]:
    """What may stand in the place of the current word: its kind, and for `WORDS` all there are, matching or not."""
    if not before and not current.startswith("-"):
        return WORDS, [(command.name, command.about) for command in options.NAMED_COMMANDS]
    command, before = options.command_of(before)
    words = Words(before, command)
    if words.awaiting:
        return _values(words.awaiting, current, Words([*before[:-1], *after], command))
    name, equals, value = current.partition("=")
    option = command.option(name) if name.startswith("--") else None
    if not words.separated and equals and option and option.value:
        return _values(option, value, Words([*before, *after], command), f"{name}=")
    if not words.separated and current.startswith("-"):
        return WORDS, [candidate for option in command.options for candidate in _described(option)]
    return WORDS if command.numeric else FILES, []


def _described(option: Option) -> Candidates:
    """The names of an option."""
    off = f"Not {option.names[0]}."
    return [(name, option.about) for name in option.names] + [(name, off) for name in option.off]


def _values(option: Option, typed: str, others: Words, before: str = "") -> tuple[str, Candidates]:
    """What may stand for an option's value, behind `before`, among the other words of the line."""
    if option.value != "COLUMN":
        return METAVARS.get(option.value, WORDS), [(before + choice, "") for choice in option.choices]
    path = next(iter(others.operands), None)
    found = [] if path is None else column_candidates(path, csv_job.reading(arguments.given(others)), typed)
    return WORDS, [(before + word, about) for word, about in found]


def _lines(kind: str, lines: list[str]) -> bytes:
    return "".join(f"{line}\n" for line in (kind, *lines)).encode("utf-8", "surrogateescape")


def _split(line: str) -> tuple[list[str], str]:
    """The words of a bash command line, the one at its end (maybe empty) last; and the quote open there."""
    if (len(line) - len(line.rstrip("\\"))) % 2:
        (*before, current), quote = _split(line[:-1])
        # It would quote what comes next, of which several names may have no more in common; in quotes, it is itself.
        return [*before, current + "\\" * (quote == "'")], quote
    for quote in ("", '"', "'"):
        with suppress(ValueError):
            return shlex.split(line + (quote or "''")), quote
    raise AssertionError(line)  # one of the quotes is open there, or none is


def _quoted(word: str, quote: str) -> str:
    """The word as bash reads it behind an open quote, or bare.

    In double quotes, a backslash keeps ``!`` from history only by staying itself: so the quotes are
    closed, and opened again, around whatever is special in them. Where they would be open at the end,
    readline closes them; but it takes a quote there for one that closes, so then they are closed here.
    """
    if quote == "'":
        text = word.replace("'", r"'\''")
    elif quote == '"':
        text = re.sub(r'["$`\\!]', r'''"'\g<0>'"''', word)
    else:
        return re.sub(r"[^\w@%+:,./=\-\x80-\U0010ffff]", r"\\\g<0>", word)
    return text + quote if text.endswith(quote) else text
