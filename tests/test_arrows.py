import itertools

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import ttest_ind
from sklearn.cluster import AgglomerativeClustering, KMeans
from statsmodels.stats.multitest import multipletests

from workbench.checks import DIRECTION
from workbench.segments.arrows import _nearest, arrows, arrows_without_structure, honest_arrows
from workbench.segments.profiles import profile
from workbench.segments.types import name_types

SIX = pd.DataFrame(
    {
        "recency": [2, 4, 30, 34, 80, 90],
        "frequency": [9, 7, 4, 4, 1, 1],
        "monetary": [50, 70, 90, 110, 5, 5],
    },
    index=list("uvwxyz"),
)
LABELS = ["a", "a", "b", "b", "c", "c"]


def test_arrows_of_six_customers_by_hand():
    # overall means 40, 26/6 = 4.33, 55; cluster means 3 8 60, 32 4 100, 85 1 5
    assert arrows(SIX, LABELS).agg("".join, axis=1).to_dict() == {"a": "↓↑↑", "b": "↓↓↑", "c": "↑↓↓"}


def test_the_overall_mean_is_over_customers_not_over_clusters():
    frame = pd.DataFrame({"monetary": [0.0] * 8 + [4.0, 10.0]})
    # overall 1.4; the mean of cluster means (0, 4, 10) would be 4.67 and lie above cluster 1
    assert arrows(frame, [0] * 8 + [1, 2])["monetary"].tolist() == ["↓", "↑", "↑"]


def test_equal_to_the_mean_points_up_even_after_rounding():
    frame = pd.DataFrame({"recency": [0.1, 0.2, 0.3, 0.1, 0.2, 0.3], "flat": 0.1})
    assert arrows(frame, [0, 0, 0, 1, 1, 1]).to_numpy().tolist() == [["↑", "undecided"]] * 2
    assert arrows(frame, [0, 1, 1, 1, 1, 1])["recency"].tolist() == ["↓", "↑"]


@given(st.permutations(["p", "q", "r"]))
def test_arrows_do_not_depend_on_the_names_of_clusters(names):
    renamed = arrows(SIX, pd.Series(LABELS).map(dict(zip("abc", names, strict=True))).to_numpy())
    renamed.index = renamed.index.map(dict(zip(names, "abc", strict=True)))
    pd.testing.assert_frame_equal(renamed.sort_index(), arrows(SIX, LABELS), check_names=False)


def test_tests_are_welch_against_the_rest_with_holm():
    rng = np.random.default_rng(0)
    X = pd.DataFrame({"one": np.r_[rng.normal(size=20), rng.normal(size=30) + 20]})
    again = pd.DataFrame(rng.normal(size=(50, 2)), columns=["recency", "monetary"])
    again["recency"] += np.repeat([0.0, 2.0], [20, 30])
    table = honest_arrows(X, 2, again=again, random_state=0)
    first = table.xs("monetary", level="indicator")
    side = first.index[first["n"] == 20][0]
    for name in again:
        expected = ttest_ind(again[name][:20], again[name][20:], equal_var=False)
        row = table.loc[(side, name)]
        assert row["p"] == pytest.approx(expected.pvalue)
        assert row["mean"] == pytest.approx(again[name][:20].mean())
        assert row["overall_mean"] == pytest.approx(again[name].mean())
    assert table["p_holm"].to_numpy() == pytest.approx(multipletests(table["p"], method="holm")[1])
    assert table.loc[(side, "recency"), "arrow"] == "↓"
    assert table.loc[(1 - side, "recency"), "arrow"] == "↑"
    assert set(first["arrow"]) == {"undecided"}


def test_nearest_is_by_the_mean_of_the_fitted_cluster():
    fitted, labels = np.array([[0.0], [1.0], [8.0], [20.0]]), np.array(["a", "a", "b", "b"])
    # means 0.5 and 14: 7 is nearer to a, though its nearest fitted point belongs to b
    assert _nearest(np.array([[7.0], [7.5]]), fitted, labels).tolist() == ["a", "b"]


def test_held_out_half_is_assigned_to_the_nearest_centres_and_only_it_is_tested():
    X = pd.DataFrame({"x": [0.0, 1.0, 2.0, 3.0] * 5 + [90.0, 91.0, 92.0, 93.0] * 5})
    far = X.assign(x=X["x"] * 10)
    table = honest_arrows(X, AgglomerativeClustering(2), values=far, random_state=0)
    assert table["n"].sum() == 20
    assert set(table["arrow"]) == {"↑", "↓"}
    low, high = sorted(table["mean"])
    assert 0 <= low <= 30
    assert 900 <= high <= 930
    assert table["overall_mean"].between(low, high).all()


def test_a_cluster_too_small_to_test_is_undecided():
    X = pd.DataFrame({"x": [0.0, 0.1, 0.2, 0.3, 0.4, 100.0]})
    table = honest_arrows(X, 2, again=X * 2, random_state=0)
    assert table.loc[table["n"] == 1, "arrow"].tolist() == ["undecided"]
    assert np.isnan(table["p"]).all()


def test_honest_arrows_are_repeatable():
    X = pd.DataFrame(np.random.default_rng(0).normal(size=(80, 2)))
    one, two = (honest_arrows(X, 3, random_state=4) for _ in range(2))
    pd.testing.assert_frame_equal(one, two)
    assert not honest_arrows(X, 3, random_state=5).equals(one)


