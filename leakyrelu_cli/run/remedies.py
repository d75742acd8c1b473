"""What may help where a word or cell is not a number: the ends of messages. Imported for those alone."""

from __future__ import annotations

import os
import re
import shlex
from unicodedata import decimal

from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable, quoted

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
        It stands in the first record, or at the beginning of the stream.
    """
    if word.decode("utf-8", "replace")[:1] in MINUSES:
        sign = word.decode("utf-8", "replace")[0]
        return f"; its minus is not '-' but U+{ord(sign):04X}; replace it first: sed 's/{sign}/-/g'"
    if help_ := missing(word):
        return help_
    return _of_word(word, first=first) if table is None else _of_cell(word, rule, table, first=first)


def missing(word: bytes) -> str:
    """What may help with what stands for a missing value."""
    is_missing = word.lower() in MISSING or word.startswith(b"#")
    return f"; if it stands for a missing value: --na {shlex.quote(printable(word))}" if is_missing else ""


def number_meant(text: str) -> str:
    """The number that an operand or value may have been meant to be; empty if there is none."""
    number = text.translate(dict.fromkeys(map(ord, MINUSES), "-")).replace("_", "").replace(",", ".")
    number = "".join(str(decimal(letter)) if letter.isdecimal() else letter for letter in number)
    if number == text or numerals.parse(os.fsencode(number)) is None:
        return ""
    sign = f"; its minus is U+{ord(text[0]):04X}, not '-'" if text[0] in MINUSES else ""
    return f"{sign}; did you mean {number}?"


def several(word: bytes) -> str:
    """What to know of a word that people may mean as one number, and a comma makes several; empty if it is another."""
    if not re.fullmatch(rb"[+-]?\d+,\d+(?:[eE][+-]?\d+)?|[+-]?\d{1,3}(?:,\d{3})+(?:\.\d*)?", word):
        return ""
    count = word.count(b",") + 1
    is_decimal = count == 2 and b"." not in word
    is_grouped = re.fullmatch(rb"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", word) is not None
    ways = [word.replace(b",", b".")] * is_decimal + [word.replace(b",", b"")] * is_grouped
    one = " or ".join(map(printable, ways)) or printable(word.replace(b",", b""))
    return f"{quoted(word)} is {count} numbers, for a comma parts them; one number is written {one}"


def _of_word(word: bytes, *, first: bool) -> str:
    """Of a stream, which holds nothing but numbers."""
    if word.startswith((b"{", b'"')) and (b":" in word or word.endswith(b"{")):
        return "; of JSON, take the numbers out first: jq .KEY FILE | leakyrelu"
    for byte in (b";", b"|"):
        if byte in word and None not in map(numerals.parse, word.split(byte)):
            return f"; a column of CSV: leakyrelu csv -d {shlex.quote(byte.decode())} -H -c 1"
    is_text = first and re.match(rb"[\"'_a-zA-Z\x80-\xff]", word)
    return "; if these are columns with names: leakyrelu csv --column COLUMN" if is_text else ""


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
