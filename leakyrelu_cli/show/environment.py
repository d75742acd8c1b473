"""What the environment says that libraries take at face value: made harmless before any of them looks.

rich and matplotlib read these variables themselves, at places that we do not call, and a value that is
none ends in their traceback or in an empty screen.
"""

from __future__ import annotations

import os

SMALLEST = {"COLUMNS": 10, "LINES": 5}
"""Sizes, and from where on they can be meant: in fewer columns rich drops what it should show."""

UNWANTED = ("MPLBACKEND", "SOURCE_DATE_EPOCH")
"""What would change an image file, or refuse it: it needs no window, and holds no date."""

THREADS = "OPENBLAS_NUM_THREADS"
"""Of NumPy's algebra nothing is needed here; yet its threads take memory, and print pages where there is none."""


def tame() -> None:
    """Take out the sizes that are none, for what is there is then asked for, and what has no say here."""
    for name, smallest in SMALLEST.items():
        value = os.environ.get(name)
        if value is not None and not _is_size(value, smallest):
            del os.environ[name]
    for name in UNWANTED:
        os.environ.pop(name, None)
    os.environ.setdefault(THREADS, "1")


def _is_size(text: str, smallest: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 5 and int(text) >= smallest
