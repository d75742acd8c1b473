"""The behaviour once more, as naively as it can be said, to hold the engines against."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from fractions import Fraction

SEPARATORS = rb"([ \t\n\r\v\f,\[\]]+)"
NUMBER = re.compile(rb"[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE)


def text(value: float) -> bytes:
    digits = repr(value)
    return digits.removesuffix(".0").encode()


def is_number(word: bytes) -> bool:
    return NUMBER.fullmatch(word) is not None


def rewrite(word: bytes, alpha: float, operation: str = "forward", conversion: str | None = None) -> bytes:
    """The word's new text; what is no number stays."""
    if not is_number(word):
        return word
    z = float(word)
    if operation == "gradient":
        value = z if math.isnan(z) else 1.0 if z > 0 else alpha
    else:
        value = z if z > 0 or math.isnan(z) else alpha * z if operation == "forward" else z / alpha
    if conversion is not None:
        return printf(conversion, value)
    if operation == "gradient":
        return b"nan" if math.isnan(value) else text(value)
    return word if value == z or math.isnan(z) else text(value)


def printf(conversion: str, value: float) -> bytes:
    """As C does: Python puts zeros before what is not finite, too."""
    return ((conversion if math.isfinite(value) else conversion.replace("%0", "%")) % value).encode()


def exactly(word: bytes, alpha: str, operation: str = "forward") -> bytes:
    """The new text by the digits as written: all of a product's, 28 of a quotient's."""
    if not is_number(word):
        return word
    slope = Fraction(alpha)
    if word.lstrip(b"+-")[:1].isalpha():  # an infinity or NaN, written as one
        return (
            plain(slope, negative=False)
            if (operation, float(word)) == ("gradient", -math.inf)
            else rewrite(word, float(alpha), operation)
        )
    number = Fraction(word.decode())
    if operation == "gradient":
        return b"1" if number > 0 else plain(slope, negative=False)
    if number >= 0 or slope == 1:
        return word
    if operation == "forward":
        return plain(number * slope, negative=True)
    value = number / slope
    return plain(rounded(value, 28), negative=True) if rounded(value, 28) != number else word


def rounded(value: Fraction, digits: int) -> Fraction:
    """Half to even, to so many significant digits."""
    unit = Fraction(10) ** (len(str(int(abs(value)))) - digits)
    while abs(value) < unit * 10 ** (digits - 1):
        unit /= 10
    return round(value / unit) * unit


def plain(value: Fraction, *, negative: bool) -> bytes:
    """Plain notation, of a fraction that has one; a zero has a sign."""
    places = 0
    while (abs(value) * 10**places).denominator != 1:
        places += 1
    digits = str(int(abs(value) * 10**places)).rjust(places + 1, "0")
    whole, fraction = digits[: len(digits) - places], digits[len(digits) - places :]
    return ("-" * negative + whole + f".{fraction}".rstrip(".")).encode()


def stream(data: bytes, alpha: float, operation: str = "forward") -> bytes:
    """Every word between white space, commas and square brackets."""
    return stream_by(data, lambda word: rewrite(word, alpha, operation))


def words(data: bytes) -> list[bytes]:
    """What stands between white space, commas and square brackets."""
    return [word for word in re.split(SEPARATORS, data)[::2] if word]


def stream_by(data: bytes, new: Callable[[bytes], bytes]) -> bytes:
    return b"".join(map(new, re.split(SEPARATORS, data)))


def parse(data: bytes, delimiter: bytes = b",", comment: bytes | None = None) -> list[tuple[list[bytes], bytes]]:
    """The raw fields of every record, and its line ending: a state machine over bytes. A comment is all ending."""
    records: list[tuple[list[bytes], bytes]] = []
    fields: list[bytes] = []
    field = bytearray()
    quoted = False
    position = 0
    while position < len(data):
        byte = data[position : position + 1]
        if byte == comment and not fields and not field:
            line = data[position:].split(b"\n")[0]
            line += data[position + len(line) :][:1]
            records.append(([], line))
            position += len(line)
            continue
        if quoted and byte == b'"' and data[position + 1 : position + 2] == b'"':
            field += b'""'
            position += 2
            continue
        if byte == b'"' and (quoted or not field):
            quoted = not quoted
            # A quote that closes ends the quoting for good: the field is no longer empty.
            field += byte
        elif not quoted and byte == delimiter:
            fields.append(bytes(field))
            field.clear()
        elif not quoted and byte == b"\n":
            ending = b"\r\n" if field.endswith(b"\r") else b"\n"
            fields.append(bytes(field).removesuffix(b"\r"))
            records.append((fields, ending))
            fields, field = [], bytearray()
        else:
            field += byte
        position += 1
    if fields or field:
        ending = b"\r" if field.endswith(b"\r") else b""
        records.append(([*fields, bytes(field).removesuffix(b"\r")], ending))
    return records


def cell(raw: bytes, new: Callable[[bytes], bytes]) -> bytes:
    """The number in a raw cell rewritten, its quotes and blanks kept."""
    opening, left, word, right = cut(raw)
    return opening + left + new(word) + right + opening


def cut(raw: bytes) -> tuple[bytes, bytes, bytes, bytes]:
    """Its quote or none, the blanks on the left, the word, the blanks on the right."""
    if raw == b'"':
        return b"", b"", raw, b""
    match = re.fullmatch(rb'(?s)("?)([ \t]*)(.*?)([ \t]*)\1', raw)
    assert match is not None
    opening, left, word, right = match.groups()
    return opening, left, word, right


def csv(data: bytes, positions: set[int], alpha: float, operation: str = "forward", delimiter: bytes = b",") -> bytes:
    """The numbers in the columns at 0-based positions of every record, header or not."""
    return csv_by(data, positions, delimiter, lambda word: rewrite(word, alpha, operation))


def csv_by(
    data: bytes,
    positions: set[int],
    delimiter: bytes,
    new: Callable[[bytes], bytes],
    comment: bytes | None = None,
) -> bytes:
    out = []
    for fields, ending in parse(data, delimiter, comment):
        cells = [cell(raw, new) if n in positions else raw for n, raw in enumerate(fields)]
        out.append(delimiter.join(cells) + ending)
    return b"".join(out)


def value(raw: bytes) -> bytes:
    """What a raw field stands for."""
    match = re.fullmatch(rb'(?s)"((?:[^"]|"")*)"?(.*)', raw)
    return raw if match is None else match[1].replace(b'""', b'"') + match[2]
