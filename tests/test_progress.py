"""Progress: only where someone looks, only when it takes a while."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
import terminals
from conftest import Completed, Run, exit_code, fork, on_linux

from leakyrelu_cli.run import progress
from leakyrelu_cli.show import progress_line
from leakyrelu_cli.storage import sink, source

RECORDS = 300
DATA = b"x,y\n" + b'-1,"\n"\n' * RECORDS
Shown = Callable[..., Completed]


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every run takes longer than anyone's patience, and shows each of many small blocks."""
    monkeypatch.setattr(progress, "PATIENCE", 0.0)
    monkeypatch.setattr(progress_line, "REDRAW", 0.0)
    monkeypatch.setattr(source, "BLOCK", 500)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(DATA)
    return tmp_path


@pytest.fixture
def shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Run the command with a terminal for its standard error, and for its output if it is to be seen too."""
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("COLUMNS", raising=False)  # which would say more than the terminal
    monkeypatch.setenv("NO_COLOR", "1")  # so that the length of a bar says how far it is

    def on_terminal(*arguments: str, stdin: bytes = b"", columns: int = 80, output_too: bool = False) -> Completed:
        controller, terminal = terminals.opened(columns)
        with tempfile.TemporaryFile() as in_, tempfile.TemporaryFile() as out:
            in_.write(stdin)
            in_.seek(0)
            streams = in_.fileno(), terminal if output_too else out.fileno(), terminal
            child = fork(arguments, streams, tmp_path, (controller,))
            os.close(terminal)
            seen = terminals.seen(controller)
            out.seek(0)
            return Completed(arguments, exit_code(child), out.read(), seen)

    return on_terminal


def looks(done: Completed) -> list[str]:
    """What stood on the line that is drawn anew, one look after the other."""
    return [part.partition("leakyrelu: ")[0] for part in done.err.decode().split(progress_line.CLEAR)[1:]]


@pytest.mark.usefixtures("data")
def test_a_short_run_shows_nothing_even_if_asked(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress, "PATIENCE", 3600.0)
    run("csv", "a.csv", "-c", "x", "-o", "out.csv", "--progress").ok()


@pytest.mark.usefixtures("impatient", "data")
def test_without_a_terminal_it_must_be_asked_for(run: Run, shown: Shown) -> None:
    run("csv", "a.csv", "-c", "x", "-o", "out.csv").ok()
    shown("csv", "a.csv", "-c", "x", "-o", "out.csv", "--quiet").ok()


@pytest.mark.usefixtures("impatient", "data")
def test_the_last_line_counts_files_and_cells(run: Run) -> None:
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i", "--progress")
    assert (done.code, done.out) == (0, b"")
    last = done.err.decode().splitlines()[-1]
    assert re.fullmatch(r"leakyrelu: 2 files, 600 cells changed", last), done


@pytest.mark.parametrize(
    ("arguments", "last"),
    [
        ("a.csv same.csv -i", "leakyrelu: 2 files, 300 cells changed, 1 file left alone"),
        ("a.csv -o new.csv", "leakyrelu: 1 file, 300 cells changed"),
        ("a.csv -o new.csv --quiet", ""),
        ("a.csv", ""),
        ("bad.csv a.csv -i --invalid fail", "leakyrelu: 2 files, nothing replaced: 1 fault"),
    ],
)
@pytest.mark.usefixtures("data")
def test_a_person_is_told_what_was_done_to_files(shown: Shown, tmp_path: Path, arguments: str, last: str) -> None:
    (tmp_path / "same.csv").write_bytes(b"x,y\n1,-2\n")
    (tmp_path / "bad.csv").write_bytes(b"x,y\nbad,-2\n")
    done = shown("csv", *arguments.split(), "-c", "x")
    assert done.err.decode().replace("\r\n", "\n").rpartition("'bad'\n")[2].strip() == last


@pytest.mark.usefixtures("impatient", "data")
def test_a_failed_run_has_no_last_line_but_its_error(run: Run) -> None:
    done = run("csv", "a.csv", "-c", "x,y", "-i", "--progress", "--invalid", "abort")
    *_, before, last = done.err.decode().splitlines()
    assert (done.code, last) == (1, "leakyrelu: a.csv:2: column 'y': not a number: '\\n'")
    assert "cells changed" not in before


@pytest.mark.usefixtures("impatient", "data")
def test_a_log_gets_a_line_now_and_then(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "LOG", 0.0)
    monkeypatch.setenv("FORCE_COLOR", "1")  # which is no reason for cursor movements in a file
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i", "--progress")
    assert (done.code, b"\x1b" in done.err) == (0, False), done
    lines = done.err.decode().splitlines()
    assert any(line.startswith("a.csv (1 of 2)") for line in lines)
    assert any(line.startswith("b.csv (2 of 2)") and "4.2 kB of 4.2 kB" in line for line in lines), done


@pytest.mark.usefixtures("impatient", "data")
def test_a_log_is_not_written_to_more_often_than_that(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "LOG", 3600.0)
    monkeypatch.setattr(progress_line, "monotonic", lambda: 1e9)  # a long time after the first look that there was not
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i", "--progress")
    assert (done.code, len(done.err.splitlines())) == (0, 2), done


@pytest.mark.usefixtures("impatient")
def test_a_pipe_shows_bytes_without_a_total(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "LOG", 0.0)
    here, there = os.pipe()
    os.write(there, DATA)
    os.close(there)
    with tempfile.TemporaryFile() as err, open(os.devnull, "wb") as out:
        assert exit_code(fork(("csv", "-c", "x", "--progress"), (here, out.fileno(), err.fileno()), tmp_path)) == 0
        err.seek(0)
        *_, line, _ = err.read().decode().splitlines()
    os.close(here)
    assert re.fullmatch(r"standard input  2\.1 kB  [0-9.]+ .?B/s", line), line


@pytest.mark.usefixtures("impatient", "data")
def test_a_terminal_sees_a_bar_that_grows_and_then_the_last_line(shown: Shown) -> None:
    done = shown("csv", "a.csv", "b.csv", "-c", "x", "-i")
    *seen, cleared = looks(done)
    form = re.compile(r"([ab])\.csv \(. of 2\)  .* of 4\.2 kB  .*B/s  \d:\d\d:\d\d left  (━+)╸? *")
    matches = list(filter(None, map(form.fullmatch, seen)))
    assert len(matches) > 4
    assert [match[1] for match in matches] == sorted(match[1] for match in matches)
    lengths = [len(match[2]) for match in matches]
    assert lengths == sorted(lengths)
    assert 0 < lengths[0] < lengths[-1] == len(seen[-1]) - len(seen[-1].rstrip("━"))
    assert (done.code, cleared) == (0, "")
    last = done.err.decode().rpartition(progress_line.CLEAR)[2]
    assert re.fullmatch(r"leakyrelu: 2 files, 600 cells changed\r\n", last), done


@pytest.mark.usefixtures("impatient", "data")
def test_a_terminal_is_not_drawn_to_more_often_than_one_can_see(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "REDRAW", 3600.0)
    monkeypatch.setattr(progress_line, "monotonic", lambda: 1e9)
    done = shown("csv", "a.csv", "b.csv", "-c", "x", "-i")
    assert (done.code, len(looks(done))) == (0, 2), done  # one, and its end


@pytest.mark.usefixtures("impatient")
def test_output_to_a_terminal_is_not_mixed_with_a_bar(shown: Shown) -> None:
    done = shown("csv", "-c", "x,y", "--invalid", "ignore", stdin=DATA, output_too=True)
    assert (done.code, done.err) == (0, DATA.replace(b"-1", b"-0.01").replace(b"\n", b"\r\n"))


@pytest.mark.usefixtures("impatient")
def test_a_narrow_terminal_keeps_the_warnings_whole(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BLOCK", 5)
    done = shown("csv", "-c", "x", "--invalid", "warn", stdin=b"x\n-1\nbad1\nbad2\nbad3\n", columns=30)
    assert (done.code, done.out) == (0, b"x\n-0.01\nbad1\nbad2\nbad3\n")
    for number in range(1, 4):
        warning = f"leakyrelu: standard input:{number + 2}: column 'x': not a number: 'bad{number}'\r\n"
        assert warning.encode() in done.err
    drawn = list(filter(None, looks(done)))
    assert len(drawn) > 3
    assert {look[:14] for look in drawn} == {"standard input"}
    assert all(len(look) < 30 for look in drawn), drawn


@pytest.mark.usefixtures("impatient", "data")
def test_a_dumb_terminal_is_treated_as_a_log(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setattr(progress_line, "LOG", 0.0)
    done = shown("csv", "a.csv", "-c", "x", "-i")
    assert (done.code, done.err[:7], b"\x1b" in done.err) == (0, b"a.csv  ", False), done


@pytest.mark.parametrize(
    ("done", "so_far"),
    [(500, "500 bytes of 2.0 kB  50 bytes/s  0:00:30 left"), (0, "0 bytes of 2.0 kB  0 bytes/s  ? left")]
    + [(3000, "3.0 kB  300 bytes/s")],
    ids=["some", "nothing yet", "the file has grown"],
)
def test_speed_and_time_left_are_those_of_the_bytes_so_far(
    monkeypatch: pytest.MonkeyPatch, done: int, so_far: str
) -> None:
    lines: list[str] = []
    monkeypatch.setattr(sink, "is_terminal", lambda _: False)
    monkeypatch.setattr(sink, "complain", lines.append)
    monkeypatch.setattr(progress_line, "monotonic", lambda: 110.0)
    progress_line.Bar(2000, start=100.0).show("a.csv", done)
    assert lines == [f"a.csv  {so_far}\n"]


@on_linux
@pytest.mark.parametrize("redirection", ["2>/dev/full", "2>&-", "2> >(head -c 1 >/dev/null)"])
def test_a_standard_error_that_fails_does_not_end_the_work(data: Path, redirection: str) -> None:
    script = f"{shlex.join(terminals.IMPATIENT)} csv a.csv -c x -i --progress {redirection}"
    subprocess.run(["bash", "-c", script], cwd=data, check=True)
    assert (data / "a.csv").read_bytes().startswith(b"x,y\n-0.01,")
