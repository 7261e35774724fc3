"""Cases in leaves, small boxes of like cases: a query passes over all boxes too far to hold a nearest case.

A box is as near to a query as its nearest point. Rounding keeps order in subtraction, addition and division,
so the sum at that point, added up by the same steps, is never below that of a case in the box, in single
precision as in double: no case is lost to rounding that comparing all pairs would keep.
"""

from typing import NamedTuple

import numpy as np

from workbench.grey import blocks
from workbench.grey.largest import threshold_of

SIZE = 96  # most cases of a leaf, unless k is large or the cases are very many
MOST = 1024  # most leaves
FEWEST, QUERIES = 16, 1000  # fewest leaves and queries that are faster than comparing all pairs
SAMPLE = 64  # queries that tell whether leaves are worth it
SHARE = 0.5  # of all pairs compared, from which they are not
TIMES = 4  # a first guess at the k nearest looks at so many times k cases
TABLE = 2**24  # number of bounds kept at once
PAIRS = 2**21  # number of pairs kept at once


class Leaves(NamedTuple):
    """Cases leaf after leaf, and the box of each leaf."""

    order: np.ndarray  # (n,), rows of the cases
    starts: np.ndarray  # (l + 1,), where leaves begin and end in the order
    cases: np.ndarray  # (m, n), in the order
    low: np.ndarray  # (m, l)
    high: np.ndarray  # (m, l)


def partition(cases, numerators, offsets, depth):
    """Halve the cases, shape (m, n), so many times, sizes differing by 1 at most.

    A part is halved across the indicator whose term falls most from one of its ends to the other; for that
    `numerators` and `offsets` have one entry per indicator.
    """
    parts = [np.arange(cases.shape[1])]
    for _ in range(depth):
        parts = [half for part in parts for half in _halves(cases[:, part], part, numerators, offsets)]
    order = np.concatenate(parts)
    starts = np.cumsum([0, *map(len, parts)])
    ordered = np.ascontiguousarray(cases[:, order])
    low, high = (end.reduceat(ordered, starts[:-1], axis=1) for end in (np.minimum, np.maximum))
    return Leaves(order, starts, ordered, low, high)


def _halves(values, part, numerators, offsets):
    spread = values.max(axis=1) - values.min(axis=1)
    fall = numerators / offsets - numerators / (offsets + spread)
    middle = len(part) // 2
    order = np.argpartition(values[fall.argmax()], middle)
    return part[order[:middle]], part[order[middle:]]


