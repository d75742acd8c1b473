"""Records and fields that hold quotes, told apart by regular expressions; `records` knows when they are needed.

Imported late: ``re`` takes a fifth of the time that Python takes to start.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

GROUPS = 50
"""Up to how many fields of a record are cut off by one match: a pattern of more takes long to compile."""


def each(chunk: bytes, delimiter: bytes, comment: bytes | None = None) -> Iterator[bytes]:
    """The records and comments of a chunk of whole ones, one after another, with their line endings."""
    return (match[0] for match in re.finditer(rb"(?!\Z)" + _record(delimiter, comment), chunk))


def cutter(delimiter: bytes, most: int | None = None) -> Callable[[bytes], list[bytes]]:
    """The function that cuts the content of a record into raw fields; behind the first `most`, the rest is one."""
    field, stop = _field(delimiter), re.escape(delimiter)
    each_field = re.compile(rb"(?:\A|%s)(%s)" % (stop, field))

    def all_of(content: bytes) -> list[bytes]:
        return each_field.findall(content) if b'"' in content else content.split(delimiter)

    if most is None:
        return all_of
    if most > GROUPS:
        return lambda content: _with_rest(all_of(content), most, delimiter)
    first = re.compile(rb"(%s)" % field + rb"(?:%s(%s))?" % (stop, field) * (most - 1))

    def cut(content: bytes) -> list[bytes]:
        if b'"' not in content:
            return content.split(delimiter, most)
        match = first.match(content)
        assert match is not None  # noqa: S101 -- the pattern matches the empty field
        found = [*match.groups()]
        if match.end() < len(content):
            found.append(content[match.end() + 1 :])
        return found[: match.lastindex] if found[-1] is None else found

    return cut


def _with_rest(found: list[bytes], most: int, delimiter: bytes) -> list[bytes]:
    """The fields, all behind the first `most` put together again."""
    return found if len(found) <= most else [*found[:most], delimiter.join(found[most:])]


def closing(field: bytes) -> int:
    """Where the quotes of a field that begins with one close: there stands a quote, or the field ends."""
    match = re.match(b'"' + INSIDE, field)
    assert match is not None  # noqa: S101 -- the pattern matches the quote alone
    return match.end()


# Nothing in these patterns can fail behind the first byte of what is repeated, so nothing is ever tried twice, and
# however long a field or record is, no stack grows. Beware of more: possessive repeats of what can fail further
# behind are wrong in Python before 3.11.5 (python/cpython#106052).

INSIDE = rb'[^"]*(?:""[^"]*)*+'
"""A regular expression for what stands in quotes."""


def _field(delimiter: bytes) -> bytes:
    """A regular expression for one raw field, quotes included, closed or not."""
    return rb'(?:"%s"?)?+[^%s\n]*' % (INSIDE, re.escape(delimiter))


def _record(delimiter: bytes, comment: bytes | None) -> bytes:
    field = _field(delimiter)
    line = b"" if comment is None else rb"%s[^\n]*|" % re.escape(comment)
    return rb"(?:%s%s(?:%s%s)*+)(?:\n|\Z)" % (line, field, re.escape(delimiter), field)
