"""Files as input and output: nothing is lost, whatever happens."""

from __future__ import annotations

import os
import shlex
import signal
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from conftest import COMMAND, TYPED, Run, on_linux

from leakyrelu_cli.run import chunking
from leakyrelu_cli.storage import flushing, replacement, source

OLD = b"x,y\n-1,old\n"
NEW = b"x,y\n-0.01,old\n"


@pytest.fixture
def target(tmp_path: Path) -> Path:
    path = tmp_path / "data.csv"
    path.write_bytes(OLD)
    return path


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def test_output_may_name_the_input_and_keeps_its_mode(run: Run, target: Path) -> None:
    target.chmod(0o640)
    run("csv", "data.csv", "-c", "x", "-o", "data.csv").ok()
    assert target.read_bytes() == NEW
    assert stat.S_IMODE(target.stat().st_mode) == 0o640


def test_a_new_file_has_the_mode_of_the_umask(run: Run, target: Path, tmp_path: Path) -> None:
    old = os.umask(0o027)
    try:
        run("csv", str(target), "-c", "x", "-o", "new.csv").ok()
    finally:
        os.umask(old)
    assert stat.S_IMODE((tmp_path / "new.csv").stat().st_mode) == 0o640


def test_a_symbolic_link_stays_one_and_its_target_is_replaced(run: Run, target: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    (folder / "real.csv").write_bytes(b"")
    (tmp_path / "link.csv").symlink_to("elsewhere/real.csv")
    run("csv", str(target), "-c", "x", "-o", "link.csv").ok()
    assert (tmp_path / "link.csv").is_symlink()
    assert (folder / "real.csv").read_bytes() == NEW
    assert names(folder) == ["real.csv"]


def test_a_fifo_is_written_through(run: Run, target: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    with subprocess.Popen(["cat", str(tmp_path / "fifo")], stdout=subprocess.PIPE) as reader:
        run("csv", str(target), "-c", "x", "-o", "fifo").ok()
        assert reader.communicate()[0] == NEW
    assert stat.S_ISFIFO((tmp_path / "fifo").stat().st_mode)


@on_linux
def test_a_full_device_as_output_is_an_error(run: Run, target: Path) -> None:
    done = run("csv", str(target), "-c", "x", "-o", "/dev/full")
    assert (done.code, done.err) == (1, b"leakyrelu: /dev/full: No space left on device\n")


def test_a_large_file_is_flushed_while_it_is_written(run: Run, target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flushing, "STEP", 1000)
    monkeypatch.setattr(source, "BLOCK", 10_000)
    target.write_bytes(b"x\n" + b"-1\n" * 50_000)
    monkeypatch.setattr(os, "fsync", lambda _: None)  # so that it is not that one
    flushed = os.memfd_create("flushed") if hasattr(os, "memfd_create") else -1
    if flushed < 0:
        pytest.skip("the system has no such files")
    monkeypatch.setattr(os, "fdatasync", lambda _: os.write(flushed, b"."))
    run("csv", "data.csv", "-c", "x", "-i").ok()
    assert target.read_bytes() == b"x\n" + b"-0.01\n" * 50_000
    assert os.fstat(flushed).st_size > 0
    os.close(flushed)


def test_an_error_of_the_disk_is_not_lost_in_a_flush_meanwhile(
    run: Run, target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(flushing, "STEP", 1000)
    monkeypatch.setattr(os, "fdatasync", fail)
    old = b"x\n" + b"-1\n" * 50_000
    target.write_bytes(old)
    done = run("csv", "data.csv", "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: data.csv: Input/output error\n")
    assert target.read_bytes() == old


@pytest.mark.parametrize("limit", [0, 100_000])
def test_a_full_disk_leaves_the_old_file_and_no_temporary_one(limit: int, target: Path, tmp_path: Path) -> None:
    target.write_bytes(b"x\n" + b"-123456789\n" * 100_000)
    (tmp_path / "out.csv").write_bytes(b"old")
    script = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit}));"
        "sys.argv = ['leakyrelu', 'csv', 'data.csv', '-c', 'x', '-o', 'out.csv'];"
        "from leakyrelu_cli.__main__ import main; sys.exit(main())"
    )
    done = subprocess.run([COMMAND[0], "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b"leakyrelu: out.csv: File too large\n"
    assert (tmp_path / "out.csv").read_bytes() == b"old"
    assert names(tmp_path) == ["data.csv", "out.csv"]


@pytest.mark.skipif(os.geteuid() != 0, reason="mounting a small file system needs root")
def test_a_small_file_system_that_fills_up_is_an_error(run: Run, target: Path, tmp_path: Path) -> None:
    target.write_bytes(b"x\n" + b"-123456789\n" * 100_000)
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "small", str(small)], check=False).returncode:
        pytest.skip("this machine does not allow mounting")
    try:
        (small / "out.csv").write_bytes(b"old")
        done = run("csv", "data.csv", "-c", "x", "-o", "small/out.csv")
        assert (done.code, done.err) == (1, b"leakyrelu: small/out.csv: No space left on device\n")
        assert names(small) == ["out.csv"]
        assert (small / "out.csv").read_bytes() == b"old"
    finally:
        subprocess.run(["umount", str(small)], check=True)


