"""Compare leakyrelu with what its users have today: whole processes, in turn, several rounds.

    python tests/bench/run.py [--rounds N] [--small] [--markdown] [--only WORD] [--peers REGEX]

Makes its data from a seed in a temporary folder, runs every peer that is installed on the same
files (the obvious way to do the job in each), checks that the values are equal, and prints medians,
ratios and peak memory. Each run writes to a new file: to empty an old one would be the file system's
time. Run it on an idle machine.
"""

from __future__ import annotations

import argparse
import os
import random
import re
import shlex
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

from rich.console import Console
from rich.table import Table

BIN = Path(sys.executable).parent
LEAKYRELU = str(BIN / "leakyrelu")
TOLERANCE = 1e-5
"""Relative: awk prints six digits."""


class Peer(NamedTuple):
    """One way to do the job: a shell command over {input}, and its environment.

    One that does not convert is there to be compared with, such as a copy.
    """

    name: str
    command: str
    environment: Mapping[str, str] = MappingProxyType({})
    module: str | None = None
    program: str | None = None
    converts: bool = True

    def is_installed(self) -> bool:
        if self.module is not None:
            return subprocess.run([sys.executable, "-c", f"import {self.module}"], capture_output=True).returncode == 0  # noqa: PLW1510
        return self.program is None or shutil.which(self.program) is not None


class Job(NamedTuple):
    """What to measure: its input, the peers, how to read the values of an output, and how often for a round."""

    name: str
    make: Callable[[Path], None]
    peers: list[Peer]
    values: Callable[[Path], Iterator[float]] | None
    times: int = 1


class Figures(NamedTuple):
    """The median time in seconds and the peak memory in MiB."""

    seconds: float
    memory: float


def ours(before: str, arguments: str, behind: str) -> list[Peer]:
    """Both engines, on one thread and on all."""
    command = f"{before} {LEAKYRELU} {arguments}"
    return [
        Peer("leakyrelu, 1 thread", f"{command} -j 1 {behind}"),
        Peer("leakyrelu, all threads", f"{command} {behind}"),
        Peer("leakyrelu, plain engine", f"{command} {behind}", {"LEAKYRELU_ENGINE": "plain"}),
    ]


def python(script: str) -> str:
    """A script that finds the files in sys.argv."""
    quoted = shlex.quote(script).replace("{", "{{").replace("}", "}}")
    return f"{sys.executable} -c {quoted} {{input}} {{output}}"


def pipe(command: str) -> str:
    return f"cat {{input}} | {command} | cat >{{output}}"


AWK = "'{{print ($1 > 0) ? $1 : 0.01 * $1}}'"
POLARS_STREAM = python(
    """
import polars as pl, sys
z = pl.col("z")
frame = pl.scan_csv(sys.argv[1], has_header=False, new_columns=["z"])
frame.select(pl.when(z > 0).then(z).otherwise(0.01 * z)).sink_csv(sys.argv[2], include_header=False)
"""
)
PYTHON_STREAM = python(
    """
import sys
for line in sys.stdin:
    z = float(line)
    print(z if z > 0 else 0.01 * z)
"""
)
NUMPY_STREAM = python(
    """
import numpy as np, sys
z = np.loadtxt(sys.stdin)
np.savetxt(sys.stdout, np.where(z > 0, z, 0.01 * z), "%.17g")
"""
)
STREAM_PEERS = [
    *ours("cat {input} |", "", "| cat >{output}"),
    Peer("mawk", pipe(f"mawk {AWK}"), program="mawk"),
    Peer("gawk", pipe(f"gawk {AWK}"), program="gawk"),
    Peer("Miller", pipe("mlr --inidx --ifs space --onidx put '$1 = $1 > 0 ? $1 : 0.01 * $1'"), program="mlr"),
    Peer("Python loop", pipe(PYTHON_STREAM)),
    Peer("NumPy", pipe(NUMPY_STREAM), module="numpy"),
    Peer("Polars, 1 thread", POLARS_STREAM, {"POLARS_MAX_THREADS": "1"}, module="polars"),
    Peer("Polars, all threads", POLARS_STREAM, module="polars"),
]

