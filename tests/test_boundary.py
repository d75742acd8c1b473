"""Whatever the system refuses, and whatever the environment says: one line and an exit code, never a traceback."""

from __future__ import annotations

import contextlib
import errno
import os
import re
import resource
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import terminals
from conftest import COMMAND, Completed, on_linux, run_forked

from leakyrelu_cli import core, errors
from leakyrelu_cli.__main__ import main
from leakyrelu_cli.run import dispatch
from leakyrelu_cli.show import console, curves, environment, image_plot, records_table, tables
from leakyrelu_cli.storage import replacement, sink

OLD, NEW = b"x,y\n-1,2\n", b"x,y\n-0.01,2\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_bytes(OLD)
    return tmp_path


def started(script: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[bytes]:
    """What bash runs, with `leakyrelu` as a command."""
    function = f'leakyrelu() {{ {" ".join(COMMAND)} "$@"; }}\n'
    environment = {**os.environ, **variables}
    return subprocess.run(
        ["bash", "-c", function + script], cwd=folder, env=environment, capture_output=True, check=False, timeout=60
    )


# What the environment says


@pytest.mark.parametrize("value", ["0", "1", "²", "abc", "99999999999999999999"])
@pytest.mark.parametrize("arguments", [["--help"], ["--table", "-1"], ["plot"]], ids=" ".join)
def test_a_size_that_is_none_is_as_good_as_not_given(folder: Path, arguments: list[str], value: str) -> None:
    sizes = dict.fromkeys(environment.SMALLEST, value)
    assert terminals.shown(arguments, folder, sizes) == terminals.shown(arguments, folder)


@pytest.mark.parametrize("value", ["0", "²", "99999999999999999999"])
def test_a_size_that_is_none_does_not_end_the_work_that_shows_progress(folder: Path, value: str) -> None:
    command = [*terminals.IMPATIENT, "csv", "a.csv", "-c", "x", "-i"]
    shown = terminals.shown(command, folder, dict.fromkeys(environment.SMALLEST, value))
    assert "a.csv  9 bytes of 9 bytes" in shown
    assert (folder / "a.csv").read_bytes() == NEW


def test_a_terminal_of_one_column_has_room_for_a_sign_of_life_and_no_line_more(folder: Path) -> None:
    shown = terminals.shown([*terminals.IMPATIENT, "csv", "a.csv", "-c", "x", "-i"], folder, columns=1)
    assert shown.count("\n") == 1  # of the closing line


def test_sizes_that_can_be_meant_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    meant = {"COLUMNS": "9999", "LINES": "5"}
    for name, value in meant.items():
        monkeypatch.setenv(name, value)
    environment.tame()
    assert {name: os.environ.get(name) for name in meant} == meant


def test_the_algebra_of_an_image_has_one_thread_unless_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(environment.THREADS, "3")
    environment.tame()
    assert os.environ[environment.THREADS] == "3"
    monkeypatch.delenv(environment.THREADS)
    environment.tame()
    assert os.environ[environment.THREADS] == "1"


@pytest.mark.parametrize("kind", ["svg", "pdf", "png"])
def test_no_variable_changes_an_image_or_refuses_it(folder: Path, kind: str) -> None:
    for name, value in {"SOURCE_DATE_EPOCH": "abc", "MPLBACKEND": "none"}.items():
        done = started(f"leakyrelu plot -o p.{kind}", folder, **{name: value})
        assert (done.returncode, done.stderr) == (0, b"")
    asked = curves.Plot(core.FORWARD, (0.01,), -5.0, 5.0)
    assert (folder / f"p.{kind}").read_bytes() == image_plot.render(curves.picture(asked), kind)


@pytest.mark.parametrize(
    "variables",
    [
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "nowhere"},
        {"PYTHONIOENCODING": "ascii"},
        {"TERM": "", "NO_COLOR": "", "FORCE_COLOR": "0", "HOME": "", "PATH": "", "TMPDIR": "/nowhere"},
        {"TYPER_USE_RICH": "what", "UNICODE_VERSION": "²", "TTY_COMPATIBLE": "x", "PYTHONWARNINGS": "error"},
    ],
    ids=["C", "unknown", "ascii", "empty", "what libraries look for"],
)
def test_other_variables_may_be_odd_too(folder: Path, variables: dict[str, str]) -> None:
    inherited = {**os.environ, **variables}
    for command in (["--help"], ["--table", "-1"], ["plot"]):
        done = subprocess.run([*COMMAND, *command], cwd=folder, env=inherited, capture_output=True, check=False)
        assert (done.returncode, done.stderr) == (0, b"")
        assert done.stdout.strip()


