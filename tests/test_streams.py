"""Standard input and output as a shell connects them: slow, closed, full, left, or a terminal."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE

import pytest
from conftest import COMMAND, TYPED, Run, exit_code, fork, on_linux

from leakyrelu_cli.engine import numerals
from leakyrelu_cli.storage import descriptors, local, sink, source


def read_within(descriptor: int, wanted: bytes, seconds: float = 30) -> bytes:
    """What arrives until the wanted bytes are there; a test that waits in vain fails by what it got."""
    got, end = b"", time.monotonic() + seconds
    while wanted not in got and select.select([descriptor], [], [], max(end - time.monotonic(), 0))[0]:
        data = os.read(descriptor, 4096)
        if not data:
            break
        got += data
    return got


@pytest.fixture
def started() -> Iterator[list[subprocess.Popen[bytes]]]:
    processes: list[subprocess.Popen[bytes]] = []
    yield processes
    for process in processes:
        process.kill()
        process.communicate()


@pytest.mark.parametrize(
    ("arguments", "first", "answer"),
    [([], b"-1 2\n", b"-0.01 2\n"), (["csv", "-c", "x"], b"x,y\n-1,2\n", b"x,y\n-0.01,2\n")],
)
def test_a_line_that_arrives_is_answered_at_once(
    arguments: list[str], first: bytes, answer: bytes, started: list[subprocess.Popen[bytes]]
) -> None:
    process = subprocess.Popen([*COMMAND, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE)
    started.append(process)
    assert process.stdin
    assert process.stdout
    process.stdin.write(first)
    process.stdin.flush()
    assert read_within(process.stdout.fileno(), answer) == answer
    process.stdin.write(b"-3,4\n")
    process.stdin.flush()
    assert read_within(process.stdout.fileno(), b"\n") == b"-0.03,4\n"


@pytest.mark.parametrize("arguments", ["", "csv -H -c 1", "--gradient"])
def test_a_reader_that_leaves_is_no_error(arguments: str) -> None:
    script = f"yes -- -1 | head -n 300000 | {TYPED} {arguments} | head -n 2"
    done = subprocess.run(["bash", "-c", f"{script}; echo ${{PIPESTATUS[2]}}"], capture_output=True, check=True)
    expected = b"0.01" if arguments == "--gradient" else b"-0.01"
    assert done.stdout == expected + b"\n" + expected + b"\n141\n"
    assert done.stderr == b""


@on_linux
@pytest.mark.parametrize("arguments", ["-1", "", "csv -c x", "csv --list", "--table 1", "--version", "--help"])
def test_a_full_standard_output_is_an_error(arguments: str) -> None:
    stdin = b"x\n-1\n" if "csv" in arguments else b"-1\n"
    with open("/dev/full", "wb", buffering=0) as full:
        done = subprocess.run([*COMMAND, *arguments.split()], input=stdin, stdout=full, stderr=PIPE, check=False)
    assert done.returncode == 1
    assert done.stderr == b"leakyrelu: standard output: No space left on device\n"


@pytest.mark.parametrize("arguments", ["-1", "--invalid ignore", "csv -c x"])
def test_a_closed_standard_output_is_an_error(arguments: str) -> None:
    script = f"printf 'x\\n' | {TYPED} {arguments} >&-"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"leakyrelu: standard output: Bad file descriptor\n"


def test_a_closed_standard_input_is_an_error() -> None:
    done = subprocess.run(["bash", "-c", f"{TYPED} <&-"], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"")
    assert done.stderr == b"leakyrelu: standard input: Bad file descriptor\n"


def test_a_closed_standard_error_changes_nothing_else() -> None:
    script = f"printf -- '-1\\nx\\n-2\\n' | {TYPED} --invalid fail 2>&-"
    done = subprocess.run(["bash", "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"-0.01\nx\n-0.02\n")


def test_non_blocking_descriptors_are_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told, tell = os.pipe()
    wait = descriptors.wait

    def tell_and_wait(descriptor: int, *, writing: bool) -> None:
        os.write(tell, b"w" if writing else b"r")
        wait(descriptor, writing=writing)

    for module in (local, sink):
        monkeypatch.setattr(module, "wait", tell_and_wait)
    their_in, our_out = os.pipe()
    our_in, their_out = os.pipe()
    for descriptor in (their_in, their_out):
        os.set_blocking(descriptor, False)
    lines = 400_000  # more than a pipe holds
    child = fork((), (their_in, their_out, 2), tmp_path, closing=(our_in, our_out, told))
    for descriptor in (their_in, their_out, tell):
        os.close(descriptor)
    assert os.read(told, 1) == b"r"

    def feed() -> None:
        with open(our_out, "wb") as pipe:
            pipe.write(b"-1\n" * lines)

    feeder = threading.Thread(target=feed)
    feeder.start()
    assert b"w" in iter(lambda: os.read(told, 1), b"")
    with open(our_in, "rb") as pipe:
        assert pipe.read() == b"-0.01\n" * lines
    feeder.join()
    assert exit_code(child) == 0
    os.close(told)


def test_a_terminal_gets_one_hint_and_an_answer_to_each_line(started: list[subprocess.Popen[bytes]]) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen(COMMAND, stdin=slave, stdout=PIPE, stderr=PIPE)
    started.append(process)
    os.close(slave)
    assert process.stdout
    assert process.stderr
    hint = read_within(process.stderr.fileno(), b"\n")
    assert hint == b"leakyrelu: reading numbers from the terminal; Ctrl-D ends, 'leakyrelu --help' explains\n"
    os.write(master, b"-1\n")
    assert read_within(process.stdout.fileno(), b"\n") == b"-0.01\n"
    os.write(master, b"\x04")
    assert process.wait(30) == 0
    os.close(master)


def test_on_a_terminal_a_bad_line_is_reported_and_the_next_one_awaited(started: list[subprocess.Popen[bytes]]) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen([*COMMAND, "--na", "NA"], stdin=slave, stdout=PIPE, stderr=PIPE)
    started.append(process)
    os.close(slave)
    assert process.stdout
    assert process.stderr
    read_within(process.stderr.fileno(), b"\n")
    os.write(master, b"-1\n-2 x -3\n")
    assert read_within(process.stderr.fileno(), b"\n") == b"leakyrelu: standard input:2: not a number: 'x'\n"
    os.write(master, b"NA -4\n")
    assert read_within(process.stdout.fileno(), b"-0.04\n") == b"-0.01\nNA -0.04\n"
    os.write(master, b"\x04")
    assert process.wait(30) == 1
    assert process.stderr.read() == b""
    os.close(master)


@pytest.mark.parametrize("arguments", [[], ["csv", "-H", "-c", "1"]])
def test_ctrl_c_ends_quietly_with_130(arguments: list[str], started: list[subprocess.Popen[bytes]]) -> None:
    process = subprocess.Popen([*COMMAND, *arguments], stdin=PIPE, stdout=PIPE, stderr=PIPE)
    started.append(process)
    assert process.stdin
    assert process.stdout
    process.stdin.write(b"-1\n")
    process.stdin.flush()
    assert read_within(process.stdout.fileno(), b"\n")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert (process.returncode, err) == (130, b"")


@pytest.mark.parametrize("blank", [b" ", b","])
def test_a_stream_of_one_line_is_cut_between_words_and_a_word_stays_whole(
    run: Run, monkeypatch: pytest.MonkeyPatch, blank: bytes
) -> None:
    monkeypatch.setattr(numerals, "LONG_LINE", 2000)
    monkeypatch.setattr(source, "BLOCK", 99)
    line = blank.join(b"-%d" % n for n in range(2000))
    expected = blank.join(b"-%s" % (repr(n * 0.01).removesuffix(".0").encode()) for n in range(2000))
    assert run(stdin=line).ok() == expected
    done = run(stdin=line + b"x")
    assert (done.code, done.err) == (1, b"leakyrelu: standard input:1: not a number: '-1999x'\n")
    assert 1000 < len(done.out) < len(expected)
    assert expected.startswith(done.out)
    assert done.out.endswith(blank)


def test_only_the_first_twenty_faults_are_shown(run: Run) -> None:
    done = run("--invalid", "warn", stdin=b"x\n" * 3000)
    lines = done.err.decode().splitlines()
    assert len(lines) == 21
    assert lines[0].startswith("leakyrelu: standard input:1: not a number: 'x'; ")
    assert lines[1] == "leakyrelu: standard input:2: not a number: 'x'"
    assert lines[-1] == "leakyrelu: ... and 2,980 more"
    assert (done.out, done.code) == (b"x\n" * 3000, 0)


def test_a_table_of_a_long_stream_is_cut_with_a_word(run: Run) -> None:
    done = run("--table", stdin=b"-1\n" * 5000)
    assert done.code == 0
    assert done.out.count(b"-0.01") == 1000
    assert b"first 1,000 numbers only" in done.err


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_a_reader_that_leaves_before_the_help_is_no_error(option: str) -> None:
    here, there = os.pipe()
    os.close(here)
    done = subprocess.run([*COMMAND, option], stdout=there, stderr=PIPE, check=False)
    os.close(there)
    assert (done.returncode, done.stderr) == (141, b"")


@on_linux
def test_a_usage_error_never_goes_to_standard_output(tmp_path: Path) -> None:
    for redirection in ("2>&- >out", "2>/dev/full >out"):
        done = subprocess.run(["bash", "-c", f"{TYPED} abc {redirection}"], cwd=tmp_path, check=False)
        assert done.returncode == 2
        assert (tmp_path / "out").read_bytes() == b""


def test_one_ctrl_d_ends_an_empty_terminal(started: list[subprocess.Popen[bytes]]) -> None:
    master, slave = pty.openpty()
    process = subprocess.Popen([*COMMAND, "csv", "-c", "x"], stdin=slave, stdout=PIPE, stderr=PIPE)
    started.append(process)
    os.close(slave)
    assert process.stderr
    assert b"reading CSV from the terminal" in read_within(process.stderr.fileno(), b"\n")
    os.write(master, b"\x04")
    assert process.wait(30) == 0
    os.close(master)


def test_ctrl_c_during_the_start_is_quiet() -> None:
    script = (
        "import sys, _signal, os; sys.argv = ['leakyrelu', '-t', '1']\n"
        "class Finder:\n"
        "    def find_spec(self, name, *rest):\n"
        "        if name == 'leakyrelu_cli.run.evaluate': os.kill(os.getpid(), 2)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "from leakyrelu_cli.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([*COMMAND[:1], "-c", script], capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (130, b"")
