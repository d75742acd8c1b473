"""What an option and a command are: the fields that both doors, the help, the man page and TAB read."""

from __future__ import annotations

from leakyrelu_cli.values import Value


class Option(Value):
    """One option.

    Attributes
    ----------
    names : tuple of str
        The long one first; those of a switch turn it on.
    about : str
        For the help and TAB, in a line.
    group : str
        Where the help lists it.
    value : str
        What the help calls the value; empty: it takes none, it is a switch.
    default : str
        What the help shows as the default.
    off : tuple of str
        The names that turn a switch off again.
    repeats : bool
        Each time it is given counts, not the last time alone.
    choices : tuple of str
        The only values there are.
    more : str
        What the whole help adds.
    """

    names: tuple[str, ...]
    about: str
    group: str
    value: str = ""
    default: str = ""
    off: tuple[str, ...] = ()
    repeats: bool = False
    choices: tuple[str, ...] = ()
    more: str = ""

    @property
    def key(self) -> str:
        """How its value is called where it is given."""
        return self.names[0].lstrip("-").replace("-", "_")


class Command(Value):
    """One command.

    Attributes
    ----------
    name : str
        Empty: it is the one that is called by none.
    about : str
        What it does, in a line.
    operands : str
        What the help calls its operands.
    about_operands : str
        In a line.
    options : tuple of Option
    brief : tuple of str
        The keys of those that the short help shows, too, the most used first.
    examples : tuple of str
        Command lines for the help.
    more : str
        What else the whole help says of it.
    numeric : bool
        Its operands are numbers, negative ones included; else they are files.
    """

    name: str
    about: str
    operands: str
    about_operands: str
    options: tuple[Option, ...]
    brief: tuple[str, ...]
    examples: tuple[str, ...]
    more: str = ""
    numeric: bool = True

    def option(self, name: str) -> Option | None:
        """The option that has the name."""
        return next((option for option in self.options if name in (*option.names, *option.off)), None)
