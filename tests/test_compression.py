"""Compressed files: recognised, streamed, and never half read without a word."""

from __future__ import annotations

import bz2
import gzip
import lzma
import subprocess
import sys
import zlib
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from conftest import TYPED, Run, in_bounded_memory

from leakyrelu_cli.errors import InvalidInput
from leakyrelu_cli.storage import compression, source

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

Codec = Callable[[bytes], bytes]


def zst(data: bytes) -> bytes:
    """As the zstd command does, with a checksum."""
    return zstd.compress(data, options={zstd.CompressionParameter.checksum_flag: 1})


COMPRESS: dict[str, Codec] = {"gz": gzip.compress, "bz2": bz2.compress, "xz": lzma.compress, "zst": zst}
DECOMPRESS: dict[str, Codec] = {
    "gz": gzip.decompress,
    "bz2": bz2.decompress,
    "xz": lzma.decompress,
    "zst": zstd.decompress,
}
TEXT = b"x,y\n" + b"".join(b"-%d,%d\n" % (n, n * n) for n in range(1, 2000))
RESULT = b"x,y\n" + b"".join(b"-%s,%d\n" % (b"%.15g" % (n / 2), n * n) for n in range(1, 2000))
MEMBERS = (TEXT[:1000], TEXT[1000:])
kinds = pytest.mark.parametrize("kind", COMPRESS)


def members(kind: str) -> bytes:
    return b"".join(map(COMPRESS[kind], MEMBERS))


def read(path: Path) -> bytes:
    with source.File(str(path)) as file:
        return b"".join(iter(file.read, b""))


@kinds
def test_files_are_read_and_written_by_name(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / f"in.csv.{kind}").write_bytes(members(kind))
    convert = ("csv", f"in.csv.{kind}", "-c", "x", "-a", "0.5")
    assert run(*convert).ok() == RESULT
    run(*convert, "-o", "out.csv").ok()
    assert (tmp_path / "out.csv").read_bytes() == RESULT
    run(*convert, "-o", f"out.csv.{kind.upper()}").ok()
    assert DECOMPRESS[kind]((tmp_path / f"out.csv.{kind.upper()}").read_bytes()) == RESULT
    run(*convert, "--output-dir", "out").ok()
    assert DECOMPRESS[kind]((tmp_path / "out" / f"in.csv.{kind}").read_bytes()) == RESULT
    run(*convert, "--in-place").ok()
    assert DECOMPRESS[kind]((tmp_path / f"in.csv.{kind}").read_bytes()) == RESULT


@kinds
def test_standard_input_is_known_by_its_first_bytes(run: Run, kind: str) -> None:
    assert run("csv", "-c", "x", "-a", "0.5", stdin=members(kind)).ok() == RESULT
    assert run("-a", "0.5", stdin=COMPRESS[kind](b"-1\n")).ok() == b"-0.5\n"


def test_data_with_nothing_in_them_are_known_too(run: Run) -> None:
    for begin in (bz2.compress(b""), b"\x50\x2a\x4d\x18\x02\0\0\0ab" + zst(b"")):
        kind = bz2.compress if begin[:1] == b"B" else zst
        assert run(stdin=begin).ok() == b""
        assert run(stdin=begin + kind(b"-1\n")).ok() == b"-0.01\n"


def asking_for_a_gigabyte(xz: bytes) -> bytes:
    """The same with another size of dictionary in its block's header (The .xz File Format, 3.1 and 5.3.1)."""
    start, end = 12, 12 + 4 * (xz[12] + 1)
    assert xz[start + 1 : start + 4] == b"\x00\x21\x01"  # one filter, LZMA2, with one byte of properties
    header = xz[start : start + 4] + bytes([36]) + xz[start + 5 : end - 4]
    return xz[:start] + header + zlib.crc32(header).to_bytes(4, "little") + xz[end:]


