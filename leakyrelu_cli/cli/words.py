"""The words of a command line told apart: options, their values, operands. No door's own; both and TAB rely on it.

Written as ``getopt`` has it (POSIX 12.2, GNU long options), but for two things: where operands are numbers, a
word that looks like a negative one is no option; and what nobody means who types it is a slip: a long name behind
one dash, and a short one with ``=`` before its value.
"""

from __future__ import annotations

import os

from leakyrelu_cli.engine import numerals

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leakyrelu_cli.cli.command import Command, Option

SEPARATOR = "--"


class Words:
    """A command line without its command, told apart.

    Attributes
    ----------
    all : list of str
    given : list of (Option, str or bool)
        Each option that is given, in order, with its value; of a switch, whether it is on.
    operands : list of str
    option_words : list of str
        All words that are no operands, in order, for another parser to read.
    strange : list of str
        Words that are no option of the command, or that lack a value or have one too many.
    slips : list of str
        Those among them that ``getopt`` would take otherwise than they are meant.
    awaiting : Option or None
        The option whose value the next word would be.
    separated : bool
        The next word would be an operand, whatever it looks like.
    """

    def __init__(self, words: Sequence[str], command: Command) -> None:
        self.all = list(words)
        self.given: list[tuple[Option, str | bool]] = []
        self.operands: list[str] = []
        self.option_words: list[str] = []
        self.strange: list[str] = []
        self.slips: list[str] = []
        self.awaiting: Option | None = None
        self.separated = False
        self._command = command
        rest = iter(words)
        for word in rest:
            if word == SEPARATOR:
                self.separated = True
                self.operands += rest
            elif is_option(word, command):
                self.option_words.append(word)
                (self._long if word.startswith("--") else self._cluster)(word, rest)
            else:
                self.operands.append(word)

    def _long(self, word: str, rest: Iterator[str]) -> None:
        name, equals, value = word.partition("=")
        option = self._command.option(name)
        if option is None or (equals and not option.value):
            self.strange.append(word)
        elif not option.value:
            self.given.append((option, name in option.names))
        elif equals:
            self.given.append((option, value))
        else:
            self._next_is_value(option, word, rest)

    def _cluster(self, word: str, rest: Iterator[str]) -> None:
        """Short options in one word; what follows one that takes a value is the value."""
        # `-table` would be `-t -a ble`: whoever types a long name is not thinking of three short ones.
        if len(word.partition("=")[0]) > 2 and self._command.option("-" + word.partition("=")[0]):
            self._slip(word)
            return
        for index, letter in enumerate(word[1:], 2):
            name = f"-{letter}"
            option = self._command.option(name)
            if option is None:
                self.strange.append(word)
                return
            if not option.value:
                self.given.append((option, name in option.names))
            elif word[index : index + 1] == "=" and (word[index:] != "=" or option.value != "CHAR"):
                self._slip(word)
                return
            elif index < len(word):
                self.given.append((option, word[index:]))
                return
            else:
                self._next_is_value(option, word, rest)

    def _slip(self, word: str) -> None:
        self.strange.append(word)
        self.slips.append(word)

    def _next_is_value(self, option: Option, word: str, rest: Iterator[str]) -> None:
        value = next(rest, None)
        if value is None:
            self.awaiting = option
            self.strange.append(word)
        else:
            self.option_words.append(value)
            self.given.append((option, value))


def is_option(word: str, command: Command) -> bool:
    """Whether a word, in a place where an operand may stand, is an option."""
    return word.startswith("-") and word != "-" and not (command.numeric and numerals.is_operand(os.fsencode(word)))
