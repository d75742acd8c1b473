"""The behaviour once more, as naively as it can be said, to hold the engines against."""

from __future__ import annotations

import math
import re

NUMBER = re.compile(rb"[+-]?(([0-9]+(\.[0-9]*)?|\.[0-9]+)(e[+-]?[0-9]+)?|inf|infinity|nan)", re.IGNORECASE)


def text(value: float) -> bytes:
    digits = repr(value)
    return digits.removesuffix(".0").encode()


def rewrite(word: bytes, alpha: float, operation: str = "forward") -> bytes:
    """The word's new text; what is no number stays."""
    if not NUMBER.fullmatch(word):
        return word
    z = float(word)
    if operation == "gradient":
        return b"nan" if math.isnan(z) else b"1" if z > 0 else text(alpha)
    if z > 0 or math.isnan(z):
        return word
    value = alpha * z if operation == "forward" else z / alpha
    return word if value == z else text(value)


def stream(data: bytes, alpha: float, operation: str = "forward") -> bytes:
    """Every word between white space and commas."""
    return b"".join(rewrite(piece, alpha, operation) for piece in re.split(rb"([ \t\n\r\v\f,]+)", data))


def parse(data: bytes, delimiter: bytes = b",") -> list[tuple[list[bytes], bytes]]:
    """The raw fields of every record, and its line ending: a state machine over bytes."""
    records: list[tuple[list[bytes], bytes]] = []
    fields, field = [], bytearray()
    quoted = False
    position = 0
    while position < len(data):
        byte = data[position : position + 1]
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


def cell(raw: bytes, alpha: float, operation: str = "forward") -> bytes:
    """The number in a raw cell rewritten, its quotes and blanks kept."""
    match = re.fullmatch(rb'(?s)("?)([ \t]*)(.*?)([ \t]*)\1', raw)
    assert match is not None
    if raw == b'"':
        return raw
    opening, left, word, right = match.groups()
    return opening + left + rewrite(word, alpha, operation) + right + opening


def csv(data: bytes, positions: set[int], alpha: float, operation: str = "forward", delimiter: bytes = b",") -> bytes:
    """The numbers in the columns at 0-based positions of every record, header or not."""
    out = []
    for fields, ending in parse(data, delimiter):
        new = [cell(raw, alpha, operation) if n in positions else raw for n, raw in enumerate(fields)]
        out.append(delimiter.join(new) + ending)
    return b"".join(out)
