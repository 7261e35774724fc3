import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from workbench import profiles
from workbench.checks import DIRECTION
from workbench.segments.profiles import (
    eta_squared,
    holdout,
    profile,
    rank_probabilities,
    scatter_shares,
    stone_weights,
    summary,
    value_scores,
)

SIX = pd.DataFrame(
    {
        "recency": [2, 4, 30, 34, 80, 90],
        "frequency": [9, 7, 4, 4, 1, 1],
        "monetary": [50, 70, 90, 110, 5, 5],
    },
    index=list("uvwxyz"),
)
LABELS = ["a", "a", "b", "b", "c", "c"]
Z = (SIX - SIX.mean()) / SIX.std(ddof=0)
AHP = {"recency": 0.341, "frequency": 0.221, "monetary": 0.439}
seeds = st.integers(0, 2**32 - 1)


def test_profile_of_six_customers_by_hand():
    table = profile(SIX, ["a", "a", "b", "b", "b", "c"])
    assert table["size"].to_dict() == {"a": 2, "b": 3, "c": 1}
    assert table["share"].tolist() == [2 / 6, 3 / 6, 1 / 6]
    assert table["recency"].tolist() == [3, 48, 90]
    assert table["monetary"].tolist() == [60, 205 / 3, 5]
    assert table["pattern"].tolist() == ["↓↑↑", "↑↓↑", "↑↓↓"]


def test_value_scores_by_hand():
    table = value_scores(Z, LABELS, AHP)
    means = Z.groupby(LABELS).mean()
    expected = -0.341 * means["recency"] + 0.221 * means["frequency"] + 0.439 * means["monetary"]
    assert table["value_score"].tolist() == pytest.approx(expected.tolist())
    assert table["recency"].tolist() == pytest.approx(means["recency"].tolist())
    assert table["rank"].to_dict() == {"a": 1, "b": 2, "c": 3}


def test_a_sum_of_1_001_is_kept_as_given_and_noted():
    assert value_scores(Z, LABELS, AHP).attrs["note"].startswith("weights sum to 1.001")
    assert value_scores(Z, LABELS, np.ones(3) / 3).attrs == {}


def test_weights_by_name_do_not_depend_on_the_order_of_columns():
    by_position = value_scores(Z, LABELS, [0.341, 0.221, 0.439])
    turned = value_scores(Z[["monetary", "frequency", "recency"]], LABELS, pd.Series(AHP))
    assert turned["value_score"].tolist() == pytest.approx(by_position["value_score"].tolist())


def test_direction_of_recency_decides_the_ranking():
    only = [0.9, 0.05, 0.05]
    assert value_scores(Z, LABELS, only)["rank"].tolist() == [1, 2, 3]
    assert value_scores(Z, LABELS, only, direction=DIRECTION | {"recency": 1})["rank"].tolist() == [3, 2, 1]


def test_size_weighted_scores_of_standardised_indicators_cancel():
    table = value_scores(Z, ["a", "b", "b", "b", "c", "c"], AHP)
    assert table["value_score"] @ np.array([1, 3, 2]) == pytest.approx(0, abs=1e-12)


def test_rank_probabilities_count_the_rankings_of_value_scores():
    samples = stone_weights(50, random_state=0)
    labels = ["a", "a", "b", "b", "c", "c"]  # a is ahead in frequency, b in monetary
    samples["monetary"] += samples["frequency"] * 0.8
    samples["frequency"] *= 0.2
    table = rank_probabilities(Z, labels, samples)
    assert 0 < table.loc["a", 1] < 1
    counted = sum(
        pd.get_dummies(value_scores(Z, labels, row)["rank"]).reindex(columns=[1, 2, 3], fill_value=False) * 1
        for _, row in samples.iterrows()
    )
    assert table.to_numpy() == pytest.approx((counted / 50).to_numpy())


@given(seeds)
def test_rank_probabilities_sum_to_1_both_ways_and_follow_the_clusters_not_their_names(seed):
    rng = np.random.default_rng(seed)
    values = pd.DataFrame(rng.normal(size=(12, 3)).round(), columns=SIX.columns)
    labels = np.repeat([0, 1, 2, 3], 3)
    samples = rng.dirichlet(np.ones(3), size=20)
    table = rank_probabilities(values, labels, samples)
    assert table.sum().tolist() == pytest.approx([1] * 4)
    assert table.sum(axis=1).tolist() == pytest.approx([1] * 4)
    renamed = rank_probabilities(values, 3 - labels, samples)
    assert renamed.to_numpy()[::-1] == pytest.approx(table.to_numpy())


