"""Plots: the geometry, the picture in the terminal, image files."""

from __future__ import annotations

import io
import math
import os
import re
import shlex
import subprocess
import sys
from itertools import chain, pairwise
from pathlib import Path
from typing import Any

import pytest
import terminals
from conftest import COMMAND, Run
from hypothesis import example, given, settings
from hypothesis import strategies as st
from matplotlib.colors import to_rgb
from matplotlib.image import imread
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
@example(
    Plot(FORWARD, (0.5, 1.157005e299), -4.4823050000000003e129, 0.0, (-1554095000.0, -4.4823050000000003e129)), 10, 42
)
def test_every_picture_fits_its_size_unless_there_is_too_much_to_say(plot: Plot, columns: int, height: int) -> None:
    picture = curves.picture(plot)
    marks = [mark.place for curve in picture.curves for mark in curve.marks if mark.place]
    polylines = chain.from_iterable(curve.pieces for curve in picture.curves)
    assert all(0 <= at <= 1 for points in (*polylines, marks) for at in chain(*points))
    plain = terminal_plot.lines(picture, (columns, height), colored=False)
    assert max(map(len, plain)) <= columns
    drawn = sum(line.lstrip("-0123456789.e+ ").startswith(("│", "┤")) for line in plain)
    assert len(plain) <= height or drawn == terminal_plot.LOWEST


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
    rows = terminal_plot.lines(picture, (80, 24), colored=False)[2:-2]
    drawn = [row for row in rows if row.partition("┤")[2].strip() or row.partition("│")[2].strip()]
    assert len(drawn) == 2


def test_a_mark_at_the_end_of_the_range_beside_the_jump_is_in_the_picture() -> None:
    [curve] = curves.picture(Plot(GRADIENT, (4.0,), 0, 1, (0,))).curves
    assert curve == ("", [[(0, 0.25), (1, 0.25)]], [("f'(0) = 4", (0, 1))])


@pytest.mark.parametrize(("operation", "alpha"), [(FORWARD, 1e300), (INVERSE, 1e-300)])
def test_a_curve_that_overflows_begins_where_it_comes_back(operation: str, alpha: float) -> None:
    [curve] = curves.picture(Plot(operation, (alpha,), -1e10, 1e10)).curves
    [[(x, y), *_]] = curve.pieces
    assert x == pytest.approx(0.5 - 0.5 * 1.7976931348623157e308 / 1e300 / 1e10)
    assert y == 0


def test_a_curve_that_is_beyond_all_floats_is_said_to_be() -> None:
    alone = curves.picture(Plot(FORWARD, (1e300,), -2e300, -1e300, (-1e300,)))
    assert alone.title == "Leaky ReLU, alpha = 1e+300 (too large to draw)"
    curve, _ = curves.picture(Plot(FORWARD, (1e300, 1), -2e300, -1e300, (-1e300,))).curves
    assert curve == ("alpha = 1e+300 (too large to draw)", [], [("f(-1e+300) = -inf", None)])


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
    drawn, _ = "\n".join(terminal_plot.lines(curves.picture(plot), (60, 40), colored=False)).split("\n\n")
    assert all(letter in drawn.partition("f(z)")[2] for letter in terminal_plot.LETTERS)


@pytest.mark.parametrize(
    ("operation", "title"),
    [(FORWARD, "Leaky ReLU"), (GRADIENT, "Gradient of leaky ReLU"), (INVERSE, "Inverse of leaky ReLU")],
)
def test_the_title_says_what_is_drawn_and_the_slope_if_there_is_one_alone(operation: str, title: str) -> None:
    assert curves.picture(Plot(operation, (0.1, 0.5), -5, 5)).title == title
    assert curves.picture(Plot(operation, (0.1,), -5, 5)).title == f"{title}, alpha = 0.1"


def equations(alpha: float, *numbers: float) -> list[str]:
    [curve] = curves.picture(Plot(FORWARD, (alpha,), min(numbers), max(numbers) + 1, numbers)).curves
    return [mark.equation for mark in curve.marks]


