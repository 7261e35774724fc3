"""Each check accepts or refuses in one wording, and every face uses the same one for the same defect."""

import ast
import datetime as dt
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import ahp, anp, cbr, checks, events, grey, plots, rfm, sales, segments
from workbench.segments.personas import COUNTS

PACKAGE = Path(checks.__file__).parents[1]
NAMES = ["recency", "frequency", "monetary"]
TABLE = pd.DataFrame(
    [[2.0, 9, 50], [4, 7, 70], [30, 4, 90], [34, 4, 110], [80, 1, 5], [90, 1, 6]],
    index=pd.Index([10, 20, 30, 40, 50, 60]),
    columns=NAMES,
)
PAIRED = TABLE.set_index(pd.MultiIndex.from_product([[1, 2], list("abc")]))
LABELS = np.array([0, 0, 1, 1, 2, 2])
ORDERS = pd.DataFrame(
    {"customer_id": [1, 2], "amount": [5.0, 7.0], "event_time": pd.to_datetime(["2024-01-02"] * 2)}
)
CENTRES = pd.DataFrame(1.0, index=[1, 2], columns=list(COUNTS))


# Each check by itself


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (np.int64(0), "0"),
        (np.float64(0.5), "0.5"),
        (np.float32("nan"), "nan"),
        (np.bool_(True), "True"),
        (np.str_("C1"), "'C1'"),
        ("C1", "'C1'"),
        ((np.int64(1), "a"), "(1, 'a')"),
        ([np.float64(0.5)], "[0.5]"),
        ({np.str_("a"): np.int64(1)}, "{'a': 1}"),
        (np.array([1, 2]), "[1, 2]"),
        (pd.Timestamp("2024-01-02"), "2024-01-02 00:00:00"),
        (np.datetime64("2024-01-02"), "2024-01-02"),
        (None, "None"),
    ],
)
def test_values_are_shown_to_a_reader(value, text):
    assert checks.shown(value) == text


def test_long_values_are_cut_and_many_names_too():
    assert len(checks.shown("x" * 1000)) == checks.words.LONGEST
    assert checks.listed(range(20)) == "0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, …"
    assert checks.listed([]) == "none"


@pytest.mark.parametrize("value", ["b", "grez", None, 1, ["grey"], np.array(["grey"])])
def test_a_choice_that_is_not_offered_is_refused(value):
    with pytest.raises(ValueError, match=r"how must be one of 'grey', 'other', not ") as caught:
        checks.one_of("how", value, ("grey", "other"))
    assert ("did you mean 'grey'?" in str(caught.value)) == (
        isinstance(value, str) and value == "grez" or "grey" in str(value)
    )


def test_choices_that_are_offered_pass():
    checks.one_of("how", np.str_("grey"), ("grey", "other"))


@pytest.mark.parametrize("value", [0, 4, 1.0, np.float64(2), True, np.True_, "2", None, np.nan])
def test_what_is_no_whole_number_in_the_range_is_refused(value):
    with pytest.raises(
        ValueError, match="^k is .*; allowed are whole numbers from 1 to 3, the number of cases.$"
    ):
        checks.whole_number("k", value, 1, 3, "the number of cases")


@given(st.integers(-5, 5))
def test_whole_numbers_pass_or_are_refused_by_the_range_alone(k):
    for value in (k, np.int64(k), np.int8(k)):
        if 1 <= k <= 3:
            assert checks.whole_number("k", value, 1, 3) == k
        else:
            with pytest.raises(ValueError, match=rf"^k is {k}; allowed are whole numbers from 1 to 3\.$"):
                checks.whole_number("k", value, 1, 3)


@pytest.mark.parametrize("value", [0, 1.5, np.nan, np.inf, True, "0.5", None, np.array([0.5])])
def test_what_is_no_number_between_the_ends_is_refused(value):
    with pytest.raises(ValueError, match=r"^rho is .*; allowed is a finite number, above 0 and at most 1\.$"):
        checks.number("rho", value, above=0, most=1)


def test_numbers_between_the_ends_pass():
    assert [checks.number("rho", x, above=0, most=1) for x in (1, 0.5, np.float32(0.25))] == [1.0, 0.5, 0.25]
    assert checks.number("x", 0, least=0) == 0
    with pytest.raises(ValueError, match="allowed is a finite number, below 0"):
        checks.number("x", 0, below=0)


def test_names_are_refused_with_a_hint():
    with pytest.raises(
        ValueError, match="^Unknown element 'recencie'; did you mean 'recency'.* Known: 'recency', 'f"
    ):
        checks.known("element", "recencie", NAMES)
    with pytest.raises(ValueError, match="^names must be distinct: 'a' comes twice"):
        checks.distinct("names", ["a", "b", "a"])
    with pytest.raises(ValueError, match="^names must hold at least one name"):
        checks.distinct("names", [])
    with pytest.raises(
        ValueError, match="^log lacks the column 'amount'; did you mean 'amout'. Columns: 'amout'"
    ):
        checks.needed_columns(["amout"], ["amount"], "log")


