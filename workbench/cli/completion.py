"""Completion of commands, options, studies, parameters and reports: `eval "$(workbench completion bash)"`.

The script that a shell reads asks the command line itself for words, so that it knows the studies and the reports of
the folder where somebody types. Where there is nothing to suggest, the shell offers files.
"""

import argparse
from argparse import Namespace
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from workbench.cli.arguments import Commands

SCRIPTS = {
    "bash": r"""_workbench() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        [[ $word == *= ]] && compopt -o nospace
        [[ $word == *' '* ]] && printf -v word %q "$word"
        COMPREPLY+=("$word")
    done < <("${COMP_WORDS[0]}" completion words : "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _workbench workbench""",
    "zsh": r"""#compdef workbench
_workbench() {
    local -a found
    found=("${(@f)$("$words[1]" completion words : "${(@)words[2,CURRENT]}" 2>/dev/null)}")
    if [[ -z "$found" ]]; then
        _files
    else
        compadd -S '' -- ${(M)found:#*=}
        compadd -- ${found:#*=}
    fi
}
compdef _workbench workbench""",
    "fish": r"""function __workbench_words
    set -l typed (commandline -opc)
    $typed[1] completion words : $typed[2..] (commandline -ct) 2>/dev/null
end
complete -c workbench -a '(__workbench_words)'""",
}


def add(commands: Commands) -> None:
    """Add the command."""
    completion = commands.add_parser(
        "completion",
        help="print what makes a shell complete commands, studies, options and reports",
        epilog='For bash: eval "$(workbench completion bash)", best in ~/.bashrc; zsh alike; fish: … | source.',
    )
    completion.add_argument("shell", choices=[*SCRIPTS, "words"], metavar="{bash,zsh,fish}")
    completion.add_argument("words", nargs=argparse.REMAINDER, help=argparse.SUPPRESS)
    completion.set_defaults(call=complete, commands=commands)


def complete(options: Namespace) -> int:
    """Print the script for a shell, or, when that asks, the words for what has been typed."""
    if options.shell in SCRIPTS:
        print(SCRIPTS[options.shell])
    elif found := suggest(options.commands.choices, options.words[1:]):  # the first marks their beginning
        print("\n".join(found))
    return 0


def suggest(commands: dict[str, argparse.ArgumentParser], typed: Sequence[str]) -> list[str]:
    """Suggest words for the last of those typed after `workbench`.

    Parameters
    ----------
    commands : dict of str to ArgumentParser
    typed : list of str
        The last one is what has been begun; it may be empty.

    Returns
    -------
    list of str
        Sorted; one that ends with "=" wants a value.
    """
    *before, begun = typed or [""]
    if not before:
        known: Iterable[str] = [*commands, "--help", "--version"]
    elif before[0] == "help":
        known = commands
    else:
        known = _words(commands[before[0]], before[1:], begun) if before[0] in commands else []
    return sorted({word for word in known if word.startswith(begun)})


def _words(command: argparse.ArgumentParser, before: Sequence[str], begun: str) -> Iterable[str]:
    # argparse shows what it knows in no public way
    actions = [action for action in command._actions if isinstance(action, argparse._SubParsersAction)]
    if before and actions and before[0] in actions[0].choices:
        return _words(actions[0].choices[before[0]], before[1:], begun)
    options = {text: action for action in command._actions for text in action.option_strings}
    last = options.get(before[-1]) if before else None
    if last is not None and last.nargs != 0:
        return _values(last, before)
    if begun.startswith("-"):
        return options
    several = next((options[word] for word in reversed(before) if word in options), None)
    if several is not None and several.nargs == "+":
        return _values(several, before)
    return [w for a in command._actions if not a.option_strings for w in _values(a, before)]


def _values(action: argparse.Action, before: Sequence[str]) -> Iterable[str]:
    """What an argument may be, as far as that can be known."""
    from workbench.places import PlacesError
    from workbench.runner.record.verdict import Refused

    if action.choices:
        return [str(choice) for choice in action.choices]
    try:
        return KNOWN[action.dest](before) if action.dest in KNOWN else []
    except (Refused, PlacesError, OSError):
        return []


def _studies(before: Sequence[str]) -> Iterable[str]:
    from workbench.runner.plan import plans

    return plans.studies()


def _parameters(before: Sequence[str]) -> Iterable[str]:
    """Those of the study that has been typed."""
    from workbench.runner.plan import plans

    study = next((word for word in before if word in plans.studies() or word.endswith(".ipynb")), None)
    return [f"{name}=" for name in plans.declared(study)[0]] if study else []


def _reports(before: Sequence[str]) -> Iterable[str]:
    from workbench.runner import project

    places = [after for word, after in zip(before, before[1:], strict=False) if word == "--out"]
    out = Path(places[0]) if places else project.find().reports
    return [file.stem for file in out.glob("*.json")]


def _roles(before: Sequence[str]) -> Iterable[str]:
    from workbench import data

    return [f"{role}=" for role in data.ROLES]


def _kept(before: Sequence[str]) -> Iterable[str]:
    from workbench.runner.plan import mappings

    return mappings.kept_names()


KNOWN: dict[str, Callable[[Sequence[str]], Iterable[str]]] = {
    "study": _studies,
    "studies": _studies,
    "parameters": _parameters,
    "grid": _parameters,
    "report": _reports,
    "first": _reports,
    "second": _reports,
    "map": _roles,
    "like": _kept,
}
