# A float gives a float, an array gives an array of its kind.

from collections.abc import Callable
from decimal import Decimal
from typing import Any, Protocol, TypeVar, overload

FORWARD: str
GRADIENT: str
INVERSE: str

class Array(Protocol):
    def __array_namespace__(self, /, *, api_version: Any = ...) -> Any: ...

_ArrayT = TypeVar("_ArrayT", bound=Array)

@overload
def leaky_relu(z: float, alpha: float = 0.01) -> float: ...
@overload
def leaky_relu(z: Decimal, alpha: Decimal) -> Decimal: ...
@overload
def leaky_relu(z: _ArrayT, alpha: float = 0.01) -> _ArrayT: ...
@overload
def gradient(z: float, alpha: float = 0.01) -> float: ...
@overload
def gradient(z: Decimal, alpha: Decimal) -> Decimal | float: ...
@overload
def gradient(z: _ArrayT, alpha: float = 0.01) -> _ArrayT: ...
@overload
def inverse(y: float, alpha: float = 0.01) -> float: ...
@overload
def inverse(y: Decimal, alpha: Decimal) -> Decimal: ...
@overload
def inverse(y: _ArrayT, alpha: float = 0.01) -> _ArrayT: ...

OPERATIONS: dict[str, Callable[..., Any]]
