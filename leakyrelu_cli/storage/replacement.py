"""One file that is replaced as a whole.

The way is the usual one: a temporary file in the target's folder, written, given the old file's mode,
flushed to disk (fsync), and renamed over it. When that happens, `transaction` says.
"""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import Changed, FileError, blaming, printable, quietly, system_error
from leakyrelu_cli.storage import attributes, unwritable
from leakyrelu_cli.storage.flushing import Flusher
from leakyrelu_cli.storage.kept import SUFFIX, Kept, version
from leakyrelu_cli.storage.lock import locked
from leakyrelu_cli.storage.sink import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from leakyrelu_cli.storage.source import File

TEMPORARY = ".leakyrelu-tmp"
"""How the names of temporary files end, so that one left by a power cut says whose it is."""

NO_ROOM = " (no file can be made in its folder)"
NO_FOLDER = " (its folder is not there)"
NO_WAY_IN = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOENT)


class Replacement:
    """One of them: a sink for the new text. Made by `Replacements.add`, which sees to its end."""

    def __init__(self, path: str, read: File | None, backup: str | None, number: int = 0) -> None:
        self.name = printable(path)
        self.number = number
        self._path = path
        self._target = real_path(path)
        self.folder = os.path.dirname(self._target)
        stem = os.path.join(self.folder, f".{os.urandom(8).hex()}")
        self._temporary = stem + TEMPORARY
        self._backup = None if backup is None else self._target + backup
        self._kept = Kept(self._target, self._backup or stem + SUFFIX, for_good=backup is not None)
        self._read = None if read is None else read.status
        self._is_named = read is not None and read.path is not None and real_path(read.path) == self._target
        self._old: os.stat_result | None = None
        self._descriptor = -1
        self._flusher = Flusher(-1)
        self._new: os.stat_result | None = None
        self._is_new = False
        self._is_made: bool | None = False  # None: a signal may come before we know
        self.warnings: list[str] = []
        self.is_left = False
        self._is_discarded = False

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._look_at_old()
        self._is_made = None
        try:
            self._descriptor = os.open(self._temporary, flags, 0o600 if self._old else 0o666)
            self._is_made = True
            self._flusher = Flusher(self._descriptor)
        except OSError as error:
            self._is_made = False
            is_gone = error.errno == errno.ENOENT and not os.path.isdir(self.folder)
            why = NO_FOLDER if is_gone else NO_ROOM if error.errno in NO_WAY_IN else ""
            raise FileError(self.name, error, why) from None
        if self._is_discarded:  # meanwhile, by another thread
            self.discard()
        return self

    def inspect(self) -> None:
        """Raise if it is plain already that it cannot be replaced."""
        self._look_at_old()
        if not os.access(self.folder, os.W_OK | os.X_OK):
            if not os.path.isdir(self.folder):
                raise FileError(self.name, system_error(errno.ENOENT), NO_FOLDER)
            raise FileError(self.name, unwritable.of_folder(self.folder), NO_ROOM)

    def _look_at_old(self) -> None:
        with blaming(self.name):
            self._old = unwritable.status_of_replaceable(self._path, self.folder)
            if self._backup and (taken := unwritable.of_new(self._backup)) is not None:
                never = ", which is never overwritten" if taken.errno == errno.EEXIST else ""
                raise FileError(self.name, taken, f": the backup {_name(self._backup)}{never}")

    def write(self, data: bytes) -> None:
        """Write all of it."""
        write_all(self._descriptor, data, self.name)
        self._flusher.wrote(len(data))

    def give(self) -> str:
        """Close the new file for somebody else to write it; where it is."""
        self.close()
        return self._temporary

    def take_back(self) -> None:
        """Open it again: it is written."""
        with blaming(self.name):
            self._descriptor = os.open(self._temporary, os.O_RDWR | getattr(os, "O_BINARY", 0))
        self._flusher = Flusher(self._descriptor)

    def leave(self) -> None:
        """Let the old file be, and its times and number, too: there is nothing new to say."""
        self.is_left = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None or self.is_left or self._is_discarded:
            quietly(self.close)
            if self.is_left or self._is_discarded:
                self.warnings += filter(None, [self.discard()])
            return
        if self._old and self._old.st_nlink > 1:
            self.warnings.append("its other hard links keep the old text")
        with blaming(self.name):
            if self._old and not attributes.take_over(self._descriptor, self._temporary, self._target, self._old):
                self.warnings.append("its mode could not be kept")
            self._flusher.finish()
            self._new = os.fstat(self._descriptor)
            self.close()

    def publish(self, *, undoable: bool, linked: set[tuple[int, int]]) -> None:
        """Let the new text be the file's, if the file is still what was read.

        Parameters
        ----------
        undoable : bool
            There must be a way back.
        linked : set of (int, int)
            Devices and numbers of files that got a second name in this run, which changes a time of theirs.

        Raises
        ------
        InvalidInput
            If the file has changed.
        OSError
            If the system refuses.
        """
        if self._old is None:
            self._place_new()
            return
        with locked(self._target if self._is_read() else None, self.name):
            self._check(linked)
            if undoable or self._backup or self._is_read():
                linked.add((self._old.st_dev, self._old.st_ino))
                self._kept.take()
                self.check_kept()
            self._take_mode()
            os.replace(self._temporary, self._target)
        self._is_new, self._is_made = True, False

    def check_kept(self) -> None:
        """Raise if somebody who had the old file open has written to it since it was read."""
        with blaming(self.name):
            if self._read is not None and self._is_read() and not self._kept.is_still(self._read):
                raise Changed(self.name)

    def undo(self) -> str | None:
        """Put the old file back; what could not be undone."""
        try:
            if not self._is_new:
                return None if self._kept.withdraw() else f"{self._kept.name} is left over"
            now = os.stat(self._target)
            if self._new is None or not os.path.samestat(now, self._new) or version(now) != version(self._new):
                raise system_error(errno.EEXIST)  # somebody has found the new one, and replaced or written to it
            if self._old is None:
                os.unlink(self._target)
            else:
                self._kept.put_back()
        except OSError:
            old = f", its old text is {self._kept.name}" if self._kept.is_there else ""
            return f"{self.name} is new already{old}"
        return None

    def settle(self) -> str | None:
        """Forget the old file: there is no way back. What is left over of it."""
        return None if self._kept.remove() else f"{self.name}: its old text is left over: {self._kept.name}"

    def discard(self) -> str | None:
        """Remove the temporary file if it is there; what is left over.

        Its descriptor is not closed: another thread may be writing, and must not find its number in other use.
        """
        self._is_discarded = True
        was_made, self._is_made = self._is_made, False
        if was_made is False:
            return None
        try:
            os.unlink(self._temporary)
        except FileNotFoundError:
            if was_made:  # somebody has removed it, or moved its folder away
                return f"{self.name}: where its folder is now, {_name(self._temporary)} may be left over"
        except OSError as error:
            self._is_made = was_made
            return f"{self.name}: {_name(self._temporary)} is left over: {error.strerror}"
        return None

    def close(self) -> None:
        """Close it, if it is open: nothing more is written."""
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            self._flusher.wait()
            os.close(descriptor)

    def _is_read(self) -> bool:
        """Whether the file is the input."""
        read = self._read
        if read is None:
            return False
        return self._is_named or (self._old is not None and os.path.samestat(read, self._old))

    def _check(self, linked: set[tuple[int, int]]) -> None:
        """Raise if the file is the input and no longer what was read."""
        if self._read is None or not self._is_read():
            return
        with blaming(self.name):
            now, then = os.stat(self._target), self._read
        is_touched = now.st_ctime_ns != then.st_ctime_ns and (then.st_dev, then.st_ino) not in linked
        if is_touched or not os.path.samestat(now, then) or version(now) != version(then):
            raise Changed(self.name)

    def _take_mode(self) -> None:
        """The mode of a file that is not the input, if it was given another one meanwhile; the input did not change."""
        assert self._old is not None  # noqa: S101 -- who calls this has looked
        mode = stat.S_IMODE(os.stat(self._target).st_mode)
        if mode != stat.S_IMODE(self._old.st_mode):
            quietly(os.chmod, self._temporary, mode & 0o777)

    def _place_new(self) -> None:
        """Let the new file have its name, unless there is one of that name by now, whatever its letters' case."""
        try:
            os.link(self._temporary, self._target)
        except FileExistsError:
            raise
        except OSError:
            # No file has two names here. Whoever writes to the empty one in the moment before it is replaced loses.
            os.close(os.open(self._target, os.O_WRONLY | os.O_CREAT | os.O_EXCL))
            try:
                os.replace(self._temporary, self._target)
            except OSError:
                quietly(os.unlink, self._target)
                raise
        else:
            quietly(os.unlink, self._temporary)
        self._is_new, self._is_made = True, False


def real_path(path: str) -> str:
    """The file that a path leads to, through all symbolic links."""
    with blaming(printable(path)):  # the folder that a relative path starts from may be gone
        return os.path.realpath(path)


def _name(path: str) -> str:
    return printable(os.path.basename(path))
