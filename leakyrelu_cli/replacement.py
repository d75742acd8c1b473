"""Files that are replaced as a whole, and several of them together: all or none.

The way of each is the usual one: a temporary file in the target's folder, written, flushed to disk
(fsync), given the old file's mode, renamed over it, and the folder flushed in turn.
"""

from __future__ import annotations

import errno
import os
import stat

from leakyrelu_cli.errors import FileError, InvalidInput, Terminated, printable
from leakyrelu_cli.sink import write_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from types import FrameType
    from typing import Self

    from leakyrelu_cli.source import File

TEMPORARY, KEPT = ".leakyrelu-tmp", ".leakyrelu-old"
"""How names of temporary files end, so that one left by a power cut says whose it is: a new text, and
the old text of a file of a batch, for as long as the batch might have to be undone."""

NO_WAY_IN = (errno.EACCES, errno.EPERM, errno.EROFS)


class Replacements:
    """The files that one run replaces: all of them when the ``with`` block ends, or none.

    An exception in the block, SIGINT, SIGTERM and SIGHUP remove every temporary file and leave every
    target as it was. Once renaming has begun it is finished, or undone if the system refuses.
    """

    def __init__(self) -> None:
        self._files: list[Replacement] = []
        self._made: list[str] = []
        self._handlers: dict[int, object] = {}
        self._publishing = False

    def __enter__(self) -> Self:
        return self

    def make_folder(self, path: str) -> None:
        """Make the folder if it is not there; it goes again if the batch fails."""
        self._arm()
        try:
            os.mkdir(path)
            self._made.append(path)
        except FileExistsError:
            if not os.path.isdir(path):
                raise FileError(printable(path), _error(errno.ENOTDIR)) from None
        except OSError as error:
            raise FileError(printable(path), error) from None

    def add(self, path: str, read: File | None = None, backup: str | None = None) -> Replacement:
        """One more file to replace.

        Parameters
        ----------
        path : str
        read : File, optional
            The input. If it is the file to be replaced, it must not change until then.
        backup : str, optional
            What is added to the file's name to keep its old text.
        """
        self._arm()
        file = Replacement(path, read, backup)
        self._files.append(file)
        return file

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self._publish()
        finally:
            self._discard()
            _restore(self._handlers)

    def _arm(self) -> None:
        if not self._handlers:
            self._handlers = _handle_signals(self._on_signal)

    def _publish(self) -> None:
        self._publishing = True
        for file in self._files:
            file.check()
        begun: list[Replacement] = []
        try:
            for file in self._files:
                begun.append(file)
                file.publish(undoable=len(self._files) > 1)
        except OSError as error:
            stuck = filter(None, [file.undo() for file in reversed(begun)])
            raise FileError(begun[-1].name, error, "".join(f"; {what}" for what in stuck)) from None
        folders = {os.path.dirname(os.path.realpath(folder)) for folder in self._made}
        self._made.clear()
        for file in begun:
            file.settle()
        for folder in folders | {file.folder for file in begun}:
            _sync_folder(folder)

    def _discard(self) -> None:
        """Remove what is there of temporary files and new folders; it may be interrupted and called again."""
        for file in self._files:
            file.discard()
        for folder in self._made:
            _quietly(os.rmdir, folder)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        """Clean up here and now: wherever the exception is caught or lost, no temporary file stays."""
        import signal  # noqa: PLC0415 -- imported already by who installed this

        if self._publishing:
            return
        self._discard()
        raise KeyboardInterrupt if number == signal.SIGINT else Terminated(number)


