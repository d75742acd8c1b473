"""Others write to the same files meanwhile: nothing of theirs is lost, and a run that succeeds has done its work."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import stat
import subprocess
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import COMMAND, Run, on_linux

from leakyrelu_cli.run import survey
from leakyrelu_cli.storage import attributes, kept, replacement, source, transaction

OLD, NEW = b"x\n-1\n", b"x\n-0.01\n"
NAMES = ("a.csv", "b.csv", "c.csv")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in NAMES:
        (tmp_path / name).write_bytes(OLD)
    return tmp_path


def texts(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}


def before(monkeypatch: pytest.MonkeyPatch, name: str, which: str, meddle: Callable[[], object]) -> None:
    """Let something happen once, right before a call of the system that names such a file as its last argument."""
    call = getattr(os, name)
    done: list[str] = []

    def meddle_and_call(*arguments: Any, **named: Any) -> Any:
        if not done and str(arguments[-1]).endswith(which):
            done.append(which)
            meddle()
        return call(*arguments, **named)

    monkeypatch.setattr(os, name, meddle_and_call)


def meanwhile(monkeypatch: pytest.MonkeyPatch, meddle: Callable[[], object]) -> None:
    """Let something happen once, when the first block of the input is read."""
    read = source.File.read
    done: list[source.File] = []

    def read_and_meddle(self: source.File) -> bytes:
        data = read(self)
        if not done:
            done.append(self)
            meddle()
        return data

    monkeypatch.setattr(survey, "_look_at", lambda *_: None)  # which reads, too, but what is not converted yet
    monkeypatch.setattr(source.File, "read", read_and_meddle)


# An output that is an input


@pytest.mark.parametrize("link", [os.symlink, os.link])
def test_an_output_that_is_a_link_to_an_input_is_refused(run: Run, folder: Path, link: Callable[..., None]) -> None:
    (folder / "out").mkdir()
    link(folder / "b.csv", folder / "out/a.csv")
    done = run("csv", "a.csv", "b.csv", "-c", "x", "--output-dir", "out")
    message = b"leakyrelu: --output-dir: 'b.csv' is there as 'out/a.csv'; --in-place replaces files\n"
    assert (done.code, done.err) == (2, message)
    assert texts(folder) == dict.fromkeys((*NAMES, "out/a.csv"), OLD)


# A file that someone else makes, replaces or writes to


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_a_file_that_someone_makes_meanwhile_is_not_replaced(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    (folder / "out").mkdir()

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    if not links:
        monkeypatch.setattr(os, "link", refuse)
    before(monkeypatch, "link", "out/b.csv", lambda: (folder / "out/b.csv").write_bytes(b"theirs"))
    done = run("csv", *NAMES, "-c", "x", "--output-dir", "out")
    assert (done.code, done.err) == (1, b"leakyrelu: out/b.csv: File exists\n")
    assert texts(folder) == {**dict.fromkeys(NAMES, OLD), "out/b.csv": b"theirs"}


def test_two_outputs_whose_names_differ_in_case_only_are_not_one_where_case_does_not_count(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("Data.csv", "data.csv"):
        (tmp_path / name).write_bytes(OLD)
    link = os.link

    def link_whatever_the_case(old: str, new: str) -> None:
        link(old, new.replace("Data", "data"))

    monkeypatch.setattr(os, "link", link_whatever_the_case)
    done = run("csv", "Data.csv", "data.csv", "-c", "x", "--output-dir", "out")
    assert done.code == 1
    assert b"leakyrelu: out/data.csv: File exists" in done.err


def test_a_file_that_is_written_to_while_others_are_replaced_keeps_what_it_got(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def append() -> None:
        with (folder / "b.csv").open("ab") as file:
            file.write(b"-7\n")

    before(monkeypatch, "replace", "a.csv", append)
    done = run("csv", *NAMES, "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: b.csv: changed while it was read; nothing is replaced\n")
    assert texts(folder) == {**dict.fromkeys(NAMES, OLD), "b.csv": OLD + b"-7\n"}


@pytest.mark.parametrize("names", [("b.csv",), NAMES], ids=" ".join)
@pytest.mark.parametrize("backup", [(), ("--backup", "~")], ids=["", "backup"])
def test_what_is_written_to_the_old_file_at_the_last_moment_is_not_lost(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...], backup: tuple[str, ...]
) -> None:
    with (folder / "b.csv").open("ab", buffering=0) as file:
        before(monkeypatch, "replace", "b.csv", lambda: file.write(b"-7\n"))
        done = run("csv", *names, "-c", "x", "-i", *backup)
    assert (done.code, done.err) == (1, b"leakyrelu: b.csv: changed while it was read; nothing is replaced\n")
    assert texts(folder) == {**dict.fromkeys(NAMES, OLD), "b.csv": OLD + b"-7\n"}


def test_a_file_that_is_renamed_over_the_input_at_the_last_moment_stays(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "theirs").write_bytes(b"x\n-8\n")
    before(monkeypatch, "link", kept.SUFFIX, lambda: (folder / "theirs").rename(folder / "b.csv"))
    done = run("csv", "b.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: b.csv: changed while it was read; nothing is replaced\n")
    assert texts(folder) == {**dict.fromkeys(NAMES, OLD), "b.csv": b"x\n-8\n"}


@pytest.mark.parametrize("in_place", [False, True], ids=["replaced", "written to"])
def test_undoing_leaves_alone_what_someone_made_of_the_new_file(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, *, in_place: bool
) -> None:
    def meddle() -> None:
        theirs = folder / ("a.csv" if in_place else "theirs")
        theirs.write_bytes(b"x\n-8\n")
        theirs.rename(folder / "a.csv")
        (folder / "b.csv").write_bytes(b"x\n-9\n")

    before(monkeypatch, "link", kept.SUFFIX, lambda: before(monkeypatch, "link", kept.SUFFIX, meddle))
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i")
    assert done.code == 1
    after = texts(folder)
    assert (after["a.csv"], after["b.csv"]) == (b"x\n-8\n", b"x\n-9\n")
    old = next(name for name in after if name.endswith(kept.SUFFIX))
    assert after[old] == OLD
    message = f"leakyrelu: b.csv: changed while it was read; a.csv is new already, its old text is {old}\n"
    assert done.err.decode() == message


@pytest.mark.parametrize("links", [True, False], ids=["links", "no links"])
def test_files_that_are_one_are_both_converted(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, *, links: bool
) -> None:
    (folder / "b.csv").unlink()
    (folder / "b.csv").hardlink_to(folder / "a.csv")
    if not links:
        monkeypatch.setattr(os, "link", lambda *_: os.unlink("/nowhere"))
    done = run("csv", "a.csv", "b.csv", "-c", "x", "-i")
    assert (done.code, done.err.count(b"its other hard links keep the old text")) == (0, 2)
    assert texts(folder) == {"a.csv": NEW, "b.csv": NEW, "c.csv": OLD}


@on_linux
def test_a_file_that_another_run_is_replacing_is_left_to_it(run: Run, folder: Path) -> None:
    fcntl = pytest.importorskip("fcntl")
    with (folder / "a.csv").open("rb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        done = run("csv", "a.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: a.csv: another program has locked it; nothing is replaced\n")
    assert texts(folder) == dict.fromkeys(NAMES, OLD)


@pytest.mark.parametrize("rounds", [5, pytest.param(150, marks=pytest.mark.slow)])
def test_runs_at_the_same_time_convert_as_often_as_they_succeed(tmp_path: Path, rounds: int) -> None:
    names = [f"{number}.csv" for number in range(20)]
    for _ in range(rounds):
        for name in names:
            (tmp_path / name).write_bytes(b"x\n-1\n" + b"0\n" * 10_000)
        command = [*COMMAND, "csv", *names, "-c", "x", "-i", "-a", "0.5"]
        runs = [subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE) for _ in range(3)]
        said = [run.communicate()[1] for run in runs]
        done = sum(run.returncode == 0 for run in runs)
        assert all(run.returncode == 0 or b"nothing is replaced" in text for run, text in zip(runs, said, strict=True))
        assert {(tmp_path / name).read_bytes()[:20].split(b"\n")[1] for name in names} == {b"%g" % -(0.5**done)}
        assert sorted(os.listdir(tmp_path)) == sorted(names)


# What is read


def rewritten(path: Path) -> None:
    """The same size, and the old time of last change."""
    status = path.stat()
    with path.open("r+b") as file:
        file.seek(len(OLD) // 2)
        file.write(b"9")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


def rewritten_larger(path: Path) -> None:
    """As if it had only grown."""
    with path.open("r+b") as file:
        file.write(b"y\n-2\n-3\n")


@on_linux
@pytest.mark.parametrize("meddle", [rewritten, rewritten_larger])
@pytest.mark.parametrize("output", [(), ("-o", "new.csv"), ("-i",)], ids=" ".join)
def test_a_rewrite_that_hides_is_seen(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, meddle: Callable[[Path], None], output: tuple[str, ...]
) -> None:
    meanwhile(monkeypatch, lambda: meddle(folder / "a.csv"))
    done = run("csv", "a.csv", "-c", "x", *output)
    assert (done.code, done.err) == (1, b"leakyrelu: a.csv: changed while it was read\n")
    assert sorted(texts(folder)) == list(NAMES)


@on_linux
def test_what_the_kernel_makes_anew_for_each_reader_has_not_changed(folder: Path) -> None:
    with open("/proc/uptime", "rb") as file:  # in hundredths of a second
        done = subprocess.run(COMMAND, stdin=file, cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_file_that_is_renamed_while_it_is_read_is_as_good_as_before(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, lambda: (folder / "a.csv").rename(folder / "a.csv.1"))
    assert run("csv", "a.csv", "-c", "x").ok() == NEW


@on_linux
def test_a_mode_that_is_given_meanwhile_stays(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b.csv").chmod(0o644)
    meanwhile(monkeypatch, lambda: (folder / "b.csv").chmod(0o600))
    run("csv", "a.csv", "-c", "x", "-o", "b.csv").ok()
    assert stat.S_IMODE((folder / "b.csv").stat().st_mode) == 0o600
    monkeypatch.undo()
    meanwhile(monkeypatch, lambda: (folder / "a.csv").chmod(0o640))
    assert run("csv", "a.csv", "-c", "x", "-i").code == 1
    assert stat.S_IMODE((folder / "a.csv").stat().st_mode) == 0o640


# What the system refuses


@on_linux
def test_where_modes_cannot_be_set_a_file_that_has_the_right_one_is_replaced(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "a.csv").chmod(0o600)  # which is what a new file has
    (folder / "b.csv").chmod(0o644)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "chmod", refuse)
    run("csv", "a.csv", "-c", "x", "-i").ok()
    done = run("csv", "b.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (0, b"leakyrelu: b.csv: warning: its mode could not be kept\n")
    assert (texts(folder)["a.csv"], texts(folder)["b.csv"]) == (NEW, NEW)


def test_a_backup_that_has_to_be_a_copy_is_never_open_to_more_than_the_file(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    modes: list[int] = []
    copy = attributes.take_over

    def look(descriptor: int, path: str, old_path: str, old: os.stat_result) -> bool:
        modes.append(stat.S_IMODE(os.fstat(descriptor).st_mode))
        return copy(descriptor, path, old_path, old)

    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(attributes, "take_over", look)
    (folder / "a.csv").chmod(0o600)
    old = os.umask(0)
    try:
        target = replacement.Replacement(str(folder / "a.csv"), None, "~")
        with target:
            target.write(NEW)
        target.publish(undoable=False, linked=set())
    finally:
        os.umask(old)
    monkeypatch.undo()
    assert modes == [0o600, 0o600]
    assert (texts(folder)["a.csv"], texts(folder)["a.csv~"]) == (NEW, OLD)
    assert stat.S_IMODE((folder / "a.csv~").stat().st_mode) == 0o600
    assert run("csv", "a.csv", "-c", "x", "-i", "--backup", "~").code == 1


def test_half_of_a_backup_is_not_in_the_way_of_the_next(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr("shutil.copyfileobj", full)
    done = run("csv", "a.csv", "-c", "x", "-i", "--backup", "~")
    assert (done.code, done.err) == (1, b"leakyrelu: a.csv: No space left on device\n")
    assert texts(folder) == dict.fromkeys(NAMES, OLD)
    monkeypatch.undo()
    run("csv", "a.csv", "-c", "x", "-i", "--backup", "~").ok()
    assert texts(folder)["a.csv~"] == OLD


def test_what_is_left_over_is_named(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "sub").mkdir()
    (folder / "sub/a.csv").write_bytes(b"x\n-1\nbad\n")
    meanwhile(monkeypatch, lambda: (folder / "sub").rename(folder / "moved"))
    done = run("csv", "sub/a.csv", "-c", "x", "-o", "sub/new.csv")
    left = [name for name in texts(folder) if name.endswith(replacement.TEMPORARY)]
    assert done.code == 1
    assert not left or os.path.basename(left[0]).encode() in done.err


@on_linux
@pytest.mark.parametrize(
    "number",
    [signal.SIGABRT, signal.SIGIO, signal.SIGSYS, signal.SIGPWR, signal.SIGRTMIN, signal.SIGRTMAX],
    ids=str,
)
def test_no_signal_leaves_a_temporary_file(folder: Path, number: int) -> None:
    with subprocess.Popen(
        [*COMMAND, "csv", "/dev/stdin", "-c", "x", "-o", "new.csv"], cwd=folder, stdin=subprocess.PIPE
    ) as process:
        assert process.stdin
        process.stdin.write(b"x\n-1\n")
        process.stdin.flush()
        while not any(name.endswith(replacement.TEMPORARY) for name in os.listdir(folder)):
            assert process.poll() is None
            time.sleep(0.005)
        # Python notices a signal that comes in the instant before a read begins only when that ends.
        while process.poll() is None:
            process.send_signal(number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(0.5)
        assert process.returncode == 128 + number
    assert texts(folder) == dict.fromkeys(NAMES, OLD)


def test_signals_wait_while_files_are_renamed(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before(monkeypatch, "replace", "b.csv", lambda: os.kill(os.getpid(), signal.SIGABRT))
    run("csv", *NAMES, "-c", "x", "-i").ok()
    assert texts(folder) == dict.fromkeys(NAMES, NEW)


@pytest.mark.parametrize("failing", ["open", "fsync", "close"])
def test_a_folder_that_cannot_be_flushed_in_the_end_is_no_failure(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    sync = transaction._sync_folder  # noqa: SLF001 -- the calls of this function alone are to fail

    def fail(*_: object) -> None:
        raise OSError(5, "Input/output error")

    def sync_and_fail(path: str) -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(os, failing, fail)
            sync(path)

    monkeypatch.setattr(transaction, "_sync_folder", sync_and_fail)
    run("csv", *NAMES, "-c", "x", "-i").ok()
    assert texts(folder) == dict.fromkeys(NAMES, NEW)


# All of it at once


def meddle_at_random(folder: Path, seed: int, until: threading.Event) -> list[bytes]:
    """Append numbers that are all different to files, by whatever way, until told to stop; what was written."""
    draw = random.Random(seed)
    written: list[bytes] = []
    while not until.wait(draw.uniform(0, 0.004)):
        path = folder / draw.choice(NAMES)
        line = b"%d\n" % (10**6 * seed + len(written) + 1)
        with path.open("ab", buffering=0) as file:
            if draw.random() < 0.3:
                time.sleep(draw.uniform(0, 0.002))
            is_there = os.path.samestat(os.fstat(file.fileno()), path.stat())
            if is_there:
                file.write(line)
                if os.path.samestat(os.fstat(file.fileno()), path.stat()):
                    written.append(line)
        if draw.random() < 0.1:
            path.chmod(draw.choice((0o600, 0o644)))
    return written


@on_linux
@pytest.mark.parametrize("seconds", [2.0, pytest.param(60.0, marks=pytest.mark.slow)])
def test_no_byte_that_others_write_is_lost(folder: Path, seconds: float) -> None:
    until = threading.Event()
    written: list[bytes] = []
    saved: list[bytes] = []
    writers = [threading.Thread(target=lambda n=n: written.extend(meddle_at_random(folder, n, until))) for n in (1, 2)]
    for writer in writers:
        writer.start()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        done = subprocess.run([*COMMAND, "csv", *NAMES, "-c", "x", "-i"], cwd=folder, capture_output=True, check=False)
        assert done.returncode in {0, 1}
        assert done.returncode == 0 or b"changed while it was read" in done.stderr, done.stderr
        named = re.findall(rb"its old text is (\S+?)[;\n]", done.stderr)
        left = [name for name in os.listdir(folder) if ".leakyrelu-" in name]
        assert sorted(os.fsencode(name) for name in left) == sorted(named)
        for name in left:  # what someone has written to the old file at the last moment is there, and nowhere else
            saved.append((folder / name).read_bytes())
            (folder / name).unlink()
    until.set()
    for writer in writers:
        writer.join()
    lines = b"".join([*texts(folder).values(), *saved]).splitlines(keepends=True)
    assert not set(written) - set(lines)
    assert written
