"""Sums of grey relational coefficients block by block, and the largest of them, without the full matrix."""

from contextlib import contextmanager

import numpy as np

TILE = 2**18  # bytes of sums added up at once, which stay in the processor's cache
BLOCK = 2**18  # number of sums kept at once while the largest are picked
PIECE = 2**12  # number of single pairs added up at once


def distance_range(queries, cases, codes, *, exclude_self=False):
    """Return the smallest and largest distance from each query to all cases, shapes (q, m).

    From sorted columns: the nearest value is a neighbour in the order, the farthest is an end. Rounding keeps
    the order of differences, so both are exactly what a pass over all distances would find. `codes` says
    which indicators share them. With `exclude_self`, row i of the cases is no case for query i.
    """
    low, high = np.empty_like(queries), np.empty_like(queries)
    with np.errstate(over="ignore"):
        for j, (column, asked) in enumerate(zip(cases.T, queries.T, strict=True)):
            ordered = np.sort(column)
            high[:, j] = np.maximum(np.abs(asked - ordered[0]), np.abs(asked - ordered[-1]))
            low[:, j] = _nearest_other(column) if exclude_self else _nearest_value(asked, ordered)
    # Twice the largest distance is the largest number that a coefficient needs.
    if high.max() > np.finfo(float).max / 4:
        raise ValueError("Distances between queries and cases overflow; divide the indicators by a constant.")
    for code in np.unique(codes):
        members = codes == code
        low[:, members] = low[:, members].min(axis=1, keepdims=True)
        high[:, members] = high[:, members].max(axis=1, keepdims=True)
    return low, high


def first_of_equals(cases, most):
    """Return the rows of the cases, without each case that so many before it are equal to."""
    for ordered in map(np.sort, cases.T):
        if (ordered[1:] != ordered[:-1]).all():
            return np.arange(len(cases))
    order = np.lexsort(cases.T)
    place = np.arange(len(order))
    new = np.append(True, (cases[order[1:]] != cases[order[:-1]]).any(axis=1))
    first = np.maximum.accumulate(np.where(new, place, 0))
    return np.sort(order[place - first < most])


def _nearest_value(asked, ordered):
    right = np.searchsorted(ordered, asked).clip(max=len(ordered) - 1)
    left = (right - 1).clip(min=0)
    return np.minimum(np.abs(asked - ordered[left]), np.abs(asked - ordered[right]))


def _nearest_other(column):
    """Return the distance of each value to the nearest of the other values."""
    order = np.argsort(column)
    gaps = np.diff(column[order], prepend=-np.inf, append=np.inf)
    nearest = np.empty_like(column)
    nearest[order] = np.minimum(gaps[:-1], gaps[1:])
    return nearest


def fraction(low, high, rho):
    """Return numerator and offset of the coefficient, numerator / (Δ + offset).

    Where the largest distance is 0, all distances are, and 1 / (0 + 1) is the coefficient 1 that is meant.
    """
    offset = rho * high
    offset = np.where(offset > 0, offset, 1.0)
    return low + offset, offset


def add_up(cases, queries, numerators, offsets, out, buffer):
    """Write Σ numerator / (|case − query| + offset) over indicators, the first axis of every argument.

    Element by element and in the order of the indicators, so that a sum does not depend on its block.
    """
    for j, (case, query, numerator, offset) in enumerate(
        zip(cases, queries, numerators, offsets, strict=True)
    ):
        np.subtract(case, query, out=buffer)
        np.abs(buffer, out=buffer)
        np.add(buffer, offset, out=buffer)
        np.divide(numerator, buffer, out=buffer if j else out)
        if j:
            np.add(out, buffer, out=out)


def sums_of_pairs(cases, queries, numerators, offsets, case, query):
    """Return the sums of single pairs, given by their columns in `cases` and in the others."""
    out = np.empty(len(case))
    for i in range(0, len(out), PIECE):
        piece = slice(i, i + PIECE)
        asked = [x.take(query[piece], axis=1) for x in (queries, numerators, offsets)]
        add_up(cases.take(case[piece], axis=1), *asked, out[piece], np.empty_like(out[piece]))
    return out


def fill(out, cases, queries, numerators, offsets):
    """Write the sums of all pairs into `out`, shape (q, n), tile by tile.

    `cases` has shape (m, n), the others have shape (m, q); all are of the type of `out`.
    """
    n, size = cases.shape[1], max(1, TILE // out.itemsize)
    span = min(n, size)
    height = size // span
    buffer = np.empty((height, span), dtype=out.dtype)
    with small_ufunc_buffer():
        for i in range(0, len(out), height):
            rows = slice(i, i + height)
            asked = [x[:, rows, None] for x in (queries, numerators, offsets)]
            for j in range(0, n, span):
                tile = out[rows, j : j + span]
                free = buffer[: tile.shape[0], : tile.shape[1]]
                add_up(cases[:, None, j : j + span], *asked, tile, free)


@contextmanager
def small_ufunc_buffer():
    """Keep numpy from copying broadcast rows shorter than its buffer, which takes longer than the sum."""
    before = np.setbufsize(64)
    try:
        yield
    finally:
        np.setbufsize(before)


def fill_per_case(out, cases, queries, weights, rho):
    """As `fill`, with the smallest and largest distance of each pair over its own indicators."""
    height = max(1, TILE // cases.nbytes)
    for i in range(0, len(out), height):
        distance = np.abs(cases[:, None, :] - queries[:, i : i + height, None])
        numerator, offset = fraction(distance.min(axis=0), distance.max(axis=0), rho)
        numerators, offsets = numerator * weights[:, None, None], [offset] * len(weights)
        add_up(
            distance, np.zeros(len(weights)), numerators, offsets, out[i : i + height], np.empty_like(offset)
        )


def single_precision(cases, queries, numerators, offsets, high, codes, rho):
    """Return the arguments of `fill` in float32, and how far a sum may be off as a share of the weights.

    Columns are centred and, per set of indicators that share their distances, divided by a power of two, so
    that no coefficient changes and |case| + |query| stays below the largest distance H. With u = 2⁻²⁴, a
    distance is then off by 2uH at most and its sum with the offset ρH by the share 2u/ρ + 2u; numerator,
    division and the m additions add m + 2 more. Returns None where float32 lacks the range or the digits.
    """
    low, top = cases.min(axis=1, keepdims=True), cases.max(axis=1, keepdims=True)
    spread = np.array([(top - low)[codes == code].max() for code in codes])
    scale = np.ldexp(1.0, -np.frexp(spread)[1].clip(-1000, 1000))[:, None]
    scaled = (high.T * scale)[high.T > 0]
    if rho < 0.01 or (len(scaled) and not 2.0**-60 < scaled.min() <= scaled.max() < 2.0**60):
        return None
    middle = low / 2 + top / 2
    shifted = [(x - middle) * scale for x in (cases, queries)]
    single = [x.astype(np.float32) for x in (*shifted, numerators * scale, offsets * scale)]
    return single, (2 / rho + len(cases) + 5) * 2.0**-24
