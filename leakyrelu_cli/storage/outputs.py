"""Which sink an output's path means: what is open already, a device or a pipe, or a file to be replaced."""

from __future__ import annotations

from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

    from leakyrelu_cli.storage.replacement import Replacement
    from leakyrelu_cli.storage.sink import Stream
    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.transaction import Replacements


class Nowhere:
    """A sink for what is not to be written.

    Parameters
    ----------
    target : Replacement, optional
        What would be replaced: if it cannot be, that is found out all the same.
    """

    def __init__(self, target: Replacement | None = None) -> None:
        self._target = target

    def __enter__(self) -> Self:
        if self._target is not None:
            self._target.inspect()
        return self

    def __exit__(self, *_: object) -> None:
        return

    def write(self, data: bytes) -> None:
        """Drop it."""


def opened(
    path: str | None,
    replacements: Replacements,
    read: File | None = None,
    backup: str | None = None,
    *,
    dry_run: bool = False,
) -> Stream | Replacement | Nowhere:
    """The sink for an output's path.

    Parameters
    ----------
    path : str or None
        None is standard output.
    replacements : Replacements
        What sees to it that a file is replaced.
    read : File, optional
        The input. If it is the file to be replaced, it must not change until then.
    backup : str, optional
        What is added to a file's name to keep its old text.
    dry_run : bool
        Write nothing, but refuse what would be refused.
    """
    stream = sink.named(path, None if read is None else read.status)
    if stream is not None:
        return Nowhere() if dry_run else stream
    assert path is not None  # noqa: S101 -- that is standard output
    target = replacements.add(path, read, backup)
    return Nowhere(target) if dry_run else target
