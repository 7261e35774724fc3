"""The command line: arguments in, one call, errors as one line. Heavy imports wait until they are needed.

arguments    options that several commands share
studies      list, run, claims
files        look
searching    privacy
beginnings   new
comparisons  sweep, verify, compare
reports      results, remove
retention    the monthly loop: configure, publish, dispatch, feedback, outcomes, report
completion   words for a shell that completes
opening      a page in the browser
"""

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from workbench import __version__
from workbench.cli import (
    arguments,
    beginnings,
    comparisons,
    completion,
    files,
    reports,
    retention,
    searching,
    studies,
)


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    from workbench.places import PlacesError
    from workbench.runner import terminal
    from workbench.runner.record import masking
    from workbench.runner.record.verdict import EXIT_CODES, Refused

    terminal.prepare()
    try:
        with terminal.emptied():
            options = parser().parse_args(words)
            return options.call(options)
    except (Refused, PlacesError) as error:
        return arguments.refuse(error)
    except KeyboardInterrupt:
        terminal.say("interrupted\n", sys.stderr)
        return EXIT_CODES["interrupted"]
    except BrokenPipeError:
        return 0  # the reader of our output went away (`| head`); nothing is left to say
    except OSError as error:
        return arguments.refuse(Refused(_of_system(error)))
    except Exception as error:  # a fault of ours is told in one line, too
        from workbench.runner import runs

        terminal.say(f"failed: {masking.mask(runs.trouble(error))}\n", sys.stderr)
        return EXIT_CODES["failed"]


def _of_system(error: OSError) -> str:
    """What the system refused, and of which file."""
    try:
        os.getcwd()
    except OSError:
        return "the folder in which this was typed is gone; go to one that is there"
    told = error.strerror or str(error)
    return (
        f"{error.filename}: {told}"
        if error.filename
        else f"something could not be printed or written: {told}"
    )


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = arguments.Parser(
        prog="workbench",
        description="Reproduce published customer-segmentation studies, and run them on your own customers.",
        epilog=arguments.EPILOG,
    )
    top.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=arguments.Parser)
    for group in (studies, files, searching, beginnings, comparisons, reports, retention, completion):
        group.add(commands)
    helping = commands.add_parser("help", help="show the help of a command; `help run STUDY`: its parameters")
    helping.add_argument("topic", nargs="*", metavar="COMMAND", help="all of them by default")
    helping.set_defaults(call=show_help)
    return top


def show_help(options: Namespace) -> int:
    """Print what `COMMAND --help` prints."""
    return main([*options.topic, "--help"])
