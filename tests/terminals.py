"""Terminals, and pipes that are full: what is at the other end of a command when a person or a slow reader is."""

from __future__ import annotations

import contextlib
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from conftest import COMMAND

SCRIPT = (
    "import sys; from leakyrelu_cli.run import progress; from leakyrelu_cli.show import progress_line;"
    "progress.PATIENCE = progress_line.LOG = 0.0;"
    "from leakyrelu_cli.__main__ import main; sys.exit(main())"
)
IMPATIENT = [*COMMAND[:2], "-c", SCRIPT]
"""A command that shows progress at once."""

SAID = ("COLUMNS", "LINES", "NO_COLOR", "TERMINAL_WIDTH")
"""What the environment may say of a terminal; here, the terminal itself does."""


def opened(columns: int = 80) -> tuple[int, int]:
    """A person's end of a terminal of so many columns and 24 lines, and the command's."""
    mine, its = pty.openpty()
    fcntl.ioctl(its, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    return mine, its


def seen(terminal: int) -> bytes:
    """All that is shown until nobody has its other end any more."""
    shown = b""
    with contextlib.suppress(OSError):  # how Linux says that nobody has
        while block := os.read(terminal, 1 << 16):
            shown += block
    os.close(terminal)
    return shown


def shown(  # noqa: PLR0913 -- each has a default
    arguments: list[str],
    folder: Path,
    variables: Mapping[str, str] | None = None,
    *,
    columns: int = 80,
    code: int = 0,
    stdin: bytes | None = None,
    typed: bytes = b"",
) -> str:
    """What a person sees of a command that exits with the code; input is what is typed, or a file."""
    mine, its = opened(columns)
    os.write(mine, typed)
    environment = {name: value for name, value in os.environ.items() if name not in SAID} | {"TERM": "xterm"}
    command = arguments if arguments[:1] == [sys.executable] else [*COMMAND, *arguments]
    (folder / ".stdin").write_bytes(stdin or b"")
    with (folder / ".stdin").open("rb") as file:
        source = its if stdin is None else file
        process = subprocess.Popen(
            command, cwd=folder, env={**environment, **(variables or {})}, stdin=source, stdout=its, stderr=its
        )
    (folder / ".stdin").unlink()
    os.close(its)
    text = seen(mine)
    assert process.wait(60) == code, text
    return text.decode().replace("\r\n", "\n").removeprefix(typed.decode())


def filled(pipe: int) -> int:
    """Write to a pipe as much as it holds; how many bytes that is. Whoever writes to it next must not be blocked."""
    os.set_blocking(pipe, False)
    full = 0
    with contextlib.suppress(BlockingIOError):
        while True:
            full += os.write(pipe, b"." * 4096)
    return full


def late(process: subprocess.Popen[bytes], pipe: int, seconds: float) -> bytes:
    """What comes through a full pipe of a command that waits for its reader, and then ends without a word."""
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(seconds)
    with open(pipe, "rb") as reader:
        read = reader.read()
    assert process.stderr
    assert (process.stderr.read(), process.wait(60)) == (b"", 0)
    return read
