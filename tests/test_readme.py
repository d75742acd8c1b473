"""Every example of the README runs and shows what it says; the layout in CONTRIBUTING is the one there is."""

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

from leakyrelu_cli.cli import options

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
CONTRIBUTING = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")
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


def test_every_example_shows_what_happens(folder: Path) -> None:
    examples = list(DOCUMENT.examples())
    assert len(examples) > 5
    for example in examples:  # in their order, for each builds on those before it
        example.namespace["folder"] = folder
        example.evaluate()


def test_every_option_is_in_the_table_of_the_readme() -> None:
    table = "".join(line for line in README.splitlines() if line.startswith("| `-"))
    in_table = set(re.findall(r"(?<![\w-])--?[a-zA-Z][\w-]*", table))
    listed = [option for command in options.COMMANDS for option in command.options]
    assert in_table == {name for option in listed for name in (*option.names, *option.off)}


def test_the_readme_is_read_to_the_end() -> None:
    assert len(README.splitlines()) <= 300


def test_what_the_readme_links_to_is_there() -> None:
    titles = re.findall(r"^## (.*)$", README, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    for link in re.findall(r"\]\(([^)]+)\)", README):
        assert "://" in link or link.removeprefix("#") in anchors or (ROOT / link).is_file(), link


def test_the_commands_of_contributing_are_there() -> None:
    named = re.findall(r"(?:\.ci/\w+|tests/[\w/]+\.py)", CONTRIBUTING)
    assert len(named) > 8
    assert not [name for name in named if not (ROOT / name).is_file()]


@pytest.mark.parametrize(
    "path", sorted(ROOT.glob("leakyrelu_cli/**/*.py")), ids=lambda path: str(path.relative_to(ROOT))
)
def test_a_module_can_be_read_at_a_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 260


def layout() -> list[str]:
    """The modules of the layout in its order, as they are imported."""
    names, folder = [], ""
    for indent, name in re.findall(r"^      (  )?([\w/.]+) {2,}\S", CONTRIBUTING, re.MULTILINE):
        if name.endswith("/"):
            folder = name if not indent else folder
        else:
            path = f"{folder if indent else ''}{name.removesuffix('.py')}"
            names.append(path.replace("/", "."))
    return names


def modules() -> dict[str, Path]:
    """All modules, by the names they are imported by."""
    package = ROOT / "leakyrelu_cli"
    files = {file.relative_to(package).with_suffix("").as_posix(): file for file in package.rglob("*.py")}
    return {name.replace("/", "."): file for name, file in files.items() if not name.endswith("__init__")}


def test_the_layout_names_every_module_and_nothing_else() -> None:
    assert sorted(layout()) == sorted(modules())


@pytest.mark.parametrize("name", layout())
def test_imports_point_only_down_the_layout(name: str) -> None:
    above = layout()[: layout().index(name)]
    for node in ast.walk(ast.parse(modules()[name].read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").partition(".")[0] == "leakyrelu_cli":
            package = str(node.module).removeprefix("leakyrelu_cli").removeprefix(".")
            imported = {package, *(f"{package}.{alias.name}".removeprefix(".") for alias in node.names)}
            assert not imported & {*above, name}, f"line {node.lineno}"


def examples_of_the_help() -> list[str]:
    return [example for command in options.COMMANDS for example in command.examples]


@pytest.mark.parametrize("example", examples_of_the_help())
def test_the_examples_of_the_help_run(example: str, tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_bytes(b"x,y,z\n-1,2,3\n")
    (tmp_path / "data.csv.gz").write_bytes(gzip.compress(b"x,y,z\n-1,-2,-3\n"))
    done = subprocess.run(["bash", "-c", example], cwd=tmp_path, env=ENVIRONMENT, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
