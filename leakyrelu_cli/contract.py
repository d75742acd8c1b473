"""What the engines share: the values that go in and come out.

An engine is two functions over bytes::

    split(block, state, delimiter) -> (end, state)
    convert(chunk, columns, rule) -> Result

`split` finds where the last record of a block of delimited data ends, so that a chunk can be cut there;
`convert` rewrites a chunk of whole records. Neither knows files, options or messages. These are plain
classes with slots because ``typing`` and ``dataclasses`` would double the command's start-up.
"""

from __future__ import annotations

DEFAULT_ALPHA = "0.01"
FORWARD, GRADIENT, INVERSE = "forward", "gradient", "inverse"

NOT_A_NUMBER, OUT_OF_RANGE, TOO_SHORT, FIELD_COUNT, UNCLOSED = range(1, 6)
"""Kinds of fault: a word or cell is no number, or its decimal result is too long to write; a record
lacks the column; a record to append to has not the header's number of fields, or ends inside quotes."""

FAULTS_KEPT = 20
"""How many faults of a chunk come with their positions; the others are only counted."""

START = 0
"""The state of `split` at the start of a record."""


class Value:
    """Equal by type and fields."""

    __slots__: tuple[str, ...] = ()

    def _fields(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self.__slots__)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Value) and self._fields() == other._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__slots__)
        return f"{type(self).__name__}({fields})"


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
    """

    __slots__ = ("abort", "alpha", "conversion", "decimal", "operation")

    def __init__(
        self,
        operation: str = FORWARD,
        alpha: str = DEFAULT_ALPHA,
        conversion: str | None = None,
        *,
        decimal: bool = False,
        abort: bool = True,
    ) -> None:
        self.operation = operation
        self.alpha = alpha
        self.conversion = conversion
        self.decimal = decimal
        self.abort = abort


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
    """

    __slots__ = ("delimiter", "positions", "width")

    def __init__(self, positions: tuple[int, ...], delimiter: bytes, width: int | None = None) -> None:
        self.positions = positions
        self.delimiter = delimiter
        self.width = width


class Fault(Value):
    """One thing wrong: its kind, the 0-based line and field, and where its text is in the chunk.

    The line counts the line feeds of the chunk before it.
    """

    __slots__ = ("end", "field", "kind", "line", "start")

    def __init__(self, kind: int, line: int, field: int, start: int, end: int) -> None:
        self.kind = kind
        self.line = line
        self.field = field
        self.start = start
        self.end = end


class Result(Value):
    """A converted chunk: its bytes, how many numbers changed, its records and lines, its faults.

    Records are those of delimited data, blank lines apart; of a stream there are none.

    With `Rule.abort` and a fault, `data` ends after the last record before the fault.
    """

    __slots__ = ("changed", "data", "fault_count", "faults", "lines", "records")

    def __init__(  # noqa: PLR0913, PLR0917 -- one parameter an answer
        self, data: bytes, changed: int, records: int, lines: int, fault_count: int, faults: tuple[Fault, ...]
    ) -> None:
        self.data = data
        self.changed = changed
        self.records = records
        self.lines = lines
        self.fault_count = fault_count
        self.faults = faults
