"""A Dask cluster that converts files: found, given one task for each file, asked what became of it, left.

A local output is written by a worker, but made, replaced and, if need be, removed here: so all files together are
replaced or none, and a worker that does not see the same folder finds no file to write to.
"""

from __future__ import annotations

import logging
import os
import pickle
import warnings
from time import monotonic

from distributed import Client, KilledWorker

import leakyrelu_cli
from leakyrelu_cli.cluster.worker import CALL
from leakyrelu_cli.errors import LeakyReluError, UsageError, printable
from leakyrelu_cli.run import files, side_by_side
from leakyrelu_cli.run.job import Convert, Files
from leakyrelu_cli.run.one_file import leave_if_unwanted
from leakyrelu_cli.run.tally import Tally
from leakyrelu_cli.storage import outputs, source, urls
from leakyrelu_cli.storage.replacement import Replacement
from leakyrelu_cli.workers import Workers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from distributed import Future

    from leakyrelu_cli.run.progress import Progress
    from leakyrelu_cli.storage.sink import Say
    from leakyrelu_cli.storage.transaction import Replacements

CONNECT = "10s"
"""How long the scheduler has to answer."""

AT_ONCE = 64
"""How many files are with the cluster at a time: each takes two descriptors here."""

LOOK = 2.0
"""Seconds between two looks at whether anybody works."""


def convert(job: Convert, say: Say) -> int:
    """Convert the files; the exit code."""
    return files.convert(job, say, converted)


def converted(job: Convert, run: outputs.Straight | Replacements, progress: Progress) -> Iterator[Tally]:
    """What was done to each file, in their order.

    Raises
    ------
    LeakyReluError
        If there is no cluster, if it is lost, or if its workers cannot do it.
    """
    assert job.dask is not None  # noqa: S101 -- that is why we are asked
    logging.disable()  # what distributed has to say is not for a person
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        cluster = Cluster(job.dask, progress)
        try:
            count = len(job.files.pairs)
            remote = Remote(job, run, cluster, progress)
            with Workers(min(count, AT_ONCE)) as workers:
                yield from side_by_side.in_order(workers, remote.convert, count, cluster.look)
        finally:
            cluster.leave()


class Cluster:
    """The scheduler of a cluster, and what it was asked.

    Parameters
    ----------
    address : str
        Of the scheduler, or its file.
    progress : Progress
        Shows how far the work is.
    """

    def __init__(self, address: str, progress: Progress) -> None:
        self._name = printable(address)
        self._progress = progress
        self._futures: set[Future[Any]] = set()
        self._looked = monotonic()
        self._is_told = False
        where: Any = {"scheduler_file": address} if os.path.isfile(address) else {"address": address}
        try:
            self._client: Any = Client(**where, timeout=CONNECT, set_as_default=False)  # type: ignore[no-untyped-call]
        except (OSError, ValueError, TypeError) as error:
            why = f": {printable(str(error.strerror))}" if isinstance(error, OSError) and error.strerror else ""
            raise LeakyReluError(f"--dask: no scheduler answers at {self._name}{why}") from None

    def ask(self, job: Convert, place: str | None) -> tuple[Any, ...]:
        """What a worker answers.

        Raises
        ------
        LeakyReluError
            If none can.
        """
        words = {"version": leakyrelu_cli.__version__, "job": pickle.dumps(job), "place": place}
        try:
            future = self._client.submit(eval, CALL, words, pure=False)
            self._futures.add(future)
            answer: tuple[Any, ...] = future.result()
            self._futures.discard(future)
        except ModuleNotFoundError as error:
            raise LeakyReluError(f"--dask: {self._missing(str(error.name))}") from None
        except KilledWorker:
            raise LeakyReluError(
                "--dask: every worker that tried this file has ended; is their memory too small?"
            ) from None
        except Exception as error:  # noqa: BLE001 -- as many kinds as ways to lose it
            raise self._lost(error) from None
        return answer

    def look(self) -> None:
        """Show how far the work is; say so if nobody works."""
        self._progress.advance()
        if monotonic() - self._looked < LOOK:
            return
        self._looked = monotonic()
        try:
            workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        except Exception as error:  # noqa: BLE001 -- as above
            raise self._lost(error) from None
        if self._client.status not in ("running", "connecting"):
            raise self._lost(None)
        if not any(worker.get("status", "running") == "running" for worker in workers) and not self._is_told:
            self._is_told = True
            self._progress.say(f"{self._name} has no worker that is free to work; waiting for one (Ctrl-C ends)")

    def leave(self) -> None:
        """Take back what waits, and go."""
        try:
            self._client.cancel(list(self._futures), force=True)
            self._client.close(timeout=1)
        except Exception:  # noqa: BLE001 -- it is lost, then
            return

    def _missing(self, module: str) -> str:
        if module == "leakyrelu_cli":
            return "a worker has no leakyrelu: install leakyrelu-cli[dask] where the workers run"
        if module.startswith("leakyrelu_cli."):
            return f"a worker has another version of leakyrelu; here it is {leakyrelu_cli.__version__}"
        return f"a worker lacks {printable(module)}: install leakyrelu-cli[dask] where the workers run"

    def _lost(self, error: Exception | None) -> LeakyReluError:
        kind = type(error).__name__
        if error is None or isinstance(error, OSError) or "Cancelled" in kind or "Closed" in kind:
            return LeakyReluError(f"--dask: the scheduler at {self._name} is lost")
        return LeakyReluError(f"--dask: a worker failed: {kind}: {printable(str(error))}")


