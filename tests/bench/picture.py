"""Draw the README's picture: real commands, run on a terminal, as an SVG.

    python tests/bench/picture.py

Needs a Unix system, for the terminal.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import termios
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent.parent
PICTURE = ROOT / ".github/terminal.svg"
COLUMNS = 84
FONTS = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

COMMANDS = [
    "leakyrelu 2 -2 --alpha 0.1",
    "leakyrelu --table -1 2.5 -300",
    "echo '1.50  -2,+3   -inf' | leakyrelu",
    "leakyrelu csv signal.csv --column signal --decimal | diff --color signal.csv -",
]


def typed(command: str, folder: Path) -> str:
    """What a terminal shows when the command is typed there."""
    controller, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 40, COLUMNS, 0, 0))
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    # Not the caller's environment: its NO_COLOR or locale would change the picture.
    environment = {"PATH": path, "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bash", "-c", command], cwd=folder, env=environment, stdout=terminal, stderr=terminal, check=False)
    os.close(terminal)
    with os.fdopen(controller, "rb", buffering=0) as screen:
        return read(screen.fileno()).decode().replace("\r\n", "\n")


def read(descriptor: int) -> bytes:
    """Everything that the terminal has; Linux says by an error that its other side is closed."""
    found = b""
    try:
        while block := os.read(descriptor, 65536):
            found += block
    except OSError:
        pass
    return found


def draw(folder: Path) -> str:
    console = Console(record=True, width=COLUMNS, file=open(os.devnull, "w"), force_terminal=True)  # noqa: SIM115
    for command in COMMANDS:
        console.print(Text.assemble(("$ ", "bold green"), (command, "bold")), soft_wrap=True)
        console.print(Text.from_ansi(typed(command, folder).rstrip()), soft_wrap=True)
        console.print()
    svg = console.export_svg(title="leakyrelu", unique_id="leakyrelu")
    svg = svg.replace("font-family: Fira Code, monospace", f"font-family: {FONTS}")
    # A picture that loads fonts from elsewhere is no picture; GitHub would refuse them anyway.
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        shutil.copy(ROOT / "tests/data/signal.csv", folder)
        svg = draw(Path(folder))
    PICTURE.parent.mkdir(exist_ok=True)
    PICTURE.write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
