"""main(): choose a door; the one place that turns an error into a message and an exit code."""

from __future__ import annotations

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
        from leakyrelu_cli import sink  # noqa: PLC0415
        from leakyrelu_cli.errors import LeakyReluError, ReaderLeft, Terminated  # noqa: PLC0415

        sink.reserve()
        try:
            return _run(sys.argv[1:] if arguments is None else arguments)
        except (ReaderLeft, Terminated) as error:
            return error.exit_code
        except LeakyReluError as error:
            sink.say(str(error))
            return error.exit_code
        except MemoryError:
            sink.say("out of memory")
            return 1
    except KeyboardInterrupt:
        return INTERRUPTED


def _show_errors_only(unraisable: sys.UnraisableHookArgs) -> None:
    """Python's own hook, but Ctrl-C that hits a destructor, where it cannot be raised, is not worth a traceback."""
    if isinstance(unraisable.exc_value, Exception):
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
