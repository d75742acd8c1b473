"""A lock on a file between the last look at it and its replacement."""

from __future__ import annotations

import os

from leakyrelu_cli.errors import InvalidInput, quietly


class locked:  # noqa: N801 -- it reads as what follows ``with``
    """A block in which no other run of this program replaces the file; None: no file, no lock.

    Between the last look at a file and its replacement another run would replace it, too, and one of the two
    conversions be lost without a word.
    """

    def __init__(self, path: str | None, name: str) -> None:
        self._path = path
        self._name = name
        self._descriptor = -1

    def __enter__(self) -> None:
        if self._path is None:
            return
        try:
            from fcntl import LOCK_EX, LOCK_NB, flock  # noqa: PLC0415 -- not on every system

            self._descriptor = os.open(self._path, os.O_RDONLY)
            flock(self._descriptor, LOCK_EX | LOCK_NB)
        except BlockingIOError:
            self.__exit__()
            raise InvalidInput(f"{self._name}: another program has locked it") from None
        except (ImportError, OSError):  # neither this system nor this file system has locks, or it cannot be read
            return

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            quietly(os.close, self._descriptor)
            self._descriptor = -1
