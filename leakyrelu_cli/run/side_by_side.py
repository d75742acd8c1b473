"""Several files converted at the same time. Imported for many files, or large ones: a few are done sooner without.

Workers do it, whatever they are: threads here, a cluster elsewhere. What becomes of the files comes out in their
order, and the first one in that order that fails ends the work.
"""

from __future__ import annotations

from collections import deque
from itertools import chain
from threading import Semaphore

from leakyrelu_cli.run import threads
from leakyrelu_cli.run.one_file import Conversion
from leakyrelu_cli.storage import descriptors, source, urls
from leakyrelu_cli.workers import HASTE, Workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.run.progress import Progress
    from leakyrelu_cli.run.tally import Tally
    from leakyrelu_cli.storage.outputs import Straight
    from leakyrelu_cli.storage.source import File
    from leakyrelu_cli.storage.transaction import Replacements
    from leakyrelu_cli.workers import Task

WAITING = 6
"""How many files more than are converted may wait for the disk: flushed together they take little longer than one."""

AHEAD = 256
"""How many files may be done before the first one is."""

FAR = 2
"""How many objects are converted at a time, at most: each has parts on their way, in and out."""

LOOK = 0.1
"""Seconds between two looks at how far the work is."""


class Stopped(Exception):
    """The file need not be finished: the run has failed already."""


class Turns:
    """Files in work: so many at a time, as long as none before them has failed.

    Parameters
    ----------
    count : int
        How many may be converted at a time.
    """

    def __init__(self, count: int) -> None:
        self._free = Semaphore(count)
        self._failed: list[int] = []

    def take(self) -> None:
        """Wait for a place."""
        self._free.acquire()

    def give_back(self) -> None:
        """Make room for another one."""
        self._free.release()

    def check(self, number: int) -> None:
        """Raise if what becomes of the file with this number is of no interest any more."""
        if self._failed and min(self._failed) < number:
            raise Stopped

    def fail(self, number: int) -> None:
        """Let no file behind this one go on: the first failure is the run's."""
        self._failed.append(number)

    def end(self) -> None:
        """Let no file go on."""
        self._failed.append(-1)


class Turn:
    """One file's turn, watched over while it is converted.

    Parameters
    ----------
    number : int
    turns : Turns
    progress : Progress
    """

    def __init__(self, number: int, turns: Turns, progress: Progress) -> None:
        self._number = number
        self._turns = turns
        self._progress = progress

    def say(self, line: str) -> None:
        """Show one line."""
        self._progress.say(line)

    def enter(self, file: File) -> None:
        """Wait for a place."""
        self._turns.take()
        self._progress.enter(file)

    def advance(self) -> None:
        """Go on, unless that is of no use."""
        self._turns.check(self._number)

    def leave(self, file: File) -> None:
        """Make room for another one."""
        self._progress.leave(file)
        self._turns.give_back()


def converted(job: Convert, run: Straight | Replacements, progress: Progress) -> Iterator[Tally]:
    """What was done to each file, in their order."""
    count = threads.count(job.jobs, job.rule)
    files = len(job.files.pairs)
    is_far = any(map(urls.is_url, chain.from_iterable(job.files.pairs)))
    turns = Turns(min(count, FAR) if is_far else count)

    def convert(number: int) -> Tally:
        try:
            turns.check(number)
            turn = Turn(number, turns, progress)
            return Conversion(job, run, turn, max(1, count // files)).convert(number)
        except BaseException:
            turns.fail(number)
            raise

    # What a compressor needed stays with its thread (glibc), and those for xz and bz2 need much.
    compresses = any(output is not None and source.compression_of(output) for _, output in job.files.pairs)
    most = max(1, min(files, count + WAITING * (not compresses), descriptors.spare() // 2))
    with Workers(most, HASTE if is_far else None) as workers:
        try:
            yield from in_order(workers, convert, files, progress.advance)
        finally:
            turns.end()


def in_order(workers: Workers, task: Callable[[int], Tally], count: int, look: Callable[[], None]) -> Iterator[Tally]:
    """The results of the task for each number, in order; while they are waited for, now and then a look."""
    pending: deque[Task] = deque()
    for number in range(count):
        pending.append(workers.submit(task, number))
        if len(pending) > AHEAD:
            yield _result(pending.popleft(), look)
    while pending:
        yield _result(pending.popleft(), look)


def _result(task: Task, look: Callable[[], None]) -> Tally:
    look()
    while not task.is_done(LOOK):
        look()
    result: Tally = task.result()
    return result
