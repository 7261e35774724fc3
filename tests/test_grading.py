"""Grades by limits: now, over time, and what is to be expected of them where nothing changes."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import multivariate_normal, norm

from workbench import grading

LIMITS = [50_000, 200_000, 600_000]
CARDS = ["silver", "gold", "platinum", "diamond"]


def noisy(n, months, *, sd=0.45, fading=0.6, spread=1.2, seed=0):
    """Balances whose levels never change: log level and a noise that fades."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, sd, (n, months))
    for month in range(1, months):
        noise[:, month] = fading * noise[:, month - 1] + np.sqrt(1 - fading**2) * noise[:, month]
    return np.exp(10 + spread * rng.normal(size=(n, 1)) + noise)


# ---- limits


def test_a_value_that_equals_a_limit_belongs_to_the_upper_grade():
    given_ = pd.Series([0, 49_999.99, 50_000, 599_999, 600_000], index=[*"abcde"])
    assert grading.grade(given_, thresholds=LIMITS).to_dict() == dict(
        zip("abcde", [0, 0, 1, 2, 3], strict=True)
    )
    named = grading.grade(given_, thresholds=LIMITS, names=["none", *CARDS[:3]])
    assert named.tolist() == ["none", "none", "silver", "gold", "platinum"]
    assert named.cat.ordered


@pytest.mark.parametrize(
    ("values", "thresholds", "message"),
    [
        ([1, float("nan")], LIMITS, "row 1 is nan"),
        ([1, float("inf")], LIMITS, "row 1 is inf"),
        ([1, -5], LIMITS, "values must not be negative: row 1 is -5"),
        ([1], [200, 200], "thresholds must ascend .* each above the one before"),
        ([1], [200, 50], "thresholds must ascend"),
        ([1], [0, 50], "thresholds must ascend from above 0"),
    ],
)
def test_what_cannot_be_graded_is_refused(values, thresholds, message):
    with pytest.raises(ValueError, match=message):
        grading.grade(values, thresholds=thresholds)


def test_names_must_fit_the_limits():
    with pytest.raises(ValueError, match="3 thresholds need 4 names, not 2"):
        grading.grade([1], thresholds=LIMITS, names=["a", "b"])


def test_the_distance_is_to_the_nearest_limit():
    assert grading.distance([55_000, 190_000], thresholds=LIMITS).tolist() == pytest.approx([0.1, -0.05])


# ---- over time


def by_hand(row, limits, down, months):
    """Grades of one customer, month by month, as a clerk would give them."""
    found, held = [], 0
    for month in range(len(row)):
        if month < months - 1:
            found.append(pd.NA)
            continue
        mean = np.mean(row[month - months + 1 : month + 1])
        earned = sum(mean >= limit for limit in limits)
        if month > months - 1:
            while held > earned and mean < down * limits[held - 1]:
                held -= 1
            held = max(held, earned)
        else:
            held = earned
        found.append(held)
    return found


@given(
    st.lists(st.lists(st.integers(0, 100), min_size=5, max_size=5), min_size=1, max_size=4),
    st.sampled_from([1.0, 0.8, 0.3]),
    st.integers(1, 3),
)
def test_grades_over_time_are_those_that_a_clerk_gives(rows, down, months):
    limits = [20, 50, 70]
    table = grading.grade_over_time(
        pd.DataFrame(rows, dtype=float), thresholds=limits, down=down, months=months
    )
    assert table.to_numpy().tolist() == [by_hand(row, limits, down, months) for row in rows]


def test_a_mean_and_a_lower_way_down_keep_grades_steady():
    panel = pd.DataFrame(noisy(4000, 24))
    ways = [(1, 1.0), (3, 1.0), (1, 0.8), (3, 0.8)]
    moved = [
        grading.monthly_changes(grading.grade_over_time(panel, thresholds=LIMITS, months=m, down=d))
        for m, d in ways
    ]
    each = [changes["all customers"] for changes in moved]
    assert each[0] > each[2] > each[1] > each[3] > 0  # a mean steadies more than the way down; both most
    assert all(changes["ever graded"] > changes["all customers"] for changes in moved)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"down": 0}, "down is 0"),
        ({"down": 1.2}, "down is 1.2"),
        ({"months": 4}, "months is 4; allowed are whole numbers from 1 to 3"),
        ({"panel": [[1, -2, 3]]}, "row 0, column 1 is -2"),
    ],
)
def test_what_cannot_be_graded_over_time_is_refused(change, message):
    asked = {"panel": [[1, 2, 3]], "thresholds": [2]} | change
    with pytest.raises(ValueError, match=message):
        grading.grade_over_time(asked.pop("panel"), **asked)


