"""Packages for very many customers: how near the bound, how time grows, and against a program over single customers."""

import numpy as np
import pandas as pd
import pytest
from scipy.optimize import linprog
from scipy.sparse import csr_array, eye, kron
from timing import in_turns, seconds_of

from workbench.service import allocation, queues

PACKAGES = pd.DataFrame(
    {"hours": [0, 0.5, 2, 8], "slots": [0, 0, 1, 1]}, index=["none", "line", "contact", "manager"]
)
EFFECTS = dict(zip(PACKAGES.index, [0, 0.05, 0.15, 0.3], strict=True))


def customers(n):
    rng = np.random.default_rng(0)
    gains = allocation.gains(rng.lognormal(7, 1.5, n), EFFECTS, leaving_risk=rng.beta(1.5, 10, n))
    return gains, {"hours": 0.3 * n, "slots": 0.05 * n}


def planned(gains, limits):
    prices = allocation.prices(gains, PACKAGES, limits=limits)
    return allocation.plan(gains, prices, packages=PACKAGES, limits=limits)


def test_priced_plans_grow_in_proportion(growth, ratio):
    taken = {}
    for n in (10_000, 200_000, 1_000_000):
        gains, limits = customers(n)
        found = planned(gains, limits)
        assert found.gain >= 0.999 * found.bound
        assert (found.used <= pd.Series(limits)).all()
        taken[n] = in_turns({"": lambda gains=gains, limits=limits: planned(gains, limits)}, 2)[""]
    growth("a package for each customer, by prices", taken)
    against = "eight times the plan of 200,000"
    ratio("a package for each of 1,000,000 customers", taken[1_000_000], against, 8 * taken[200_000])


def test_prices_against_a_program_over_single_customers(ratio):
    gains, limits = customers(5_000)
    n, m = gains.shape
    uses = csr_array(np.tile(PACKAGES.to_numpy(float).T, n))
    each_once = kron(eye(n), np.ones((1, m)), format="csr")
    found = {}

    def theirs():
        found["bound"] = -linprog(
            -gains.to_numpy().ravel(), A_ub=uses, b_ub=[*limits.values()], A_eq=each_once, b_eq=np.ones(n)
        ).fun

    program = seconds_of(theirs)
    ours = in_turns({"": lambda: planned(gains, limits)})[""]
    assert planned(gains, limits).gain == pytest.approx(found["bound"], rel=1e-3)
    ratio("a package for each of 5,000 customers, by prices", ours, "one linear program (HiGHS)", program)


def test_cells_against_single_customers(ratio):
    gains, limits = customers(1_000)
    program = seconds_of(lambda: allocation.allocate(gains.assign(customers=1), PACKAGES, limits=limits))
    ours = in_turns({"": lambda: planned(gains, limits)})[""]
    ratio("a package for each of 1,000 customers, by prices", ours, "one integer program (HiGHS)", program)


def test_erlang_c(ratio):
    def theirs(load, seats):
        """The sum of the formula, as textbooks write it, in logarithms."""
        steps = np.concatenate([[0.0], np.cumsum(np.log(load / np.arange(1, seats + 1)))])
        last = np.exp(steps[-1]) * seats / (seats - load)
        return last / (np.exp(steps[:-1]).sum() + last)

    assert queues.wait_probability(48, 55) == pytest.approx(theirs(48, 55))
    taken = in_turns(
        {
            "ours": lambda: [queues.wait_probability(48, 55) for _ in range(2000)],
            "theirs": lambda: [theirs(48, 55) for _ in range(2000)],
        }
    )
    ratio(
        "Erlang C, 48 erlang and 55 seats, 2,000 times", taken["ours"], "the sum with numpy", taken["theirs"]
    )
