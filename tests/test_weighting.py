"""What weights do before and after a scaling, and the scores of many choices."""

import numpy as np
import pandas as pd
import pytest

from workbench import rfm

SCALINGS = ["zscore", "minmax", "robust", "rank", "log_zscore"]
WEIGHTS = {"recency": 0.3, "frequency": 0.2, "monetary": 0.5}


@pytest.fixture
def customers():
    draw = np.random.default_rng(0)
    columns = {"recency": draw.uniform(0, 90, 50), "frequency": draw.poisson(6, 50) + 1.0}
    return pd.DataFrame(columns | {"monetary": draw.lognormal(4, 1, 50)})


def test_weights_that_come_first_cancel_wherever_a_spread_is_divided_away(customers):
    moved = rfm.weights_before_scaling(customers, WEIGHTS, ["zscore", "minmax", "robust", "rank", "centre"])
    assert moved.drop("centre").to_numpy() == pytest.approx(0, abs=1e-12)
    farthest = (customers - customers.mean()).abs().max()
    assert moved.loc["centre"].to_dict() == pytest.approx(
        {name: (1 - WEIGHTS[name]) * farthest[name] for name in customers}
    )


def test_where_spreads_are_equal_the_squared_weights_decide(customers):
    shares = rfm.variance_shares(customers, WEIGHTS, ["zscore", "minmax"])
    squares = {name: weight**2 / 0.38 for name, weight in WEIGHTS.items()}  # .09 + .04 + .25
    assert shares.loc["zscore, weighted"].to_dict() == pytest.approx(squares)
    assert shares.loc["squared weights"].to_dict() == pytest.approx(squares)
    assert shares.loc["zscore, not weighted"].tolist() == pytest.approx([1 / 3] * 3)
    assert shares.loc["minmax, weighted"].to_dict() != pytest.approx(squares)
    assert shares.sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_a_scaling_is_usable_where_scale_does_not_refuse_it(customers):
    assert rfm.usable_scalings(customers, SCALINGS) == SCALINGS
    middle = customers.assign(frequency=[1.0] * 45 + [2.0] * 5)
    assert rfm.usable_scalings(middle, SCALINGS) == ["zscore", "minmax", "rank", "log_zscore"]
    alike = customers.assign(frequency=1.0)
    assert rfm.usable_scalings(alike, SCALINGS) == ["rank"]
    with pytest.raises(ValueError, match="'z-score'; did you mean 'zscore'"):
        rfm.usable_scalings(customers, ["z-score"])
    with pytest.raises(ValueError, match="finite"):
        rfm.usable_scalings(customers.assign(frequency=np.nan), SCALINGS)


def test_variants_are_the_value_scores_of_each_choice_after_the_single_indicators(customers):
    weightings = pd.DataFrame([WEIGHTS, dict.fromkeys(WEIGHTS, 1 / 3)], index=["judges", "equal"])
    turns = {"fewer": rfm.DIRECTION, "more": rfm.DIRECTION | {"recency": 1}}
    table = rfm.score_variants(customers, weightings, ["zscore", "rank"], turns)
    assert table.shape == (50, 3 + 2 * 2 * 2)
    assert table["recency alone", "", ""].tolist() == (-customers["recency"]).tolist()
    expected = rfm.value_score(rfm.scale(customers, "rank"), WEIGHTS, direction=turns["more"])
    assert table["judges", "rank", "more"].tolist() == expected.tolist()
