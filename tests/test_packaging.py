"""What an installation brings."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

import leakyrelu_cli
from leakyrelu_cli.engine import choice

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
    assert done.stdout.decode() == f"leakyrelu {leakyrelu_cli.__version__} ({choice.NAME} engine)\n"


@pytest.mark.parametrize("shell", SCRIPTS)
def test_completions_are_installed(shell: str) -> None:
    name, place = SCRIPTS[shell]
    assert (Path(sys.prefix) / place).read_text() == (COMPLETIONS / name).read_text()
