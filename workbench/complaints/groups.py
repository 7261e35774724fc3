"""Five customers as one group: alike in some columns, within a window of time; and what chance alone would make."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy import stats

from workbench import checks

__all__ = ["group_chance", "groups", "windows_by_chance"]


def groups(
    cases: pd.DataFrame, *, by: str | Sequence[str], window: Any, size: int = 5, inclusive: bool = True
) -> pd.DataFrame:
    """Find the cases that belong to a group: enough different customers, alike, within a window of time.

    A case belongs to a group where some window [t, t + `window`) that holds it has enough customers; windows that
    overlap make one group. One customer who complains five times is no group. The rate behind the chance counts the
    group's own cases, too, so that the chance is rather too large.

    Parameters
    ----------
    cases : pandas.DataFrame, shape (n, m)
        ``received``, datetime64 without time zone; the columns of `by`; ``customer_id``, without which every case
        counts as a customer of its own.
    by : str or sequence of str
        Columns in which the cases of a group agree, such as subject and place.
    window : str or timedelta
        Length of the window, such as "7D".
    size : int
        Customers that make a group, at least 2.
    inclusive : bool
        Whether `size` itself is enough, as "五位以上" says in Chinese law; else it takes one more.

    Returns
    -------
    pandas.DataFrame, one row per case
        ``group``, number of the group by its first case, missing where there is none; ``customers`` of the group;
        ``chance`` that a window of chance alone, at the rate of these columns over the whole period, has enough;
        ``in_group``, boolean, missing where a column of `by` is.

    Raises
    ------
    ValueError
        If a column lacks, a time is missing, or size or window lie outside their range.

    References
    ----------
    Civil Code of China, article 1259: "以上" includes the number itself.

    Examples
    --------
    >>> cases = pd.DataFrame({"customer_id": list("abcdefa"), "place": "hall",
    ...     "received": pd.to_datetime(["2024-01-01"] * 5 + ["2024-03-01"] * 2)})
    >>> groups(cases, by="place", window="7D")["group"].tolist()
    [1, 1, 1, 1, 1, <NA>, <NA>]
    """
    columns = [by] if isinstance(by, str) else checks.distinct("by", by)
    checks.needed_columns(cases.columns, ["received", *columns], "cases")
    checks.times(cases["received"], "received")
    if cases["received"].isna().any():
        raise ValueError(
            f"received is missing in row {checks.shown(cases.index[cases['received'].isna()][0])}."
        )
    enough = checks.whole_number("size", size, 2) + (not inclusive)
    length = _length(window)
    known = cases[columns].notna().all(axis=1).to_numpy()
    cells = cases[columns].groupby(columns, sort=False, dropna=True).ngroup().to_numpy()
    customers = _customers(cases)
    when = cases["received"].to_numpy().astype("datetime64[us]").astype("int64")
    found = _found(cells, when, customers, length, enough)
    result = _described(found, customers, cells, when, length, enough)
    result["in_group"] = pd.array(found > 0, dtype="boolean")
    result.loc[~known, "in_group"] = pd.NA
    return result.set_index(cases.index)


def group_chance(rate: float, size: int = 5) -> float:
    """Return the chance that a window has so many cases or more, if they come independently of one another.

    Of one window that is fixed beforehand; a window that may be laid anywhere has a larger one.

    Parameters
    ----------
    rate : float
        Cases expected in a window, at least 0.
    size : int
        Cases that make a group, at least 1.

    Returns
    -------
    float
        P(N ≥ size) of a Poisson distribution.

    Examples
    --------
    >>> [round(group_chance(rate), 3) for rate in (1, 2, 3, 4)]
    [0.004, 0.053, 0.185, 0.371]
    """
    mean = checks.number("rate", rate, least=0)
    return float(stats.poisson.sf(checks.whole_number("size", size) - 1, mean))


def windows_by_chance(
    cases: pd.DataFrame, *, by: str | Sequence[str], window: Any, size: int = 5, inclusive: bool = True
) -> float:
    """Return how many windows, laid end to end, chance alone would fill with so many cases, if nothing had happened.

    Each combination of the columns of `by` has its own rate over the whole period. Windows that may be laid anywhere,
    as `groups` does, find more.

    Parameters
    ----------
    cases, by, window, size, inclusive
        As for `groups`.

    Returns
    -------
    float

    Examples
    --------
    >>> days = pd.date_range("2024-01-01", periods=53, freq="7D")  # one a week
    >>> round(windows_by_chance(pd.DataFrame({"received": days, "place": "hall"}), by="place", window="7D"), 1)
    0.2
    """
    columns = [by] if isinstance(by, str) else checks.distinct("by", by)
    checks.needed_columns(cases.columns, ["received", *columns], "cases")
    length = pd.Timedelta(_length(window), "us")
    windows = max((cases["received"].max() - cases["received"].min()) / length, 1.0)
    sizes = cases.groupby(columns, dropna=True).size()
    enough = checks.whole_number("size", size, 2) + (not inclusive)
    return float(sum(group_chance(n / windows, enough) for n in sizes) * windows)


def _length(window: Any) -> int:
    """The window in microseconds."""
    try:
        length = pd.Timedelta(window)
    except ValueError:
        length = pd.NaT
    if not isinstance(length, pd.Timedelta) or length <= pd.Timedelta(0):
        raise ValueError(f"window is {checks.shown(window)}; write a length of time such as '7D' or '48h'.")
    return int(length / pd.Timedelta(1, "us"))


def _customers(cases: pd.DataFrame) -> np.ndarray:
    """A number for each customer, -1 for one who is not known; each case its own where no column says."""
    if "customer_id" not in cases:
        return np.arange(len(cases))
    return pd.factorize(cases["customer_id"])[0]


def _found(
    cells: np.ndarray, when: np.ndarray, customers: np.ndarray, length: int, enough: int
) -> np.ndarray:
    """The number of each case's group in the order of their first cases, 0 for none."""
    order = np.lexsort((when, cells))
    order = order[cells[order] >= 0]
    runs = []
    for rows in np.split(order, np.flatnonzero(np.diff(cells[order])) + 1):
        reached = _reached(when[rows].tolist(), customers[rows].tolist(), length, enough)
        runs += [rows[first : last + 1] for first, last in reached]
    found = np.zeros(len(cells), dtype="int64")
    for number, rows in enumerate(sorted(runs, key=lambda rows: (when[rows[0]], rows[0])), 1):
        found[rows] = number
    return found


