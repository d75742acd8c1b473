"""What a person at a terminal is told, and what only the system knows; most mistakes are golden cases."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import terminals
from conftest import COMMAND, Run, on_linux

from leakyrelu_cli.__main__ import main
from leakyrelu_cli.errors import MissingLibrary
from leakyrelu_cli.run import preview

Shown = Callable[..., str]


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    """What a person sees in a terminal, whatever its styles."""

    def run(*arguments: str, term: str = "xterm", **rest: Any) -> str:
        text = terminals.shown(list(arguments), tmp_path, {"NO_COLOR": "1", "TERM": term}, **rest)
        return re.sub("\x1b\\[[0-9;]*m", "", text)

    return run


# Commas


@pytest.mark.parametrize(
    ("operand", "note"),
    [
        ("-1,5", "'-1,5' is 2 numbers, for a comma parts them; one number is written -1.5"),
        ("-1,234.5", "'-1,234.5' is 2 numbers, for a comma parts them; one number is written -1234.5"),
        ("1,234", "'1,234' is 2 numbers, for a comma parts them; one number is written 1.234 or 1234"),
        ("-1,234,567", "'-1,234,567' is 3 numbers, for a comma parts them; one number is written -1234567"),
    ],
)
def test_a_person_is_told_of_a_comma_that_makes_a_number_several(shown: Shown, operand: str, note: str) -> None:
    assert shown(operand).splitlines()[1:] == [f"leakyrelu: {note}"]
    assert shown(stdin=operand.encode() + b"\n" + operand.encode() + b"\n").count(note) == 1
    typed = shown(typed=operand.encode() + b"\n" + operand.encode() + b"\n\x04")
    assert typed.count(note) == 1


@pytest.mark.parametrize("operand", ["1,2,3", "-1, 5", "[-1,5]", "1.5,2", "-1,5,"])
def test_a_list_is_no_number_that_is_written_otherwise(shown: Shown, operand: str) -> None:
    assert "leakyrelu:" not in shown(operand)
    assert "leakyrelu:" not in shown(stdin=operand.encode())


def test_only_a_person_is_told_of_commas(run: Run) -> None:
    assert run("-1,5").ok() == b"-0.01,5\n"
    assert run(stdin=b"-1,5\n").ok() == b"-0.01,5\n"


# CSV at a terminal


def test_csv_alone_says_what_it_needs_before_anything_is_typed(shown: Shown) -> None:
    wanted = "which file, which column? leakyrelu csv FILE --column COLUMN; 'leakyrelu csv --help' explains"
    assert shown("csv", code=2) == f"leakyrelu: {wanted}\n"


def test_who_types_csv_is_pointed_to_the_help_of_csv(shown: Shown) -> None:
    seen = shown("csv", "-c", "x", typed=b"x\n-1\n\x04")
    assert "leakyrelu: reading CSV from the terminal; Ctrl-D ends, 'leakyrelu csv --help' explains\n" in seen
    assert "-0.01" in seen


@pytest.mark.parametrize("arguments", [["-c", "x"], ["--list"], ["-c", "x", "-t"], ["-c", "x", "-o", "b.csv"]])
def test_a_person_is_told_that_a_file_is_empty(shown: Shown, run: Run, tmp_path: Path, arguments: list[str]) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    assert shown("csv", "a.csv", *arguments).startswith("leakyrelu: a.csv: there are no records in it\n")
    assert run("csv", "a.csv", *arguments).ok() == b""


# What only the system knows


@pytest.mark.parametrize("name", ["rust", "Plain", "fast"])
def test_an_engine_that_nobody_knows_is_a_usage_error(name: str) -> None:
    environment = {**os.environ, "LEAKYRELU_ENGINE": name}
    done = subprocess.run([*COMMAND, "-1"], env=environment, capture_output=True, check=False)
    wanted = f"leakyrelu: LEAKYRELU_ENGINE: '{name}' is none of plain, native; unset it: the faster one works\n"
    assert (done.returncode, done.stdout, done.stderr.decode()) == (2, b"", wanted)


@pytest.mark.parametrize("name", ["", "plain", "native"])
def test_the_environment_chooses_an_engine_that_is_there(name: str) -> None:
    environment = {**os.environ, "LEAKYRELU_ENGINE": name}
    script = "from leakyrelu_cli.engine import choice; print(choice.NAME)"
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, check=False)
    built = subprocess.run([sys.executable, "-c", "import leakyrelu_cli.engine._native"], stderr=-3, check=False)
    if name == "native" and built.returncode:
        assert b"the native engine is not built here" in done.stderr
    else:
        wanted = b"plain\n" if name == "plain" or built.returncode else b"native\n"
        assert (done.returncode, done.stdout) == (0, wanted)


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A file system that nobody may write to, with a file in it."""
    folder = tmp_path / "ro"
    folder.mkdir()
    if os.geteuid() or subprocess.run(["mount", "-t", "tmpfs", "ro", str(folder)], check=False).returncode:
        pytest.skip("this user may not mount")
    try:
        (folder / "a.csv").write_bytes(b"x\n-1\n")
        subprocess.run(["mount", "-o", "remount,ro", str(folder)], check=True)
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@on_linux
@pytest.mark.parametrize("dry_run", [[], ["-n"]], ids=["", "dry"])
def test_a_read_only_file_system_is_called_so(run: Run, read_only: Path, dry_run: list[str]) -> None:
    assert read_only.name == "ro"
    done = run("csv", "ro/a.csv", "-c", "x", "-i", *dry_run)
    assert (done.code, done.err) == (1, b"leakyrelu: ro/a.csv: Read-only file system\n")
    done = run("csv", "ro/a.csv", "-c", "x", "-o", "ro/b.csv", *dry_run)
    message = b"leakyrelu: ro/b.csv: Read-only file system (no file can be made in its folder)\n"
    assert (done.code, done.err) == (1, message)


