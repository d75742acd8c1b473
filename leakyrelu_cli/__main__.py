"""main(): choose a door, run the job; an error that ends the work becomes a message and an exit code here alone."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

# ruff: noqa: PLC0415 -- what is imported late makes Ctrl-C as quiet while it loads as it is afterwards

INTERRUPTED = 130  # 128 + SIGINT


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    code = _done(arguments)
    if arguments is None and "obstore" in sys.modules:
        # Threads of its own may still be at work, and where they come back to a Python that ends, they abort all.
        _leave(code)
    return code


def _leave(code: int) -> NoReturn:
    """End the process here and now."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):  # it is closed or full: there is nobody to tell
            continue
    os._exit(code)


def _done(arguments: list[str] | None) -> int:
    sys.unraisablehook = _show_errors_only
    try:
        from leakyrelu_cli.errors import ReaderLeft, Terminated, ours
        from leakyrelu_cli.storage import sink

        sink.reserve()
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        except (ReaderLeft, Terminated) as error:
            return error.exit_code
        except Exception as error:  # noqa: BLE001 -- whatever it is, it is one line and an exit code
            sink.say(str(ours(error)))
            return ours(error).exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # noqa: BLE001 -- so little memory is left that this could not be loaded or said
        return _last_words(error)


def _last_words(error: Exception) -> int:
    """Say it with what Python itself has loaded; the exit code."""
    text = ascii(str(error))[1:-1] or "out of memory"
    try:
        os.write(2, f"leakyrelu: {text}\n".encode())
    except OSError:
        return 1
    return 1


def _show_errors_only(unraisable: sys.UnraisableHookArgs) -> None:
    """Python's own hook, but what hits a destructor, where it cannot be raised, by chance is not worth a traceback."""
    if isinstance(unraisable.exc_value, Exception) and not isinstance(unraisable.exc_value, MemoryError):
        sys.__unraisablehook__(unraisable)


def _run(arguments: list[str]) -> int:
    """Answer a shell that asks, or do the job; the exit code."""
    from leakyrelu_cli.cli import options, short_door
    from leakyrelu_cli.errors import needing
    from leakyrelu_cli.run import dispatch
    from leakyrelu_cli.run.job import Convert
    from leakyrelu_cli.storage import sink

    if arguments[:1] == [options.QUESTION]:
        from leakyrelu_cli.cli import completion

        if completion.is_question(arguments):
            return completion.show(arguments)
    job = short_door.parse(arguments)
    if job is None:
        from leakyrelu_cli.cli import typer_door  # Typer is slow to import

        job = typer_door.parse(arguments)
    if isinstance(job, Convert) and job.dask is not None:
        with needing("distributed", "dask"):
            from leakyrelu_cli.cluster import dask

        return dask.convert(job, sink.say)
    return dispatch.run(job, sink.say)


if __name__ == "__main__":
    sys.exit(main())
