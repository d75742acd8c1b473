"""What the engines share: the values that go in and come out.

An engine is two functions over bytes::

    split(block, state, delimiter, comment) -> (end, state)
    convert(chunk, columns, rule) -> Result

`split` finds where the last record of a block of delimited data ends, so that a chunk can be cut there;
`convert` rewrites a chunk of whole records. Neither knows files, options or messages.
"""

from __future__ import annotations

from leakyrelu_cli.core import FORWARD
from leakyrelu_cli.values import Value

DEFAULT_ALPHA = "0.01"

NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT, FIELD_COUNT, UNCLOSED = range(1, 6)
"""Kinds of fault: a word or cell is no number, or its decimal result is too long to write; a record
lacks the column; a record to append to has not the header's number of fields; the last record ends inside quotes.

Of a record that ends inside quotes nothing is said from the field on in which they open."""

FAULTS_KEPT = 20
"""How many faults of a chunk come with their positions; the others are only counted."""

START = 0
"""The state of `split` at the start of a record."""


class Rule(Value):
    """What to do with each number.

    Attributes
    ----------
    operation : {FORWARD, GRADIENT, INVERSE}
    alpha : str
        The slope as it was written: `decimal` takes it by its digits.
    conversion : str or None
        A normalized printf conversion for every valid number; None for canonical text where the
        value changes.
    decimal : bool
        Exact decimal arithmetic instead of float64.
    abort : bool
        Stop before the first record that holds a fault.
    na : tuple of bytes
        What a word, or a cell without quotes and blanks around it, reads if the value is missing: it stays,
        also if it is a number.
    decimal_comma : bool
        Numbers have a comma where they else have a point, and so have the results. Of cells only.
    thousands : bytes or None
        One byte, no part of a number, that may stand between groups of three digits before the decimal
        point or comma; results have none. Of cells only.
    """

    operation: str = FORWARD
    alpha: str = DEFAULT_ALPHA
    conversion: str | None = None
    decimal: bool = False
    abort: bool = True
    na: tuple[bytes, ...] = ()
    decimal_comma: bool = False
    thousands: bytes | None = None


class Columns(Value):
    """Where the numbers are in delimited records; of a stream, where they are its words, there is none.

    Attributes
    ----------
    positions : tuple of int
        From 0, ascending, each once.
    delimiter : bytes
        One byte.
    width : int or None
        None: rewrite the cells where they are. A number: leave the record as it is and append the
        rewritten cells at its end, if it has this many fields.
    comment : bytes or None
        One byte: a record that begins with it is a line, whatever quotes it holds, and passes as it is. No
        quote, CR, LF, delimiter, blank, sign, point or digit.
    """

    positions: tuple[int, ...]
    delimiter: bytes
    width: int | None = None
    comment: bytes | None = None


class Fault(Value):
    """One thing wrong: its kind, the 0-based line and field, and where its text is in the chunk.

    The line counts the line feeds of the chunk before it.
    """

    kind: int
    line: int
    field: int
    start: int
    end: int


class Result(Value):
    """A converted chunk: its bytes, how many numbers changed or were missing, its records and lines, its faults.

    Missing is what `Rule.na` names and, of delimited data, a chosen cell that is empty or blank. Records are
    those of delimited data, blank lines and comments apart; of a stream there are none.

    With `Rule.abort` and a fault, `data` ends after the last record before the fault.
    """

    data: bytes
    changed: int
    missing: int
    records: int
    lines: int
    fault_count: int
    faults: tuple[Fault, ...]
