"""Files of delimited records, one or many: checked before any work, converted one by one, replaced together."""

from __future__ import annotations

from leakyrelu_cli.run import tally
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.run.faults import Faults
from leakyrelu_cli.run.progress import Progress
from leakyrelu_cli.run.survey import Survey
from leakyrelu_cli.run.tally import Tally
from leakyrelu_cli.storage import collisions, outputs, sink, source
from leakyrelu_cli.storage.replacement import Replacement
from leakyrelu_cli.storage.transaction import Replacements, afterwards

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.storage.sink import Say, Sink


def convert(job: Convert, say: Say) -> int:
    """Convert the files; the exit code."""
    if job.files.in_place or job.files.folder is not None:
        collisions.refuse(job.files.pairs, in_place=job.files.in_place)
    survey = Survey(job)
    if survey.errors:
        return survey.report(say)
    with Progress(survey.size, len(job.files.pairs), say, wanted=_shows_progress(job)) as progress:
        run = _Run(job, progress)
        with Replacements(dry_run=job.dry_run) as replacements:
            if job.files.folder is not None:
                replacements.make_folder(job.files.folder)
            for path, output in job.files.pairs:
                run.convert(path, output, replacements)
            code = run.faults.finish()
            if code or job.dry_run:
                replacements.drop()
        progress.clear()
        afterwards(lambda: run.close(replaced=not code))
    return code


class _Run:
    """What all files of one run share."""

    def __init__(self, job: Convert, progress: Progress) -> None:
        self._job = job
        self._progress = progress
        self._tallies: list[Tally] = []
        self.faults = Faults(job.invalid, job.rule, progress.say)

    def convert(self, path: str | None, output: str | None, replacements: Replacements) -> None:
        """Convert one file."""
        job = self._job
        with source.File(path) as file:
            self._progress.enter(file)
            done = Tally(file.name)
            self._tallies.append(done)
            with outputs.opened(output, replacements, file, job.files.backup) as target:
                self._write(file, output, target, done)
                done.left_alone = job.files.in_place and job.csv.suffix is None and not done.changed
                if isinstance(target, Replacement) and done.left_alone:
                    target.leave()
            file.check()
        if isinstance(target, Replacement):
            for warning in target.warnings:
                self._progress.say(f"{target.name}: warning: {warning}")

    def _write(self, file: source.File, output: str | None, target: Sink, done: Tally) -> None:
        """In place a file stays compressed as it is; else the output's name says how it is to be."""
        in_place = self._job.files.in_place
        kind = file.compression if in_place else None if output is None else source.compression_of(output)
        if kind is None:
            self._convert(file, target, done)
            return
        from leakyrelu_cli.storage import compression  # noqa: PLC0415 -- slow to import, and rarely needed

        with compression.Writer(target.write, kind) as writer:
            self._convert(file, writer, done)

    def _convert(self, file: source.File, target: Sink, done: Tally) -> None:
        table = Table(file, self._job.csv, self._job.rule, self._progress.say)
        target.write(table.beginning)
        self.faults.enter(file, table)
        for _, result in self.faults.after(table.converted(self._job.jobs)):
            target.write(result.data)
            done.add(result)
            self._progress.advance()

    def close(self, *, replaced: bool) -> None:
        """Say what was done, where it was asked for or somebody sees it."""
        job = self._job
        if job.summary or job.dry_run:
            from leakyrelu_cli.show import tables  # noqa: PLC0415 -- rich is slow to import

            rows = [(done.name, done.counts) for done in self._tallies]
            sink.complain(tables.summary(rows, tally.in_all(self._tallies)))
        elif not job.quiet and (self._progress.was_shown or (_replaces(job) and sink.is_terminal(2))):
            self._progress.say(tally.closing_line(self._tallies, replaced=replaced))


def _replaces(job: Convert) -> bool:
    """Whether files are to be replaced or made."""
    return any(sink.descriptor_of(output) is None for _, output in job.files.pairs)


def _shows_progress(job: Convert) -> bool:
    """As asked for; else where a person would see it, and not amid the output."""
    if job.progress is not None:
        return job.progress
    if job.quiet:
        return False
    to_terminal = sink.is_terminal(1) and any(sink.descriptor_of(output) == 1 for _, output in job.files.pairs)
    return sink.is_terminal(2) and not to_terminal
