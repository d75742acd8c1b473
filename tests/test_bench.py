"""What the README says of other tools is computed; here, what it says of this one holds."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def load() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_bytes", ROOT / "tests/bench/bytes.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BENCH = load()


@pytest.mark.parametrize("oddity", BENCH.ODDITIES, ids=lambda oddity: oddity.name)
def test_every_oddity_is_kept(oddity: Any) -> None:
    result = BENCH.run(BENCH.LEAKYRELU, oddity.source)
    assert BENCH.verdict(oddity, result) in {"kept", "kept, reported"}, result


def test_every_oddity_is_in_the_readme() -> None:
    table = (ROOT / "README.md").read_text(encoding="utf-8").partition("## What happens to the rest")[2]
    rows, _, kept = table.partition("## Options")[0].partition("Kept by all: ")
    in_rows = re.findall(r"^\| (.+?) \| kept", rows, re.MULTILINE)
    by_all = " ".join(kept.partition(". ")[0].split()).split(", ")
    assert sorted(in_rows + by_all) == sorted(oddity.name for oddity in BENCH.ODDITIES)


def test_a_loss_is_seen() -> None:
    assert BENCH.compare(b"a,-2\r\n", b"a,-0.02\n") == r"`\r` lost"
    assert BENCH.compare(b"a,-2\n", b"a,-2\n") == "not converted"
