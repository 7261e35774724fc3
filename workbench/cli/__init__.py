"""The command line: arguments in, one call, errors as one line. Heavy imports wait until they are needed.

arguments    options that several commands share
studies      list, run, claims
files        look
beginnings   new
comparisons  sweep, verify, compare
reports      results, remove
completion   words for a shell that completes
opening      a page in the browser
"""

import argparse
import os
import sys
from argparse import Namespace
from collections.abc import Sequence

from workbench import __version__
from workbench.cli import arguments, beginnings, comparisons, completion, files, reports, studies


def main(words: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    from workbench.places import PlacesError
    from workbench.runner.record.verdict import EXIT_CODES, Refused

    try:
        options = parser().parse_args(words)
        return options.call(options)
    except (Refused, PlacesError) as error:
        return arguments.refuse(error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return EXIT_CODES["interrupted"]
    except BrokenPipeError:
        # the reader of our output went away (`| head`); nothing is left to say
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


def parser() -> argparse.ArgumentParser:
    """The parser of all commands."""
    top = arguments.Parser(
        prog="workbench",
        description="Reproduce published customer-segmentation studies, and run them on your own customers.",
        epilog=arguments.EPILOG,
    )
    top.add_argument("--version", action="version", version=f"workbench {__version__}")
    commands = top.add_subparsers(required=True, metavar="COMMAND", parser_class=arguments.Parser)
    for group in (studies, files, beginnings, comparisons, reports, completion):
        group.add(commands)
    helping = commands.add_parser("help", help="show the help of a command; `help run STUDY`: its parameters")
    helping.add_argument("topic", nargs="*", metavar="COMMAND", help="all of them by default")
    helping.set_defaults(call=show_help)
    return top


def show_help(options: Namespace) -> int:
    """Print what `COMMAND --help` prints."""
    return main([*options.topic, "--help"])