@pytest.mark.parametrize(
    ("X", "message"),
    [
        ([[1, np.nan]], "X must be finite, without NaN or inf: row 0, column 1 is nan. Remove or fill it first"),
        ([[1], [-np.inf]], "row 1, column 0 is -inf"),
        ([[1, None]], "row 0, column 1 is nan"),
        (TABLE.replace(90.0, np.nan), "X must be finite, .*: row 30, column 'monetary' is nan"),
        (pd.DataFrame({"a": pd.array([1, None], "Int64")}), "row 1, column 'a' is nan"),
        (PAIRED / 0, r"row \(1, 'a'\), column 'recency' is inf"),
        ([], r"X has shape \(0,\); allowed is \(n, m\) with at least one row and one column"),
        ([1, 2], r"X has shape \(2,\)"),
        (TABLE.iloc[:0], r"X has shape \(0, 3\)"),
        ([["few"]], "X must hold numbers only, in rows of equal length: row 0, column 0 is 'few'"),
        ([["1"]], "row 0, column 0 is '1'"),
        ([[1], [1, 2]], "X must hold numbers only, in rows of equal length"),
        (TABLE.assign(frequency=pd.Timestamp(0)), "row 10, column 'frequency' is 1970-01-01 00:00:00"),
        ([[1 + 2j]], r"column 0 is \(1\+2j\)"),
        ("k-means", "X must hold numbers only.*: it is 'k-means'"),
    ],
)  # fmt: skip
def test_a_table_is_refused_by_row_and_column(X, message):
    for check in (checks.finite_table, checks.finite_frame):
        with pytest.raises(ValueError, match=message):
            check(X, "X")


@given(
    st.lists(
        st.lists(st.integers(-9, 9) | st.booleans() | st.floats(-9, 9), min_size=2, max_size=2), min_size=1
    )
)
def test_finite_tables_pass_as_floats(rows):
    expected = np.array(rows, dtype=float)
    for X in (rows, np.array(rows), pd.DataFrame(rows), pd.DataFrame(rows, dtype=object)):
        assert (checks.finite_table(X) == expected).all()
        frame = checks.finite_frame(X)
        assert frame.dtypes.eq(float).all()
        assert frame.index.tolist() == list(range(len(rows)))


def test_a_frame_keeps_its_names_and_may_not_have_one_twice():
    frame = checks.finite_frame(TABLE.astype(int))
    pd.testing.assert_frame_equal(frame, TABLE.astype(float))
    with pytest.raises(ValueError, match="The columns of X must be distinct: 'a' comes twice"):
        checks.finite_frame(TABLE.set_axis(list("aba"), axis=1), "X")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ([1, np.nan], "values must be finite, without NaN or inf: row 1 is nan"),
        (pd.Series([1, np.inf], index=[7, 8]), "row 8 is inf"),
        ([[1]], r"values has shape \(1, 1\); allowed is \(n,\)"),
        ([], r"values has shape \(0,\)"),
        (["x"], "values must hold numbers only.*row 0 is 'x'"),
    ],
)
def test_a_vector_is_refused_by_row(values, message):
    with pytest.raises(ValueError, match=message):
        checks.finite_vector(values)


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        (LABELS[:2], r"labels has shape \(2,\); allowed is \(6,\), one label per row of X\."),
        (LABELS[:, None], r"labels has shape \(6, 1\)"),
        ([*"abcde", None], "labels is missing in row 60; give every row one"),
        (["a", np.nan, *"cdef"], "labels is missing in row 20"),
        ([0, 1, 2, 3, np.nan, 5], "labels is missing in row 50"),
        (pd.Series(LABELS), "labels is a Series in another order than X"),
        (pd.Series(LABELS, TABLE.index[::-1]), "labels is a Series in another order than X: reindex"),
    ],
)
def test_labels_are_refused(labels, message):
    for check in (checks.labels, checks.codes):
        with pytest.raises(ValueError, match=message):
            check(labels, TABLE, of="X")


def test_labels_pass_and_are_coded_in_sorted_order():
    for labels in (LABELS, LABELS.tolist(), pd.Series(LABELS, TABLE.index), pd.Categorical(LABELS)):
        assert checks.labels(labels, TABLE).tolist() == LABELS.tolist()
    assert checks.labels(pd.Series(LABELS, list("abcdef")), TABLE.to_numpy()).tolist() == LABELS.tolist()
    codes, names = checks.codes(["b", "a", "b"], np.zeros((3, 1)))
    assert (codes.tolist(), names.tolist()) == ([1, 0, 1], ["a", "b"])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5, 0.5], r"weights has shape \(2,\); allowed is \(3,\), one for each of 'recency', 'f"),
        ({"recency": 1}, "weights has no entry for 'frequency'; give one for each of 'recency', 'f"),
        ({"recency": 1, "frequency": 0, "money": 0}, "weights names 'money', .*; did you mean 'monetary'"),
        ([1.5, -0.5, 0], "weights must be finite and not negative: that of 'frequency' is -0.5"),
        ([np.nan, 0.5, 0.5], "weights must be finite and not negative: that of 'recency' is nan"),
        ([0.492, 0.5, 0], r"must sum to 1 \(up to printed rounding, 0.005\), not 0.992; divide them by their sum"),
        ([0.5, 0.506, 0], "not 1.006"),
        (["much", 0, 0], "weights must hold numbers only"),
    ],
)  # fmt: skip
def test_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        checks.weights(weights, NAMES)


