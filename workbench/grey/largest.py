"""The largest of many sums: screened in single precision, decided in double."""

import numpy as np


def candidates(sums: np.ndarray, k: int, slack: float) -> tuple[np.ndarray, np.ndarray]:
    """Return rows and columns of the entries that may be among the k largest of their row.

    `slack` is how far an entry may be off. The k-th largest of the maxima of any parts of a row is at most
    its k-th largest entry, and cheaper to find.
    """
    n = sums.shape[1]
    parts = min(n, max(256, 8 * k))
    depth = n // parts
    maxima = sums[:, : depth * parts].reshape(len(sums), depth, parts).max(axis=1)
    least = np.partition(maxima, parts - k, axis=1)[:, parts - k]
    return np.divmod(np.flatnonzero(sums >= threshold_of(least, slack)[:, None]), n)


def threshold_of(least: np.ndarray, slack: float) -> np.ndarray:
    """Return what each of the k largest entries reaches, where the k-th largest is `least` and entries may be off."""
    # Twice the slack for the two entries compared, once more for the rounding of the threshold itself.
    return (least - 3 * slack).astype(least.dtype)


def largest(
    rows: np.ndarray, columns: np.ndarray, values: np.ndarray, k: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return columns and values of the k largest per row, shape (rows, k); ties go to the lower column."""
    order = np.lexsort((columns, -values, rows))
    start = np.searchsorted(rows[order], np.arange(rows.max() + 1))
    chosen = order[start[:, None] + np.arange(k)]
    return columns[chosen], values[chosen]
