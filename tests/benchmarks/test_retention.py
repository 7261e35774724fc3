"""The monthly loop against a sort of the same scores."""

import numpy as np
import pandas as pd
import pytest
from timing import seconds_of

from workbench.churn import targeting
from workbench.retention import Retention

N, BRANCHES, MONTH = 100_000, list("ABCDE"), "2014-03"


def scores():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:06}" for i in range(N)],
            "branch": rng.choice(BRANCHES, N),
            "contract_end": pd.Timestamp("2014-03-31"),
            "probability": rng.beta(2, 5, N),
        }
    )


def sort_of(table):
    return min(
        seconds_of(lambda: table.sort_values(["branch", "probability"], ascending=[True, False]))
        for _ in range(5)
    )


def test_worklist(ratio):
    table = scores()
    ours = min(seconds_of(lambda: targeting.worklist(table, 400, 0.2)) for _ in range(5))
    ratio("worklist of 10⁵ scores, 5 branches of 400 calls", ours, "a pandas sort", sort_of(table))


@pytest.mark.parametrize("calls", [100, 400])
def test_dispatch(calls, ratio):
    table, taken = scores(), []
    for _ in range(5):
        with Retention() as loop:
            loop.configure(
                pd.DataFrame({"strategy": ["call"], "action": "call", "cost": 1.0, "stage": "pilot"}),
                pd.DataFrame({"month": MONTH, "branch": BRANCHES, "contacts": calls}),
            )
            loop.publish(MONTH, table)
            taken.append(seconds_of(lambda: loop.dispatch(MONTH, 0.2)))  # noqa: B023
    what = f"dispatch of 10⁵ scores in a database, 5 branches of {calls} calls"
    ratio(what, min(taken), "a pandas sort", sort_of(table))
