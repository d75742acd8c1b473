"""TAB in real shells, on a real terminal: what it makes of a line is what the program is then given."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pexpect
import pytest
from conftest import COMMAND, Run, run_forked

from leakyrelu_cli.cli.options import QUESTION
from leakyrelu_cli.storage.descriptors import BLOCK

COMPLETIONS = Path(__file__).parent.parent / "completions"

NAMES = [
    "time", "my col", "a:b:c", "it's", 'say "x"', "$HOME", "`id`", "back\\slash", "-dash", "größe", "wow!x",
    "100%", "~", "#tag", "*", "x=y", "a,b", "(p)", "tab\there", "line\nbreak", "caf\udce9", "", "time",
]  # fmt: skip
OFFERED = [*NAMES[:18], "19", "20", "21", "22"]
"""What cannot be typed or shown is offered by its position, and what stands twice once."""

CSV = ",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in NAMES) + "\n" + ",".join(["-1"] * len(NAMES))

ENDS = ["a'", 'b"', "c\\", "d$", "e`", "f!", "g''", 'h""', "i\\\\", "j'\"", "k\"'", "l\\'", 'm$"', "n "]
"""Names that end in what a shell would take for the end of a quote, or for its own."""

# What the shells run: the program where it completes, else a note of how it was called.
RECORDER = """#!/bin/sh
case "$*" in
{question}*--folder*) echo directories; exit ;; # as the program does for a DIR
{question}*) exec {command} "$@" ;;
esac
printf '%s\\0' "$@" > {record}
echo "[ran]" > /dev/tty
"""
PROMPT = "[ready]"
ALL_MATCHES = "\x18a"
LEFT = "\x1b[D"


class Shell(NamedTuple):
    """How a shell is started, and told of our completions and to insert all that TAB would offer."""

    command: list[str]
    setup: str


BASH = ["bash", "--norc", "--noprofile", "-i"]
ZSH = ["zsh", "-f", "-i"]
COMPINIT = r"""
autoload -Uz compinit; compinit -u -D
all() { _main_complete; compstate[insert]=all }; zle -C all complete-word all; bindkey '^Xa' all; PS1='[re''ady]'
"""
SHELLS = {
    "bash": Shell(BASH, f"source {COMPLETIONS}/leakyrelu.bash\nbind '\"\\C-xa\": insert-completions'; PS1='[re''ady]'"),
    "zsh": Shell(ZSH, f"fpath=({COMPLETIONS} $fpath){COMPINIT}"),
    "fish": Shell(
        ["fish", "--no-config", "-i"],
        f"source {COMPLETIONS}/leakyrelu.fish\nset -g fish_autosuggestion_enabled 0\n"
        "function fish_prompt; echo -n '[re''ady]'; end",
    ),
}


class Terminal:
    """A shell with a person's hands on it."""

    def __init__(self, shell: Shell, folder: Path) -> None:
        self.shell = shell
        self.folder = folder
        self.record = folder / ".record"
        self.environment = {
            **os.environ,
            "PATH": f"{folder}/.bin:{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "TERM": "xterm",
        }
        self.child = pexpect.spawn(
            self.shell.command[0],
            self.shell.command[1:],
            cwd=folder,
            env=self.environment,
            dimensions=(50, 250),
            encoding="utf-8",
            timeout=20,
        )
        self.child.delaybeforesend = None  # nobody has to see it typed
        (folder / ".setup").write_text(self.shell.setup, encoding="utf-8")
        self.child.sendline(f". {folder}/.setup")
        self.child.expect_exact(PROMPT)

    def words(self, typed: str) -> list[str]:
        """The words that the program is given after these keys and Enter."""
        self.record.unlink(missing_ok=True)
        self.child.send(typed + "\r")
        self.child.expect_exact("[ran]")
        self.child.expect_exact(PROMPT)
        return os.fsdecode(self.record.read_bytes()).split("\0")[:-1]

    def offered(self, line: str) -> list[str]:
        """All that TAB offers at the end of the line."""
        if self.shell.command[0] != "fish":
            words = self.words(line + ALL_MATCHES)
            return words[len(line.split()) - (not line.endswith(" ")) - 1 :]
        asked = ["fish", "--no-config", "-c", f"source {self.folder}/.setup; complete -C {line!r}"]
        done = subprocess.run(
            asked, cwd=self.folder, env=self.environment, capture_output=True, check=True, stdin=subprocess.DEVNULL
        )
        return [candidate.split("\t")[0] for candidate in done.stdout.decode().splitlines()]


