"""`run(job)`: which module does which job. Each is imported for its own jobs alone: most do without the others."""

from __future__ import annotations

from leakyrelu_cli.run.job import Convert, Draw, Evaluate, Filter, Help, ListColumns, Preview

# ruff: noqa: PLC0415

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Job
    from leakyrelu_cli.storage.sink import Say


def run(job: Job, say: Say) -> int:  # noqa: PLR0911 -- a line a job
    """Do the job; the exit code.

    Parameters
    ----------
    job : Job
    say : callable
        Shows one line on standard error.

    Raises
    ------
    LeakyReluError
        If it cannot be done, or not to its end.
    """
    if isinstance(job, Evaluate):
        from leakyrelu_cli.run import evaluate

        return evaluate.evaluate(job, say)
    if isinstance(job, Filter):
        from leakyrelu_cli.run import evaluate

        return evaluate.stream(job, say)
    if isinstance(job, Convert):
        from leakyrelu_cli.run import files

        return files.convert(job, say)
    if isinstance(job, Preview):
        from leakyrelu_cli.run import preview

        return preview.show(job, say)
    if isinstance(job, ListColumns):
        from leakyrelu_cli.run import column_list

        return column_list.show(job, say)
    if isinstance(job, Draw):
        from leakyrelu_cli.run import draw

        return draw.draw(job)
    if isinstance(job, Help):
        from leakyrelu_cli.run import page

        return page.show(job)
    from leakyrelu_cli.run import version

    return version.show()
