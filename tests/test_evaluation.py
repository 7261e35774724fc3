"""Lists and scores judged: confusion, AUC, tables side by side, bootstrap by customers; settings, splits, renewals."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import brier_score_loss, roc_auc_score

from workbench import checks, churn

RNG = np.random.default_rng(3)
SCORE = RNG.random(400).round(2)
LEFT = RNG.random(400) < SCORE / 2
CUSTOMERS = np.repeat(np.arange(200), 2)


def test_confusion_counts_what_a_list_finds():
    found = churn.confusion([1, 1, 1, 0, 0], [1, 0, 0, 1, 0])
    assert found.to_dict() == {
        "churners": 3, "listed": 2, "found": 1, "precision": 0.5, "coverage": pytest.approx(1 / 3),
        "workload": 0.4, "correct": 0.4,
    }  # fmt: skip
    assert np.isnan(churn.confusion([1, 0], [0, 0])["precision"])
    with pytest.raises(ValueError, match="Nobody left"):
        churn.confusion([0, 0], [1, 0])


def test_auc_is_that_of_scikit_learn_ties_included():
    assert churn.auc(LEFT, SCORE) == pytest.approx(roc_auc_score(LEFT, SCORE))
    with pytest.raises(ValueError, match="the same for all"):
        churn.auc([1, 1], [0.2, 0.3])


def test_models_are_judged_by_customers_on_the_same_draws():
    scores = pd.DataFrame({"one": SCORE, "same": SCORE, "none": 0.5})
    table = churn.judged(LEFT, scores, CUSTOMERS, n_boot=60, random_state=1)
    assert (table.loc[("AUC", "one")] == table.loc[("AUC", "same")]).all()
    assert table.loc[("AUC", "none")].tolist() == [0.5, 0.5, 0.5]
    assert (table["low"] <= table["high"]).all()
    brier = table.loc[("Brier score", "one"), "estimate"]
    assert brier == pytest.approx(brier_score_loss(LEFT, SCORE))


def test_customers_with_their_contracts_twice_are_no_surer():
    once = churn.judged(LEFT, pd.DataFrame({"a": SCORE}), np.arange(400), n_boot=300, random_state=1)
    twice = churn.judged(
        np.tile(LEFT, 2),
        pd.DataFrame({"a": np.tile(SCORE, 2)}),
        np.tile(np.arange(400), 2),
        n_boot=300,
        random_state=1,
    )
    width = [(t.loc[("AUC", "a"), "high"] - t.loc[("AUC", "a"), "low"]) for t in (once, twice)]
    assert width[1] == pytest.approx(width[0], rel=0.15)


def test_lists_and_scores_stand_side_by_side():
    lists = churn.list_table(LEFT, {"all": np.ones(400), "top": SCORE > 0.5}, miss_cost=3)
    assert lists.loc["all", "cost per contract"] == pytest.approx((~LEFT).mean())
    scores = churn.score_table(LEFT, {"rate": np.full(400, LEFT.mean()), "score": SCORE / 2})
    assert scores.loc["rate", ["AUC", "mean probability"]].tolist() == [0.5, pytest.approx(LEFT.mean())]
    assert np.isnan(scores.loc["rate", "slope"])
    assert scores.loc["score", "profit per contract"] > scores.loc["rate", "profit per contract"]


@pytest.fixture(scope="module")
def panel():
    n = 900
    rng = np.random.default_rng(5)
    months = pd.period_range("2012-07", periods=12, freq="M")
    ends = months[rng.integers(0, 12, n)].to_timestamp(how="end").normalize().astype("datetime64[us]")
    table = pd.DataFrame(
        {"customer_id": [f"c{i}" for i in range(n)], "contract_end": ends, "hours": rng.random(n)}
    )
    late = pd.Series(ends + pd.Timedelta(days=3)).where(rng.random(n) > 0.3)
    return churn.from_table(table.assign(renewed_on=late), observation_end="2013-08-01")


def test_a_split_leaves_out_the_months_whose_labels_nobody_knew(panel):
    training, test, month = churn.split(panel, "2012-12", 2)
    ends = [part.index.get_level_values("contract_end").to_period("M") for part in (training, test)]
    assert (str(ends[0].max()), str(ends[1].min()), str(ends[1].max())) == ("2012-12", "2013-02", "2013-03")
    assert month == "2013-02"
    assert (training["label_known"] <= "2013-02-01").all()
    assert churn.split(panel, None, 2).month == "2013-05", "the last two months with labels"
    with pytest.raises(checks.NotKnown, match="model needs at least"):
        churn.split(panel, "2012-07", 2)


def test_settings_are_tried_on_several_samples(panel):
    X, y = churn.inputs(panel), panel["churned"].astype(bool)
    tried = churn.tried([{"miss_cost": 1}, {"miss_cost": 4, "min_records": 20}], X, y, {"all": (X, y)})
    assert tried.loc[1.0].iloc[0]["coverage", "all"] <= tried.loc[4.0].iloc[0]["coverage", "all"]
    assert list(tried.columns.get_level_values("measure").unique())[:3] == ["leaves", "coverage", "precision"]
    assert churn.tree().get_params()["costs"] is None
    assert churn.tree(pruning_severity=90).get_params()["confidence"] == pytest.approx(0.1)
    with pytest.raises(ValueError, match="miss_cost is 0.5"):
        churn.tree(miss_cost=0.5)


def test_renewals_are_counted_by_what_came_before():
    table = pd.DataFrame({"renewal_number": [0, 0, 1, 7, 9], "churned": [True, False, False, True, None]})
    found = churn.renewals(table.astype({"churned": "boolean"}))
    assert found["contracts"].to_dict() == {"0": 2, "1": 1, "6 or more": 1}
    assert found["renewed"].tolist() == [0.5, 1.0, 0.0]


def test_who_uses_it_after_the_end_is_not_gone():
    ends = pd.MultiIndex.from_arrays(
        [["a", "b"], pd.to_datetime(["2013-01-31"] * 2)], names=["customer_id", "contract_end"]
    )
    left = pd.DataFrame({"churned": [True, True], "late": [False, False]}, index=ends)
    used = pd.DataFrame(
        {"customer_id": ["a", "b", "b"], "month": pd.to_datetime(["2013-01-01"] * 2 + ["2013-02-01"])}
    )
    assert churn.gone_at_end(left, used) == 0.5


def test_of_correlated_inputs_the_later_goes_once():
    x = np.arange(50.0)
    table = pd.DataFrame({"a": x, "b": -x, "c": x + RNG.normal(size=50), "d": RNG.random(50), "e": "text"})
    found = churn.correlated(table, 0.9)
    assert set(found["dropped"]) == {"b", "c"}
    assert found["correlation"].tolist()[0] == pytest.approx(-1)
    assert churn.correlated(table, 1)["dropped"].tolist() == []


def test_actions_follow_reason_grade_and_risk():
    said = churn.action(["poor experience"] * 3, ["high", "low", "low"], ["high", "high", "low"])
    assert said.tolist()[0] == "by the account manager: " + said.tolist()[1]
    assert said.tolist()[2] == "none"
    with pytest.raises(ValueError, match="reason"):
        churn.action(["poor"], ["low"], ["high"])


def test_rivals_learn_from_numbers_levels_and_gaps():
    X = pd.DataFrame(
        {"hours": np.where(SCORE > 0.9, np.nan, SCORE), "plan": np.where(SCORE > 0.5, "a", None)}
    )
    for name, model in churn.rivals(X).items():
        p = model.fit(X, LEFT).predict_proba(X.assign(plan="new"))[:, 1]
        assert ((p >= 0) & (p <= 1)).all(), name
        assert churn.auc(LEFT, model.predict_proba(X)[:, 1]) > 0.55, name


def test_lift_and_the_riskiest():
    arm = np.array(["control", "contact"] * 200)
    saved = LEFT & ~((arm == "contact") & (CUSTOMERS % 2 == 0))
    lift = churn.experiments.lift(saved, arm, np.where(CUSTOMERS % 2 == 0, "won", "not"))
    assert lift["won"] == 1
    assert abs(lift["not"]) < 0.5
    top = churn.targeting.riskiest(pd.DataFrame({"score": SCORE}), 0.1)["score"]
    assert SCORE[top].min() >= np.quantile(SCORE, 0.9)
    assert top.mean() == pytest.approx(0.1, abs=0.02)