def _reached(times: list[int], customers: list[int], length: int, enough: int) -> list[list[int]]:
    """The first and last place of each group among cases in order of time: windows that reach it, joined."""
    inside: Counter[int] = Counter()
    runs: list[list[int]] = []
    first = 0
    for last, time in enumerate(times):
        inside[customers[last]] += 1
        while time - times[first] >= length:
            inside[customers[first]] -= 1
            if not inside[customers[first]]:
                del inside[customers[first]]
            first += 1
        if len(inside) - (-1 in inside) >= enough:  # who is not known may be one of the others
            if runs and first <= runs[-1][1]:
                runs[-1][1] = last
            else:
                runs.append([first, last])
    return runs


def _described(
    found: np.ndarray, customers: np.ndarray, cells: np.ndarray, when: np.ndarray, length: int, enough: int
) -> pd.DataFrame:
    """The group of each case with its customers and its chance."""
    frame = pd.DataFrame({"group": found, "customer": customers, "cell": cells})
    inside = frame[(frame["group"] > 0) & (frame["customer"] >= 0)]
    sizes = inside.groupby("group")["customer"].nunique()
    span = max(int(np.ptp(when)) if len(when) else 0, length)
    rates = frame.loc[frame["cell"] >= 0, "cell"].value_counts() * length / span
    chances = pd.Series({cell: group_chance(rate, enough) for cell, rate in rates.items()}, dtype=float)
    none = frame["group"] == 0
    return pd.DataFrame(
        {
            "group": frame["group"].astype("Int64").mask(none),
            "customers": frame["group"].map(sizes).astype("Int64").mask(none),
            "chance": frame["cell"].map(chances).mask(none),
        }
    )
