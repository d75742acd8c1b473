"""Several files that are replaced together: all or none, whatever happens, signals included."""

from __future__ import annotations

import errno
import os

from leakyrelu_cli.errors import (
    FileError,
    InvalidInput,
    LeakyReluError,
    Terminated,
    blaming,
    printable,
    quietly,
    system_error,
)
from leakyrelu_cli.storage import urls
from leakyrelu_cli.storage.replacement import Replacement, real_path
from leakyrelu_cli.storage.sink import Nowhere, afterwards, say

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import FrameType
    from typing import Self

    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.upload import Upload

DEADLY = (
    *("SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2", "SIGALRM", "SIGVTALRM", "SIGPROF", "SIGXCPU"),
    *("SIGABRT", "SIGIO", "SIGSYS", "SIGPWR", "SIGSTKFLT"),
)
"""What ends a process that does not handle it; so do the real-time signals."""


class Replacements:
    """The files that one run replaces: all of them when the ``with`` block ends, or none.

    An exception in the block, and any signal that can be caught, remove every temporary file and leave every
    target as it was. Once renaming has begun it is finished, or undone if the system refuses.

    Several threads may add and write files; they have ended before the block does, but for a second signal.
    """

    def __init__(self, folder: str | None = None, backup: str | None = None, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run
        self._backup = backup
        self._new_folder = None if urls.is_url(folder) else folder  # stores have none
        self._dropped = self._is_over = False
        self._unmade = ""
        self._files: list[Replacement] = []
        self._objects: list[Upload] = []
        self._made: list[str] = []
        self._handlers: dict[int, object] = {}
        self._publishing = False
        self._interruption: BaseException | None = None

    def __enter__(self) -> Self:
        if not self.dry_run:
            self._handlers = _handle_signals(self._on_signal)
        if self._new_folder is not None:
            try:
                self._make_folder(self._new_folder)
            except BaseException:
                _restore(self._handlers)
                raise
        return self

    def _make_folder(self, path: str) -> None:
        """Make the folder if it is not there; it goes again if the batch fails."""
        with blaming(printable(path)):
            try:
                if self.dry_run:
                    self._check_folder(path)
                    return
                os.mkdir(path)
            except FileExistsError:
                if not os.path.isdir(path):
                    raise system_error(errno.ENOTDIR) from None
            else:
                self._made.append(path)

    def _check_folder(self, path: str) -> None:
        """Raise if it cannot be made."""
        self._unmade = real_path(path)
        if os.path.lexists(path):
            raise system_error(errno.EEXIST)
        if not os.access(os.path.dirname(self._unmade), os.W_OK | os.X_OK):
            raise system_error(errno.EACCES if os.path.isdir(os.path.dirname(self._unmade)) else errno.ENOENT)

    def add(self, path: str, read: File | None, number: int) -> Replacement | Nowhere:
        """One more file to replace.

        Parameters
        ----------
        path : str
        read : File or None
            The input. If it is the file to be replaced, it must not change until then.
        number : int
            Its place among the others.

        Raises
        ------
        FileError
            In a dry run, if it cannot be replaced.
        KeyboardInterrupt, Terminated
            If a signal has ended the work already.
        """
        if self._is_over:  # a thread that a store has kept waiting
            raise LeakyReluError(f"{printable(path)}: the run has ended")
        file = Replacement(path, read, self._backup, number)
        if self.dry_run:
            if file.folder != self._unmade:
                file.inspect()
            return Nowhere()
        self._files.append(file)
        if self._interruption is not None:  # who cleaned up in another thread may not have seen this one
            raise self._interruption
        return file

    def watch_over(self, upload: Upload) -> None:
        """One more object that is written; it is there as soon as it is whole, for stores have no way back."""
        self._objects.append(upload)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._is_over = True
        for upload in self._objects:
            upload.take_back(hurried=kind is not None and not issubclass(kind, Exception))
        try:
            # What the handler raised may be lost, in a destructor, or have led to an error that says less.
            if self._interruption is not None:
                raise self._interruption
            if kind is None and not self._dropped:
                self._publish()
                self._handlers = _ignoring(self._handlers)
        finally:
            self._discard()
            _restore(self._handlers)

    def drop(self) -> None:
        """Replace nothing after all; what was made goes when the block ends."""
        self._dropped = True

    def _publish(self) -> None:
        self._publishing = True
        folders = {os.path.dirname(real_path(folder)) for folder in self._made}
        files = sorted((file for file in self._files if not file.is_left), key=lambda file: file.number)
        begun: list[Replacement] = []
        linked: set[tuple[int, int]] = set()
        try:
            for file in files:
                begun.append(file)
                file.publish(undoable=len(files) > 1, linked=linked)
            for file in files:
                file.check_kept()
        except BaseException as error:  # out of memory, too: half a batch is never what was wanted
            stuck = "".join(f"; {what}" for what in filter(None, [file.undo() for file in reversed(begun)]))
            if isinstance(error, OSError):
                raise FileError(begun[-1].name, error, stuck) from None
            if isinstance(error, InvalidInput):
                raise InvalidInput(f"{error}{stuck or '; nothing is replaced'}") from None
            if isinstance(error, LeakyReluError):
                raise LeakyReluError(f"{error}{stuck}") from None
            _tell([stuck.removeprefix("; ")])
            raise
        self._made.clear()
        for file in begun:
            afterwards(_settle, file)
        for folder in folders | {file.folder for file in begun}:
            afterwards(_sync_folder, folder)

    def _discard(self) -> None:
        """Remove what is there of temporary files and new folders; it may be interrupted and called again."""
        for file in self._files:
            quietly(file.close)
        _tell(file.discard() for file in self._files)
        for folder in self._made:
            quietly(os.rmdir, folder)

    def _on_signal(self, number: int, _: FrameType | None) -> None:
        """Clean up here and now: wherever the exception is caught or lost, no temporary file stays."""
        import signal  # noqa: PLC0415 -- imported already by who installed this

        if self._publishing:
            return
        self._interruption = KeyboardInterrupt() if number == signal.SIGINT else Terminated(number)
        for file in self._files:
            file.discard()
        raise self._interruption


def _tell(leftovers: Iterable[str | None]) -> None:
    """Say what is left over, for nobody else will look for it."""
    for what in filter(None, leftovers):
        say(what)


def _settle(file: Replacement) -> None:
    _tell([file.settle()])


def _sync_folder(folder: str) -> None:
    """Make the renames themselves durable, where the system can: the new files are there already."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    quietly(os.fsync, descriptor)
    quietly(os.close, descriptor)


def _handle_signals(handler: Callable[[int, FrameType | None], None]) -> dict[int, object]:
    """Let the handler have the signals that would end the process; the handlers that were there."""
    import signal  # noqa: PLC0415 -- slow to import, and needed only here

    numbers = [getattr(signal, name) for name in DEADLY if hasattr(signal, name)]
    if hasattr(signal, "SIGRTMIN"):
        numbers += range(signal.SIGRTMIN, signal.SIGRTMAX + 1)
    # A signal that nohup or the caller handles otherwise stays as it is.
    ours = [n for n in numbers if signal.getsignal(n) in (signal.SIG_DFL, signal.default_int_handler)]
    return {number: signal.signal(number, handler) for number in ours}


def _ignoring(handlers: dict[int, object]) -> dict[int, object]:
    """Let no signal end the process any more: all is replaced, and another exit code than 0 would say that it is not.

    Python itself leaves an ignored signal alone until the process is gone; a handler it takes away before.
    """
    import signal  # noqa: PLC0415 -- as above

    return dict.fromkeys(handlers, signal.SIG_IGN)


def _restore(handlers: dict[int, object]) -> None:
    import signal  # noqa: PLC0415 -- as above

    for number, handler in handlers.items():
        signal.signal(number, handler)  # type: ignore[arg-type]
