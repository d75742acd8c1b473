"""Whatever happens in the middle (signals, kill -9, failing disks, meddlers): every file is old or new, whole."""

from __future__ import annotations

import gzip
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import conftest
import pytest
from conftest import COMMAND, TYPED, Completed, Run, in_bounded_memory, on_linux, run_forked

from leakyrelu_cli.__main__ import main
from leakyrelu_cli.run import survey
from leakyrelu_cli.storage import kept, replacement, source, unwritable

NAMES = [f"{n}.csv" for n in range(8)]
OLD = b"x,y\n" + b"-1,old\n" * 4_000
NEW = b"x,y\n" + b"-0.01,old\n" * 4_000
IN_PLACE = ("csv", *NAMES, "-c", "x", "-i")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    refill(tmp_path)
    return tmp_path


def refill(folder: Path) -> None:
    for name in NAMES:
        (folder / name).unlink(missing_ok=True)  # some file systems take their time to cut a file
        (folder / name).write_bytes(OLD)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def state(folder: Path) -> list[str]:
    """What each file is: old, new, or neither."""
    known = {OLD: "old", NEW: "new"}
    return [known.get((folder / name).read_bytes(), "neither") for name in NAMES]


def seconds_of_a_run(folder: Path) -> float:
    start = time.monotonic()
    assert run_forked(IN_PLACE, b"", folder).ok() == b""
    refill(folder)
    return time.monotonic() - start


def with_signals(folder: Path, delays: list[float], number: int) -> Completed:
    """A run that gets the signal after each of the delays."""

    def send(child: int) -> None:
        for delay in delays:
            time.sleep(delay)
            os.kill(child, number)  # it is not waited for yet, so the number is still its own

    return run_forked(IN_PLACE, b"", folder, send)


def interrupt_at_random(folder: Path, rounds: int) -> None:
    moments = random.Random(2026)
    duration = seconds_of_a_run(folder)
    for round_ in range(rounds):
        number = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)[round_ % 3]
        delays = [moments.uniform(0.005, 1.1 * duration), *([0.0005] if round_ % 4 == 0 else [])]
        done = with_signals(folder, delays, number)
        assert done.err == b"", done
        assert done.code in {0, 128 + number, -number}, done  # -number: before the work or after it
        assert state(folder) in (["old"] * len(NAMES), ["new"] * len(NAMES))
        assert names(folder) == NAMES
        if state(folder)[0] == "new":
            refill(folder)


def kill_at_random(folder: Path, rounds: int) -> None:
    moments = random.Random(2026)
    duration = seconds_of_a_run(folder)
    for _ in range(rounds):
        with_signals(folder, [moments.uniform(0, 1.1 * duration)], signal.SIGKILL)
        assert "neither" not in state(folder)
        left = set(names(folder)) - set(NAMES)
        assert all(name.endswith((replacement.TEMPORARY, kept.SUFFIX)) for name in left), left
        for name in left:
            (folder / name).unlink()
        refill(folder)


@pytest.mark.slow
def test_signals_at_random_moments_change_all_or_nothing_and_leave_nothing_behind(folder: Path) -> None:
    interrupt_at_random(folder, 2000)


@pytest.mark.slow
def test_kill_at_random_moments_leaves_every_file_old_or_new(folder: Path) -> None:
    kill_at_random(folder, 2000)


CHANGING = ("open", "write", "fsync", "close", "replace", "link", "unlink")
CALLS = (*CHANGING, *("read", "stat", "fstat", "lstat", "access", "fchown", "urandom"))
THREE = ("csv", *NAMES[:3], "-c", "x", "-i")


