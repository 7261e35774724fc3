"""From indicators to scores: a common scale, the say of each column, binned scores, the value score."""

from collections.abc import Mapping
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import DIRECTION, listed, shown

__all__ = ["DIRECTION", "scale", "value_score", "variance_share", "with_spread"]

SCALINGS = ("none", "centre", "zscore", "minmax", "robust", "rank", "log1p", "log_zscore", "initial", "mean")
Scaling = Literal[
    "none", "centre", "zscore", "minmax", "robust", "rank", "log1p", "log_zscore", "initial", "mean"
]


def scale(X: pd.DataFrame, how: Scaling = "zscore", *, reference: pd.DataFrame | None = None) -> pd.DataFrame:
    """Bring the columns of a table to a common scale.

    Not defined for a constant column (or, with "robust", one whose middle half is constant), except with
    "none", "centre", "log1p", "rank", "initial" and "mean"; nor with "initial" where the first row, or with
    "mean" where the mean, is not above 0.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Finite numbers, any unit.
    how : {"zscore", "minmax", "robust", "rank", "log1p", "log_zscore", "centre", "initial", "mean", "none"}
        (x − mean) / standard deviation (of the n values) · (x − min) / (max − min) · (x − median) /
        interquartile range · (mid-rank − ½) / n · log(1 + x), of a negative sum ``−log(1 + |x|)`` · z-score of
        that · x − mean · x / value in the first row · x / mean · x. "initial" and "mean" are those of grey
        relational analysis; "initial" depends on the order of the rows.
    reference : pandas.DataFrame, shape (k, m), optional
        Table with the columns of `X` whose minimum, mean, first row … are used, such as the cases when `X`
        holds the queries; default: `X` itself. Values beyond its range are not cut: "minmax" then leaves
        [0, 1]. With "rank" a value gets the share of the reference below it, ties counting half.

    Returns
    -------
    pandas.DataFrame, shape (n, m)
        Same rows and columns. A positive factor on a column (of both tables) changes nothing under "zscore",
        "minmax", "robust", "rank", "initial" and "mean", so weights must come after.

    Raises
    ------
    ValueError
        If a value is not finite, a column has no spread or nothing to divide by (see `with_spread`), or
        `reference` has other columns.

    References
    ----------
    Deng (1989), Introduction to grey system theory, *Journal of Grey System* 1, for "initial" and "mean".

    Examples
    --------
    >>> cases = pd.DataFrame({"monetary": [4.0, 5.0, 9.0]})
    >>> scale(cases, "minmax")["monetary"].tolist()
    [0.0, 0.2, 1.0]
    >>> scale(pd.DataFrame({"monetary": [6.0, 14.0]}), "minmax", reference=cases)["monetary"].tolist()
    [0.4, 2.0]
    """
    checks.one_of("how", how, SCALINGS)
    X = checks.finite_frame(X, "X")
    base = X if reference is None else _same_columns(checks.finite_frame(reference, "reference"), X.columns)
    base = checks.without_noise(base)
    X = base if reference is None else X
    if how.startswith("log"):
        X, base = _log1p(X), _log1p(base)
    if how in ("none", "log1p"):
        return X
    if how == "rank":
        return X.apply(lambda x: _share_below(x, base[x.name]))
    if how in ("initial", "mean"):
        return X / _divisor(base, how)
    return _centred_and_scaled(X, base, "zscore" if how == "log_zscore" else how)


def _same_columns(reference, columns):
    if set(reference.columns) != set(columns):
        raise ValueError(
            f"reference must have the columns {listed(columns)}, not {listed(reference.columns)}."
        )
    return reference[list(columns)]


def _log1p(X):
    """Give sign(x) · log(1 + |x|): odd, rising, and log(1 + x) where nothing is negative."""
    return np.sign(X) * np.log1p(X.abs()) if (X < 0).any(axis=None) else np.log1p(X)


def _share_below(x, base):
    """Share of `base` below each value, ties counting half; within one column that is (mid-rank − ½) / n."""
    ordered = np.sort(base)
    return (np.searchsorted(ordered, x, "left") + np.searchsorted(ordered, x, "right")) / (2 * len(ordered))


def _divisor(base, how):
    divisor = base.iloc[0] if how == "initial" else base.mean()
    # Dividing by less than 0 would turn larger into smaller; the mean of a centred column is rounding noise.
    bad = divisor <= 1e-12 * base.abs().max()
    if bad.any():
        column = bad.idxmax()
        which = f"of the first row, {shown(base.index[0])}," if how == "initial" else "mean"
        raise ValueError(
            f"{column} {which} is {divisor[column]:.6g}; {shown(how)} divides by it and needs more than 0."
        )
    return divisor


def _centred_and_scaled(X, base, how):
    centre, spread = _centre_and_spread(base, how)
    if how == "centre":
        return X - centre
    flat = _flat(base, spread)
    if flat.any():
        raise ValueError(
            f"Column {shown(flat.idxmax())} has no spread under {shown(how)}; leave it out or scale it another way."
        )
    return (X - centre) / spread


