"""Several files at once: in place or into a folder, all of them or none."""

from __future__ import annotations

import os
import shutil
import signal
from pathlib import Path

import pytest
from conftest import Run

from leakyrelu_cli.show import tables
from leakyrelu_cli.storage import replacement, unwritable
from leakyrelu_cli.storage.kept import SUFFIX

FILES = {"a.csv": b"x,y\n-1,-2\n", "b.csv": b'\xef\xbb\xbfy,"x"\r\n-3,"-4"\r\n', "c.tsv": b"x\tz\n-5,\t\n-6\t7\n"}
GOOD = ("a.csv", "b.csv")
NEW = {"a.csv": b"x,y\n-0.01,-2\n", "b.csv": b'\xef\xbb\xbfy,"x"\r\n-3,"-0.04"\r\n'}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).write_bytes(text)
    return tmp_path


def texts(folder: Path) -> dict[str, bytes]:
    """All that is there, hidden files included."""
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_in_place_finds_the_column_in_each_file(run: Run, folder: Path) -> None:
    run("csv", *GOOD, "-c", "x", "--in-place").ok()
    assert texts(folder) == {**FILES, **NEW}


def test_a_folder_is_made_and_gets_files_of_the_same_names(run: Run, folder: Path) -> None:
    run("csv", *GOOD, "-c", "x", "--output-dir", "out").ok()
    run("csv", *GOOD, "-c", "x", "--output-dir", "out").ok()
    assert texts(folder) == {**FILES, **{f"out/{name}": text for name, text in NEW.items()}}


def test_a_backup_keeps_the_old_file_itself(run: Run, folder: Path) -> None:
    before = (folder / "a.csv").stat()
    run("csv", *GOOD, "-c", "x", "-i", "--backup", ".bak").ok()
    assert texts(folder) == {**FILES, **NEW, **{f"{name}.bak": FILES[name] for name in GOOD}}
    assert (folder / "a.csv.bak").stat().st_ino == before.st_ino


