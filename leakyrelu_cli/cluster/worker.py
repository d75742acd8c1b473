"""What a worker of the cluster does: one file, from where it is to where it goes, and what was done as a plain tuple.

It is called by its name (`CALL`), for nothing of ours may be in a task: a worker without this package could not even
read it, and would end. Nor is anything of ours in an answer. What the user can mend comes back as a value; only what
is worth another try is raised.
"""

from __future__ import annotations

import pickle
import socket

import leakyrelu_cli
from leakyrelu_cli.errors import FileError, LeakyReluError
from leakyrelu_cli.run.one_file import Conversion
from leakyrelu_cli.storage import outputs, source

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Convert

    Answer = tuple[object, ...]
    """("done", counts, left alone, faults, warnings, bytes read), or ("error", text, exit code, bytes read)."""

CALL = "__import__('leakyrelu_cli.cluster.worker', fromlist=['run']).run(version, job, place)"
"""An expression for `run`, which a worker evaluates."""


class Nobody:
    """Nobody watches: the one who asked waits for the answer."""

    def say(self, line: str) -> None:
        """Nothing has to be said to a person here."""

    def enter(self, file: source.File) -> None:
        """Nobody counts."""

    def advance(self) -> None:
        """Nor here."""

    def leave(self, file: source.File) -> None:
        """Nor here."""


def run(version: str, job: bytes, place: str | None) -> Answer:
    """Convert the only file of a job.

    Parameters
    ----------
    version : str
        Of the package that asks.
    job : bytes
        A `Convert`, pickled.
    place : str or None
        The file to be written, which is there already; None if the output is an object, or if nothing is written.
    """
    if version != leakyrelu_cli.__version__:
        text = f"{leakyrelu_cli.__version__} of leakyrelu is installed on {socket.gethostname()}, {version} here"
        return ("error", f"another version: {text}", 1, 0)
    try:
        return _done(pickle.loads(job), place)  # noqa: S301 -- whoever may send us tasks may do all that we may
    except FileError as error:
        return ("error", f"{error} (on {socket.gethostname()})", error.exit_code, 0)
    except LeakyReluError as error:
        return ("error", str(error), error.exit_code, 0)


def _done(job: Convert, place: str | None) -> Answer:
    conversion = Conversion(job, outputs.Handed(place, dry_run=job.dry_run), Nobody(), 1)
    done = conversion.convert(0)
    return ("done", done.counts, done.left_alone, done.faults, done.warnings, done.consumed)
