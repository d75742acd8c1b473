"""Progress: only where someone looks, only when it takes a while."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
from pathlib import Path

import pytest
from conftest import COMMAND, Run, on_linux

from leakyrelu_cli import bar, progress

SIZE = 200_000


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run takes longer than anyone's patience."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(b"x,y\n" + b'-1,"\n"\n' * SIZE)
    return tmp_path


def test_a_short_run_shows_nothing_even_if_asked(run: Run, data: Path) -> None:
    run("csv", "a.csv", "-c", "x", "-o", "out.csv", "--progress").ok()
    assert (data / "out.csv").exists()


@pytest.mark.usefixtures("impatient", "data")
def test_without_a_terminal_it_must_be_asked_for(run: Run) -> None:
    run("csv", "a.csv", "-c", "x", "-o", "out.csv").ok()
    run("csv", "a.csv", "-c", "x", "-o", "out.csv", "--no-progress").ok()


@pytest.mark.usefixtures("impatient", "data")
def test_the_last_line_counts_files_records_and_cells(run: Run) -> None:
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i", "--progress")
    assert (done.code, done.out) == (0, b"")
    last = done.err.decode().splitlines()[-1]
    assert re.fullmatch(r"leakyrelu: 2 files, 400,000 records, 400,000 cells changed, \d+\.\d s", last), done


@pytest.mark.usefixtures("impatient", "data")
def test_a_failed_run_has_no_last_line_but_its_error(run: Run) -> None:
    done = run("csv", "a.csv", "-c", "x,y", "-i", "--progress", "--invalid", "abort")
    assert done.err.decode().splitlines()[-1].startswith("leakyrelu: a.csv:2: column 'y'")


@pytest.mark.usefixtures("impatient", "data")
def test_a_log_gets_a_line_now_and_then(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bar, "LOG", 0.0)
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i", "--progress")
    assert b"\x1b" not in done.err
    lines = done.err.decode().splitlines()
    assert any(line.startswith("a.csv (1 of 2)") for line in lines)
    assert any(line.startswith("b.csv (2 of 2)") and "2.8 MB of 2.8 MB" in line for line in lines), done


def test_a_pipe_shows_bytes_without_a_total(data: Path) -> None:
    command = ["bash", "-c", f"cat a.csv | '{COMMAND[0]}' -c '{IMPATIENT}' csv -c x --progress >/dev/null"]
    done = subprocess.run(command, cwd=data, capture_output=True, check=True)
    lines = done.stderr.decode().splitlines()
    assert re.fullmatch(r"standard input  1\.4 MB  [0-9.]+ MB/s", lines[-2]), lines


IMPATIENT = (
    "import sys; from leakyrelu_cli import bar, progress; progress.PATIENCE = bar.LOG = 0.0;"
    "from leakyrelu_cli.__main__ import main; sys.exit(main())"
)
"""A command that shows progress at once."""


def on_a_terminal(command: str, folder: Path, *, columns: int = 80) -> str:
    """What a terminal of that width gets to see of a shell's command."""
    controller, terminal = pty.openpty()
    environment = {**os.environ, "COLUMNS": str(columns), "TERM": "xterm"}
    with subprocess.Popen(["bash", "-c", command], cwd=folder, stderr=terminal, env=environment) as process:
        os.close(terminal)
        seen = b""
        while select.select([controller], [], [], 30)[0]:
            try:
                seen += os.read(controller, 4096)
            except OSError:  # how Linux says that nobody has it open any more
                break
        process.wait()
    os.close(controller)
    return seen.decode()


SLOW = "(printf 'x\\n'; for i in 1 2 3 4 5 6 7 8; do echo -$i; sleep 0.2; done)"


def test_a_terminal_sees_a_bar_and_then_the_last_line(tmp_path: Path) -> None:
    seen = on_a_terminal(f"{SLOW} | {' '.join(COMMAND)} csv -c x > out.csv", tmp_path)
    assert "standard input" in seen
    assert seen.rstrip().endswith("s"), seen
    assert "leakyrelu: 1 file, 8 records, 8 cells changed, 1." in seen


def test_output_to_a_terminal_is_not_mixed_with_a_bar(tmp_path: Path) -> None:
    script = f"{SLOW} | {' '.join(COMMAND)} csv -c x >&2"
    assert on_a_terminal(script, tmp_path).split() == ["x", *(f"-0.0{n}" for n in range(1, 9))]


@on_linux
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "2> >(head -c 1 >/dev/null)"])
def test_a_standard_error_that_fails_does_not_end_the_work(data: Path, redirection: str) -> None:
    script = f"'{COMMAND[0]}' -c '{IMPATIENT}' csv a.csv -c x -i --progress {redirection}"
    subprocess.run(["bash", "-c", script], cwd=data, check=True)
    assert (data / "a.csv").read_bytes().startswith(b"x,y\n-0.01,")


def test_a_narrow_terminal_keeps_the_warnings_whole(tmp_path: Path) -> None:
    warned = SLOW.replace("echo -$i", "echo bad$i")
    seen = on_a_terminal(f"{warned} | {' '.join(COMMAND)} csv -c x --invalid warn > out.csv", tmp_path, columns=30)
    for number in range(1, 9):
        assert f"leakyrelu: standard input:{number + 1}: column 'x': not a number: 'bad{number}'\r\n" in seen
    bars = [line.rpartition("\x1b[2K")[2] for line in seen.split("\r") if "\x1b[2K" in line]
    assert any(bars)
    assert all(len(bar) < 30 for bar in bars if not bar.startswith("leakyrelu")), bars


def test_a_dumb_terminal_is_treated_as_a_log(tmp_path: Path) -> None:
    seen = on_a_terminal(f"export TERM=dumb; {SLOW} | {' '.join(COMMAND)} csv -c x > out.csv", tmp_path)
    assert "\x1b" not in seen
    assert "standard input  " in seen


def test_a_log_gets_no_cursor_movements_whatever_is_said_of_colour(data: Path) -> None:
    script = f"FORCE_COLOR=1 '{COMMAND[0]}' -c '{IMPATIENT}' csv a.csv -c x -i --progress"
    done = subprocess.run(["bash", "-c", script], cwd=data, capture_output=True, check=True)
    assert b"\x1b" not in done.stderr
