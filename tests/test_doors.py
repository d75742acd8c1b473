"""What each door imports: the short one must start as fast as Python itself."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import COMMAND, Run

SLOW = {"typer", "rich", "numpy", "click", "typing", "dataclasses", "pathlib", "decimal", "difflib", "tempfile"}
"""Modules that take a noticeable part of Python's own start-up time each."""


def imported(*arguments: str, stdin: bytes = b"") -> set[str]:
    command = [sys.executable, "-X", "importtime", *COMMAND[1:], *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, check=True)
    return {line.rsplit(b"|", 1)[1].strip().decode() for line in done.stderr.splitlines() if b"|" in line}


def own(modules: set[str]) -> set[str]:
    return {module.partition(".")[2] for module in modules if module.startswith("leakyrelu_cli.")}


@pytest.mark.parametrize(
    ("arguments", "stdin"),
    [(["-2", "--alpha", "0.1"], b""), ([], b"-2\n"), (["csv", "-c", "x"], b"x\n-1\n")],
)
def test_the_short_door_imports_nothing_slow(arguments: list[str], stdin: bytes) -> None:
    modules = imported(*arguments, stdin=stdin)
    assert not modules & SLOW
    assert not own(modules) & {"cli", "report", "decimals", "plot"}


def test_the_long_door_imports_rich_only_to_show_something() -> None:
    modules = imported("csv", "-c", "x", "--invalid", "warn", stdin=b"x\n-1\n")
    assert "typer" in modules
    assert not {module for module in modules if module.partition(".")[0] in {"rich", "numpy", "plotille"}}


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
