"""Which sink an output's path means: what is open already, a device or a pipe, or a file to be replaced."""

from __future__ import annotations

from leakyrelu_cli.storage import sink
from leakyrelu_cli.storage.sink import Nowhere

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.storage.replacement import Replacement
    from leakyrelu_cli.storage.sink import Stream
    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.transaction import Replacements


def opened(
    path: str | None, replacements: Replacements, read: File | None = None, backup: str | None = None
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
    """
    stream = sink.named(path, None if read is None else read.status)
    if stream is not None:
        return Nowhere() if replacements.dry_run else stream
    assert path is not None  # noqa: S101 -- that is standard output
    return replacements.add(path, read, backup)
