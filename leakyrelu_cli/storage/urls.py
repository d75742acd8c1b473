"""What a URL is: which words are URLs, how messages call them, and their parts. Nothing is asked of any network.

As RFC 3986 has it, but for the keys of object stores: there, ``?`` and ``#`` are letters as any other.
"""

from __future__ import annotations

import os

from leakyrelu_cli.errors import UsageError, printable

STORES = ("s3", "gs", "az")
WEB = ("http", "https")
MARKS = "*?["
"""What makes a pattern of a key."""

SHOWN = 200
"""How much of a URL a message repeats at most."""


def scheme_of(path: str | None) -> str | None:
    """The scheme of a URL; None if the path is none that is served."""
    scheme, mark, _ = (path or "").partition("://")
    return scheme.lower() if mark and scheme.lower() in (*STORES, *WEB) else None


def is_url(path: str | None) -> bool:
    """Whether it is one, and no path of a file system."""
    return scheme_of(path) is not None


def is_web(path: str | None) -> bool:
    """Whether it is a file on a web server, which can only be read."""
    return scheme_of(path) in WEB


def has_pattern(path: str | None) -> bool:
    """Whether it may stand for several objects."""
    return path is not None and scheme_of(path) in STORES and any(mark in path_of(path) for mark in MARKS)


def split(url: str) -> tuple[str, str]:
    """The bucket or host, with its scheme; and the key, or the path with its query.

    Raises
    ------
    UsageError
        If there is no bucket or host; or if it says who asks: that would be in every list of processes.
    """
    scheme, _, rest = url.partition("://")
    place = rest.partition("/")[0]
    place = _before_query(place) if is_web(url) else place
    key = rest[len(place) :].removeprefix("/")
    if "@" in place:
        raise UsageError(f"{name_of(url)}: no user or password may stand in a URL; the environment is for them")
    if not place:
        raise UsageError(f"{name_of(url)}: there is no {'host' if is_web(url) else 'bucket'} in it")
    if not is_web(url) and not all(letter.isalnum() or letter in "._-" for letter in place):
        raise UsageError(f"{name_of(url)}: no bucket can have this name")
    return f"{scheme.lower()}://{place}", key


def name_of(path: str) -> str:
    """How messages call a file or an object: without what may be secret, a user and a signature."""
    if not is_url(path):
        return printable(path)
    scheme, _, rest = path.partition("://")
    if is_web(path):
        rest = _before_query(rest)
    place, slash, key = rest.partition("/")
    return printable(f"{scheme}://{place.rpartition('@')[2]}{slash}{key}", SHOWN)


def quoted_name(path: str) -> str:
    """`name_of` between single quotes."""
    return f"'{name_of(path)}'"


def path_of(path: str) -> str:
    """What the compression and the delimiter of a file or an object are told by."""
    if not is_url(path):
        return path
    rest = path.partition("://")[2]
    return (_before_query(rest) if is_web(path) else rest).partition("/")[2]


def base_name(path: str) -> str:
    """The name at the end."""
    return path_of(path).rpartition("/")[2] if is_url(path) else os.path.basename(path)


def join(folder: str, name: str) -> str:
    """The place of a name in a folder, or behind what all keys begin with."""
    return f"{folder.removesuffix('/')}/{name}" if is_url(folder) else os.path.join(folder, name)


def _before_query(text: str) -> str:
    return text.partition("#")[0].partition("?")[0]
