"""Which engine runs: the native one where it was built, else the plain one. The contract is in `contract`.

LEAKYRELU_ENGINE in the environment chooses one: plain or native. The native engine does nothing that
the plain one does not; what it does not know (decimal quotients, grouped digits) the plain one does.
"""

from __future__ import annotations

import os

from leakyrelu_cli.core import FORWARD, GRADIENT, INVERSE
from leakyrelu_cli.engine.contract import Columns, Fault, Result, Rule
from leakyrelu_cli.errors import UsageError, quoted

try:
    from leakyrelu_cli.engine import _native
except ImportError:
    _native = None  # type: ignore[assignment]
_wanted = os.environ.get("LEAKYRELU_ENGINE", "")
if _wanted == "plain":
    _native = None  # type: ignore[assignment]
elif _wanted not in ("", "native"):
    raise UsageError(f"LEAKYRELU_ENGINE: {quoted(_wanted)} is none of plain, native; unset it: the faster one works")
elif _wanted == "native" and _native is None:
    raise UsageError(
        "LEAKYRELU_ENGINE: the native engine is not built here; unset it, or install with a C++17 compiler"
    )

NAME = "plain" if _native is None else "native"

NATIVE_OPERATIONS = {FORWARD: 0, GRADIENT: 1, INVERSE: 2}


def is_native(rule: Rule) -> bool:
    """Whether the native engine may serve the rule; it declines what it meets and does not know."""
    exact = rule.operation == FORWARD and rule.conversion is None
    return _native is not None and rule.thousands is None and (exact or not rule.decimal)


def convert(chunk: bytes, columns: Columns | None, rule: Rule) -> Result:
    """Rewrite a chunk of whole records by the rule."""
    done = None
    if _native is not None and is_native(rule):
        done = _native.convert(
            chunk,
            None if columns is None else columns.positions,
            0 if columns is None else ord(columns.delimiter),
            _byte(None if columns is None else columns.comment),
            -1 if columns is None or columns.width is None else columns.width,
            NATIVE_OPERATIONS[rule.operation],
            float(rule.alpha),
            rule.conversion,
            rule.abort,
            rule.na,
            rule.decimal_comma,
            rule.alpha if rule.decimal else None,
        )
    if done is None:
        from leakyrelu_cli.engine import plain  # noqa: PLC0415 -- slow to import, and rarely needed

        return plain.convert(chunk, columns, rule)
    data, changed, missing, records, lines, fault_count, faults = done
    return Result(data, changed, missing, records, lines, fault_count, tuple(Fault(*fault) for fault in faults))


def split(block: bytes, state: int, delimiter: bytes, comment: bytes | None = None) -> tuple[int, int]:
    """Where the last record of the block ends (0: none does), and the state at the block's end."""
    if _native is not None:
        return _native.split(block, state, ord(delimiter), _byte(comment))
    from leakyrelu_cli.engine import records  # noqa: PLC0415 -- a stream does without it

    return records.split(block, state, delimiter, comment)


def _byte(byte: bytes | None) -> int:
    """As the native engine takes a byte that may not be there."""
    return -1 if byte is None else ord(byte)
