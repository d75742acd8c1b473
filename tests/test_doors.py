"""Two doors, one job: they agree on every line, and the short one starts as fast as Python itself."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from conftest import COMMAND, Run
from hypothesis import given
from hypothesis import strategies as st

from leakyrelu_cli.cli import options, short_door, typer_door
from leakyrelu_cli.cli.command import Command, Option
from leakyrelu_cli.engine import choice
from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run.job import Job

SLOW = {"typer", "rich", "numpy", "click", "typing", "dataclasses", "pathlib", "decimal", "difflib", "tempfile"}
"""Modules that take a noticeable part of Python's own start-up time each."""


def imported(*arguments: str, stdin: bytes = b"", folder: Path | None = None) -> set[str]:
    return _imported([*COMMAND[1:], *arguments], stdin, folder)


@cache
def imported_by_python() -> set[str]:
    """What Python itself imports to run a module."""
    return _imported(["-P", "-m", "__hello__"], b"", None)


def _imported(arguments: list[str], stdin: bytes, folder: Path | None) -> set[str]:
    command = [sys.executable, "-X", "importtime", *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=True, cwd=folder)
    return {line.rsplit(b"|", 1)[1].strip().decode() for line in done.stderr.splitlines() if b"|" in line}


def own(modules: set[str]) -> set[str]:
    return {module.partition(".")[2] for module in modules if module.startswith("leakyrelu_cli.")}


OURS = {
    "": ("cli.typer_door", "cli.hints", "cli.completion", "cli.plot_job", "engine.decimals", "engine.quotes", "show")
    + ("storage.objects", "storage.download", "storage.upload", "storage.refusals", "run.patterns"),
    "csv": ("cli.evaluate_job", "run.evaluate", "run.preview", "run.side_by_side", "workers", "run.remedies"),
    "one output": ("storage.transaction", "storage.replacement", "storage.collisions", "storage.kept", "storage.lock"),
    "no csv": ("cli.csv_job", "run.csv_file", "run.files", "run.columns", "engine.records"),
}
"""Our modules that a kind of command line does without, folders included."""

CSV = ["csv", "a.csv", "-c", "x"]
FOREIGN = {"obstore", "asyncio", "re", "signal", "threading", "logging", "concurrent", "bz2", "lzma", "zlib", "random"}
"""Modules that cost some time, and that most command lines do without; Python's own start may hold some."""


@pytest.mark.skipif(choice.NAME == "plain", reason="the plain engine needs more, and is no faster for less")
@pytest.mark.parametrize(
    ("arguments", "kinds", "needed"),
    [
        (["-2", "--alpha", "0.1"], ["no csv", "one output"], set()),
        (["--gradient", "1"], ["no csv", "one output"], set()),
        (["-1", "--decimal"], ["no csv", "one output"], set()),
        (["-1", "-f", "%.3f"], ["no csv", "one output"], {"re"}),
        (["-h"], ["no csv", "one output"], set()),
        (["csv", "-h"], ["csv", "no csv", "one output"], set()),
        ([], ["no csv", "one output"], set()),
        (["--invalid", "warn", "--na", "NA"], ["no csv", "one output"], set()),
        (CSV, ["csv", "one output"], set()),
        ([*CSV, "-d", ",", "--na", "NA", "--invalid", "fail", "--comment", "#", "-K0"], ["csv", "one output"], set()),
        ([*CSV, "--inverse", "--suffix", "_r", "-j", "2", "-q", "--header"], ["csv", "one output"], set()),
        ([*CSV, "--decimal"], ["csv", "one output"], set()),
        ([*CSV, "-o", "b.csv"], ["csv"], {"signal"}),
        ([*CSV, "-i", "--backup", "~"], ["csv"], {"signal"}),
        (["csv", "a.csv", "b.csv", "-c", "x", "-C", "y", "--output-dir", "out"], ["csv"], {"signal"}),
    ],
    ids=str,
)
def test_a_right_command_line_imports_only_what_it_needs(
    tmp_path: Path, arguments: list[str], kinds: list[str], needed: set[str]
) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"x,y\n-1,2\n")
    modules = imported(*arguments, stdin=b"-2\n", folder=tmp_path)
    assert not modules & SLOW
    unwanted = {name for kind in ["", *kinds] for name in OURS[kind]}
    assert not {module for module in own(modules) if module in unwanted or module.partition(".")[0] in unwanted}
    assert not (modules - imported_by_python()) & (FOREIGN - needed)


def test_the_whole_help_does_without_typer() -> None:
    modules = imported("--help")
    assert "rich" in modules
    assert "typer" not in modules


def test_a_plot_in_the_terminal_imports_no_array_library() -> None:
    modules = imported("plot")
    assert "plotille" in modules
    assert not {module for module in modules if module.partition(".")[0] in {"matplotlib", "numpy"}}


