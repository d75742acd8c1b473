"""`Value`: the base of what the parts of the program hand to each other.

Fields are stated once, as annotations; an object is read-only, and equal to another one by type and fields.
``dataclasses`` does the same, but takes longer to import than Python takes to start.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar, Self, dataclass_transform
else:

    def dataclass_transform(**_):  # noqa: ANN003, ANN201 -- a word to type checkers, who read the other one
        """Leave the class as it is."""
        return lambda cls: cls


@dataclass_transform(frozen_default=True)
class Value:
    """Fields are what a subclass annotates; what it assigns there is a default."""

    _fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._fields = (*cls._fields, *cls.__annotations__)

    def __init__(self, *values: object, **named: object) -> None:
        given = dict(zip(self._fields, values, strict=False), **named)
        self.__dict__.update(given)
        wrong = [name for name in self._fields if not hasattr(self, name)] or given.keys() - set(self._fields)
        if wrong or len(given) != len(values) + len(named):
            message = f"{type(self).__name__} takes {', '.join(self._fields)}"
            raise TypeError(message)

    def but(self, **named: object) -> Self:
        """The same with other values in these fields."""
        return type(self)(**{**dict(zip(self._fields, self._values(), strict=True)), **named})

    def __setattr__(self, name: str, value: object) -> None:
        message = f"{type(self).__name__}.{name} is read-only"
        raise AttributeError(message)

    def _values(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in self._fields)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Value) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())

    def __repr__(self) -> str:
        fields = ", ".join(f"{name}={getattr(self, name)!r}" for name in self._fields)
        return f"{type(self).__name__}({fields})"