AWK_CSV = "awk -F, -v OFS=, 'NR > 1 && $3 <= 0 {{$3 = 0.01 * $3}} 1' {input} >{output}"
POLARS_CSV = python(
    """
import polars as pl, sys
x = pl.col("x")
frame = pl.scan_csv(sys.argv[1]).with_columns(pl.when(x > 0).then(x).otherwise(0.01 * x).alias("x"))
frame.sink_csv(sys.argv[2])
"""
)
DUCKDB_CSV = python(
    """
import duckdb, sys
query = "SELECT * REPLACE (CASE WHEN x > 0 THEN x ELSE 0.01 * x END AS x) FROM read_csv('%s')"
duckdb.sql("COPY (" + query % sys.argv[1] + ") TO '%s' (HEADER)" % sys.argv[2])
"""
)
PANDAS_CSV = python(
    """
import pandas, sys
frame = pandas.read_csv(sys.argv[1])
frame["x"] = frame["x"].where(frame["x"] > 0, 0.01 * frame["x"])
frame.to_csv(sys.argv[2], index=False)
"""
)
PYTHON_CSV = python(
    """
import csv, sys
reader = csv.reader(open(sys.argv[1], newline=""))
writer = csv.writer(open(sys.argv[2], "w", newline=""))
writer.writerow(next(reader))
for fields in reader:
    z = float(fields[2])
    fields[2] = z if z > 0 else 0.01 * z
    writer.writerow(fields)
"""
)
CSV_PEERS = [
    *ours("", "csv {input} -c x", ">{output}"),
    Peer("Miller", "mlr --csv put '$x = $x > 0 ? $x : 0.01 * $x' {input} >{output}", program="mlr"),
    Peer("Python csv loop", PYTHON_CSV),
    Peer("pandas", PANDAS_CSV, module="pandas"),
    Peer("DuckDB", DUCKDB_CSV, module="duckdb"),
    Peer("Polars, 1 thread", POLARS_CSV, {"POLARS_MAX_THREADS": "1"}, module="polars"),
    Peer("Polars, all threads", POLARS_CSV, module="polars"),
]
UNQUOTED_CSV_PEERS = [
    *CSV_PEERS[:3],
    Peer("leakyrelu -o FILE", f"{LEAKYRELU} csv {{input}} -c x -o {{output}}"),
    Peer("leakyrelu --decimal, 1 thread", f"{LEAKYRELU} csv {{input}} -c x -j 1 --decimal >{{output}}"),
    Peer("leakyrelu --decimal, all threads", f"{LEAKYRELU} csv {{input}} -c x --decimal >{{output}}"),
    Peer("cp", "cp {input} {output}", converts=False),
    Peer("mawk", f"m{AWK_CSV}", program="mawk"),
    Peer("gawk", f"g{AWK_CSV}", program="gawk"),
    *CSV_PEERS[3:],
]

OPTIONS = "-f %.3f -d , --na NA,- --invalid warn --comment '#' --suffix _relu"
START_PEERS = [
    Peer("python -c pass", f"{sys.executable} -c pass >{{output}}"),
    Peer("leakyrelu -2 --alpha 0.1", f"{LEAKYRELU} -2 --alpha 0.1 >{{output}}"),
    Peer("echo -2 | leakyrelu", f"echo -2 | {LEAKYRELU} >{{output}}"),
    Peer("csv, 10 records", f"{LEAKYRELU} csv {{input}} -c x >{{output}}"),
    Peer("csv, 10 records, many options", f"{LEAKYRELU} csv {{input}} -c x {OPTIONS} >{{output}}"),
    Peer("csv, 10 records, --decimal", f"{LEAKYRELU} csv {{input}} -c x --decimal >{{output}}"),
    Peer("csv, 10 records, -o FILE", f"{LEAKYRELU} csv {{input}} -c x -o {{output}}"),
]

FILES = 200
MANY_PEERS = [
    Peer("leakyrelu, one file of their bytes", f"{LEAKYRELU} csv {{input}} -c x -i"),
    Peer("leakyrelu", f"{LEAKYRELU} csv {{input}}.d/* -c x -i"),
    Peer("Miller", "mlr -I --csv put '$x = $x > 0 ? $x : 0.01 * $x' {input}.d/*", program="mlr"),
    Peer("cp", "cp -r {input}.d {output}", converts=False),
]


def numbers(decimals: int, count: int) -> Callable[[Path], None]:
    def make(path: Path) -> None:
        draw = random.Random(1)
        with path.open("w") as file:
            for _ in range(count):
                value = draw.gauss(0, 100)
                file.write(f"{value!r}\n" if decimals == 17 else f"{value:.{decimals}f}\n")

    return make


def records(count: int, *, text: bool = False, quoted: bool = False) -> Callable[[Path], None]:
    """Six fields; `x`, the third, is negative half of the time."""

    def make(path: Path) -> None:
        draw = random.Random(2)
        remarks = ['"plain"', '"with, a comma"', '"a ""word"" in quotes"', '"two\nlines, one field"']
        with path.open("w") as file:
            file.write("id,name,x,y,flag,z\n")
            for n in range(count):
                fields = [str(n), remarks[n % 4] if text else f"name{n % 1000}", f"{draw.gauss(0, 1):.12f}"]
                fields += [f"{draw.random():.12f}", str(n % 2), f"{draw.random():.9f}"]
                file.write(",".join(f'"{field}"' if quoted else field for field in fields) + "\n")

    return make


def many_files(count: int) -> Callable[[Path], None]:
    """One file, and beside it in a folder its records once more, in many."""

    def make(path: Path) -> None:
        records(FILES * count)(path)
        folder = Path(f"{path}.d")
        folder.mkdir()
        with path.open() as file:
            header = file.readline()
            for number in range(FILES):
                (folder / f"{number:03}.csv").write_text(header + "".join(islice(file, count)))

    return make


