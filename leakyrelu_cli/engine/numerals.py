"""The number grammar, and float64 to and from text.

A number, in ASCII and in any case::

    [+-]? ( digits [ . digits? ] | . digits ) ( e [+-]? digits )?      [+-]? ( inf | infinity | nan )

No regular expression: importing ``re`` would take half as long as starting Python.
"""

from __future__ import annotations

SEPARATORS = b" \t\n\r\v\f,[]"
"""What stands between the numbers of a stream: ASCII white space, commas and square brackets."""

BLANKS = b" \t"
"""What may stand around the number of a cell."""

BLANKED = bytes.maketrans(b",[]", b"   ")
"""All separators as white space."""

ALPHABET = b"0123456789+-.eEinfatyINFATY"
"""All the bytes that a number may hold."""

LONG_LINE = 1 << 20
"""A line of a stream up to this length stays whole, so that the output ends behind a line if a word is bad."""


def parse(word: bytes) -> float | None:
    """The nearest float64, or None if the word is not a number.

    Of what stands in the alphabet, ``float`` reads exactly the grammar; beyond it, it would take
    underscores and surrounding white space.
    """
    try:
        value = float(word)
    except ValueError:
        return None
    return None if word.translate(None, ALPHABET) else value


def canonical(value: float) -> bytes:
    """The shortest text that reads back as the same float64: ``repr`` without a trailing ``.0``."""
    return (b"%r" % value).removesuffix(b".0")


def standard(word: bytes, thousands: bytes | None, *, decimal_comma: bool) -> bytes:
    """A number with a decimal comma, or with a mark between thousands, by the grammar above; else no number."""
    if thousands is not None and thousands in word:
        word = _ungrouped(word, thousands)
    if decimal_comma:
        word = b"" if b"." in word else word.replace(b",", b".")
    return word


def _ungrouped(word: bytes, mark: bytes) -> bytes:
    """The word without the marks; nothing, if they do not cut the digits that it begins with into threes.

    Found by counting: a word may be long, and to cut it to pieces would take many times its memory.
    """
    end = word.rfind(mark) + 4
    grouped = word[:end].lstrip(b"+-")
    marks = len(grouped) // 4
    is_cut = len(grouped) % 4 and grouped[-4::-4] == mark * marks and not word[end : end + 1].isdigit()
    digits = grouped.replace(mark, b"")
    return word.replace(mark, b"") if is_cut and len(digits) + marks == len(grouped) and digits.isdigit() else b""


def words(line: bytes) -> list[bytes]:
    """What stands between the separators."""
    return line.translate(BLANKED).split()


def is_number(word: bytes) -> bool:
    """Whether the word is a number."""
    return parse(word) is not None


def are_numbers(line: bytes, na: tuple[bytes, ...] = ()) -> bool:
    """Whether numbers, or what stands for missing ones, and nothing else stand between the separators."""
    found = words(line)
    return bool(found) and all(word in na or parse(word) is not None for word in found)


def cut(block: bytes, held: int) -> int:
    """Where a stream may be cut last in the block (0: nowhere), if so many bytes are held since the last cut.

    It is cut behind lines; a line longer than `LONG_LINE` is cut between words.
    """
    end = block.rfind(b"\n") + 1
    if not end and held + len(block) > LONG_LINE:
        end = max(block.rfind(separator) for separator in SEPARATORS) + 1
    return end


def is_operand(word: bytes) -> bool:
    """Whether a command-line word that begins with ``-`` is meant as numbers, not as an option.

    Nothing that begins like ``-1`` or ``-.5`` is an option, so a slip in it (``-1x``) is a bad number.
    """
    first = words(word)[:1]
    return word[1:2].isdigit() or word[1:2] == b"." or bool(first and parse(first[0]) is not None)


def is_alpha(text: bytes) -> bool:
    """Whether the text may be a slope: a finite number >= 0."""
    value = parse(text)
    return value is not None and 0 <= value < float("inf")