def _centre_and_spread(base, how):
    if how == "robust":
        return base.median(), base.quantile(0.75) - base.quantile(0.25)
    if how == "minmax":
        return base.min(), base.max() - base.min()
    return base.mean(), base.std(ddof=0)


def _flat(base, spread):
    # A standard deviation of equal values can come out as rounding noise, so ask for equality itself.
    return spread.eq(0) | base.eq(base.iloc[0]).all()


def with_spread(X: pd.DataFrame, how: Scaling = "zscore") -> tuple[pd.DataFrame, dict[str, str]]:
    """Leave out the columns that tell nothing, or that a scaling cannot bring to a common scale.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Finite numbers, one row per customer.
    how : str
        As for `scale`.

    Returns
    -------
    kept : pandas.DataFrame, shape (n, ≤ m)
        `X` without the columns that are the same for every customer; under "robust" also without those that
        are the same for the middle half.
    left_out : dict of column to str
        What was left out, and why in a sentence.

    Raises
    ------
    ValueError
        If a value is not finite or nothing is left.

    Examples
    --------
    >>> kept, left_out = with_spread(pd.DataFrame({"frequency": [1, 1, 1], "monetary": [5, 7, 9]}))
    >>> list(kept), left_out
    (['monetary'], {'frequency': 'frequency is 1 for every customer and tells nothing'})
    """
    checks.one_of("how", how, SCALINGS)
    table = checks.finite_frame(X, "X")
    table = checks.without_noise(table)
    constant = table.eq(table.iloc[0]).all()
    left_out = {
        name: f"{name} is {table[name].iloc[0]:.6g} for every customer and tells nothing"
        for name in table.columns[constant]
    }
    if how == "robust":
        middle = _flat(table, _centre_and_spread(table, how)[1]) & ~constant
        left_out |= {
            name: f"{name} is the same for the middle half of the customers ({table[name].median():.6g}), so that "
            f"{shown(how)} cannot scale it"
            for name in table.columns[middle]
        }
    kept = X[[name for name in X.columns if name not in left_out]]
    if kept.empty:
        raise ValueError(f"No indicator differs between customers: {'; '.join(left_out.values())}.")
    return kept, left_out


def variance_share(X: pd.DataFrame) -> pd.Series:
    """Share of the total variance that each column holds, that is, its say in a Euclidean distance.

    Not defined when every column is constant.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Finite numbers, as they go into the clustering. A weight w on a coordinate acts here as w².

    Returns
    -------
    pandas.Series, shape (m,)
        Non-negative, sums to 1.

    Raises
    ------
    ValueError
        If a value is not finite or no column varies.

    Examples
    --------
    >>> variance_share(pd.DataFrame({"a": [0, 1], "b": [0, 2]})).tolist()
    [0.2, 0.8]
    """
    variance = checks.without_noise(checks.finite_frame(X, "X")).var(ddof=0)
    if not variance.sum() > 0:
        raise ValueError("No column varies, so there is no variance to share.")
    return (variance / variance.sum()).rename("variance_share")


def value_score(
    Z: pd.DataFrame,
    weights: Mapping[str, float] | pd.Series | ArrayLike,
    *,
    direction: Mapping[str, int] | None = None,
) -> pd.Series:
    """Add up scaled indicators by weight, each turned so that larger is better.

    Parameters
    ----------
    Z : pandas.DataFrame, shape (n, m)
        Scaled indicators (see `scale`), one row per customer or per segment.
    weights : dict or pandas.Series by column, or array of shape (m,) in the order of the columns
        Not negative, sum 1. A sum missing 1 by printed rounding (up to 0.005) is used as given and noted in
        ``attrs["note"]``; ``attrs["weights_sum"]`` is the sum.
    direction : dict of column to 1 or -1, optional
        1: larger is better, −1: smaller is better; default `DIRECTION`. A column without one is refused.

    Returns
    -------
    pandas.Series, shape (n,)
        ``value_score``, no unit, larger is better. It ranks; it is not a lifetime value.

    Raises
    ------
    ValueError
        If weights or directions do not fit the columns, or a value is not finite.

    Examples
    --------
    >>> Z = pd.DataFrame({"recency": [1.0, -1.0], "frequency": [0.0, 2.0]})
    >>> value_score(Z, {"frequency": 0.25, "recency": 0.75}).tolist()
    [-0.75, 1.25]
    """
    Z = checks.finite_frame(Z, "Z")
    w = checks.weights(weights, Z.columns)
    sign = checks.signs(direction, Z.columns)
    score = (Z * (w * sign)).sum(axis=1).rename("value_score")
    score.attrs["weights_sum"] = total = float(w.sum())
    score.attrs.update(checks.rounding_note(total))
    return score
