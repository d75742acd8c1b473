"""Plots: the geometry, the picture in the terminal, image files."""

from __future__ import annotations

import fcntl
import math
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from itertools import chain
from pathlib import Path

import pytest
from conftest import COMMAND, Run
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import operations

from leakyrelu_cli.cli import short_door
from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.errors import UsageError
from leakyrelu_cli.run.job import Draw
from leakyrelu_cli.show import curves, image_plot, terminal_plot
from leakyrelu_cli.show.curves import Axis, Plot, exact

FINITE = st.floats(allow_nan=False, allow_infinity=False)
ALPHAS = st.one_of(st.floats(0, 2), st.floats(0, allow_infinity=False), st.sampled_from([0.0, 1.0, 5e-324, 1e300]))
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def axis(low: float, high: float) -> Axis:
    return Axis("z", exact(low), exact(high))


@st.composite
def plots(draw: st.DrawFn) -> Plot:
    """Any plot that a command line can ask for."""
    operation = draw(operations)
    alphas = draw(st.lists(ALPHAS, min_size=1, max_size=10, unique=True))
    if operation == INVERSE:
        alphas = [alpha for alpha in alphas if alpha > 0] or [0.01]
    ends = draw(st.lists(FINITE, min_size=2, max_size=2, unique=True))
    numbers = tuple(draw(st.lists(st.floats(min(ends), max(ends)), max_size=4)))
    return Plot(operation, tuple(alphas), min(ends), max(ends), numbers)


@given(plots(), st.integers(10, 200), st.integers(1, 60))
def test_every_picture_fits_the_terminal(plot: Plot, columns: int, height: int) -> None:
    picture = curves.picture(plot)
    assert all(
        0 <= at <= 1 for curve in picture.curves for points in (*curve.pieces, curve.marks) for at in chain(*points)
    )
    plain = terminal_plot.lines(picture, os.terminal_size((columns, height)), colored=False)
    assert max(map(len, plain)) <= min(columns, terminal_plot.WIDEST)
    legend = len(plain) - plain.index("") - 1
    assert len(plain) <= max(height - 1, terminal_plot.LOWEST + 4 + legend)


@given(FINITE, FINITE, st.integers(2, 30))
def test_ticks_are_few_and_ascend_inside_the_range_at_the_place_of_their_label(a: float, b: float, most: int) -> None:
    if a == b:
        return
    low, high = min(a, b), max(a, b)
    ticks = axis(low, high).ticks(most)
    assert 1 <= len(ticks) <= most
    assert list(ticks.values()) == sorted(ticks.values())
    assert all(low <= float(label) <= high for label in ticks)
    assert all(at == axis(low, high).place(float(label)) for label, at in ticks.items())


@pytest.mark.parametrize(
    ("low", "high", "most", "labels"),
    [
        (-5, 5, 7, "-5 -2.5 0 2.5 5"),
        (-0.3, 0.3, 7, "-0.3 -0.2 -0.1 0 0.1 0.2 0.3"),
        (-0.05, 5, 6, "0 1 2 3 4 5"),
        (1e6, 2e6, 3, "1000000 1500000 2000000"),
        (-1e308, 1e308, 5, "-1e+308 -5e+307 0 5e+307 1e+308"),
        (5e-324, 1e-323, 9, "5e-324 1e-323"),
    ],
)
def test_ticks_are_round(low: float, high: float, most: int, labels: str) -> None:
    assert list(axis(low, high).ticks(most)) == labels.split()


def test_the_function_bends_at_the_origin() -> None:
    [curve] = curves.picture(Plot(FORWARD, (0.5,), -4, 6)).curves
    assert curve.pieces == [[(0, 0), (0.4, 0.25), (1, 1)]]


def test_the_gradient_jumps_at_the_origin() -> None:
    [curve] = curves.picture(Plot(GRADIENT, (0.25,), -1, 1)).curves
    assert curve.pieces == [[(0, 0.25), (0.5, 0.25)], [(0.5, 1), (1, 1)]]
    picture = curves.picture(Plot(GRADIENT, (0.25,), -5, 5))
    rows = terminal_plot.lines(picture, os.terminal_size((80, 24)), colored=False)[1:-4]
    drawn = [row for row in rows if row.partition("┤")[2].strip() or row.partition("│")[2].strip()]
    assert len(drawn) == 2


def test_a_mark_at_the_end_of_the_range_beside_the_jump_is_in_the_picture() -> None:
    [curve] = curves.picture(Plot(GRADIENT, (4.0,), 0, 1, (0,))).curves
    assert (curve.pieces, curve.marks) == ([[(0, 0.25), (1, 0.25)]], [(0, 1)])


