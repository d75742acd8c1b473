"""The look at all inputs before any work: what cannot be read, or lacks a column, is found here, all of it at once."""

from __future__ import annotations

from leakyrelu_cli.errors import LeakyReluError, counted
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.storage import source, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.storage.sink import Say

    Look = Callable[[str | None], int | LeakyReluError | None]

AT_ONCE = 16
"""How many objects are asked for at a time: a store answers many questions as soon as one."""

TOLD = 20
"""How many files that cannot be converted get a line of their own."""


class Survey:
    """What is known of the inputs of a job before it begins.

    Attributes
    ----------
    size : int or None
        The bytes of all of them; None if a pipe or a device is among them.
    errors : list of LeakyReluError
        Why files cannot be converted: one each, in their order.
    """

    def __init__(self, job: Convert) -> None:
        self.size: int | None = 0
        self.errors: list[LeakyReluError] = []
        inputs = list(dict.fromkeys(path for path, _ in job.files.pairs))

        def look(path: str | None) -> int | LeakyReluError | None:
            try:
                size = source.size(path)
                # What is no regular file can be read but once; and of a single one, its own conversion tells as much.
                if path is not None and size is not None and len(inputs) > 1:
                    _look_at(path, job)
            except LeakyReluError as error:
                return error
            return size

        for found in _each(inputs, look):
            if isinstance(found, LeakyReluError):
                self.errors.append(found)
            else:
                self.size = None if found is None or self.size is None else self.size + found

    def report(self, say: Say) -> int:
        """Say what is wrong; the exit code."""
        for error in self.errors[:TOLD]:
            say(str(error))
        if len(self.errors) > TOLD:
            say(f"... and {counted(len(self.errors) - TOLD, 'more file')} that cannot be converted")
        return self.errors[0].exit_code


def _each(inputs: list[str | None], look: Look) -> Iterator[int | LeakyReluError | None]:
    """What the look at each input finds, in their order."""
    if len(inputs) == 1 or not any(map(urls.is_url, inputs)):
        yield from map(look, inputs)
        return
    from leakyrelu_cli.workers import HASTE, Workers  # noqa: PLC0415 -- files are looked at sooner than that is imported

    with Workers(AT_ONCE, HASTE) as workers:
        for task in [workers.submit(look, path) for path in inputs]:
            yield task.result()


def _look_at(path: str, job: Convert) -> None:
    """Raise if the file's columns are not those that are wanted."""
    with source.File(path) as file:
        Table(file, job.csv, job.rule, say=_nobody)


def _nobody(_: str) -> None:
    """Nothing has to be said to a person: no file is typed here."""
