"""One family of exceptions, each with its exit code, and how foreign text may appear in a message."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

SHOWN = 80
"""How many characters of a cell, a word or a name a message repeats at most."""


FRAMES = 8
"""How many places of the code the message about a bug names: the innermost ones."""


class LeakyReluError(Exception):
    """Something that the user can cause: `main` prints its text as one line and exits."""

    exit_code = 1


class InvalidInput(LeakyReluError):
    """A word or cell is not a number, a record is broken, or the encoding is not served."""


class Changed(InvalidInput):
    """An input is not what it was when its reading began, so that a mixture of old and new came out."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name}: changed while it was read")


class FileError(LeakyReluError):
    """A file, standard input or standard output failed; the text names it and the cause."""

    def __init__(self, name: str, error: OSError, more: str = "") -> None:
        super().__init__(f"{name}: {error.strerror or error}{more}")


class blaming:  # noqa: N801 -- it reads as what follows ``with``
    """A block in which the system's errors are those of the file that has the name.

    The system names what has a path, but a descriptor it does not know by its name.
    """

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, OSError):
            raise FileError(self._name, error) from None


class MissingLibrary(LeakyReluError):
    """A library that an extra of the installation brings cannot be imported; the text says how to get it."""

    def __init__(self, library: str, extra: str, error: ImportError) -> None:
        super().__init__(
            f"this needs {library}, of the extra '{extra}' ({printable(str(error))}); try: {_installing(library)}"
        )


def _installing(library: str) -> str:
    """A command that installs it for this Python, where another one's pip may come first on the PATH, or none."""
    import shlex  # noqa: PLC0415 -- slow to import, and rarely needed
    import sys  # noqa: PLC0415 -- as above
    from importlib.util import find_spec  # noqa: PLC0415 -- as above

    python = shlex.quote(sys.executable or "python")
    if find_spec("pip"):
        return f"{python} -m pip install {library}"
    if os.path.join("pipx", "venvs") in sys.prefix:
        return f"pipx inject leakyrelu-cli {library}"
    return f"uv pip install --python {python} {library}"


class needing:  # noqa: N801 -- as `blaming`
    """A block that imports a library which an extra of the installation brings."""

    def __init__(self, library: str, extra: str) -> None:
        self._library = library
        self._extra = extra

    def __enter__(self) -> None:
        return

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        if isinstance(error, ImportError):
            raise MissingLibrary(self._library, self._extra, error) from None


def quietly(function: Callable[..., object], *arguments: object) -> bool:
    """Call it; whether the system allowed it."""
    try:
        function(*arguments)
    except OSError:
        return False
    return True


def system_error(number: int) -> OSError:
    """The error that the system gives this number, for what we find out before it does."""
    return OSError(number, os.strerror(number))


class UsageError(LeakyReluError):
    """The command line asks for what cannot be done; the text says what can."""

    exit_code = 2


class ReaderLeft(LeakyReluError):
    """Whoever read our output has left (``| head``): not an error to speak of."""

    exit_code = 141  # 128 + SIGPIPE, what a shell reports for other filters


class Terminated(BaseException):
    """A signal asked the process to end; not an `Exception`, so that nothing swallows it."""

    def __init__(self, signal_number: int) -> None:
        super().__init__(signal_number)
        self.exit_code = 128 + signal_number


class Bug(LeakyReluError):
    """What nobody foresaw: a mistake of ours, or of a library at the end of memory. The text says where it was."""

    exit_code = 70  # EX_SOFTWARE of sysexits.h: no test that expects an error takes it for that one

    def __init__(self, error: Exception) -> None:
        frames = []
        trace = error.__traceback__
        while trace is not None:
            frames.append(f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
            trace = trace.tb_next
        what = printable(f"{type(error).__name__}: {error}", 3 * SHOWN)
        super().__init__(f"a bug, please report it: {what} (at {' '.join(frames[-FRAMES:])})")


def ours(error: Exception) -> LeakyReluError:
    """The error as one of the family, also if it is what the system or a library said where nobody waited for it."""
    if isinstance(error, LeakyReluError):
        return error
    if isinstance(error, (MemoryError, SystemError)):  # the latter is what Python says where it lost the former
        return LeakyReluError("out of memory")
    if isinstance(error, OSError):
        where = "" if error.filename is None else f"{printable(str(error.filename))}: "
        return LeakyReluError(f"{where}{error.strerror or printable(str(error))}")
    return LeakyReluError(printable(str(error), 3 * SHOWN)) if isinstance(error, ImportError) else Bug(error)


def printable(text: bytes | str, limit: int = SHOWN) -> str:
    """Foreign text made safe for a terminal, on one line, cut to so many characters.

    Control characters, escape sequences, bidirectional overrides and bytes that are not UTF-8
    appear as backslash escapes.
    """
    raw = os.fsencode(text) if isinstance(text, str) else text
    decoded = raw[: 4 * limit].decode("utf-8", "backslashreplace")
    shown = "".join(c if c.isprintable() else _escape(c) for c in decoded[:limit])
    return shown + "..." if len(raw) > 4 * limit or len(decoded) > limit else shown


def quoted(text: bytes | str) -> str:
    """`printable` text between single quotes."""
    return f"'{printable(text)}'"


def counted(number: int, what: str) -> str:
    """A number and what is counted: ``1 file``, ``2 files``."""
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