def test_a_backup_is_a_copy_where_links_are_not_served(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_link(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", no_link)
    run("csv", *GOOD, "-c", "x", "-i", "--backup", ".bak").ok()
    assert texts(folder) == {**FILES, **NEW, **{f"{name}.bak": FILES[name] for name in GOOD}}


def test_a_backup_that_cannot_be_copied_whole_does_not_stay(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_link(*_: object) -> None:
        raise PermissionError

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "link", no_link)
    monkeypatch.setattr(shutil, "copyfileobj", full)
    done = run("csv", *GOOD, "-c", "x", "-i", "--backup", ".bak")
    assert (done.code, done.err) == (1, b"leakyrelu: a.csv: No space left on device\n")
    assert texts(folder) == FILES


def test_an_older_backup_is_never_overwritten(run: Run, folder: Path) -> None:
    (folder / "b.csv.bak").write_bytes(b"older")
    done = run("csv", *GOOD, "-c", "x", "-i", "--backup", ".bak")
    assert (done.code, done.err) == (
        1,
        b"leakyrelu: b.csv: File exists: the backup b.csv.bak, which is never overwritten\n",
    )
    assert texts(folder) == {**FILES, "b.csv.bak": b"older"}


def test_a_backup_that_appears_during_the_work_is_not_overwritten(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unwritable, "of_new", lambda _: None)
    (folder / "b.csv.bak").write_bytes(b"older")
    done = run("csv", *GOOD, "-c", "x", "-i", "--backup", ".bak")
    assert (done.code, done.err) == (1, b"leakyrelu: b.csv: File exists\n")
    assert texts(folder) == {**FILES, "b.csv.bak": b"older"}


@pytest.mark.parametrize("way", [("-i",), ("-i", "--backup", "~"), ("--output-dir", "out")], ids=str)
@pytest.mark.parametrize(
    ("third", "code", "message"),
    [
        ("c.tsv", 1, b"leakyrelu: c.tsv:2: column 'x': not a number: '-5,'\n"),
        ("missing.csv", 1, b"leakyrelu: missing.csv: No such file or directory\n"),
        ("other.csv", 2, b"other.csv: no column 'x'; the columns are: 1 'u', 2 'v'"),
        (".", 1, b"leakyrelu: .: "),
    ],
)
def test_one_bad_file_leaves_all_as_they_were(  # noqa: PLR0913, PLR0917 -- the fixtures and the table
    run: Run, folder: Path, way: tuple[str, ...], third: str, code: int, message: bytes
) -> None:
    (folder / "other.csv").write_bytes(b"u,v\n1,2\n")
    done = run("csv", *GOOD, third, "-c", "x", *way)
    assert done.code == code
    assert message in done.err
    assert done.out == b""
    assert texts(folder) == {**FILES, "other.csv": b"u,v\n1,2\n"}
    assert not (folder / "out").exists()


def test_the_other_options_work_in_a_batch(run: Run, folder: Path) -> None:
    done = run("csv", "a.csv", "c.tsv", "-c", "1", "-i", "--suffix", "_r", "--invalid", "warn", "-j", "2", "-a", "0.5")
    assert (done.code, done.err) == (0, b"leakyrelu: c.tsv:2: column 'x': not a number: '-5,'\n")
    assert texts(folder) == {
        **FILES,
        "a.csv": b"x,y,x_r\n-1,-2,-0.5\n",
        "c.tsv": b"x\tz\tx_r\n-5,\t\t-5,\n-6\t7\t-3\n",
    }


def test_twenty_faults_are_shown_of_all_files_together(run: Run, folder: Path) -> None:
    for name in ("p.csv", "q.csv"):
        (folder / name).write_bytes(b"x\n" + b"bad\n" * 15)
    done = run("csv", "p.csv", "q.csv", "-c", "x", "-i", "--invalid", "warn")
    lines = done.err.decode().splitlines()
    assert (done.code, len(lines)) == (0, 21)
    assert lines[0] == "leakyrelu: p.csv:2: column 'x': not a number: 'bad'"
    assert lines[19:] == ["leakyrelu: q.csv:6: column 'x': not a number: 'bad'", "leakyrelu: q.csv: ... and 10 more"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.csv", "sub/a.csv", "--output-dir", "out"], "'a.csv' and 'sub/a.csv' would both become 'out/a.csv'"),
        (["a.csv", "./a.csv", "-i"], "'a.csv' and './a.csv' would both become './a.csv'"),
        (["a.csv", "link.csv", "-i"], "'a.csv' and 'link.csv' would both become 'link.csv'"),
        (["a.csv", "b.csv"], "several files need --output-dir or --in-place"),
        (["a.csv", "b.csv", "-o", "c.csv"], "several files need --output-dir or --in-place"),
        (["c", "c", "-i"], "'c' is given twice"),  # Python keeps one object for each letter
        (["a.csv", "--output-dir", ""], "--output-dir may not be empty"),
        (["a.csv", "--output-dir", "."], "--output-dir: 'a.csv' is there itself"),
        (["a.csv", "-o", ""], "--output may not be empty"),
        (["-", "-i"], "standard input has no name for --in-place"),
        (["--output-dir", "out"], "standard input has no name for --output-dir"),
        (["a.csv", "-i", "-o", "b.csv"], "--output and --in-place exclude each other"),
        (
            ["a.csv", "-i", "--output-dir", "out"],
            "--output-dir and --in-place exclude each other",
        ),
        (["a.csv", "--backup", ".bak"], "--backup needs --in-place"),
        (["a.csv", "-i", "--backup", ""], "--backup: '' is no end for a file's name"),
        (["a.csv", "-i", "--backup", "/x"], "--backup: '/x' is no end for a file's name"),
    ],
)
def test_what_cannot_be_is_refused_before_any_work(run: Run, folder: Path, arguments: list[str], message: str) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "a.csv").write_bytes(b"x\n-1\n")
    (folder / "link.csv").symlink_to("a.csv")
    before = texts(folder)
    done = run("csv", *arguments, "-c", "x")
    assert done.code == 2
    assert message in done.err.decode()
    assert texts(folder) == before
    assert not (folder / "out").exists()


def test_a_folder_that_is_a_file_is_an_error(run: Run, folder: Path) -> None:
    done = run("csv", "a.csv", "-c", "x", "--output-dir", "b.csv")
    assert (done.code, done.err) == (1, b"leakyrelu: b.csv: Not a directory\n")
    done = run("csv", "a.csv", "-c", "x", "--output-dir", "no/out")
    assert (done.code, done.err) == (1, b"leakyrelu: no/out: No such file or directory\n")
    assert texts(folder) == FILES


@pytest.mark.parametrize("name", ["fifo", "/dev/null", "."])
def test_only_regular_files_are_edited_in_place(run: Run, folder: Path, name: str) -> None:
    os.mkfifo(folder / "fifo")
    done = run("csv", "a.csv", name, "-c", "x", "-i")
    assert done.code == 1
    assert done.err == f"leakyrelu: {name}: not a regular file, so it cannot be edited in place\n".encode()
    (folder / "fifo").unlink()
    assert texts(folder) == FILES


def test_several_files_are_listed_with_their_names(run: Run, folder: Path) -> None:
    assert run("csv", *GOOD, "--list").ok() == b"a.csv:\n1: x\n2: y\nb.csv:\n1: y\n2: x\n"
    assert run("csv", "c.tsv", "--list").ok() == b"1: x\n2: z\n"
    assert texts(folder) == FILES


