# The extension module built from native/; see contract.py for what the values mean.

def convert(
    chunk: bytes,
    positions: tuple[int, ...] | None,
    delimiter: int,
    comment: int,
    width: int,
    operation: int,
    alpha: float,
    conversion: str | None,
    abort: bool,
    na: tuple[bytes, ...],
    decimal_comma: bool,
    exact: str | None,  # alpha once more, for exact products: of the function itself, without a conversion
    /,
) -> tuple[bytes, int, int, int, int, int, tuple[tuple[int, int, int, int, int], ...]] | None: ...
def split(block: bytes, state: int, delimiter: int, comment: int, /) -> tuple[int, int]: ...
