"""Several threads change nothing but the time."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
from pathlib import Path
from subprocess import PIPE

import pytest
from conftest import COMMAND, TYPED, Run
from test_streams import read_within

from leakyrelu_cli.engine import choice
from leakyrelu_cli.engine.contract import Result, Rule
from leakyrelu_cli.run import chunking, threads
from leakyrelu_cli.storage import source

LINES = 40_000
BULK = b"".join(b"-%d,x%d\n" % (n, n) for n in range(LINES))
HALVES = b"".join(b"-%s,x%d\n" % (b"%.15g" % (n / 2), n) for n in range(LINES))


@pytest.fixture(autouse=True)
def many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads begin after a few blocks: let there be a hundred."""
    monkeypatch.setattr(source, "BLOCK", len(BULK) // 100)


@pytest.mark.parametrize("jobs", ["1", "2", "7"])
def test_the_order_stays(run: Run, jobs: str) -> None:
    assert run("csv", "-H", "-c", "1", "-a", "0.5", "-j", jobs, stdin=BULK).ok() == HALVES


@pytest.mark.skipif(choice.NAME == "plain", reason="the plain engine runs on one thread")
@pytest.mark.parametrize(("jobs", "threads"), [("1", {0}), ("2", {1, 2})])
def test_no_more_threads_than_asked_for_share_the_work(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: str, threads: set[int]
) -> None:
    start, log = threading.Thread.start, tmp_path / "log"
    log.touch()

    def log_and_start(self: threading.Thread) -> None:
        with log.open("a") as file:
            file.write("started\n")
        start(self)

    monkeypatch.setattr(threading.Thread, "start", log_and_start)
    assert run("csv", "-H", "-c", "1", "-a", "0.5", "-j", jobs, stdin=BULK).ok() == HALVES
    assert len(log.read_text().splitlines()) in threads


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_the_first_of_several_faults_wins_with_its_line(run: Run, jobs: str) -> None:
    lines = BULK.splitlines(keepends=True)
    for number in (30_000, 30_001, 39_000):
        lines[number - 1] = b"bad,\n"
    done = run("csv", "-H", "-c", "1", "-j", jobs, stdin=b"".join(lines))
    assert done.code == 1
    assert done.err == b"leakyrelu: standard input:30000: column 1: not a number: 'bad'\n"
    assert done.out.count(b"\n") == 29_999


@pytest.mark.parametrize("jobs", ["1", "3"])
def test_a_record_that_is_too_long_comes_after_all_before_it(
    run: Run, jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunking, "RECORD_LIMIT", 1 << 20)
    done = run("csv", "-H", "-c", "1", "-j", jobs, stdin=BULK + b'"' + b"a" * (2 << 20))
    assert done.code == 1
    assert done.err.startswith(f"leakyrelu: standard input:{LINES + 1}: a record longer than".encode())
    assert done.out.count(b"\n") == LINES


@pytest.mark.skipif(choice.NAME == "plain", reason="the plain engine runs on one thread")
def test_small_input_starts_no_threads_and_bulk_input_does(tmp_path: Path) -> None:
    def modules(data: bytes) -> set[str]:
        file = tmp_path / "numbers"  # a file never makes us wait
        file.write_bytes(data)
        command = [COMMAND[0], "-X", "importtime", *COMMAND[1:], "-j", "2"]
        with file.open("rb") as stdin:
            done = subprocess.run(command, stdin=stdin, capture_output=True, check=True)
        return {line.rsplit(b"|", 1)[1].strip().decode() for line in done.stderr.splitlines() if b"|" in line}

    assert "leakyrelu_cli.workers" not in modules(b"-1\n" * 1000)
    assert "leakyrelu_cli.workers" in modules(b"-1\n" * 2_000_000)


@pytest.mark.skipif(choice.NAME == "plain", reason="the plain engine runs on one thread")
@pytest.mark.parametrize(("growth", "most"), [(1, 17), (1000, 2)])
@pytest.mark.parametrize("refused", [False, True], ids=["threads", "no threads"])
def test_few_chunks_are_in_work_and_fewer_if_much_becomes_of_them(
    monkeypatch: pytest.MonkeyPatch, growth: int, most: int, *, refused: bool
) -> None:
    begun: list[bytes] = []

    def convert(chunk: bytes, *_: object) -> Result:
        begun.append(chunk)
        return Result(chunk * growth, 0, 0, 0, 0, 0, ())

    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    if refused:
        monkeypatch.setattr(threading.Thread, "start", refuse)
    monkeypatch.setattr(choice, "convert", convert)
    monkeypatch.setattr(chunking, "RECORD_LIMIT", 100_000)
    chunks = iter([b"x" * 100] * 200)
    for number, _ in enumerate(threads.converted(chunks, None, Rule(), 8), 1):
        assert len(begun) - number < most
    assert len(begun) == 200


def test_what_goes_wrong_in_a_thread_is_raised_where_its_result_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    def convert(chunk: bytes, *_: object) -> Result:
        if chunk == b"bad":
            raise MemoryError
        return Result(chunk, 0, 0, 0, 0, 0, ())

    monkeypatch.setattr(choice, "convert", convert)
    monkeypatch.setattr(choice, "is_native", lambda _: True)
    results = threads.converted(iter([b"x"] * 50 + [b"bad"] + [b"x"] * 50), None, Rule(), 2)
    got: list[object] = []
    with pytest.raises(MemoryError):
        got.extend(results)
    assert len(got) == 50


def test_a_stream_that_turns_slow_is_answered_at_once() -> None:
    """After bulk input the threads hold nothing back while the source makes us wait."""
    bulk = b"-1\n" * 1_000_000
    with subprocess.Popen([*COMMAND, "-j", "2"], stdin=PIPE, stdout=PIPE) as process:
        assert process.stdin
        assert process.stdout
        got: list[bytes] = []
        wanted = len(bulk) // 3 * 6

        def drain() -> None:
            assert process.stdout
            while sum(map(len, got)) < wanted:
                got.append(os.read(process.stdout.fileno(), 1 << 16))

        reader = threading.Thread(target=drain)
        reader.start()
        process.stdin.write(bulk)
        process.stdin.flush()
        reader.join(20)
        assert b"".join(got) == b"-0.01\n" * 1_000_000
        for _ in range(3):
            process.stdin.write(b"-2 3\n")
            process.stdin.flush()
            assert read_within(process.stdout.fileno(), b"\n") == b"-0.02 3\n"


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_ctrl_c_during_bulk_work_is_quiet(jobs: str) -> None:
    script = f"yes -- -1 | {TYPED} -j {jobs}"
    with subprocess.Popen(["bash", "-c", script], stdout=PIPE, stderr=PIPE, start_new_session=True) as process:
        assert process.stdout
        process.stdout.read(3 << 20)  # more than comes out before threads start
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=30)
        assert (process.returncode, err) == (130, b"")


def test_a_system_that_gives_no_threads_gets_the_same(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert run("csv", "-H", "-c", "1", "-a", "0.5", "-j", "4", stdin=BULK).ok() == HALVES
