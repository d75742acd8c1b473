"""The columns of files with their positions, for `csv --list`."""

from __future__ import annotations

from leakyrelu_cli.errors import printable
from leakyrelu_cli.run.csv_file import Beginning
from leakyrelu_cli.storage import sink, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import ListColumns
    from leakyrelu_cli.storage.sink import Say


def show(job: ListColumns, say: Say) -> int:
    """Write the list of each file; the exit code."""
    inputs = source.matching(job.inputs)
    for path in inputs:
        with source.File(path) as file, sink.Stream(read=file.status) as output:
            beginning = Beginning(file, job.csv, say)
            title = f"{file.name}:\n" if len(inputs) > 1 else ""
            output.write((title + _listing(beginning.names, named=job.csv.named)).encode())
    return 0


def _listing(names: list[bytes], *, named: bool) -> str:
    width = len(str(len(names)))
    labels = (f": {printable(name, 4 * len(name))}" if named else "" for name in names)
    return "".join(f"{n:>{width}}{label}\n" for n, label in enumerate(labels, 1))