def test_clusters_with_equal_scores_share_their_ranks():
    values = pd.DataFrame({"monetary": [5.0, 5.0, 5.0, 1.0]})
    table = rank_probabilities(values, list("abcd"), [[1.0]])
    assert table.to_numpy().ravel().tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 3, 0] * 3 + [0, 0, 0, 1])


def test_stone_weights_are_uniform_on_the_part_with_f_above_r_above_m():
    drawn = stone_weights(20_000, random_state=1)
    assert drawn.columns.tolist() == ["recency", "frequency", "monetary"]
    assert drawn.sum(axis=1).to_numpy() == pytest.approx(np.ones(20_000))
    assert ((drawn["frequency"] >= drawn["recency"]) & (drawn["recency"] >= drawn["monetary"])).all()
    # Uniform on a triangle: the mean is that of its corners, F (1), (F + R)/2, (F + R + M)/3.
    corners = np.array([[0, 1, 0], [1 / 2, 1 / 2, 0], [1 / 3, 1 / 3, 1 / 3]])
    assert drawn.mean().to_numpy() == pytest.approx(corners.mean(axis=0), abs=0.005)
    # Its barycentric coordinates are F - R, 2 (R - M), 3 M; each exceeds t with chance (1 - t)².
    inside = [drawn["frequency"] - drawn["recency"], 2 * (drawn["recency"] - drawn["monetary"])]
    for coordinate in [*inside, 3 * drawn["monetary"]]:
        assert (coordinate > 0.5).mean() == pytest.approx(0.25, abs=0.015)
    assert drawn.equals(stone_weights(20_000, random_state=1))


def test_eta_squared_by_hand_and_at_its_ends():
    # overall mean 5; between 2 × (3 - 5)² + 4 × (6 - 5)² = 12; total 16 + 0 + 1 + 1 + 1 + 9 = 28
    assert eta_squared([1, 5, 4, 6, 6, 8], list("aabbbb")) == pytest.approx(12 / 28)
    assert eta_squared([1, 1, 9, 9], [0, 0, 1, 1]) == 1
    assert eta_squared([1, 9, 1, 9], [0, 0, 1, 1]) == 0
    assert np.isnan(eta_squared([3, 3, 3], [0, 1, 1]))


@given(seeds)
def test_holdout_estimate_is_spearman_with_ties(seed):
    rng = np.random.default_rng(seed)
    scores = pd.DataFrame(rng.integers(0, 4, size=(25, 2)), columns=["one", "two"])
    scores.iloc[:2] = [[0, 0], [1, 1]]
    outcome = rng.integers(0, 3, size=25)
    outcome[:2] = [0, 1]
    table = holdout(scores, outcome, n_boot=1, random_state=0)
    for name in scores:
        assert table.loc[name, "estimate"] == pytest.approx(spearmanr(scores[name], outcome)[0])
    assert table["n"].tolist() == [25, 25]


def test_holdout_interval_is_that_of_ranking_every_resample_anew():
    rng = np.random.default_rng(2)
    x = rng.integers(0, 6, size=80)
    y = x + rng.integers(0, 9, size=80)
    draw, values = np.random.default_rng(0), []
    for _ in range(60):
        rows = draw.integers(80, size=80)
        values.append(spearmanr(x[rows], y[rows])[0])
    table = holdout(pd.Series(x, name="x"), y, n_boot=60, level=0.9, random_state=0)
    assert table.loc["x", ["low", "high"]].tolist() == pytest.approx(
        np.quantile(values, [0.05, 0.95]).tolist()
    )


def test_holdout_turns_its_sign_with_the_score_and_ignores_its_scale():
    rng = np.random.default_rng(0)
    score, outcome = rng.normal(size=60), rng.normal(size=60)
    scores = pd.DataFrame({"as is": score, "turned": -score, "bent": np.exp(score)})
    table = holdout(scores, outcome, n_boot=50, random_state=0)
    one, turned, bent = table[["estimate", "low", "high"]].to_numpy()
    assert turned == pytest.approx([-one[0], -one[2], -one[1]])
    assert bent == pytest.approx(one)


