"""What the words of `leakyrelu csv` mean -> a `Convert`, a `Preview` or a `ListColumns`."""

from __future__ import annotations

import os

from leakyrelu_cli.cli import arguments
from leakyrelu_cli.cli.arguments import flag
from leakyrelu_cli.errors import UsageError, quoted
from leakyrelu_cli.run.job import Convert, Csv, Files, ListColumns, Preview
from leakyrelu_cli.storage import sink, source, urls

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.arguments import Given
    from leakyrelu_cli.engine.contract import Rule

MOST_ROWS = 1000
MOST_LINES = 10**9

WAYS = ("output", "output_dir", "in_place")
"""Where results go, if not to standard output: one of these."""

WRITING = (*WAYS, "backup", "dry_run", "summary")
"""What has no meaning where nothing is converted."""


def job(given: Given) -> Convert | Preview | ListColumns:
    """What is to be done.

    Raises
    ------
    UsageError
        If a value is out of range, or options exclude each other.
    """
    rule, csv = arguments.rule(given), reading(given)
    rows = arguments.whole_number("rows", given, MOST_ROWS, more="; without --table, all are converted")
    jobs = arguments.jobs(given)
    listing = given.on("list")
    shows = listing or given.on("table")
    _refuse_contradictions(given, rule, csv)
    files = _files(given, shows=shows)
    _refuse_elsewhere(given, files, shows=shows)
    inputs = tuple(path for path, _ in files.pairs)
    if listing:
        return ListColumns(csv, inputs)
    if shows:
        return Preview(rule, csv, inputs, arguments.invalid(given), rows)
    return Convert(
        rule,
        csv,
        files,
        invalid=arguments.invalid(given),
        jobs=jobs,
        progress=given.switch("progress"),
        dry_run=given.on("dry_run"),
        summary=given.on("summary"),
        quiet=given.on("quiet"),
        dask=given.text("dask"),
        resume=given.on("resume"),
    )


def reading(given: Given) -> Csv:
    """How the records are read, and which columns are meant; TAB needs no more.

    Raises
    ------
    UsageError
        If a byte is a number's, too, so that a rewritten number could fall into several fields.
    """
    delimiter = arguments.one_byte("delimiter", given, "';', or 'tab'")
    comment = arguments.one_byte("comment", given, "'#'")
    if delimiter is not None and (delimiter in b'"\r\n+-.' or delimiter.isalnum()):
        raise UsageError(f"--delimiter: {quoted(delimiter)} cannot delimit numbers, which it may be a part of")
    if comment is not None and (comment in b'"\r\n+-., \t' or comment.isdigit() or comment == delimiter):
        raise UsageError(f"--comment: {quoted(comment)} may begin a record that is data")
    suffix = given.text("suffix")
    return Csv(
        columns=tuple(os.fsencode(text) for text in given.texts("column")),
        exclude=tuple(os.fsencode(text) for text in given.texts("exclude")),
        delimiter=delimiter,
        header=given.switch("header"),
        skip=arguments.whole_number("skip_lines", given, MOST_LINES, 0) or 0,
        comment=comment,
        suffix=None if suffix is None else os.fsencode(suffix),
    )


def _refuse_contradictions(given: Given, rule: Rule, csv: Csv) -> None:
    """Raise if options exclude each other; those of `_files` do so there."""
    shown = next((key for key in ("list", "table") if given.on(key)), None)
    if given.on("list") and given.on("table"):
        raise UsageError("--list and --table exclude each other")
    for key in WRITING:
        if shown and key in given.options:
            raise UsageError(f"{flag(key)} and --{shown} exclude each other: --{shown} converts nothing")
    if given.text("rows") is not None and not given.on("table"):
        raise UsageError("--rows needs --table")
    if given.on("quiet") and given.on("progress"):
        raise UsageError("--quiet and --progress exclude each other")
    output = given.text("output")
    if output is not None and output.lower().endswith(source.UNSERVED_ENDS):
        raise UsageError(f"--output: {quoted(output)} would not be what its name says; try .gz, .bz2, .xz or .zst")
    if csv.suffix == b"":
        raise UsageError("--suffix may not be empty: names would stand twice")
    if csv.delimiter == b" " and rule.conversion:
        from leakyrelu_cli.engine import formats  # noqa: PLC0415 -- imported already, by who made the conversion

        if formats.pads(rule.conversion):
            raise UsageError("--format would write blanks, which delimit the fields here")


