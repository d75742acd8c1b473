"""Where outputs go: what is open already, a device or a pipe, files that are replaced together, or objects."""

from __future__ import annotations

from leakyrelu_cli.errors import needing
from leakyrelu_cli.storage import sink, urls
from leakyrelu_cli.storage.sink import Nowhere, Written

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Self

    from leakyrelu_cli.storage.replacement import Replacement
    from leakyrelu_cli.storage.sink import Stream
    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.transaction import Replacements
    from leakyrelu_cli.storage.upload import Upload

    Target = Stream | Replacement | Upload | Written | Nowhere
    """A sink as it is opened here."""


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


class Handed:
    """The output of one file whose run is elsewhere: a file that was made there, an object, or nothing at all."""

    def __init__(self, place: str | None, *, dry_run: bool) -> None:
        self._place = place
        self.dry_run = dry_run

    def add(self, path: str, *_: object) -> Written | Nowhere:
        """The file that is to be written instead of the output with this path."""
        return Nowhere() if self.dry_run else Written(str(self._place), path)


def batch(
    paths: Sequence[str | None], folder: str | None = None, backup: str | None = None, *, dry_run: bool = False
) -> Straight | Replacements:
    """What sees to the outputs of a run.

    Parameters
    ----------
    paths : sequence of (str or None)
        None is standard output.
    folder : str, optional
        Is made if need be.
    backup : str, optional
        What is added to a file's name to keep its old text.
    dry_run : bool
        Nothing is written.
    """
    if all(sink.descriptor_of(path) is not None for path in paths):
        return Straight(dry_run=dry_run)
    from leakyrelu_cli.storage.transaction import Replacements  # noqa: PLC0415 -- standard output does without it

    return Replacements(folder, backup, dry_run=dry_run)


def opened(
    path: str | None,
    run: Straight | Handed | Replacements,
    read: File | None = None,
    number: int = 0,
    tag: str | None = None,
) -> Target:
    """The sink for an output's path.

    Parameters
    ----------
    path : str or None
        None is standard output.
    run : Straight, Handed or Replacements
        What `batch` gave for all paths.
    read : File, optional
        The input. If it is the file to be replaced, it must not change until then.
    number : int
        Files are replaced in this order.
    tag : str, optional
        What an object's metadata say of how it was made.
    """
    if urls.is_url(path):
        return _object(str(path), run, read, tag)
    stream = None if isinstance(run, Handed) else sink.named(path, None if read is None else read.status)
    if stream is not None:
        return Nowhere() if run.dry_run else stream
    assert path is not None  # noqa: S101 -- that is standard output
    assert not isinstance(run, Straight)  # noqa: S101 -- `batch` has seen the path
    return run.add(path, read, number)


def _object(url: str, run: Straight | Handed | Replacements, read: File | None, tag: str | None) -> Upload | Nowhere:
    with needing("obstore", "cloud"):
        from leakyrelu_cli.storage.upload import Upload  # noqa: PLC0415 -- slow to import, and optional
    if run.dry_run:
        return Nowhere()
    upload = Upload(url, read, tag)
    assert not isinstance(run, Straight)  # noqa: S101 -- `batch` has seen the URL
    if not isinstance(run, Handed):
        run.watch_over(upload)
    return upload