def test_numbers_on_the_curve_are_short() -> None:
    assert equations(0.1, -3, -0.07, 2 / 3) == ["f(-3) = -0.3", "f(-0.07) = -0.007", "f(0.666667) = 0.666667"]
    assert equations(0.01, 1234567, -1e300, 1e15) == [
        *("f(1234567) = 1234567", "f(-1e+300) = -1e+298", "f(1e+15) = 1e+15"),
    ]
    assert equations(0.0, -1, 0) == ["f(-1) = -0", "f(0) = 0"]


def test_numbers_that_would_look_the_same_are_written_in_full() -> None:
    assert equations(0.1, 1.0000001, 1.0000002) == ["f(1.0000001) = 1.0000001", "f(1.0000002) = 1.0000002"]
    pair = curves.picture(Plot(FORWARD, (0.1, 0.1000000001), -5, 5)).curves
    assert [curve.label for curve in pair] == ["alpha = 0.1", "alpha = 0.1000000001"]


def test_marks_in_one_place_are_another_sign_there_and_in_the_legend() -> None:
    plain = terminal_plot.lines(curves.picture(Plot(FORWARD, (0.1, 0.5), -5, 5, (-3, 2))), (80, 24), colored=False)
    *drawn, first, second = plain
    assert ("".join(drawn).count("●"), "".join(drawn).count("◎")) == (2, 1)
    assert (first, second) == (
        "a  alpha = 0.1  ● f(-3) = -0.3  ◎ f(2) = 2",
        "b  alpha = 0.5  ● f(-3) = -1.5  ◎ f(2) = 2",
    )


def test_more_numbers_than_there_is_room_for_are_counted_in_the_terminal() -> None:
    plain = terminal_plot.lines(curves.picture(Plot(FORWARD, (0.1,), 0, 99, tuple(range(99)))), (80, 24), colored=False)
    assert plain[-1] == "● 99 numbers"
    assert len(plain) == 24


def test_the_legend_of_many_curves_stands_in_columns() -> None:
    plot = Plot(FORWARD, tuple(number / 10 for number in range(10)), -5, 5)
    *_, first, second, third = terminal_plot.lines(curves.picture(plot), (80, 24), colored=False)
    assert first == "a  alpha = 0      d  alpha = 0.3    g  alpha = 0.6    j  alpha = 0.9"
    assert [line.count("alpha") for line in (first, second, third)] == [4, 3, 3]


