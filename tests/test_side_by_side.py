"""Many files at the same time: what is said and done is as if they were converted one by one."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import random
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COMMAND, TYPED, Run, in_bounded_memory, run_forked

from leakyrelu_cli import workers
from leakyrelu_cli.engine import choice
from leakyrelu_cli.run import files, progress, side_by_side, survey
from leakyrelu_cli.show import progress_line
from leakyrelu_cli.storage import replacement, source

BAD = {3: 1, 7: 30, 11: 2}
"""Which files hold how many cells that are no numbers."""

COUNT = 20


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files of which the first takes the longest, so that the others are done before it."""
    for number in range(COUNT):
        bad = b"oops\n" * BAD.get(number, 0)
        (tmp_path / f"{number:02}.csv").write_bytes(b"x\n" + b"-1\n" * (1 + 20_000 * (number % 5 == 0)) + bad)
    return tmp_path


def contents(folder: Path) -> dict[str, bytes]:
    """All that is there, hidden files included."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def names() -> list[str]:
    return [f"{number:02}.csv" for number in range(COUNT)]


def one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MANY", COUNT + 1)
    monkeypatch.setattr(files, "MUCH", 1 << 40)


@pytest.mark.parametrize(
    "options",
    [
        ("-i", "--invalid", "warn", "--summary"),
        ("-i", "--invalid", "fail", "--summary"),
        ("-i", "--invalid", "ignore", "--dry-run"),
        ("-i", "--suffix", "_r", "--invalid", "warn", "-j", "3"),
        ("-i",),
        ("-i", "--na", "oops", "--backup", "~", "-j", "1"),
        ("--output-dir", "out", "--invalid", "warn"),
    ],
    ids=" ".join,
)
def test_what_is_said_and_done_is_as_if_they_were_converted_one_by_one(
    run: Run, folder: Path, options: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)
    found = []
    for way in ("side by side", "one by one"):
        for name, content in before.items():
            (folder / name).write_bytes(content)
        if way == "one by one":
            one_by_one(monkeypatch)
        done = run("csv", *names(), "-c", "x", *options)
        made = folder / "out"
        after = {**contents(folder), **({f"out/{k}": v for k, v in contents(made).items()} if made.exists() else {})}
        found.append((done.code, done.out, done.err, after))
        for backup in folder.glob("*~"):
            backup.unlink()
    assert found[0] == found[1]


def test_the_first_file_that_fails_in_their_order_is_the_one_that_is_named(run: Run, folder: Path) -> None:
    before = contents(folder)
    (folder / "05.csv").write_bytes(before["05.csv"] + b"late\n")  # which is long, so that others fail before it
    (folder / "03.csv").write_bytes(b"x\n-1\n")
    before = contents(folder)
    done = run("csv", *names(), "-c", "x", "-i")
    assert (done.code, done.err[:20]) == (1, b"leakyrelu: 05.csv:20"), done
    assert contents(folder) == before


@pytest.mark.parametrize("jobs", [1, 3])
def test_no_more_are_converted_at_a_time_than_jobs_are_allowed(
    run: Run, folder: Path, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert, at_work, most, lock = choice.convert, [0], [0], threading.Lock()

    def counted(*arguments: object) -> object:
        with lock:
            at_work[0] += 1
            most[0] = max(most[0], at_work[0])
            (folder / "most").write_text(str(most[0]))
        time.sleep(0.005)
        try:
            return convert(*arguments)  # type: ignore[arg-type]
        finally:
            with lock:
                at_work[0] -= 1

    monkeypatch.setattr(choice, "convert", counted)
    monkeypatch.setattr(choice, "is_native", lambda _: True)
    run("csv", *names(), "-c", "x", "-i", "--na", "oops", "-j", str(jobs)).ok()
    assert 1 <= int((folder / "most").read_text()) <= jobs


def test_where_the_system_gives_no_threads_the_work_is_done_without(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    run("csv", *names(), "-c", "x", "-i", "--na", "oops").ok()
    assert (folder / "19.csv").read_bytes() == b"x\n-0.01\n"


@pytest.mark.parametrize(
    ("count", "limit", "jobs"),
    [(500, 32, 2), (60, 32, 32), (20, 12, 32), pytest.param(5000, 64, 2, marks=pytest.mark.slow)],
)
def test_many_files_need_few_descriptors_however_many_jobs_there_are(
    tmp_path: Path, count: int, limit: int, jobs: int
) -> None:
    for number in range(count):
        (tmp_path / f"{number:04}.csv").write_bytes(b"x\n-1\n")
    script = f"ulimit -n {limit}; exec {TYPED} csv *.csv -c x -i -j {jobs}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(contents(tmp_path).values()) == {b"x\n-0.01\n"}


PEAK = (
    "import re, sys; from leakyrelu_cli.__main__ import main; code = main();"
    "print(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]); sys.exit(code)"
)
"""A command that says how many KiB of memory it had at most."""


@in_bounded_memory
def test_memory_does_not_grow_with_the_number_of_files(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        for number in range(count):
            (tmp_path / f"{number:04}.csv").write_bytes(b"x\n" + b"-1,and a text beside it\n" * 25_000)
        command = [*COMMAND[:2], "-c", PEAK, "csv", *sorted(os.listdir(tmp_path)), "-c", "x", "-i", "-j", "2"]
        return int(subprocess.run(command, cwd=tmp_path, stdout=subprocess.PIPE, check=True).stdout)

    few, many = peak(30), peak(150)
    assert many < few + 15_000


def interrupted(folder: Path, number: signal.Signals, wait: float) -> tuple[int, bytes]:
    """A run that gets the signal so long after it has begun to write: before that, Python may still be starting."""
    command = [*COMMAND, "csv", *names(), "-c", "x", "-i", "--na", "oops", "-j", "3"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process:
        while process.poll() is None and not any(name.endswith(replacement.TEMPORARY) for name in os.listdir(folder)):
            time.sleep(0.001)
        time.sleep(wait)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        return process.returncode, err


def check_interruptions(folder: Path, rounds: int, draw: random.Random) -> None:
    before = contents(folder)
    new = {name: text.replace(b"-1\n", b"-0.01\n") for name, text in before.items()}
    ends = {0: 0, 128: 0}
    for _ in range(rounds):
        number = draw.choice([signal.SIGINT, signal.SIGTERM])
        code, err = interrupted(folder, number, draw.uniform(0, 0.1))
        after = contents(folder)
        if code == 128 + number:
            assert (err, after) == (b"", before)
        else:  # all was done before the signal came; if Python was about to end, that is what it killed
            assert code in {0, -number}, (code, err)
            assert after == new
        ends[128 if code > 0 else 0] += 1
        for name, text in before.items():
            (folder / name).write_bytes(text)
    assert ends[128] > 0


def test_a_signal_leaves_all_files_as_they_were(folder: Path) -> None:
    check_interruptions(folder, 8, random.Random(1))


@pytest.mark.slow
def test_hundreds_of_signals_leave_all_files_as_they_were(folder: Path) -> None:
    check_interruptions(folder, 500, random.Random())


def test_what_waits_is_left_when_one_fails_and_what_is_in_work_ends_soon() -> None:
    begun: list[int] = []

    def fail_at_two(number: int) -> int:
        begun.append(number)
        if number == 2:
            raise ValueError
        return number

    got: list[object] = []
    task: Callable[[int], object] = fail_at_two
    with pytest.raises(ValueError), workers.Workers(1) as pool:  # noqa: PT011 -- ours, above
        got.extend(side_by_side.in_order(pool, task, 10_000, int))  # type: ignore[arg-type]
    assert got == [0, 1]
    assert len(begun) < side_by_side.AHEAD + 10


def test_a_named_pipe_among_the_files_is_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe.csv")
    command = [*COMMAND, "csv", *names(), "pipe.csv", "-c", "x", "--output-dir", "out", "--na", "oops"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process:
        (folder / "pipe.csv").write_bytes(b"x\n-2\n")
        assert process.communicate(timeout=60)[1] == b""
    assert (folder / "out/pipe.csv").read_bytes() == b"x\n-0.02\n"


def test_what_comes_after_a_failure_is_not_begun_while_what_comes_before_it_lasts(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert = choice.convert
    log = folder / "log"

    def logged(chunk: bytes, *rest: object) -> object:
        with log.open("a") as file:
            file.write(f"{chunk!r}\n")
        time.sleep(1.0 if chunk.startswith(b"-7") else 0.01)
        return convert(chunk, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(choice, "convert", logged)
    monkeypatch.setattr(choice, "is_native", lambda _: True)
    (folder / "00.csv").write_bytes(b"x\n-7\n")
    (folder / "01.csv").write_bytes(b"x\nbad\n")
    done = run("csv", *names(), "-c", "x", "-i", "-j", "2")
    assert (done.code, done.err) == (1, b"leakyrelu: 01.csv:2: column 'x': not a number: 'bad'\n")
    begun = log.read_text().splitlines()
    assert len(begun) - begun.index(repr(b"bad\n")) < COUNT // 2  # those that had a thread by then may go on


def test_ctrl_c_ends_the_work_at_once_where_the_system_gives_no_threads(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    convert = choice.convert
    log = folder / "log"

    def logged(*arguments: object) -> object:
        with log.open("a") as file:
            file.write("begun\n")
        if log.stat().st_size == 3 * len("begun\n"):
            os.kill(os.getpid(), signal.SIGINT)
        return convert(*arguments)  # type: ignore[arg-type]

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    before = contents(folder)
    monkeypatch.setattr(choice, "convert", logged)
    monkeypatch.setattr(threading.Thread, "start", refuse)
    done = run("csv", *names(), "-c", "x", "-i", "--na", "oops")
    assert (done.code, done.err) == (130, b"")
    assert len(log.read_text().splitlines()) == 3
    log.unlink()
    assert contents(folder) == before


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_a_signal_ends_the_work_soon_though_a_thread_is_held_up_by_the_system(
    folder: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    """Such as by a file that became a pipe, which nobody writes to, after it was looked at."""
    os.mkfifo(folder / "pipe.csv")
    monkeypatch.setattr(survey, "_look_at", lambda *_: None)
    monkeypatch.setattr(source, "size", lambda _: 100_000)
    before = contents(folder)
    sent: list[float] = []

    def send(child: int) -> None:
        while not (folder / "out").exists() or len(list((folder / "out").iterdir())) < 5:
            time.sleep(0.01)
        os.kill(child, number)
        sent.append(time.monotonic())

    arguments = ("csv", "pipe.csv", *names(), "-c", "x", "--output-dir", "out", "--na", "oops")
    done = run_forked(arguments, b"", folder, send)
    assert (done.code, done.err, time.monotonic() - sent[0] < 10) == (code, b"", True)
    assert not (folder / "out").exists()
    assert contents(folder) == before


@pytest.mark.usefixtures("folder")
def test_progress_is_shown_also_if_each_file_takes_no_time(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    convert = choice.convert

    def slowed(*arguments: object) -> object:
        time.sleep(0.01)
        return convert(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(choice, "convert", slowed)
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress_line, "LOG", 0.0)
    done = run("csv", *names(), "-c", "x", "-i", "--na", "oops", "--progress")
    *looks, last = done.err.decode().splitlines()
    found = [re.match(r"(\d\d)\.csv(?: and \d more)? \((\d+) of 20\)  [\d.]+ .?B of ", look) for look in looks]
    assert len(found) > 5, done
    assert all(found), done
    counts = [int(match[2]) for match in found if match]
    assert counts == sorted(counts)
    assert 1 <= counts[0] < counts[-1] <= COUNT
    assert last == f"leakyrelu: 20 files, {sum(1 + 20_000 * (n % 5 == 0) for n in range(COUNT)):,} cells changed"


def test_compressed_files_stay_compressed_as_they_are(run: Run, tmp_path: Path) -> None:
    text = b"x\n" + b"-1\n" * 50_000
    kinds = {"gz": gzip, "bz2": bz2, "xz": lzma}
    for number in range(6):
        for kind, library in kinds.items():
            (tmp_path / f"{number}.csv.{kind}").write_bytes(library.compress(text))
    run("csv", *sorted(os.listdir(tmp_path)), "-c", "x", "-i", "-j", "3").ok()
    for path in tmp_path.iterdir():
        assert kinds[path.suffix[1:]].decompress(path.read_bytes()) == text.replace(b"-1", b"-0.01"), path


@pytest.mark.parametrize(("count", "jobs"), [(COUNT, 1), (COUNT, 3), (2, 8), (1, 4)])
def test_jobs_bound_all_threads_but_those_that_wait_for_the_disk(
    run: Run, folder: Path, count: int, jobs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    start, log = threading.Thread.start, folder / "log"
    log.touch()

    def start_and_log(self: threading.Thread) -> None:
        start(self)
        with log.open("a") as file:
            file.write(f"{threading.active_count() - 1}\n")

    monkeypatch.setattr(threading.Thread, "start", start_and_log)
    monkeypatch.setattr(choice, "is_native", lambda _: True)
    monkeypatch.setattr(source, "BLOCK", 1000)
    monkeypatch.setattr(files, "MUCH", 1000)
    chosen = [f"{number:02}.csv" for number in range(0, 20, 5)] if count < COUNT else names()
    run("csv", *chosen[:count], "-c", "x", "-i", "--na", "oops", "-j", str(jobs)).ok()
    alive = [int(line) for line in log.read_text().splitlines()]
    files_waiting = 0 if count == 1 else min(count, side_by_side.WAITING)
    assert max(alive, default=0) <= jobs + files_waiting
    assert alive or jobs == 1


def test_a_file_with_a_fault_among_many_lets_nothing_be_replaced_if_faults_are_to_fail(run: Run, folder: Path) -> None:
    before = contents(folder)
    done = run("csv", *names()[:8], *names()[12:], "11.csv", "-c", "x", "-i", "--invalid", "fail", "--na", "none")
    assert done.code == 1
    assert b"leakyrelu: 03.csv:3: column 'x': not a number: 'oops'" in done.err
    assert contents(folder) == before