class Calls:
    """Calls of the system: after some of them a signal comes, before the program can know what they gave."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, names: tuple[str, ...]) -> None:
        self._count = 0
        self._number = signal.SIGINT
        self._moments: tuple[int, ...] = ()
        monkeypatch.setattr(os, "fsync", int)  # no power will be cut, and a disk is slow
        for name in names:
            monkeypatch.setattr(os, name, self._counted(getattr(os, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*arguments: Any, **named: Any) -> Any:
            try:
                return call(*arguments, **named)
            finally:
                self._count += 1
                if self._count in self._moments:
                    os.kill(os.getpid(), self._number)

        return counted

    def send(self, number: signal.Signals, *moments: int) -> None:
        """Let the signal come after these calls from now on."""
        self._count, self._number, self._moments = 0, number, moments

    def of(self, work: Callable[[], object]) -> range:
        """All the calls that the work makes."""
        self.send(signal.SIGINT)
        work()
        return range(1, self._count + 1)


def test_ctrl_c_after_any_call_of_the_system_changes_all_or_nothing_and_leaves_nothing_behind(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "unraisablehook", sys.unraisablehook)  # which main() sets for good
    monkeypatch.chdir(folder)
    calls = Calls(monkeypatch, CALLS)
    ends = {"old": 0, "new": 0}
    for moment in calls.of(lambda: main([*THREE])):
        for moments in ((moment,), (moment, moment + 1)):  # once, and again while it cleans up
            if "new" in state(folder):
                refill(folder)
            signal.signal(signal.SIGINT, signal.default_int_handler)  # a run that has replaced files ignores it
            calls.send(signal.SIGINT, *moments)
            code = main([*THREE])
            calls.send(signal.SIGINT)
            [end] = set(state(folder)[:3])
            ends[end] += 1
            assert (code, *capfd.readouterr()) == ({"old": 130, "new": 0}[end], "", ""), moments
            assert names(folder) == NAMES, moments
    assert ends["old"] > ends["new"] > 0


def test_kill_after_any_call_that_changes_something_leaves_every_file_old_or_new(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    calls = Calls(monkeypatch, CHANGING)

    def main_killed_at(moment: int) -> Callable[[list[str]], int]:
        def send_and_begin(arguments: list[str]) -> int:
            calls.send(signal.SIGKILL, moment)
            return main(arguments)

        return send_and_begin

    for moment in calls.of(lambda: main([*THREE])):
        refill(folder)
        monkeypatch.setattr(conftest, "main", main_killed_at(moment))  # in the fork, that is
        assert run_forked(THREE, b"", folder).code == -signal.SIGKILL
        assert "neither" not in state(folder)
        left = set(names(folder)) - set(NAMES)
        assert all(name.endswith((replacement.TEMPORARY, kept.SUFFIX)) for name in left), left
        for name in left:
            (folder / name).unlink()


def test_a_signal_while_files_are_renamed_waits_until_that_is_done(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def interrupted_replace(old: str, new: str) -> None:
        os.kill(os.getpid(), signal.SIGINT)
        replace(old, new)
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(os, "replace", interrupted_replace)
    run(*IN_PLACE).ok()
    assert state(folder) == ["new"] * len(NAMES)
    assert names(folder) == NAMES


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=str)
def test_a_signal_whose_exception_is_lost_in_a_destructor_still_counts(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, number: signal.Signals, code: int
) -> None:
    class Fragile:
        def __del__(self) -> None:
            os.kill(os.getpid(), number)
            time.sleep(0.01)

    write = replacement.Replacement.write

    def write_and_drop(self: replacement.Replacement, data: bytes) -> None:
        write(self, data)
        Fragile()

    monkeypatch.setattr(replacement.Replacement, "write", write_and_drop)
    done = run(*IN_PLACE)
    assert (done.code, done.err) == (code, b"")
    assert state(folder) == ["old"] * len(NAMES)
    assert names(folder) == NAMES


def failing(error: OSError) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_a_disk_that_fails_at_fsync_leaves_the_old_files(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "fsync", failing(OSError(28, "No space left on device")))
    done = run(*IN_PLACE)
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: No space left on device\n")
    assert state(folder) == ["old"] * len(NAMES)
    assert names(folder) == NAMES


@on_linux
def test_a_disk_that_fails_at_close_leaves_the_old_files(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    close = os.close

    def close_and_fail(descriptor: int) -> None:
        writes = stat.S_ISREG(os.fstat(descriptor).st_mode) and os.readlink(f"/proc/self/fd/{descriptor}").endswith(
            replacement.TEMPORARY
        )
        close(descriptor)
        if writes:
            raise OSError(122, "Disk quota exceeded")

    monkeypatch.setattr(os, "close", close_and_fail)
    done = run(*IN_PLACE)
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: Disk quota exceeded\n")
    assert state(folder) == ["old"] * len(NAMES)
    assert names(folder) == NAMES


def meddling(monkeypatch: pytest.MonkeyPatch, meddle: Callable[[], object]) -> None:
    """Let something happen once after the first block of a file is read."""
    read, calls = source.File.read, []

    def read_and_meddle(self: source.File) -> bytes:
        data = read(self)
        calls.append(self)
        if len(calls) == 1:
            meddle()
        return data

    monkeypatch.setattr(survey, "_look_at", lambda *_: None)  # which reads, too, but what is not converted yet
    monkeypatch.setattr(source.File, "read", read_and_meddle)
    monkeypatch.setattr(source, "BLOCK", 1000)


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"-7,more\n")


def rewrite(path: Path) -> None:
    before = path.stat()
    with path.open("r+b") as file:
        file.write(b"y,x\n")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns + 1))  # a file system's clock may be coarse


@pytest.mark.parametrize(
    ("meddle", "message"),
    [
        (append, "0.csv: changed while it was read"),
        (rewrite, "0.csv: changed while it was read"),
        (lambda path: os.truncate(path, 5000), "0.csv: changed while it was read"),
        (lambda path: path.unlink(), "0.csv: No such file or directory"),
        (lambda path: (path.unlink(), path.write_bytes(b"x\n")), "0.csv: changed while it was read"),
    ],
    ids=["grows", "changes", "shrinks", "disappears", "is replaced"],
)
def test_a_file_that_changes_while_it_is_read_is_not_replaced(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, meddle: Callable[[Path], object], message: str
) -> None:
    path = folder / "0.csv"
    meddled: list[bytes | None] = []
    meddling(monkeypatch, lambda: meddle(path))
    done = run("csv", "0.csv", "1.csv", "-c", "x", "-i")
    meddled.append(path.read_bytes() if path.exists() else None)
    assert done.code == 1
    assert done.err.decode().startswith(f"leakyrelu: {message}"), done
    assert NEW not in meddled
    assert state(folder)[1:] == ["old"] * 7 if path.exists() else names(folder) == NAMES[1:]
    assert not [name for name in names(folder) if name not in NAMES]


def test_a_file_that_grows_may_be_converted_as_far_as_it_is_read(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddling(monkeypatch, lambda: append(folder / "0.csv"))
    assert run("csv", "0.csv", "-c", "x").ok() == NEW + b"-0.07,more\n"


def test_a_file_that_shrinks_on_the_way_to_standard_output_is_an_error(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddling(monkeypatch, lambda: os.truncate(folder / "0.csv", 5000))
    done = run("csv", "0.csv", "-c", "x")
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: changed while it was read\n")


@pytest.mark.parametrize("invalid", ["abort", "fail", "warn"])
@pytest.mark.parametrize("left", [b"-1", b'-1,"'], ids=["too short", "inside quotes"])
def test_a_file_that_shrinks_is_not_blamed_for_what_it_then_lacks(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, left: bytes, invalid: str
) -> None:
    record = b'-1,"2","\n"\n'
    (folder / "0.csv").write_bytes(record * 4_000)
    meddling(monkeypatch, lambda: os.truncate(folder / "0.csv", 700 * len(record) + len(left)))
    done = run("csv", "0.csv", "-H", "-c", "2", "--invalid", invalid)
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: changed while it was read\n")


def test_compressed_data_that_shrink_are_not_called_damaged(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    numbers = b"\n".join(b"%d" % number for number in random.Random(2026).randbytes(700_000))
    (folder / "0.csv.gz").write_bytes(gzip.compress(numbers, 1))
    meddling(monkeypatch, lambda: os.truncate(folder / "0.csv.gz", 600_000))
    done = run("csv", "0.csv.gz", "-H", "-c", "1")
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv.gz: changed while it was read\n")


def test_a_file_that_is_replaced_between_two_looks_at_it_keeps_what_it_got(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    look = unwritable.status_of_replaceable

    def replace_and_look(path: str, above: str) -> os.stat_result | None:
        (folder / "other").write_bytes(b"x\n-777\n")
        (folder / "other").rename(folder / "0.csv")
        return look(path, above)

    monkeypatch.setattr(unwritable, "status_of_replaceable", replace_and_look)
    done = run("csv", "0.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: changed while it was read; nothing is replaced\n")
    assert (folder / "0.csv").read_bytes() == b"x\n-777\n"


@pytest.mark.parametrize("closed", [">&- 2>&-", "<&- 2>&-", "<&- >&- 2>&-"])
def test_messages_never_land_in_a_file_that_got_a_closed_descriptors_number(folder: Path, closed: str) -> None:
    (folder / "0.csv").write_bytes(b"x\n-1\nbad\n")
    script = f"{TYPED} csv 0.csv -c x -i --invalid warn {closed}"
    subprocess.run(["bash", "-c", script], cwd=folder, check=True)
    assert (folder / "0.csv").read_bytes() == b"x\n-0.01\nbad\n"


def test_a_closed_standard_output_is_said_to_be_that(folder: Path) -> None:
    script = f"{TYPED} csv 0.csv -c x >&-"
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: standard output: Bad file descriptor\n")


def test_a_stream_that_shrinks_while_it_is_read_is_an_error(folder: Path) -> None:
    (folder / "numbers").write_bytes(b"-1\n" * 4_000_000)
    with (
        (folder / "numbers").open("rb") as numbers,
        subprocess.Popen(
            [*COMMAND, "-j", "1"], stdin=numbers, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process,
    ):
        assert process.stdout
        process.stdout.read(1)  # it has begun, and now waits for us
        os.truncate(folder / "numbers", 1000)
        _, err = process.communicate()
    assert (process.returncode, err) == (1, b"leakyrelu: standard input: changed while it was read\n")


@pytest.mark.parametrize("redirection", [">> 0.csv", "1<> 0.csv"])
@pytest.mark.parametrize("arguments", ["csv 0.csv -c x", "csv -c x < 0.csv", "--invalid ignore < 0.csv"])
def test_reading_what_is_written_is_refused(folder: Path, arguments: str, redirection: str) -> None:
    script = f"{TYPED} {arguments} {redirection}"
    done = subprocess.run(["bash", "-c", script], cwd=folder, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"leakyrelu: standard output: this is the file that is read")
    assert state(folder) == ["old"] * len(NAMES)


def test_hard_links_keep_the_old_text_with_a_warning(run: Run, folder: Path) -> None:
    os.link(folder / "0.csv", folder / "link")
    done = run("csv", "0.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (0, b"leakyrelu: 0.csv: warning: its other hard links keep the old text\n")
    assert (folder / "0.csv").read_bytes() == NEW
    assert (folder / "link").read_bytes() == OLD


@on_linux
def test_extended_attributes_stay(run: Run, folder: Path) -> None:
    path = folder / "0.csv"
    try:
        os.setxattr(path, "user.origin", b"probe 7")
    except OSError:
        pytest.skip("this file system has no extended attributes")
    run("csv", "0.csv", "-c", "x", "-i").ok()
    assert os.getxattr(path, "user.origin") == b"probe 7"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_the_owner_stays_and_so_do_special_mode_bits(run: Run, folder: Path) -> None:
    path = folder / "0.csv"
    os.chown(path, 1234, 2345)
    path.chmod(0o2640)
    run("csv", "0.csv", "-c", "x", "-i").ok()
    status = path.stat()
    assert (status.st_uid, status.st_gid, stat.S_IMODE(status.st_mode)) == (1234, 2345, 0o2640)


@pytest.mark.parametrize(
    ("foreign", "before", "after"),
    [(4, 0o2640, 0o640), (5, 0o664, 0o644)],
    ids=["owner: no special bits", "group: no more than others"],
)
def test_a_mode_lends_no_rights_to_an_owner_or_group_that_could_not_be_kept(  # noqa: PLR0913, PLR0917 -- fixtures, table
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, foreign: int, before: int, after: int
) -> None:
    path = folder / "0.csv"
    path.chmod(before)
    fstat = os.fstat

    def of_another(descriptor: int) -> os.stat_result:
        values = list(fstat(descriptor))
        values[foreign] += 1
        return os.stat_result(values)

    monkeypatch.setattr(os, "fstat", of_another)
    monkeypatch.setattr(os, "fchown", failing(PermissionError(1, "Operation not permitted")))
    run("csv", "1.csv", "-c", "x", "-o", "0.csv").ok()
    assert stat.S_IMODE(path.stat().st_mode) == after


def test_a_stranger_in_a_sticky_folder_is_refused_before_any_work(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.chmod(0o1777)
    monkeypatch.setattr(os, "geteuid", lambda: 4321)
    done = run(*IN_PLACE)
    assert (done.code, done.err) == (1, b"leakyrelu: 0.csv: Operation not permitted\n")
    assert names(folder) == NAMES


UNPRIVILEGED = (
    ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"]
    if os.geteuid() == 0
    else []
)


@pytest.mark.parametrize(
    ("modes", "message"),
    [
        ({".": 0o555}, "0.csv: Permission denied (no file can be made in its folder)"),
        ({"0.csv": 0o444}, "0.csv: Permission denied"),
        ({"1.csv": 0o000}, "1.csv: Permission denied"),
    ],
    ids=["folder", "file to write", "file to read"],
)
def test_without_permission_nothing_happens(folder: Path, modes: dict[str, int], message: str) -> None:
    for name, mode in modes.items():
        (folder / name).chmod(mode)
    try:
        done = subprocess.run([*UNPRIVILEGED, *COMMAND, *IN_PLACE], cwd=folder, capture_output=True, check=False)
    finally:
        for name in modes:
            (folder / name).chmod(0o700)
    assert (done.returncode, done.stderr.decode()) == (1, f"leakyrelu: {message}\n")
    assert state(folder) == ["old"] * len(NAMES)
    assert names(folder) == NAMES


@in_bounded_memory
@pytest.mark.parametrize("arguments", ["csv -c x line.csv", "csv -c x -i line.csv"])
def test_a_record_of_a_hundred_megabytes_is_an_error_in_bounded_memory(tmp_path: Path, arguments: str) -> None:
    text = b"x\n" + b"1" * 100_000_000
    (tmp_path / "line.csv").write_bytes(text)
    script = f"ulimit -v 600000; exec {TYPED} {arguments}"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout) == (1, b"" if "-i" in arguments else b"x\n")
    assert done.stderr == b"leakyrelu: line.csv:2: a record longer than 64 MiB; an unclosed quote?\n"
    assert (tmp_path / "line.csv").read_bytes() == text
    assert names(tmp_path) == ["line.csv"]