@given(st.floats(0.995, 1.005))
def test_weights_that_miss_1_by_printed_rounding_pass_and_are_noted(total):
    given_ = {"monetary": total / 2, "recency": total / 2, "frequency": 0}
    for weights in (given_, pd.Series(given_), [total / 2, 0, total / 2]):
        w = checks.weights(weights, NAMES)
        assert w.tolist() == [total / 2, 0, total / 2]
        note = checks.rounding_note(float(w.sum()))
        assert bool(note) == (abs(w.sum() - 1) > 1e-9)


def test_ends_of_printed_rounding_pass_though_binary_numbers_miss_them():
    assert checks.weights([0.335, 0.33, 0.33], NAMES).sum() == pytest.approx(0.995)
    assert checks.rounding_note(1.001) == {
        "note": "weights sum to 1.001, by rounding as printed; kept as given"
    }
    assert checks.rounding_note(1.0) == {}


@given(st.lists(st.floats(0, 1e6), min_size=1, max_size=5).filter(any))
def test_weights_on_any_scale_are_divided_by_their_sum(values):
    shares = checks.shares(values, range(len(values)), "judge_weights")
    assert shares == pytest.approx(np.array(values) / sum(values))
    assert checks.shares(None, range(4), "judge_weights").tolist() == [0.25] * 4


def test_weights_on_any_scale_are_refused_alike():
    with pytest.raises(ValueError, match="judge_weights must be finite and not negative: that of 1 is -1.0"):
        checks.shares([1, -1], range(2), "judge_weights")
    with pytest.raises(ValueError, match="judge_weights are all 0; at least one must be above"):
        checks.shares([0, 0], range(2), "judge_weights")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        ({"R": ["recencie"]}, "Unknown indicator 'recencie' in group 'R'; did you mean 'recency'"),
        ({"R": ["recency", "frequency"]}, "Indicator 'monetary' is in no group"),
        ({"R": NAMES, "F": ["frequency"]}, "Indicator 'frequency' is in group 'R' and in 'F'; keep one"),
        ({"R": NAMES, "F": []}, "Group 'F' must be a list of at least one indicator"),
        ({"R": "recency"}, "Group 'R' must be a list of at least one indicator, not 'recency'"),
    ],
)
def test_groups_are_refused(groups, message):
    with pytest.raises(ValueError, match=message):
        checks.groups(groups, NAMES)


@pytest.mark.parametrize(
    ("direction", "message"),
    [
        ({"recency": -1}, "no entry for 'frequency'.* Pass {…, 'frequency': 1} if larger is better, -1 if"),
        ({"frequence": 1}, "direction has no entry for 'recency'"),
        ({"recency": -1, "frequence": 1}, "no entry for 'frequency'; did you mean 'frequence'"),
        ({"recency": 0}, r"direction\['recency'\] is 0; allowed are 1 \(larger is better\) and -1"),
    ],
)  # fmt: skip
def test_directions_are_refused(direction, message):
    with pytest.raises(ValueError, match=message):
        checks.signs(direction, NAMES)


def test_the_three_known_indicators_have_directions_and_others_need_them():
    assert checks.signs(None, NAMES).tolist() == [-1, 1, 1]
    assert checks.signs({"visits": -1, "spare": 1}, ["visits"]).tolist() == [-1]
    with pytest.raises(ValueError, match="direction has no entry for 'visits'"):
        checks.signs(None, ["visits"])


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ([0.5, 0.4, 0.2], "w must sum to 1 within rounding to 3 decimals, not to 1.1"),
        ([0.1234, 0.4, 0.4766], r"w\[0\] is 0.1234, of more than decimals=3 decimals"),
        ([0, 0.5, 0.5], r"w must be positive: w\[0\] is 0"),
        ([np.nan, 0.5, 0.5], "w must be finite, without NaN or inf: row 0 is nan"),
    ],
)
def test_printed_weights_are_refused(weights, message):
    with pytest.raises(ValueError, match=message):
        checks.printed_weights(weights, 3, "w")
    with pytest.raises(ValueError, match="decimals is 2.0; allowed are whole numbers from 0"):
        checks.printed_weights([0.5, 0.5], 2.0, "w")


# The faces: the same defect, the same words

