"""Chunks through the engine, on one thread or several; what becomes of them comes out in order."""

from __future__ import annotations

import os

from leakyrelu_cli.engine import choice
from leakyrelu_cli.run import chunking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from leakyrelu_cli.engine.contract import Columns, Result, Rule
    from leakyrelu_cli.workers import Task

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

    return _results(convert, chunks, count(jobs, rule))


def count(jobs: int, rule: Rule) -> int:
    """How many threads may convert: Python code takes turns, so the plain engine gains nothing by several."""
    if not choice.is_native(rule):
        return 1
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(jobs or processors, MOST_THREADS)


def _results(convert: Convert, chunks: Iterator[bytes], threads: int) -> Iterator[tuple[bytes, Result]]:
    fast, growth = 0, 1.0
    for chunk in chunks:
        fast = fast + 1 if chunk else 0
        if chunk:
            result = convert(chunk)
            growth = max(growth, len(result.data) / len(chunk))
            yield chunk, result
        if fast == FAST_CHUNKS:
            room = int(chunking.RECORD_LIMIT / (len(chunk) * (1 + growth)))  # what each thread has in work is held
            if min(threads, room) > 1:
                yield from _in_threads(convert, chunks, min(threads, room), growth)


def _in_threads(
    convert: Convert, chunks: Iterable[bytes], threads: int, growth: float
) -> Iterator[tuple[bytes, Result]]:
    """The results in order, at most a few chunks, and not many bytes, ahead of the reader of this iterator."""
    from collections import deque  # noqa: PLC0415 -- only bulk input comes here

    from leakyrelu_cli.workers import Workers  # noqa: PLC0415 -- as above

    pending: deque[Task] = deque()
    failures: list[Exception] = []
    held = 0
    with Workers(threads) as workers:
        for chunk in _then_empty(chunks, failures):
            if chunk:
                pending.append(workers.submit(convert, chunk))
                held += len(chunk)
            # Digits may take hundreds of times the room of what they are made from (%.999f).
            while pending and (not chunk or len(pending) > 2 * threads or held * (1 + growth) > chunking.RECORD_LIMIT):
                task = pending.popleft()
                held -= len(task.argument)
                result: Result = task.result()
                growth = max(growth, len(result.data) / len(task.argument))
                yield task.argument, result
        for failure in failures:
            raise failure


def _then_empty(chunks: Iterable[bytes], failures: list[Exception]) -> Iterator[bytes]:
    """The chunks, and an empty one where they end or fail: what was read before a failure is still good."""
    try:
        yield from chunks
    except Exception as failure:  # noqa: BLE001 -- whoever asked for the chunks raises it
        failures.append(failure)
    yield b""
