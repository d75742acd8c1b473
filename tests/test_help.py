"""The help: short for who knows the command, whole for who does not, from the one table of options."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import man_page
import pytest
from conftest import Run

from leakyrelu_cli.cli import help_job, options
from leakyrelu_cli.cli.command import Command
from leakyrelu_cli.cli.options import COMMANDS
from leakyrelu_cli.run import page

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def words(command: Command) -> list[str]:
    """How a command line of the command begins."""
    return [command.name] if command in options.NAMED_COMMANDS else []


def names_in(text: str) -> set[str]:
    """The names of options that begin a line."""
    lines = [re.match(r"  (?:    )?(-[-\w]+(?:, --[-\w]+)*)", line) for line in text.splitlines()]
    return {name.strip() for line in lines if line for name in line[1].split(",")}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_short_help_leaves_room_for_the_prompt_on_a_terminal_of_24_lines(run: Run, command: Command) -> None:
    lines = run(*words(command), "-h").ok().decode().splitlines()
    assert len(lines) <= 23
    assert max(map(len, lines)) <= 80
    shown = {option.key: option for option in command.options}
    assert [line for line in lines if line.startswith(("  -", "      --"))] == [
        line for line in lines if any(line[2:].startswith(help_job.written(shown[key])) for key in command.brief)
    ]
    assert lines[-len(command.examples) :] == [f"  {example}" for example in command.examples]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_the_whole_help_has_every_option_in_a_group_and_the_exit_codes(run: Run, command: Command) -> None:
    text = run(*words(command), "--help").ok().decode()
    assert names_in(text) == {name for option in command.options for name in (*option.names, *option.off)}
    assert all(f"\n{option.group}\n" in text for option in command.options)
    assert all(f"\n  {example}\n" in text for example in command.examples)
    assert all(f"\n  {code} " in text for code, _ in help_job.EXIT_CODES)
    assert "<" not in text.replace("z <= 0", "")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_what_stands_on_the_left_of_the_help_has_room_there(command: Command) -> None:
    for asked in (help_job.brief(command), help_job.whole(command)):
        beside = [left for _, rows in asked.sections for left, right in rows if right]
        assert max(len(line) for left in beside for line in left.splitlines()) <= page.LEFT - 3


def test_the_commands_stand_above_the_options(run: Run) -> None:
    for option in ("-h", "--help"):
        text = run(option).ok().decode()
        assert text.index("leakyrelu csv ") < text.index("leakyrelu plot ") < text.index("--alpha")


def test_the_exit_codes_of_the_help_are_those_of_the_readme() -> None:
    listed = README.partition("\nExit codes: ")[2].partition("\n\n")[0]
    in_readme = re.findall(r"\*\*([\d, ]+)\*\*", listed)
    assert in_readme == [code for code, _ in help_job.EXIT_CODES]


@pytest.mark.parametrize(
    ("line", "like"),
    [
        (["-h", "csv"], ["csv", "-h"]),
        (["--help", "plot"], ["plot", "--help"]),
        (["1", "x", "--help"], ["--help"]),
        (["csv", "--rows", "many", "-hi"], ["csv", "-h"]),
        (["--help", "-h"], ["--help"]),
    ],
)
def test_help_is_shown_whatever_else_is_said_right(run: Run, line: list[str], like: list[str]) -> None:
    assert run(*line).ok() == run(*like).ok()


@pytest.mark.parametrize("line", [["csv", "-c", "-h"], ["--", "-h"], ["--alpha", "--help"]])
def test_what_stands_in_the_place_of_a_value_or_an_operand_asks_for_no_help(run: Run, line: list[str]) -> None:
    done = run(*line, stdin=b"x\n-1\n")
    assert (done.code, done.out) == (2, b"")


def test_the_man_page_is_the_one_that_the_options_make() -> None:
    assert man_page.PATH.read_text(encoding="ascii") == man_page.page(), "run: python tests/man_page.py"


def test_the_man_page_has_every_option_and_the_exit_codes() -> None:
    text = man_page.page().replace("\\", "").replace("fB", "").replace("fR", "").replace("fI", "")
    for command in COMMANDS:
        part = text.partition(f'.SH "OPTIONS OF {options.call(command).upper()}"\n')[2].partition("\n.SH ")[0]
        lines = [line for line in part.splitlines() if line.startswith("-")]
        names = {word.strip(",") for line in lines for word in line.split() if word.startswith("-")}
        assert names == {name for option in command.options for name in (*option.names, *option.off)}
    assert all(f"\n.TP\n{code}\n" in text for code, _ in help_job.EXIT_CODES)


def test_the_man_page_is_right_by_the_rules_of_its_language() -> None:
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed, so it does not check the man page")
    done = subprocess.run(["mandoc", "-Tlint", man_page.PATH], capture_output=True, text=True, check=False)
    assert [line for line in done.stdout.splitlines() if "missing date" not in line] == []


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("'x' -1 \\ `~^", [r"\(aqx\(aq \-1 \(rs \(ga\(ti\(ha"]),
        (".csv", [r"\&.csv"]),
        ("x" * 76 + " .csv", ["x" * 76, r"\&.csv"]),
    ],
)
def test_no_text_of_the_man_page_is_taken_for_a_command_of_roff(text: str, lines: list[str]) -> None:
    assert list(man_page.text_lines(text)) == lines