def installed(name: str) -> str:
    if not shutil.which(name):
        pytest.skip(f"{name} is not installed, so its completions are not tested")
    asked = ["bash", "-c", "mapfile -d '' </dev/null"]  # as bash 4.4 has it first
    if name == "bash" and subprocess.run(asked, capture_output=True, check=False).returncode:
        pytest.skip("bash is older than 4.4, as macOS has it, so its completions are not tested")
    return name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("completions")
    recorder = folder / ".bin/leakyrelu"
    recorder.parent.mkdir()
    recorder.write_text(RECORDER.format(question=QUESTION, command=" ".join(COMMAND), record=folder / ".record"))
    recorder.chmod(0o755)
    (folder / "data.csv").write_text(CSV, encoding="utf-8", errors="surrogateescape")
    (folder / "ends.csv").write_text(",".join(f'"{name.replace(chr(34), chr(34) * 2)}"' for name in ENDS) + "\n")
    (folder / "my file.csv").write_text("one\n1\n")
    (folder / "semi.txt").write_text("first;sig nal;x,y\n1;2;3\n")
    (folder / "commas.csv").write_text('a,b,"a,b"\n1,2,3\n')
    (folder / "tabs.tsv").write_text("first\tsecond\n1\t2\n")
    (folder / "titled.csv").write_text("a title\n% no,header\nfirst,second\n1,2\n")
    (folder / "packed").write_bytes(gzip.compress(b"first,second\n1,2\n"))
    (folder / "unended.csv").write_text("only,header")
    (folder / "unclosed.csv").write_text('a,"b\n1,2\n')
    (folder / "long.csv").write_text("x," * BLOCK + "x\n")
    (folder / "wide.csv").write_bytes("a,b\n1,2\n".encode("utf-16"))
    (folder / "folder").mkdir()
    os.mkfifo(folder / "pipe.csv")
    return folder


@pytest.fixture(scope="module", params=SHELLS)
def terminal(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    terminal = Terminal(SHELLS[installed(request.param)], folder)
    yield terminal
    terminal.child.close(force=True)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("csv data.csv -c my\t", "my col"),
        ("csv data.csv -c 'my c\t", "my col"),
        ("csv data.csv -c my\\ \t", "my col"),
        ('csv data.csv --column="my\t', "my col"),
        ("csv data.csv --column=a:\t", "a:b:c"),
        ("csv data.csv -c 'say \t", 'say "x"'),
        ("csv data.csv -c \"it'\t", "it's"),
        ('csv data.csv -c "back\t', "back\\slash"),
        ("csv data.csv -c -d\t", "-dash"),
        ('csv data.csv -c "wow\t', "wow!x"),
    ],
)
def test_the_column_that_was_completed_is_the_column_that_is_converted(
    terminal: Terminal, folder: Path, typed: str, name: str
) -> None:
    words = terminal.words(f"leakyrelu {typed}")
    assert words[-1].removeprefix("--column=") == name
    *_, record = run_forked(tuple(words), b"", folder).ok().split(b"\n")
    assert record.split(b",").index(b"-0.01") == NAMES.index(name)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("cs\t --al\t", ["csv", "--alpha"]),
        ("csv --inva\t f\t", ["csv", "--invalid", "fail"]),
        ("csv my\t -c o\t", ["csv", "my file.csv", "-c", "one"]),
        ("csv data.csv -o sem\t", ["csv", "data.csv", "-o", "semi.txt"]),
        ("csv --output=my\t", ["csv", "--output=my file.csv"]),
        ("csv 'data.csv' -c 'my' 'x y'" + 7 * LEFT + "\t", ["csv", "data.csv", "-c", "my col", "x y"]),
        ("csv --folder fol\t", ["csv", "--folder", "folder"]),
        ("csv --folder=fol\t", ["csv", "--folder=folder"]),
        ("csv data.csv -c time > dat\t", ["csv", "data.csv", "-c", "time"]),
        ("csv data.csv -c time,my\t", ["csv", "data.csv", "-c", "time,my col"]),
        ("csv data.csv -c 'my col,100\t", ["csv", "data.csv", "-c", "my col,100%"]),
        ('csv data.csv -c "time,my\t', ["csv", "data.csv", "-c", "time,my col"]),
        ("csv data.csv -c my\\ col,it\t", ["csv", "data.csv", "-c", "my col,it's"]),
        ("csv data.csv -c a:b:c,back\t", ["csv", "data.csv", "-c", "a:b:c,back\\slash"]),
        ("csv data.csv --column=time,my\t", ["csv", "data.csv", "--column=time,my col"]),
        ("csv data.csv --exclude='time,my\t", ["csv", "data.csv", "--exclude=time,my col"]),
        ("csv data.csv -c '*,tim\t", ["csv", "data.csv", "-c", "*,time"]),
        ("csv data.csv -c 'x_*'\t -C my\t", ["csv", "data.csv", "-c", "x_*", "-C", "my col"]),
        ("csv data.csv -c x_\\*\t -C 'm*'", ["csv", "data.csv", "-c", "x_*", "-C", "m*"]),
        ("csv data.csv --na NA,-,\t --na=-\t -c my\t", ["csv", "data.csv", "--na", "NA,-,", "--na=-", "-c", "my col"]),
    ],
)
def test_a_line_is_completed(terminal: Terminal, folder: Path, typed: str, words: list[str]) -> None:
    data = (folder / "data.csv").read_bytes()
    assert [word.removesuffix("/") for word in terminal.words(f"leakyrelu {typed}")] == words
    (folder / "data.csv").write_bytes(data)  # the redirection wrote there


