"""What object stores and web servers are asked. The only file that imports obstore, which an extra brings.

obstore's calls do not hear Ctrl-C: `ask` lets another thread make them, which is left behind if need be.
"""

from __future__ import annotations

import ctypes
import os
from contextlib import suppress
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from threading import Thread
from urllib.parse import urlsplit

import obstore
from obstore import exceptions
from obstore.store import HTTPStore, from_url

from leakyrelu_cli.errors import LeakyReluError, UsageError
from leakyrelu_cli.storage import refusals, urls
from leakyrelu_cli.values import Value
from leakyrelu_cli.workers import Task

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, TypeVar

    from obstore import AsyncWritableFile, GetResult
    from obstore.store import ClientConfig, ObjectStore, RetryConfig

    T = TypeVar("T")

CONNECT, SILENCE = timedelta(seconds=5), timedelta(seconds=15)
"""How long a connection may take, and how long nothing may come."""

READING, WRITING = timedelta(days=7), timedelta(minutes=5)
"""How long an answer may take in all: a whole file behind a slow reader, or a part that goes up on a slow line."""

M_ARENA_MAX = -8
"""As <malloc.h> has it."""

RETRIES, RETRYING = 3, timedelta(seconds=15)
KEYS = (
    *("AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE", "AWS_SKIP_SIGNATURE"),
    *("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
)
"""The variables that say who asks S3; boto3 knows more places to look for that."""

ENDPOINTS = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")


TAG = "leakyrelu"
"""What an object's metadata call the digest of all that it was made from."""


class Piece(Value):
    """Some bytes of an object, where they end, and the size and version of the object."""

    data: memoryview
    end: int
    size: int
    version: object


def ask(function: Callable[..., T], *arguments: object) -> T:
    """What the function returns or raises; another thread calls it, so that this one hears Ctrl-C while it waits."""
    task = Task(lambda _: function(*arguments), None)
    try:
        Thread(target=task.run, daemon=True).start()
    except RuntimeError:  # the system gives no more threads
        task.run()
    result: T = task.result()
    return result


def size(url: str) -> int:
    """How many bytes there are."""
    if not urls.is_web(url):
        return int(_answer(url, lambda: obstore.head(*_place(url)))["size"])
    try:  # who may read need not be allowed to ask (HEAD): a signed URL is for one of the two
        return piece(url, 0, 1).size
    except refusals.NoSuchPart:
        return int(_answer(url, lambda: obstore.get(*_place(url))).meta["size"])


def piece(url: str, start: int, stop: int, version: object = None) -> Piece:
    """The bytes from one place to another, or to the end; of this version, if it is given."""

    def get() -> Piece:
        options: Any = {"range": (start, stop)}
        if isinstance(version, str):
            options["if_match"] = version
        found = obstore.get(*_place(url), options=options)
        data = memoryview(found.bytes())
        if version is not None and _version(found) != version:
            raise exceptions.PreconditionError
        return Piece(data, start + len(data), found.meta["size"], _version(found))

    return _answer(url, get)


def whole(url: str, block: int) -> Iterator[bytes]:
    """All bytes as they come, in blocks of this size at least."""
    found: GetResult = _answer(url, lambda: obstore.get(*_place(url)))
    blocks = iter(found.stream(min_chunk_size=block))
    while data := _answer(url, lambda: bytes(next(blocks, b""))):
        yield data


def expanded(url: str) -> list[str]:
    """The objects whose keys match a pattern, in their order; ``*`` stands for no slash.

    One that has exactly this name is meant alone.
    """
    root, pattern = urls.split(url)
    try:
        size(url)
    except LeakyReluError:  # no such object, or a name that none can have
        parts = pattern.split("/")
        fixed = next(number for number, part in enumerate(parts) if any(mark in part for mark in urls.MARKS))
        keys = _answer(
            url, lambda: _listed(_store(root, reads=True), "/".join(parts[:fixed]), deep=fixed + 1 < len(parts))
        )
    else:
        return [url]
    found = sorted(key for key in keys if _matches(key.split("/"), parts))
    if not found:
        raise refusals.NoSuchObject(f"{urls.name_of(url)}: no object matches")
    return [f"{root}/{key}" for key in found]


def _listed(store: ObjectStore, folder: str, *, deep: bool) -> list[str]:
    """The keys in a folder, and below it."""
    if deep:
        return [found["path"] for batch in obstore.list(store, folder or None) for found in batch]
    return [found["path"] for found in obstore.list_with_delimiter(store, folder or None)["objects"]]


def _matches(key: list[str], parts: list[str]) -> bool:
    return len(key) == len(parts) and all(map(fnmatchcase, key, parts))


def writer(url: str, part: int, tag: str | None) -> AsyncWritableFile:
    """What an object is written to, in parts of this size; nothing is written before all that was written is up.

    What fails then is said before the end: there, obstore would leave the upload as it is.
    """
    store, key = _answer(url, lambda: _place(url, reads=False))
    options: Any = {"buffer_size": part, "max_concurrency": 1}
    if tag is not None:
        options["attributes"] = {TAG: tag}
    return _answer(url, lambda: obstore.open_writer_async(store, key, **options))


def tag(url: str) -> str | None:
    """The tag that an object was written with; None if it has none, or is not there."""
    try:
        found = _answer(url, lambda: obstore.get(*_place(url), options={"head": True}))
    except refusals.NoSuchObject:
        return None
    return found.attributes.get(TAG)


@cache  # connections, which all files of a process share
def _store(root: str, *, reads: bool) -> ObjectStore:
    """What is asked for the objects of a bucket, or for a file on a web server."""
    _share_memory()
    scheme = urls.scheme_of(root)
    endpoint = _endpoint() if scheme == "s3" else ""
    is_plain = endpoint.startswith("http://") or os.environ.get("AWS_ALLOW_HTTP", "").lower() in ("1", "true")
    client: ClientConfig = {"connect_timeout": CONNECT, "timeout": READING if reads else WRITING}
    if reads:
        client["read_timeout"] = SILENCE  # it counts what goes up as silence
    if scheme == "http" or (scheme == "s3" and is_plain):
        client["allow_http"] = True
    retry: RetryConfig = {"max_retries": RETRIES, "retry_timeout": RETRYING}
    try:
        if scheme in urls.WEB:
            return HTTPStore.from_url(root, client_options=client, retry_config=retry)
        return from_url(root, client_options=client, retry_config=retry, **_credentials(root))
    except Exception:  # noqa: BLE001 -- all kinds of them
        is_web = scheme in urls.WEB
        words = refusals.NO_URL if is_web else refusals.NO_CREDENTIALS
        raise (UsageError if is_web else LeakyReluError)(f"{urls.name_of(root)}: {words}") from None


def _endpoint() -> str:
    """Where S3 is, if it is not Amazon's; obstore would panic at what is no URL."""
    given = [name for name in ENDPOINTS if name in os.environ]
    for name in given:
        if not _is_endpoint(os.environ[name]):
            raise LeakyReluError(f"{name} is no http or https URL")
    return os.environ[given[0]] if given else ""


def _is_endpoint(text: str) -> bool:
    try:
        parts = urlsplit(text)
        has_place = bool(parts.hostname) and parts.port != 0  # which raises, too
    except ValueError:
        return False
    return has_place and parts.scheme in urls.WEB and text.isascii() and text.isprintable() and " " not in text


def _share_memory() -> None:
    """Let all threads have one heap: glibc gives each its own, and keeps what is freed there, twice what is in use."""
    with suppress(AttributeError, OSError, TypeError):  # another C library
        ctypes.CDLL(None).mallopt(M_ARENA_MAX, 1)


def _credentials(root: str) -> dict[str, Any]:
    if urls.scheme_of(root) != "s3" or any(name in os.environ for name in KEYS) or not find_spec("boto3"):
        return {}
    from obstore.auth.boto3 import Boto3CredentialProvider  # noqa: PLC0415 -- slow to import, and optional

    return {"credential_provider": Boto3CredentialProvider()}


def _place(url: str, *, reads: bool = True) -> tuple[ObjectStore, str]:
    """What is asked for an object, and by which name."""
    root, key = urls.split(url)
    if urls.is_web(url):  # its path is written as it is to be sent
        return _store(f"{root}/{key.partition('#')[0]}", reads=True), ""
    if not key or key != key.strip("/"):  # obstore would take another object, the one without the slash
        raise UsageError(f"{urls.name_of(url)}: the name of an object may not be empty, nor begin or end with a slash")
    return _store(root, reads=reads), key


def _version(found: GetResult) -> object:
    """What tells one version of an object from another."""
    return found.meta["e_tag"] or (found.meta["size"], found.meta["last_modified"])


def _answer(url: str, question: Callable[[], T]) -> T:
    try:
        return question()
    except (LeakyReluError, MemoryError):
        raise
    except BaseException as error:
        if not isinstance(error, Exception) and type(error).__name__ != "PanicException":
            raise  # a signal
        raise refusals.ours(error, url) from None  # all kinds of them, and none of their texts may be shown
