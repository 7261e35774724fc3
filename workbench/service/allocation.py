"""Packages for customers within limits: a plan per cell, the prices of what is limited, a plan per customer.

A package uses so much of each limited thing, such as hours of managers and places with them; a customer gets one.
With prices for what is limited, every customer simply gets the package that brings the most after its price.
"""

from collections.abc import Hashable, Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, linprog, milp

from workbench import checks
from workbench.service.feasible import filled, repaired
from workbench.service.packages import needs_of

__all__ = ["CellPlan", "Plan", "allocate", "best", "gains", "plan", "prices", "split_customers"]

EXACT = 300  # customers up to whom every single plan can be looked at in a second
STEPS = 200  # of the search for prices; two limits take about thirty


class CellPlan(NamedTuple):
    """Packages for cells of customers who count as alike."""

    table: pd.DataFrame  # customers of each cell (row) who get each package (column)
    gain: float
    bound: float
    gap: float


class Plan(NamedTuple):
    """A package for every customer."""

    package: pd.Series
    gain: float
    bound: float
    gap: float
    used: pd.Series  # of each limit


def gains(
    value: pd.Series | ArrayLike,
    effects: Mapping[Hashable, float],
    *,
    leaving_risk: pd.Series | ArrayLike | float = 1.0,
) -> pd.DataFrame:
    """Return what each package is expected to save of each customer: value times risk times effect.

    Parameters
    ----------
    value : array_like of shape (n,)
        Of each customer, such as revenue a year; not negative.
    effects : dict of package to float in [0, 1]
        Part of the risk of leaving that the package takes away. Only a trial shows it.
    leaving_risk : array_like of shape (n,) or float, in [0, 1]
        Probability that the customer leaves without a package.

    Returns
    -------
    DataFrame of float, shape (n, number of packages), index of `value`
        Unit of the value.

    Examples
    --------
    >>> gains([100, 10], {"none": 0, "manager": 0.5}, leaving_risk=[0.2, 0.4])["manager"].tolist()
    [10.0, 2.0]
    """
    worth = checks.finite_vector(value, "value")
    checks.same_order(leaving_risk, value, "leaving_risk", "value")
    risk = np.broadcast_to(np.asarray(leaving_risk, float), worth.shape)
    for name, array, most in (("value", worth, np.inf), ("leaving_risk", risk, 1)):
        if (wrong := ~((array >= 0) & (array <= most))).any():
            row = checks.rows_of(value)[int(wrong.argmax())]
            allowed = "numbers from 0" + " to 1" * (most == 1)
            raise ValueError(
                f"{name} is {array[wrong][0]:g} in row {checks.shown(row)}; allowed are {allowed}."
            )
    for name, effect in effects.items():
        checks.number(f"The effect of {checks.shown(name)}", effect, least=0, most=1)
    saved = (worth * risk)[:, None] * np.fromiter(effects.values(), float)
    return pd.DataFrame(saved, checks.rows_of(value), [*effects])


def allocate(cells: pd.DataFrame, packages: pd.DataFrame, *, limits: Mapping[str, float]) -> CellPlan:
    """Return the best plan in whole customers for cells of customers who count as alike.

    Parameters
    ----------
    cells : DataFrame, one row per cell
        ``customers``, how many there are, and for each package the gain per customer.
    packages : DataFrame, one row per package
        What a customer who has the package uses of each limit; one package uses nothing.
    limits : dict of str to float
        How much there is, by column of `packages`.

    Returns
    -------
    CellPlan
        ``table``, whole customers by cell and package; ``gain``; ``bound``, which no plan of these cells exceeds;
        ``gap``, the part of the bound that is missing.

    Raises
    ------
    ValueError
        If a package needs more than there is, no package is free, or a number of customers is no whole number.

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 2]}, index=["none", "manager"])
    >>> cells = pd.DataFrame({"customers": [3, 3], "none": [0, 0], "manager": [9, 4]}, index=["high", "low"])
    >>> allocate(cells, packages, limits={"hours": 8}).table["manager"].to_dict()
    {'high': 3, 'low': 1}
    """
    needs, most = needs_of(packages, limits)
    checks.needed_columns(cells.columns, ("customers", *packages.index), "cells")
    table = checks.finite_frame(cells[["customers", *packages.index]], "cells")
    counts, worth = table["customers"].to_numpy(), table[[*packages.index]].to_numpy()
    for name, count in table["customers"].items():
        checks.whole_number(
            f"customers of cell {checks.shown(name)}", int(count) if count % 1 == 0 else count, 0
        )
    n_cells, n_packages = worth.shape
    each_once = sparse.kron(sparse.eye(n_cells), np.ones((1, n_packages)), format="csr")
    uses = sparse.csr_array(np.tile(needs.T, n_cells))
    solved = milp(
        -worth.ravel(),
        integrality=np.ones(worth.size),
        bounds=Bounds(0, np.repeat(counts, n_packages)),
        constraints=[LinearConstraint(each_once, counts, counts), LinearConstraint(uses, -np.inf, most)],
        options={"mip_rel_gap": 1e-6},
    )
    chosen = np.rint(solved.x).astype(int).reshape(worth.shape)
    gain, bound = float((chosen * worth).sum()), -float(solved.mip_dual_bound)
    return CellPlan(pd.DataFrame(chosen, cells.index, packages.index), gain, bound, _gap(gain, bound))


