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
SHARED = {
    "leakyrelu.bash": "share/bash-completion/completions/leakyrelu",
    "_leakyrelu": "share/zsh/site-functions/_leakyrelu",
    "leakyrelu.fish": "share/fish/vendor_completions.d/leakyrelu.fish",
    "leakyrelu.1": "share/man/man1/leakyrelu.1",
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


@pytest.mark.parametrize("name", SHARED)
def test_completions_and_the_man_page_are_installed(name: str) -> None:
    assert (Path(sys.prefix) / SHARED[name]).read_text() == (COMPLETIONS / name).read_text()
