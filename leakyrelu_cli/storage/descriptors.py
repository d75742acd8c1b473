"""Open descriptors: read, waited for, widened, closed, whoever else uses them."""

from __future__ import annotations

import os
import select

from leakyrelu_cli.errors import FileError

BLOCK = 1 << 18
"""How much to read at once. A slow source gives less, and what is there is handed on at once."""

PIPE = 1 << 16
"""What a pipe holds by default."""

USUAL, KEPT = 256, 4
"""How many descriptors may be opened where the system does not say; and how many are kept for other ends."""


def spare() -> int:
    """About how many more descriptors this process may open; a few are kept for what opens one in between."""
    if not hasattr(os, "sysconf"):
        return USUAL
    try:
        taken = len(os.listdir("/dev/fd"))
    except OSError:
        taken = KEPT
    limit = os.sysconf("SC_OPEN_MAX")
    return USUAL if limit < 0 else limit - taken - KEPT


def widen(descriptor: int) -> None:
    """Let a pipe that carries bulk data hold whole blocks, so that its two ends wait for each other less (Linux)."""
    try:
        from fcntl import F_GETPIPE_SZ, F_SETPIPE_SZ, fcntl  # noqa: PLC0415 -- not on every system

        if fcntl(descriptor, F_GETPIPE_SZ) < 4 * BLOCK:
            fcntl(descriptor, F_SETPIPE_SZ, 4 * BLOCK)
    except (ImportError, OSError):  # another system, no pipe, or all that this user may have is in use
        return


def close(descriptor: int, name: str, *, failed: bool) -> None:
    """Close it; if more has failed already, what the system says to that is of no interest."""
    try:
        os.close(descriptor)
    except OSError as error:
        if not failed:
            raise FileError(name, error) from None


def wait(descriptor: int, *, writing: bool) -> None:
    """Until a non-blocking descriptor, left so by another process, is ready."""
    is_ready(descriptor, writing=writing, seconds=None)


def is_ready(descriptor: int, *, writing: bool, seconds: float | None) -> bool:
    """Whether it can be read or written at once, or after so many seconds; None: it is waited for."""
    try:
        return any(select.select([] if writing else [descriptor], [descriptor] if writing else [], [], seconds))
    except ValueError:  # select counts to 1023 only; poll, which macOS does not serve for terminals, goes on
        poll = select.poll()
        poll.register(descriptor, select.POLLOUT if writing else select.POLLIN)
        return bool(poll.poll(None if seconds is None else 1000 * seconds))
