"""Where outputs go: what is open already, a device or a pipe, files that are replaced together, or objects."""

from __future__ import annotations

from leakyrelu_cli.storage import sink, urls
from leakyrelu_cli.storage.sink import Nowhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from leakyrelu_cli.storage.replacement import Replacement
    from leakyrelu_cli.storage.sink import Stream
    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.transaction import Replacements
    from leakyrelu_cli.storage.upload import Upload


class Straight:
    """The outputs of a run that replaces no file: what is written is written."""

    def __init__(self, *, dry_run: bool = False) -> None:
        self.dry_run = dry_run

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def drop(self) -> None:
        """There is nothing to take back."""


def batch(paths: Sequence[str | None], folder: str | None = None, *, dry_run: bool = False) -> Straight | Replacements:
    """What sees to the outputs of a run at these paths; None is standard output. The folder is made if need be."""
    if all(sink.descriptor_of(path) is not None for path in paths):
        return Straight(dry_run=dry_run)
    from leakyrelu_cli.storage.transaction import Replacements  # noqa: PLC0415 -- standard output does without it

    return Replacements(folder, dry_run=dry_run)


def opened(
    path: str | None,
    run: Straight | Replacements,
    read: File | None = None,
    backup: str | None = None,
    number: int = 0,
) -> Stream | Replacement | Upload | Nowhere:
    """The sink for an output's path.

    Parameters
    ----------
    path : str or None
        None is standard output.
    run : Straight or Replacements
        What `batch` gave for all paths.
    read : File, optional
        The input. If it is the file to be replaced, it must not change until then.
    backup : str, optional
        What is added to a file's name to keep its old text.
    number : int
        Files are replaced in this order.
    """
    if urls.is_url(path):
        assert path is not None and not isinstance(run, Straight)  # noqa: S101, PT018 -- `batch` has seen the path
        return run.add_object(path, read)
    stream = sink.named(path, None if read is None else read.status)
    if stream is not None:
        return Nowhere() if run.dry_run else stream
    assert path is not None  # noqa: S101 -- that is standard output
    assert not isinstance(run, Straight)  # noqa: S101 -- `batch` has seen the path
    return run.add(path, read, backup, number)