SHIFTED = pd.Series(LABELS, TABLE.index[::-1])
HALF = {"recency": 0.5, "frequency": 0.25, "monetary": 0.25}
ON_TABLES = {
    "rfm.scale": lambda X: rfm.scale(X),
    "rfm.scale, reference": lambda X: rfm.scale(TABLE, reference=X),
    "rfm.variance_share": lambda X: rfm.variance_share(X),
    "rfm.value_score": lambda X: rfm.value_score(X, HALF),
    "rfm.scores": lambda X: rfm.scores(X),
    "segments.arrows": lambda X: segments.arrows(X, LABELS),
    "segments.honest_arrows": lambda X: segments.honest_arrows(X, 2),
    "segments.honest_arrows, values": lambda X: segments.honest_arrows(TABLE, 2, values=X),
    "segments.honest_arrows, again": lambda X: segments.honest_arrows(TABLE, 2, again=X),
    "segments.profile": lambda X: segments.profile(X, LABELS),
    "segments.value_scores": lambda X: segments.value_scores(X, LABELS, HALF),
    "segments.rank_probabilities": lambda X: segments.rank_probabilities(X, LABELS, [[0.5, 0.25, 0.25]]),
    "segments.rank_probabilities, weights": lambda X: segments.rank_probabilities(TABLE, LABELS, X),
    "segments.holdout": lambda X: segments.holdout(X, range(6)),
    "segments.silhouette": lambda X: segments.silhouette(X, LABELS),
    "segments.silhouette_squared": lambda X: segments.silhouette_squared(X, LABELS),
    "segments.calinski_harabasz": lambda X: segments.calinski_harabasz(X, LABELS),
    "segments.gap": lambda X: segments.gap(X, [1]),
    "segments.choose_n_clusters": lambda X: segments.choose_n_clusters(X, [1]),
    "segments.stability": lambda X: segments.stability(X, LABELS),
    "segments.ari_noise_floor": lambda X: segments.ari_noise_floor(X, 2),
    "segments.QuickCluster": lambda X: segments.QuickCluster(2).fit(X),
    "grey.similarity, queries": lambda X: grey.similarity(X, TABLE),
    "grey.similarity, cases": lambda X: grey.similarity(TABLE, X),
    "grey.relational_grade": lambda X: grey.relational_grade(X, TABLE),
    "grey.nearest": lambda X: grey.nearest(X, TABLE),
    "grey.relational_coefficient": lambda X: grey.relational_coefficient(X, TABLE),
    "grey.contribution": lambda X: grey.contribution(TABLE.iloc[0], X),
    "grey.worked_example": lambda X: grey.worked_example(TABLE.iloc[0], X),
    "grey.distinguishing_sweep": lambda X: grey.distinguishing_sweep(TABLE, X, [0.1]),
    "cbr.retrieve": lambda X: cbr.retrieve(X, TABLE),
    "cbr.retrieve, distance": lambda X: cbr.retrieve(X, TABLE, similarity="euclidean"),
    "cbr.leave_one_out": lambda X: cbr.leave_one_out(X, LABELS),
    "cbr.typical_cases": lambda X: cbr.typical_cases(X, LABELS),
    "cbr.redraw": lambda X: cbr.redraw(X, LABELS, TABLE),
    "cbr.GreyCaseClassifier": lambda X: cbr.GreyCaseClassifier().fit(X, LABELS),
    "events.outliers": lambda X: events.outliers(X),
    "sales.sales_trend": lambda X: sales.sales_trend(X),
}
ON_LABELS = {
    "segments.arrows": lambda y: segments.arrows(TABLE, y),
    "segments.profile": lambda y: segments.profile(TABLE, y),
    "segments.value_scores": lambda y: segments.value_scores(TABLE, y, HALF),
    "segments.rank_probabilities": lambda y: segments.rank_probabilities(TABLE, y, [[0.5, 0.25, 0.25]]),
    "segments.eta_squared": lambda y: segments.eta_squared(TABLE["recency"], y),
    "segments.silhouette": lambda y: segments.silhouette(TABLE, y),
    "segments.silhouette_squared": lambda y: segments.silhouette_squared(TABLE, y),
    "segments.calinski_harabasz": lambda y: segments.calinski_harabasz(TABLE, y),
    "segments.stability": lambda y: segments.stability(TABLE, y),
    "segments.value_classes": lambda y: segments.value_classes(TABLE["recency"], y),
    "grey.distinguishing_sweep": lambda y: grey.distinguishing_sweep(TABLE, TABLE, [0.1], labels=y),
    "cbr.retrieve": lambda y: cbr.retrieve(TABLE, TABLE, classes=y),
    "cbr.leave_one_out": lambda y: cbr.leave_one_out(TABLE, y),
    "cbr.typical_cases": lambda y: cbr.typical_cases(TABLE, y),
    "cbr.redraw": lambda y: cbr.redraw(TABLE, y, TABLE),
    "plots.plot_segments": lambda y: plots.plot_segments(TABLE, y, x="recency", y="monetary"),
}
ON_WEIGHTS = {
    "rfm.value_score": lambda w: rfm.value_score(TABLE, w),
    "segments.value_scores": lambda w: segments.value_scores(TABLE, LABELS, w),
    "grey.similarity": lambda w: grey.similarity(TABLE, TABLE, weights=w),
    "grey.similarity, groups": lambda w: grey.similarity(
        TABLE, TABLE, weights=[1, 1, 1], groups=NAMES, group_weights=w
    ),
    "grey.nearest": lambda w: grey.nearest(TABLE, TABLE, weights=w),
    "cbr.retrieve": lambda w: cbr.retrieve(TABLE, TABLE, weights=w),
    "cbr.leave_one_out": lambda w: cbr.leave_one_out(TABLE, LABELS, similarity="manhattan", weights=w),
    "cbr.typical_cases": lambda w: cbr.typical_cases(TABLE, LABELS, "medoid", weights=w),
    "cbr.GreyCaseClassifier": lambda w: cbr.GreyCaseClassifier(weights=w).fit(TABLE, LABELS),
    "cbr.CaseBase": lambda w: cbr.CaseBase(indicators=NAMES).set_weights(dict(zip(NAMES, w, strict=True))),
}
ON_COUNTS = {
    "rfm.scores": (lambda k: rfm.scores(TABLE, n_bins=k), 2),
    "segments.gap": (lambda k: segments.gap(TABLE, [k]), 1),
    "segments.choose_n_clusters": (lambda k: segments.choose_n_clusters(TABLE, [k]), 1),
    "segments.stability": (lambda k: segments.stability(TABLE, LABELS, n_boot=k), 1),
    "segments.ari_noise_floor": (lambda k: segments.ari_noise_floor(TABLE, k), 1),
    "segments.honest_arrows": (lambda k: segments.honest_arrows(TABLE, k), 1),
    "segments.arrows_without_structure": (lambda k: segments.arrows_without_structure(9, k), 1),
    "segments.stone_weights": (lambda k: segments.stone_weights(k), 1),
    "segments.holdout": (lambda k: segments.holdout(TABLE, range(6), n_boot=k), 1),
    "segments.QuickCluster": (lambda k: segments.QuickCluster(k).fit(TABLE), 1),
    "segments.QuickCluster, max_iter": (lambda k: segments.QuickCluster(2, k).fit(TABLE), 1),
    "grey.nearest": (lambda k: grey.nearest(TABLE, TABLE, k=k), 1),
    "grey.distinguishing_sweep": (lambda k: grey.distinguishing_sweep(TABLE, TABLE, [0.1], k=k), 1),
    "cbr.retrieve": (lambda k: cbr.retrieve(TABLE, TABLE, k=k, similarity="manhattan"), 1),
    "cbr.leave_one_out": (lambda k: cbr.leave_one_out(TABLE, LABELS, k=k), 1),
    "cbr.redraw": (lambda k: cbr.redraw(TABLE, LABELS, TABLE, n_draws=k), 1),
    "cbr.GreyCaseClassifier": (lambda k: cbr.GreyCaseClassifier(k).fit(TABLE, LABELS), 1),
    "ahp.judgements.monte_carlo": (lambda k: ahp.judgements.monte_carlo(np.ones((2, 2)), k), 1),
    "ahp.judges.admissible_panels": (lambda k: ahp.judges.admissible_panels(np.ones((3, 3)), k), 1),
    "anp.solutions_near": (lambda k: anp.solutions_near([0.3, 0.3, 0.4], k, decimals=1), 1),
}
ON_CHOICES = {
    "rfm.scale": lambda c: rfm.scale(TABLE, c),
    "rfm.scores": lambda c: rfm.scores(TABLE, c),
    "rfm.rfm, frequency": lambda c: rfm.rfm(ORDERS, "2024-02-01", frequency=c),
    "rfm.rfm, monetary": lambda c: rfm.rfm(ORDERS, "2024-02-01", monetary=c),
    "rfm.rfm, refunds": lambda c: rfm.rfm(ORDERS, "2024-02-01", refunds=c),
    "segments.gap": lambda c: segments.gap(TABLE, [1], reference=c),
    "grey.similarity": lambda c: grey.similarity(TABLE, TABLE, scope=c),
    "cbr.retrieve": lambda c: cbr.retrieve(TABLE, TABLE, similarity=c),
    "cbr.leave_one_out": lambda c: cbr.leave_one_out(TABLE, LABELS, vote=c),
    "cbr.typical_cases": lambda c: cbr.typical_cases(TABLE, LABELS, c),
    "cbr.GreyCaseClassifier": lambda c: cbr.GreyCaseClassifier(vote=c).fit(TABLE, LABELS),
    "cbr.GreyCaseClassifier, cases": lambda c: cbr.GreyCaseClassifier(representatives=c).fit(TABLE, LABELS),
    "events.outliers": lambda c: events.outliers(TABLE, c),
    "ahp.weights": lambda c: ahp.weights(np.ones((2, 2)), c),
    "ahp.consistency": lambda c: ahp.consistency(np.ones((2, 2)), c),
    "ahp.aggregate": lambda c: ahp.aggregate(np.ones((2, 2, 2)), c),
    "ahp.reciprocal": lambda c: ahp.reciprocal(np.ones((2, 2)), c),
    "ahp.judgements.complete": lambda c: ahp.judgements.complete(np.ones((2, 2)), c),
    "ahp.judgements.rounding_interval": lambda c: ahp.judgements.rounding_interval(
        np.ones((3, 3)), 2, cells=c
    ),
    "anp.supermatrix": lambda c: anp.supermatrix(pd.DataFrame(), how=c),
}
ON_DIRECTIONS = {
    "rfm.value_score": lambda d, X: rfm.value_score(X, [0.5, 0.25, 0.25], direction=d),
    "rfm.scores": lambda d, X: rfm.scores(X, direction=d),
    "segments.value_scores": lambda d, X: segments.value_scores(X, LABELS, [0.5, 0.25, 0.25], direction=d),
    "segments.rank_probabilities": lambda d, X: segments.rank_probabilities(
        X, LABELS, [[0.5, 0.25, 0.25]], direction=d
    ),
}


