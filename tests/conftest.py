"""The harness: run the command as a user does, and show everything when it does not do as it should."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import leakyrelu_cli
from leakyrelu_cli.__main__ import main

for module in pkgutil.iter_modules(leakyrelu_cli.__path__):
    if module.name != "figure":  # whose library would make every fork slower
        importlib.import_module(f"leakyrelu_cli.{module.name}")  # once, and not in each fork

settings.register_profile("suite", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("suite"), max_examples=20_000)
settings.load_profile("suite")

POSIX = hasattr(os, "fork")
collect_ignore = (
    []
    if POSIX
    else [
        *("test_batch.py", "test_completions.py", "test_compression.py", "test_damage.py", "test_files.py"),
        *("test_bench.py", "test_robustness.py"),  # a POSIX shell; thousands of commands, too slow without a fork
        *("test_packaging.py", "test_plot.py", "test_progress.py", "test_readme.py", "test_streams.py"),
        "test_threads.py",
    ]
)
"""What asks for terminals, signals, pipes with names, links or bash is not even imported without them."""

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="/dev/full, /proc, extended attributes or a limit on memory, as Linux has them"
)


def pytest_report_header() -> list[str]:
    return [f"left out, as they need a Unix system: {' '.join(collect_ignore)}"] if collect_ignore else []


COMMAND = [sys.executable, "-P", "-m", "leakyrelu_cli"]  # -P: what is installed, not what lies in this folder


class Completed(NamedTuple):
    """What a command wrote, and how it ended."""

    arguments: tuple[str | bytes, ...]
    code: int
    out: bytes
    err: bytes

    def __str__(self) -> str:
        return f"leakyrelu {self.arguments}\nexit {self.code}\n--- out\n{self.out!r}\n--- err\n{self.err.decode()}"

    def ok(self) -> bytes:
        """The output of a command that must have succeeded in silence."""
        assert (self.code, self.err) == (0, b""), self
        return self.out


Run = Callable[..., Completed]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``leakyrelu`` in an empty folder, in a fork: real descriptors, without the start-up time."""

    def run_here(*arguments: str | bytes, stdin: bytes = b"") -> Completed:
        return run_forked(arguments, stdin, tmp_path)

    return run_here


def run_forked(
    arguments: tuple[str | bytes, ...], stdin: bytes, folder: Path, meanwhile: Callable[[int], object] = int
) -> Completed:
    """Run the command in a child process with files for its three streams; `meanwhile` gets its number."""
    if not POSIX:
        return _run_started(arguments, stdin, folder)
    with tempfile.TemporaryFile() as in_, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        in_.write(stdin)
        in_.seek(0)
        child = os.fork()
        if child == 0:
            _become_command(arguments, in_, out, err, folder)
        meanwhile(child)
        _, status = os.waitpid(child, 0)
        out.seek(0)
        err.seek(0)
        return Completed(arguments, os.waitstatus_to_exitcode(status), out.read(), err.read())


def _run_started(arguments: tuple[str | bytes, ...], stdin: bytes, folder: Path) -> Completed:
    """The same where no process can fork: slower."""
    command = [*COMMAND, *map(os.fsdecode, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=folder, timeout=60, check=False)
    return Completed(arguments, done.returncode, done.stdout, done.stderr)


def _become_command(arguments: tuple[str | bytes, ...], in_: IO[Any], out: IO[Any], err: IO[Any], folder: Path) -> None:
    """In the child: never returns, so that nothing of the test run happens twice."""
    code = 70
    signal.alarm(60)  # what hangs is killed, and its test fails
    try:
        for descriptor, file in enumerate((in_, out, err)):
            os.dup2(file.fileno(), descriptor)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 -- they end with us
        os.chdir(folder)
        os.environ.pop("COLUMNS", None)
        code = main([os.fsdecode(argument) for argument in arguments])
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 -- a traceback is what the tests look for
        import traceback  # noqa: PLC0415 -- in the child alone

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
