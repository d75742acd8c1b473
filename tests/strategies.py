"""What to feed the laws with: numbers of every kind, streams and CSV that are odd on purpose."""

from __future__ import annotations

from typing import TypeVar

from hypothesis import strategies as st

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine.contract import Rule
from leakyrelu_cli.values import Value

V = TypeVar("V", bound=Value)

SPECIAL = (
    b"0 -0 1 -1 +1 .5 -.5 5. -5. 007 -007.50 1e400 -1e400 1e-400 -1e-400 nan -NaN inf -Infinity "
    b"-18446744073709551617 -9007199254740993 -2.4703282292062327e-324 -4.9e-324 -2.2250738585072011e-308 "
    b"-1.7976931348623159e308 -0.1e1 -1E+5 -1e-05 -123456789012345678 -0.30000000000000004"
).split()
BROKEN = (b"x", b"-", b".", b"1_0", b"0x1", b"1e", b"--1", b"\xff", b"\xd9\xa1", b"na", b"-inx", b"\0", b"1.2.3")

LOCAL = (b"-1.234,5", b"-1,234.5", b"-1 234 567", b"-1'234,", b"-12_345e1", b"-1.23", b"-1234.567,8", b"-1,2,3")
"""Numbers with digits in groups, and what looks like some."""

numbers = st.one_of(
    st.sampled_from(SPECIAL),
    st.floats().map(lambda value: repr(value).encode()),
    st.integers(-(10**30), 10**30).map(lambda value: str(value).encode()),
    st.decimals(allow_nan=False, allow_infinity=False).map(lambda value: str(value).lower().encode()),
    st.text("0123456789", min_size=300, max_size=400).map(lambda digits: f"-0.{digits}".encode()),
)
words = numbers | st.sampled_from(BROKEN)
separators = st.sampled_from(
    [b" ", b",", b"[", b"]", b"],[", b"\n", b"\n", b"\r\n", b"\t", b"\v", b"\f", b"\r", b", ", b"\n\n"]
)
streams = st.lists(words | separators, max_size=30).map(b"".join)
"""Words that may touch each other, so that they make new ones."""

alphas = st.sampled_from(["0.01", "0.1", "0.5", "1", "0", "2", "1e-300", "1e300", "0.3"])
operations = st.sampled_from([FORWARD, GRADIENT, INVERSE])
missing = st.sampled_from([(), (), (b"-1",), (b"x", b"-0.1e1"), (b"na", b"-", b"1")])
"""What stands for a missing value: words that are no numbers, and some that are."""

comments = st.sampled_from([None, b"#"])


@st.composite
def rules(draw: st.DrawFn, *, abort: bool | None = None, native: bool = False, cells: bool = False) -> Rule:
    """Any rule that a door can make for streams or for cells, or one that the native engine serves."""
    operation = draw(operations)
    decimal_comma = cells and draw(st.booleans())
    thousands = st.sampled_from([None, None, b".", b" ", b"'"] if decimal_comma else [None, None, b",", b"_"])
    return Rule(
        operation,
        draw(alphas.filter(lambda alpha: alpha != "0") if operation == INVERSE else alphas),
        draw(st.sampled_from([None, None, "%.3f", "%g", "%+.2e", "%.17g", "%10.1f"])),
        decimal=draw(st.booleans()),
        abort=draw(st.booleans()) if abort is None else abort,
        na=draw(missing),
        decimal_comma=decimal_comma,
        thousands=draw(thousands) if cells and not native else None,
    )


def changed(value: V, **fields: object) -> V:
    """The value with others in these fields."""
    return type(value)(**(vars(value) | fields))


def cells(delimiter: bytes) -> st.SearchStrategy[bytes]:
    """Raw fields: numbers with and without blanks and quotes, and text of every kind."""
    blanks = st.sampled_from([b"", b"", b" ", b"\t ", b"  "])
    local = st.sampled_from(LOCAL) | words.map(lambda word: word.replace(b".", b","))
    number = st.builds(lambda left, word, right: left + word + right, blanks, words | local, blanks)
    text = st.lists(st.sampled_from([b"a", delimiter, b"\n", b'""', b"\r\n", b"\r", b"\xe9", b"-1"])).map(b"".join)
    odd = st.sampled_from([b'"-1" ', b' "-1"', b'"a"b"c', b'-1"', b"\r-1", b"-1\r", b'""-1""', b'"', b'"""'])
    return st.one_of(number, number.map(lambda cell: b'"' + cell + b'"'), text.map(lambda t: b'"' + t + b'"'), odd)


@st.composite
def csv_files(draw: st.DrawFn, delimiter: bytes = b",") -> bytes:
    """Records of one to five fields, ragged or not, blank lines, comments and all line endings included."""
    records = st.lists(cells(delimiter), max_size=5).map(delimiter.join)
    records |= st.sampled_from([b"#", b'#"', b"#-1", b" #"]).map(lambda comment: comment + delimiter + b'"-1')
    ending = st.sampled_from([b"\n", b"\n", b"\r\n", b"\r", b""])
    pieces = draw(st.lists(st.builds(lambda record, end: record + end, records, ending), max_size=8))
    return b"".join(pieces)


@st.composite
def cuts(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """The data in blocks as a slow source might give it."""
    points = sorted(draw(st.sets(st.integers(0, len(data)), max_size=12)))
    return [block for a, b in zip([0, *points], [*points, len(data)], strict=True) if (block := data[a:b])]
