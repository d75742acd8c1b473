"""Files of delimited records, one or many: checked before any work, converted, replaced together."""

from __future__ import annotations

from itertools import chain

from leakyrelu_cli.errors import Changed, InvalidInput
from leakyrelu_cli.run import tally
from leakyrelu_cli.run.faults import Report
from leakyrelu_cli.run.one_file import Conversion
from leakyrelu_cli.run.progress import Progress
from leakyrelu_cli.run.survey import Survey
from leakyrelu_cli.storage import outputs, sink, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakyrelu_cli.run.faults import Tell
    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.run.tally import Tally
    from leakyrelu_cli.storage.outputs import Straight
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.transaction import Replacements

    Elsewhere = Callable[[Convert, Straight | Replacements, Progress], Iterator[Tally]]

MANY, MUCH = 16, 1 << 20
"""From so many files on, or so many bytes in several, it pays to convert some at the same time."""


def convert(job: Convert, say: Say, elsewhere: Elsewhere | None = None) -> int:
    """Convert the files; the exit code.

    Parameters
    ----------
    job : Convert
    say : callable
        Shows one line.
    elsewhere : callable, optional
        Converts each file, if that is not done here.
    """
    has_urls = any(map(urls.is_url, chain.from_iterable(job.files.pairs)))
    if has_urls:
        from leakyrelu_cli.run import patterns  # noqa: PLC0415 -- only objects are meant by patterns

        job = patterns.resolved(job)
    files = job.files
    if files.in_place or files.folder is not None or has_urls:
        from leakyrelu_cli.storage import collisions  # noqa: PLC0415 -- a single file does without it

        collisions.refuse(files.pairs, in_place=files.in_place)
    survey = Survey(job)
    if survey.errors:
        return survey.report(say)
    try:
        return _convert(job, survey.size, say, elsewhere)
    except Changed as error:
        if len(files.pairs) == 1 or has_urls:
            raise
        raise InvalidInput(f"{error}; nothing is replaced") from None  # whoever reads this may fear for the others


def _convert(job: Convert, size: int | None, say: Say, elsewhere: Elsewhere | None) -> int:
    files = job.files
    with Progress(size, len(files.pairs), say, wanted=_shows_progress(job)) as progress:
        report = Report(job.invalid, progress.say)
        done: list[Tally] = []
        with outputs.batch(
            [output for _, output in files.pairs], files.folder, files.backup, dry_run=job.dry_run
        ) as run:
            here = _converted(job, run, progress, size, report.tell)
            for one in here if elsewhere is None else elsewhere(job, run, progress):
                done.append(one)
                for fault in one.faults:
                    report.tell(*fault)
                report.sum_up(one.invalid, one.name)
                for warning in one.warnings:
                    progress.say(warning)
            code = report.finish()
            if code or job.dry_run:
                run.drop()
        progress.clear()
        sink.afterwards(lambda: _close(job, done, progress, replaced=not code))
    return code


def _converted(
    job: Convert, run: Straight | Replacements, progress: Progress, size: int | None, tell: Tell
) -> Iterator[Tally]:
    """What was done to each file, in their order."""
    count = len(job.files.pairs)
    if count > 1 and size is not None and (count >= MANY or size >= MUCH):  # what is no regular file may let us wait
        from leakyrelu_cli.run import side_by_side  # noqa: PLC0415 -- slow to import, and a few files do without it

        yield from side_by_side.converted(job, run, progress)
    else:
        conversion = Conversion(job, run, progress, job.jobs)
        for number in range(count):
            yield conversion.convert(number, tell)


def _close(job: Convert, done: list[Tally], progress: Progress, *, replaced: bool) -> None:
    """Say what was done, where it was asked for or somebody sees it."""
    if job.summary or job.dry_run:
        from leakyrelu_cli.show import tables  # noqa: PLC0415 -- rich is slow to import

        sink.complain(tables.summary([(one.name, one.counts) for one in done], tally.in_all(done)))
    elif not job.quiet and (progress.was_shown or (_replaces(job) and sink.is_terminal(2))):
        progress.say(tally.closing_line(done, replaced=replaced))


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
