"""main(): choose a door; the one place that turns an error into a message and an exit code."""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.job import Job

INTERRUPTED = 130  # 128 + SIGINT


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    sys.unraisablehook = _show_errors_only
    try:
        # Imported here, so that Ctrl-C is as quiet while they load as it is afterwards.
        from leakyrelu_cli import environment, sink  # noqa: PLC0415
        from leakyrelu_cli.errors import ReaderLeft, Terminated, ours  # noqa: PLC0415

        sink.reserve()
        environment.tame()
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
    from leakyrelu_cli import pipeline, shortcut, sink  # noqa: PLC0415 -- see main()
    from leakyrelu_cli.errors import UsageError  # noqa: PLC0415

    job = shortcut.parse(arguments)
    usage_error: UsageError | None = None
    if job is not None:
        try:
            return pipeline.run(job, sink.say)
        except UsageError as error:
            usage_error = error
    from leakyrelu_cli import cli  # noqa: PLC0415 -- Typer is slow to import

    def run(job: Job) -> int:
        if usage_error is not None:  # Typer words it; what was read of standard input cannot be read again
            raise usage_error
        return pipeline.run(job, sink.say)

    return cli.main(arguments, run)


if __name__ == "__main__":
    sys.exit(main())
