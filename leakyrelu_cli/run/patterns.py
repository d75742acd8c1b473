"""Patterns of keys in the place of inputs: the objects that they mean, and where what becomes of each goes."""

from __future__ import annotations

from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run.job import Files
from leakyrelu_cli.storage import source, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from leakyrelu_cli.run.job import Convert


def resolved(job: Convert) -> Convert:
    """The job without patterns.

    Raises
    ------
    LeakyReluError
        If one means no object, or several that have no place to go to.
    """
    pairs = tuple(_pairs(job.files))
    if len(pairs) > 1 and job.files.folder is None:
        raise UsageError("several files need --output-dir")
    return job.but(files=Files(pairs, job.files.folder))


def _pairs(files: Files) -> Iterator[tuple[str | None, str | None]]:
    for path, output in files.pairs:
        for found in source.matching([path]):
            if found is None or found == path or files.folder is None:
                yield found, output
            else:
                yield found, urls.join(files.folder, urls.base_name(found))
