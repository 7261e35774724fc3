"""Which segment of one run is which of another: by the customers in both, else by how near their centres are.

A cluster's number says nothing: the same customers may be cluster 1 in one run and 3 in the next. Customers are joined
by the user's own ids, or by those of one shipped data set; never by pseudonyms, which every run gives anew.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.runner import segmented
from workbench.runner.record.record import Record
from workbench.runner.segmented import Members

MOST = 200  # segments: a table with more labels is of something else


@dataclass
class Matched:
    """How the segments of two runs belong together.

    `pairs` has a segment of each run, None where it has no partner, and how many customers are in both; `how` says by
    what they were matched, in a clause; `shared` counts the customers in both runs and `moved` those of them that are
    in a segment that is not the partner of their former one. `renamed` maps labels of the second run to those of
    the first, by the column of labels.
    """

    how: str
    pairs: list[tuple[str | None, str | None, int | None]] = field(default_factory=list)
    shared: int | None = None
    moved: int | None = None
    renamed: list[dict[str, str]] = field(default_factory=list)

    @property
    def lines(self) -> list[str]:
        """In short, for the terminal."""
        if not self.pairs:
            return [f"segments were not matched: {self.how}"]
        told = [f"segments were matched by {self.how}"]
        told += [f"  {a or 'none'} → {b or 'none'}{_both(n)}" for a, b, n in self.pairs]
        if self.moved is not None:
            told.append(f"  {self.moved:,} of {self.shared:,} shared customers are in another segment in B")
        return told


def _both(number: int | None) -> str:
    return "" if number is None else f" ({number:,} in both)"


def match(one: Record, two: Record, places: tuple[Path, Path]) -> Matched | None:
    """Match the segments of two runs.

    Parameters
    ----------
    one, two : Record
    places : (Path, Path)
        Their private folders.

    Returns
    -------
    Matched or None
        None where neither run says anything of segments.
    """
    a, b = (segmented.members(record, place) for record, place in zip((one, two), places, strict=True))
    by_customers = _by_customers(a, b) if a and b and _can_join(one, two, a, b) else None
    if by_customers:
        return by_customers
    means = [segmented.centres(record, place) for record, place in zip((one, two), places, strict=True)]
    if by_centres := _by_centres(*means):
        return by_centres
    if not (a or b or any(means)):
        return None
    return Matched(
        "the two runs have no customers in common that may be joined, and no centres of the same columns"
    )


def _can_join(one: Record, two: Record, a: Members, b: Members) -> bool:
    """Whether an id means the same customer in both: own ids, or those of one shipped data set."""
    if a.own and b.own:
        return True
    read = [{(f["dataset"], f["kind"] == "yours") for f in r["data"]} for r in (one, two)]
    chosen = [r["parameters"].get("dataset") for r in (one, two)]
    return read[0] == read[1] and chosen[0] == chosen[1] and not any(own for _, own in read[0])


def _by_customers(a: Members, b: Members) -> Matched | None:
    shared = a.first.keys() & b.first.keys()
    labels = [sorted(set(members.first.values())) for members in (a, b)]
    if not shared or max(map(len, labels)) > MOST:
        return None
    counts = Counter((a.first[customer], b.first[customer]) for customer in shared)
    partners = assign([[-counts[x, y] for y in labels[1]] for x in labels[0]])
    pairs = _pairs(labels[0], labels[1], partners)
    told = [(x, y, counts[x, y] if x is not None and y is not None else None) for x, y in pairs]
    stayed = sum(both or 0 for _, _, both in told)
    renamed = [_renamed(a, b, column, pairs) for column in a.of if column in b.of]
    how = f"{len(shared):,} customers whose ids are in both runs, so that as few as possible move"
    return Matched(how, told, len(shared), len(shared) - stayed, [names for names in renamed if names])


def _renamed(
    a: Members, b: Members, column: str, pairs: Sequence[tuple[str | None, str | None]]
) -> dict[str, str]:
    """The labels of a column in the second run, to those of the first; none where a segment has several."""
    of = [_one_each(members, column) for members in (a, b)]
    if None in of or not of[0] or not of[1]:
        return {}
    return {of[1][y]: of[0][x] for x, y in pairs if x is not None and y is not None}


def _one_each(members: Members, column: str) -> dict[str, str] | None:
    """What the segments are called in another column of labels; None where they have no one label each."""
    found = set(zip(members.first.values(), members.of[column].values(), strict=True))
    names = dict(found)
    return names if len(found) == len(names) == len(set(names.values())) else None


def _by_centres(one: dict[str, dict[str, float]], two: dict[str, dict[str, float]]) -> Matched | None:
    """By the distance of the centres, each column in its standard deviation over the segments of both runs."""
    columns = [name for name in next(iter(one.values()), {}) if name in next(iter(two.values()), {})]
    if not columns or max(len(one), len(two)) > MOST:
        return None
    spread = {name: _spread([c[name] for c in (*one.values(), *two.values())]) for name in columns}
    distances = [
        [sum(((x[n] - y[n]) / spread[n]) ** 2 for n in columns) for y in two.values()] for x in one.values()
    ]
    pairs = _pairs(list(one), list(two), assign(distances))
    renamed = {y: x for x, y in pairs if x is not None and y is not None}
    how = f"the distance of their centres, standardised: {', '.join(columns)}; how many customers moved is not known"
    return Matched(how, [(x, y, None) for x, y in pairs], renamed=[renamed])


def _spread(values: Sequence[float]) -> float:
    mean = sum(values) / len(values)
    return (sum((value - mean) ** 2 for value in values) / len(values)) ** 0.5 or 1.0


def _pairs(
    one: Sequence[str], two: Sequence[str], partners: Sequence[tuple[int, int]]
) -> list[tuple[str | None, str | None]]:
    """Every segment with its partner; those without one last."""
    found: list[tuple[str | None, str | None]] = [(one[i], two[j]) for i, j in partners]
    known = [{i for i, _ in partners}, {j for _, j in partners}]
    found += [(label, None) for i, label in enumerate(one) if i not in known[0]]
    return found + [(None, label) for j, label in enumerate(two) if j not in known[1]]


def assign(costs: Sequence[Sequence[float]]) -> list[tuple[int, int]]:
    """Pair rows with columns so that the sum of the costs is least.

    Examples
    --------
    >>> assign([[1, 2], [1, 9]])
    [(0, 1), (1, 0)]
    """
    from scipy.optimize import linear_sum_assignment  # its import takes a while

    first, second = linear_sum_assignment(costs)
    return list(zip(first.tolist(), second.tolist(), strict=True))