# ---- migration


def test_migration_is_by_row_and_empty_grades_stay_unknown():
    names = ["low", "middle", "high"]
    before, after = (
        pd.Series(pd.Categorical(x, names)) for x in (["low"] * 4, ["low", "low", "low", "high"])
    )
    table = grading.migration(before, after)
    assert table.loc["low"].tolist() == [0.75, 0, 0.25]
    assert table.loc["high"].isna().all()
    assert grading.moves(table).loc["low"].to_dict() == {"stay": 0.75, "fall": 0, "rise": 0.25}
    assert grading.moves(table).loc["high"].isna().all()
    down = grading.migration(*(pd.Series(pd.Categorical(x, names)) for x in (["high"] * 2, ["low", "high"])))
    assert grading.moves(down).loc["high"].to_dict() == {"stay": 0.5, "fall": 0.5, "rise": 0}


@pytest.mark.parametrize("correlation", [-0.5, 0.0, 0.6, 0.9])
@pytest.mark.parametrize("threshold", [-0.5, 0.0, 1.0, 2.0])
def test_who_stays_above_a_limit_is_the_bivariate_normal_probability(threshold, correlation):
    both = multivariate_normal(cov=[[1, correlation], [correlation, 1]]).cdf([-threshold, -threshold])
    assert grading.expected_stay(threshold, correlation) == pytest.approx(both / norm.sf(threshold), abs=1e-4)


def test_who_stays_above_one_deviation_at_a_correlation_of_nine_tenths():
    assert round(grading.expected_stay(1, 0.9), 4) == 0.7279
    assert grading.expected_stay(1, 1) == 1


def test_the_migration_expected_without_change_is_what_unchanged_levels_show():
    panel = pd.DataFrame(noisy(30_000, 24))
    expected = grading.no_change(panel.iloc[:, :12], thresholds=LIMITS, months=12)
    first, last = (grading.grade(panel[month], thresholds=LIMITS) for month in (11, 23))
    seen = grading.migration(first, last)
    assert np.abs(expected.shares.to_numpy() - seen.to_numpy())[:3].max() < 0.03
    assert np.abs(expected.shares.to_numpy() - seen.to_numpy())[3].max() < 0.08  # 150 customers
    assert expected.correlation == pytest.approx(1.2**2 / (1.2**2 + 0.45**2), abs=0.02)
    assert expected.shares.sum(axis=1).tolist() == pytest.approx([1] * 4)


def test_a_change_of_level_is_no_part_of_what_is_expected_without_change():
    drift = np.random.default_rng(1).normal(0, 2, (20_000, 1)) * np.arange(24) / 23
    panel = pd.DataFrame(noisy(20_000, 24) * np.exp(drift))
    first, last = (grading.grade(panel[month], thresholds=LIMITS) for month in (11, 23))
    stayed = np.diag(grading.migration(first, last))
    expected = np.diag(grading.no_change(panel, thresholds=LIMITS, months=12).shares)
    assert (expected[1:3] > stayed[1:3] + 0.1).all()


def test_the_chances_of_the_customers_add_up_to_the_share_of_the_grade():
    panel = pd.DataFrame(noisy(20_000, 12))
    expected = grading.no_change(panel, thresholds=LIMITS)
    chance = grading.keeps(panel[11], thresholds=LIMITS, correlation=expected.correlation)
    graded = grading.grade(panel[11], thresholds=LIMITS)
    assert chance[graded == 0].isna().all()
    for k in (1, 2, 3):
        assert chance[graded == k].mean() == pytest.approx(expected.shares.loc[k, k:].sum(), abs=0.03)
    nearer = chance[graded == 2].groupby(panel[11][graded == 2] > 300_000).mean()
    assert nearer[True] > nearer[False]  # who is well above the limit keeps it rather


def test_no_change_needs_three_months():
    with pytest.raises(ValueError, match="panel has 2 months"):
        grading.no_change(pd.DataFrame([[1, 2]]), thresholds=[1])


