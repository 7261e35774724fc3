"""Cases in leaves, small boxes of like cases: a query passes over all boxes too far to hold a nearest case.

A box is as near to a query as its nearest point. Rounding keeps order in subtraction, addition and division,
so the sum at that point, added up by the same steps, is never below that of a case in the box, in single
precision as in double: no case is lost to rounding that comparing all pairs would keep.
"""

from typing import NamedTuple

import numpy as np

from workbench.grey import blocks

SIZE = 96  # most cases of a leaf, unless there are very many cases or k is large
MOST = 1024  # leaves
FEWEST = 16  # leaves
QUERIES = 1000  # fewest that make up for the leaves
SAMPLE = 64  # queries
SHARE = 0.5  # of pairs
TABLE = 2**24  # bounds kept at once
PAIRS = 2**21  # pairs kept at once


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
        for j in range(0, out.shape[1], width):
            tile = out[i : i + height, j : j + width]
            h, w = tile.shape
            asked = [x[:, None, j : j + width] for x in (queries, numerators, offsets)]
            boxes = zip(
                asked[0], leaves.low[:, i : i + h, None], leaves.high[:, i : i + h, None], strict=True
            )
            points = (np.clip(*one, out=point[:h, :w]) for one in boxes)
            blocks.add_up(points, *asked, tile, buffer[:h, :w])
    return out


def reached(leaves, table, terms, own, k):
    """Return for each query a sum that its k nearest cases reach, from those in the leaf of its largest bound."""
    best = table.argmax(axis=0)
    span = np.diff(leaves.starts).min()
    out = np.empty(len(best), dtype=table.dtype)
    width = max(1, blocks.TILE // out.itemsize // span)
    for i in range(0, len(out), width):
        at = leaves.starts[best[i : i + width]] + np.arange(span)[:, None]
        sums, buffer = np.empty((2, *at.shape), dtype=table.dtype)
        blocks.add_up((x[at] for x in leaves.cases), *(x[:, i : i + width] for x in terms), sums, buffer)
        if own is not None:
            sums[leaves.order[at] == own[i : i + width]] = -np.inf
        out[i : i + width] = np.partition(sums, span - k, axis=0)[span - k]
    return out


def pairs(leaves, terms, own, k, slack):
    """Yield a slice of queries, and rows and columns of what may be among the k largest sums of each query."""
    q = terms[0].shape[1]
    start, height = 0, max(1, TABLE // (len(leaves.starts) - 1))
    while start < q:
        rows = slice(start, min(start + height, q))
        most = PAIRS if height > 1 else np.inf
        mine = None if own is None else own[rows]
        with blocks.small_ufunc_buffer():
            found = _pairs(leaves, [x[:, rows] for x in terms], mine, k, slack, most)
        if found is None:
            height = -(-(rows.stop - start) // 2)
        else:
            yield rows, *found
            start = rows.stop


def _pairs(leaves, terms, own, k, slack, most):
    """Return rows and columns of some queries; None if there are more than so many."""
    table = bounds(leaves, *terms)
    # As in `largest.candidates`.
    threshold = (reached(leaves, table, terms, own, k) - 3 * slack).astype(table.dtype)
    rows, columns, count = [], [], 0
    for leaf, bound in enumerate(table):
        part = slice(*leaves.starts[leaf : leaf + 2])
        asked = np.flatnonzero(bound >= threshold)
        width = max(1, blocks.TILE // table.itemsize // (part.stop - part.start))
        for i in range(0, len(asked), width):
            some = asked[i : i + width]
            case, query = _within(
                leaves.cases[:, part, None], [x.take(some, axis=1) for x in terms], threshold[some]
            )
            rows.append(some[query])
            columns.append(leaves.order[part][case])
            count += len(case)
        if count > most:
            return None
    rows, columns = np.concatenate(rows), np.concatenate(columns)
    other = slice(None) if own is None else columns != own[rows]
    return rows[other], columns[other]


def _within(cases, terms, threshold):
    """Return which cases and queries have a sum that reaches the threshold of the query."""
    sums, buffer = np.empty((2, cases.shape[1], len(threshold)), dtype=cases.dtype)
    blocks.add_up(cases, *(x[:, None] for x in terms), sums, buffer)
    return np.divmod(np.flatnonzero(sums >= threshold), len(threshold))


def partition_if_worth(terms, k):
    """Return leaves of the cases if a sample of the queries can pass over most of them, otherwise None."""
    cases, _, numerators, offsets = terms
    n, q = cases.shape[1], numerators.shape[1]
    # Each leaf holds k cases at least.
    depth = int(np.log2(min(n / max(SIZE / 2, k), MOST)))
    if 2**depth < FEWEST or q < QUERIES:
        return None
    leaves = partition(cases, np.median(numerators, axis=1), np.median(offsets, axis=1), depth)
    sample = [x[:, :: max(1, q // SAMPLE)] for x in terms[1:]]
    sums = np.empty((sample[0].shape[1], n), dtype=cases.dtype)
    blocks.fill(sums, leaves.cases, *sample)
    threshold = np.partition(sums, n - k, axis=1)[:, n - k]
    return leaves if (bounds(leaves, *sample) >= threshold).mean() < SHARE else None
