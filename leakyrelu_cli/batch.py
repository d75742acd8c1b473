"""Files of delimited records, one or many: checked before any work, converted one by one, replaced together."""

from __future__ import annotations

import os
import stat

from leakyrelu_cli import sink, source, tabular
from leakyrelu_cli.errors import InvalidInput, UsageError, printable, quoted
from leakyrelu_cli.faults import Faults
from leakyrelu_cli.progress import Progress
from leakyrelu_cli.replacement import Replacement, real_path
from leakyrelu_cli.transaction import Replacements

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.faults import Say
    from leakyrelu_cli.job import Csv, Files, Job
    from leakyrelu_cli.sink import Sink

HINT = "reading CSV from the terminal; Ctrl-D ends, 'leakyrelu --help' explains"


class Batch:
    """What all files of one run share."""

    def __init__(self, job: Job, csv: Csv, progress: Progress, replacements: Replacements) -> None:
        self.job = job
        self.csv = csv
        self.progress = progress
        self.replacements = replacements
        self.faults = Faults(job.invalid, progress.say)

    def convert(self, path: str | None, output: str | None) -> None:
        """Convert one file."""
        with source.File(path) as file:
            if file.is_terminal():
                self.progress.say(HINT)
            self.progress.enter(file)
            with self.replacements.open(output, file, self.csv.files.backup) as target:
                if isinstance(target, Replacement) and target.links > 1:
                    self.progress.say(f"{target.name}: warning: its other hard links keep the old text")
                self._write(file, output, target)
            file.check()

    def _write(self, file: source.File, output: str | None, target: Sink) -> None:
        kind = None if output is None else source.compression_of(output)
        if kind is None:
            self._process(file, target)
            return
        from leakyrelu_cli import compression  # noqa: PLC0415 -- slow to import, and rarely needed

        with compression.Writer(target.write, kind) as writer:
            self._process(file, writer)

    def _process(self, file: source.File, target: Sink) -> None:
        delimiter = self.csv.delimiter or source.delimiter_of(file.path)
        if (self.csv.list_only or self.job.table) and len(self.csv.files.pairs) > 1:
            target.write(f"{file.name}:\n".encode())
        if self.csv.list_only:
            target.write(tabular.listing(self.csv, delimiter, file))
        elif self.job.table:
            from leakyrelu_cli import preview  # noqa: PLC0415 -- rich is slow to import

            preview.show(self.job, self.csv, delimiter, file, target, self.faults)
        else:
            tabular.convert(self.job, self.csv, delimiter, file, target, self.faults, self.progress)


def run(job: Job, csv: Csv, say: Say) -> int:
    """Convert the files; the exit code."""
    files = csv.files
    _refuse_collisions(files)
    sizes = [source.size(path) for path, _ in files.pairs]  # what is missing is missed before any work
    total = None if None in sizes else sum(size or 0 for size in sizes)
    with Progress(total, len(files.pairs), say, wanted=_shows_progress(csv)) as progress:
        with Replacements() as replacements:
            batch = Batch(job, csv, progress, replacements)
            if files.folder is not None:
                replacements.make_folder(files.folder)
            for path, output in files.pairs:
                try:
                    batch.convert(path, output)
                except UsageError as error:
                    where = f"{source.name_of(path)}: " if len(files.pairs) > 1 else ""
                    raise UsageError(error.option, f"{where}{error}") from None
        return batch.faults.finish()


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
            raise UsageError("--output-dir", f"{quoted(path)} is there itself; --in-place replaces files")
        if target in seen:
            raise UsageError("FILES", f"{quoted(seen[target])} and {quoted(path)} would both become {quoted(output)}")
        seen[target] = path


def _shows_progress(csv: Csv) -> bool:
    """As asked for; else where a person would see it, and not amid the output."""
    if csv.progress is not None:
        return csv.progress
    to_terminal = sink.is_terminal(1) and any(sink.descriptor_of(output) == 1 for _, output in csv.files.pairs)
    return sink.is_terminal(2) and not to_terminal
