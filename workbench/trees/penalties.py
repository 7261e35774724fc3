"""What wrong classes cost, and what that makes of the weights of cases."""

import numpy as np

from workbench import checks


def cost_matrix(costs, classes):
    """Return costs as a matrix, shape (n_classes, n_classes), row predicted, column actual, or None where all are 1.

    Parameters
    ----------
    costs : iterable of (predicted, actual, cost), or None
        Costs that are not named are 1. Costs below 1 are read as ratios: all are divided by the least, so that
        1 : 0.5 is 2 : 1.
    classes : ndarray of shape (n_classes,)

    Raises
    ------
    ValueError
        If an entry is no triple, names a class that is unknown, the same class twice or the same pair twice, or
        if its cost is not above 0.
    """
    if costs is None:
        return None
    names = classes.tolist()
    matrix = np.ones((len(names), len(names)))
    named = set()
    for entry in costs:
        predicted, actual, cost = _triple(entry)
        where = f" in costs, {checks.shown(tuple(entry))}"
        for name in (predicted, actual):
            checks.known("class", name, names, where)
        if predicted == actual:
            raise ValueError(
                f"The cost of {checks.shown(predicted)} where it is right is always 0; leave out"
                f" {checks.shown(tuple(entry))}."
            )
        if (predicted, actual) in named:
            raise ValueError(f"costs name {checks.shown((predicted, actual))} twice; keep one.")
        named.add((predicted, actual))
        cost = checks.number(f"The cost of {checks.shown((predicted, actual))}", cost, above=0)
        matrix[names.index(predicted), names.index(actual)] = cost
    if (matrix == 1).all():
        return None
    matrix /= min(matrix.min(), 1.0)
    np.fill_diagonal(matrix, 0)
    return matrix


def _triple(entry):
    if isinstance(entry, str) or not hasattr(entry, "__len__") or len(entry) != 3:
        raise ValueError(
            f"costs hold {checks.shown(entry)}; allowed are triples (predicted class, actual class, cost), such as"
            " ('stay', 'churn', 3)."
        )
    return entry


def class_weights(costs, frequencies):
    """Return the weight of a case of each of two classes, in proportion to the cost of missing it; their mean is 1.

    In single precision, step by step, since weights that tie in C5.0 must tie here.

    Parameters
    ----------
    costs : ndarray of shape (2, 2)
    frequencies : ndarray of shape (2,)
    """
    missed = costs.sum(axis=0)
    unit = np.float32(frequencies.sum() / (frequencies * missed).sum())
    return (missed.astype(np.float32) * unit).astype(float)