@contextmanager
def halfway(target: Path, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """The command, while it waits for more of the text that is to replace the target."""
    command = [*words, *COMMAND, "csv", "-c", "x", "-o", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin
        process.stdin.write(b"x\n-1,old\n")
        process.stdin.flush()
        end = time.monotonic() + 30
        while len(names(target.parent)) < 2 and time.monotonic() < end:
            time.sleep(0.005)
        assert any(name.endswith(replacement.TEMPORARY) for name in names(target.parent))
        yield process


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (signal.SIGINT, 130),
        (signal.SIGTERM, 143),
        (signal.SIGHUP, 129),
        (signal.SIGQUIT, 131),
        (signal.SIGXCPU, 152),
    ],
    ids=str,
)
def test_a_signal_leaves_the_old_file_and_no_temporary_one(
    number: signal.Signals, code: int, target: Path, tmp_path: Path
) -> None:
    with halfway(target) as process:
        process.send_signal(number)
        _, err = process.communicate()
        assert (process.returncode, err) == (code, b"")
    assert target.read_bytes() == OLD
    assert names(tmp_path) == ["data.csv"]


def test_an_ignored_hangup_stays_ignored(target: Path) -> None:
    with halfway(target, "sh", "-c", """trap '' HUP; exec "$@\"""", "sh") as process:
        process.send_signal(signal.SIGHUP)
        _, err = process.communicate(b"-2,more\n")
        assert (process.returncode, err) == (0, b"")
    assert target.read_bytes() == b"x\n-0.01,old\n-0.02,more\n"


def test_foreign_bytes_in_a_file_name_are_shown_escaped(run: Run) -> None:
    done = run("csv", b"a\x1b[31m\n\xff[bold].csv", "-c", "x")
    assert done.err == b"leakyrelu: a\\x1b[31m\\n\\xff[bold].csv: No such file or directory\n"
    assert done.code == 1


def test_foreign_bytes_in_an_argument_are_shown_escaped(run: Run) -> None:
    for arguments in ((b"\x1b(31m\xff",), (b"--alpha", b"\x1b[31m"), (b"--\x1b[31m",), (b"--invalid", b"\x1b[31m")):
        done = run(*arguments)
        assert done.code == 2
        assert b"\x1b" not in done.err
        assert b"\\x1b" + arguments[-1].partition(b"\x1b")[2][:4] in done.err


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"])
def test_wide_encodings_are_refused_with_the_way_out(run: Run, target: Path, encoding: str) -> None:
    target.write_bytes("xyz,b\n-1,2\n".encode(encoding))
    done = run("csv", "data.csv", "-c", "xyz")
    assert (done.code, done.out) == (1, b"")
    assert b"leakyrelu: data.csv: the text is UTF-" in done.err
    assert done.err.endswith(b" -t UTF-8 data.csv\n")


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252", "shift_jis", "gb18030"])
def test_ascii_compatible_encodings_pass_through(run: Run, target: Path, encoding: str) -> None:
    text = {"latin-1": "é", "cp1252": "€", "shift_jis": "表示", "gb18030": "数值"}[encoding]
    target.write_bytes(f"x,{text}\n-1,{text}\n".encode(encoding))
    assert run("csv", "data.csv", "-c", "x").ok() == f"x,{text}\n-0.01,{text}\n".encode(encoding)


