"""The record of a sweep: what stands in the JSON file beside its page. The keys that a run's record has too make
it a row of the list of reports."""

from typing import Any, TypedDict

from workbench.runner.record.record import Commit, DataFile, Ended, Found, LastGood, Personal


class PointClaim(TypedDict):
    """How a claim stands at a point."""

    verdict: str
    reproduced: Any
    shown: str  # the reproduced figure as text


class Segment(TypedDict):
    """A segment that a run found."""

    name: str
    size: int | None  # customers
    rank: str | None


class Point(TypedDict):
    """What a sweep keeps of one of its points."""

    name: str  # of its report
    values: dict[str, Any]  # parameter to its value at this point
    verdict: str  # "not run" while there is no record
    exit_code: int | None
    reason: str
    page: str | None
    seconds: float | None
    claims: dict[str, PointClaim]
    findings: list[Found]
    segments: list[Segment]  # the largest first


class Reference(TypedDict):
    """The verdicts that claims have in the default run, and where that was looked up."""

    source: str
    verdicts: dict[str, str]


class SweepProvenance(Commit):
    """When and of what the sweep was made."""

    started: str
    finished: str | None
    seconds: float | None
    command: str
    notebook: str
    notebook_sha256: str
    notebook_place: str


class SweepRecord(Ended):
    """The record of a sweep."""

    study: str
    name: str
    title: str
    language: str  # of the page's own words
    asked: str | None  # the study's question
    grid: dict[str, list[Any]]
    changed: dict[str, Any]  # the same at every point, and not at the notebook's default
    points: list[Point]
    compared: list[dict[str, Any]]  # the claims, without what differs from point to point
    reference: Reference
    claims: None
    data: list[DataFile]
    personal: Personal
    last_good: LastGood | None
    provenance: SweepProvenance
