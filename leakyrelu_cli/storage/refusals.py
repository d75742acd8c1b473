"""What a store or a web server says no with, in our words.

obstore's own texts repeat passwords and signatures, so that none of them is ever shown. Most kinds of errors have a
class. Those that have none are told by what the text says in places where no name of an object can stand.
"""

from __future__ import annotations

import re

from leakyrelu_cli.errors import InvalidInput, LeakyReluError, UsageError
from leakyrelu_cli.storage import urls


class NoSuchObject(LeakyReluError):
    """There is no such object, or no such bucket."""


class NoSuchPart(LeakyReluError):
    """A part cannot be had: an empty object has none, and some servers give whole files only."""


CLASSES: dict[str, tuple[type[LeakyReluError], str]] = {
    "FileNotFoundError": (NoSuchObject, "no such object, or no such bucket"),
    "PreconditionError": (InvalidInput, "changed while it was read"),
    "NotSupportedError": (NoSuchPart, "the server gives whole files only"),
    "PermissionDeniedError": (LeakyReluError, "permission denied"),
    "UnauthenticatedError": (LeakyReluError, "permission denied without valid credentials"),
    "InvalidPathError": (UsageError, "names with empty parts, '.', '..' or control characters are not served"),
    "UnicodeEncodeError": (UsageError, "names of objects are UTF-8"),
    "ValueError": (UsageError, "names with empty parts, '.', '..' or control characters are not served"),
}
NO_CREDENTIALS = "no valid credentials; the environment has to give them (AWS_..., GOOGLE_..., AZURE_...)"
NO_URL = "this URL is not valid, or has an empty part"
TEXTS: tuple[tuple[str, type[LeakyReluError], str], ...] = (
    (r"uri: Some\(\s+http://(169\.254\.|metadata\.)", LeakyReluError, NO_CREDENTIALS),
    (r"source: MissingContentLength", LeakyReluError, "the server does not say how long it is; download it first"),
    (r"source: BadScheme", LeakyReluError, "plain http is not allowed; AWS_ALLOW_HTTP=true allows it"),
    (r"source: TooManyRedirects", LeakyReluError, "the server sends us in a circle"),
    (r"HttpError \{\s+kind: Timeout", LeakyReluError, "the server does not answer"),
    (r"HttpError \{\s+kind: Connect", LeakyReluError, "the server cannot be reached"),
    (r"HttpError \{\s+kind: (Interrupted|Decode)", LeakyReluError, "the connection broke"),
    (r"\n +status: 416,", NoSuchPart, "it ends before that"),
    (r"\n +status: 404,", NoSuchObject, "no such object, or no such bucket"),
    (r"\n +status: 410,", NoSuchObject, "no such object"),
    (r"BareRedirect|\n +status: 3..,", LeakyReluError, "the bucket is in another region; AWS_REGION says in which"),
)


def ours(error: BaseException, url: str) -> LeakyReluError:
    """The error as one of the family."""
    text = str(error)
    by_text = ((kind, words) for pattern, kind, words in TEXTS if re.search(pattern, text))
    kind, words = CLASSES.get(type(error).__name__) or next(by_text, (LeakyReluError, _status(text)))
    if kind is NoSuchObject and urls.is_web(url):
        words = "no such file"
    return kind(f"{urls.name_of(url)}: {words}")


def _status(text: str) -> str:
    found = re.search(r"\n +status: (\d+),", text)
    return "the server refuses" + (f" with status {found[1]}" if found else "")