@on_linux
def test_an_immutable_file_is_called_so(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(b"x\n-1\n")
    if os.geteuid() or subprocess.run(["chattr", "+i", str(file)], stderr=-3, check=False).returncode:
        pytest.skip("this user, or this file system, has no such mark")
    try:
        done = run("csv", "a.csv", "-c", "x", "-i")
    finally:
        subprocess.run(["chattr", "-i", str(file)], check=True)
    message = b"leakyrelu: a.csv: Operation not permitted (marked immutable or append-only? lsattr tells)\n"
    assert (done.code, done.err) == (1, message)


# Previews


NUMBERS = ["-0.9286366413717458", "-1.6131662300655314", "1.6091985053392486", "-0.00012345678901234567"]
RESULTS = ["-0.009286366413717459", "-0.016131662300655315", "-1.2345678901234567e-06"]


@pytest.mark.parametrize("columns", [28, 40, 52, 61, 80, 120])
@pytest.mark.parametrize("chosen", ["c0", "c0,c1", "c1-", "c*"])
def test_no_number_of_a_preview_is_broken_and_no_line_too_long(
    shown: Shown, tmp_path: Path, columns: int, chosen: str
) -> None:
    header = ",".join(f"c{n}" for n in range(30))
    text = "".join(",".join(NUMBERS[(n + row) % 4] for n in range(30)) + "\n" for row in range(4))
    (tmp_path / "a.csv").write_text(
        f"{header},{'a long name ' * 4}\n{text.replace(chr(10), ',some text or other' * 3 + chr(10))}"
    )
    seen = shown("csv", "a.csv", "-c", chosen if chosen != "c1-" else "2-30", "-t", columns=columns)
    assert max(map(len, seen.splitlines())) <= columns
    table = seen[: seen.index("4 records")]
    assert set(re.findall(r"[-+.e\d]*\d[-+.e\d]*", table.partition("─")[2])) == {*NUMBERS, *RESULTS}


@pytest.mark.parametrize("columns", [32, 40, 80])
def test_no_number_beside_its_result_is_broken_and_no_line_too_long(shown: Shown, columns: int) -> None:
    seen = shown("-t", *NUMBERS, "-123456789.12345678", "1e-300", columns=columns)
    assert max(map(len, seen.splitlines())) <= columns
    table = seen[: seen.index("alpha")]
    wanted = {*NUMBERS, *RESULTS, "-123456789.12345678", "-1234567.8912345679", "1e-300"}
    assert set(re.findall(r"[-+.e\d]*\d[-+.e\d]*", table.partition("─")[2])) == wanted


def test_a_preview_fits_a_terminal_and_elsewhere_shows_twenty_records(shown: Shown, run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n" + b"-1\n" * 50)
    seen = shown("csv", "a.csv", "-c", "x", "-t")
    assert "the first 17 records: 17 change\n" in seen
    assert seen.count("\n") < 24
    assert b"the first 20 records: 20 change\n" in run("csv", "a.csv", "-c", "x", "-t").ok()
    assert "the first 30 records: 30 change\n" in shown("csv", "a.csv", "-c", "x", "-t", "--rows", "30")


def test_a_preview_with_two_lines_for_a_record_fits_a_terminal_too(shown: Shown, tmp_path: Path) -> None:
    row = ",".join(["-123456.5"] * 50)
    (tmp_path / "a.csv").write_text(",".join(f"c{n}" for n in range(50)) + f"\n{row}\n" * 30)
    seen = shown("csv", "a.csv", "-c", "1-", "-t")
    assert seen.count("\n") <= 24
    caption = "the first 17 records: 17 change; no room for 9 of these 17; no room for 45 of 50 columns: c5,"
    assert caption in " ".join(seen.split())
    assert shown("csv", "a.csv", "-c", "1-", "-t", columns=40).count("\n") <= 24
    assert seen.count("→") == 8 * 5
    assert "of these" not in shown("csv", "a.csv", "-c", "1-", "-t", "--rows", "17")


def test_where_there_is_not_room_for_all_chosen_columns_those_that_change_come_first(
    shown: Shown, tmp_path: Path
) -> None:
    row = ["1.5"] * 100
    row[70], row[80] = "-2", "bad"
    (tmp_path / "a.csv").write_text(",".join(f"c{n}" for n in range(100)) + "\n" + ",".join(row) + "\n")
    seen = shown("csv", "a.csv", "-c", "1-", "-t", "--invalid", "ignore")
    assert re.search(r"^ +c0 .* c70 +c80", seen, re.MULTILINE)
    assert "-0.02" in seen
    assert "bad ✗" in seen


def test_a_dumb_terminal_is_as_wide_as_it_is(shown: Shown, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"time,signal,note\n0.1,-0.0175,hello\n")
    for command in (("csv", "a.csv", "-c", "signal", "-t"), ("--help",), ("-h",), ("csv", "-h")):
        for term in ("dumb", "xterm"):
            assert max(map(len, shown(*command, columns=40, term=term).splitlines())) <= 40


@on_linux
def test_what_comes_through_a_pipe_is_shown_without_waiting_for_a_record_that_changes(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, "csv", "-c", "x", "-t", "--rows", "2"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b"x\n" + b"1\n" * 3)
        process.stdin.flush()
        assert process.wait(60) == 0
        assert b"the first 2 records: none changes\n" in process.stdout.read()


def test_of_a_long_file_in_which_nothing_changes_not_all_is_looked_at(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n" + b"1\n" * 1_000_000 + b"-1\n")
    assert b"the first that changes, in line 1,000,002\n" in run("csv", "a.csv", "-c", "x", "-t").ok()
    monkeypatch.setattr(preview, "LOOKED_AT", 1 << 20)
    out = run("csv", "a.csv", "-c", "x", "-t").ok()
    assert b"the first 20 records: none changes, nor does any in the 1 MiB behind\n" in out


def test_a_preview_of_a_long_file_takes_little_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.csv").write_bytes(b"x,note\n" + b'1,"a, note"\n' * 2_000_000)
    monkeypatch.setattr(preview, "LOOKED_AT", 4 << 20)
    tracemalloc.start()
    try:
        assert main(["csv", "a.csv", "-c", "x", "-t"]) == 0
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "none changes, nor does any in the 4 MiB behind" in capfd.readouterr().out
    assert peak < 16 << 20


def test_records_behind_that_change_are_found_among_many_also_those_with_a_fault(run: Run, tmp_path: Path) -> None:
    body = [b"1,0,a\n"] * 5000
    for n in (100, 101, 3000, 4999):
        body[n] = b'1,-%d,"a\n"\n' % n
    body[200] = b"bad,-200,a\n"
    (tmp_path / "a.csv").write_bytes(b"x,y,note\n" + b"".join(body))
    out = run("csv", "a.csv", "-c", "x,y", "-t", "--invalid", "ignore").ok().decode()
    assert re.findall(r"-(\d+) +→", out) == ["100", "101", "200", "3000", "4999"]
    assert "the first 3 records, and the first 5 that change, from line 102 on; ✗ cannot be converted\n" in out


@pytest.mark.parametrize("text", ["-1 2\n", "1 2\n", " 1 2\n", "[1, 2]\n", "1\n2\n"])
@pytest.mark.parametrize("encoding", ["UTF-16", "UTF-16LE", "UTF-16BE", "UTF-32BE"])
def test_a_stream_of_wide_characters_is_to_be_converted_first(run: Run, encoding: str, text: str) -> None:
    done = run("--alpha", "1", stdin=text.encode(encoding))
    assert done.code == 1
    assert done.err.endswith(
        f"; the text is {encoding}; convert it first: iconv -f {encoding} -t UTF-8 FILE\n".encode()
    )


def test_a_preview_of_a_damaged_file_says_how_far_it_looked(run: Run, tmp_path: Path) -> None:
    whole = gzip.compress(b"x\n" + b"".join(b"%d\n" % number for number in range(300_000)) + b"-1\n")
    (tmp_path / "a.csv.gz").write_bytes(whole[: len(whole) // 2])
    out = run("csv", "a.csv.gz", "-c", "x", "-t", "--rows", "2").ok()
    assert out.endswith(b"the first 2 records: none changes, nor does any behind, as far as it can be read\n")


@on_linux
def test_a_folder_in_which_nothing_can_be_made_is_not_called_missing(run: Run, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n-1\n")
    done = run("csv", "a.csv", "-c", "x", "-o", "/proc/b.csv")
    assert done.err == b"leakyrelu: /proc/b.csv: No such file or directory (no file can be made in its folder)\n"


@pytest.mark.parametrize(
    ("prefix", "command"),
    [
        ("/home/me/.local/share/pipx/venvs/leakyrelu-cli", "pipx inject leakyrelu-cli obstore"),
        ("/home/me/.local/share/uv/tools/leakyrelu-cli", "uv pip install --python /bin/python obstore"),
    ],
)
def test_without_pip_a_missing_library_is_installed_otherwise(
    monkeypatch: pytest.MonkeyPatch, prefix: str, command: str
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    monkeypatch.setattr("sys.prefix", prefix)
    monkeypatch.setattr("sys.executable", "/bin/python")
    assert str(MissingLibrary("obstore", "cloud", ImportError("none"))).endswith(f"; try: {command}")