class Distant:
    """A file in work elsewhere."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.consumed = 0


class Remote:
    """How each file of a run is converted by the cluster.

    Parameters
    ----------
    job : Convert
    run : Straight or Replacements
        What sees to the outputs.
    cluster : Cluster
    progress : Progress
    """

    def __init__(
        self, job: Convert, run: outputs.Straight | Replacements, cluster: Cluster, progress: Progress
    ) -> None:
        self._job = job
        self._run = run
        self._cluster = cluster
        self._progress = progress

    def convert(self, number: int) -> Tally:
        """Let the file with this number be converted; what was done to it."""
        path, output = self._job.files.pairs[number]
        assert path is not None  # noqa: S101 -- the door has seen to that
        if urls.is_url(output):
            return self._answer(path, output, None)
        with source.File(path) as file, outputs.opened(output, self._run, file, number) as target:
            place = target.give() if isinstance(target, Replacement) else None
            done = self._answer(path, output, place)
            if isinstance(target, Replacement):
                target.take_back()
            leave_if_unwanted(target, done, self._job)
            file.check()
        done.warn(target)
        return done

    def _answer(self, path: str, output: str | None, place: str | None) -> Tally:
        absolute = path if urls.is_url(path) else os.path.abspath(path)
        pair = (absolute, output if urls.is_url(output) or output is None else os.path.abspath(output))
        one = Files((pair,), None, self._job.files.in_place)
        job = self._job.but(files=one, dask=None, jobs=1)
        here, there = source.name_of(path), source.name_of(absolute)
        file = Distant(here)
        self._progress.enter(file)
        try:
            kind, *answer = self._cluster.ask(job, place)
            file.consumed = answer[-1]
        finally:
            self._progress.leave(file)
        if kind == "error":
            text, code, _ = answer
            raise _error(text.replace(there, here), code)
        counts, left_alone, faults, remarks, _ = answer
        done = Tally(here)
        done.records, done.changed, done.missing, done.invalid = counts
        done.left_alone = left_alone
        done.faults = [(text.replace(there, here), remedy) for text, remedy in faults]
        done.warnings = [text.replace(there, here) for text in remarks]
        return done


def _error(text: str, code: int) -> LeakyReluError:
    return UsageError(text) if code == UsageError.exit_code else LeakyReluError(text)
