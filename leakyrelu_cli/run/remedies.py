"""What may help where a word or cell is not a number: the ends of messages. Imported for those alone."""

from __future__ import annotations

import os
import re
import shlex
from unicodedata import decimal

from leakyrelu_cli.engine import numerals
from leakyrelu_cli.errors import printable, quoted
from leakyrelu_cli.run import chunking, columns

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from leakyrelu_cli.engine.contract import Rule
    from leakyrelu_cli.run.csv_file import Table

MISSING = frozenset(
    b"- -- . ? na n/a n.a. none null nil missing #n/a #na #null! #num! #div/0! #value! #ref! #name?".split()
)
"""What people and programs, spreadsheets among them, write where there is no value, in small letters."""

MINUSES = "−–—‒﹣－"  # noqa: RUF001 -- that they look like one is the point
"""Unicode's minus sign and what else is taken for one."""

DECIMAL_COMMA = rb"[+-]?\d+,\d+(?:[eE][+-]?\d+)?"
"""A number with a decimal comma, as people write it."""

GROUPING = (b",", b".", b"'", b" ", b"_")


def of_word(word: bytes, beginning: bytes, *, first: bool) -> str:
    """What may help with a word of a stream that is no number, to be put behind a message; empty if that is unlikely.

    Parameters
    ----------
    word : bytes
    beginning : bytes
        The first four bytes of the stream; empty where they are not known any more.
    first : bool
        The word stands there.
    """
    if encoding := chunking.wide_encoding(beginning):
        return f"; {chunking.advice(encoding, None)}"
    if help_ := _minus(word) or missing(word):
        return help_
    if word.startswith(columns.COMMENT):
        return "; comments are no numbers: grep -v '^#' FILE | leakyrelu"
    if word.startswith((b"{", b'"')) and (b":" in word or word.endswith(b"{")):
        return "; of JSON, take the numbers out first: jq .KEY FILE | leakyrelu"
    for byte in (b";", b"|"):
        if _are_numbers(word, byte):
            return f"; a column of CSV: leakyrelu csv -d {shlex.quote(byte.decode())} -H -c 1"
    is_text = first and re.match(rb"[\"'_a-zA-Z\x80-\xff]", word)
    return "; if these are columns with names: leakyrelu csv --column COLUMN" if is_text else ""


def of_cell(word: bytes, rule: Rule, table: Table, *, first: bool) -> str:
    """As `of_word`, for a cell; it is given whether it stands in the first record."""
    if help_ := _minus(word) or missing(word):
        return help_
    if word.startswith(b"{"):
        return columns.JSON
    if rule.decimal_comma and numerals.is_number(numerals.standard(word, b",", decimal_comma=False)):
        return "; it is written with a point, and --decimal-comma is given"
    is_decimal = not rule.decimal_comma and re.fullmatch(DECIMAL_COMMA, word)
    grouped = _grouped(word, decimal_comma=rule.decimal_comma) if rule.thousands is None else None
    if is_decimal or grouped:
        decimal_comma = "; if this is a decimal comma: --decimal-comma" if is_decimal else ""
        return decimal_comma + (f"; if its digits are grouped: {grouped}" if grouped else "")
    for byte, name in columns.DELIMITERS.items():
        if byte != table.delimiter and _are_numbers(word, byte):
            return f"; if this is delimited otherwise: -d {name}"
    return "; if the first record names the columns, leave out --no-header" if first and not table.names else ""


def of_comment(record: bytes, table: Table) -> str:
    """What may help with a record that may be none; empty if it does not begin so."""
    is_comment = record.startswith(columns.COMMENT) and table.columns.comment is None and record.lower() not in MISSING
    return columns.ARE_COMMENTS if is_comment else ""


def missing(word: bytes) -> str:
    """What may help with what stands for a missing value; of a text that cannot be copied, nothing."""
    text = printable(word)
    is_missing = word.lower() in MISSING or (word.startswith(columns.COMMENT) and len(word) > 1)
    is_text = b"," not in word and text.encode() == word
    return f"; if it stands for a missing value: --na {shlex.quote(text)}" if is_missing and is_text else ""


def _minus(word: bytes) -> str:
    """What may help with a number behind a minus that is none."""
    sign = word.decode("utf-8", "replace")[:1]
    if sign not in MINUSES or not sign:
        return ""
    return f"; its minus is not '-' but U+{ord(sign):04X}; replace it first: sed 's/{sign}/-/g'"


def number_meant(text: str, is_allowed: Callable[[bytes], bool] = numerals.is_number) -> str:
    """The number that an operand or value may have been meant to be; empty if there is none that is allowed."""
    number = text.translate(dict.fromkeys(map(ord, MINUSES), "-")).replace("_", "").replace(",", ".")
    number = "".join(str(decimal(letter)) if letter.isdecimal() else letter for letter in number)
    if number == text or not is_allowed(os.fsencode(number)):
        return ""
    sign = f"; its minus is U+{ord(text[0]):04X}, not '-'" if text[0] in MINUSES else ""
    return f"{sign}; did you mean {number}?"


def several(word: bytes) -> str:
    """What to know of a word that people may mean as one number, and a comma makes several; empty if it is another."""
    is_decimal = re.fullmatch(DECIMAL_COMMA, word)
    is_grouped = re.fullmatch(rb"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", word)
    if not is_decimal and not is_grouped:
        return ""
    ways = [word.replace(b",", mark) for mark, is_way in ((b".", is_decimal), (b"", is_grouped)) if is_way]
    one = " or ".join(map(printable, ways))
    return f"{quoted(word)} is {word.count(b',') + 1} numbers, for a comma parts them; one number is written {one}"


def _are_numbers(word: bytes, byte: bytes) -> bool:
    """Whether there are numbers, and nothing else, between the bytes."""
    return byte in word and all(map(numerals.is_number, word.split(byte)))


def _grouped(word: bytes, *, decimal_comma: bool) -> str | None:
    """The options that read a number whose digits are grouped; none begins with a group of zeros."""
    if word.lstrip(b"+-").startswith(b"0"):
        return None
    for comma in (True,) if decimal_comma else (False, True):
        for byte in GROUPING:
            is_mark = byte == (b"," if comma else b".")
            if byte in word and not is_mark and numerals.is_number(numerals.standard(word, byte, decimal_comma=comma)):
                return "--decimal-comma " * (comma > decimal_comma) + f"--thousands {shlex.quote(byte.decode())}"
    return None
