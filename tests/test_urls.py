"""URLs as words: their names, their parts, and what is said where nothing reads them. No server is asked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import Run, forked

from leakyrelu_cli.errors import LeakyReluError
from leakyrelu_cli.storage import refusals, source, urls


@pytest.mark.parametrize(
    ("path", "scheme"),
    [
        ("s3://b/k", "s3"),
        ("S3://b/k", "s3"),
        ("gs://b/k", "gs"),
        ("az://b/k", "az"),
        ("https://h/k", "https"),
        ("HTTP://h", "http"),
        ("ftp://h/k", None),
        ("s3:/b/k", None),
        ("a/s3://b", None),
        ("s3", None),
        ("", None),
        (None, None),
    ],
)
def test_a_url_is_known_by_its_scheme(path: str | None, scheme: str | None) -> None:
    assert (urls.scheme_of(path), urls.is_url(path)) == (scheme, scheme is not None)


@pytest.mark.parametrize(
    ("url", "parts", "name"),
    [
        ("s3://b/a/k.csv", ("s3://b", "a/k.csv"), "k.csv"),
        ("S3://b/a?b#c%20d.csv", ("s3://b", "a?b#c%20d.csv"), "a?b#c%20d.csv"),
        ("s3://b", ("s3://b", ""), ""),
        ("https://h/a/k.csv?x=/y#/z", ("https://h", "a/k.csv?x=/y#/z"), "k.csv"),
        ("http://h:80?x=/y", ("http://h:80", "?x=/y"), ""),
        ("http://h#f", ("http://h", "#f"), ""),
    ],
)
def test_a_url_has_a_place_a_key_and_a_name_at_its_end(url: str, parts: tuple[str, str], name: str) -> None:
    assert urls.split(url) == parts
    assert urls.base_name(url) == name


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://user:SECRET@host/a.csv?X-Amz-Signature=SECRET#SECRET", "https://host/a.csv"),
        ("https://host?token=SECRET", "https://host"),
        ("http://a@SECRET@host/x@y", "http://host/x@y"),
        ("s3://key:SECRET@bucket/a@b?c", "s3://bucket/a@b?c"),
        ("s3://bucket/\x1b[1m\n", "s3://bucket/\\x1b[1m\\n"),
    ],
)
def test_the_name_of_a_url_holds_no_secret_and_no_control_character(url: str, shown: str) -> None:
    assert urls.name_of(url) == shown


@pytest.mark.parametrize(
    ("path", "delimiter", "compression"),
    [
        ("s3://b/a.tsv.gz", b"\t", "gz"),
        ("s3://b/a.csv?.tsv", b"\t", None),
        ("https://h/a.tsv?x=.csv.gz", b"\t", None),
        ("https://h/a.csv.zst#x", b",", "zst"),
        ("https://h.gz", b",", None),
    ],
)
def test_the_name_at_the_end_tells_delimiter_and_compression(
    path: str, delimiter: bytes, compression: str | None
) -> None:
    assert (source.delimiter_of(path), source.compression_of(path)) == (delimiter, compression)


@pytest.mark.parametrize("folder", ["s3://b/in", "s3://b/in/", "out", "out/"])
def test_a_name_is_joined_to_a_folder_here_or_there(folder: str) -> None:
    assert urls.join(folder, "a.csv") == folder.rstrip("/") + "/a.csv"


def test_a_pattern_is_one_of_a_store_alone() -> None:
    assert [urls.has_pattern(path) for path in ("s3://b/*", "gs://b/a?", "az://c/[a]", "s3://b/a")] == [True] * 3 + [
        False
    ]
    assert not any(urls.has_pattern(path) for path in ("https://h/*", "*.csv", None))


@forked
@pytest.mark.parametrize(
    "arguments",
    [
        ("s3://bucket/a.csv", "-c", "x"),
        ("s3://bucket/*.csv", "-c", "x", "--output-dir", "out"),
        ("https://host/a.csv", "--list"),
        ("https://host/a.csv", "-c", "x", "--table"),
        ("a.csv", "-c", "x", "-o", "gs://bucket/a.csv"),
        ("a.csv", "-c", "x", "-o", "gs://bucket/a.csv", "--dry-run"),
    ],
)
def test_without_the_extra_a_url_is_an_error_that_says_what_to_install(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    (tmp_path / "a.csv").write_bytes(b"x\n-1\n")
    for module in ("objects", "download", "upload"):
        monkeypatch.delitem(sys.modules, f"leakyrelu_cli.storage.{module}", raising=False)
    monkeypatch.setitem(sys.modules, "obstore", None)
    done = run("csv", *arguments)
    assert (done.code, done.out) == (1, b""), done
    assert done.err.startswith(b"leakyrelu: this needs obstore, of the extra 'cloud' ("), done
    assert done.err.endswith(b" -m pip install obstore\n"), done
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


SECRETIVE = """Generic S3 error: Error performing GET https://h/SECRET?X-Amz-Signature=SECRET in 3ms - {first}

Debug source:
Generic {{
    store: "S3",
    source: RetryError(
        RetryErrorImpl {{
            uri: Some(
                {uri},
            ),
            inner: {inner}
        }},
    ),
}}"""
UNREACHED = "Http(\n                HttpError {\n                    kind: Connect,"
SILENT = "Http(\n                HttpError {\n                    kind: Timeout,"


@pytest.mark.parametrize(
    ("uri", "inner", "words"),
    [
        ("https://h/SECRET", UNREACHED, "the server cannot be reached"),
        ("https://h/SECRET", SILENT, "the server does not answer"),
        ("https://h/kind: Timeout", "Status {\n                status: 500,", "the server refuses with status 500"),
        ("http://169.254.169.254/latest/SECRET", UNREACHED, refusals.NO_CREDENTIALS),
        ("https://h/SECRET", "SECRET", "the server refuses"),
    ],
)
def test_an_error_without_a_class_is_told_by_its_kind_and_nothing_of_its_text_is_shown(
    uri: str, inner: str, words: str
) -> None:
    text = SECRETIVE.format(first="SECRET", uri=uri, inner=inner)
    ours = refusals.ours(Exception(text), "s3://bucket/key")
    assert isinstance(ours, LeakyReluError)
    assert str(ours) == f"s3://bucket/key: {words}"
