"""Arbitrary bytes and options: no traceback, no hang, a documented exit code, and what comes out is right.

What should come out is computed by the oracle, from the options as they were drawn. A long run:
``pytest tests/test_robustness.py --hypothesis-profile=long``.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import oracle
from conftest import Completed, run_forked
from hypothesis import event, given, settings
from hypothesis import strategies as st
from strategies import csv_files, streams

from leakyrelu_cli.run import columns
from leakyrelu_cli.storage import source

NAMES = ["data.csv", "data.tsv", "data", "d.csv.gz", "d.csv.bz2", "d.xz", "d.csv.zst", "\x1b[1m\n.csv"]
COLUMNS = ["1", "2", "1-2", "1,2", "-", "9", "x", "", '"', "\udcff", "3-", "a,b", "*", "[", "x*,1"]
DELIMITERS = [",", ";", "tab", " ", "|", "ab", "1", "\udcff", '"']
FORMATS = ["%.3f", "%g", "+.2e", "%010.1f", "%d", "%s", "%", "%5.1f", "%-9g", "%#.0f"]
ALPHAS = ["0.01", "0", "1", "-1", "1e308", "5e-324", "nan", "x", "0.30"]

plain = st.binary(max_size=300) | csv_files() | streams
compressed = st.one_of(st.builds(gzip.compress, plain), st.builds(bz2.compress, plain), st.builds(lzma.compress, plain))
data = st.one_of(
    plain,
    compressed,
    st.builds(lambda whole, end: whole[:end], compressed, st.integers(0, 60)),
    st.builds(lambda whole, more: whole + more, compressed, st.binary(max_size=9)),
)
DECOMPRESS: dict[str | None, Callable[[bytes], bytes]] = {
    None: bytes, "gz": gzip.decompress, "bz2": bz2.decompress, "xz": lzma.decompress
}  # fmt: skip


class Asked(NamedTuple):
    """The options of a command line; what is None or False is not there."""

    alpha: str | None = None
    gradient: bool = False
    inverse: bool = False
    decimal: bool = False
    format: str | None = None
    jobs: str | None = None
    invalid: str | None = None
    table: bool = False
    na: tuple[str, ...] = ()
    column: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    skip_lines: str | None = None
    comment: str | None = None
    header: bool = False
    decimal_comma: bool = False
    thousands: str | None = None
    delimiter: str | None = None
    no_header: bool = False
    suffix: str | None = None
    listing: bool = False
    output: str | None = None
    output_dir: str | None = None
    in_place: bool = False
    backup: str | None = None
    progress: bool = False
    dry_run: bool = False
    summary: bool = False
    quiet: bool = False

    def words(self) -> list[str]:
        words = []
        for name, value in self._asdict().items():
            option = "--list" if name == "listing" else "--" + name.replace("_", "-")
            values = value if isinstance(value, tuple) else () if value in (None, False) else (value,)
            words += [option if value is True else f"{option}={value}" for value in values]
        return words

    @property
    def mode(self) -> str:
        return self.invalid or "abort"

    @property
    def shows(self) -> bool:
        return self.listing or self.table

    @property
    def separator(self) -> bytes | None:
        return None if self.delimiter is None else b"\t" if self.delimiter == "tab" else os.fsencode(self.delimiter)

    @property
    def comment_byte(self) -> bytes | None:
        return None if self.comment is None else self.comment.encode()

    def is_missing(self, word: bytes) -> bool:
        return word.decode("utf-8", "surrogateescape") in ",".join(self.na).split(",")

    def new(self, word: bytes) -> bytes:
        """What the command makes of a word."""
        if self.is_missing(word):
            return word
        operation = "gradient" if self.gradient else "inverse" if self.inverse else "forward"
        alpha = self.alpha or "0.01"
        if self.decimal:
            return oracle.exactly(word, alpha, operation)
        conversion = self.format and "%" + self.format.removeprefix("%")
        return oracle.rewrite(word, float(alpha), operation, conversion)

    def is_predicted(self) -> bool:
        """The oracle cannot write exact decimals by a conversion, and knows the standard notation only."""
        return not (self.decimal and self.format) and not self.decimal_comma and self.thousands is None


def one_of(values: list[str]) -> st.SearchStrategy[str | None]:
    return st.none() | st.sampled_from(values)


COMPUTE: dict[str, st.SearchStrategy[Any]] = {
    "alpha": one_of(ALPHAS),
    "gradient": st.booleans(),
    "inverse": st.booleans(),
    "decimal": st.booleans(),
    "format": one_of(FORMATS),
    "na": st.lists(st.sampled_from(["NA", "-1", "-1,-2", "1e5,-", ""]), max_size=2).map(tuple),
    "jobs": one_of(["1", "3", "0"]),
    "invalid": one_of(["abort", "fail", "warn", "ignore", "x"]),
}
READ: dict[str, st.SearchStrategy[Any]] = {
    "column": st.lists(st.sampled_from(COLUMNS), max_size=2).map(tuple),
    "delimiter": one_of(DELIMITERS),
    "exclude": st.lists(st.sampled_from(COLUMNS), max_size=1).map(tuple),
    "skip_lines": one_of(["0", "1", "2", "x"]),
    "comment": one_of(["#", "a", "-", '"']),
    "header": st.booleans(),
    "decimal_comma": st.booleans(),
    "thousands": one_of([".", ",", " ", "1"]),
    "no_header": st.booleans(),
    "suffix": one_of(["_r", ",", '"', ""]),
    "listing": st.booleans(),
}
WRITE: dict[str, st.SearchStrategy[Any]] = {
    "output": one_of(NAMES),
    "output_dir": one_of(["out", "", "data.csv"]),
    "in_place": st.booleans(),
    "backup": one_of(["~", "", "/"]),
    "progress": st.booleans(),
    "dry_run": st.booleans(),
    "summary": st.booleans(),
    "quiet": st.booleans(),
}


def asked_for(options: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Asked]:
    """Command lines with these options and no others."""
    return st.fixed_dictionaries(options).map(lambda values: Asked(**values))


def ran(words: list[str], stdin: bytes, folder: Path) -> Completed:
    """What the command did; how it may end is checked."""
    done = run_forked(tuple(words), stdin, folder)
    event(f"exit {done.code}")
    assert done.code in {0, 1, 2}, done
    assert b"Traceback" not in done.err, done
    assert b"\x1b" not in done.err, done
    assert done.code == 0 or done.err, done
    assert done.code < 2 or not done.out, done
    return done


def decompressed(contents: bytes, kind: str | None) -> bytes | None:
    """The text; None if it is damaged, or Python cannot tell."""
    whole = contents.rstrip(b"\0")
    if kind == "xz" and (len(contents) - len(whole)) % 4 == 0:  # padding, which Python does not take
        contents = whole
    try:
        return DECOMPRESS[kind](contents)
    except Exception:  # noqa: BLE001 -- each library has errors of its own
        return None


def first_bytes(contents: bytes) -> str | None:
    return next((kind for begin, kind in source.FIRST_BYTES.items() if contents.startswith(begin)), None)


FEW = settings(max_examples=settings.default.max_examples // 3 if settings.default else 33)
"""Each example is a process: enough for all day, and thousands in the long run."""


@FEW
@given(asked_for({**COMPUTE, "table": st.booleans()}), data)
def test_any_stream_is_converted_or_refused(asked: Asked, stdin: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = ran(asked.words(), stdin, Path(folder))
        assert not list(Path(folder).iterdir())
    kind = first_bytes(stdin)
    text = decompressed(stdin, kind)
    if done.code == 2 or asked.table or text is None:
        assert done.code or text is not None, done
        return
    if asked.is_predicted():
        expected = oracle.stream_by(text, asked.new)
        assert done.out == expected if done.code == 0 else expected.startswith(done.out), done
    if kind is None:  # else it may have been damaged behind the text
        good = all(asked.is_missing(word) or oracle.is_number(word) for word in oracle.words(text))
        assert done.code == (0 if good or asked.mode in {"warn", "ignore"} else 1), done
        assert asked.mode == "abort" or done.out.count(b"\n") == text.count(b"\n"), done


@FEW
@given(asked_for({**COMPUTE, **READ}), data)
def test_any_csv_on_standard_input_is_converted_or_refused(asked: Asked, stdin: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        done = ran(["csv", *asked.words()], stdin, Path(folder))
        assert not list(Path(folder).iterdir())
    kind = first_bytes(stdin)
    text = decompressed(stdin, kind)
    if done.code == 0:
        assert text is not None, done
        check_csv(asked, text, done.out, asked.separator or b",")
    elif done.code == 1 and kind is None and not asked.suffix and asked.is_predicted() and not asked.dry_run:
        assert converted(asked, stdin, asked.separator or b",").startswith(done.out), done


@FEW
@given(asked_for({**COMPUTE, **READ, **WRITE}), st.sampled_from(NAMES), data)
def test_any_csv_file_is_converted_or_refused(asked: Asked, name: str, contents: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / name).write_bytes(contents)
        done = ran(["csv", name, *asked.words()], b"", Path(folder))
        files = {str(file.relative_to(folder)): file.read_bytes() for file in Path(folder).rglob("*") if file.is_file()}
    old = files.pop(name)
    if asked.in_place and asked.backup and not asked.shows and name + asked.backup in files:
        assert files.pop(name + asked.backup) == contents, done
    target = name if asked.in_place else asked.output if asked.output_dir is None else f"{asked.output_dir}/{name}"
    new = old if target == name else files.pop(target or "", None)
    if done.code or asked.dry_run:  # then nothing is replaced
        assert (old, new) == (contents, contents if target == name else None), done
    assert not files, done
    if target != name or asked.shows or done.code == 2:
        assert old == contents, done
    if done.code == 2 or asked.shows:
        assert new == (contents if target == name else None), done
    kind = first_bytes(contents)
    text = decompressed(contents, kind) if kind != "zst" else None
    if done.code == 0 and text is not None and not asked.dry_run:
        if new is None or asked.shows:
            result: bytes | None = done.out
        else:
            assert done.out == b"", done
            assert target is not None
            packed = kind if asked.in_place else source.compression_of(target)
            result = None if packed == "zst" else decompressed(new, packed)
            assert result is not None or packed == "zst", done
        if result is not None:
            check_csv(asked, text, result, asked.separator or (b"\t" if ".tsv" in name else b","))


def check_csv(asked: Asked, text: bytes, result: bytes, delimiter: bytes) -> None:
    """What came out of a run that was all right."""
    if asked.listing:
        _, header, body = parts(asked, text, delimiter)
        names = header_of(header + body, delimiter)
        assert [int(line.split(b":")[0]) for line in result.splitlines()] == list(range(1, len(names) + 1))
    elif asked.suffix and not asked.table:
        check_appended(asked, text, result, delimiter)
    elif asked.is_predicted() and not asked.table:
        assert result == converted(asked, text, delimiter)


def converted(asked: Asked, text: bytes, delimiter: bytes) -> bytes:
    """The file with the cells of the chosen columns rewritten, what is no number left as it is."""
    before, header, body = parts(asked, text, delimiter)
    positions = chosen(asked, header + body, delimiter)
    return before + header + oracle.csv_by(body, positions, delimiter, asked.new, asked.comment_byte)


def check_appended(asked: Asked, text: bytes, result: bytes, delimiter: bytes) -> None:
    """Everything is there as it was, and behind it in each whole record the new values."""
    above, header, body = parts(asked, text, delimiter)
    assert result.startswith(above)
    positions = sorted(chosen(asked, header + body, delimiter))
    width = len(header_of(header + body, delimiter))
    before = oracle.parse(header + body, delimiter, asked.comment_byte)
    after = oracle.parse(result[len(above) :], delimiter, asked.comment_byte)
    for number, ((old, ending), (new, new_ending)) in enumerate(zip(before, after, strict=True)):
        assert (new[: len(old)], new_ending) == (old, ending)
        values = [oracle.value(field) for field in new[len(old) :]]
        if old in ([b""], []):
            assert not values
        elif number == 0 and header:
            assert values == [oracle.value(old[n]) + (asked.suffix or "").encode() for n in positions]
        elif len(old) == width and values:  # none in a last record that ends inside quotes
            if asked.is_predicted():
                assert values == [oracle.value(oracle.cell(old[n], asked.new)) for n in positions]
            assert len(values) == len(positions)
        else:
            assert not values


def header_of(text: bytes, delimiter: bytes) -> list[bytes]:
    records = oracle.parse(text, delimiter)
    return [oracle.value(field) for field in records[0][0]] if records else []


def parts(asked: Asked, text: bytes, delimiter: bytes) -> tuple[bytes, bytes, bytes]:
    """What stands above (a byte order mark, skipped lines, comments), the header and the data."""
    body = text.removeprefix(b"\xef\xbb\xbf")
    for _ in range(int(asked.skip_lines or 0)):
        body = body.partition(b"\n")[2]
    while asked.comment and body.startswith(asked.comment.encode()):
        body = body.partition(b"\n")[2]
    records = oracle.parse(body, delimiter)
    size = 0 if asked.no_header or not records else len(delimiter.join(records[0][0]) + records[0][1])
    return text[: len(text) - len(body)], body[:size], body[size:]


def chosen(asked: Asked, text: bytes, delimiter: bytes) -> set[int]:
    """Where the columns are; what the texts mean is the subject of test_columns."""
    names = header_of(text, delimiter)
    if not names:
        return set()
    taken, excluded = (
        set(columns.select(tuple(map(os.fsencode, texts)), names, named=not asked.no_header, delimiter=delimiter))
        for texts in (asked.column, asked.exclude)
    )
    return (taken if asked.column else set(range(len(names)))) - excluded


@FEW
@given(plain, st.sampled_from([[], ["csv", "-c", "1"], ["csv", "-H", "-c", "1-"], ["csv", "-c1", "-d;"]]))
def test_alpha_1_and_ignore_give_back_any_bytes(stdin: bytes, arguments: list[str]) -> None:
    if first_bytes(stdin) is not None:
        return
    with tempfile.TemporaryDirectory() as folder:
        done = run_forked((*arguments, "--invalid=ignore", "--alpha=1"), stdin, Path(folder))
    # Wide encodings and a header that never ends are refused; nothing else is.
    assert done.out == stdin if done.code == 0 else done.err and not done.out, done
    if not arguments:
        assert done.code == 0, done
