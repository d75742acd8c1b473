"""One family of exceptions, each with its exit code, and how foreign text may appear in a message."""

from __future__ import annotations

import os

SHOWN = 80
"""How many characters of a cell, a word or a name a message repeats at most."""


class LeakyReluError(Exception):
    """Something that the user can cause: `main` prints its text as one line and exits."""

    exit_code = 1


class InvalidInput(LeakyReluError):
    """A word or cell is not a number, a record is broken, or the encoding is not served."""


class FileError(LeakyReluError):
    """A file, standard input or standard output failed; the text names it and the cause."""

    def __init__(self, name: str, error: OSError, more: str = "") -> None:
        super().__init__(f"{name}: {error.strerror or error}{more}")


class MissingLibrary(LeakyReluError):
    """A library that an extra of the installation brings cannot be imported; the text says how to get it."""

    def __init__(self, library: str, extra: str, error: ImportError) -> None:
        super().__init__(
            f"this needs {library} ({error}); install it with: pip install {library}, or 'leakyrelu-cli[{extra}]'"
        )


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


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