class Replacement:
    """One of them: a sink for the new text. Made by `Replacements.add`."""

    def __init__(self, path: str, read: File | None, backup: str | None) -> None:
        self.name = printable(path)
        self._path = path
        self._target = os.path.realpath(path)
        self.folder = os.path.dirname(self._target)
        stem = os.path.join(self.folder, f".{os.urandom(8).hex()}")
        self._temporary = stem + TEMPORARY
        self._backup = None if backup is None else self._target + backup
        self._kept = self._backup or stem + KEPT
        self._read = read
        self._old: os.stat_result | None = None
        self._descriptor = -1
        self._has_kept = self._is_new = False

    @property
    def links(self) -> int:
        """How many names the old file has (hard links)."""
        return self._old.st_nlink if self._old else 0

    def __enter__(self) -> Self:
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
        try:
            self._old = _status_of_replaceable(self._path, self.folder)
            if self._backup and os.path.lexists(self._backup):
                raise FileError(self.name, _error(errno.EEXIST), f": the backup {_name(self._backup)}")
            self._descriptor = os.open(self._temporary, flags, 0o600 if self._old else 0o666)
        except OSError as error:
            folder_refuses = error.filename == self._temporary and error.errno in NO_WAY_IN
            where = " (no file can be made in its folder)" if folder_refuses else ""
            raise FileError(self.name, error, where) from None
        return self

    def write(self, data: bytes) -> None:
        """Write all of it."""
        write_all(self._descriptor, data, self.name)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            return
        try:
            if self._old:
                self._take_after(self._old)
            os.fsync(self._descriptor)
            self._close()
        except OSError as error:
            raise FileError(self.name, error) from None

    def check(self) -> None:
        """Raise if the input is the target and is no longer what was read."""
        read = self._read
        if read is None:
            return
        named = read.path is not None and os.path.realpath(read.path) == self._target
        if not named and (self._old is None or not os.path.samestat(read.status, self._old)):
            return
        try:
            now = os.stat(self._target)
        except OSError as error:
            raise FileError(self.name, error) from None
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
            _quietly(os.unlink, self._kept)

    def discard(self) -> None:
        """Remove the temporary file if it is there."""
        _quietly(self._close)
        _quietly(os.unlink, self._temporary)

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

    def _take_after(self, old: os.stat_result) -> None:
        """Owner, mode, and extended attributes (access lists among them) of the old file, as far as allowed."""
        mode = stat.S_IMODE(old.st_mode)
        if hasattr(os, "fchown"):
            mode = self._take_owner(old, mode)
        if hasattr(os, "listxattr"):
            _quietly(_copy_attributes, self._target, self._descriptor)
        os.chmod(self._descriptor if os.chmod in os.supports_fd else self._temporary, mode)

    def _take_owner(self, old: os.stat_result, mode: int) -> int:
        """Owner and group of the old file; the mode that is safe with those that could be had."""
        _quietly(os.fchown, self._descriptor, old.st_uid, old.st_gid) or _quietly(
            os.fchown, self._descriptor, -1, old.st_gid
        )
        new = os.fstat(self._descriptor)
        if (new.st_uid, new.st_gid) != (old.st_uid, old.st_gid):
            mode &= ~(stat.S_ISUID | stat.S_ISGID)  # they would lend another owner's rights
        if new.st_gid != old.st_gid:
            mode = mode & ~stat.S_IRWXG | (mode & stat.S_IRWXO) << 3  # to another group, all are others
        return mode


def _quietly(function: Callable[..., object], *arguments: object) -> bool:
    """Call it; whether the system allowed it."""
    try:
        function(*arguments)
    except OSError:
        return False
    return True


def _copy_attributes(path: str, descriptor: int) -> None:
    old = os.listxattr(path)
    for name in os.listxattr(descriptor):
        if name not in old:  # the folder may give new files an access list
            _quietly(os.removexattr, descriptor, name)
    for name in old:
        _quietly(os.setxattr, descriptor, name, os.getxattr(path, name))


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
        raise _error(errno.EISDIR)
    if not path:
        raise _error(errno.ENOENT)
    try:
        status = os.stat(path)
    except FileNotFoundError:
        return None
    if not os.access(path, os.W_OK):
        raise _error(errno.EACCES)
    if hasattr(os, "geteuid"):
        above = os.stat(folder)
        if above.st_mode & stat.S_ISVTX and os.geteuid() not in {0, status.st_uid, above.st_uid}:
            raise _error(errno.EPERM)  # in a sticky folder, only owners may rename: say so before the work
    return status


def _name(path: str) -> str:
    return printable(os.path.basename(path))


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))


def _sync_folder(folder: str) -> None:
    """Make the renames themselves durable, where the system can: the new files are there already."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    _quietly(os.fsync, descriptor)
    os.close(descriptor)


def _handle_signals(handler: Callable[[int, FrameType | None], None]) -> dict[int, object]:
    """Let the handler have SIGINT, SIGTERM and SIGHUP; the handlers that were there."""
    import signal  # noqa: PLC0415 -- slow to import, and needed only here

    numbers = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    # A signal that nohup or the caller handles otherwise stays as it is.
    ours = [n for n in numbers if signal.getsignal(n) in (signal.SIG_DFL, signal.default_int_handler)]
    return {number: signal.signal(number, handler) for number in ours}


def _restore(handlers: dict[int, object]) -> None:
    import signal  # noqa: PLC0415 -- as above

    for number, handler in handlers.items():
        signal.signal(number, handler)  # type: ignore[arg-type]
