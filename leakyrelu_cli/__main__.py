"""main(): choose a door; the one place that turns an error into a message and an exit code."""

from __future__ import annotations

import os
import sys

from leakyrelu_cli import pipeline, shortcut
from leakyrelu_cli.errors import LeakyReluError, ReaderLeft, Terminated

INTERRUPTED = 130  # 128 + SIGINT


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    try:
        return _run(sys.argv[1:] if arguments is None else arguments)
    except ReaderLeft as error:
        return error.exit_code
    except LeakyReluError as error:
        say(str(error))
        return error.exit_code
    except Terminated as error:
        return error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except MemoryError:
        say("out of memory")
        return 1


def say(line: str) -> None:
    """One line on standard error, which may be closed or full: there is nowhere to complain about that."""
    try:
        os.write(2, f"leakyrelu: {line}\n".encode("utf-8", "backslashreplace"))
    except OSError:
        return


def _run(arguments: list[str]) -> int:
    job = shortcut.parse(arguments)
    if job is not None:
        return pipeline.run(job, say)
    from leakyrelu_cli import cli  # noqa: PLC0415 -- Typer is slow to import

    return cli.main(arguments, lambda job: pipeline.run(job, say))


if __name__ == "__main__":
    sys.exit(main())