def refused(call, *given_):
    with pytest.raises(ValueError, match=r"\A[^\n]+\Z") as caught:
        call(*given_)
    return str(caught.value)


@pytest.mark.parametrize("call", ON_TABLES.values(), ids=ON_TABLES)
def test_faces_refuse_a_table_in_the_same_words(call):
    for bad in (np.nan, np.inf):
        said = refused(call, TABLE.replace(90.0, bad))
        words = rf"\w+ must be finite, without NaN or inf: row 30, column 'monetary' is {bad}. Remove or fill it first."
        assert re.fullmatch(words, said)


@pytest.mark.parametrize("call", ON_LABELS.values(), ids=ON_LABELS)
def test_faces_refuse_labels_in_the_same_words(call):
    assert re.fullmatch(
        r"\w+ has shape \(5,\); allowed is \(6,\), one label per row of [\w ]+\.", refused(call, LABELS[:5])
    )
    missing = [*LABELS[:5].tolist(), None]
    assert re.fullmatch(r"\w+ is missing in row 60; give every row one\.", refused(call, missing))
    assert re.match(r"\w+ is a Series in another order than [\w ]+: reindex it", refused(call, SHIFTED))


@pytest.mark.parametrize("call", ON_WEIGHTS.values(), ids=ON_WEIGHTS)
def test_faces_refuse_weights_in_the_same_words(call):
    rule = r"\w*weights must sum to 1 \(up to printed rounding, 0.005\), not {}; divide them by their sum\."
    assert re.fullmatch(rule.format("0.992"), refused(call, [0.492, 0.25, 0.25]))
    assert re.fullmatch(rule.format("1.5"), refused(call, [0.5, 0.5, 0.5]))
    for weight, shown in ((-0.1, "-0.1"), (np.nan, "nan"), (np.inf, "inf")):
        said = refused(call, [0.5, weight, 0.5])
        assert re.fullmatch(
            rf"\w*weights must be finite and not negative: that of 'frequency' is {shown}\.", said
        )
    for weights in (
        [0.495, 0.25, 0.25],
        [0.505, 0.25, 0.25],
    ):  # what misses by printed rounding passes everywhere
        call(weights)


