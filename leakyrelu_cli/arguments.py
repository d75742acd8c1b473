"""What the values of options mean, alone and together -> `Rule`, `Files`, `Csv`. It knows no option parser."""

from __future__ import annotations

import os

from leakyrelu_cli import decimals, formats, numerals
from leakyrelu_cli.contract import Rule
from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.errors import UsageError, quoted
from leakyrelu_cli.job import ABORT, DEFAULT_ROWS, Csv, Files


def rule(
    alpha: str,
    format_: str | None = None,
    *,
    gradient: bool,
    inverse: bool,
    decimal: bool = False,
    invalid: str = ABORT,
) -> Rule:
    """What to do with each number.

    Raises
    ------
    UsageError
        If the options exclude each other, or a value is out of range.
    """
    if gradient and inverse:
        raise UsageError("--gradient", "--gradient and --inverse exclude each other")
    text = os.fsencode(alpha)
    if not numerals.is_alpha(text) or (decimal and decimals.parse(text) is None):
        raise UsageError("--alpha", f"{quoted(alpha)} is not a finite number >= 0")
    if inverse and not float(alpha) > 0:
        raise UsageError("--alpha", "the inverse needs alpha > 0")
    try:
        conversion = None if format_ is None else formats.normalize(format_)
    except ValueError as error:
        raise UsageError("--format", f"{quoted(format_ or '')}: {error}") from None
    operation = GRADIENT if gradient else INVERSE if inverse else FORWARD
    return Rule(operation, alpha, conversion, decimal=decimal, abort=invalid == ABORT)


def files(
    paths: list[str], output: str | None, folder: str | None, backup: str | None, *, in_place: bool, shows: bool
) -> Files:
    """What is read and written; what only shows something writes to standard output alone."""
    ways = [
        name
        for name, given in (
            ("--output", output),
            ("--output-dir", folder),
            ("--in-place", in_place or None),
        )
        if given is not None
    ]
    if folder == "":
        raise UsageError("--output-dir", "may not be empty")
    if len(ways) > 1:
        raise UsageError(ways[0], f"{ways[0]} and {ways[1]} exclude each other")
    if output == "" or "" in paths:
        raise UsageError("FILES" if "" in paths else "--output", "may not be empty")
    if backup is not None and not in_place:
        raise UsageError("--backup", "needs --in-place")
    if backup is not None and (not backup or os.sep in backup):
        raise UsageError("--backup", f"{quoted(backup)} is no end for a file's name")
    if len(paths) > 1 and not in_place and folder is None and not shows:
        raise UsageError("FILES", "several need --output-dir or --in-place")
    if "-" in paths and (in_place or folder is not None):
        raise UsageError("FILES", f"standard input has no name for {ways[0]}")
    inputs = [None if path == "-" else path for path in paths]
    if shows:
        return Files(tuple((path, None) for path in inputs))
    outputs = [
        path if in_place else output if folder is None else os.path.join(folder, os.path.basename(path))
        for path in paths
    ]
    return Files(tuple(zip(inputs, outputs, strict=True)), folder, in_place=in_place, backup=backup)


def delimiter(text: str | None) -> bytes | None:
    """The delimiter as one byte.

    A byte of a number's alphabet would let a rewritten number fall into several fields.
    """
    if text is None:
        return None
    byte = b"\t" if text in ("tab", r"\t") else os.fsencode(text)
    if len(byte) != 1:
        raise UsageError("--delimiter", f"{quoted(text)} is not one byte, such as ';', or 'tab'")
    if byte in b'"\r\n+-.' or byte.isalnum():
        raise UsageError("--delimiter", f"{quoted(text)} cannot delimit numbers, which it may be a part of")
    return byte


def csv(
    columns: list[str],
    separator: str | None,
    where: Files,
    rule: Rule,
    *,
    header: bool,
    suffix: str | None,
    list_only: bool,
    rows: int | None,
    table: bool,
    progress: bool | None,
) -> Csv:
    """What is particular to delimited records.

    Raises
    ------
    UsageError
        If an option needs another one, or excludes it.
    """
    byte = delimiter(separator)
    if byte == b" " and rule.conversion and formats.pads(rule.conversion):
        raise UsageError("--format", "would write blanks, which delimit the fields here")
    if rows is not None and not table:
        raise UsageError("--rows", "needs --table")
    if suffix == "":
        raise UsageError("--suffix", "may not be empty: names would stand twice")
    return Csv(
        tuple(os.fsencode(text) for text in columns),
        byte,
        where,
        header=header,
        suffix=None if suffix is None else os.fsencode(suffix),
        list_only=list_only,
        rows=rows or DEFAULT_ROWS,
        progress=progress,
    )
