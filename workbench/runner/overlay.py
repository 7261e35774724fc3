"""The tables of two runs laid over each other: each place once where it is the same, else both.

Segments are laid over the ones they were matched with, whatever their numbers. Tables of a user's own customers are not
laid over each other: their pseudonyms are given anew in every run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.runner import segmented
from workbench.runner.record import cells, html_tables
from workbench.runner.record.html_tables import Table

MOST_ROWS = 100  # of a table that differs; the others are counted


@dataclass(frozen=True)
class Overlay:
    """How the tables of two runs are laid over each other.

    `renamed` maps labels of segments in the second run to those of the first; `own` if one is of a user's own data.
    """

    renamed: Sequence[Mapping[str, str]]
    own: bool

    def laid(self, old: cells.Part, new: cells.Part) -> list[dict[str, Any]] | None:
        """The tables of two outputs as one each; None where they have to stand side by side."""
        (one, rest), (two, other) = html_tables.read(old.content), html_tables.read(new.content)
        if not one or len(one) != len(two) or rest != other:
            return None
        if self.own and any(_names_customers(table) for table in (*one, *two)):
            return None
        return [self._one(x, y, old.caption) for x, y in zip(one, two, strict=True)]

    def _one(self, one: Table, two: Table, caption: str) -> dict[str, Any]:
        """One table of both: each place has the text of the first, and that of the second where it differs."""
        one, two = _by_segment(one), _by_segment(two)
        former = self._former(one, two)
        columns = html_tables.merged(one.columns, two.columns)
        partners = {column: self._of_column(one, two, column) for column in columns}
        rows, left_out, equal = [], 0, 0
        for label in html_tables.merged(one.rows, list(former)):
            other = former.get(label, label)
            told = [
                _place(one.values.get((label, c)), two.values.get((other, c)), partners[c]) for c in columns
            ]
            if all(len(place) == 1 for place in told):
                equal += 1
            elif len(rows) == MOST_ROWS:
                left_out += 1
            else:
                rows.append((label if label.endswith(other) else f"{label} → {other}", told))
        return {"columns": columns, "rows": rows, "equal": equal, "left_out": left_out, "caption": caption}

    def _former(self, one: Table, two: Table) -> dict[str, str]:
        """The row of the first table that each row of the second is laid over, to the second's own label."""
        segments = segmented.is_label(one.heading) and segmented.is_label(two.heading)
        fitting = (n for n in self.renamed if set(n.values()) <= set(one.rows) and set(n) <= set(two.rows))
        partners = next(fitting, {}) if segments else {}
        taken = set(partners.values())
        return {partners.get(x, f"none → {x}" if x in taken else x): x for x in two.rows}

    def _of_column(self, one: Table, two: Table, column: str) -> Mapping[str, str]:
        """Which label of the second table is which of the first, in a column of segments' labels."""
        if not segmented.is_label(column):
            return {}
        first, second = ({table.values.get((row, column)) for row in table.rows} for table in (one, two))
        return next((n for n in self.renamed if second & n.keys() and first & set(n.values())), {})


def _by_segment(table: Table) -> Table:
    """A table whose rows have no labels, labelled by the column that names segments, if there is one."""
    named = next((name for name in table.columns if segmented.is_label(name)), None)
    return table if table.heading or named is None else table.by(named)


def _names_customers(table: Table) -> bool:
    return any(name.replace(" ", "_") == "customer_id" for name in (table.heading, *table.columns))


def _place(old: str | None, new: str | None, partners: Mapping[str, str]) -> list[str]:
    """What stands in a place: one text where both have the same, or the label of a segment and of its partner."""
    named = new in partners or old in partners.values()  # the label of a matched segment
    if old == (partners.get(new or "") if named else new):
        return [old or ""]
    return ["–" if text is None else text for text in (old, new)]
