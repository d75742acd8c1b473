"""Operands that look like options: negative numbers, kept from the option parser."""

from __future__ import annotations

import os

from leakyrelu_cli import numerals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from typing import Any

SEPARATOR = "--"


def last(words: list[str], taking_value: Collection[str]) -> list[str]:
    """The words with options first, then ``--`` and the operands, so that ``-1`` is no option.

    Parameters
    ----------
    words : list of str
        A command line without the command.
    taking_value : collection of str
        The options that are followed by a value.
    """
    options: list[str] = []
    operands: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == SEPARATOR:
            operands += rest
        elif not word.startswith("-") or numerals.is_operand(os.fsencode(word)):
            operands.append(word)
        else:
            options.append(word)
            if word in taking_value or _cluster_needs_value(word, taking_value):
                value = next(rest, None)
                if value is None:  # for the parser to complain about
                    return options
                options.append(value)
    return [*options, SEPARATOR, *operands]


def taking_value(params: Iterable[Any]) -> dict[str, Any]:
    """The options among a Typer command's parameters that are followed by a value, by each of their names."""
    return {
        name: param
        for param in params
        for name in param.opts
        if name.startswith("-") and not getattr(param, "is_flag", True)
    }


def awaiting(words: list[str], taking_value: Collection[str]) -> str:
    """What the next word is: the value of the option returned, an operand behind a `SEPARATOR`, or (empty) either."""
    rest = iter(words)
    for word in rest:
        if word == SEPARATOR:
            return SEPARATOR
        if numerals.is_operand(os.fsencode(word)) or not word.startswith("-"):
            continue
        if word in taking_value or _cluster_needs_value(word, taking_value):
            option = word if word in taking_value else f"-{word[-1]}"
            if next(rest, None) is None:
                return option
    return ""


def _cluster_needs_value(word: str, taking_value: Collection[str]) -> bool:
    """Whether short options in one word (``-ta``) end in one that takes the next word."""
    if word.startswith("--"):
        return False
    for index, letter in enumerate(word[1:], 1):
        if f"-{letter}" in taking_value:
            return index == len(word) - 1
    return False
