"""Past months played through the loop, and four ways to read them."""

import numpy as np
import pandas as pd
import pytest

from workbench import retention

N = 2000


@pytest.fixture(scope="module")
def contracts():
    rng = np.random.default_rng(2)
    p = rng.beta(1, 3, N)
    left = rng.random(N) < p
    ends = pd.to_datetime(np.where(rng.random(N) < 0.5, "2013-09-30", "2013-10-31"))
    return pd.DataFrame(
        {
            "customer_id": [f"c{i}" for i in range(N)],
            "branch": rng.choice(["A", "B"], N),
            "contract_end": ends,
            "as_of": ends.to_period("M").start_time,
            "probability": p,
            "churned": left,
            "churned_if_contacted": left & (rng.random(N) < 0.6),
        }
    )


@pytest.fixture(scope="module")
def loop():
    with retention.Retention("sqlite://") as loop:
        yield loop


@pytest.fixture(scope="module")
def played(contracts, loop):
    return retention.rehearse(loop, contracts, {"A": 100, "B": 50}, random_state=1)


def test_who_is_called_has_the_outcome_of_a_call(played):
    called = played["arm"].eq("contact")
    assert (played["left"][called] == played["churned_if_contacted"][called]).all()
    assert (played["left"][~called] == played["churned"][~called]).all()
    assert played[called].groupby(["month", "branch"]).size().to_dict() == {
        (month, branch): n for month in ("2013-09", "2013-10") for branch, n in (("A", 100), ("B", 50))
    }


def test_the_loop_keeps_what_happened(played, loop):
    assert len(loop.to_frame("tasks")) == played["arm"].notna().sum()
    assert len(loop.to_frame("outcomes")) == len(played)
    effect = loop.report().effects.set_index("by").loc["all", "effect"]
    answer = retention.answers(played).loc["called against the control group", "saved"]
    assert effect == pytest.approx(answer, abs=0.02), "strata apart, and all at once"


def test_only_the_control_group_is_near_the_truth(played):
    saved = retention.answers(played)
    truth = saved.loc["truth, on the lists", "saved"]
    right = saved.loc["called against the control group"]
    assert right["low"] < truth < right["high"]
    assert saved.loc["called against not listed", "saved"] < 0 < truth, "they were chosen for their risk"


def test_a_missing_column_is_named(contracts, loop):
    with pytest.raises(ValueError, match="churned_if_contacted"):
        retention.rehearse(loop, contracts.drop(columns="churned_if_contacted"), {"A": 1, "B": 1})
