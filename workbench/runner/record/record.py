"""The record of a run: what stands in the JSON file beside a report, key by key.

Every key is there in every record; what is not known yet, or is not the case, is None or empty. A record is
written before the first cell runs, and again when the run has ended.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypedDict, TypeGuard

from workbench import claims
from workbench.runner.record import files, shape

Claims = claims.Record  # published figures beside reproduced ones


class NotARecord(ValueError):
    """Say what is wrong with a file that should hold the record of a run."""


class Failure(TypedDict):
    """The exception that ended a run, shortened."""

    ename: str
    evalue: str
    traceback: str
    where: str  # "code cell 3 of 9"
    heading: str  # that it stands under


class NotRun(TypedDict):
    """A cell with code that the kernel never answered for."""

    cell: str  # "code cell 3 of 9"
    heading: str
    source: str


class Cells(TypedDict):
    """What became of the cells with code."""

    total: int
    run: int
    not_run: list[NotRun]
    without_alt: list[str]  # cells that show a figure without a text alternative
    seconds: dict[str, float]  # number of the cell, as a text, to how long it took


class LeftOut(TypedDict):
    """Rows of a user's file that a rule left out."""

    rule: str
    rows: int


class Studied(TypedDict):
    """What a study used of a data file after its own cleaning."""

    rows: int
    customers: int | None


class Ledger(TypedDict):
    """What became of the rows of a data file."""

    rows: int
    left_out: list[LeftOut]
    used: int  # kept, for the study
    customers: int | None
    period: list[str] | None  # first and last event, ISO
    currency: str | None
    currency_column: str | None  # that says it, where the amounts do not
    total: float | None  # of the amounts above 0
    refunds: float | None  # of those below
    study: Studied | None  # what the study says that it used


class LoadedFile(TypedDict):
    """A file that `workbench.data` read, as that tells it."""

    dataset: str
    kind: str  # "stand-in", "real", "yours", "reconstructed" or "quoted"
    file: str  # as shown: below the project, or the bare name
    sha256: str | None  # of the very bytes that were parsed; None for a database
    bytes: int | None
    rows: int
    columns: dict[str, str]  # role to column
    notes: list[str]
    ledger: Ledger | None  # None for small tables, and for all but the first of several files


class DataFile(LoadedFile):
    """The same, with where it lies."""

    at: str | None  # in words that hold on another machine, see `inputs.place`; None where there are none


class ReadFile(TypedDict):
    """A file that the run read, or may have, although `workbench.data` did not; or a folder that it listed."""

    file: str  # a folder ends with a slash
    at: str | None
    bytes: int | None  # after the run; None where there is no such file
    sha256: str | None
    changed: bool  # between its first reading and the end of the run


class Found(TypedDict):
    """A finding: what the notebook says it has found."""

    text: str
    about: str | None  # "stand-in", "study", or None: the data of the run
    cell: int


class Result(TypedDict):
    """A named table, which the run has written to files."""

    name: str
    caption: str
    rows: int
    cell: int
    files: dict[str, str]  # name in the private folder to SHA-256


class Published(TypedDict):
    """What the notebook says to its report."""

    findings: list[Found]
    tables: list[Result]


class Inputs(TypedDict):
    """What the run depends on, each part by its hash, see `inputs`."""

    format: int
    code: list[str]  # of each cell with code
    text: str  # of all that a report shows of the notebook beside its outputs
    rendering: str  # of the runner's own files
    modules: dict[str, str | None]  # the package's modules; None if it changed during the run
    own_modules: dict[str, str | None]  # Python files of the project that the notebook imports
    imported: list[
        str
    ]  # first names of all modules that were loaded: an own file could take the place of each
    places: dict[str, str]  # folders of the project that a kernel finds files in
    parameter_files: dict[str, str]  # parameter to the file that it names
    claims_file: str | None  # as shown; its hash stands in the claims


class Commit(TypedDict):
    """The state of the project's repository."""

    commit: str | None
    dirty: list[str]  # files that differ from it


class Machine(TypedDict):
    """What the run ran on."""

    python: str
    implementation: str
    os: str
    machine: str
    processors: int | None
    threads: dict[str, str]  # settings given to the kernel
    hash_seed: str


class Provenance(Commit, Machine):
    """What the run was made of and when, so that it can be repeated."""

    started: str  # ISO, UTC
    finished: str | None
    seconds: float | None
    rendered: str | None  # when the page was last written anew without a run
    kernel: str | None  # "warm", "cold", or "cold: why"
    environment: dict[str, str | None]  # of the kernel; None for what is let in, which may be a secret
    command: str
    notebook: str
    notebook_sha256: str
    notebook_place: str  # where it lies, seen from the folder of the report, as a hash
    limits: dict[str, float]  # those that were set
    versions: dict[str, str]  # package to installed version
    undeclared: list[ReadFile]
    reached: list[str]  # programs, databases, the network: what no hash can tell a change of


class FoundPersonal(TypedDict):
    """Personal data that were found in what was about to be published; never their value."""

    kind: str
    place: str
    count: int


class Personal(TypedDict):
    """What the gate said: see `runner.gate`."""

    withheld: bool  # the report was not published; the verdict is about the run
    allowed: str | None  # why personal data may be published, in the user's words
    found: list[FoundPersonal]


class LastGood(TypedDict):
    """The report that still stands while a later run has not passed."""

    page: str
    started: str


class Ended(TypedDict):
    """What is known of every run that was asked for, also of one that never started."""

    verdict: str  # a key of `verdict.EXIT_CODES`
    exit_code: int
    reason: str
    error: Failure | None


class Record(Ended):
    """A run's record."""

    study: str
    name: str  # file name of the report, without ending
    title: str
    language: str  # of the page's own words; the record's are English
    asked: str | None  # the question that the notebook answers
    source: str | None  # what study it reproduces: authors, year, title
    cells: Cells
    parameters: dict[str, Any]  # all of them
    changed: dict[str, Any]  # those that are not at the notebook's default
    data: list[DataFile]
    claims: Claims | None
    published: Published
    personal: Personal
    last_good: LastGood | None
    inputs: Inputs
    files: dict[str, str]  # the report's other files, by their SHA-256
    provenance: Provenance


def is_whole(ended: Ended) -> TypeGuard[Record]:
    """Say whether a run came so far that it has a record."""
    return "provenance" in ended


def state(record: Mapping[str, Any]) -> str:
    """The word for a run or a sweep: its verdict, or that what it would have published is withheld."""
    return "withheld" if (record.get("personal") or {}).get("withheld") else record["verdict"]


def read(file: Path) -> Record:
    """Read the record of a run.

    Raises
    ------
    OSError
        The file cannot be read.
    NotARecord
        It holds something else, or a record as another version of the workbench writes it.
    """
    try:
        value = files.value(file)
    except ValueError as error:
        raise NotARecord(str(error)) from None
    if problem := shape.problem(value, Record, "it"):
        raise NotARecord(problem)
    if "points" in value:
        raise NotARecord("it is of a sweep")
    if value["claims"]:
        try:
            value["claims"] = claims.sound_record(value["claims"])
        except ValueError as error:
            raise NotARecord(str(error)) from None
    return value
