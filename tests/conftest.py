"""The harness: run the command as a user does, and show everything when it does not do as it should."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any, NamedTuple

import pytest
from hypothesis import HealthCheck, settings

import leakyrelu_cli
from leakyrelu_cli import cli
from leakyrelu_cli.__main__ import main

for module in pkgutil.iter_modules(leakyrelu_cli.__path__):
    importlib.import_module(f"leakyrelu_cli.{module.name}")  # once, and not in each fork
for command in ("apply", "csv"):  # the first time, Typer prepares each parameter
    cli.main([command], lambda _: 0)

settings.register_profile("suite", deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("long", parent=settings.get_profile("suite"), max_examples=20_000)
settings.load_profile("suite")

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
