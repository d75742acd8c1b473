"""Where bytes go: standard output, or a file that is replaced as a whole.

With `source`, the only module that touches file descriptors.
"""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import FileError, LeakyReluError, ReaderLeft, Terminated, printable
from leakyrelu_cli.source import PIPE, wait, widen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import FrameType
    from typing import Self, TypeAlias

    Sink: TypeAlias = "Stream | Replacement"

STANDARD_OUTPUT = "standard output"
DESCRIPTORS = {"-": 1, "/dev/stdout": 1, "/dev/stderr": 2}
"""Paths that mean what is already open: to open it anew would write over what stands there."""

TEMPORARY = ".leakyrelu-tmp"
"""How the name of a temporary file ends, so that one left by a power cut says whose it is."""


class Stream:
    """An open descriptor, or a device or pipe that cannot be replaced: written straight through."""

    def __init__(self, descriptor: int = 1, path: str | None = None) -> None:
        self._name = STANDARD_OUTPUT if path is None else printable(path)
        self._path = path
        self._descriptor = descriptor
        self._widened = False

    def __enter__(self) -> Self:
        try:
            if self._path is None:
                os.fstat(self._descriptor)
            else:
                self._descriptor = os.open(self._path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise FileError(self._name, error) from None
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._path is not None:
            _close(self._descriptor, self._name, failed=kind is not None)

    def write(self, data: bytes) -> None:
        """Write all of it."""
        if len(data) > PIPE and not self._widened:
            self._widened = True
            widen(self._descriptor)
        _write_all(self._descriptor, data, self._name)


class Replacement:
    """A file that is the old one or the new one, whole, whatever happens.

    The bytes go to a temporary file beside the target (behind a symbolic link: beside what it
    points to). Leaving the ``with`` block without an exception flushes it to disk and renames it;
    any exception, and SIGINT, SIGTERM or SIGHUP, removes it. Mode stays, and the owner where allowed.
    """

    def __init__(self, path: str) -> None:
        self._name = printable(path)
        self._target = os.path.realpath(path)
        self._folder = os.path.dirname(self._target)
        self._temporary = os.path.join(self._folder, f".{os.urandom(8).hex()}{TEMPORARY}")
        self._descriptor = -1

    def __enter__(self) -> Self:
        self._handlers = _raise_on_signals()
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            self._old = _stat_writable(self._target)
            self._descriptor = os.open(self._temporary, flags, 0o600 if self._old else 0o666)
        except BaseException as error:
            self._discard()
            if isinstance(error, OSError):
                raise FileError(self._name, error) from None
            raise
        return self

    def write(self, data: bytes) -> None:
        """Write all of it."""
        _write_all(self._descriptor, data, self._name)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._publish()
        except OSError as error:
            raise FileError(self._name, error) from None
        finally:
            self._discard()

    def _discard(self) -> None:
        """Remove the temporary file if it is still there; a second signal must wait for that."""
        handlers = {**_ignore_signals(), **self._handlers}
        try:  # noqa: SIM105 -- contextlib is slow to import
            os.close(self._descriptor)
        except OSError:  # closed already, or the disk fails: the error to tell is the first one
            pass
        try:  # noqa: SIM105 -- as above
            os.unlink(self._temporary)
        except OSError:  # renamed already, or never made
            pass
        _restore(handlers)

    def _publish(self) -> None:
        if self._old:
            self._keep_owner_and_mode(self._old)
        os.fsync(self._descriptor)
        descriptor, self._descriptor = self._descriptor, -1
        os.close(descriptor)
        os.replace(self._temporary, self._target)
        _sync_folder(self._folder)

    def _keep_owner_and_mode(self, old: os.stat_result) -> None:
        if hasattr(os, "fchown"):
            new = os.fstat(self._descriptor)
            if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
                try:  # noqa: SIM105 -- contextlib is slow to import
                    os.fchown(self._descriptor, old.st_uid, old.st_gid)
                except OSError:
                    pass
        os.chmod(self._descriptor if os.chmod in os.supports_fd else self._temporary, old.st_mode & 0o7777)


def open_sink(path: str | None) -> Sink:
    """The sink for an `--output` path; None and ``-`` are standard output."""
    if path is None or path in DESCRIPTORS:
        return Stream(DESCRIPTORS[path or "-"])
    if path.startswith("/dev/fd/") and path[len("/dev/fd/") :].isdigit():
        return Stream(int(path[len("/dev/fd/") :]))
    try:
        if path.endswith(os.sep):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        is_file = stat.S_ISREG(os.stat(path).st_mode)
    except FileNotFoundError:
        is_file = bool(path)  # a new one
    except OSError as error:
        raise FileError(printable(path), error) from None
    return Replacement(path) if is_file else Stream(path=path)


def say(line: str) -> None:
    """One line of a message on standard error."""
    complain(f"leakyrelu: {line}\n")


def complain(text: str) -> None:
    """Text on standard error, which may be closed or full: there is nowhere to complain about that."""
    try:
        _write_all(2, text.encode("utf-8", "backslashreplace"), "standard error")
    except LeakyReluError:
        return


def discard_standard_output() -> None:
    """Let what Python still holds for a standard output that failed go nowhere, instead of failing again at exit."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.close(nowhere)


def _write_all(descriptor: int, data: bytes, name: str) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BlockingIOError:
            wait(descriptor, writing=True)
        except BrokenPipeError:
            raise ReaderLeft from None
        except OSError as error:
            raise FileError(name, error) from None


def _stat_writable(path: str) -> os.stat_result | None:
    """The status of the file that is there, if any. A rename would replace even a read-only one: refuse it."""
    if not os.path.exists(path):
        return None
    if not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))
    return os.stat(path)


def _close(descriptor: int, name: str, *, failed: bool) -> None:
    try:
        os.close(descriptor)
    except OSError as error:
        if not failed:
            raise FileError(name, error) from None


def _sync_folder(folder: str) -> None:
    """Make the rename itself durable, where the system can: the new file is there already."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError:
        return
    finally:
        os.close(descriptor)


def _raise_on_signals() -> dict[int, object]:
    """Turn SIGTERM and SIGHUP into an exception while there is a temporary file to remove."""
    import signal  # noqa: PLC0415 -- slow to import, and needed only here

    def terminate(number: int, _: FrameType | None) -> None:
        raise Terminated(number)

    numbers = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # A signal that nohup or the caller handles otherwise stays as it is.
    return {n: signal.signal(n, terminate) for n in numbers if signal.getsignal(n) is signal.SIG_DFL}


def _ignore_signals() -> dict[int, object]:
    import signal  # noqa: PLC0415 -- as above

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    return {number: signal.signal(number, signal.SIG_IGN) for number in numbers}


def _restore(handlers: dict[int, object]) -> None:
    import signal  # noqa: PLC0415 -- as above

    for number, handler in handlers.items():
        signal.signal(number, handler)  # type: ignore[arg-type]
