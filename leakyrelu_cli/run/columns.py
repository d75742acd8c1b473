"""Column selection: what the texts of `--column` and `--exclude` mean against a header."""

from __future__ import annotations

from leakyrelu_cli.engine import numerals, records
from leakyrelu_cli.errors import UsageError, quoted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.engine.contract import Rule

PATTERN = (b"*", b"?", b"[")
"""What makes a text a shell pattern."""

DELIMITERS = {b"\t": "tab", b";": "';'", b"|": "'|'", b",": "','", b":": "':'"}
"""What files are delimited by, and how `--delimiter` takes it."""

COMMENT = b"#"
"""What comments most often begin with."""

ARE_COMMENTS = "; if records that begin so are comments: --comment '#'"

JSON = "; this looks like JSON; make CSV of it first, with jq or Miller"

LISTED = 30
"""How many columns an error message lists at most."""


def names(header: bytes, delimiter: bytes) -> list[bytes]:
    """The columns' names from the header record (line ending and all)."""
    return [records.value(field) for field in records.fields(records.content(header), delimiter)]


def select(texts: tuple[bytes, ...], header: list[bytes], *, named: bool, delimiter: bytes) -> tuple[int, ...]:
    """The 0-based positions that the texts choose, ascending, each once.

    A text is a column's name (all columns of that name), its position from 1, a range ``2-4``,
    ``2:4``, ``3-`` or ``-3``, a shell pattern (``x_*``), or several of these separated by commas, as
    csvkit takes them. A name that equals the whole text wins over its pieces, and a name over a position
    or a pattern.

    Raises
    ------
    UsageError
        If a text chooses nothing. It lists the columns, the nearest name, and the delimiter that
        the header seems to have.
    """
    chosen: set[int] = set()
    known: dict[bytes, list[int]] = {}
    for position, name in enumerate(header if named and texts else ()):
        known.setdefault(name, []).append(position)
    for text in texts:
        if text in known:
            chosen.update(known[text])
            continue
        for piece in text.split(b","):
            bare = piece.strip(numerals.BLANKS)
            called = known.get(piece) or known.get(bare)
            found = called or _numbered(bare, len(header)) or _matching(piece, known) or _matching(bare, known)
            if not found:
                raise UsageError(unknown(piece or text, header, named=named, delimiter=delimiter))
            chosen.update(found)
    return tuple(sorted(chosen))


def looks_like_data(name: bytes, rule: Rule) -> bool:
    """Whether hardly anybody calls a column so: a negative number, or one with decimals or an exponent.

    A year is a fine name.
    """
    text = name.strip(numerals.BLANKS).lower()
    number = numerals.standard(text, rule.thousands, decimal_comma=rule.decimal_comma)
    return numerals.is_number(number) and any(mark in number for mark in (b"-", b".", b"e"))


def listing(header: list[bytes], *, named: bool) -> str:
    """The columns and their positions in one line."""
    if not header:
        return "the input is empty"
    if not named:
        return f"the columns are 1 to {len(header)}, by position alone with --no-header"
    shown = ", ".join(f"{position} {quoted(name)}" for position, name in enumerate(header[:LISTED], 1))
    more = len(header) - LISTED
    return f"the columns are: {shown}" + (f" and {more} more (see --list)" if more > 0 else "")


def unknown(text: bytes, header: list[bytes], *, named: bool, delimiter: bytes) -> str:
    """The message for a text that chooses nothing."""
    is_pattern = any(mark in text for mark in PATTERN)
    message = f"no column matches {quoted(text)}" if is_pattern else f"no column {quoted(text)}"
    other = no_columns(header, delimiter) or (_blanks(header, text) if named else "")
    near = _nearest(text, header) if named else None
    message += f"; did you mean {quoted(near)}? " if near is not None else "; "
    message += listing(header, named=named)
    return message + (other or (_title(header) if named and near is None and not text.isdigit() else ""))


def _nearest(text: bytes, header: list[bytes]) -> bytes | None:
    """The name that resembles the text most, whatever its case."""
    from difflib import get_close_matches  # noqa: PLC0415 -- slow to import, and needed only for this message

    by_text = {name.decode("utf-8", "replace").casefold(): name for name in header}
    near = get_close_matches(text.decode("utf-8", "replace").casefold(), by_text, n=1)
    return by_text[near[0]] if near else None


def no_columns(header: list[bytes], delimiter: bytes) -> str:
    """Why a header may hold no columns, to be put behind a message; empty if it looks like one."""
    if header[0].lstrip(numerals.BLANKS).startswith((b"{", b'[{"')):
        return JSON
    other = other_delimiter(header, delimiter)
    return f"; this looks delimited otherwise, try --delimiter {other}" if other else ""


def _blanks(header: list[bytes], text: bytes) -> str:
    """What may help if blanks delimit; empty if it does not look so."""
    return "; if a blank delimits: --delimiter ' '" if len(header) == 1 and text in header[0].split(b" ") else ""


def _title(header: list[bytes]) -> str:
    """What may help if the first record is none but a title or a comment; empty if it does not look so."""
    if header[0].startswith(COMMENT):
        return ARE_COMMENTS
    is_title = len(header) == 1 and b" " in header[0].strip()
    return "; if other lines stand before the names: --skip-lines N" if is_title else ""


def other_delimiter(header: list[bytes], delimiter: bytes) -> str | None:
    """The delimiter, as `--delimiter` takes it, that a header of one column seems to have."""
    likely = [byte for byte in DELIMITERS if byte != delimiter and byte in header[0]]
    return DELIMITERS[max(likely, key=header[0].count)] if len(header) == 1 and likely else None


def _matching(pattern: bytes, known: dict[bytes, list[int]]) -> list[int]:
    """The positions of the names that a shell pattern matches, letter by letter, not byte by byte."""
    if not any(mark in pattern for mark in PATTERN):
        return []
    from fnmatch import fnmatchcase  # noqa: PLC0415 -- slow to import

    text = pattern.decode("utf-8", "surrogateescape")
    names = (name for name in known if fnmatchcase(name.decode("utf-8", "surrogateescape"), text))
    return [position for name in names for position in known[name]]


def _numbered(text: bytes, count: int) -> range:
    """The positions of ``3``, ``2-4``, ``2:4``, ``3-`` or ``-3``; none if any is not there."""
    first, mark, last = text.replace(b":", b"-").partition(b"-")
    if not text.strip(b"-:") or not (first + last).isdigit() or len(first + last) > 18:
        return range(0)
    start = int(first or 1)
    stop = int(last or count) if mark else start
    return range(start - 1, stop) if 1 <= start <= stop <= count else range(0)