# Room on a screen


def test_a_table_in_a_narrow_terminal_leaves_no_digit_out(folder: Path) -> None:
    for columns in (1, 8, 12):
        shown = terminals.shown(["--table", "-123456789"], folder, {"NO_COLOR": "1"}, columns=columns)
        digits = "".join(filter(str.isdigit, re.sub(r"\x1b\[[\d;]*m", "", shown)))
        assert digits == "123456789" + "12345678900000001" + "001", digits


def test_a_preview_of_more_chosen_columns_than_there_is_room_for_shows_some_and_names_the_others() -> None:
    names = [b"c%d" % n for n in range(60)]
    shown = records_table.preview(names, [[records_table.Cell(b"-1.5", b"-0.015")] * 60], set(range(60)), "").decode()
    assert "-1.5 → -0.015" in shown
    width = max(map(len, shown.splitlines()))
    assert width <= console.WIDE
    cells = [records_table.Cell(b"-1.5", b"-0.015")] * 600
    monospaced = records_table.preview(names * 10, [cells], set(range(600)), "").decode()
    assert "-1.5" in monospaced
    assert "columns: c" in monospaced


# What the system refuses

CALLS = (
    *("open", "close", "fstat", "stat", "lstat", "read", "write", "lseek", "fsync", "replace", "link", "unlink"),
    *("mkdir", "rmdir", "chmod", "fchown", "listxattr", "getxattr", "setxattr", "removexattr", "access", "getcwd"),
    *("readlink", "dup2"),
)
"""The system calls of our input and output, by their names in `os`."""


def with_fault(
    failing: int | None, arguments: tuple[str, ...], stdin: bytes, folder: Path
) -> tuple[Completed, list[bytes]]:
    """A run of which one call fails, as on a dying disk, or none; and its calls, each with a line of ours."""
    log = os.memfd_create("calls")
    number = -1  # none counts before the command begins

    def wrapped(name: str, call: Callable[..., Any], write: Callable[[int, bytes], int] = os.write) -> Any:
        def wrapper(*arguments: Any, **options: Any) -> Any:
            nonlocal number
            if number < 0:
                return call(*arguments, **options)
            number += 1
            write(log, b"%s %s\n" % (name.encode(), line_of_ours()))
            if number - 1 != failing:
                return call(*arguments, **options)
            if name == "close":  # it is closed all the same
                call(*arguments, **options)
            path = arguments[0] if arguments and isinstance(arguments[0], str) else None
            raise OSError(errno.EIO, os.strerror(errno.EIO), path)

        return wrapper

    reserve = sink.reserve

    def begin() -> None:
        nonlocal number
        number = 0
        reserve()

    with pytest.MonkeyPatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, wrapped(name, getattr(os, name)))
        patch.setattr(os, "supports_fd", os.supports_fd | {os.chmod})
        patch.setattr(sink, "reserve", begin)
        done = run_forked(arguments, stdin, folder)
    with open(log, "rb") as calls:
        calls.seek(0)
        return done, calls.read().splitlines()


@contextlib.contextmanager
def read_from(pipe: Path) -> Iterator[None]:
    """While this lasts, who opens the pipe does not wait for a reader."""
    reader = os.open(pipe, os.O_RDWR)
    yield
    os.close(reader)


def line_of_ours() -> bytes:
    frame = sys._getframe(2)  # noqa: SLF001 -- there is no public way to look
    while frame.f_back is not None and "leakyrelu_cli" not in frame.f_code.co_filename:
        frame = frame.f_back
    return b"%s:%d" % (os.path.basename(frame.f_code.co_filename).encode(), frame.f_lineno)


def filled(folder: Path) -> Path:
    folder.mkdir()
    (folder / "a.csv").write_bytes(OLD)
    (folder / "b.csv").write_bytes(OLD)
    os.mkfifo(folder / "pipe")
    return folder


