"""Servers for tests, on free ports of this machine: a store that means what S3 means, and a front that fails.

The store is moto's server in a process of its own, which ends when its standard input does.
"""

from __future__ import annotations

import http.client
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple, Self
from urllib.parse import quote

BUCKET = "bucket"
SECRET = "S3CRETkey"
WHO = "AWS4-HMAC-SHA256 Credential=key/20200101/us-east-1/s3/aws4_request, SignedHeaders=host, Signature=0"
STORE = """
import sys
from moto.server import ThreadedMotoServer
server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
server.start()
print(server.get_host_and_port()[1], flush=True)
sys.stdin.read()
server.stop()
"""


class Answer(NamedTuple):
    """What a server says."""

    status: int
    headers: dict[str, str]
    body: bytes


class Asked(NamedTuple):
    """What a server was asked."""

    method: str
    path: str
    headers: dict[str, str]

    @property
    def is_part(self) -> bool:
        return self.method == "PUT" and "partNumber=" in self.path


class Store:
    """A store, asked by plain HTTP: moto wants a signature, but looks at none."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.ask("PUT", f"/{BUCKET}")

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, body, {"Authorization": WHO} if headers is None else headers)
        answer = connection.getresponse()
        result = Answer(answer.status, dict(answer.getheaders()), answer.read())
        connection.close()
        return result

    def put(self, key: str, body: bytes) -> None:
        assert self.ask("PUT", f"/{BUCKET}/{quote(key)}", body).status == 200

    def get(self, key: str) -> bytes | None:
        answer = self.ask("GET", f"/{BUCKET}/{quote(key)}")
        return answer.body if answer.status == 200 else None

    def delete(self, key: str) -> None:
        assert self.ask("DELETE", f"/{BUCKET}/{quote(key)}").status == 204

    def names(self) -> list[str]:
        return sorted(self._texts(f"/{BUCKET}?list-type=2", "Contents", "Key"))

    def pending(self) -> list[str]:
        """The keys of uploads that are neither complete nor taken back."""
        return self._texts(f"/{BUCKET}?uploads", "Upload", "Key")

    def clear(self) -> None:
        for key in self.names():
            self.delete(key)
        ids = self._texts(f"/{BUCKET}?uploads", "Upload", "UploadId")
        for key, upload in zip(self.pending(), ids, strict=True):
            self.ask("DELETE", f"/{BUCKET}/{quote(key)}?uploadId={upload}")

    def _texts(self, path: str, tag: str, inner: str) -> list[str]:
        root = ET.fromstring(self.ask("GET", path).body)
        space = root.tag.partition("}")[0] + "}"
        return [element.findtext(f"{space}{inner}", "") for element in root.iter(f"{space}{tag}")]


@contextmanager
def moto() -> Iterator[Store]:
    """A store of its own."""
    command = [sys.executable, "-c", STORE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield Store(int(process.stdout.readline()))
        finally:
            process.stdin.close()


class Front:
    """A server that answers as it is told, and keeps in mind what it was asked.

    Parameters
    ----------
    answer : callable
        From what is asked, and its body, to the answer. It may take its time.
    over : Event, optional
        Set when the server is to end: what it holds back has to go on.
    """

    def __init__(self, answer: Callable[[Asked, bytes], Answer], over: threading.Event | None = None) -> None:
        self.asked: list[Asked] = []
        self._over = over or threading.Event()
        self._answer = answer
        front = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                """Say nothing."""

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:  # who asked has left
                    self.close_connection = True

            def _serve(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                asked = Asked(self.command, self.path, dict(self.headers.items()))
                front.asked.append(asked)
                answer = front._answer(asked, body)
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if not {"Content-Length", "Transfer-Encoding"} & answer.headers.keys():
                    self.send_header("Content-Length", str(len(answer.body)))
                self.end_headers()
                self.wfile.write(answer.body if self.command != "HEAD" else b"")

            do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 -- as the library wants it

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = False
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()  # whatever is held goes on, and is waited for
        self._server.shutdown()
        self._server.server_close()


HOP = {"connection", "transfer-encoding", "server", "date", "content-length"}
"""Headers that are each server's own."""


def forwarding(
    store: Store, first: Callable[[Asked], Answer | None] = lambda _: None
) -> Callable[[Asked, bytes], Answer]:
    """What the store answers, unless another answer comes first."""

    def answer(asked: Asked, body: bytes) -> Answer:
        other = first(asked)
        if other is not None:
            return other
        found = store.ask(asked.method, asked.path, body, asked.headers)
        headers = {name: value for name, value in found.headers.items() if name.lower() not in HOP}
        if asked.method == "HEAD":
            headers["Content-Length"] = found.headers["Content-Length"]
        return found._replace(headers=headers)

    return answer
