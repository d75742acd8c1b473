"""main(): choose a door, run the job; the one place that turns an error into a message and an exit code."""

from __future__ import annotations

import sys

# ruff: noqa: PLC0415 -- what is imported late makes Ctrl-C as quiet while it loads as it is afterwards

INTERRUPTED = 130  # 128 + SIGINT


def main(arguments: list[str] | None = None) -> int:
    """Run the command; the exit code."""
    sys.unraisablehook = _show_errors_only
    try:
        from leakyrelu_cli import sink
        from leakyrelu_cli.errors import LeakyReluError, ReaderLeft, Terminated

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
    from leakyrelu_cli import dispatch, options, shortcut, sink

    if arguments[:1] == [options.QUESTION]:
        from leakyrelu_cli import completion

        if completion.is_question(arguments):
            return completion.show(arguments)
    job = shortcut.parse(arguments)
    if job is None:
        from leakyrelu_cli import cli  # Typer is slow to import

        job = cli.parse(arguments)
    return 0 if job is None else dispatch.run(job, sink.say)


if __name__ == "__main__":
    sys.exit(main())
