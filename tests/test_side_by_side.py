"""Many files at the same time: what is said and done is as if they were converted one by one."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import COMMAND, TYPED, Run

from leakyrelu_cli import workers
from leakyrelu_cli.engine import choice
from leakyrelu_cli.run import files, side_by_side

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


def test_five_hundred_files_need_few_descriptors(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"{number:03}.csv").write_bytes(b"x\n-1\n")
    script = f"ulimit -n 32; exec {TYPED} csv *.csv -c x -i -j 2"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(contents(tmp_path).values()) == {b"x\n-0.01\n"}


def interrupted(folder: Path, number: signal.Signals, wait: float) -> tuple[int, bytes]:
    command = [*COMMAND, "csv", *names(), "-c", "x", "-i", "--na", "oops", "-j", "3"]
    with subprocess.Popen(command, cwd=folder, stderr=subprocess.PIPE) as process:
        time.sleep(wait)
        process.send_signal(number)
        _, err = process.communicate(timeout=60)
        return process.returncode, err


def check_interruptions(folder: Path, rounds: int, draw: random.Random) -> None:
    before = contents(folder)
    new = {name: text.replace(b"-1\n", b"-0.01\n") for name, text in before.items()}
    for _ in range(rounds):
        number = draw.choice([signal.SIGINT, signal.SIGTERM])
        code, err = interrupted(folder, number, draw.uniform(0.01, 0.3))
        after = contents(folder)
        assert err == b""
        # Before Python is so far as to hear it, the signal kills it, as it does any program.
        assert code in {0, 128 + number, -number}, code
        assert after == (before if code else new)
        for name, text in before.items():
            (folder / name).write_bytes(text)


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