def stream_values(path: Path) -> Iterator[float]:
    with path.open() as file:
        yield from map(float, file)


def csv_values(path: Path) -> Iterator[float]:
    import csv  # noqa: PLC0415 -- not this project's own

    with path.open(newline="") as file:
        yield from (float(record["x"]) for record in csv.DictReader(file))


def jobs(*, small: bool) -> list[Job]:
    scale = 20 if small else 1
    million = 1_000_000 // scale
    return [
        Job("start-up", records(10), START_PEERS, None, times=8),
        Job("5 million numbers, 6 decimals, pipe to pipe", numbers(6, 5 * million), STREAM_PEERS, stream_values),
        Job("5 million numbers, 17 digits, pipe to pipe", numbers(17, 5 * million), STREAM_PEERS, stream_values),
        Job("CSV, 2 million records", records(2 * million), UNQUOTED_CSV_PEERS, csv_values),
        Job("CSV, 2 million records with a quoted text column", records(2 * million, text=True), CSV_PEERS, csv_values),
        Job("CSV, 2 million records, everything quoted", records(2 * million, quoted=True), CSV_PEERS, csv_values),
        Job("CSV, 10 MB", records(175_000 // scale), UNQUOTED_CSV_PEERS, csv_values),
        Job(f"{FILES} files of 1 MB, in place", many_files(17_500 // scale), MANY_PEERS, None),
    ]


def run_once(command: str, environment: Mapping[str, str]) -> Figures:
    """One run of a whole shell command: wall time, and the largest process's memory."""
    start = time.perf_counter()
    child = subprocess.Popen(["bash", "-c", f"set -o pipefail; {command}"], env={**os.environ, **environment})
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit(f"exit {child.returncode}: {command}")
    return Figures(seconds, usage.ru_maxrss / 1024)


def remove(output: Path) -> None:
    if output.is_dir():
        shutil.rmtree(output)
    else:
        output.unlink(missing_ok=True)


def check(job: Job, peer: Peer, output: Path, expected: Path) -> None:
    assert job.values is not None
    pairs = zip(job.values(output), job.values(expected), strict=True)
    if any(abs(a - b) > TOLERANCE * max(abs(a), abs(b)) for a, b in pairs):
        raise SystemExit(f"{job.name}: {peer.name} gives other values")


def measure(job: Job, folder: Path, rounds: int, console: Console) -> dict[str, Figures]:
    source, output, expected = folder / "input.csv", folder / "output.csv", folder / "expected.csv"
    job.make(source)
    peers = [peer for peer in job.peers if peer.is_installed()]
    runs: dict[str, list[Figures]] = {peer.name: [] for peer in peers}
    for number in range(rounds * job.times):
        for peer in peers:
            console.log(f"{job.name}: round {number + 1}: {peer.name}")
            remove(output)
            figures = run_once(peer.command.format(input=source, output=output), peer.environment)
            runs[peer.name].append(figures)
            if number == 0 and job.values is not None and peer.converts:
                if peer is peers[0]:
                    shutil.copy(output, expected)
                check(job, peer, output, expected)
    return {
        name: Figures(statistics.median(f.seconds for f in figures), max(f.memory for f in figures))
        for name, figures in runs.items()
    }


def show(name: str, figures: dict[str, Figures], *, markdown: bool) -> None:
    base = next(iter(figures.values())).seconds
    header = [name, "seconds", f"times {next(iter(figures))}", "peak MiB"]
    rows = [
        [peer, f"{found.seconds:.3f}", f"{found.seconds / base:.2f}", f"{found.memory:.0f}"]
        for peer, found in figures.items()
    ]
    if markdown:
        lines = [header, ["---", "---:", "---:", "---:"], *rows]
        sys.stdout.write("".join(f"| {' | '.join(line)} |\n" for line in lines) + "\n")
        sys.stdout.flush()
        return
    table = Table(*header[:1], title=None)
    for column in header[1:]:
        table.add_column(column, justify="right")
    for row in rows:
        table.add_row(*row)
    Console().print(table)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--small", action="store_true", help="a twentieth of the data, to try the benchmark itself")
    parser.add_argument("--markdown", action="store_true", help="tables for the README")
    parser.add_argument("--only", default="", help="only the jobs whose name contains this")
    parser.add_argument("--peers", default="", help="only the peers whose name matches this regular expression")
    options = parser.parse_args()
    console = Console(stderr=True)
    with tempfile.TemporaryDirectory() as folder:
        for job in jobs(small=options.small):
            if options.only in job.name:
                chosen = job._replace(peers=[peer for peer in job.peers if re.search(options.peers, peer.name)])
                show(job.name, measure(chosen, Path(folder), options.rounds, console), markdown=options.markdown)


if __name__ == "__main__":
    main()
