"""The command about a user's own file: look."""

from argparse import Namespace

from workbench.cli.arguments import Commands, file_options, like_option, own_file


def add(commands: Commands) -> None:
    """Add the command."""
    look = commands.add_parser(
        "look",
        help="say what would be read of your own file, and suggest its --map",
        epilog="Exit codes: 0 read, perhaps with warnings, 2 refused.",
    )
    look.add_argument(
        "files", nargs="+", metavar="FILE", help="file, folder or pattern, or a database's address"
    )
    like_option(look)
    file_options(look)
    look.add_argument("--study", metavar="STUDY", help="check it against what this study needs")
    look.add_argument("--save", metavar="NAME", help="keep what is typed here, for `run … --like NAME`")
    look.add_argument("--json", action="store_true", help="print JSON")
    look.set_defaults(call=look_at_file)


def look_at_file(options: Namespace) -> int:
    """Print what would be read of a file, and what is odd in it."""
    from workbench import data
    from workbench.runner import project
    from workbench.runner.plan import mappings
    from workbench.runner.plan import own_file as own_files
    from workbench.runner.record.verdict import Refused

    told = own_file(options, options.files, "")
    try:
        found = data.look(told["data_file"], told.get("reading"), told.get("columns"))
    except data.DataError as error:
        raise Refused(str(error)) from None
    if options.study and (reads := own_files.reads(options.study)):
        found = found.for_study(reads.roles, of_customers=reads.customers is not None)
    print(found.json() if options.json else found.text())
    if options.study:
        suggested = {"columns": found.mapping, "reading": found.drop}
        ledger = own_files.fits(options.study, told, suggested)
        read = data.ledger_lines(ledger, ledger["noticed"]) if ledger else ["every column, as it is written"]
        print("\n".join([f"{options.study} can read it:", *read]))
    if options.save:
        kept = mappings.to_keep(
            told, found.mapping, found.decided() | ({} if told.get("columns") else found.drop)
        )
        file = project.find().places.shown(mappings.keep(options.save, kept))
        print(f"kept as {options.save}: {file} ({mappings.spoken(kept)})")
    return 0