@pytest.mark.parametrize("quote", ["", "'", '"'])
def test_no_quote_stays_open_whatever_a_name_ends_in(terminal: Terminal, quote: str) -> None:
    words = terminal.words("leakyrelu csv ends.csv" + "".join(f" -c {quote}{name[0]}\t" for name in ENDS))
    assert words[3::2] == ENDS


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("csv data.csv -c ", OFFERED),
        ("csv -d ';' semi.txt --column ", ["first", "sig nal", "x,y"]),
        ("csv --invalid ", ["abort", "fail", "warn", "ignore"]),
        ("csv -c ", []),
    ],
)
def test_offered(terminal: Terminal, line: str, offered: list[str]) -> None:
    assert terminal.offered(f"leakyrelu {line}") == offered


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["csv", "tabs.tsv", "-c"], ["words", "first", "second"]),
        (["csv", "-H", "-c", "x", "tabs.tsv", "-c"], ["words", "1", "2"]),
        (["csv", "-Hc", "1", "tabs.tsv", "-tc"], ["words", "1", "2"]),
        (["csv", "tabs.tsv", "-C"], ["words", "first", "second"]),
        (["csv", "titled.csv", "-K", "1", "--comment", "%", "-c"], ["words", "first", "second"]),
        (["csv", "titled.csv", "-K", "1", "-c"], ["words", "% no", "header"]),
        (["csv", "titled.csv", "-K", "x", "-c"], []),
        (["csv", "packed", "-c"], ["words", "first", "second"]),
        (["csv", "~/tabs.tsv", "-c"], ["words", "first", "second"]),
        (["csv", "$HOME/tabs.tsv", "-c"], ["words", "first", "second"]),
        (["csv", "missing.csv", "-c"], ["words"]),
        (["csv", "-", "-c"], ["words"]),
        (["csv", "folder", "-c"], ["words"]),
        (["csv", "pipe.csv", "-c"], ["words"]),
        (["csv", "long.csv", "-c"], ["words"]),
        (["csv", "unclosed.csv", "-c"], ["words"]),
        (["csv", "wide.csv", "-c"], []),
        (["csv", "unended.csv", "-c"], ["words", "only", "header"]),
        (["csv", "-d"], ["words"]),
        (["csv"], ["files"]),
        (["csv", "--"], ["files"]),
        (["csv", "--", "-o"], ["files"]),
        (["csv", "-o"], ["files"]),
        (["--version"], ["words"]),
        (["--aplha", "-1"], ["words"]),
        (["-inf"], ["words"]),
        (["--invalid"], ["words", "abort", "fail", "warn", "ignore"]),
        ([], ["words", "csv", "plot"]),
    ],
)
def test_answers_where_an_empty_word_follows(
    folder: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], offered: list[str]
) -> None:
    monkeypatch.setenv("HOME", str(folder))
    done = run_forked((QUESTION, "zsh", str(len(words)), *words, ""), b"", folder)
    assert [line.split("\t")[0] for line in done.out.decode().splitlines()] == offered
    assert b"Traceback" not in done.err, done  # scripts drop an error message