@pytest.mark.parametrize(("operation", "alpha"), [(FORWARD, 1e300), (INVERSE, 1e-300)])
def test_a_curve_that_overflows_begins_where_it_comes_back(operation: str, alpha: float) -> None:
    [curve] = curves.picture(Plot(operation, (alpha,), -1e10, 1e10)).curves
    [[(x, y), *_]] = curve.pieces
    assert x == pytest.approx(0.5 - 0.5 * 1.7976931348623157e308 / 1e300 / 1e10)
    assert y == 0


def test_a_curve_that_is_beyond_all_floats_is_said_to_be() -> None:
    [curve] = curves.picture(Plot(FORWARD, (1e300,), -2e300, -1e300, (-1e300,))).curves
    assert curve == ("alpha = 1e+300 (too large to draw)", ["f(-1e+300) = -inf"], [], [])


def asked(*words: str) -> Draw:
    job = short_door.parse(["plot", *words])
    assert isinstance(job, Draw)
    return job


@pytest.mark.parametrize(
    ("words", "ends"),
    [("1 -2,3", (-5, 5)), ("-7 8,100", (-7, 100)), ("-4 --range -4:4", (-4, 4))],
)
def test_the_range_holds_the_numbers(words: str, ends: tuple[float, float]) -> None:
    job = asked(*words.split())
    assert (job.plot.low, job.plot.high) == ends


def test_a_number_outside_the_range_is_refused() -> None:
    with pytest.raises(UsageError, match="7 is not in the range '-4:4'"):
        asked("7", "--range", "-4:4")


@pytest.mark.parametrize("text", ["", ":", "1", "1:", ":1", "1:2:3", "a:b", "-inf:1", "0:nan", "1:1e999", "1_0:20"])
def test_a_range_is_two_finite_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="is not two finite numbers MIN:MAX"):
        asked(f"--range={text}")


@pytest.mark.parametrize("text", ["1:1", "2:1", "0:-0", "1:1.00000000000000001"])
def test_a_range_is_not_empty(text: str) -> None:
    with pytest.raises(UsageError, match="MIN must be less than MAX"):
        asked(f"--range={text}")


def test_each_alpha_is_one_curve_and_they_can_be_told_apart() -> None:
    assert asked("-a", "0.1", "-a", "0.10", "-a2").plot.alphas == (0.1, 2.0)
    with pytest.raises(UsageError, match="11 curves; 10 at most"):
        asked(*(f"--alpha={number}" for number in range(11)))
    plot = Plot(FORWARD, tuple(number / 10 for number in range(10)), -5, 5)
    *rows, _ = "\n".join(terminal_plot.lines(curves.picture(plot), os.terminal_size((60, 40)), colored=False)).split(
        "\n\n"
    )
    assert all(letter in rows[0] for letter in terminal_plot.LETTERS)


@pytest.mark.parametrize("end", ["-4:4", "=-4:4"])
def test_a_range_may_begin_with_a_negative_number(run: Run, end: str) -> None:
    option = [f"--range{end}"] if end.startswith("=") else ["--range", end]
    out = run("plot", "-3", "0.5", "-a", "0.1", "--alpha=0.3", *option, "--gradient").ok().decode()
    assert out.endswith(
        "\n\na  alpha = 0.1  ● f'(-3) = 0.1  ● f'(0.5) = 1\nb  alpha = 0.3  ● f'(-3) = 0.3  ● f'(0.5) = 1\n"
    )
    assert out.count("●") == 8 - 1  # on the right, one mark covers the other


