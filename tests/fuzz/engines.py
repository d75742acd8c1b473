"""Fuzz the native engine against the plain one: bytes, columns and rules of any kind must come out alike.

Coverage of the plain engine, which defines what happens, guides the fuzzer. Run by `.ci/fuzz SECONDS`.
"""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports():
    from leakyrelu_cli.engine import formats, numerals, plain, records, rewriting  # noqa: F401 -- imported to be instrumented

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine import choice
from leakyrelu_cli.engine.contract import START, Columns, Rule

ALPHAS = ["0.01", "0.1", "1", "0.5", "1e300", "1e-300", "3", "0.30000000000000004"]
CONVERSIONS = [None, None, None, "%.3f", "%+g", "%.17e", "%.0f", "%.20g", "%-12.3f", "% 09.2e"]

MISSING = [(), (), (b"-1",), (b"NA", b"-", b'"')]


def compare(data: bytes) -> None:
    """Make a case of the fuzzer's bytes and hold both engines to it."""
    draw = atheris.FuzzedDataProvider(data)
    rule = Rule(
        draw.PickValueInList([FORWARD, GRADIENT, INVERSE]),
        draw.PickValueInList(ALPHAS),
        draw.PickValueInList(CONVERSIONS),
        decimal=draw.ConsumeBool(),
        abort=draw.ConsumeBool(),
        na=draw.PickValueInList(MISSING),
    )
    columns, comment = None, draw.PickValueInList([None, b"#"])
    if draw.ConsumeBool():
        positions = tuple(sorted({draw.ConsumeIntInRange(0, 4) for _ in range(3)}))
        width = draw.ConsumeIntInRange(positions[-1] + 1, 6) if draw.ConsumeBool() else None
        columns = Columns(positions, draw.PickValueInList([b",", b";", b"\t", b" "]), width, comment)
        rule = Rule(**(vars(rule) | {"decimal_comma": draw.ConsumeBool()}))
        if columns.delimiter == b" " and rule.conversion and formats.pads(rule.conversion):
            return  # the doors refuse it
    cut = draw.ConsumeIntInRange(0, 64)
    chunk = draw.ConsumeBytes(1 << 16)
    assert choice.convert(chunk, columns, rule) == plain.convert(chunk, columns, rule)
    state = START
    for block in (chunk[:cut], chunk[cut:]):
        expected = records.split(block, state, b",", comment)
        assert choice.split(block, state, b",", comment) == expected
        state = expected[1]


if __name__ == "__main__":
    assert choice.NAME == "native", "there is no native engine to fuzz"
    atheris.Setup(sys.argv, compare)
    atheris.Fuzz()
