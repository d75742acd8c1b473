"""What people and other programs call our options and commands. Imported by `hints` alone."""

from __future__ import annotations

OTHERS = {
    "--alpha": "slope negative-slope leak leakiness leakage coefficient",
    "--backup": "keep bak keep-old",
    "--column": "col cols columns field fields select key on",
    "--comment": "comments comment-char comment-prefix",
    "--decimal": "exact precise",
    "--decimal-comma": "comma decimal-mark decimal-point decimal-separator decimal-char",
    "--delimiter tab": "tab tabs",
    "--delimiter": "delim sep separator field-separator input-delimiter ifs fs",
    "--dry-run": "check simulate simulation what-if no-act just-print noop test try",
    "--exclude": "except drop without exclude-columns not-columns",
    "--format %.3f": "precision round digits decimals places fmt number-format float-format ofmt printf",
    "--gradient": "grad derivative derive prime backward",
    "--help": "usage man info",
    "--in-place": "edit write",
    "--invalid warn": "on-error error errors ignore-errors skip-errors keep-going bad",
    "--inverse": "inv invert reverse undo",
    "--jobs": "threads thread workers cores cpus processes parallel nproc num-threads",
    "--list": "names headers list-columns show-columns describe",
    "--na": "nan null nulls none missing missing-value na-value na-values null-value null-values nodata empty",
    "--no-header": "no-header-row no-headers headerless",
    "--output": "out out-file output-file save save-as to",
    "--output-dir": "out-dir directory output-directory output-folder folder",
    "--quiet": "silent mute",
    "--range": "xlim x-range xlimits domain limits interval from",
    "--rows": "head limit lines records nrows num-rows max-rows",
    "--size": "width height dimensions figsize geometry resolution",
    "--skip-lines": "skip skip-rows skip-header header-lines",
    "--suffix": "append add-column new-column new-columns",
    "--summary": "verbose stats statistics report count counts log",
    "--table": "preview show diff pretty human view look",
    "--thousands": "thousand thousands-separator grouping group group-separator",
    "--version": "ver",
}
"""By our name of an option, with a value where that helps: other names, without dashes in front."""

LETTERS = {
    "-F": "--delimiter",
    "-s": "--delimiter",
    "-k": "--column",
    "-v": "--version",
    "-V": "--version",
    "-I": "--in-place",
    "-r": "--range",
    "-?": "--help",
}

INSTEAD = {
    "encoding charset input-encoding": "any encoding that holds ASCII passes as it is, UTF-16 after iconv",
    "color colour no-color colors": "colours are for terminals; NO_COLOR=1 in the environment turns them off",
    "file files input in infile input-file": "files need no option: leakyrelu csv FILE --column COLUMN",
    "csv tsv": "did you mean the command 'csv'?",
    "plot graph chart draw": "did you mean the command 'plot'?",
    "force overwrite replace": "in 'leakyrelu csv', --output replaces the file that is there, and --in-place the input",
    "strict fail-fast": "what is not a number ends the work, unless --invalid says otherwise",
    "recursive": "name the files: leakyrelu csv DIR/*.csv",
}
"""By options of other programs that are none here: what there is instead."""

WORDS = {
    "apply eval evaluate calc calculate compute run relu leaky leakyrelu leaky_relu forward": (
        "numbers are evaluated without a command: leakyrelu -1 2.5"
    ),
    "convert file tsv transform edit columns list head": "columns of files: leakyrelu csv FILE --column COLUMN",
    "stream pipe stdin": "without operands, numbers are read from standard input: leakyrelu < FILE",
    "draw graph chart curve": "did you mean the command 'plot'?",
    "derivative grad gradient backward": "did you mean --gradient?",
    "inverse invert reverse": "did you mean --inverse?",
    "table": "did you mean --table?",
    "version": "did you mean --version?",
    "help man usage": "did you mean --help? each command has its own: leakyrelu csv --help",
}
"""By words that stand where a number should: what may have been meant."""


def option(name: str) -> str | None:
    """Our name of an option that has the name elsewhere, or writes ours with other dashes or in capitals."""
    if not name.startswith("--"):
        return LETTERS.get(name)
    asked = _squashed(name)
    return next((ours for ours, others in OTHERS.items() if asked in _names(f"{ours.split()[0]} {others}")), None)


def instead(name: str) -> str | None:
    """What there is instead of an option of other programs."""
    return next((advice for names, advice in INSTEAD.items() if _squashed(name) in _names(names)), None)


def word(text: str) -> str | None:
    """What may have been meant by a word where a number should stand."""
    return next((meant for words, meant in WORDS.items() if text.lower() in words.split()), None)


def _names(names: str) -> list[str]:
    return [_squashed(name) for name in names.split()]


def _squashed(name: str) -> str:
    """A name in small letters, without dashes."""
    return name.lower().replace("-", "").replace("_", "")
