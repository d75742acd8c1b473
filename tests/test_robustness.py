"""Arbitrary bytes and options: no traceback, no hang, an exit code that is documented.

A long run: ``pytest tests/test_robustness.py --hypothesis-profile=long``.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
from pathlib import Path

from conftest import run_forked
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from strategies import csv_files, streams

from leakyrelu_cli import source

NAMES = st.sampled_from(["data.csv", "data.tsv", "data", "d.csv.gz", "d.csv.bz2", "d.xz", "d.csv.zst", "\x1b[1m\n.csv"])
COLUMNS = st.sampled_from(["1", "2", "1-2", "1,2", "-", "9", "x", "", '"', "\udcff", "3-", "a,b"])
DELIMITERS = st.sampled_from([",", ";", "tab", " ", "|", "ab", "1", "\udcff", '"'])
FORMATS = st.sampled_from(["%.3f", "%g", "+.2e", "%010.1f", "%d", "%s", "%", "%5.1f", "%-9g", "%#.0f"])
ALPHAS = st.sampled_from(["0.01", "0", "1", "-1", "1e308", "5e-324", "nan", "x", "0.30"])

plain = st.binary(max_size=300) | csv_files() | streams
compressed = st.one_of(st.builds(gzip.compress, plain), st.builds(bz2.compress, plain), st.builds(lzma.compress, plain))
data = st.one_of(
    plain,
    compressed,
    st.builds(lambda whole, end: whole[:end], compressed, st.integers(0, 60)),
    st.builds(lambda whole, more: whole + more, compressed, st.binary(max_size=9)),
)


def option(name: str, values: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[list[str]]:
    """The option or nothing."""
    given_ = st.just([name]) if values is None else values.map(lambda value: [f"{name}={value}"])
    return st.just([]) | given_


def options(*parts: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    return st.tuples(*parts).map(lambda lists: [word for words in lists for word in words])


INVALID = option("--invalid", st.sampled_from(["abort", "fail", "warn", "ignore", "x"]))
COMPUTE = options(
    option("--alpha", ALPHAS),
    option("--gradient"),
    option("--inverse"),
    option("--decimal"),
    option("--format", FORMATS),
    option("--jobs", st.sampled_from(["1", "3", "0"])),
    INVALID,
)
READ = options(
    option("--column", COLUMNS),
    option("--column", COLUMNS),
    option("--delimiter", DELIMITERS),
    option("--no-header"),
    option("--suffix", st.sampled_from(["_r", ",", '"', ""])),
    option("--list"),
)
WRITE = options(
    option("--output", NAMES),
    option("--output-dir", st.sampled_from(["out", "", "data.csv"])),
    option("--in-place"),
    option("--backup", st.sampled_from(["~", "", "/"])),
    option("--progress"),
)


def check(arguments: list[str], stdin: bytes, name: str | None = None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if name is not None:
            (Path(folder) / name).write_bytes(stdin)
        done = run_forked(tuple(arguments), stdin, Path(folder))
        assert done.code in {0, 1, 2}, done
        assert b"Traceback" not in done.err, done
        assert b"\x1b" not in done.err, done
        assert done.code == 0 or done.err, done
        assert not [file for file in Path(folder).rglob("*") if ".leakyrelu-" in file.name], done


FEW = settings(max_examples=settings.default.max_examples // 3 if settings.default else 33)
"""Each example is a process: enough for all day, and thousands in the long run."""


@FEW
@given(COMPUTE, option("--table"), data)
def test_any_stream_is_converted_or_refused(compute: list[str], table: list[str], stdin: bytes) -> None:
    check([*compute, *table], stdin)


@FEW
@given(COMPUTE, READ, data)
def test_any_csv_on_standard_input_is_converted_or_refused(compute: list[str], read: list[str], stdin: bytes) -> None:
    check(["csv", *compute, *read], stdin)


@FEW
@given(COMPUTE, READ, WRITE, NAMES, data)
def test_any_csv_file_is_converted_or_refused(
    compute: list[str], read: list[str], write: list[str], name: str, contents: bytes
) -> None:
    check(["csv", name, *compute, *read, *write], contents, name)


@FEW
@given(plain, st.sampled_from([[], ["csv", "-c", "1"], ["csv", "-H", "-c", "1-"], ["csv", "-c1", "-d;"]]))
def test_alpha_1_and_ignore_give_back_any_bytes(stdin: bytes, arguments: list[str]) -> None:
    assume(not stdin.startswith(tuple(source.FIRST_BYTES)))  # which says that it is compressed
    with tempfile.TemporaryDirectory() as folder:
        done = run_forked((*arguments, "--invalid=ignore", "--alpha=1"), stdin, Path(folder))
    # Wide encodings and a header that never ends are refused; nothing else is.
    assert done.out == stdin if done.code == 0 else done.err and not done.out, done
    if not arguments:
        assert done.code == 0, done