def bounds(leaves, queries, numerators, offsets):
    """Return what no sum of a query, shape (m, q), with a case of a leaf exceeds, shape (l, q)."""
    out = np.empty((len(leaves.starts) - 1, queries.shape[1]), dtype=queries.dtype)
    width = min(out.shape[1], 2048)
    height = max(1, blocks.TILE // out.itemsize // width)
    buffer, point = np.empty((2, height, width), dtype=out.dtype)
    for i in range(0, len(out), height):
        low, high = (x[:, i : i + height, None] for x in (leaves.low, leaves.high))
        for j in range(0, out.shape[1], width):
            tile = out[i : i + height, j : j + width]
            free, nearest = (x[: tile.shape[0], : tile.shape[1]] for x in (buffer, point))
            asked = [x[:, None, j : j + width] for x in (queries, numerators, offsets)]
            points = (np.clip(*ends, out=nearest) for ends in zip(asked[0], low, high, strict=True))
            blocks.add_up(points, *asked, tile, free)
    return out


def reached(leaves, table, terms, own, k):
    """Return for each query a sum that its k nearest cases reach, from those in the leaves of largest bound."""
    span = np.diff(leaves.starts).min()
    some = min(len(table), -(-TIMES * k // span))
    best = table.argmax(axis=0)[None] if some == 1 else table.argpartition(-some, axis=0)[-some:]
    out = np.empty(table.shape[1], dtype=table.dtype)
    width = max(1, blocks.TILE // out.itemsize // (some * span))
    for i in range(0, len(out), width):
        at = leaves.starts[best[:, None, i : i + width]] + np.arange(span)[:, None]
        at = at.reshape(some * span, -1)
        sums, buffer = np.empty((2, *at.shape), dtype=table.dtype)
        blocks.add_up((x[at] for x in leaves.cases), *(x[:, i : i + width] for x in terms), sums, buffer)
        if own is not None:
            sums[leaves.order[at] == own[i : i + width]] = -np.inf
        out[i : i + width] = np.partition(sums, -k, axis=0)[-k]
    return out


def partition_if_worth(terms, own, k, slack):
    """Return leaves of the cases if a sample of the queries passes over most of them, otherwise None.

    `terms` are the arguments of `blocks.fill`; `own` says which case each query is itself, if that is to be
    left out, -1 for none; `slack` is how far a sum may be off.
    """
    cases, _, numerators, offsets = terms
    n, q = cases.shape[1], numerators.shape[1]
    # Every leaf holds k cases, and perhaps the query itself.
    depth = int(np.log2(min(n / max(SIZE / 2, k + 1), MOST)))
    if 2**depth < FEWEST or q < QUERIES:
        return None
    leaves = partition(cases, np.median(numerators, axis=1), np.median(offsets, axis=1), depth)
    asked = _of_rows(terms[1:], own, slice(None, None, max(1, q // SAMPLE)))
    table, threshold = _bounds_and_threshold(leaves, *asked, k, slack)
    return leaves if (table >= threshold).mean() < SHARE else None


def pairs(leaves, terms, own, k, slack):
    """Yield a slice of queries, and rows and columns of what may be among the k largest sums of each.

    Arguments as for `partition_if_worth`, `terms` without the cases.
    """
    q = terms[0].shape[1]
    start, height = 0, max(1, TABLE // (len(leaves.starts) - 1))
    while start < q:
        rows = slice(start, min(start + height, q))
        found = _pairs(leaves, *_of_rows(terms, own, rows), k, slack, PAIRS if height > 1 else np.inf)
        if found is None:
            height = (rows.stop - start + 1) // 2
        else:
            yield rows, *found
            start = rows.stop


def _of_rows(terms, own, rows):
    return [x[:, rows] for x in terms], None if own is None else own[rows]


def _bounds_and_threshold(leaves, terms, own, k, slack):
    """Return the bounds of queries and leaves, and what the k largest sums of a query reach even if off."""
    with blocks.small_ufunc_buffer():
        table = bounds(leaves, *terms)
        least = reached(leaves, table, terms, own, k)
    return table, threshold_of(least, slack)


def _pairs(leaves, terms, own, k, slack, most):
    """Return rows and columns for all the queries at once; None if there are more than so many."""
    table, threshold = _bounds_and_threshold(leaves, terms, own, k, slack)
    found, count = [], 0
    for leaf, bound in enumerate(table):
        part = slice(*leaves.starts[leaf : leaf + 2])
        asked = np.flatnonzero(bound >= threshold)
        width = max(1, 2 * blocks.TILE // table.itemsize // (part.stop - part.start))
        for i in range(0, len(asked), width):
            some = asked[i : i + width]
            case, query = _reaching(
                leaves.cases[:, part], [x.take(some, axis=1) for x in terms], threshold[some]
            )
            found.append((some[query], leaves.order[part][case]))
            count += len(case)
            if count > most:
                return None
    rows, columns = map(np.concatenate, zip(*found, strict=True))
    other = slice(None) if own is None else columns != own[rows]
    return rows[other], columns[other]


def _reaching(cases, terms, threshold):
    """Return which cases and queries have a sum that reaches the threshold of the query."""
    sums, buffer = np.empty((2, cases.shape[1], len(threshold)), dtype=cases.dtype)
    with blocks.small_ufunc_buffer():
        blocks.add_up(cases[:, :, None], *(x[:, None] for x in terms), sums, buffer)
    return np.divmod(np.flatnonzero(sums >= threshold), len(threshold))
