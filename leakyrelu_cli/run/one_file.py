"""One file of delimited records, converted from where it is to where it goes."""

from __future__ import annotations

from leakyrelu_cli import __version__
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.run.faults import Faults
from leakyrelu_cli.run.job import FAIL
from leakyrelu_cli.run.tally import Tally
from leakyrelu_cli.storage import outputs, source, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from leakyrelu_cli.run.faults import Tell
    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.storage.sink import Sink
    from leakyrelu_cli.storage.transaction import Replacements

    class Watch(Protocol):
        """Who is told how far the work is."""

        def say(self, line: str) -> None:
            """Shows one line."""

        def enter(self, file: source.File) -> None:
            """The file is in work from here on."""

        def advance(self) -> None:
            """One more chunk of a file is done."""

        def leave(self, file: source.File) -> None:
            """The file is in work no longer."""


def leave_if_unwanted(target: outputs.Target, done: Tally, job: Convert) -> None:
    """Let the old output be, if nothing of it would change, or if the run is to fail."""
    if done.left_alone or (done.invalid and job.invalid == FAIL):
        target.leave()


class Conversion:
    """How each file of a run is converted.

    Parameters
    ----------
    job : Convert
    run : Straight, Handed or Replacements
        What sees to the outputs.
    watch : Watch
    jobs : int
        How many threads there are for one file.
    """

    def __init__(
        self, job: Convert, run: outputs.Straight | outputs.Handed | Replacements, watch: Watch, jobs: int
    ) -> None:
        self._job = job
        self._run = run
        self._watch = watch
        self._jobs = jobs

    def convert(self, number: int, tell: Tell | None = None) -> Tally:
        """Convert the file with this number; what was done to it.

        Parameters
        ----------
        number : int
        tell : callable, optional
            Told of faults as they come; without it, they are kept in the tally.
        """
        files = self._job.files
        path, output = files.pairs[number]
        with source.File(path) as file:
            done = Tally(file.name)
            tag = self._tag(file) if urls.is_url(output) else None
            if tag is not None and self._job.resume and source.tag(str(output)) == tag:
                done.left_alone = True
                return done
            faults = Faults(self._job.invalid, self._job.rule, tell or done.keep, file)
            with outputs.opened(output, self._run, file, number, tag) as target:
                self._watch.enter(file)
                try:
                    self._write(file, output, target, faults, done)
                finally:
                    self._watch.leave(file)
                done.left_alone = files.in_place and self._job.csv.suffix is None and not done.changed
                leave_if_unwanted(target, done, self._job)
            file.check()
            done.consumed = file.consumed
        done.warn(target)
        return done

    def _tag(self, file: source.File) -> str | None:
        """A digest of all that the output is made from: the version of us and of the file, the rule, the columns."""
        if file.version is None:
            return None
        from hashlib import sha256  # noqa: PLC0415 -- only objects have tags

        return sha256(repr((__version__, file.path, file.version, self._job.rule, self._job.csv)).encode()).hexdigest()

    def _write(self, file: source.File, output: str | None, target: Sink, faults: Faults, done: Tally) -> None:
        """In place a file stays compressed as it is; else the output's name says how it is to be."""
        in_place = self._job.files.in_place
        kind = file.compression if in_place else None if output is None else source.compression_of(output)
        if kind is None:
            self._convert(file, target, faults, done)
            return
        from leakyrelu_cli.storage import compression  # noqa: PLC0415 -- slow to import, and rarely needed

        with compression.Writer(target.write, kind) as writer:
            self._convert(file, writer, faults, done)

    def _convert(self, file: source.File, target: Sink, faults: Faults, done: Tally) -> None:
        table = Table(file, self._job.csv, self._job.rule, self._watch.say)
        target.write(table.beginning)
        for _, result in faults.after(table.converted(self._jobs), table):
            target.write(result.data)
            done.add(result)
            self._watch.advance()
