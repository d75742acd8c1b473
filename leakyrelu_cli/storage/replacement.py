"""One file that is replaced as a whole.

The way is the usual one: a temporary file in the target's folder, written, given the old file's mode,
flushed to disk (fsync), and renamed over it. When that happens, `transaction` says.
"""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import FileError, InvalidInput, blaming, printable, system_error
from leakyrelu_cli.storage import attributes
from leakyrelu_cli.storage.attributes import quietly
from leakyrelu_cli.storage.sink import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from leakyrelu_cli.storage.source import File

TEMPORARY, KEPT = ".leakyrelu-tmp", ".leakyrelu-old"
"""How names of temporary files end, so that one left by a power cut says whose it is: a new text, and
the old text of a file of a batch, for as long as the batch might have to be undone."""

NO_ROOM = " (no file can be made in its folder)"
NO_WAY_IN = (errno.EACCES, errno.EPERM, errno.EROFS)


class Replacement:
    """One of them: a sink for the new text. Made by `Replacements.add`, which sees to its end."""

    def __init__(self, path: str, read: File | None, backup: str | None) -> None:
        self.name = printable(path)
        self._path = path
        self._target = real_path(path)
        self.folder = os.path.dirname(self._target)
        stem = os.path.join(self.folder, f".{os.urandom(8).hex()}")
        self._temporary = stem + TEMPORARY
        self._backup = None if backup is None else self._target + backup
        self._kept = self._backup or stem + KEPT
        self._read = read
        self._old: os.stat_result | None = None
        self._descriptor = -1
        self._has_kept = self._is_new = False
        self.is_left = False

    @property
    def links(self) -> int:
        """How many names the old file has (hard links)."""
        return self._old.st_nlink if self._old else 0

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        self._look_at_old()
        try:
            self._descriptor = os.open(self._temporary, flags, 0o600 if self._old else 0o666)
        except OSError as error:
            raise FileError(self.name, error, NO_ROOM if error.errno in NO_WAY_IN else "") from None
        return self

    def inspect(self) -> None:
        """Raise if it is plain already that it cannot be replaced."""
        self._look_at_old()
        if not os.access(self.folder, os.W_OK | os.X_OK):
            is_there = os.path.isdir(self.folder)
            raise FileError(
                self.name, system_error(errno.EACCES if is_there else errno.ENOENT), NO_ROOM if is_there else ""
            )

    def _look_at_old(self) -> None:
        with blaming(self.name):
            self._old = _status_of_replaceable(self._path, self.folder)
            if self._backup and os.path.lexists(self._backup):
                raise FileError(
                    self.name,
                    system_error(errno.EEXIST),
                    f": the backup {_name(self._backup)}, which is never overwritten",
                )

    def write(self, data: bytes) -> None:
        """Write all of it."""
        write_all(self._descriptor, data, self.name)

    def leave(self) -> None:
        """Let the old file be, and its times and number, too: there is nothing new to say."""
        self.is_left = True

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        if self.is_left:
            self.discard()
            return
        with blaming(self.name):
            if self._old:
                attributes.take_over(self._descriptor, self._temporary, self._target, self._old)
            os.fsync(self._descriptor)
            self._close()

    def check(self) -> None:
        """Raise if the input is the target and is no longer what was read."""
        read = self._read
        if read is None:
            return
        named = read.path is not None and real_path(read.path) == self._target
        if not named and (self._old is None or not os.path.samestat(read.status, self._old)):
            return
        with blaming(self.name):
            now = os.stat(self._target)
        if not os.path.samestat(now, read.status) or _version(now) != _version(read.status):
            raise InvalidInput(f"{self.name}: changed while it was read; nothing is replaced")

    def publish(self, *, undoable: bool) -> None:
        """Let the new text be the file's; the old one is kept where it is wanted."""
        if self._old and (undoable or self._backup):
            self._keep_old()
        os.replace(self._temporary, self._target)
        self._is_new = True

    def undo(self) -> str | None:
        """Put the old file back; what could not be undone."""
        try:
            if self._is_new and self._old is None:
                os.unlink(self._target)
            elif self._is_new:
                os.replace(self._kept, self._target)
            elif self._has_kept:
                os.unlink(self._kept)
        except OSError:
            return f"{self.name} is new already" if self._is_new else f"{_name(self._kept)} is left over"
        return None

    def settle(self) -> None:
        """Forget the old file: there is no way back."""
        if self._has_kept and not self._backup:
            quietly(os.unlink, self._kept)

    def discard(self) -> None:
        """Remove the temporary file if it is there."""
        quietly(self._close)
        quietly(os.unlink, self._temporary)

    def _close(self) -> None:
        descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    def _keep_old(self) -> None:
        """Give the old file a second name, which fails if the name is taken; copy it where links are not served."""
        try:
            os.link(self._target, self._kept)
        except FileExistsError:
            raise
        except OSError:
            if self._backup:
                _copy(self._target, self._backup)
                self._has_kept = True
        else:
            self._has_kept = True


def real_path(path: str) -> str:
    """The file that a path leads to, through all symbolic links."""
    with blaming(printable(path)):  # the folder that a relative path starts from may be gone
        return os.path.realpath(path)


def _copy(path: str, new: str) -> None:
    import shutil  # noqa: PLC0415 -- slow to import, and rarely needed

    with open(path, "rb") as old, open(new, "xb") as copy:
        try:
            shutil.copyfileobj(old, copy)
            copy.flush()
            os.fsync(copy.fileno())
        except OSError:
            os.unlink(new)
            raise
    shutil.copystat(path, new)


def _version(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _status_of_replaceable(path: str, folder: str) -> os.stat_result | None:
    """The status of the file that is there, if any. A rename would replace even a read-only one: refuse it."""
    if path.endswith(os.sep) or os.path.isdir(path):
        raise system_error(errno.EISDIR)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):  # a device or pipe, which `sink.named` did not see yet: not to be destroyed
        raise system_error(errno.EEXIST)
    if not os.access(path, os.W_OK):
        raise system_error(errno.EACCES)
    if hasattr(os, "geteuid"):
        above = os.stat(folder)
        if above.st_mode & stat.S_ISVTX and os.geteuid() not in {0, status.st_uid, above.st_uid}:
            raise system_error(errno.EPERM)  # in a sticky folder, only owners may rename: say so before the work
    return status


def _name(path: str) -> str:
    return printable(os.path.basename(path))
