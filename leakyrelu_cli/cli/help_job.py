"""What `-h` and `--help` show of a command -> a `Help`. The man page holds the same sections."""

from __future__ import annotations

from leakyrelu_cli.cli import options
from leakyrelu_cli.run.job import Help

TYPE_CHECKING = False
if TYPE_CHECKING:
    from leakyrelu_cli.cli.command import Command, Option
    from leakyrelu_cli.show.help_page import Rows, Section

EXIT_CODES = (
    ("0", "All is well; with --invalid warn or ignore, also if something is not a number."),
    ("1", "Something is not a number, or a file cannot be read or written."),
    ("2", "The command line asks for what cannot be done: option, operand, column."),
    ("70", "A bug of ours: please report the line it prints."),
    ("130, 143, 129", "Ctrl-C, SIGTERM, SIGHUP."),
    ("141", "The reader of the output left."),
)

ENVIRONMENT = (("LEAKYRELU_ENGINE", "plain: the engine in Python works, not the faster native one."),)

LONG_ONLY = 4 * " "
"""Stands where others have a short name, so that the long names stand below each other."""


def brief(command: Command) -> Help:
    """What fits a small terminal: the options that are used most, and examples."""
    by_key = {option.key: option for option in command.options}
    rows = [(command.operands, command.about_operands)]
    rows += [(written(by_key[key]), _said(by_key[key].about, _default(by_key[key]))) for key in command.brief]
    others = f"Commands, each with its own -h, as in '{options.call(options.CSV)} -h'"
    return _page(command, (*_commands(command, others), ("", tuple(rows)), _examples(command)), whole=False)


def whole(command: Command) -> Help:
    """All there is to know: every option in its group, examples, exit codes."""
    sections = (
        *_commands(command, "Commands, each with its own --help"),
        ("Operands", ((command.operands, command.about_operands),)),
        *groups(command),
        _examples(command),
        ("Exit codes; if not 0, no file was replaced", EXIT_CODES),
        ("Environment", ENVIRONMENT),
    )
    return _page(command, sections, whole=True)


def groups(command: Command) -> tuple[Section, ...]:
    """All options, group by group."""
    found: dict[str, list[tuple[str, str]]] = {}
    for option in command.options:
        found.setdefault(option.group, []).append((written(option), _said(option.about, option.more, _default(option))))
    return tuple((title, tuple(rows)) for title, rows in found.items())


def written(option: Option) -> str:
    """How an option is written, short names first; what turns it off, on a line of its own."""
    lines = []
    for names in filter(None, (option.names, option.off)):
        line = ", ".join(sorted(names, key=len))
        lines.append(LONG_ONLY + line if line.startswith("--") else line)
    return "\n".join(lines) + (f" {option.value}" if option.value else "")


def _default(option: Option) -> str:
    return f"Default: {option.default}." if option.default else ""


def _said(*sentences: str) -> str:
    return " ".join(filter(None, sentences))


def _commands(command: Command, title: str) -> tuple[Section, ...]:
    """The other commands, where nobody has chosen one yet."""
    if command is not options.DEFAULT_COMMAND:
        return ()
    rows: Rows = tuple((options.call(other), other.about) for other in options.NAMED_COMMANDS)
    return ((title, rows),)


def _examples(command: Command) -> Section:
    return ("Examples", tuple((example, "") for example in command.examples))


def _page(command: Command, sections: tuple[Section, ...], *, whole: bool) -> Help:
    usage = options.call(command, f" [OPTIONS] [{command.operands}]...")
    return Help(usage, _said(command.about, command.more if whole else ""), sections, whole)