@pytest.mark.parametrize(("call", "least"), ON_COUNTS.values(), ids=ON_COUNTS)
def test_faces_refuse_counts_in_the_same_words(call, least):
    for k in (least - 1, 2.5, np.float64(2), True, "2"):
        words = (
            rf"\w+ is {re.escape(checks.shown(k))}; allowed are whole numbers from {least}( to \d+, .+)?\.|"
        )
        assert re.fullmatch(words + words.replace(", .+", ""), refused(call, k))


@pytest.mark.parametrize("call", ON_CHOICES.values(), ids=ON_CHOICES)
def test_faces_refuse_choices_in_the_same_words(call):
    said = refused(call, "zzz")
    assert re.fullmatch(r"\w+(, unless it is a number,)? must be one of '.+', '.+', not 'zzz'\.", said)
    first = re.search("one of '(\\w+)'", said)[1]
    assert refused(call, first + "_").endswith("?")


@pytest.mark.parametrize("call", ON_DIRECTIONS.values(), ids=ON_DIRECTIONS)
def test_faces_refuse_an_indicator_without_a_direction_in_the_same_words(call):
    renamed = TABLE.rename(columns={"monetary": "visits"})
    said = refused(call, None, renamed)
    words = (
        "direction has no entry for 'visits'. Pass {…, 'visits': 1} if larger is better, -1 if smaller is."
    )
    assert said == words
    assert refused(call, {"recency": -1, "frequency": 1}, renamed) == words
    call({"recency": -1, "frequency": 1, "visits": 1}, renamed)


def test_types_need_the_directions_of_all_three():
    arrows = segments.arrows(TABLE, LABELS)
    assert refused(lambda: segments.name_types(arrows, direction={"recency": 1})).startswith(
        "direction has no entry for 'frequency'."
    )


# Silent nonsense

SQUARING = {name: call for name, call in ON_TABLES.items() if not name.startswith(("grey.", "cbr."))}
OVERSIZED = TABLE.assign(monetary=np.where(TABLE["monetary"].eq(90), 1e308, TABLE["monetary"]))
NOISY = TABLE.assign(monetary=np.where(np.arange(6) % 2, 0.3, 0.1 + 0.2))


@pytest.mark.parametrize("call", SQUARING.values(), ids=SQUARING)
def test_faces_refuse_numbers_whose_squares_overflow_in_the_same_words(call):
    words = r"\w+ must hold numbers of at most 1e\+150 in size: row 30, column 'monetary' is 1e\+308\."
    assert re.fullmatch(words, refused(call, OVERSIZED))


