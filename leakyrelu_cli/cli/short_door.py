"""The short door: every command line that is right -> Job, without Typer.

It exists for speed alone: importing Typer takes ten times as long as starting Python. Whatever it is not
sure of it declines, so deleting it would change no behaviour.
"""

from __future__ import annotations

from leakyrelu_cli.cli import arguments, meaning, options
from leakyrelu_cli.cli.words import Words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Job


def parse(line: list[str]) -> Job | None:
    """The job, or None to let `typer_door` decide.

    Raises
    ------
    UsageError
        If the words are right and what they say is not.
    """
    command, rest = options.command_of(line)
    words = Words(rest, command)
    if words.strange:
        return None
    return meaning.job(command, arguments.given(words))
