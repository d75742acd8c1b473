"""What an installation brings."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import leakyrelu_cli
from leakyrelu_cli import engine

COMPLETIONS = Path(__file__).parent.parent / "completions"
SCRIPTS = {
    "bash": ("leakyrelu.bash", "share/bash-completion/completions/leakyrelu"),
    "zsh": ("_leakyrelu", "share/zsh/site-functions/_leakyrelu"),
    "fish": ("leakyrelu.fish", "share/fish/vendor_completions.d/leakyrelu.fish"),
}


def test_the_command_is_installed_beside_python() -> None:
    command = Path(sys.executable).parent / "leakyrelu"
    done = subprocess.run([command, "-2", "--alpha", "0.1"], capture_output=True, check=True)
    assert done.stdout == b"-0.2\n"


def test_the_version_is_one(tmp_path: Path) -> None:
    assert distribution("leakyrelu-cli").version == leakyrelu_cli.__version__
    done = subprocess.run(
        [sys.executable, "-P", "-m", "leakyrelu_cli", "--version"], capture_output=True, check=True, cwd=tmp_path
    )
    assert done.stdout.decode() == f"leakyrelu {leakyrelu_cli.__version__} ({engine.NAME} engine)\n"


@pytest.mark.parametrize("shell", SCRIPTS)
def test_completions_are_what_typer_prints_and_are_installed(shell: str) -> None:
    name, place = SCRIPTS[shell]
    script = (COMPLETIONS / name).read_text()
    from typer._completion_shared import get_completion_script

    printed = get_completion_script(prog_name="leakyrelu", complete_var="_LEAKYRELU_COMPLETE", shell=shell)
    assert script.strip() == printed.strip()
    assert (Path(sys.prefix) / place).read_text() == script


@pytest.mark.parametrize(("typed", "offered"), [("leakyrelu cs", "csv"), ("leakyrelu csv --inv", "--invalid")])
def test_completion_answers(typed: str, offered: str) -> None:
    words = typed.split()
    variables = {
        "_LEAKYRELU_COMPLETE": "complete_bash",
        "COMP_WORDS": typed,
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-P", "-m", "leakyrelu_cli"], env={**os.environ, **variables}, capture_output=True, check=False
    )
    assert offered in done.stdout.decode().split()