def test_the_public_functions_import_no_array_library() -> None:
    script = "import sys; from leakyrelu_cli import leaky_relu; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, text=True)
    assert not {module.partition(".")[0] for module in done.stdout.split()} & (SLOW - {"typing"})


@pytest.mark.parametrize("arguments", [["1"], ["1", "--gradient"], ["--decimal", "1"]])
def test_a_file_that_is_named_like_a_number_changes_nothing(run: Run, tmp_path: Path, arguments: list[str]) -> None:
    for name in ("1", "--gradient"):
        (tmp_path / name).write_bytes(b"")
    assert run(*arguments).ok() == b"1\n"


VALUES = [
    "0.1",
    "2",
    "-1",
    "x",
    "",
    "abort",
    "fail",
    "%.2f",
    "1-2",
    "a,b",
    "tab",
    ";",
    "-2:2",
    "80x24",
    "a.svg",
    "out",
    "~",
    "0",
    "s3://b/",
    "http://h/x",
]
"""What may stand behind any option, right or wrong."""

OPERANDS = [
    "1",
    "-1",
    "-inf",
    "-nan",
    "1,2",
    "-1 -2",
    "-.5",
    "[-1, 2]",
    "[-1",
    "-1]",
    "-",
    "a.csv",
    "b.tsv",
    "s3://b/*.csv",
    "https://h/x?y",
    "s3:///",
    "",
    " ",
    "csv",
    "plot",
    "\udcff",
]
STRANGE = ["--help", "-h", "--", "-x", "--aplha", "--alp", "--=", "---", "--table=1", "-tt", "-at", "-1x", "-ti", "-"]


def forms(option: Option) -> st.SearchStrategy[list[str]]:
    """All the ways to give an option, a missing value included."""
    names = st.sampled_from([*option.names, *option.off])
    if not option.value:
        return names.map(lambda name: [name])
    values = st.sampled_from([*VALUES, *option.choices])
    return st.one_of(
        st.builds(lambda name, value: [name, value], names, values),
        st.builds(lambda name, value: [f"{name}={value}"], names, values),
        st.builds(lambda name, value: [f"{name}{value}"], names, values),
        names.map(lambda name: [name]),
    )


def lines(command: Command) -> st.SearchStrategy[list[str]]:
    """Command lines of a command, most of them nearly right."""
    known = st.one_of(*map(forms, command.options))
    shorts = "".join(name[1] for option in command.options for name in option.names if not name.startswith("--"))
    clusters = st.text(shorts, min_size=1, max_size=3).map(lambda letters: [f"-{letters}"])
    others = st.sampled_from([*OPERANDS, *OPERANDS, *STRANGE]).map(lambda word: [word])
    name = [command.name] if command in options.NAMED_COMMANDS else []
    parts = st.lists(st.one_of(known, known, clusters, others), max_size=5)
    return parts.map(lambda lists: [*name, *(word for words in lists for word in words)])


def outcome(parse: Callable[[list[str]], Job | None], line: list[str]) -> Job | str | None:
    try:
        return parse(line)
    except UsageError as error:
        return str(error)


@given(st.one_of(*map(lines, options.COMMANDS)))
def test_both_doors_make_the_same_job_or_error_or_the_short_one_declines(line: list[str]) -> None:
    short = outcome(short_door.parse, line)
    if short is not None:
        assert outcome(typer_door.parse, line) == short


RIGHT = {
    "apply": [
        "[-1 -2]",
        "1 2",
        "-1 -a 0.5",
        "",
        "--alpha=2 -inf",
        "-t 1",
        "--version",
        "-a.5 -f%.2f -j2 --decimal 1",
        "-- -1",
    ],
    "csv": ["csv -c x", "csv a.csv --column=x -c -1 -a0.5 -j 2", "csv -Hc1 a -o b", "csv -tc1 --rows 3 a.csv b.csv"]
    + [
        "csv a.csv b.csv -c 1 --output-dir out",
        "csv a.csv s3://b/*.csv -c1 --output-dir gs://b/out/",
        "csv a -ic1 --backup=~",
        "csv --list -",
        "csv -c1 --no-progress -- -x",
    ],
    "plot": ["plot", "plot -3 -a 0.1 -a0.2 --range -4:4", "plot --gradient -o a.svg", "plot --size 40x20"],
}


@pytest.mark.parametrize("line", [line for lines in RIGHT.values() for line in lines])
def test_the_short_door_takes_every_line_that_is_right(line: str) -> None:
    assert short_door.parse(line.split()) is not None


@pytest.mark.parametrize("command", options.COMMANDS, ids=lambda c: c.name)
def test_each_option_is_taken_by_both_doors(command: Command) -> None:
    for option in command.options:
        for name in (*option.names, *option.off):
            line = [*([command.name] if command in options.NAMED_COMMANDS else []), name]
            line += ["1"] if option.value else []
            assert outcome(short_door.parse, line) == outcome(typer_door.parse, line) is not None