@pytest.mark.parametrize(
    ("file", "typed", "offered"),
    [
        ("tabs.tsv", "first,", ["first", "second", "first,second"]),
        ("tabs.tsv", "first,second,", ["first", "second"]),
        ("commas.csv", "a,", ["a", "b", "a,b", "a,2", "a,3"]),
        ("commas.csv", "b,", ["a", "b", "a,b", "b,a", "b,3"]),
        ("commas.csv", "*,", ["a", "b", "a,b", "*,a", "*,b", "*,3"]),
        ("missing.csv", "a,", []),
    ],
)
def test_after_a_comma_what_is_not_in_the_list_is_offered(
    folder: Path, file: str, typed: str, offered: list[str]
) -> None:
    done = run_forked((QUESTION, "zsh", "3", "csv", file, "-c", typed), b"", folder)
    assert [line.split("\t")[0] for line in done.ok().decode().splitlines()] == ["words", *offered]


@pytest.mark.parametrize("arguments", [(), ("x",), ("9", "csv"), ("", "csv", "-"), ("leakyrelu csv \\\\",)])
@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_nothing_that_a_script_asks_is_a_traceback(run: Run, shell: str, arguments: tuple[str, ...]) -> None:
    run(QUESTION, shell, *arguments).ok()


@pytest.mark.parametrize(
    "arguments", [(QUESTION,), (QUESTION, "tcsh"), (QUESTION, ""), ("1", QUESTION, "bash", "", "", "")]
)
def test_what_no_script_asks_is_no_question(run: Run, arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert (done.code, done.out) == (2, b"")


@pytest.mark.parametrize("shell", ["", "1", "bash", "zsh", "fish", "bash_source"])
def test_no_variable_in_the_environment_keeps_a_command_from_its_work(
    run: Run, monkeypatch: pytest.MonkeyPatch, shell: str
) -> None:
    monkeypatch.setenv("_LEAKYRELU_COMPLETE", shell)
    assert run("-1").ok() == b"-0.01\n"
    assert run("csv", "-c", "x", "--invalid", "warn", stdin=b"x\n-1\n").ok() == b"x\n-0.01\n"


def test_bash_goes_on_behind_the_backslash_that_names_have_in_common(run: Run, tmp_path: Path) -> None:
    (tmp_path / "b.csv").write_bytes(b"speed km,speed(m),note\n")
    for before, common in (("", "speed\\"), ("note,", "speed\\"), ("", '"speed\\')):
        line = f"leakyrelu csv b.csv -c {before}{common}"
        offered = run(QUESTION, "bash", line, f"{before}{common}", "").ok().decode().splitlines()
        assert len(offered) == 3, offered
        assert all(word.startswith(f"{before}speed") for word in offered[1:]), offered


@pytest.mark.parametrize("character", ["x", "-"])
def test_options_are_described(run: Run, character: str) -> None:
    offered = run(QUESTION, "fish", "1", "csv", character).ok().decode().splitlines()
    for option in ("--list\tList the columns and do nothing else.", "--no-header\tNot --header."):
        assert (option in offered) == (character == "-")


def test_the_file_may_stand_behind_the_cursor(terminal: Terminal) -> None:
    if terminal.shell is SHELLS["fish"]:
        pytest.skip("fish shows completions the line up to the cursor only")
    assert terminal.words("leakyrelu csv -c  data.csv" + 9 * LEFT + "my\t") == ["csv", "-c", "my col", "data.csv"]


def test_zsh_can_source_the_script(folder: Path) -> None:
    installed("zsh")
    setup = f"{COMPINIT}\nsource {COMPLETIONS}/_leakyrelu"
    terminal = Terminal(SHELLS["zsh"]._replace(setup=setup), folder)
    assert terminal.words("leakyrelu cs\t") == ["csv"]
    terminal.child.close(force=True)
