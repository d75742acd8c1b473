"""Golden cases: adding one is adding a table to a TOML file.

Keys: ``args``; ``stdin``; ``files`` (name to text, made before); ``out``; ``err``; ``code`` (0);
``after`` (name to text, held afterwards against the whole folder, where given).
Where ``err`` begins and ends with ``/`` it is a regular expression.
"""

from __future__ import annotations

import re
import shlex
import tomllib
from pathlib import Path
from typing import Any

import pytest
from conftest import Run

GOLDEN = Path(__file__).parent / "golden"


def cases() -> list[Any]:
    return [
        pytest.param(case, id=f"{file.stem} {number}: {case['args']}")
        for file in sorted(GOLDEN.glob("*.toml"))
        for number, case in enumerate(tomllib.loads(file.read_text(encoding="utf-8"))["case"], 1)
    ]


@pytest.mark.parametrize("case", cases())
def test_golden(case: dict[str, Any], run: Run, tmp_path: Path) -> None:
    for name, text in case.get("files", {}).items():
        (tmp_path / name).write_text(text, encoding="utf-8", newline="")
    done = run(*shlex.split(case["args"]), stdin=case.get("stdin", "").encode())
    assert done.code == case.get("code", 0), done
    assert done.out.decode() == case.get("out", ""), done
    expected = case.get("err", "")
    if expected.startswith("/"):
        assert re.search(expected[1:-1], done.err.decode(), re.DOTALL), done
    else:
        assert done.err.decode() == expected, done
    if "after" in case:
        left = {file.name: file.read_bytes().decode() for file in tmp_path.iterdir()}
        assert left == case["after"], done