@on_linux
@pytest.mark.parametrize(
    ("arguments", "stdin", "written"),
    [
        ((), b"-1\n", []),
        (("csv", "-c", "x", "-o", "new.csv"), OLD, ["new.csv"]),
        (("csv", "a.csv", "-c", "x", "-o", "pipe", "--invalid", "warn"), b"", []),
        (("csv", "a.csv", "b.csv", "-c", "x", "-i"), b"", ["a.csv", "b.csv"]),
        (("csv", "a.csv", "-c", "x", "-i", "--backup", "~"), b"", ["a.csv", "a.csv~"]),
        (("csv", "a.csv", "b.csv", "-c", "x", "--output-dir", "d"), b"", ["d/a.csv", "d/b.csv"]),
        (("plot", "-o", "new.svg"), b"", ["new.svg"]),
        (("--version",), b"", []),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_a_call_that_fails_once_ends_in_a_line_that_names_the_file_and_changes_nothing(
    tmp_path: Path, arguments: tuple[str, ...], stdin: bytes, written: list[str]
) -> None:
    with read_from(filled(tmp_path / "good") / "pipe"):
        _, calls = with_fault(None, arguments, stdin, tmp_path / "good")
    assert calls
    before = state(filled(tmp_path / "before"), written)
    after = state(tmp_path / "good", written)
    first_and_last = {calls.index(call) for call in calls} | {
        len(calls) - 1 - calls[::-1].index(call) for call in calls
    }
    for number in sorted(first_and_last):
        folder = filled(tmp_path / str(number))
        with read_from(folder / "pipe"):
            done, _ = with_fault(number, arguments, stdin, folder)
        told = f"{calls[number]!r} of {done}"
        if done.code == 0:
            assert state(folder, written) == after, told
            left_over = rb"leakyrelu: [ab]\.csv: its old text is left over: \S+\n"
            assert not done.err or (calls[number].startswith(b"unlink") and re.fullmatch(left_over, done.err)), told
        else:
            assert done.code == 1, told
            assert re.fullmatch(
                r"leakyrelu: (standard (in|out)put|matplotlib|(d/)?[ab]\.csv|d|pipe|new\.\w+): Input/output error\n",
                done.err.decode(),
            ), told
            assert state(folder, written) == before, told
        assert stat.S_ISFIFO((folder / "pipe").stat().st_mode), told
        left = [name for name in os.listdir(folder) if name.startswith(".")]
        assert not left or calls[number].startswith(b"unlink"), told


def state(folder: Path, names: list[str]) -> list[bytes | None]:
    return [(folder / name).read_bytes() if (folder / name).exists() else None for name in names]


def test_a_folder_that_is_gone_is_said_to_be(folder: Path) -> None:
    gone = "mkdir gone; cd gone; rmdir ../gone"
    done = started(f"{gone}; leakyrelu csv {folder}/a.csv -c x -o new.csv", folder)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: new.csv: No such file or directory\n")
    done = started(f"{gone}; leakyrelu csv {folder}/a.csv -c x -o {folder}/new.csv", folder)
    assert (done.returncode, done.stderr) == (0, b"")


@on_linux
@pytest.mark.parametrize("arguments", ["--help", "--version", "--table -1", "-1", "plot", "csv a.csv --list"])
@pytest.mark.parametrize(
    ("redirection", "cause"), [(">&-", b"Bad file descriptor"), ("> /dev/full", b"No space left on device")]
)
def test_what_cannot_be_written_is_an_error_whoever_writes_it(
    folder: Path, arguments: str, redirection: str, cause: bytes
) -> None:
    done = started(f"leakyrelu {arguments} {redirection}", folder)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: standard output: " + cause + b"\n")


@on_linux
def test_memory_of_a_process_is_no_file_to_read(folder: Path) -> None:
    done = started("leakyrelu csv /proc/self/mem -c x", folder)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: /proc/self/mem: Input/output error\n")


def test_a_full_pipe_that_does_not_block_is_waited_for_whatever_its_number(folder: Path) -> None:
    number = 1500  # select counts to 1023
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard <= number:
        pytest.skip("no descriptor may have such a number")
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, number + 1), hard))
    try:
        mine, its = os.pipe()
        os.dup2(its, number)
        full = terminals.filled(number)
        command = [*COMMAND, "csv", "a.csv", "-c", "x", "-o", f"/dev/fd/{number}"]
        with subprocess.Popen(command, cwd=folder, pass_fds=[number], stderr=subprocess.PIPE) as process:
            os.close(its)
            os.close(number)
            assert terminals.late(process, mine, 0.5) == b"." * full + NEW
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_a_full_pipe_that_does_not_block_gets_the_whole_text(tmp_path: Path, option: str) -> None:
    expected = subprocess.run([*COMMAND, "csv", option], cwd=tmp_path, capture_output=True, check=True).stdout
    mine, its = os.pipe()
    full = terminals.filled(its)
    with subprocess.Popen([*COMMAND, "csv", option], stdout=its, stderr=subprocess.PIPE, cwd=tmp_path) as process:
        os.close(its)
        assert terminals.late(process, mine, 1) == b"." * full + expected