def test_what_asks_for_too_much_memory_is_refused(run: Run) -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 9}]
    modest = lzma.compress(TEXT, filters=filters)
    assert run("csv", "-c", "x", "-a", "0.5", stdin=modest).ok() == RESULT
    done = run("csv", "-c", "x", stdin=asking_for_a_gigabyte(modest))
    assert (done.code, done.out) == (1, b"")
    assert done.err == b"leakyrelu: standard input: the xz data cannot be decompressed: Memory usage limit exceeded\n"


def test_only_whole_signatures_count(run: Run) -> None:
    for text in (b"BZh", b"BZh91AY&S,x\n1,-1\n", b"\x1f\x8b", b"\xfd7zXZ,x\n", b"("):
        assert run("csv", "-H", "-c", "1", "--invalid", "ignore", stdin=text).ok() == text
    assert run(stdin=b"").ok() == b""


@kinds
def test_a_delimiter_is_told_by_the_name_inside(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / f"data.tsv.{kind}").write_bytes(COMPRESS[kind](b"x\ty\n-1\t1,2\n"))
    assert run("csv", f"data.tsv.{kind}", "-c", "x").ok() == b"x\ty\n-0.01\t1,2\n"


@kinds
def test_cut_short_anywhere_is_an_error_that_names_the_file(tmp_path: Path, kind: str) -> None:
    whole, first = members(kind), len(COMPRESS[kind](MEMBERS[0]))
    path = tmp_path / f"cut.{kind}"
    for end in {0, 1, 5, *range(0, len(whole), 97), first - 1, first + 1, len(whole) - 1} - {first}:
        path.write_bytes(whole[:end])
        with pytest.raises(InvalidInput, match=rf"cut\.{kind}: the {kind} data cannot be decompressed"):
            read(path)