def contrast(color: int, background: float) -> float:
    """How well one of the 256 colours of terminals can be read, as the guidelines for the web have it."""
    level = color - 16
    red, green, blue = (
        (8 + 10 * (color - 232),) * 3
        if color >= 232
        else tuple((0, 95, 135, 175, 215, 255)[level // power % 6] for power in (36, 6, 1))
    )

    def linear(part: int) -> float:
        return float(((part / 255 + 0.055) / 1.055) ** 2.4) if part > 10 else part / 255 / 12.92

    luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    darker, lighter = sorted((luminance, background))
    return (lighter + 0.05) / (darker + 0.05)


def test_the_colours_can_be_read_on_light_and_on_dark_terminals() -> None:
    assert len(set(terminal_plot.COLORS)) == len(terminal_plot.LETTERS)
    for color in (*terminal_plot.COLORS, terminal_plot.NEUTRAL):
        assert contrast(color, 0.0) > 3.5
        assert contrast(color, 1.0) > 3.5


@pytest.mark.parametrize("end", ["-4:4", "=-4:4"])
def test_a_range_may_begin_with_a_negative_number(run: Run, end: str) -> None:
    option = [f"--range{end}"] if end.startswith("=") else ["--range", end]
    out = run("plot", "-3", "0.5", "-a", "0.1", "--alpha=0.3", *option, "--gradient").ok().decode()
    assert out.endswith(
        "\n\na  alpha = 0.1  ● f'(-3) = 0.1  ◎ f'(0.5) = 1\nb  alpha = 0.3  ● f'(-3) = 0.3  ◎ f'(0.5) = 1\n"
    )


@pytest.mark.parametrize("columns", [20, 40, 80, 120])
def test_a_terminal_gets_colour_and_its_width_is_used(tmp_path: Path, columns: int) -> None:
    shown = terminals.shown(["plot", "-a", "0.1", "-a", "0.5", "-3"], tmp_path, columns=columns)
    widths = [len(ESCAPES.sub("", line)) for line in shown.split("\n")]
    assert ESCAPES.search(shown)
    assert columns - 2 <= max(widths) <= columns
    assert len(widths) <= 24


@pytest.mark.parametrize("size", ["100x20", "40x40", "20X12"])
def test_a_size_counts_more_than_the_terminal(run: Run, tmp_path: Path, size: str) -> None:
    for shown in (
        terminals.shown(["plot", "--size", size], tmp_path, {"NO_COLOR": "1"}),
        run("plot", "--size", size).ok().decode(),
    ):
        columns, rows = map(int, size.lower().split("x"))
        assert len(shown.splitlines()) == rows
        assert columns - 2 <= max(map(len, shown.splitlines())) <= columns


@pytest.mark.parametrize(
    "text",
    ["", "x", "80", "80x", "x24", "80x24x1", "80 x 24", "-80x24", "\u0668\u0660x\u0662\u0664", "1e2x24", "80\u00d724"],
)
def test_a_size_is_two_numbers(text: str) -> None:
    with pytest.raises(UsageError, match="is not COLUMNSxROWS, from 20x10 to 500x200"):
        asked(f"--size={text}")


@pytest.mark.parametrize(
    ("output", "sizes"),
    [((), "19x10 20x9 501x200 500x201"), (("-o", "a.png"), "399x300 400x299 4001x4000 4000x4001 99999x400")],
)
def test_a_size_has_bounds(output: tuple[str, ...], sizes: str) -> None:
    for size in sizes.split():
        with pytest.raises(UsageError, match=f"--size: '{size}' is not .*, from [0-9]+x[0-9]+ to [0-9]+x[0-9]+$"):
            asked("--size", size, *output)


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_without_colour_gets_none(tmp_path: Path, variables: dict[str, str]) -> None:
    assert "\x1b" not in terminals.shown(["plot"], tmp_path, variables)


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
    for count, listed in ((9, True), (20, False), (3000, False)):
        run("plot", *map(str, range(count)), "-a", "0.1", "-a", "0.5", "-o", "a.svg").ok()
        assert ("f(1) = 1" in (tmp_path / "a.svg").read_text(encoding="utf-8")) == listed
    run("plot", *map(str, range(50)), "-o", "a.svg").ok()
    assert ">50 numbers<" in (tmp_path / "a.svg").read_text(encoding="utf-8")


IMAGE_SIZES = st.tuples(st.integers(400, 1600), st.integers(300, 1200))


@settings(max_examples=10)  # each takes a quarter of a second
@given(plots(), IMAGE_SIZES)
def test_every_plot_can_be_an_image_of_any_size(asked: Plot, size: tuple[int, int]) -> None:
    svg = image_plot.render(curves.picture(asked), "svg", size)
    width, height = (float(length) * 96 / 72 for length in re.findall(rb'(?:width|height)="([\d.]+)pt"', svg)[:2])
    assert (round(width), round(height)) == size


def pixels(image: bytes) -> Any:
    return imread(io.BytesIO(image))[:, :, :3]


@pytest.mark.parametrize("size", [(1280, 800), (400, 300), (4000, 301), (641, 1033)])
def test_an_image_has_so_many_pixels(size: tuple[int, int]) -> None:
    height, width, _ = pixels(image_plot.render(curves.picture(Plot(FORWARD, (0.1,), -5, 5)), "png", size)).shape
    assert (width, height) == size


def test_an_image_has_1280_to_800_pixels_unless_told(run: Run, tmp_path: Path) -> None:
    run("plot", "-o", "a.png").ok()
    run("plot", "-o", "b.png", "--size", "1280x800").ok()
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize("alphas", [(0.1, 0.5), (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)])
def test_of_marks_in_one_place_each_is_seen_in_an_image(alphas: tuple[float, ...]) -> None:
    bare, marked = (
        pixels(image_plot.render(curves.picture(Plot(FORWARD, alphas, -5, 5, numbers)), "png"))
        for numbers in ((), (2,))
    )
    changed = abs(bare - marked).max(axis=2) > 0.05
    changed[:, :640] = False  # where the legend is
    for index in range(len(alphas)):
        is_its = abs(marked - to_rgb(f"C{index}")).max(axis=2) < 0.1
        assert (is_its & changed).sum() > 20, index


@pytest.mark.parametrize("operation", [FORWARD, GRADIENT, INVERSE])
@pytest.mark.parametrize("size", [(1280, 800), (400, 300), (500, 1000)])
@pytest.mark.parametrize("alphas", [(0.1,), (0.1, 0.5), (0.1, 4), (3, 9), (1, 2, 3, 4, 5, 6, 7, 8, 9, 0.1)])
def test_the_legend_of_an_image_hides_no_curve(
    operation: str, alphas: tuple[float, ...], size: tuple[int, int]
) -> None:
    plot = Plot(operation, alphas, -5, 5, (-3, 2, 4.5))
    svg = image_plot.render(curves.picture(plot), "svg", size).decode()
    number = r"(-?[\d.]+)"
    corners = re.findall(f"{number} {number}", svg.partition('id="legend_1"')[2].partition(' d="')[2].partition('"')[0])
    (left, right), (top, bottom) = (
        (min(ends), max(ends)) for ends in zip(*((float(x), float(y)) for x, y in corners), strict=True)
    )
    drawn = re.findall(r'<path d="([^"]*)" clip-path="[^"]*" style="[^"]*stroke: #(?!b0b0b0)', svg)
    assert len(drawn) >= len(alphas)
    for path in drawn:
        points = [(float(x), float(y)) for x, y in re.findall(f"[ML] {number} {number}", path)]
        for (x0, y0), (x1, y1) in pairwise(points):
            steps = [step / 200 for step in range(201)]
            places = [(x0 + (x1 - x0) * step, y0 + (y1 - y0) * step) for step in steps]
            assert not [(x, y) for x, y in places if left < x < right and top < y < bottom]


def test_the_curves_of_an_image_have_all_its_width() -> None:
    image = pixels(image_plot.render(curves.picture(Plot(FORWARD, (0.1, 0.5), -5, 5, (-3, 2))), "png"))
    sides = ((image.max(axis=2) < 0.2).sum(axis=0) > image.shape[0] / 2).nonzero()[0]
    assert sides[0] < 0.09 * image.shape[1]
    assert sides[-1] > 0.98 * image.shape[1]


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
    assert (
        subprocess.run(command, cwd=tmp_path, capture_output=True, check=True).stdout.lstrip().startswith(b"Leaky ReLU")
    )
    done = subprocess.run([*command, "-o", "a.png"], cwd=tmp_path, capture_output=True, check=False)
    assert (done.returncode, done.stdout, list(tmp_path.iterdir())) == (1, b"", [])
    assert done.stderr.startswith(b"leakyrelu: this needs matplotlib, of the extra 'plot' (")
    pip = f"{shlex.quote(sys.executable)} -m pip install matplotlib"  # of a checkout's Python, too
    assert done.stderr.decode().endswith(f"; try: {pip}\n")


def test_values_are_those_that_evaluating_gives(run: Run) -> None:
    for option in ((), ("--gradient",), ("--inverse",)):
        value = run("-0.07", *option, "-f", "%.6g").ok().decode().strip()
        assert run("plot", "-0.07", *option).ok().decode().endswith(f"(-0.07) = {value}\n")


def test_the_largest_float_is_the_largest() -> None:
    assert sys.float_info.max == curves.LARGEST == math.nextafter(math.inf, 0)


def test_of_a_page_about_a_library_that_cannot_be_loaded_the_last_line_is_said(tmp_path: Path) -> None:
    page = r"\n\nIMPORTANT: PLEASE READ THIS\n\nOriginal error was: failed to map segment\n\n"
    (tmp_path / "matplotlib.py").write_text(f"raise ImportError('{page}')")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    command = [*COMMAND, "plot", "-o", "a.png"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    message = b"leakyrelu: matplotlib cannot be loaded: Original error was: failed to map segment\n"
    assert (done.returncode, done.stderr) == (1, message)


def test_settings_that_matplotlib_cannot_read_are_an_error_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "matplotlibrc").write_bytes(b"\xff\xfe\0")
    done = subprocess.run([*COMMAND, "plot", "-o", "a.png"], cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith(b"leakyrelu: matplotlib cannot be loaded: ")