@pytest.mark.parametrize("n_exact", [150, 50])
def test_holdout_interval_covers_the_truth_about_as_often_as_it_says(n_exact):
    rng, covered = np.random.default_rng(0), 0
    truth = 6 / np.pi * np.arcsin(0.6 / 2)  # Spearman of a binormal with correlation 0.6 (Pearson 1907)
    for _ in range(100):
        x = rng.normal(size=150)
        y = 0.6 * x + 0.8 * rng.normal(size=150)
        row = holdout(pd.Series(x), y, n_boot=100, n_exact=n_exact, level=0.9, random_state=rng).iloc[0]
        covered += row["low"] <= truth <= row["high"]
    assert 80 <= covered <= 97


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: profile(SIX, LABELS[:2]), r"labels has shape \(2,\); allowed is \(6,\)"),
        (lambda: value_scores(Z, LABELS, {"recency": 0.5, "frequency": 0.5}), "'monetary'"),
        (
            lambda: value_scores(Z, LABELS, {**AHP, "money": 0}),
            "weights names 'money', .*; did you mean 'monetary'",
        ),
        (
            lambda: value_scores(Z, LABELS, [0.5, 0.5]),
            r"weights has shape \(2,\); allowed is \(3,\), one for each of \'recency\'",
        ),
        (
            lambda: value_scores(Z, LABELS, [1.2, -0.1, -0.1]),
            "weights must be finite and not negative: that of 'frequency' is -0.1",
        ),
        (
            lambda: value_scores(Z, LABELS, [np.nan, 0.5, 0.5]),
            "weights must be finite and not negative: that of 'recency' is nan",
        ),
        (
            lambda: value_scores(Z, LABELS, [1, 1, 1]),
            "weights must sum to 1 .*, not 3; divide them by their sum",
        ),
        (lambda: value_scores(Z, LABELS, AHP, direction={"R": 1}), "direction has no entry for 'recency'"),
        (lambda: rank_probabilities(Z, LABELS, np.empty((0, 3))), r"weight_samples has shape \(0, 3\)"),
        (lambda: eta_squared([1, np.inf], [0, 1]), "values must be finite, without NaN or inf: row 1 is inf"),
        (lambda: holdout(Z["recency"], [1] * 6), "'outcome' is 1.0 for every customer"),
        (lambda: holdout(Z["recency"] * 0 + 3, range(6)), "'recency' is 3.0 for every customer"),
        (lambda: holdout(Z["recency"], range(5)), "scores has 6 rows and outcome 5"),
        (lambda: holdout(Z["recency"], Z["monetary"][::-1]), "outcome is a Series in another order"),
        (lambda: holdout(Z["recency"], range(6), n_boot=0), "n_boot is 0; allowed are whole numbers from 1"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


# ---- deviations


def test_deviations_are_in_standard_deviations_of_all_customers():
    """All: mean 3, squared distances 4, 4, 1, 9; of the two in the segment the mean is 1."""
    every = pd.DataFrame({"recency": [1.0, 1.0, 4.0, 6.0], "frequency": [7.0, 7.0, 7.0, 7.0]})
    table = profiles.deviations(every.head(2), ["a", "a"], reference=every)
    assert table.loc["a", "recency"] == pytest.approx((1 - 3) / np.sqrt((4 + 4 + 1 + 9) / 4))
    assert table.loc["a", "frequency"] == 0
    with pytest.raises(ValueError, match="frequency"):
        profiles.deviations(every, [*"aabb"], reference=every[["recency"]])


def test_summary_by_hand():
    table = summary(pd.DataFrame({"frequency": [4, 1, 3, 2, 90]}))
    assert table["frequency"].tolist() == [20, 1, 2, 3, 4, 90]
    assert table.index.tolist() == [
        "mean",
        "smallest",
        "lower quartile",
        "median",
        "upper quartile",
        "largest",
    ]
    with pytest.raises(ValueError, match="finite"):
        summary(pd.DataFrame({"frequency": [1, np.nan]}))


def test_scatter_within_and_in_all_by_hand():
    X = pd.DataFrame({"visits": [0.0, 2.0, 10.0, 12.0], "news": [0.0, 4.0, 0.0, 4.0]})
    table = scatter_shares(X, [1, 1, 2, 2])
    assert table["total"].to_dict() == pytest.approx({"visits": 104 / 120, "news": 16 / 120})
    assert table["within clusters"].to_dict() == pytest.approx({"visits": 4 / 20, "news": 16 / 20})
    alone = scatter_shares(X, [1, 2, 3, 4])
    assert alone["within clusters"].isna().all()