@pytest.mark.parametrize("how", ["zscore", "minmax", "robust", "log_zscore"])
def test_differences_below_rounding_are_not_scaled_up(how):
    for column in (
        NOISY["monetary"],
        NOISY["monetary"] - 0.3,
    ):  # of any size, and of what a difference leaves
        X = TABLE.assign(monetary=column)
        assert "'monetary' has no spread" in refused(rfm.scale, X, how)
        assert list(rfm.with_spread(X, how)[1]) == ["monetary"]
        assert rfm.scores(X)["monetary"].nunique() == 1
        assert np.isnan(segments.eta_squared(column, LABELS))
    assert rfm.scale(TABLE, how).shape == TABLE.shape


@pytest.mark.parametrize("call", [ahp.weights, ahp.consistency, ahp.reciprocal, anp.check])
def test_rows_and_columns_are_labelled_alike_or_refused(call):
    A = pd.DataFrame([[1, 3, 5], [1 / 3, 1, 2], [0.2, 0.5, 1]], list("abc"), list("bca"))
    assert "must have the same labels in the same order: 'a', 'b', 'c' and 'b', 'c', 'a'" in refused(call, A)
    ahp.weights(A.set_axis(list("abc"), axis=1))


@pytest.mark.parametrize("seed", [-1, 2.5, "2", True, np.nan])
def test_what_is_no_seed_is_refused(seed):
    for call in (segments.gap, segments.stability):
        said = refused(lambda call=call: call(TABLE, [2], random_state=seed))
        assert said.startswith(f"random_state is {checks.shown(seed)}; allowed are None, a Generator and")


def test_masked_cells_truth_values_and_complex_numbers_are_no_numbers():
    masked = np.ma.masked_array(TABLE.to_numpy(), TABLE.to_numpy() == 90.0)
    assert "is nan. Remove or fill it first" in refused(rfm.scale, masked)
    assert "is True; write 1 and 0" in refused(ahp.weights, np.ones((2, 2), bool))
    assert "must hold numbers only" in refused(ahp.weights, np.ones((2, 2), complex))


def test_logs_are_refused_by_column_and_row():
    needed = ("customer_id", "event_time", "amount")
    checks.log(ORDERS, needed)
    double = pd.concat([ORDERS, ORDERS[["amount"]]], axis=1)
    assert "must be distinct: 'amount' names more than one column" in refused(checks.log, double, needed)
    assert "event_time must hold dates" in refused(checks.log, ORDERS.astype({"event_time": str}), needed)
    assert "event_time is missing in row" in refused(checks.log, ORDERS.assign(event_time=pd.NaT), needed)
    assert "amount must be finite" in refused(checks.log, ORDERS.assign(amount=np.inf), needed)
    for sums in (rfm.rfm, rfm.repeat_purchases):
        with pytest.raises(ValueError, match="amount"):
            sums(ORDERS.assign(amount=1e308), "2024-02-01")


# Readable messages