@pytest.mark.parametrize("failing", [1, 2])
@pytest.mark.parametrize("backup", [(), ("--backup", "~")], ids=str)
def test_a_rename_that_the_system_refuses_undoes_those_before_it(
    run: Run, folder: Path, failing: int, backup: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    replace, calls = os.replace, []

    def refuse_once(old: str, new: str) -> None:
        calls.append(new)
        if len(calls) == failing:
            raise PermissionError(13, "Permission denied")
        replace(old, new)

    monkeypatch.setattr(os, "replace", refuse_once)
    (folder / "d.csv").write_bytes(FILES["a.csv"])
    done = run("csv", *GOOD, "d.csv", "-c", "x", "-i", *backup)
    name = ("a.csv", "b.csv")[failing - 1]
    assert (done.code, done.err) == (1, f"leakyrelu: {name}: Permission denied\n".encode())
    assert texts(folder) == {**FILES, "d.csv": FILES["a.csv"]}


def test_out_of_memory_in_the_midst_of_renames_undoes_those_before_it(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replace = os.replace

    def fail_for_b(old: str, new: str) -> None:
        if new.endswith("b.csv"):
            raise MemoryError
        replace(old, new)

    monkeypatch.setattr(os, "replace", fail_for_b)
    done = run("csv", *GOOD, "-c", "x", "-i")
    assert (done.code, done.err) == (1, b"leakyrelu: out of memory\n")
    assert texts(folder) == FILES


@pytest.mark.parametrize("place", ["settle", "summary"])
def test_what_fails_after_all_is_replaced_changes_no_exit_code(
    run: Run, folder: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise MemoryError

    if place == "settle":
        monkeypatch.setattr(replacement.Replacement, "settle", fail)
    else:
        monkeypatch.setattr(tables, "summary", fail)
    done = run("csv", *GOOD, "-c", "x", "-i", "--summary")
    assert done.code == 0, done
    assert b"leakyrelu: warning: the files are done, but not all that comes after: out of memory\n" in done.err
    assert {name: text for name, text in texts(folder).items() if name in NEW} == NEW


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_after_all_is_replaced_changes_no_exit_code(
    run: Run, folder: Path, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> str:
        os.kill(os.getpid(), number)
        return "\n"

    monkeypatch.setattr(tables, "summary", interrupted)
    done = run("csv", *GOOD, "-c", "x", "-i", "--summary")
    assert (done.code, done.err) == (0, b"\n")
    assert {name: text for name, text in texts(folder).items() if name in NEW} == NEW


def test_undoing_removes_what_was_new(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace = os.replace

    def refuse_b(old: str, new: str) -> None:
        if new.endswith("b.csv"):
            raise PermissionError(13, "Permission denied")
        replace(old, new)

    def refuse_links(*_: str) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse_links)  # as on FAT
    monkeypatch.setattr(os, "replace", refuse_b)
    done = run("csv", *GOOD, "-c", "x", "--output-dir", "out")
    assert (done.code, done.err) == (1, b"leakyrelu: out/b.csv: Permission denied\n")
    assert texts(folder) == FILES
    assert not (folder / "out").exists()


def test_what_cannot_be_undone_is_named(run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    replace, calls = os.replace, []

    def refuse_later(old: str, new: str) -> None:
        calls.append(new)
        if len(calls) > 1:
            raise PermissionError(13, "Permission denied")
        replace(old, new)

    monkeypatch.setattr(os, "replace", refuse_later)
    done = run("csv", *GOOD, "-c", "x", "-i")
    after = texts(folder)
    assert (after.pop("a.csv"), after.pop("b.csv")) == (NEW["a.csv"], FILES["b.csv"])
    kept = {name: text for name, text in after.items() if name.endswith(SUFFIX)}
    assert list(kept.values()) == [FILES["a.csv"]]
    message = f"leakyrelu: b.csv: Permission denied; a.csv is new already, its old text is {next(iter(kept))}\n"
    assert (done.code, done.err.decode()) == (1, message)


def test_names_are_anything_a_file_may_be_called(run: Run, folder: Path) -> None:
    odd = [b"-x.csv", b"new\nline.csv", b"\x1b[31mred.csv", b"\xff\xfe.csv", b"[bold].csv", b" .csv"]
    old, new = b"x\n-1\n", b"x\n-0.01\n"
    names = [os.fsdecode(name) for name in odd]
    for name in names:
        (folder / name).write_bytes(old)
    run("csv", "-c", "x", "--output-dir", "out", "--", *odd).ok()
    assert texts(folder / "out") == dict.fromkeys(names, new)
    run("csv", "-c", "x", "-i", "--backup=b", "--", *odd).ok()
    assert [(folder / name).read_bytes() for name in names] == [new] * len(odd)
    assert [(folder / f"{name}b").read_bytes() for name in names] == [old] * len(odd)
    done = run("csv", "-c", "y", "-i", "--", *odd)
    assert done.code == 2
    assert b"\x1b" not in done.err


def test_an_empty_file_stays_empty_in_a_batch(run: Run, folder: Path) -> None:
    (folder / "empty.csv").write_bytes(b"")
    run("csv", "a.csv", "empty.csv", "-c", "x", "-i").ok()
    assert texts(folder) == {**FILES, "a.csv": NEW["a.csv"], "empty.csv": b""}


def test_all_files_that_cannot_be_converted_are_listed_at_once(run: Run, tmp_path: Path) -> None:
    names = [f"{number:02}.csv" for number in range(30)]
    for name in names[5:]:
        (tmp_path / name).write_bytes(b"y\n-1\n")
    done = run("csv", *names, "-c", "x", "--output-dir", "out")
    lines = done.err.decode().splitlines()
    assert done.code == 1
    assert lines[:6] == [
        *(f"leakyrelu: {name}: No such file or directory" for name in names[:5]),
        "leakyrelu: 05.csv: no column 'x'; the columns are: 1 'y'",
    ]
    assert (len(lines), lines[20]) == (21, "leakyrelu: ... and 10 more files that cannot be converted")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(("invalid", "code"), [("fail", 1), ("warn", 0), ("ignore", 0)])
def test_faults_that_get_no_line_are_counted_by_file(run: Run, tmp_path: Path, invalid: str, code: int) -> None:
    names = [f"{number:02}.csv" for number in range(45)]
    for name in names:
        (tmp_path / name).write_bytes(b"x\nbad\nworse\n")
    done = run("csv", *names, "-c", "x", "-i", "--invalid", invalid)
    assert done.code == code
    if invalid == "ignore":
        assert not done.err
        return
    assert done.err.decode().splitlines()[19:] == [
        "leakyrelu: 09.csv:3: column 'x': not a number: 'worse'",
        *(f"leakyrelu: {name}: 2 faults" for name in names[10:30]),
        "leakyrelu: ... and 30 faults in 15 more files",
    ]


def test_a_file_in_which_no_cell_changes_is_left_alone(run: Run, folder: Path) -> None:
    (folder / "same.csv").write_bytes(b"x,y\n1,-2\n")
    before = (folder / "same.csv").stat()
    run("csv", "a.csv", "same.csv", "-c", "x", "-i", "--backup", "~").ok()
    after = (folder / "same.csv").stat()
    assert (after.st_ino, after.st_mtime_ns, after.st_ctime_ns) == (
        before.st_ino,
        before.st_mtime_ns,
        before.st_ctime_ns,
    )
    assert "same.csv~" not in texts(folder)
    assert texts(folder)["a.csv~"] == FILES["a.csv"]
    run("csv", "same.csv", "-c", "x", "-i", "--suffix", "_r").ok()  # here a new column is a change
    assert texts(folder)["same.csv"] == b"x,y,x_r\n1,-2,1\n"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["a.csv", "-i"], 0),
        (["a.csv", "--output-dir", "new"], 0),
        (["a.csv", "--output-dir", "no/new"], 1),
        (["a.csv", "--output-dir", "b.csv"], 1),
        (["a.csv", "-o", "new.csv"], 0),
        (["a.csv", "-o", "no/new.csv"], 1),
        (["a.csv", "-o", "folder/"], 1),
        (["a.csv", "-i", "--backup", ".old"], 1),
        (["a.csv", "bad.csv", "-i"], 1),
        (["a.csv", "bad.csv", "-i", "--invalid", "fail"], 1),
        (["a.csv", "bad.csv", "-i", "--invalid", "warn"], 0),
        (["a.csv", "a.csv", "-i"], 2),
        (["a.csv"], 0),
    ],
    ids=str,
)
def test_a_dry_run_ends_as_the_real_one_would_and_writes_nothing(
    run: Run, folder: Path, arguments: list[str], code: int
) -> None:
    (folder / "bad.csv").write_bytes(b"x\nbad\n")
    (folder / "a.csv.old").write_bytes(b"an older one")
    (folder / "folder").mkdir()
    before = {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in [folder, *folder.rglob("*")]}
    dry = run("csv", *arguments, "-c", "x", "--dry-run")
    assert before == {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in [folder, *folder.rglob("*")]}
    assert (dry.code, dry.out) == (code, b"")
    assert code or b"a.csv" in dry.err
    assert run("csv", *arguments, "-c", "x").code == code
