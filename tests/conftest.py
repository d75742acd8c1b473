"""The harness: run the command as a user does, and show everything when it does not do as it should."""

from __future__ import annotations

import importlib
import os
import pkgutil
import shlex
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import leakyrelu_cli
from leakyrelu_cli.__main__ import main

for module in pkgutil.walk_packages(leakyrelu_cli.__path__, "leakyrelu_cli."):
    # Not those whose libraries would make every fork slower, or need not be there.
    if not module.name.endswith((".image_plot", ".objects", ".download", ".upload", ".cluster.dask")):
        importlib.import_module(module.name)  # once, and not in each fork

settings.register_profile("suite", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("suite"), max_examples=20_000)
settings.load_profile("suite")

POSIX = hasattr(os, "fork")

UNIX = (
    "batch bench boundary cluster completions compression damage files mistakes objects packaging plot progress readme "
    "robustness side_by_side streams threads writers"
)
"""The tests that ask for terminals, signals, pipes with names, links or bash, or that patch what is forked."""

collect_ignore = [] if POSIX else [f"test_{name}.py" for name in UNIX.split()]
"""Without what they ask for, they are not even imported."""

forked = pytest.mark.skipif(not POSIX, reason="what is patched reaches a command that is forked, and no other")

on_linux = pytest.mark.skipif(
    sys.platform != "linux", reason="/dev/full, /proc, extended attributes or a limit on memory, as Linux has them"
)

in_bounded_memory = pytest.mark.skipif(
    sys.platform != "linux" or "libasan" in os.environ.get("LD_PRELOAD", ""),
    reason="Linux bounds the memory of a process, and a sanitizer needs more than any bound",
)


def pytest_report_header() -> list[str]:
    return [f"left out, as they need a Unix system: {' '.join(collect_ignore)}"] if collect_ignore else []


COMMAND = [sys.executable, "-P", "-m", "leakyrelu_cli"]  # -P: what is installed, not what lies in this folder
TYPED = shlex.join(COMMAND)
"""The same for a shell, whatever the folder of Python is called."""


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


@pytest.fixture(autouse=True)
def signals_as_they_were() -> Iterator[None]:
    """A run in this very process leaves signals ignored, as it is to end; its children would, too."""
    before = {number: signal.getsignal(number) for number in signal.valid_signals()}
    yield
    for number, handler in before.items():
        if signal.getsignal(number) != handler:
            signal.signal(number, handler)


Run = Callable[..., Completed]
Streams = tuple[int, int, int]
"""The descriptors of standard input, output and error."""


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
        child = fork(arguments, (in_.fileno(), out.fileno(), err.fileno()), folder)
        meanwhile(child)
        code = exit_code(child)
        out.seek(0)
        err.seek(0)
        return Completed(arguments, code, out.read(), err.read())


def _run_started(arguments: tuple[str | bytes, ...], stdin: bytes, folder: Path) -> Completed:
    """The same where no process can fork: slower."""
    command = [*COMMAND, *map(os.fsdecode, arguments)]
    done = subprocess.run(command, input=stdin, capture_output=True, cwd=folder, timeout=60, check=False)
    return Completed(arguments, done.returncode, done.stdout, done.stderr)


def fork(arguments: tuple[str | bytes, ...], streams: Streams, folder: Path, closing: tuple[int, ...] = ()) -> int:
    """Run the command in a child process with these descriptors, without those that are ours; its number.

    Until the command has begun it hears no Ctrl-C: the test run, which it is a copy of, would answer.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    child = os.fork()
    if child == 0:
        _become_command(arguments, streams, folder, closing)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
    return child


def exit_code(child: int) -> int:
    """How it ended; a negative number is the signal that killed it."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _become_command(
    arguments: tuple[str | bytes, ...], streams: Streams, folder: Path, closing: tuple[int, ...]
) -> None:
    """In the child: never returns, so that nothing of the test run happens twice."""
    code = 70
    signal.alarm(60)  # what hangs is killed, and its test fails
    try:
        for descriptor in closing:
            os.close(descriptor)
        for descriptor, stream in enumerate(streams):
            os.dup2(stream, descriptor)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115 -- they end with us
        os.chdir(folder)
        try:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
            code = main([os.fsdecode(argument) for argument in arguments])
        finally:
            signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        sys.stdout.flush()
        sys.stderr.flush()
    except KeyboardInterrupt:  # just before the work or just after it: what Python makes of it is not our concern
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])
        os.kill(os.getpid(), signal.SIGINT)
    except BaseException:  # noqa: BLE001 -- a traceback is what the tests look for
        import traceback  # noqa: PLC0415 -- in the child alone

        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)
