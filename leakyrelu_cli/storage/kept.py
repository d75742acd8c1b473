"""The old text of a file that is replaced: kept under a second name for as long as the way back may be needed."""

from __future__ import annotations

import os

from leakyrelu_cli.errors import printable, quietly
from leakyrelu_cli.storage import attributes

SUFFIX = ".leakyrelu-old"
"""How its name ends, so that one left by a power cut says whose it is."""


class Kept:
    """The second name of an old file.

    Parameters
    ----------
    target : str
        The file.
    path : str
        The second name.
    for_good : bool
        It is a backup: it stays, and where a file cannot have two names, it is a copy.
    """

    def __init__(self, target: str, path: str, *, for_good: bool) -> None:
        self._target = target
        self._path = path
        self._for_good = for_good
        self._is_copy = False
        self.is_there = False

    @property
    def name(self) -> str:
        """How messages call it."""
        return printable(os.path.basename(self._path))

    def take(self) -> None:
        """Give the old file its second name.

        Raises
        ------
        OSError
            If the name is taken, or a backup cannot be made.
        """
        try:
            os.link(self._target, self._path)
        except FileExistsError:
            raise
        except OSError:
            if not self._for_good:
                return
            _copy(self._target, self._path)
            self._is_copy = True
        self.is_there = True

    def is_still(self, old: os.stat_result) -> bool:
        """Whether it is what was read, so far as a file tells; where there is nothing to look at, too."""
        if not self.is_there:
            return True
        now = os.stat(self._path)
        return self._is_copy or (os.path.samestat(now, old) and version(now) == version(old))

    def put_back(self) -> None:
        """Let the file have its old text again."""
        os.replace(self._path, self._target)
        self.is_there = False

    def remove(self) -> bool:
        """Let the old text go, unless it is a backup that stays; whether no name is left over."""
        if not self.is_there or self._for_good:
            return True
        self.is_there = not quietly(os.unlink, self._path)
        return not self.is_there

    def withdraw(self) -> bool:
        """Take the second name away, also a backup's, for nothing was replaced; whether no name is left over."""
        self._for_good = False
        return self.remove()


def version(status: os.stat_result) -> tuple[int, int]:
    """What changes when a file is written to."""
    return status.st_size, status.st_mtime_ns


def _copy(path: str, new: str) -> None:
    """A backup where a file cannot have two names; at no time more may read it than the old file."""
    import shutil  # noqa: PLC0415 -- slow to import, and rarely needed

    with open(path, "rb") as old:
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        try:
            with open(descriptor, "wb") as copy:
                shutil.copyfileobj(old, copy)
                copy.flush()
                status = os.fstat(old.fileno())
                attributes.take_over(copy.fileno(), new, path, status)
                os.fsync(copy.fileno())
            quietly(lambda: os.utime(new, ns=(status.st_atime_ns, status.st_mtime_ns)))
        except BaseException:
            os.unlink(new)  # half of a backup would be in the way of a whole one
            raise