def prices(
    gains: pd.DataFrame, packages: pd.DataFrame, *, limits: Mapping[str, float], tolerance: float = 1e-6
) -> pd.Series:
    """Return the price of each limited thing: what the last hour brings, and what one more would.

    At these prices every customer's best package together uses about as much as there is. They minimise the upper
    bound of any plan, which is convex in as few numbers as there are limits; cutting planes find its bottom.

    Parameters
    ----------
    gains : DataFrame of shape (n, number of packages)
        As `gains` returns it.
    packages, limits
        As `allocate` takes them.
    tolerance : float
        Part of the bound by which it may be above its least.

    Returns
    -------
    Series of float, index the limits
        Gain per unit; 0 for what is not scarce.

    References
    ----------
    Kelley (1960), *J. SIAM* 8, 703–712: cutting planes. With one limit and one package the plan is that of Dantzig
    (1957), *Operations Research* 5, 266–288.

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 2]}, index=["none", "manager"])
    >>> each = pd.DataFrame({"none": [0, 0, 0], "manager": [9, 4, 6]})
    >>> bool(2 <= prices(each, packages, limits={"hours": 4})["hours"] <= 3)  # from the first not served to the last
    True
    """
    worth, needs, most = _checked(gains, packages, limits)
    least_use = np.where(needs > 0, needs, np.inf).min(axis=0)
    ceiling = np.where(np.isfinite(least_use), np.ptp(worth, axis=1).max() / least_use, 0.0) * 1.01 + 1e-9
    price = best = np.zeros(len(most))
    cuts, lowest = [], np.inf
    for _ in range(STEPS):
        bound, slope = _bound(worth, needs, most, price)
        if bound < lowest:
            lowest, best = bound, price
        cuts.append(np.concatenate([slope, [bound - slope @ price]]))
        price, floor = _bottom(np.array(cuts), ceiling)
        if lowest - floor <= tolerance * abs(lowest):
            break
    return pd.Series(best, index=[*limits], name="price")


def plan(
    gains: pd.DataFrame, prices: pd.Series, *, packages: pd.DataFrame, limits: Mapping[str, float]
) -> Plan:
    """Give every customer the package that is best at the prices, and see to it that no limit is exceeded.

    Where several customers gain the same, or prices are of a sample, the limits would be missed by a little: packages
    are then taken from those who lose least, and what is left goes to those who gain most by it.

    Parameters
    ----------
    gains, packages, limits
        As `prices` takes them.
    prices : Series
        As `prices` returns it; any prices from 0 give a plan within the limits, good ones a good plan.

    Returns
    -------
    Plan
        ``package`` of each customer; ``gain`` in all; ``bound``, which no plan at all exceeds; ``gap``, the part of the
        bound that is missing; ``used`` of each limit.

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 2]}, index=["none", "manager"])
    >>> each = pd.DataFrame({"none": [0, 0, 0], "manager": [9, 4, 6]}, index=["a", "b", "c"])
    >>> found = plan(each, prices(each, packages, limits={"hours": 4}), packages=packages, limits={"hours": 4})
    >>> found.package.to_dict(), found.gain
    ({'a': 'manager', 'b': 'none', 'c': 'manager'}, 15.0)
    """
    worth, needs, most = _checked(gains, packages, limits)
    price = checks.not_negative(prices, [*limits], "prices")
    priced = worth - needs @ price
    chosen = repaired(priced.argmax(axis=1), priced, needs, most)
    chosen = filled(chosen, worth, priced, needs, most)
    gain, (bound, _) = float(worth[np.arange(len(worth)), chosen].sum()), _bound(worth, needs, most, price)
    names = pd.Categorical.from_codes(chosen, [*packages.index])
    return Plan(
        pd.Series(names, gains.index, name="package"),
        gain,
        bound,
        _gap(gain, bound),
        pd.Series(np.bincount(chosen, minlength=len(needs)) @ needs, [*limits], name="used"),
    )