def _files(given: Given, *, shows: bool) -> Files:
    """What is read and written; what only shows something writes to standard output alone."""
    paths = given.operands or ["-"]
    output, folder, backup = given.text("output"), given.text("output_dir"), given.text("backup")
    in_place = given.on("in_place")
    ways = [key for key in WAYS if key in given.options]
    if empty := next((key for key in ways if given.text(key) == ""), None):
        raise UsageError(f"{flag(empty)} may not be empty")
    if "" in paths:
        raise UsageError("the name of a file is empty; '-' is standard input")
    if len(ways) > 1:
        raise UsageError(f"{flag(ways[0])} and {flag(ways[1])} exclude each other")
    if backup is not None and not in_place:
        raise UsageError("--backup needs --in-place")
    if backup is not None and (not backup or os.sep in backup):
        raise UsageError(f"--backup: {quoted(backup)} is no end for a file's name, such as '.bak'")
    _refuse_other_words(paths, given, has_place=in_place or folder is not None or shows)
    if "-" in paths and (in_place or folder is not None):
        raise UsageError(f"standard input has no name for {flag(ways[0])}")
    _refuse_urls(paths, output or folder, in_place=in_place)
    inputs = [None if path == "-" else path for path in paths]
    if in_place:
        outputs = list(inputs)
    elif folder is not None:
        outputs = [urls.join(folder, urls.base_name(path)) for path in paths]
    else:
        outputs = [output] * len(paths)
    return Files(tuple(zip(inputs, outputs, strict=True)), folder, in_place, backup)


def _refuse_other_words(paths: list[str], given: Given, *, has_place: bool) -> None:
    """Raise if several files need a place for their results, or an operand is a word and no file."""
    column = bool(given.texts("column"))
    # A file alone, whose column is chosen, is hardly anything else that is missing.
    is_other = (len(paths) > 1 or not column) and any(path.isalnum() and not os.path.lexists(path) for path in paths)
    if is_other or (len(paths) > 1 and not has_place):
        from leakyrelu_cli.cli import hints  # noqa: PLC0415 -- slow to import, and rarely needed

        raise UsageError(hints.wrong_files(paths, column=column))


def _refuse_elsewhere(given: Given, files: Files, *, shows: bool) -> None:
    """Raise if what is to be done on a cluster, or once more, can only be done here and at once."""
    outputs = [output for _, output in files.pairs]
    if given.text("dask") is not None:
        address = given.text("dask") or ""
        if "://" not in address and not os.path.isfile(address):
            raise UsageError(
                f"--dask: {quoted(address)} is neither an address, tcp://HOST:8786, nor a file that a scheduler wrote"
            )
        if shows:
            raise UsageError("--dask converts files; --table and --list only show something")
        if any(path is None for path, _ in files.pairs) or any(
            sink.descriptor_of(output) is not None for output in outputs
        ):
            raise UsageError(
                "--dask needs files, and --output, --output-dir or --in-place: "
                "workers have neither our standard input nor our standard output"
            )
    if given.on("resume") and (shows or not all(map(urls.is_url, outputs))):
        raise UsageError("--resume needs outputs in a store, which can say what they were made from")


def _refuse_urls(paths: list[str], output: str | None, *, in_place: bool) -> None:
    """Raise if a URL is given where none can serve."""
    for url in filter(urls.is_url, [*paths, *filter(None, [output])]):
        urls.split(url)
        if in_place:
            raise UsageError(
                f"--in-place: {urls.quoted_name(url)} is no file here; --output and --output-dir take URLs"
            )
    arguments.refuse_web(output)
