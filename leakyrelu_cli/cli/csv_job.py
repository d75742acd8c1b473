"""What the words of `leakyrelu csv` mean -> a `Convert`, a `Preview` or a `ListColumns`."""

from __future__ import annotations

import os

from leakyrelu_cli.cli import arguments
from leakyrelu_cli.errors import UsageError, quoted
from leakyrelu_cli.run.job import DEFAULT_ROWS, Convert, Csv, Files, ListColumns, Preview

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given
    from leakyrelu_cli.engine.contract import Rule

MOST_ROWS = 1000


def job(given: Given) -> Convert | Preview | ListColumns:
    """What is to be done.

    Raises
    ------
    UsageError
        If a value is out of range, or options exclude each other.
    """
    rule, rows = arguments.rule(given), arguments.whole_number("rows", given, MOST_ROWS)
    csv, jobs, listing = _csv(given, rule), arguments.jobs(given), given.on("list")
    shows = listing or given.on("table")
    if rows is not None and not given.on("table"):
        raise UsageError("--rows needs --table")
    files = _files(given, shows=shows)
    inputs = tuple(path for path, _ in files.pairs)
    if listing:
        return ListColumns(csv, inputs)
    if shows:
        return Preview(rule, csv, inputs, arguments.invalid(given), rows or DEFAULT_ROWS)
    return Convert(rule, csv, files, arguments.invalid(given), jobs, given.switch("progress"))


def delimiter(text: str | None) -> bytes | None:
    """The delimiter as one byte.

    A byte of a number's alphabet would let a rewritten number fall into several fields.
    """
    if text is None:
        return None
    byte = b"\t" if text in ("tab", r"\t") else os.fsencode(text)
    if len(byte) != 1:
        raise UsageError(f"--delimiter: {quoted(text)} is not one byte, such as ';', or 'tab'")
    if byte in b'"\r\n+-.' or byte.isalnum():
        raise UsageError(f"--delimiter: {quoted(text)} cannot delimit numbers, which it may be a part of")
    return byte


def _csv(given: Given, rule: Rule) -> Csv:
    byte, suffix = delimiter(given.text("delimiter")), given.text("suffix")
    if byte == b" " and rule.conversion:
        from leakyrelu_cli.engine import formats  # noqa: PLC0415 -- as above

        if formats.pads(rule.conversion):
            raise UsageError("--format would write blanks, which delimit the fields here")
    if suffix == "":
        raise UsageError("--suffix may not be empty: names would stand twice")
    return Csv(
        tuple(os.fsencode(text) for text in given.texts("column")),
        byte,
        not given.on("no_header"),
        None if suffix is None else os.fsencode(suffix),
    )


def _files(given: Given, *, shows: bool) -> Files:
    """What is read and written; what only shows something writes to standard output alone."""
    paths = given.operands or ["-"]
    output, folder, backup = given.text("output"), given.text("output_dir"), given.text("backup")
    in_place = given.on("in_place")
    named = (("--output", output is not None), ("--output-dir", folder is not None), ("--in-place", in_place))
    ways = [name for name, is_given in named if is_given]
    if folder == "" or output == "":
        raise UsageError(f"{ways[0]} may not be empty")
    if "" in paths:
        raise UsageError("the name of a file is empty; '-' is standard input")
    if len(ways) > 1:
        raise UsageError(f"{ways[0]} and {ways[1]} exclude each other")
    if backup is not None and not in_place:
        raise UsageError("--backup needs --in-place")
    if backup is not None and (not backup or os.sep in backup):
        raise UsageError(f"--backup: {quoted(backup)} is no end for a file's name")
    if len(paths) > 1 and not in_place and folder is None and not shows:
        raise UsageError("several files need --output-dir or --in-place")
    if "-" in paths and (in_place or folder is not None):
        raise UsageError(f"standard input has no name for {ways[0]}")
    inputs = [None if path == "-" else path for path in paths]
    if in_place:
        outputs = list(inputs)
    elif folder is not None:
        outputs = [os.path.join(folder, os.path.basename(path)) for path in paths]
    else:
        outputs = [output] * len(paths)
    return Files(tuple(zip(inputs, outputs, strict=True)), folder, in_place, backup)
