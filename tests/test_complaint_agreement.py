"""Agreement of graders, and control limits of counts."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.inter_rater import fleiss_kappa

from workbench import checks
from workbench.complaints import chart, confusion, kappa, limits

# How many of 14 raters gave each of 10 subjects each of five categories: the textbook case of Fleiss's kappa.
COUNTS = np.array(
    [
        [0, 0, 0, 0, 14], [0, 2, 6, 4, 2], [0, 0, 3, 5, 6], [0, 3, 9, 2, 0], [2, 2, 8, 1, 1],
        [7, 7, 0, 0, 0], [3, 2, 6, 3, 0], [2, 5, 3, 2, 2], [6, 5, 2, 1, 0], [0, 2, 2, 3, 7],
    ]
)  # fmt: skip


def ratings(counts):
    return pd.DataFrame([np.repeat(np.arange(1, counts.shape[1] + 1), row) for row in counts])


def test_kappa_of_the_textbook_case():
    found = kappa(ratings(COUNTS))
    assert round(found.value, 3) == 0.210
    assert found.low < found.value < found.high
    shares = COUNTS.sum(axis=0) / 140
    weights = shares * (1 - shares)
    assert (found.by_grade * weights).sum() / weights.sum() == pytest.approx(found.value)


def test_the_interval_leaves_out_each_case_in_turn():
    found = kappa(ratings(COUNTS))
    without = np.array([fleiss_kappa(np.delete(COUNTS, i, axis=0)) for i in range(10)])
    error = np.sqrt(0.9 * ((without - without.mean()) ** 2).sum())
    assert (found.high - found.low) / 2 == pytest.approx(1.959964 * error)


def test_kappa_of_two_graders_by_hand():
    both = pd.DataFrame({"first": list("AABB"), "second": list("AABA")})
    # observed 3/4; of eight ratings five are A, three B: by chance 34/64
    assert kappa(both).value == pytest.approx((3 / 4 - 34 / 64) / (30 / 64))
    assert kappa(both.assign(second=both["first"])).value == 1


def test_what_is_no_agreement_is_refused():
    both = pd.DataFrame({"first": list("AAB"), "second": ["A", None, "B"]})
    with pytest.raises(ValueError, match="ratings of 'second' is missing in row 1"):
        kappa(both)
    with pytest.raises(ValueError, match=r"ratings has shape \(3, 1\); needed are at least 2 graders"):
        kappa(both[["first"]])
    with pytest.raises(checks.NotKnown, match="Both graders judged 2 cases; agreement needs 3 or more"):
        kappa(both[:2])
    with pytest.raises(checks.NotKnown, match="All ratings are 'A'"):
        kappa(pd.DataFrame({"first": list("AAA"), "second": list("AAA")}))


def test_who_said_what():
    table = confusion(pd.Series(list("AABC")), pd.Series(list("AABA")))
    assert table.to_dict("list") == {"A": [2, 0, 1], "B": [0, 1, 0], "C": [0, 0, 0]}


def test_poisson_limits_of_mean_16_are_5_to_29_where_three_sigma_gives_4_to_28():
    table = limits([16] * 20)
    assert table[["low", "high"]].drop_duplicates().to_numpy().tolist() == [[5, 29]]
    assert (16 - 3 * 4, 16 + 3 * 4) == (4, 28)
    assert limits([16] * 18 + [30, 2])["alarm"].tolist() == [""] * 18 + ["above", "below"]


def test_alarms_by_chance_are_at_most_those_allowed_and_what_chance_gives():
    table = limits([16] * 20)
    assert 0 < table["by_chance"].iloc[0] <= 0.0027
    drawn = np.random.default_rng(0).poisson(16, 200_000)
    assert np.mean((drawn < 5) | (drawn > 29)) == pytest.approx(table["by_chance"].iloc[0], rel=0.1)


def test_exposure_moves_centre_and_limits_in_proportion():
    table = limits([10, 20, 40], [1, 2, 4])
    assert table["centre"].tolist() == [10, 20, 40]
    assert table["alarm"].eq("").all()
    assert limits([10, 20, 40])["alarm"].tolist() == ["", "", "above"]


@pytest.mark.parametrize(
    ("counts", "exposure", "message"),
    [
        ([1.5, 2], None, "counts is 1.5 in row 0; allowed are whole numbers from 0"),
        ([1, -2], None, "counts is -2 in row 1"),
        ([1, 2], [1, 0], "exposure is 0 in row 1; allowed are numbers above 0"),
        ([1, 2], [1], "exposure has shape"),
    ],
)
def test_counts_that_are_none_are_refused(counts, exposure, message):
    with pytest.raises(ValueError, match=message):
        limits(counts, exposure)


def test_a_chart_counts_whole_weeks_and_weeks_without_a_case():
    days = ["2024-01-03", "2024-01-08", "2024-01-09", "2024-01-22", "2024-01-30"]
    cases = pd.DataFrame({"received": pd.to_datetime(days), "subject": list("aabab")})
    table = chart(cases, by="subject", period="W")
    assert table["period"].dt.strftime("%m-%d").tolist() == ["01-08", "01-15", "01-22"] * 2
    assert table["count"].tolist() == [1, 0, 1, 1, 0, 0]
    with pytest.raises(checks.NotKnown, match="The cases lie in 0 whole periods of 'M'"):
        chart(cases, by="subject", period="M")
