"""Where bytes go that are written straight through: standard output, standard error, devices and pipes.

Nothing written here can be taken back; files that are replaced as a whole are `transaction`'s.
"""

from __future__ import annotations

import os
import stat

from leakyrelu_cli.errors import FileError, InvalidInput, LeakyReluError, ReaderLeft, blaming, ours, printable
from leakyrelu_cli.storage.descriptors import PIPE, close, wait, widen

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Protocol, Self

    Say = Callable[[str], None]
    """Shows one line on standard error."""

    class Sink(Protocol):
        """What takes the bytes."""

        def write(self, data: bytes) -> None:
            """Write all of it."""


USUAL = 80
"""Columns of a terminal; so many has one that does not know."""

STANDARD_OUTPUT = "standard output"
DESCRIPTORS = {"-": 1, "/dev/stdout": 1, "/dev/stderr": 2}
"""Paths that mean what is already open: to open it anew would write over what stands there."""


class Stream:
    """An open descriptor, or a device or pipe that cannot be replaced.

    Parameters
    ----------
    descriptor : int or None
        None: open what has the name.
    name : str, optional
    read : os.stat_result, optional
        The input's status: what is written must not be what is read.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, descriptor: int | None = 1, name: str | None = None, read: os.stat_result | None = None) -> None:
        self.name = STANDARD_OUTPUT if name is None or descriptor == 1 else printable(name)
        self._path = name if descriptor is None else None
        self._read = read
        self._descriptor = -1 if descriptor is None else descriptor
        self._widened = False

    def __enter__(self) -> Self:
        with blaming(self.name):
            if self._path is not None:
                self._descriptor = os.open(self._path, os.O_WRONLY | getattr(os, "O_BINARY", 0))
            status = os.fstat(self._descriptor)
        if self._read and stat.S_ISREG(status.st_mode) and os.path.samestat(status, self._read):
            raise InvalidInput(f"{self.name}: this is the file that is read; 'leakyrelu csv --in-place' edits a file")
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if self._path is not None:
            close(self._descriptor, self.name, failed=kind is not None)

    def leave(self) -> None:
        """What is written is written."""

    def write(self, data: bytes) -> None:
        """Write all of it."""
        if len(data) > PIPE and not self._widened:
            self._widened = True
            widen(self._descriptor)
        write_all(self._descriptor, data, self.name)


class Written:
    """A file that somebody else has made, and will give its name: it is never made here.

    Parameters
    ----------
    path : str
    name : str
        The name that it will have.
    """

    warnings: tuple[str, ...] = ()

    def __init__(self, path: str, name: str) -> None:
        self.name = printable(name)
        self._path = path
        self._descriptor = -1

    def __enter__(self) -> Self:
        try:
            self._descriptor = os.open(self._path, os.O_WRONLY | os.O_TRUNC | getattr(os, "O_BINARY", 0))
        except FileNotFoundError as error:
            raise FileError(self.name, error, "; is its folder shared with this machine?") from None
        except OSError as error:
            raise FileError(self.name, error) from None
        return self

    def leave(self) -> None:
        """Who has made it will see to that."""

    def write(self, data: bytes) -> None:
        """Write all of it."""
        write_all(self._descriptor, data, self.name)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        with blaming(self.name):
            if kind is None:
                os.fsync(self._descriptor)
        close(self._descriptor, self.name, failed=kind is not None)


class Nowhere:
    """A sink for what is not to be written."""

    name = "nowhere"
    warnings: tuple[str, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def leave(self) -> None:
        """There is nothing to leave."""

    def write(self, data: bytes) -> None:
        """Drop it."""


def descriptor_of(path: str | None) -> int | None:
    """The descriptor that an output's path means; None if it means a file."""
    if path is None:
        return 1
    number = path.removeprefix("/dev/fd/")
    if number != path and number.isascii() and number.isdigit() and len(number) < 6:
        return int(number)
    return DESCRIPTORS.get(path)


def named(path: str | None, read: os.stat_result | None = None) -> Stream | None:
    """The stream that an output's path names; None: the path is a file's, to be replaced as a whole.

    Parameters
    ----------
    path : str or None
        None is standard output.
    read : os.stat_result, optional
        The input's status. To write to the same file would be to read what we write, for ever.
    """
    descriptor = descriptor_of(path)
    if path is None or descriptor is not None:
        return Stream(descriptor, path, read)
    with blaming(printable(path)):
        try:
            mode = os.stat(path).st_mode
        except FileNotFoundError:
            return None
    return None if stat.S_ISREG(mode) or stat.S_ISDIR(mode) else Stream(None, path, read)


def reserve() -> None:
    """Occupy standard descriptors that are closed, so that no file we open gets their numbers, and our messages.

    They are opened the wrong way round: to use one is still an error.
    """
    for descriptor, mode in enumerate((os.O_WRONLY, os.O_RDONLY, os.O_RDONLY)):
        try:
            os.fstat(descriptor)
        except OSError:
            try:
                os.open(os.devnull, mode)
            except OSError:  # not even that: as it was
                return


def is_terminal(descriptor: int) -> bool:
    """Whether a person sees what is written there."""
    return os.isatty(descriptor)


def is_narrow() -> bool:
    """Whether standard output is a terminal of fewer columns than is usual."""
    return is_terminal(1) and 0 < os.get_terminal_size(1).columns < USUAL


def say(line: str) -> None:
    """One line of a message on standard error."""
    complain(f"leakyrelu: {line}\n")


def afterwards(function: Callable[..., None], *arguments: object) -> None:
    """Do it where all may be replaced already: what fails now must not look as if nothing were."""
    try:
        function(*arguments)
    except Exception as error:  # noqa: BLE001 -- such as too little memory for a message
        say(f"warning: the files are done, but not all that comes after: {ours(error)}")


def complain(text: str) -> None:
    """Text on standard error, which may be closed or full: there is nowhere to complain about that."""
    try:
        write_all(2, text.encode("utf-8", "backslashreplace"), "standard error")
    except LeakyReluError:
        return


def write_all(descriptor: int, data: bytes, name: str) -> None:
    """Write all of it, however long the descriptor makes us wait."""
    view = memoryview(data)
    with blaming(name):
        while view:
            try:
                view = view[os.write(descriptor, view) :]
            except BlockingIOError:
                wait(descriptor, writing=True)
            except BrokenPipeError:
                raise ReaderLeft from None
