"""Chunks through the engine, on one thread or several; what becomes of them comes out in order."""

from __future__ import annotations

import os

from leakyrelu_cli.engine import choice
from leakyrelu_cli.run import chunking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from concurrent.futures import Future, ThreadPoolExecutor

    from leakyrelu_cli.engine.contract import Columns, Result, Rule

    Convert = Callable[[bytes], Result]

FAST_CHUNKS = 4
"""How many chunks must come without a wait before threads are worth starting."""

MOST_THREADS = 32
"""More only take memory: reading and writing go on one."""


def converted(
    chunks: Iterator[bytes], columns: Columns | None, rule: Rule, jobs: int = 1
) -> Iterator[tuple[bytes, Result]]:
    """Each chunk and what becomes of it, in order.

    Parameters
    ----------
    chunks : iterator of bytes
        An empty one says that the next makes us wait.
    columns : Columns or None
        None: the numbers of a stream.
    rule : Rule
    jobs : int
        How many threads; 0: as many as there are processors for this process.
    """

    def convert(chunk: bytes) -> Result:
        return choice.convert(chunk, columns, rule)

    return _results(convert, chunks, _threads(jobs, rule))


def _threads(jobs: int, rule: Rule) -> int:
    """How many threads may convert: Python code takes turns, so the plain engine gains nothing by several."""
    if choice.NAME == "plain" or rule.decimal or rule.thousands is not None:
        return 1
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(jobs or processors, MOST_THREADS)


def _results(convert: Convert, chunks: Iterator[bytes], threads: int) -> Iterator[tuple[bytes, Result]]:
    fast = 0
    for chunk in chunks:
        fast = fast + 1 if chunk else 0
        if chunk:
            yield chunk, convert(chunk)
        if fast == FAST_CHUNKS and threads > 1:
            yield from _in_threads(convert, chunks, threads)


def _in_threads(convert: Convert, chunks: Iterable[bytes], threads: int) -> Iterator[tuple[bytes, Result]]:
    """The results in order, at most a few chunks ahead of the reader of this iterator."""
    from collections import deque  # noqa: PLC0415 -- only bulk input comes here
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 -- as above, and slow to import

    pending: deque[tuple[bytes, Future[Result]]] = deque()
    pool = ThreadPoolExecutor(threads)
    failures: list[Exception] = []
    held = 0
    try:
        for chunk in _then_empty(chunks, failures):
            if chunk:
                pending.append((chunk, _submitted(pool, convert, chunk)))
                held += len(chunk)
            while pending and (not chunk or len(pending) > 2 * threads or held > chunking.RECORD_LIMIT):
                done, future = pending.popleft()
                held -= len(done)
                yield done, future.result()
        for failure in failures:
            raise failure
    finally:
        pool.shutdown(cancel_futures=True)


def _submitted(pool: ThreadPoolExecutor, convert: Convert, chunk: bytes) -> Future[Result]:
    try:
        return pool.submit(convert, chunk)
    except RuntimeError:  # the system gives no more threads: this one will do
        from concurrent.futures import Future  # noqa: PLC0415 -- imported already by who called this

        future: Future[Result] = Future()
        future.set_result(convert(chunk))
        return future


def _then_empty(chunks: Iterable[bytes], failures: list[Exception]) -> Iterator[bytes]:
    """The chunks, and an empty one where they end or fail: what was read before a failure is still good."""
    try:
        yield from chunks
    except Exception as failure:  # noqa: BLE001 -- whoever asked for the chunks raises it
        failures.append(failure)
    yield b""
