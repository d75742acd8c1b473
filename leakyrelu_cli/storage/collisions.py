"""Outputs that would be written over each other or over an input: found before any work."""

from __future__ import annotations

import os
import stat

from leakyrelu_cli.errors import InvalidInput, UsageError, printable
from leakyrelu_cli.storage import urls
from leakyrelu_cli.storage.replacement import real_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def refuse(pairs: Sequence[tuple[str | None, str | None]], *, in_place: bool) -> None:
    """Raise if two outputs would be one file, or if an output is an input, by whatever name or link it is reached.

    Parameters
    ----------
    pairs : sequence of (str or None, str or None)
        Each input and its output, which are files.
    in_place : bool
        Each output is its own input.
    """
    inputs = {_identity(path): path for path, _ in pairs}
    seen: dict[str, str | None] = {}  # by output: the input
    for path, output in pairs:
        if path is None or output is None:
            continue
        if in_place and os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            raise InvalidInput(f"{printable(path)}: not a regular file, so it cannot be edited in place")
        identity = None if in_place else _identity(output)
        there = None if identity is None else inputs.get(identity)
        if there is not None and urls.is_url(output):
            raise UsageError(f"{urls.quoted_name(output)} is read, too; the output needs another name")
        if there is not None:
            where = "itself" if there == path else f"as {urls.quoted_name(output)}"
            raise UsageError(f"--output-dir: {urls.quoted_name(there)} is there {where}; --in-place replaces files")
        target = output if urls.is_url(output) else real_path(output)
        if target in seen:
            if path == seen[target]:
                raise UsageError(f"{urls.quoted_name(path)} is given twice")
            first, second, both = map(urls.quoted_name, (str(seen[target]), path, output))
            raise UsageError(f"{first} and {second} would both become {both}")
        seen[target] = path


def _identity(path: str | None) -> tuple[int, int] | tuple[str, str] | None:
    """What tells a file from all others, its device and its number (inode), or an object; None if it is not there."""
    if path is not None and urls.is_url(path):
        return urls.split(path)
    try:
        status = None if path is None else os.stat(path)
    except OSError:  # the attempt to read or to write it will tell
        return None
    return None if status is None else (status.st_dev, status.st_ino)