def test_a_field_longer_than_pythons_csv_allows_passes(run: Run) -> None:
    field = b'"' + b'a,""\n' * 100_000 + b'"'
    assert run("csv", "-c", "x", stdin=b"t,x\n" + field + b",-1\n").ok() == b"t,x\n" + field + b",-0.01\n"


@pytest.mark.parametrize(
    ("columns", "data", "where"),
    [
        ("x", b'x,y\n-1,2\n3,"' + b"a" * 200, "3: a record longer than"),
        (None, b"1\n2\n" + b"1" * 200, "3: a word longer"),
    ],
)
def test_a_record_or_word_over_the_limit_is_an_error_that_says_where(
    run: Run, monkeypatch: pytest.MonkeyPatch, columns: str | None, data: bytes, where: str
) -> None:
    monkeypatch.setattr(chunking, "RECORD_LIMIT", 100)
    monkeypatch.setattr(source, "BLOCK", 16)
    done = run(*(("csv", "-c", columns) if columns else ()), stdin=data)
    assert done.code == 1
    assert f"standard input:{where}".encode() in done.err
    assert done.out == (b"x,y\n-0.01,2\n" if columns else b"1\n2\n")


@pytest.mark.parametrize("path", ["/dev/stdout", "/dev/fd/1", "-"])
def test_output_to_standard_output_by_name_keeps_what_stands_in_a_log(path: str, target: Path, tmp_path: Path) -> None:
    script = f"(echo before; {TYPED} csv data.csv -c x -o {path}; echo after) > log"
    subprocess.run(["bash", "-c", script], cwd=tmp_path, check=True)
    assert (tmp_path / "log").read_bytes() == b"before\n" + NEW + b"after\n"
    assert target.read_bytes() == OLD


@pytest.mark.parametrize(
    ("path", "cause"),
    [("new/", "Is a directory"), ("data.csv/", "Not a directory")] + [("loop", "Too many levels of symbolic links")],
)
def test_an_output_that_cannot_be_a_file_is_refused(
    run: Run, target: Path, tmp_path: Path, path: str, cause: str
) -> None:
    (tmp_path / "loop").symlink_to("loop")
    done = run("csv", "data.csv", "-c", "x", "-o", path)
    assert (done.code, done.err) == (1, f"leakyrelu: {path}: {cause}\n".encode())
    assert names(tmp_path) == ["data.csv", "loop"]
    assert target.read_bytes() == OLD


def test_a_closed_standard_output_does_not_matter_to_a_file(target: Path, tmp_path: Path) -> None:
    script = f"{TYPED} csv data.csv -c x -o out.csv >&-"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=True)
    assert done.stderr == b""
    assert (tmp_path / "out.csv").read_bytes() == NEW
    assert target.read_bytes() == OLD


def test_names_that_are_not_utf8_are_listed_whole(run: Run) -> None:
    assert run("csv", "--list", stdin=b"gr\xf6\xdfe,\x1b[31mred\n").ok() == b"1: gr\\xf6\\xdfe\n2: \\x1b[31mred\n"


@pytest.mark.parametrize(
    ("path", "message"),
    [("/dev/fd/77", b"/dev/fd/77: Bad file descriptor"), ("/dev/fd/\u00b2", b"No such file or directory")]
    + [("/dev/fd/99999999999999999999", b"No such file or directory")],
)
def test_a_descriptor_that_is_not_there_is_an_error(run: Run, target: Path, path: str, message: bytes) -> None:
    done = run("csv", str(target), "-c", "x", "-o", path)
    assert (done.code, done.out) == (1, b"")
    assert message in done.err


def test_a_folder_that_is_gone_is_an_error_that_names_the_file(target: Path, tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f'rmdir "$PWD"; exec {TYPED} csv {shlex.quote(str(target))} -c x -o out.csv'
    done = subprocess.run(["bash", "-c", script], cwd=gone, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (1, b"leakyrelu: out.csv: No such file or directory\n")


def test_a_preview_ends_before_a_record_over_the_limit(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunking, "RECORD_LIMIT", 100)
    monkeypatch.setattr(source, "BLOCK", 16)
    done = run("csv", "-c", "x", "--table", stdin=b'x,y\n-1,2\n3,"' + b"a" * 200)
    assert (done.code, b"-1 \xe2\x86\x92 -0.01" in done.out) == (1, True)
    assert b"standard input:3: a record longer than" in done.err
