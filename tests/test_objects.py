"""Inputs and outputs in a store and on web servers, real ones.

``pip install '.[test-cluster]'``, ``pytest -m cluster``.
"""

from __future__ import annotations

import gzip
import os
import shlex
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import COMMAND, Completed, on_linux
from servers import BUCKET, SECRET, Answer, Asked, Front, Store, forwarding, moto

from leakyrelu_cli.storage import refusals

pytestmark = pytest.mark.cluster

MIB = 1 << 20
DATA = b'\xef\xbb\xbfx,"y"\r\n-1,"a,b"\r\n 2 ,\r\n"-3",-3'
NEW = b'\xef\xbb\xbfx,"y"\r\n-0.5,"a,b"\r\n 2 ,\r\n"-1.5",-3'
HALF = ("-c", "x", "-a", "0.5")
LARGE = b"x,y\n" + b"-1,some text that stays as it is\n" * 400_000
LARGE_NEW = LARGE.replace(b"-1,", b"-0.5,")
"""13 MB: several ranges, several parts of an upload."""

OLD = b"the old one"


@pytest.fixture(scope="session")
def moto_store() -> Iterator[Store]:
    with moto() as store:
        yield store


@pytest.fixture
def store(moto_store: Store) -> Store:
    """An empty one."""
    moto_store.clear()
    return moto_store


def environment(endpoint: str = "") -> dict[str, str]:
    ours = {name: value for name, value in os.environ.items() if not name.upper().endswith("_PROXY")}
    keys = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
    return {**ours, **keys, "AWS_ENDPOINT_URL": endpoint}


def started(folder: Path, endpoint: str, arguments: tuple[str | bytes, ...]) -> subprocess.Popen[bytes]:
    pipe = subprocess.PIPE
    command = [*COMMAND, "csv", *arguments]
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=folder, env=environment(endpoint))


def ended(process: subprocess.Popen[bytes], arguments: tuple[str | bytes, ...]) -> Completed:
    out, err = process.communicate(timeout=60)
    assert SECRET.encode() not in out + err
    assert b"Traceback" not in err
    return Completed(arguments, process.returncode, out, err)


Csv = Callable[..., Completed]


@pytest.fixture
def csv(store: Store, tmp_path: Path) -> Csv:
    """Run ``leakyrelu csv`` in an empty folder, with the store or what stands in front of it."""

    def run(*arguments: str | bytes, front: Front | None = None) -> Completed:
        endpoint = f"http://127.0.0.1:{store.port}" if front is None else front.url
        return ended(started(tmp_path, endpoint, arguments), arguments)

    return run


def url(key: str) -> str:
    return f"s3://{BUCKET}/{key}"


# What is read and written