@kinds
def test_a_flipped_bit_is_never_read_over_in_silence(kind: str, tmp_path: Path) -> None:
    text = b"x\n-1\n-22\n"
    whole = bytearray(COMPRESS[kind](text[:5]) + COMPRESS[kind](text[5:]))
    path = tmp_path / f"flipped.{kind}"
    harmless = 0  # a time, a comment's mark: what says nothing of the data
    first = max(len(begin) for begin, its_kind in source.FIRST_BYTES.items() if its_kind == kind)
    for bit in range(8 * first, 8 * len(whole)):  # what begins otherwise is not compressed
        whole[bit // 8] ^= 1 << bit % 8
        path.unlink(missing_ok=True)
        path.write_bytes(whole)
        with suppress(InvalidInput):
            assert read(path) == text
            harmless += 1
        whole[bit // 8] ^= 1 << bit % 8
    assert harmless < 8 * len(whole) // 2


@kinds
def test_the_first_bytes_tell_what_is_compressed_whatever_the_name(tmp_path: Path, kind: str) -> None:
    (tmp_path / "plain.csv").write_bytes(members(kind))
    assert read(tmp_path / "plain.csv") == TEXT
    (tmp_path / f"plain.{kind}").write_bytes(TEXT)
    assert read(tmp_path / f"plain.{kind}") == TEXT


@pytest.mark.parametrize(("begin", "kind"), [(begin, kind) for begin, kind in source.UNSERVED.items()])
def test_what_cannot_be_decompressed_is_not_read_as_text(run: Run, tmp_path: Path, begin: bytes, kind: str) -> None:
    (tmp_path / "a.csv").write_bytes(begin + b"x\n-1\n")
    done = run("csv", "a.csv", "-H", "-c", "1", "--invalid", "ignore")
    assert (done.code, done.out) == (1, b"")
    sheet = ", or save a spreadsheet as CSV" if kind == "zip" else ""
    assert done.err == f"leakyrelu: a.csv: this is {kind} data; decompress it first{sheet}\n".encode()


@kinds
def test_in_place_a_file_stays_compressed_as_it_was_whatever_its_name(run: Run, tmp_path: Path, kind: str) -> None:
    (tmp_path / "a.csv").write_bytes(COMPRESS[kind](b"x\n-1\n"))
    (tmp_path / f"b.csv.{kind}").write_bytes(b"x\n-1\n")
    run("csv", "a.csv", f"b.csv.{kind}", "-c", "x", "-i").ok()
    assert (tmp_path / "a.csv").read_bytes() != b"x\n-0.01\n"
    assert read(tmp_path / "a.csv") == b"x\n-0.01\n"
    assert (tmp_path / f"b.csv.{kind}").read_bytes() == b"x\n-0.01\n"


@kinds
def test_what_stands_behind_the_last_member_is_an_error_and_zeros_are_padding(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"behind.{kind}"
    path.write_bytes(members(kind) + b"and more")
    with pytest.raises(InvalidInput, match="cannot be decompressed"):
        read(path)
    if kind != "zst":  # RFC 8878 knows no such padding
        path.write_bytes(COMPRESS[kind](MEMBERS[0]) + b"\0" * 8 + COMPRESS[kind](MEMBERS[1]) + b"\0" * 4)
        assert read(path) == TEXT


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_padding_of_xz_is_a_multiple_of_four_bytes(tmp_path: Path, count: int) -> None:
    path = tmp_path / "padded.xz"
    for more in (b"", COMPRESS["xz"](MEMBERS[1])):
        path.write_bytes(COMPRESS["xz"](MEMBERS[0]) + bytes(count) + more)
        with pytest.raises(InvalidInput, match="there are zeros behind their end"):
            read(path)


@kinds
def test_damage_leaves_the_target_and_says_so(run: Run, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"in.csv.{kind}"
    path.write_bytes(members(kind)[:-10])
    before = path.read_bytes()
    done = run("csv", path.name, "-c", "x", "-i")
    assert done.code == 1
    assert done.err.startswith(f"leakyrelu: in.csv.{kind}: the {kind} data cannot be decompressed: ".encode())
    assert [file.name for file in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


@kinds
def test_how_the_data_come_makes_no_difference_to_the_compressed_bytes(
    kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compressed(step: int) -> bytes:
        out: list[bytes] = []
        with compression.Writer(out.append, kind) as writer:
            for start in range(0, len(data), step):
                writer.write(data[start : start + step])
        return b"".join(out)

    monkeypatch.setattr(compression, "BLOCK", 1 << 15)
    data = TEXT * 5  # more than what the compressor is given at once
    assert len(data) > 3 * compression.BLOCK
    assert DECOMPRESS[kind](compressed(1 << 13)) == data
    assert compressed(1 << 13) == compressed(9_991) == compressed(len(data))


def test_a_written_zst_file_carries_its_checksum(tmp_path: Path) -> None:
    out: list[bytes] = []
    with compression.Writer(out.append, "zst") as writer:
        writer.write(TEXT)
    damaged = bytearray(b"".join(out))
    damaged[-1] ^= 1
    (tmp_path / "a.zst").write_bytes(damaged)
    with pytest.raises(InvalidInput, match="cannot be decompressed"):
        read(tmp_path / "a.zst")


@in_bounded_memory
@pytest.mark.parametrize(
    ("kind", "arguments"),
    [("gz", ""), ("gz", "csv -H -c 1 -o out"), ("bz2", "csv -c 1"), ("xz", "csv -c 1 -t"), ("zst", "csv -c 1")],
)
def test_a_bomb_meets_a_limit_in_bounded_memory(tmp_path: Path, kind: str, arguments: str) -> None:
    """Ten gigabytes of zeros, as one word."""
    (tmp_path / "bomb").write_bytes(COMPRESS[kind](b"0" * 10_000_000) * 1000)
    script = f"ulimit -v 600000; exec {TYPED} {arguments} < bomb"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    what = b"a record longer than 64 MiB; an unclosed quote?" if arguments else b"a word longer than 64 MiB"
    assert done.stderr == b"leakyrelu: standard input:1: " + what + b"\n"
    assert [file.name for file in tmp_path.iterdir()] == ["bomb"]


@in_bounded_memory
def test_many_compressed_files_take_no_more_memory_than_one(tmp_path: Path) -> None:
    for number in range(120):
        (tmp_path / f"{number}.csv.bz2").write_bytes(bz2.compress(TEXT))
    script = f"ulimit -v 400000; exec {TYPED} csv *.bz2 -c x -i -j 1"
    done = subprocess.run(["bash", "-c", script], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
