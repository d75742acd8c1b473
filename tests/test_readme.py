"""Every example of the README runs and shows what it says."""

from __future__ import annotations

import ast
import gzip
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from sybil import Document, Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser

from leakyrelu_cli import options

ROOT = Path(__file__).parent.parent
ENVIRONMENT = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def run_console(example: Example) -> None:
    """Run each ``$`` line in bash and hold what it prints against what stands below it."""
    printed = ""
    for line in example.parsed.splitlines():
        if line.startswith("$ "):
            done = subprocess.run(
                ["bash", "-c", line[2:]],
                cwd=example.namespace["folder"],
                env=ENVIRONMENT,
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
        options = {word.rstrip(",") for word in done.stdout.decode().split() if word.startswith("--")}
        missing = {option for option in options if option not in text} - {"--help"}
        assert not missing


def test_every_module_is_in_the_layout() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    modules = {file.name for file in (ROOT / "leakyrelu_cli").glob("*.py")} - {"__init__.py"}
    assert not {module for module in modules if f"  {module} " not in text}


def examples_of_the_help() -> list[str]:
    return [example for command in (options.DEFAULT_COMMAND, *options.NAMED_COMMANDS) for example in command.examples]


@pytest.mark.parametrize("example", examples_of_the_help())
def test_the_examples_of_the_help_run(example: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"x,y,z\n-1,2,3\n")
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(b"x,y,z\n-1,-2,-3\n"))
    done = subprocess.run(["bash", "-c", example], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_imports_point_only_down_the_layout() -> None:
    layout = re.findall(r"^      (\w+)\.py ", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name in layout:
        tree = ast.parse((ROOT / "leakyrelu_cli" / f"{name}.py").read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("leakyrelu_cli"):
                of_package = node.module == "leakyrelu_cli"
                imported = [alias.name for alias in node.names] if of_package else [str(node.module).split(".")[1]]
                above = [module for module in imported if module in layout[: layout.index(name)]]
                assert not above, f"{name} imports {above}"