# ---- tables


def test_two_looks_stand_beside_what_would_show_without_change():
    panel = pd.DataFrame(noisy(20_000, 24))
    looks = grading.apart(panel, thresholds=LIMITS, names=[*"DCBA"])
    assert looks.months == 12
    assert looks.table["customers"].sum() == 20_000
    for kind in ("seen", "without change"):
        parts = looks.table[[f"{move} {kind}, %" for move in ("stay", "fall", "rise")]]
        assert parts.sum(axis=1).tolist() == pytest.approx([100] * 4)
    apart = looks.table["stay seen, %"] - looks.table["stay without change, %"]
    assert apart[["D", "C", "B"]].abs().max() < 4
    assert looks.table.loc["A", "change of the mean, %"] < 0 < looks.table.loc["D", "change of the mean, %"]
    assert grading.apart(panel.iloc[:, :5], thresholds=LIMITS, names=[*"DCBA"]).months == 4


def test_steadiness_is_by_four_rules():
    table = grading.steadiness(pd.DataFrame(noisy(500, 6)), thresholds=LIMITS, months=3, down=0.8)
    assert [*table.index] == ["month end", "mean of 3 months", "kept down to 80 % of the limit", "both"]
    short = grading.steadiness(pd.DataFrame(noisy(500, 3)), thresholds=LIMITS, months=12)
    assert short.index[1] == "mean of 2 months"


def test_parts_of_groups_add_up_and_empty_groups_are_kept():
    customers = pd.DataFrame({"assets": [1.0, 1, 2], "revenue": [0.0, 1, 1]})
    grades = pd.Series(pd.Categorical(["D", "D", "A"], ["D", "B", "A"]))
    table = grading.shares_by(customers, grades, close=pd.Series([True, False, True]))
    assert table["customers"].tolist() == [2, 0, 1]
    assert table["assets, %"].tolist() == [50, 0, 50]
    assert table["near a limit, %"].tolist()[::2] == [50, 100]
    assert np.isnan(table.loc["B", "near a limit, %"])
    both = grading.shares_by(customers, [grades.rename("class"), grades.rename("grade")])
    assert len(both) == 9


# ---- classes and grades together


def test_cells_count_the_empty_ones_too():
    types = pd.Series(pd.Categorical(["steady", "steady"], ["conservative", "steady", "aggressive"]))
    grades = grading.grade([10, 700_000], thresholds=LIMITS, names=["D", "C", "B", "A"])
    table = grading.cells(types, grades)
    assert table.shape == (3, 4)
    assert table.to_numpy().sum() == 2
    assert table.loc["steady", "A"] == 1


def test_grades_by_two_indicators_have_the_sizes_asked_for():
    rng = np.random.default_rng(0)
    a, b = pd.Series(rng.normal(size=1000)), pd.Series(rng.normal(size=1000))
    for way in ("rank sum", "lower of two", "higher of two"):
        sizes = grading.combined(a, b, shares=[6, 3, 1], names=["C", "B", "A"], way=way).value_counts()
        assert sizes.to_dict() == {"C": 600, "B": 300, "A": 100}
    with pytest.raises(ValueError, match="way must be one of"):
        grading.combined(a, b, shares=[1, 1], names=["C", "B"], way="sum")


# ---- what printed cases allow


def test_the_printed_cases_allow_these_limits():
    cases = pd.DataFrame({"amount": [200_000, 600_000], "grade": ["gold", "platinum"]})
    table = grading.printed_intervals(cases, grades=CARDS, lowest=50_000)
    assert table.loc["silver"].tolist() == [50_000, 50_000]
    assert table.loc["gold"].tolist() == [50_000, 200_000]
    assert table.loc["platinum"].tolist() == [200_000, 600_000]
    assert table.loc["diamond", "above"] == 600_000
    assert np.isnan(table.loc["diamond", "up to"])


@pytest.mark.parametrize(
    "cases", [[(200_000, "gold"), (200_000, "platinum")], [(600_000, "gold"), (200_000, "platinum")]]
)
def test_two_cases_that_contradict_each_other_are_named(cases):
    with pytest.raises(ValueError, match="200,000 had 'platinum', (2|6)00,000 only 'gold'"):
        grading.printed_intervals(pd.DataFrame(cases, columns=["amount", "grade"]), grades=CARDS)