def on_terminal(arguments: list[str], columns: int, **variables: str) -> str:
    """What the command shows in a terminal of so many columns."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    kept = {name: value for name, value in os.environ.items() if name not in {"NO_COLOR", "COLUMNS", "LINES"}}
    environment = {**kept, "TERM": "xterm", **variables}
    shown = b""
    with subprocess.Popen([*COMMAND, *arguments], stdin=theirs, stdout=theirs, stderr=theirs, env=environment) as child:
        os.close(theirs)
        try:
            while data := os.read(ours, 1 << 16):
                shown += data
        except OSError:  # how Linux says that the terminal's other side has closed
            pass
    os.close(ours)
    assert child.returncode == 0, shown
    return shown.decode()


@pytest.mark.parametrize("columns", [20, 40, 80])
def test_a_terminal_gets_colour_and_its_width_is_used(columns: int) -> None:
    shown = on_terminal(["plot", "-a", "0.1", "-a", "0.5", "-3"], columns)
    widths = [len(ESCAPES.sub("", line)) for line in shown.split("\r\n")]
    assert ESCAPES.search(shown)
    assert columns - 2 <= max(widths) <= columns
    assert len(widths) <= 24


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour_gets_none(variables: dict[str, str]) -> None:
    assert "\x1b" not in on_terminal(["plot"], 80, **variables)


@pytest.mark.parametrize("encoding", ["ascii", "utf-16"])
def test_the_picture_is_utf_8_whatever_python_thinks(encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "LC_ALL": "C"}
    done = subprocess.run([*COMMAND, "plot", "--inverse"], env=environment, capture_output=True, check=True)
    assert "f⁻¹(y)" in done.stdout.decode()


SIGNATURES = {"png": b"\x89PNG\r\n", "svg": b"<?xml", "pdf": b"%PDF-"}


@pytest.mark.parametrize("kind", SIGNATURES)
def test_an_image_is_the_same_each_time(run: Run, tmp_path: Path, kind: str) -> None:
    arguments = ("plot", "-3", "--alpha", "0.1", "--alpha", "0.5", "--output")
    for name in (f"a.{kind}", f"b.{kind.upper()}"):
        assert run(*arguments, name).ok() == b""
    one, other = (tmp_path / name for name in (f"a.{kind}", f"b.{kind.upper()}"))
    assert one.read_bytes().startswith(SIGNATURES[kind])
    assert one.read_bytes() == other.read_bytes()
    assert b"Date" not in one.read_bytes()


def test_an_image_has_axes_ticks_and_a_legend(run: Run, tmp_path: Path) -> None:
    run("plot", "-2", "-a", "0.1", "-a", "0.5", "--inverse", "-o", "a.svg").ok()
    texts = re.findall(r"<text[^>]*>([^<]*)</text>", (tmp_path / "a.svg").read_text(encoding="utf-8"))
    assert {"y", "f⁻¹(y)", "-5", "alpha = 0.1", "f⁻¹(-2) = -20", "alpha = 0.5", "f⁻¹(-2) = -4"} <= set(texts)
    assert texts.count("alpha = 0.1") == 1


def test_many_numbers_are_marked_and_not_listed_in_an_image(run: Run, tmp_path: Path) -> None:
    for count, listed in ((9, True), (10, False), (3000, False)):
        run("plot", *map(str, range(count)), "-a", "0.1", "-a", "0.5", "-o", "a.svg").ok()
        assert ("f(1) = 1" in (tmp_path / "a.svg").read_text(encoding="utf-8")) == listed


@settings(max_examples=10)  # each takes a quarter of a second
@given(plots())
def test_every_plot_can_be_an_image(asked: Plot) -> None:
    assert image_plot.render(curves.picture(asked), "svg").startswith(SIGNATURES["svg"])


def test_an_image_does_not_depend_on_the_users_settings(run: Run, tmp_path: Path) -> None:
    run("plot", "-o", "a.svg").ok()
    (tmp_path / "matplotlibrc").write_text("axes.facecolor: red\n")
    run("plot", "-o", "b.svg").ok()
    subprocess.run([*COMMAND, "plot", "-o", "c.svg"], cwd=tmp_path, check=True)
    assert len({(tmp_path / name).read_bytes() for name in ("a.svg", "b.svg", "c.svg")}) == 1


def test_matplotlib_keeps_its_troubles_with_folders_to_itself(tmp_path: Path) -> None:
    environment = {**os.environ, "HOME": "/nonexistent", "MPLCONFIGDIR": "/nonexistent"}
    done = subprocess.run(
        [*COMMAND, "plot", "-o", "a.png"], cwd=tmp_path, env=environment, capture_output=True, check=True
    )
    assert (done.stdout, done.stderr) == (b"", b"")


def test_without_matplotlib_the_terminal_serves_and_an_image_says_what_to_install(tmp_path: Path) -> None:
    script = "import sys; sys.modules['matplotlib'] = None; from leakyrelu_cli.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-P", "-c", script, "plot"]
    assert subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.endswith(b"alpha = 0.01\n")
    done = subprocess.run([*command, "-o", "a.png"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (1, b"", [])
    assert done.stderr.startswith(b"leakyrelu: this needs matplotlib (")
    assert done.stderr.endswith(b"install it with: pip install matplotlib, or 'leakyrelu-cli[plot]'\n")


def test_values_are_those_that_evaluating_gives(run: Run) -> None:
    for option in ((), ("--gradient",), ("--inverse",)):
        value = run("-0.07", *option).ok().decode().strip()
        assert run("plot", "-0.07", *option).ok().decode().endswith(f"(-0.07) = {value}\n")


def test_the_largest_float_is_the_largest() -> None:
    assert sys.float_info.max == curves.LARGEST == math.nextafter(math.inf, 0)


def test_settings_that_matplotlib_cannot_read_are_an_error_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe\0")
    done = subprocess.run([*COMMAND, "plot", "-o", "a.png"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"leakyrelu: matplotlib cannot be loaded: ")
