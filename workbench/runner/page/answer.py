"""What a page says first: what was asked, what was found, how far to trust it, and the main result."""

from collections.abc import Mapping, Sequence
from typing import Any

from nbformat import NotebookNode

from workbench import data, publish
from workbench.runner.page.language import of_record, said
from workbench.runner.record.record import DataFile, Record

# How far each kind of data is to be trusted, in the order of the telling.
KINDS = {
    "yours": "Yours",
    "real": "Real",
    "stand-in": "Invented (stand-in)",
    "quoted": "Printed in the source",
    "reconstructed": "Reconstructed from the source",
}
LEDGER = "Check your data"  # how the section is called, here and in notebooks
OF_FILE = (
    "data_file",
    "one_row",
    "columns",
    "reading",
    "where",
    "identifiers",
)  # which file, and how it is read
LABELS = {"stand-in": "on invented data", "real": "on real data"}  # of findings about the data of a run
FEW = 100  # customers
LOWEST = 6  # level of a heading
MAIN = (
    "segments",
    "classes",
    "customers",
    "worklist",
)  # of named tables, those that come first; else the first of all


def card(record: Record, cells: Sequence[NotebookNode]) -> dict[str, Any]:
    """What the card at the top says.

    Returns
    -------
    dict
        ``asked``, ``source`` and ``caution``, texts or None; ``found``, those findings that are true of the data of
        this run, each with ``text``, ``label`` and the ``anchor`` of its cell; ``study``, of an own-data run those
        about the study; ``trust``, each a kind and what is of it.
    """
    own = is_own(record)
    of_kind = None if own else _kind(record)
    findings = [
        {"text": f["text"], "about": f["about"], "anchor": anchor(f["cell"], cells)}
        | {"label": said("about the study") if f["about"] == "study" else of_kind and said(of_kind)}
        for f in record["published"]["findings"]
    ]
    of_run = [f for f in findings if f["about"] is None or not own]
    return {
        "asked": record["asked"],
        "source": record["source"],
        "found": of_run if record["verdict"] == "passed" else [],
        "study": [f for f in findings if own and f["about"] == "study"],
        "caution": caution(record),
        "trust": trust(record["data"], own=own),
    }


def _kind(record: Record) -> str | None:
    """Of what kind the data are that a finding is about; None where nothing is known of them."""
    known = data.DATASETS.get(str(record["parameters"].get("dataset")))
    kinds = [known["kind"]] if known else sorted({file["kind"] for file in record["data"]} & set(LABELS))
    return LABELS.get(kinds[0]) if len(kinds) == 1 else None


def caution(record: Record) -> str | None:
    """What a reader has to know before quoting a number: the customers are invented, or few."""
    if not is_own(record):
        invented = _kind(record) == LABELS["stand-in"]
        words = said("The customers are invented: what is said of them shows the method, and is no fact.")
        return words if invented else None
    ledgers = [file["ledger"] for file in record["data"] if file["kind"] == "yours" and file["ledger"]]
    customers = _used(ledgers[0]) if ledgers else None
    if not customers or customers >= FEW:
        return None
    return said("Few customers ({n}): take shares as rough.", n=customers)


def is_own(record: Record) -> bool:
    """Whether the run is about a user's own data."""
    return bool(record["parameters"].get("data_file"))


def data_files(record: Record) -> list[tuple[str, list[DataFile]]]:
    """The files that were read, under what they are to the run: over own data, the study's own are no data of it."""
    if not is_own(record):
        return [("Data files", record["data"])]
    yours = [file for file in record["data"] if file["kind"] == "yours"]
    others = [file for file in record["data"] if file["kind"] != "yours"]
    return [("Data files", yours), ("Files of the study that this method comes from", others)]


def trust(files: Sequence[DataFile], *, own: bool) -> list[tuple[str, str]]:
    """Say of which kind which data are; of a run on own data, only those."""
    told = []
    for kind, word in KINDS.items():
        titles = [_title(file) for file in files if file["kind"] == kind and (kind == "yours" or not own)]
        if titles:
            told.append((word, said("; ").join(dict.fromkeys(titles))))
    return told


