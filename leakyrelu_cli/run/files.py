"""Files of delimited records, one or many: checked before any work, converted one by one, replaced together."""

from __future__ import annotations

import os
import stat

from leakyrelu_cli.errors import InvalidInput, UsageError, printable, quoted
from leakyrelu_cli.run.csv_file import Table
from leakyrelu_cli.run.faults import Faults
from leakyrelu_cli.run.progress import Progress
from leakyrelu_cli.storage import outputs, sink, source
from leakyrelu_cli.storage.replacement import Replacement, real_path
from leakyrelu_cli.storage.transaction import Replacements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.faults import Say
    from leakyrelu_cli.run.job import Convert, Files
    from leakyrelu_cli.storage.sink import Sink


def convert(job: Convert, say: Say) -> int:
    """Convert the files; the exit code."""
    files = job.files
    _refuse_collisions(files)
    sizes = [source.size(path) for path, _ in files.pairs]  # what is missing is missed before any work
    total = None if None in sizes else sum(size or 0 for size in sizes)
    with Progress(total, len(files.pairs), say, wanted=_shows_progress(job)) as progress:
        with Replacements() as replacements:
            if files.folder is not None:
                replacements.make_folder(files.folder)
            run = _Run(job, progress, replacements)
            for path, output in files.pairs:
                run.convert(path, output)
        return run.faults.finish()


class _Run:
    """What all files of one run share."""

    def __init__(self, job: Convert, progress: Progress, replacements: Replacements) -> None:
        self._job = job
        self._progress = progress
        self._replacements = replacements
        self.faults = Faults(job.invalid, progress.say)

    def convert(self, path: str | None, output: str | None) -> None:
        """Convert one file."""
        with source.File(path) as file:
            self._progress.enter(file)
            with outputs.opened(output, self._replacements, file, self._job.files.backup) as target:
                if isinstance(target, Replacement) and target.links > 1:
                    self._progress.say(f"{target.name}: warning: its other hard links keep the old text")
                self._write(file, output, target)
            file.check()

    def _write(self, file: source.File, output: str | None, target: Sink) -> None:
        kind = None if output is None else source.compression_of(output)
        if kind is None:
            self._convert(file, target)
            return
        from leakyrelu_cli.storage import compression  # noqa: PLC0415 -- slow to import, and rarely needed

        with compression.Writer(target.write, kind) as writer:
            self._convert(file, writer)

    def _convert(self, file: source.File, target: Sink) -> None:
        table = Table(file, self._job.csv, self._progress.say)
        target.write(table.beginning)
        self.faults.enter(file, table.labels)
        for _, result in self.faults.after(table.converted(self._job.rule, self._job.jobs), table.line):
            target.write(result.data)
            self._progress.advance(result)


def _refuse_collisions(files: Files) -> None:
    """Raise if a file cannot be edited in place, or if two outputs would be the same file."""
    seen: dict[str, str] = {}  # by output: the input
    for path, output in files.pairs:
        if path is None or output is None or (files.folder is None and not files.in_place):
            continue
        if files.in_place and os.path.exists(path) and not stat.S_ISREG(os.stat(path).st_mode):
            raise InvalidInput(f"{printable(path)}: not a regular file, so it cannot be edited in place")
        target = real_path(output)
        if files.folder is not None and target == real_path(path):
            raise UsageError(f"--output-dir: {quoted(path)} is there itself; --in-place replaces files")
        if target in seen:
            raise UsageError(f"{quoted(seen[target])} and {quoted(path)} would both become {quoted(output)}")
        seen[target] = path


def _shows_progress(job: Convert) -> bool:
    """As asked for; else where a person would see it, and not amid the output."""
    if job.progress is not None:
        return job.progress
    to_terminal = sink.is_terminal(1) and any(sink.descriptor_of(output) == 1 for _, output in job.files.pairs)
    return sink.is_terminal(2) and not to_terminal
