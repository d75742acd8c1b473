"""Show what leaky ReLU on one column does to the rest of a file, in leakyrelu and in what its users have today.

    python tests/bench/bytes.py

Makes small CSV files with one oddity each, runs one command of every peer that is installed on all of
them, and prints a Markdown table, and in which of the files no tool differs. A cell of it is computed from
the bytes that come out: only the numbers that leaky ReLU changes may differ.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from difflib import SequenceMatcher
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

CHANGED = b"-2"
"""The one number that leaky ReLU changes; nothing else in the files looks like it."""

BAD = b"oops"
"""No number. A peer reports it if its messages name it: some write messages about themselves."""

SHOWN = 14
"""Letters of a difference that fit into the table."""


class Oddity(NamedTuple):
    """A file that is odd in one way; `z`, its second column, is to be converted."""

    name: str
    source: bytes


class Peer(NamedTuple):
    """One way to do the job: a shell command that reads {input} and writes standard output."""

    name: str
    command: str
    program: str | None = None
    module: str | None = None

    def is_installed(self) -> bool:
        if self.module is not None:
            return find_spec(self.module) is not None
        return self.program is None or shutil.which(self.program) is not None


class Result(NamedTuple):
    """How a command ended."""

    code: int
    out: bytes
    err: bytes


ODDITIES = [
    Oddity("nothing odd", b"k,z,n\na,-2,b\nc,3,d\n"),
    Oddity("`1.50`", b"k,z,n\na,-2,b\nc,1.50,d\n"),
    Oddity("`+3`", b"k,z,n\na,-2,b\nc,+3,d\n"),
    Oddity("`007` in another column", b"k,z,n\n007,-2,b\n"),
    Oddity("`1.50` in another column", b"k,z,n\n1.50,-2,b\n"),
    Oddity("an empty cell", b"k,z,n\na,-2,b\nc,,d\n"),
    Oddity("a cell that is no number", b"k,z,n\na,-2,b\nc,oops,d\n"),
    Oddity("quotes that nobody needs", b'k,z,n\n"a",-2,"b"\n'),
    Oddity("a quoted comma", b'k,z,n\n"a, b",-2,c\n'),
    Oddity("a quoted newline", b'k,z,n\n"a\nb",-2,c\n'),
    Oddity("CRLF", b"k,z,n\r\na,-2,b\r\n"),
    Oddity("BOM", b"\xef\xbb\xbfk,z,n\na,-2,b\n"),
    Oddity("Latin-1", b"k,z,n\ncaf\xe9,-2,b\n"),
    Oddity("a record too short", b"k,z,n\na,-2\nb,-2,c\n"),
    Oddity("a record too long", b"k,z,n\na,-2,b,c\n"),
    Oddity("no newline at the end", b"k,z,n\na,-2,b"),
]

POLARS = """
import polars as pl, sys
z = pl.col("z").cast(pl.Float64, strict=False)
frame = pl.read_csv(sys.argv[1], infer_schema=False)
frame = frame.with_columns(pl.when(z < 0).then((0.01 * z).cast(pl.String)).otherwise("z").alias("z"))
frame.write_csv(sys.stdout.buffer)
"""
SQL = "SELECT k, CASE WHEN CAST(z AS REAL) < 0 THEN 0.01 * z ELSE z END AS z, n FROM t"
LEAKYRELU = Peer("leakyrelu", f"{shlex.quote(sys.executable)} -P -m leakyrelu_cli csv {{input}} -c z --invalid warn")
PEERS = [
    LEAKYRELU,
    Peer("awk", "awk -F, -v OFS=, 'NR > 1 && $2 + 0 < 0 {{$2 *= 0.01}} 1' {input}", program="awk"),
    Peer(
        "Miller",
        "mlr --csv --allow-ragged-csv-input put 'is_numeric($z) && $z < 0 {{$z *= 0.01}}' {input}",
        program="mlr",
    ),
    Peer("csvkit", f"csvsql --no-inference --blanks --tables t --query '{SQL}' {{input}}", program="csvsql"),
    Peer("Polars", f"{shlex.quote(sys.executable)} -c {shlex.quote(POLARS)} {{input}}", module="polars"),
]


def run(peer: Peer, source: bytes) -> Result:
    """One command on one file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "input.csv"
        path.write_bytes(source)
        environment = {**os.environ, "LC_ALL": "C.UTF-8"}
        command = peer.command.format(input=shlex.quote(str(path)))
        done = subprocess.run(command, shell=True, capture_output=True, env=environment, check=False)
        return Result(done.returncode, done.stdout, done.stderr)


def verdict(oddity: Oddity, result: Result) -> str:
    """A few words for a cell of the table."""
    if result.code:
        return "error, no output" if not result.out else "error half-way"
    difference = compare(oddity.source, result.out)
    if difference:
        return difference
    if BAD in oddity.source:
        return "kept, reported" if BAD in result.err else "kept, unreported"
    return "kept"


def compare(source: bytes, out: bytes) -> str:
    """How the output differs where it should not; empty if it does not."""
    if re.fullmatch(re.escape(source).replace(re.escape(CHANGED), rb"-0\.020*"), out):
        return ""
    expected = source.replace(CHANGED, b"-0.02")
    if source == out:
        return "not converted"
    # The other way to write the same value is no difference.
    before, after = differing(expected, re.sub(rb"-0\.020+\b", b"-0.02", out))
    if not after:
        return f"{shown(before)} lost"
    return f"{shown(before)} → {shown(after)}" if before else f"{shown(after)} added"


def differing(old: bytes, new: bytes) -> tuple[bytes, bytes]:
    """The first difference, in whole words, for half a number says nothing."""
    words, others = (re.findall(rb"[\w.+-]+|[^\w.+-]", text) for text in (old, new))
    for kind, start, end, from_, to in SequenceMatcher(None, words, others, autojunk=False).get_opcodes():
        if kind != "equal":
            return b"".join(words[start:end]), b"".join(others[from_:to])
    raise AssertionError((old, new))


def shown(text: bytes) -> str:
    escaped = text.decode("utf-8", "backslashreplace").encode("unicode_escape").decode().replace("\\\\", "\\")
    return f"`{escaped if len(escaped) <= SHOWN else escaped[:SHOWN] + '…'}`"


def main() -> None:
    peers = [peer for peer in PEERS if peer.is_installed()]
    verdicts = {oddity.name: [verdict(oddity, run(peer, oddity.source)) for peer in peers] for oddity in ODDITIES}
    kept = [name for name, cells in verdicts.items() if set(cells) == {"kept"}]
    rows = [["", *(peer.name for peer in peers)], ["---"] * (len(peers) + 1)]
    rows += [[name, *cells] for name, cells in verdicts.items() if name not in kept]
    sys.stdout.write("".join(f"| {' | '.join(row)} |\n" for row in rows))
    sys.stdout.write(f"\nKept by all: {', '.join(kept)}.\n")


if __name__ == "__main__":
    main()