def _title(file: DataFile) -> str:
    """What a data file is, in words."""
    if file["kind"] == "yours":
        ledger = file["ledger"]
        facts = [*_customers(ledger), *_period(ledger, file["columns"])] if ledger else []
        return said(", ").join([file["file"], *facts])
    known = data.DATASETS.get(file["dataset"])
    stem = file["file"].rpartition("/")[2].rpartition(".")[0].replace("_", " ")
    return known["title"] if known else stem or file["file"]


def _customers(ledger: Any) -> list[str]:
    """How many there are; where the study went on with fewer, those, and of how many."""
    read = ledger["customers"]
    if read is None:
        return []
    if (used := _used(ledger)) == read:
        return [said("{n} customers", n=f"{read:,}")]
    return [said("{n} of {all} customers", n=f"{used:,}", all=f"{read:,}")]


def _used(ledger: Any) -> int | None:
    """Of how many customers the study knows more than that they are in the file."""
    used = (ledger.get("study") or {}).get("customers")
    return ledger["customers"] if used is None else used


def _period(ledger: Any, columns: Mapping[str, str]) -> list[str]:
    period = [of_record(told)] if (told := data.ledger_period(ledger)) else []
    known = ledger["currency"]
    currency = said("amounts in {currency}", currency=known) if known else said("currency not stated")
    return period + [currency] * ("amount" in columns)


def anchor(number: int | None, cells: Sequence[NotebookNode]) -> str | None:
    """Where the code cell of a number stands on the page; None without a number, or where no such cell is shown."""
    return cells[number - 1]["anchor"] if number and 0 < number <= len(cells) else None


def take_main(cells: Sequence[NotebookNode]) -> list[NotebookNode]:
    """Take the main result out of the cells: a named table, and the first figure after it in its section.

    Parameters
    ----------
    cells : sequence of NotebookNode
        All cells, with their headings; the outputs that are taken get ``moved``.

    Returns
    -------
    list of NotebookNode
        Outputs, the table first.
    """
    named = {
        table["name"]: (place, output)
        for place, cell in enumerate(cells)
        for output in cell.get("outputs", [])
        if (table := publish.table_of(output.get("data"))) and table["name"]
    }
    found = next((named[name] for name in (*MAIN, *named) if name in named), None)
    if found is None:
        return []
    place, table = found
    section = [cell for cell in cells[place:] if cell["heading"] == cells[place]["heading"]]
    pictures = [o for cell in section for o in cell.get("outputs", []) if _is_figure(o)]
    taken = [table, *pictures[:1]]
    for output in taken:
        output["moved"] = "main-result"
    return taken


def take_ledger(cells: Sequence[NotebookNode], files: Sequence[DataFile]) -> None:
    """Leave a word in the place of the notebook's own ledger, which the page shows at the top over own data."""
    if any(file["kind"] == "yours" and file["ledger"] for file in files):
        for cell in cells:
            for output in cell.get("outputs", []) if cell["heading"] == LEDGER else []:
                output["moved"] = "your-data"


def changed(record: Record) -> dict[str, Any]:
    """The parameters that differ from the default, but for those that only say which data are read and how."""
    return {name: value for name, value in record["changed"].items() if name not in OF_FILE}


def _is_figure(output: NotebookNode) -> bool:
    return any(mime.startswith("image/") for mime in output.get("data", {}))


def study_last(cells: Sequence[NotebookNode]) -> tuple[list[NotebookNode], list[NotebookNode]]:
    """Part the cells into those about any data, and the sections that are marked to be about the study.

    A section begins at a markdown cell with the tag ``study`` and goes on to the next heading of its level or above.
    """
    of_data: list[NotebookNode] = []
    of_study: list[NotebookNode] = []
    level = 0  # of the study's section that is open; 0: none
    for cell in cells:
        first = cell.get("level", 0)  # of the heading that the cell begins with
        if level and 0 < first <= level:
            level = 0
        if not level and first and "study" in cell.metadata.get("tags", []):
            level = first if first > 1 else LOWEST  # the title's own text ends at the first heading
        (of_study if level else of_data).append(cell)
    return of_data, of_study
