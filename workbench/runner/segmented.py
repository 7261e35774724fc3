"""What the named tables of a run say of its segments: how large they are, how they rank, who is in which.

A notebook names these tables `customers` (a row per customer) and `segments` (a row per segment); which column is what
is known by its heading. Tables that were changed since the run say nothing.
"""

import csv
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.runner.record import files
from workbench.runner.record.record import Record
from workbench.runner.record.sweeps import Segment

# headings, the one that is looked for first
LABELS = ("segment", "persona", "grade", "value_class", "class", "cluster", "name")
SIZES = ("customers", "size", "count", "n", "users")
SHARES = ("share", "customer_share", "share_of_customers")
RANKS = ("rank",)

Row = dict[str, str]


@dataclass(frozen=True)
class Members:
    """Who is in which segment: customer to label, by column of labels; `own` if the ids are the user's own."""

    of: dict[str, dict[str, str]]
    own: bool

    @property
    def first(self) -> dict[str, str]:
        """By the column of labels that says most."""
        return next(iter(self.of.values()))


def is_label(heading: str) -> bool:
    """Whether a heading, as a table or as a reader has it, is that of segments' labels."""
    return heading.lower().replace(" ", "_") in LABELS


def rows(record: Record, folder: Path, name: str) -> list[Row]:
    """The rows of a named table of a run; none where there is no such table, or its file was changed.

    Parameters
    ----------
    record : Record
    folder : Path
        The private folder of its report.
    name : str
    """
    tables = (t for t in record["published"]["tables"] if t["name"] == name)
    digest = next((t["files"].get(f"{name}.csv") for t in tables), None)
    file = folder / f"{name}.csv"
    if digest is None or files.of_file(file) != digest:
        return []
    with open(file, newline="", encoding="utf-8-sig") as text:
        return list(csv.DictReader(text))


def segments(record: Record, folder: Path) -> list[Segment]:
    """The segments of a run, the largest first; none where it names none."""
    told = rows(record, folder, "segments")
    label, size, rank = (_column(told, names) for names in (LABELS, SIZES, RANKS))
    if not told:
        held = members(record, folder)
        sizes = Counter(held.first.values()) if held else {}
        found: list[Segment] = [{"name": name, "size": n, "rank": None} for name, n in sizes.items()]
    else:
        found = [
            {
                "name": row[label] if label else str(number),
                "size": _whole(row[size]) if size else None,
                "rank": row[rank] if rank else None,
            }
            for number, row in enumerate(told, 1)
        ]
    return sorted(found, key=lambda segment: -(segment["size"] or 0))


def sizes(record: Record, folder: Path) -> dict[str, int]:
    """How many customers each segment has, by the label that the customers have, as far as that is known."""
    if held := members(record, folder):
        return dict(Counter(held.first.values()))
    return {s["name"]: s["size"] for s in segments(record, folder) if s["size"] is not None}


def members(record: Record, folder: Path) -> Members | None:
    """Who is in which segment; None where no table says so."""
    told = rows(record, folder, "customers")
    labels = [name for name in LABELS if told and name in told[0]]
    if not labels or "customer_id" not in told[0]:
        return None
    own = "pseudonym" in told[0] or record["parameters"].get("identifiers") == "as they are"
    return Members({name: {row["customer_id"]: row[name] for row in told} for name in labels}, own)


def centres(record: Record, folder: Path) -> dict[str, dict[str, float]]:
    """The mean of each segment by column, as far as they are numbers; sizes, shares and ranks are none."""
    told = rows(record, folder, "segments")
    label = _column(told, LABELS)
    if label is None:
        return {}
    apart = {*LABELS, *SIZES, *SHARES, *RANKS}
    columns = [
        name for name in told[0] if name not in apart and all(_number(row[name]) is not None for row in told)
    ]
    return {row[label]: {name: float(row[name]) for name in columns} for row in told}


def _column(told: Sequence[Mapping[str, str]], names: Iterable[str]) -> str | None:
    return next((name for name in names if told and name in told[0]), None)


def _number(text: str | None) -> float | None:
    try:
        number = float(text or "")
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _whole(text: str) -> int | None:
    number = _number(text)
    return None if number is None else round(number)