def test_a_device_is_never_replaced_even_if_it_was_not_seen_to_be_one(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    target = replacement.Replacement(str(folder / "pipe"), None, None)
    with pytest.raises(errors.FileError, match="pipe: File exists"), target:
        pass
    assert stat.S_ISFIFO((folder / "pipe").stat().st_mode)


def limited(limit: str, command: str, folder: Path) -> None:
    """Nothing but a result or a line, where Python itself and our package come so far as to run anything."""
    if started(f"ulimit {limit}; {sys.executable} -P -c 'import runpy, leakyrelu_cli.__main__'", folder).returncode:
        pytest.skip("Python itself cannot start")
    done = started(f"ulimit {limit}; leakyrelu {command}", folder)
    lines = done.stderr.splitlines()
    assert (done.returncode == 0 and not lines) or (done.returncode in {1, 70} and len(lines) == 1), done
    assert not lines or lines[0].startswith((b"leakyrelu: ", b"OpenBLAS error: ")), done
    assert not [name for name in os.listdir(folder) if ".leakyrelu-" in name]


@on_linux
@pytest.mark.parametrize("megabytes", [14, 16, 18, 21, 24, 26, 30, 35, 39, 42])
@pytest.mark.parametrize("command", ["--table -1", "csv a.csv -c x -i", "plot -o a.svg"])
def test_too_little_memory_is_one_line(folder: Path, megabytes: int, command: str) -> None:
    limited(f"-v {1000 * megabytes}", command, folder)


@on_linux
@pytest.mark.parametrize("megabytes", [60, 80, 110, 140, 170, 200])
def test_too_little_memory_for_an_image_is_one_line(folder: Path, megabytes: int) -> None:
    limited(f"-v {1000 * megabytes}", "plot -o a.png", folder)


@on_linux
@pytest.mark.parametrize("descriptors", [4, 5, 6])
@pytest.mark.parametrize("command", ["--table -1", "csv a.csv -c x -i", "csv a.csv -c x -o a.csv.gz", "plot -o a.svg"])
def test_too_few_descriptors_are_one_line(folder: Path, descriptors: int, command: str) -> None:
    limited(f"-n {descriptors}", command, folder)


def test_too_small_a_limit_for_files_is_one_line_and_changes_nothing(folder: Path) -> None:
    done = started("ulimit -f 0; leakyrelu csv a.csv b.csv -c x -i", folder)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: a.csv: File too large\n")
    assert state(folder, ["a.csv", "b.csv"]) == [OLD, OLD]
    assert sorted(os.listdir(folder)) == ["a.csv", "b.csv"]


# What nobody foresaw


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (MemoryError(), 1, r"out of memory"),
        (SystemError("error return without exception set"), 1, r"out of memory"),
        (ImportError("x.so: failed to map\n\x1b[0m"), 1, r"x\.so: failed to map\\n\\x1b\[0m"),
        (OSError(errno.EMFILE, "Too many open files", "\udcff"), 1, r"\\xff: Too many open files"),
        (OSError(errno.EIO, "Input/output error"), 1, r"Input/output error"),
        (OSError("strange"), 1, r"strange"),
        (ValueError("a\nb"), 70, r"a bug, please report it: ValueError: a\\nb \(at (\w+\.py:\d+ ?)+\)"),
    ],
    ids=repr,
)
def test_any_exception_is_one_line_and_an_exit_code(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: Exception, code: int, message: str
) -> None:
    def fail(*_: object) -> int:
        raise error

    monkeypatch.setattr(dispatch, "run", fail)
    assert main(["-1"]) == code
    assert re.fullmatch(f"leakyrelu: {message}\n", capfd.readouterr().err)


@pytest.mark.parametrize("error", [MemoryError(), OSError(errno.EMFILE, "Too many open files", "\udcff")], ids=repr)
def test_what_cannot_even_be_said_as_usual_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], error: Exception
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(sink, "reserve", fail)
    assert main(["-1"]) == 1
    assert re.fullmatch(r"leakyrelu: (out of memory|\[Errno 24\] Too many open files: '.+')\n", capfd.readouterr().err)


def test_of_a_preview_only_columns_that_may_have_room_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at: list[object] = []
    aligned = tables.aligned

    def look(texts: list[str]) -> list[str]:
        looked_at.append(texts)
        return aligned(texts)

    monkeypatch.setattr(tables, "aligned", look)
    names = [b"c%d" % n for n in range(20_000)]
    cells = [records_table.Cell(b"-1", b"-0.01")] * 20_000
    shown = records_table.preview(names, [cells], {3, 19_999}, "the first record").decode()
    assert len(looked_at) < console.WIDE
    assert "c19999" in shown
    assert "the first record; no room for" in shown
    assert shown.rstrip().endswith(", ...")
