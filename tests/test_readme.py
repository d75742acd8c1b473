"""Every example of the README runs and shows what it says."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

ROOT = Path(__file__).parent.parent


def run_console(example: Example) -> None:
    """Run each ``$`` line in bash and hold what it prints against what stands below it."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    printed = ""
    for line in example.parsed.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", line[2:]],
                cwd=example.namespace["folder"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            )
            printed += f"{line}\n{done.stdout.decode()}"
    assert printed == example.parsed


def readme() -> Document:
    return Sybil([CodeBlockParser("console", run_console), PythonCodeBlockParser()]).parse(ROOT / "README.md")


DOCUMENT = readme()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("readme")
    shutil.copy(ROOT / "tests/data/signal.csv", folder)
    return folder


@pytest.mark.parametrize("example", list(DOCUMENT.examples()), ids=lambda example: f"line {example.line}")
def test_example(example: Example, folder: Path) -> None:
    example.namespace["folder"] = folder
    example.evaluate()


def test_every_option_is_in_the_readme(folder: Path) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ([], ["csv"], ["plot"]):
        done = subprocess.run(
            [sys.executable, "-P", "-m", "leakyrelu_cli", *command, "--help"],
            cwd=folder,
            capture_output=True,
            check=True,
        )
        options = {word for word in done.stdout.decode().split() if word.startswith("--")}
        missing = {option for option in options if option not in text} - {"--help"}
        assert not missing


def test_every_module_is_in_the_layout() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = {file.name for file in (ROOT / "leakyrelu_cli").glob("*.py")} - {"__init__.py"}
    assert not {module for module in modules if f"  {module} " not in text}