def test_structureless_customers_fool_all_tests_but_those_on_a_second_measurement():
    table = arrows_without_structure(2000, 8, n_repeats=5, random_state=0)
    assert table.loc["the same rows", "patterns"] >= 6
    assert table.loc["the same rows", "significant"] > 0.9
    assert table.loc["held-out rows", "significant"] > 0.8  # splitting rows does not help: cells do differ
    # 5 × 24 = 120 tests, dependent within a data set, at level 0.05
    assert table.loc["a second measurement", "significant"] < 0.12


def test_a_second_measurement_keeps_its_level_with_holm_and_finds_true_differences():
    rng, false, found = np.random.default_rng(1), 0, 0
    for _ in range(40):
        X, again = (pd.DataFrame(rng.normal(size=(120, 3))) for _ in range(2))
        method = KMeans(4, n_init=2, random_state=0)
        false += (honest_arrows(X, method, again=again, random_state=0)["arrow"] != "undecided").any()
        true = np.repeat([0.0, 3.0], 60)[:, None]
        two = KMeans(2, n_init=2, random_state=0)
        found += (honest_arrows(X + true, two, again=again + true)["arrow"] != "undecided").all()
    assert false <= 6  # at level 0.05 of 40: P(more than 6) < 0.004
    assert found == 40


def patterns():
    cells = list(itertools.product("↑↓", repeat=3))
    return pd.DataFrame(cells, columns=["recency", "frequency", "monetary"], index=map("".join, cells))


def test_all_eight_patterns_have_a_type_of_their_own_and_an_action():
    table = name_types(patterns())
    assert table["type"].nunique() == 8
    assert table["type"].to_dict() == {
        "↓↑↑": "loyal, high value",
        "↓↑↓": "loyal, low value",
        "↓↓↑": "new or returning, high value",
        "↓↓↓": "new or returning, low value",
        "↑↑↑": "falling silent, high value",
        "↑↑↓": "falling silent, low value",
        "↑↓↑": "leaving, high value",
        "↑↓↓": "leaving, low value",
    }
    leaning = table["leaning"].to_dict()
    assert {k for k, v in leaning.items() if v == "leaning loyal"} == {"↓↑↑", "↓↑↓"}
    assert {k for k, v in leaning.items() if v == "leaning to leave"} == {"↑↓↑", "↑↓↓"}
    assert table["what_to_do"].nunique() == 8
    assert not table["what_to_do"].str.contains("Decide nothing").any()


def test_direction_turns_the_meaning_of_recency_and_the_order_of_columns_does_not_matter():
    turned = name_types(
        patterns()[["monetary", "recency", "frequency"]], direction=DIRECTION | {"recency": 1}
    )
    assert turned.loc["↑↑↑", "type"] == "loyal, high value"
    assert turned.loc["↓↑↑", "type"] == "falling silent, high value"


def test_undecided_arrows_leave_the_type_undecided():
    table = pd.DataFrame(
        {"recency": ["undecided", "↓"], "frequency": ["↑", "↑"], "monetary": ["↑", "undecided"]}
    )
    named = name_types(table)
    assert named["type"].tolist() == ["undecided, high value", "loyal, value undecided"]
    assert named["leaning"].tolist() == ["undecided", "leaning loyal"]
    assert named["what_to_do"].str.startswith("Decide nothing").all()


def test_honest_arrows_fit_into_name_types():
    X = pd.DataFrame(np.repeat([[-1.0, 1, 1], [1, -1, -1]], 30, axis=0) * 9, columns=SIX.columns)
    X += np.random.default_rng(0).normal(size=X.shape)
    named = name_types(honest_arrows(X, 2, random_state=0)["arrow"].unstack())
    assert sorted(named["type"]) == ["leaving, low value", "loyal, high value"]


BAD = SIX.astype(float).assign(monetary=[50, np.nan, 90, 110, 5, 5])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: arrows(BAD, LABELS),
            "frame must be finite, without NaN or inf: row 'v', column 'monetary' is nan",
        ),
        (lambda: arrows(SIX.iloc[:0], []), r"frame has shape \(0, 3\)"),
        (lambda: arrows(SIX.astype(str) + "?", LABELS), "frame must hold numbers only"),
        (lambda: arrows(SIX, LABELS[:5]), r"labels has shape \(5,\); allowed is \(6,\)"),
        (lambda: arrows(SIX, [*LABELS[:5], None]), "labels is missing in row 'z'; give every row one"),
        (lambda: arrows(SIX, pd.Series(LABELS)), "labels is a Series in another order"),
        (lambda: honest_arrows(SIX, 2, values=SIX, again=SIX), "Both values and again are given"),
        (lambda: honest_arrows(SIX, 2, again=SIX[::-1]), "both need the same index"),
        (lambda: honest_arrows(SIX[:3], 2), "X has 3 rows"),
        (lambda: name_types(patterns().drop(columns="recency")), "arrows lacks the column 'recency'"),
        (lambda: name_types(patterns().replace("↑", "up")), "arrows holds 'up'; allowed are '↑'"),
        (
            lambda: name_types(patterns(), direction={"recent": 1}),
            "direction has no entry for 'recency'; did you mean 'recent'. Pass",
        ),
        (lambda: name_types(patterns(), direction={"recency": 0}), r"direction\['recency'\] is 0; allowed"),
    ],
)
def test_refusals(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_what_is_the_same_for_everybody_has_no_arrow_and_no_type():
    once = SIX.assign(frequency=1)
    table = arrows(once, LABELS)
    assert table["frequency"].eq("undecided").all()
    assert table.drop(columns="frequency").equals(arrows(SIX, LABELS).drop(columns="frequency"))
    assert profile(once, LABELS)["pattern"].tolist() == ["↓·↑", "↓·↑", "↑·↓"]
    named = name_types(table)["type"].tolist()
    assert named == ["undecided, high value 1", "undecided, high value 2", "undecided, low value"]