def best(
    gains: pd.DataFrame, prices: pd.Series, *, packages: pd.DataFrame, limits: Mapping[str, float]
) -> Plan:
    """Return the plan at the prices, or, of few customers, the best of all plans.

    One package more or less is much where there are few customers, and prices do not see it.

    Parameters
    ----------
    gains, prices, packages, limits
        As `plan` takes them; up to 300 customers are few.

    Returns
    -------
    Plan

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 2, 3]}, index=["none", "contact", "manager"])
    >>> each = pd.DataFrame({"none": [0, 0], "contact": [5.0, 5.0], "manager": [8.0, 5.0]})
    >>> best(each, pd.Series({"hours": 2.7}), packages=packages, limits={"hours": 4}).gain
    10.0
    """
    found = plan(gains, prices, packages=packages, limits=limits)
    if len(gains) > EXACT:
        return found
    exact = allocate(gains.assign(customers=1), packages, limits=limits)
    if exact.gain <= found.gain:
        return found._replace(
            bound=min(found.bound, exact.bound), gap=_gap(found.gain, min(found.bound, exact.bound))
        )
    chosen = exact.table.to_numpy().argmax(axis=1)
    names = pd.Categorical.from_codes(chosen, [*packages.index])
    used = pd.Series(exact.table.sum() @ packages[[*limits]].astype(float), name="used")
    return Plan(pd.Series(names, gains.index, name="package"), exact.gain, exact.bound, exact.gap, used)


def split_customers(gains: pd.DataFrame, packages: pd.DataFrame, *, limits: Mapping[str, float]) -> int:
    """Return how many customers get parts of several packages in the best plan that may divide packages.

    A vertex of the linear program has no more of them than there are limits. Takes a second for a thousand customers.

    Examples
    --------
    >>> packages = pd.DataFrame({"hours": [0, 2]}, index=["none", "manager"])
    >>> split_customers(pd.DataFrame({"none": [0, 0], "manager": [9, 4]}), packages, limits={"hours": 3})
    1
    """
    worth, needs, most = _checked(gains, packages, limits)
    n, n_packages = worth.shape
    solved = linprog(
        -worth.ravel(),
        A_ub=sparse.csr_array(np.tile(needs.T, n)),
        b_ub=most,
        A_eq=sparse.kron(sparse.eye(n), np.ones((1, n_packages)), format="csr"),
        b_eq=np.ones(n),
        method="highs-ds",
    )
    return int((solved.x.reshape(worth.shape).max(axis=1) < 1 - 1e-6).sum())


def _bound(worth, needs, most, price):
    """Return what no plan exceeds at given prices, and how it changes with them."""
    chosen = (priced := worth - needs @ price).argmax(axis=1)
    best = priced[np.arange(len(priced)), chosen].sum()
    return float(price @ most + best), most - np.bincount(chosen, minlength=len(needs)) @ needs


def _bottom(cuts, ceiling):
    """Return the prices at which the highest of the planes is lowest, and how high it is there."""
    k = len(ceiling)
    size = max(1.0, float(np.abs(cuts).max()))  # HiGHS judges by absolute sizes
    solved = linprog(
        np.eye(k + 1)[k],
        A_ub=np.column_stack([cuts[:, :k] * ceiling, np.full(len(cuts), -size)]) / size,
        b_ub=-cuts[:, k] / size,
        bounds=[(0, 1)] * k + [(None, None)],
    )
    return solved.x[:k] * ceiling, float(solved.x[k] * size)


def _checked(gains, packages, limits):
    """Return the numbers of gains, packages and limits, or refuse them."""
    needs, most = needs_of(packages, limits)
    checks.needed_columns(gains.columns, packages.index, "gains")
    return checks.finite_table(gains[[*packages.index]], "gains"), needs, most


def _gap(gain, bound):
    return max(0.0, (bound - gain) / bound) if bound > 0 else 0.0