def refusals():
    """Yield every way above, and some that are of one face alone, in which a message shows what was given."""
    bad = TABLE.replace(90.0, np.nan)
    yield from ((call, bad) for call in ON_TABLES.values())
    for call in ON_LABELS.values():
        yield from ((call, labels) for labels in (LABELS[:5], [*LABELS[:5], None], SHIFTED))
    for call in ON_WEIGHTS.values():
        yield from ((call, np.array(weights)) for weights in ([0.4, 0.25, 0.25], [0.5, -0.1, 0.6]))
    for call, _ in ON_COUNTS.values():
        yield from ((call, value) for value in (np.int64(-1), np.float64(2), np.bool_(True), np.str_("k")))
    for call in ON_CHOICES.values():
        yield from (
            (call, value) for value in (np.str_("zzz"), np.int64(3)) if value != 3 or call is not NUMBER
        )
    for call in ON_DIRECTIONS.values():
        yield call, {"recency": np.float64(0)}, TABLE
    yield (lambda: rfm.scale(TABLE.assign(recency=0.0), "initial"),)
    yield (lambda: rfm.rfm(ORDERS.assign(amount=[np.nan, 1.0]), "2024-02-01"),)
    yield (lambda: rfm.rfm(ORDERS.assign(amount=-1.0), "2024-02-01", refunds="refuse"),)
    yield (lambda: sales.sales_by_class(ORDERS, {1: "new"}),)
    yield (lambda: sales.sales_by_quarter(ORDERS.assign(event_time=[pd.NaT, pd.NaT]), {1: "new", 2: "new"}),)
    yield (lambda: events.movement.swap_days(ORDERS.assign(event_time=pd.NaT), "2024-01-01"),)
    yield (lambda: events.window(np.str_("never"), "2024-01-01"),)
    yield (lambda: events.window(np.datetime64("2024-02-01"), np.datetime64("2024-01-01")),)
    yield (lambda: segments.holdout(TABLE * 0 + np.float64(3), range(6)),)
    yield (lambda: segments.personas(CENTRES * np.nan, CENTRES.iloc[0]),)
    yield (lambda: segments.name_types(pd.DataFrame(np.zeros((1, 3)), columns=NAMES)),)
    yield (lambda: segments.value_classes(TABLE["recency"], [0] * 6),)
    yield (
        lambda: cbr.kept(
            *[pd.DataFrame({"query": [0], "case": [0], "class": np.array([3])})] * 2, value={1: "a"}
        ),
    )
    yield (lambda: cbr.agreement(pd.DataFrame({1: [1.0, np.nan]})),)
    yield (lambda: cbr.retrieve(TABLE, TABLE, similarity=lambda q, c: np.full((6, 6), np.nan)),)
    yield (lambda: cbr.CaseBase(indicators=NAMES).get(np.int64(0)),)
    yield (lambda: cbr.CaseBase(indicators=NAMES).add(TABLE.assign(**{"class": np.arange(6)})),)
    yield (lambda: cbr.CaseBase(indicators=NAMES).set_weights(np.ones(3)),)
    yield (lambda: grey.similarity(TABLE.set_axis(np.arange(3), axis=1), TABLE),)
    yield (lambda: grey.similarity(TABLE, TABLE, groups={np.int64(1): NAMES[:2]}),)
    yield (lambda: grey.similarity(TABLE, TABLE, distinguishing_coefficient=np.float64(2)),)
    yield (lambda: ahp.check(np.array([[1, 2], [3, 1.0]])),)
    yield (lambda: ahp.from_judgements({(np.int64(1), np.int64(9)): 2}, np.arange(3)),)
    yield (lambda: ahp.aggregate(np.ones((2, 2, 2)), judge_weights=np.array([1, -1.0])),)
    yield (lambda: ahp.recover(np.array([0.5, 0.51234]), decimals=2),)
    yield (lambda: anp.check(pd.DataFrame(np.eye(2) / 2, index=np.arange(2), columns=np.arange(2))),)
    yield (lambda: anp.limit(np.array([[0, np.nan], [1, 0]])),)
    yield (lambda: anp.supermatrix(JUDGED.assign(times=np.array([-1]))),)
    yield (lambda: anp.supermatrix(JUDGED, elements=np.arange(2)),)
    yield (lambda: plots.plot_segments(TABLE, LABELS, x=np.str_("recencie"), y="monetary"),)


NUMBER = ON_CHOICES["ahp.consistency"]  # takes a number too
JUDGED = pd.DataFrame({"under": [1], "first": [2], "second": [3], "times": [2]})


@pytest.mark.parametrize("call", list(refusals()))
def test_no_message_shows_a_type_of_numpy(call):
    assert "np." not in refused(*call)


METHODS = sorted(
    path
    for path in PACKAGE.rglob("*.py")
    if path.relative_to(PACKAGE).parts[0]
    in ("ahp", "anp", "cbr", "churn", "events", "grey", "rfm", "sales", "segments", "plots")
)


@pytest.mark.parametrize("path", METHODS, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_methods_show_values_through_checks(path):
    """`!r` would show what numpy calls its numbers."""
    tree = ast.parse(path.read_text("utf-8"))
    shown = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue) and node.conversion == ord("r")
    ]
    assert [node.lineno for node in shown] == []


def test_checks_import_nothing_of_ours_and_nothing_heavy():
    program = "import sys, workbench.checks; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"numpy", "pandas", "scipy", "narwhals"} & set(loaded)
    ours = {name for name in loaded if name.startswith("workbench")}
    assert {".".join(name.split(".")[:2]) for name in ours} == {"workbench", "workbench.checks"}


# Dates


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("05/03/2024", "2024-03-05"),
        ("5.3.2024", "2024-03-05"),
        ("03/25/2024", "2024-03-25"),
        ("05-03-24 10:30", "2024-03-05"),
        ("2024/03/05", "2024-03-05"),
        ("2024-3-5", "2024-03-05"),
        ("99/99/9999", "2024-03-05"),
    ],
)
def test_a_date_in_another_form_is_refused_with_what_to_write(text, written):
    for refuse in (
        lambda: checks.moment("start", text),
        lambda: events.window(text, "2025-01-01"),
        lambda: events.window("2001-01-01", text),
    ):
        with pytest.raises(ValueError, match=f"is '{text}': day or month first\\? write {written}$"):
            refuse()


@pytest.mark.parametrize(
    "value", ["soon", "", "2024", "20240305", "2024-02-30", 2024, 1.5, None, pd.NaT, True]
)
def test_what_is_no_date_is_refused(value):
    with pytest.raises(ValueError, match="start must be a date such as '2024-01-31', not "):
        checks.moment("start", value)


@pytest.mark.parametrize(
    "value",
    [
        "2024-01-31 09:30",
        " 2024-01-31T09:30:00.000000",
        dt.datetime(2024, 1, 31, 9, 30),
        pd.Timestamp("2024-01-31 09:30"),
        np.datetime64("2024-01-31T09:30"),
    ],
)
def test_iso_texts_and_objects_are_dates(value):
    assert checks.moment("start", value) == dt.datetime(2024, 1, 31, 9, 30)
    assert checks.moment("start", dt.date(2024, 1, 31)) == dt.datetime(2024, 1, 31)
