"""What may help where a word or cell is not a number: the ends of messages. Imported for those alone."""

from __future__ import annotations

import re
import shlex

from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.engine.contract import Rule
    from leakyrelu_cli.run.csv_file import Table

MISSING = frozenset(b"- -- . ? na n/a n.a. none null nil missing".split())
"""What people and programs write where there is no value, in small letters."""

MINUSES = "−–—‒﹣－"  # noqa: RUF001 -- that they look like one is the point
"""Unicode's minus sign and what else is taken for one."""

OTHER_DELIMITERS = {b";": "';'", b"\t": "tab", b"|": "'|'", b",": "','"}

GROUPING = (b",", b".", b"'", b" ", b"_")


def remedy(word: bytes, rule: Rule, table: Table | None, *, first: bool) -> str:
    """What may help, to be put behind a message; empty if nothing is likely to.

    Parameters
    ----------
    word : bytes
        What is not a number.
    rule : Rule
    table : Table or None
        What it is a cell of; None: it stands in a stream.
    first : bool
        It stands in the first record.
    """
    if word.decode("utf-8", "replace")[:1] in MINUSES:
        sign = word.decode("utf-8", "replace")[0]
        return f"; its minus is not '-' but U+{ord(sign):04X}; replace it first: sed 's/{sign}/-/g'"
    if word.lower() in MISSING or word.startswith(b"#"):
        return f"; if it stands for a missing value: --na {shlex.quote(printable(word))}"
    return "" if table is None else _of_cell(word, rule, table, first=first)


def _of_cell(word: bytes, rule: Rule, table: Table, *, first: bool) -> str:
    if rule.decimal_comma and numerals.parse(word) is not None:
        return "; it is written with a point, and --decimal-comma is given"
    if not rule.decimal_comma and re.fullmatch(rb"[+-]?\d+,\d+(?:[eE][+-]?\d+)?", word):
        return "; if this is a decimal comma: --decimal-comma"
    if rule.thousands is None and (options := _grouped(word, decimal_comma=rule.decimal_comma)):
        return f"; if its digits are grouped: {options}"
    for byte, name in OTHER_DELIMITERS.items():
        if byte != table.delimiter and byte in word and None not in map(numerals.parse, word.split(byte)):
            return f"; if this is delimited otherwise: -d {name}"
    return "; if the first record names the columns, leave out --no-header" if first and not table.names else ""


def _grouped(word: bytes, *, decimal_comma: bool) -> str | None:
    """The options that read a number whose digits are grouped."""
    for mark, option in ((b",", "--decimal-comma "), (b".", "")):
        for byte in GROUPING:
            pattern = rb"[+-]?\d{1,3}(?:%s\d{3})+(?:%s\d*)?" % (re.escape(byte), re.escape(mark))
            if byte != mark and re.fullmatch(pattern, word) and (not decimal_comma or mark == b","):
                return f"{'' if decimal_comma else option}--thousands {shlex.quote(byte.decode())}"
    return None