def test_an_object_is_read_and_written_byte_for_byte(csv: Csv, store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(DATA)
    csv("a.csv", *HALF, "-o", url("in/a.csv")).ok()
    assert store.get("in/a.csv") == NEW
    assert csv(url("in/a.csv"), *HALF, "--inverse").ok() == DATA.replace(b"2 ,", b"2 ,")
    csv(url("in/a.csv"), *HALF, "--inverse", "-o", "b.csv").ok()
    assert (tmp_path / "b.csv").read_bytes() == DATA


def test_a_large_object_is_read_in_ranges_of_one_version_and_written_in_parts(csv: Csv, store: Store) -> None:
    store.put("a.csv", LARGE)
    with Front(forwarding(store)) as front:
        csv(url("a.csv"), *HALF, "-o", url("b.csv"), front=front).ok()
    assert store.get("b.csv") == LARGE_NEW
    reads = [asked.headers for asked in front.asked if asked.method == "GET"]
    assert reads[0]["range"] == "bytes=0-262143"
    assert len(reads) == 8
    assert all("if-match" in read for read in reads[1:])
    assert sum(asked.is_part for asked in front.asked) == len(LARGE_NEW) // (5 * MIB) + 1
    assert store.pending() == []


@pytest.mark.parametrize("size", [0, 1, (1 << 18) - 1, 1 << 18, (1 << 18) + 1, (1 << 18) + 4 * MIB, 5 * MIB, 10 * MIB])
def test_an_object_of_any_size_comes_through_whole(csv: Csv, store: Store, tmp_path: Path, size: int) -> None:
    data = (b"x\n" + b"1\n" * (size // 2 + 1))[:size]
    store.put("a.csv", data)
    (tmp_path / "local.csv").write_bytes(data)
    local = csv("local.csv", "-c", "1", "-o", "out.csv")
    remote = csv(url("a.csv"), "-c", "1", "-o", url("b.csv"))
    assert (remote.code, local.code) == (0, 0), remote
    assert store.get("b.csv") == (tmp_path / "out.csv").read_bytes() == data


@pytest.mark.parametrize("ending", [".gz", ".bz2", ".xz", ".zst"])
def test_compressed_objects_are_read_and_written(csv: Csv, store: Store, tmp_path: Path, ending: str) -> None:
    (tmp_path / "a.csv").write_bytes(DATA)
    csv("a.csv", *HALF, "-o", url("a.csv" + ending)).ok()
    assert store.get("a.csv" + ending) != NEW
    assert csv(url("a.csv" + ending), *HALF, "--inverse").ok() == DATA
    store.put("renamed", store.get("a.csv" + ending) or b"")
    assert csv(url("renamed"), *HALF, "--inverse").ok() == DATA


@pytest.mark.parametrize("key", ["a?b", "a#b", "a%20b", "a b", "ü€", "a+b&c=d", "a\\b", "q/*[x]?", "a@b:c", "-c", "~"])
def test_a_key_is_taken_as_it_is(csv: Csv, store: Store, key: str) -> None:
    store.put(key, DATA)
    store.put("ab", b"another one")
    store.put("axb", b"another one")
    assert csv(url(key), *HALF).ok() == NEW
    csv(url(key), *HALF, "-o", url(key + "!")).ok()
    assert store.get(key + "!") == NEW


@pytest.mark.parametrize("key", ["", "/a.csv", "a.csv/", "b//a.csv", "b/../a.csv", "./a.csv", "a\x01.csv", "a\n.csv"])
def test_a_key_that_cannot_be_asked_for_is_refused_and_no_other_object_is_taken_for_it(
    csv: Csv, store: Store, tmp_path: Path, key: str
) -> None:
    store.put("a.csv", DATA)
    (tmp_path / "x.csv").write_bytes(DATA)
    for arguments in ((url(key), *HALF), ("x.csv", *HALF, "-o", url(key))):
        done = csv(*arguments)
        assert (done.code, done.out, done.err.count(b"\n")) == (2, b"", 1), done
    assert store.names() == ["a.csv"]
    assert store.get("a.csv") == DATA


def test_columns_are_listed_and_a_table_is_shown(csv: Csv, store: Store) -> None:
    store.put("a.tsv", b"x\ty z\n-1\t2\n")
    assert csv(url("a.tsv"), "--list").ok() == b"1: x\n2: y z\n"
    assert "-1 → -0.5" in csv(url("a.tsv"), *HALF, "--table").ok().decode()
    assert csv(url("*.tsv"), "--list").ok() == b"1: x\n2: y z\n"


def test_a_dry_run_writes_nothing(csv: Csv, store: Store) -> None:
    store.put("a.csv", DATA)
    with Front(forwarding(store)) as front:
        done = csv(url("a.csv"), *HALF, "-o", url("b.csv"), "-n", front=front)
    assert done.code == 0
    assert "s3://bucket/a.csv" in done.err.decode()
    assert {asked.method for asked in front.asked} == {"GET", "HEAD"}


@on_linux
@pytest.mark.parametrize("files", [1, 4])
def test_memory_does_not_grow_with_objects(store: Store, tmp_path: Path, files: int) -> None:
    for number in range(files):
        store.put(f"in/{number}.csv", LARGE * (8 // files))
    line = [*COMMAND, "csv", url("in/*"), "-c", "x", "-j", "4", "--invalid", "ignore", "--output-dir", url("out")]
    script = f"import subprocess, resource; subprocess.run({line}, check=True);"
    script += "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment(f"http://127.0.0.1:{store.port}"),
        cwd=tmp_path,
        capture_output=True,
        check=True,
    )
    assert int(done.stdout) < 200_000


# Several objects


def test_a_pattern_means_the_objects_that_match_in_their_order(csv: Csv, store: Store, tmp_path: Path) -> None:
    for key in ("in/b.csv", "in/a.csv", "in/a.txt", "in/deep/c.csv", "in/deep/d.csv", "b.csv"):
        store.put(key, DATA)
    done = csv(url("in/*.csv"), *HALF, "--output-dir", "out", "--summary")
    assert [word for word in done.err.decode().split() if ":" in word] == [url("in/a.csv"), url("in/b.csv")]
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir()} == {"a.csv": NEW, "b.csv": NEW}
    csv(url("in/*/[!c].csv"), url("[ab].csv"), *HALF, "--output-dir", url("out/")).ok()
    assert [key for key in store.names() if key.startswith("out")] == ["out/b.csv", "out/d.csv"]
    assert csv(url("in/?.txt"), *HALF).ok() == NEW


@pytest.mark.parametrize("pattern", ["in/*.csv", "in/*/a.csv", "nothing/*", "[a].csv"])
def test_a_pattern_that_matches_nothing_is_an_error(csv: Csv, store: Store, tmp_path: Path, pattern: str) -> None:
    store.put("in/deep/b.csv", DATA)
    done = csv(url(pattern), *HALF, "--output-dir", "out")
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {url(pattern)}: no object matches\n")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("output", [(), ("-o", "out.csv"), ("-o", f"s3://{BUCKET}/out.csv")])
def test_several_objects_need_a_folder(csv: Csv, store: Store, output: tuple[str, ...]) -> None:
    store.put("a.csv", DATA)
    store.put("b.csv", DATA)
    done = csv(url("*.csv"), *HALF, *output)
    assert (done.code, done.err) == (2, b"leakyrelu: several files need --output-dir\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((url("*.csv"), "--output-dir", url("")), "'s3://bucket/a.csv' is read, too; the output needs another name"),
        ((url("*.csv"), url("a.csv"), "--output-dir", "out"), "'s3://bucket/a.csv' is given twice"),
        ((url("*.csv"), url("in/a.csv"), "--output-dir", "out"), "would both become 'out/a.csv'"),
        ((url("?.csv"), "-o", url("a.csv")), "'s3://bucket/a.csv' is read, too; the output needs another name"),
    ],
)
def test_no_output_is_an_input_or_another_output(
    csv: Csv, store: Store, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    store.put("a.csv", DATA)
    store.put("in/a.csv", DATA)
    done = csv(*arguments, *HALF)
    assert (done.code, done.err.decode().endswith(message + "\n")) == (2, True), done
    assert store.get("a.csv") == DATA
    assert list(tmp_path.iterdir()) == []


def test_each_of_several_objects_is_whole_whatever_happens_to_the_others(csv: Csv, store: Store) -> None:
    for number in range(20):
        store.put(f"in/{number:02}.csv", b"x\n-1\n" + b"oops\n" * (number == 19))
    done = csv(url("in/*"), "-c", "x", "--output-dir", url("out"))
    assert done.code == 1
    assert done.err.startswith(b"leakyrelu: s3://bucket/in/19.csv:3: column 'x': not a number: 'oops'"), done
    written = [key for key in store.names() if key.startswith("out/")]
    assert "out/19.csv" not in written
    assert {store.get(key) for key in written} == {b"x\n-0.01\n"}
    assert store.pending() == []


# What goes wrong


def test_a_fault_leaves_the_old_object_and_no_upload(csv: Csv, store: Store) -> None:
    store.put("a.csv", LARGE + b"oops,\n")
    store.put("b.csv", OLD)
    for mode, code in (("abort", 1), ("fail", 1), ("warn", 0)):
        done = csv(url("a.csv"), *HALF, "--invalid", mode, "-o", url("b.csv"))
        assert (done.code, done.err.count(b"\n")) == (code, 1), done
        assert (store.get("b.csv") == OLD) == (code == 1)
        assert store.pending() == []


def test_damaged_input_leaves_the_old_object_and_no_upload(csv: Csv, store: Store) -> None:
    store.put("a.csv", gzip.compress(os.urandom(12 * MIB).hex().encode(), 1)[:-9])
    store.put("b.csv", OLD)
    done = csv(url("a.csv"), "-c", "1", "--header", "--invalid", "ignore", "-o", url("b.csv"))
    assert done.code == 1, done
    assert (store.get("b.csv"), store.pending()) == (OLD, [])


REFUSALS: dict[str, Callable[[Asked], bool]] = {
    "the upload": lambda asked: asked.method == "POST" and asked.path.endswith("uploads="),
    "the first part": lambda asked: asked.is_part and "partNumber=1&" in asked.path,
    "the second part": lambda asked: asked.is_part and "partNumber=2&" in asked.path,
    "the end": lambda asked: asked.method == "POST" and "uploadId" in asked.path,
}


@pytest.mark.parametrize("what", REFUSALS)
@pytest.mark.parametrize("status", [403, 507])
def test_a_store_that_refuses_an_upload_keeps_the_old_object_and_nothing_else(
    csv: Csv, store: Store, what: str, status: int
) -> None:
    store.put("a.csv", LARGE)
    store.put("b.csv", OLD)

    def refuse(asked: Asked) -> Answer | None:
        return Answer(status, {}, b"<Error>no</Error>") if REFUSALS[what](asked) else None

    with Front(forwarding(store, refuse)) as front:
        done = csv(url("a.csv"), *HALF, "-o", url("b.csv"), front=front)
    assert done.code == 1
    assert done.err.startswith(b"leakyrelu: s3://bucket/b.csv: "), done
    assert (store.get("b.csv"), store.pending()) == (OLD, [])


def test_a_bucket_that_is_not_there_is_named(csv: Csv, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(LARGE)
    (tmp_path / "b.csv").write_bytes(DATA)
    message = "leakyrelu: s3://none/a.csv: no such object, or no such bucket\n"
    for arguments in (("s3://none/a.csv",), ("a.csv", "-o", "s3://none/a.csv"), ("b.csv", "-o", "s3://none/a.csv")):
        done = csv(*arguments, *HALF)
        assert (done.code, done.out, done.err.decode()) == (1, b"", message)


@pytest.mark.parametrize("event", ["replaced", "deleted", "cut"])
def test_an_object_that_changes_while_it_is_read_is_an_error_and_never_a_mixture(
    csv: Csv, store: Store, event: str
) -> None:
    store.put("a.csv", LARGE)

    def change(asked: Asked) -> None:
        if asked.method == "GET" and asked.headers.get("range", "").startswith("bytes=8650752-"):
            if event == "deleted":
                store.delete("a.csv")
            else:
                store.put("a.csv", LARGE[::-1] if event == "replaced" else LARGE[: 5 * MIB])

    with Front(forwarding(store, change)) as front:
        done = csv(url("a.csv"), *HALF, "-o", url("b.csv"), front=front)
    assert (done.code, done.err) == (1, b"leakyrelu: s3://bucket/a.csv: changed while it was read\n")
    assert (store.get("b.csv"), store.pending()) == (None, [])


def test_a_local_input_that_changes_meanwhile_publishes_nothing(csv: Csv, store: Store, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(LARGE)

    def change(asked: Asked) -> None:
        if asked.path.endswith("?uploads="):
            path.write_bytes(LARGE.replace(b"-1", b"-2"))

    with Front(forwarding(store, change)) as front:
        done = csv("a.csv", *HALF, "-o", url("b.csv"), front=front)
    assert (done.code, done.err) == (1, b"leakyrelu: a.csv: changed while it was read\n")
    assert (store.get("b.csv"), store.pending()) == (None, [])


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (401, "permission denied without valid credentials"),
        (403, "permission denied"),
        (404, "no such file"),
        (410, "no such file"),
        (500, "the server refuses with status 500"),
    ],
)
def test_what_a_server_answers_is_said_in_our_words(csv: Csv, status: int, words: str) -> None:
    with Front(lambda *_: Answer(status, {}, f"<Error>{SECRET}</Error>".encode())) as front:
        done = csv(f"{front.url}/a.csv?signature={SECRET}", *HALF)
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {front.url}/a.csv: {words}\n")


def test_what_cannot_be_reached_is_said_soon_and_without_secrets(csv: Csv) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        host = f"http://127.0.0.1:{unused.getsockname()[1]}"
        done = csv(f"{host}/a.csv?signature={SECRET}", *HALF)
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {host}/a.csv: the server cannot be reached\n")


@pytest.mark.parametrize(
    "endpoint", ["", "nonsense", "http://", f"ftp://{SECRET}", "http://[h", "http://h:99999", "http://a b"]
)
def test_an_endpoint_that_is_no_url_is_named(tmp_path: Path, endpoint: str) -> None:
    done = ended(started(tmp_path, endpoint, (url("a.csv"), *HALF)), (endpoint,))
    assert (done.code, done.err) == (1, b"leakyrelu: AWS_ENDPOINT_URL is no http or https URL\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("s3://a b/c",), "s3://a b/c: no bucket can have this name"),
        (("s3://a?b/c",), "s3://a?b/c: no bucket can have this name"),
        ((f"http://h:99999/a?x={SECRET}",), "http://h:99999/a: this URL is not valid, or has an empty part"),
        ((f"http://h h/a?x={SECRET}",), "http://h h/a: this URL is not valid, or has an empty part"),
        ((b"s3://bucket/\xff",), "s3://bucket/\\xff: names of objects are UTF-8"),
        (("a.csv", "-o", b"s3://bucket/\xff"), "s3://bucket/\\xff: names of objects are UTF-8"),
        (("az://bucket/a",), "az://bucket: " + refusals.NO_CREDENTIALS),
    ],
)
def test_what_nobody_can_be_asked_for_is_said_before_anybody_is(
    csv: Csv, tmp_path: Path, arguments: tuple[str | bytes, ...], message: str
) -> None:
    (tmp_path / "a.csv").write_bytes(DATA)
    done = csv(*arguments, *HALF)
    assert (done.code in (1, 2), done.out, done.err.decode()) == (True, b"", f"leakyrelu: {message}\n")


def test_without_keys_it_is_said_that_there_are_none(store: Store, tmp_path: Path) -> None:
    plain = environment(f"http://127.0.0.1:{store.port}") | {"HOME": str(tmp_path), "AWS_EC2_METADATA_DISABLED": "true"}
    ours = {name: value for name, value in plain.items() if not name.startswith("AWS_") or "KEY" not in name}
    command = [*COMMAND, "csv", url("a.csv"), *HALF]
    done = subprocess.run(command, capture_output=True, env=ours, timeout=60, check=False)
    assert (done.returncode, done.stderr.decode()) == (1, f"leakyrelu: s3://bucket: {refusals.NO_CREDENTIALS}\n")
    (tmp_path / ".aws").mkdir()
    keys = f"[default]\naws_access_key_id = key\naws_secret_access_key = {SECRET}\n"
    (tmp_path / ".aws/credentials").write_text(keys)
    store.put("a.csv", DATA)
    done = subprocess.run(command, capture_output=True, env=ours, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, NEW, b"")


# Signals


@pytest.fixture
def frozen() -> Iterator[str]:
    """A server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def interrupted(process: subprocess.Popen[bytes], number: int) -> tuple[Completed, float]:
    process.send_signal(number)
    start = time.monotonic()
    done = ended(process, (signal.Signals(number).name,))
    return done, time.monotonic() - start


BOUND = 10.0
"""Seconds that are less than any patience with a server, and more than a busy machine needs for what takes one."""


@pytest.mark.parametrize(
    "arguments",
    [(url("a.csv"),), (url("*.csv"), "--list"), (url("a.csv"), url("b.csv"), "--output-dir", "out")],
    ids=" ".join,
)
def test_ctrl_c_ends_the_work_although_the_store_is_frozen(
    frozen: str, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    process = started(tmp_path, frozen, (*arguments, *HALF))
    time.sleep(1)
    done, seconds = interrupted(process, signal.SIGINT)
    assert (done.code, done.out, done.err) == (130, b"", b"")
    assert seconds < BOUND
    assert list(tmp_path.iterdir()) == []


def holding(parts: threading.Event, over: threading.Event, *, ends: bool = False) -> Callable[[Asked], None]:
    """Let no part but the first come through; or no end of an upload; and say so when it happens."""

    def hold(asked: Asked) -> None:
        is_end = asked.method == "DELETE" or (asked.method == "POST" and "uploadId" in asked.path)
        if (asked.is_part and "partNumber=1&" not in asked.path) or (is_end and ends):
            parts.set()
            over.wait(BOUND)

    return hold


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize(("inputs", "size"), [(1, 1), (1, 3), (4, 1), (4, 3)])
def test_a_signal_leaves_the_old_object_and_no_upload(
    store: Store, tmp_path: Path, number: int, inputs: int, size: int
) -> None:
    for index in range(inputs):
        store.put(f"in/{index}.csv", LARGE * size)
    store.put("out/0.csv", OLD)
    parts = threading.Event()
    over = threading.Event()
    with Front(forwarding(store, holding(parts, over)), over) as front:
        arguments = (url("in/*"), "-c", "x", "--invalid", "ignore", "--output-dir", url("out"))
        process = started(tmp_path, front.url, arguments)
        assert parts.wait(60)
        time.sleep(0.5)
        done, seconds = interrupted(process, number)
        assert (done.code, done.out, done.err) == (128 + number, b"", b"")
        assert seconds < BOUND
        assert (store.names()[-1], store.get("out/0.csv")) == ("out/0.csv", OLD)
        assert store.pending() == []


def test_a_signal_at_the_very_end_names_what_the_store_may_keep(store: Store, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(LARGE)
    store.put("b.csv", OLD)
    end = threading.Event()
    over = threading.Event()
    with Front(forwarding(store, holding(end, over, ends=True)), over) as front:
        process = started(tmp_path, front.url, ("a.csv", *HALF, "-o", url("b.csv")))
        assert end.wait(60)
        done, seconds = interrupted(process, signal.SIGINT)
    assert done.code == 130
    assert done.err == b"leakyrelu: s3://bucket/b.csv: parts of an unfinished upload may be left over\n"
    assert seconds < BOUND
    assert store.get("b.csv") == OLD


# Web servers


def test_a_web_server_is_read_in_ranges(csv: Csv) -> None:
    def answer(asked: Asked, _: bytes) -> Answer:
        start, end = map(int, asked.headers["range"].removeprefix("bytes=").split("-"))
        data = LARGE[start : end + 1]
        return Answer(
            206, {"Content-Range": f"bytes {start}-{start + len(data) - 1}/{len(LARGE)}", "ETag": '"1"'}, data
        )

    with Front(answer) as front:
        assert csv(f"{front.url}/d%20e/a.csv?signature={SECRET}#part", *HALF).ok() == LARGE_NEW
    assert {asked.path for asked in front.asked} == {f"/d%20e/a.csv?signature={SECRET}"}
    assert len(front.asked) == 9


def test_a_web_server_without_ranges_is_read_from_the_beginning_to_the_end(csv: Csv) -> None:
    with Front(lambda *_: Answer(200, {}, LARGE)) as front:
        assert csv(f"{front.url}?a=csv", *HALF).ok() == LARGE_NEW
        assert csv(f"{front.url}/a.csv", "--list").ok() == b"1: x\n2: y\n"


def test_a_redirection_is_followed_and_a_circle_is_left(csv: Csv) -> None:
    def answer(asked: Asked, _: bytes) -> Answer:
        if asked.path == "/a.csv":
            return Answer(302, {"Location": f"/b.csv?signature={SECRET}"}, b"")
        return Answer(200, {}, DATA) if asked.path.startswith("/b") else Answer(302, {"Location": asked.path}, b"")

    with Front(answer) as front:
        assert csv(f"{front.url}/a.csv", *HALF).ok() == NEW
        done = csv(f"{front.url}/circle", *HALF)
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {front.url}/circle: the server sends us in a circle\n")


def test_a_web_server_that_does_not_say_how_long_a_file_is_cannot_be_read(csv: Csv) -> None:
    chunked = Answer(200, {"Transfer-Encoding": "chunked"}, b"5\r\nx\n-1\n\r\n0\r\n\r\n")
    with Front(lambda *_: chunked) as front:
        done = csv(f"{front.url}/a.csv", *HALF)
    words = "the server does not say how long it is; download it first"
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {front.url}/a.csv: {words}\n")


def test_an_answer_that_breaks_off_is_an_error(csv: Csv) -> None:
    with Front(lambda *_: Answer(200, {"Content-Length": str(2 * len(LARGE)), "Connection": "close"}, LARGE)) as front:
        done = csv(f"{front.url}/a.csv", *HALF, "-o", "out.csv")
    assert (done.code, done.err.decode()) == (1, f"leakyrelu: {front.url}/a.csv: the connection broke\n")


# TAB


def completed(folder: Path, endpoint: str, line: str) -> Completed:
    command = [*COMMAND, "__complete", "bash", line, "", ""]
    done = subprocess.run(command, capture_output=True, env=environment(endpoint), cwd=folder, timeout=60, check=False)
    return Completed((line,), done.returncode, done.stdout, done.stderr)


def test_tab_offers_the_columns_of_an_object(store: Store, tmp_path: Path) -> None:
    store.put("a b.csv", b"x,y z\n1,2\n")
    endpoint = f"http://127.0.0.1:{store.port}"
    line = f"leakyrelu csv {shlex.quote(url('a b.csv'))} -c "
    assert completed(tmp_path, endpoint, line).ok() == b"words\nx\ny\\ z\n"


def test_tab_offers_nothing_of_a_store_that_does_not_answer_or_has_no_such_object(
    store: Store, frozen: str, tmp_path: Path
) -> None:
    start = time.monotonic()
    assert completed(tmp_path, frozen, f"leakyrelu csv {url('a.csv')} -c ").ok() == b"words\n"
    assert time.monotonic() - start < BOUND
    endpoint = f"http://127.0.0.1:{store.port}"
    assert completed(tmp_path, endpoint, f"leakyrelu csv {url('a.csv')} -c ").ok() == b"words\n"


# Resumed runs


def test_a_resumed_run_leaves_alone_what_a_like_one_has_made(csv: Csv, store: Store) -> None:
    for name in "abc":
        store.put(f"in/{name}.csv", DATA)
    csv(url("in/*.csv"), *HALF, "--output-dir", url("out")).ok()
    store.delete("out/b.csv")
    store.put("in/c.csv", DATA.replace(b"-1", b"-7"))  # another version of it
    with Front(forwarding(store)) as front:
        done = csv(url("in/*.csv"), *HALF, "--output-dir", url("out"), "--resume", "--summary", front=front)
    assert done.code == 0, done
    assert sorted(asked.path.partition("?")[0] for asked in front.asked if asked.method == "PUT") == [
        f"/{BUCKET}/out/b.csv",
        f"/{BUCKET}/out/c.csv",
    ]
    assert (store.get("out/b.csv"), store.get("out/c.csv")) == (NEW, NEW.replace(b"-0.5", b"-3.5"))


@pytest.mark.parametrize("other", [("-c", "x", "-a", "0.25"), (*HALF, "--decimal"), (*HALF, "--suffix", "_r")], ids=str)
def test_what_another_run_has_made_is_made_anew(csv: Csv, store: Store, other: tuple[str, ...]) -> None:
    store.put("a.csv", DATA)
    csv(url("a.csv"), *HALF, "-o", url("b.csv")).ok()
    csv(url("a.csv"), *other, "-o", url("b.csv"), "--resume").ok()
    assert store.get("b.csv") == csv(url("a.csv"), *other).ok()


def test_what_nobody_knows_the_origin_of_is_made_anew(csv: Csv, store: Store) -> None:
    store.put("a.csv", DATA)
    store.put("b.csv", NEW)
    store.put("c.csv", OLD)
    csv(url("a.csv"), *HALF, "-o", url("c.csv"), "--resume").ok()
    assert store.get("c.csv") == NEW


def test_a_failed_run_is_resumed_where_it_ended(csv: Csv, store: Store) -> None:
    for name in "abc":
        store.put(f"in/{name}.csv", DATA if name != "b" else DATA + b"\noops,1\n")
    assert csv(url("in/*.csv"), *HALF, "--output-dir", url("out"), "--invalid", "fail").code == 1
    assert store.names() == ["in/a.csv", "in/b.csv", "in/c.csv", "out/a.csv", "out/c.csv"]
    store.put("in/b.csv", DATA)
    csv(url("in/*.csv"), *HALF, "--output-dir", url("out"), "--resume").ok()
    assert store.get("out/b.csv") == NEW


def test_what_is_no_object_cannot_be_resumed(csv: Csv, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(DATA)
    for output in ("-o", "b.csv"), ("--output-dir", "out"), ():
        done = csv("a.csv", *HALF, *output, "--resume")
        message = b"leakyrelu: --resume needs outputs in a store, which can say what they were made from\n"
        assert (done.code, done.err) == (2, message)
