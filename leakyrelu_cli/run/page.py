"""A page of help, shown."""

from __future__ import annotations

from leakyrelu_cli.storage import sink

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.run.job import Help

LEFT = 24
"""Columns on the left, where options stand: what they mean has 56 in the smallest terminal that is usual."""


def show(job: Help) -> int:
    """Write it to standard output; the exit code."""
    if job.whole or sink.is_narrow():
        from leakyrelu_cli.show import help_page  # noqa: PLC0415 -- rich is slow to import

        page = help_page.render(job.usage, job.about, job.sections, LEFT)
    else:
        page = _plain(job)
    with sink.Stream() as output:
        output.write(page)
    return 0


def _plain(job: Help) -> bytes:
    """The page without any library, for its lines are short: to be there at once."""
    lines = [f"Usage: {job.usage}", job.about]
    for title, rows in job.sections:
        lines += ["", f"{title}:"] if title else [""]
        lines += [f"  {left:<{LEFT - 2}}{right}".rstrip() for left, right in rows]
    return "".join(f"{line}\n" for line in lines).encode()
