import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench import churn, data


def graded(*fees, upkeep=30, multiple=2.5):
    return churn.value_grade(list(fees), upkeep=upkeep, multiple=multiple).tolist()


def test_grades_begin_at_the_upkeep_and_at_its_multiple():
    assert graded(0, 29.99, 30, 74.99, 75, 1e6) == ["low", "low", "normal", "normal", "high", "high"]


@given(st.floats(0, 1e6), st.floats(0.01, 1e4), st.floats(1.01, 100))
def test_the_three_grades_cover_every_fee_once(fee, upkeep, multiple):
    grade = graded(fee, upkeep=upkeep, multiple=multiple)[0]
    holds = {
        "high": fee >= upkeep * multiple,
        "normal": upkeep <= fee < upkeep * multiple,
        "low": fee < upkeep,
    }
    assert [name for name, so in holds.items() if so] == [grade]


@pytest.mark.parametrize(
    ("fees", "options", "message"),
    [
        ([58, np.nan], {}, "monthly_fee must be finite, without NaN or inf: row 1 is nan"),
        ([58, -1], {}, "monthly_fee is -1 in row 1; allowed are fees from 0"),
        ([58], {"upkeep": 0}, "upkeep is 0; allowed is a finite number, above 0"),
        ([58], {"multiple": 1}, "multiple is 1; allowed is a finite number, above 1"),
    ],
)
def test_fees_and_constants_out_of_range_are_refused(fees, options, message):
    with pytest.raises(ValueError, match=message):
        graded(*fees, **options)


def test_levels_begin_at_their_cut_and_keep_their_rows():
    levels = churn.risk_level(pd.Series([0, 0.3, 0.5, 1], list("abcd")), (0.3, 0.5))
    assert levels.to_dict() == {"a": "low", "b": "medium", "c": "high", "d": "high"}


@pytest.mark.parametrize("cuts", [(0.4, 0.2), (0.2, 0.2), (0, 0.4), (0.2, 1), (0.1, 0.2, 0.3), (0.2,)])
def test_cuts_are_two_rising_numbers(cuts):
    with pytest.raises(ValueError, match="give two rising numbers between 0 and 1"):
        churn.risk_level([0.5], cuts)


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="probability is 1.2 in row 1; allowed is 0 to 1"):
        churn.risk_level([0.5, 1.2])
    with pytest.raises(ValueError, match="probability must be finite, without NaN or inf: row 0 is nan"):
        churn.risk_level([np.nan])


def test_high_value_needs_tenure_revenue_and_television():
    table = pd.DataFrame(
        [(36, 86, True), (35, 86, True), (36, 85, True), (36, 86, False), (36, np.nan, True)],
        columns=["tenure_months", "monthly_fee", "interactive_tv"],
    )
    assert churn.high_value(table, tenure_months=36, monthly_fee=86).tolist() == [True] + [False] * 4


NOTHING = {
    "severe_complaints": 0,
    "complaints": 0,
    "repairs": 0,
    "hours": 30.0,
    "usage_trend": 1.0,
    "usage_change": 1.0,
    "node_repairs": 0.3,
    "node_complaints": 0.2,
}


@pytest.mark.parametrize(
    ("inputs", "group"),
    [
        ({}, "quiet"),
        ({"severe_complaints": 1}, "poor experience"),
        ({"complaints": 2, "hours": 3.0}, "poor experience"),
        ({"hours": 15.0, "node_repairs": 2.0}, "little use"),
        ({"node_repairs": 2.0}, "low network quality, winnable"),
        ({"hours": np.nan, "usage_trend": np.nan}, "quiet"),  # what is unknown points nowhere
    ],
)
def test_the_first_reason_that_holds_names_the_group(inputs, group):
    assert churn.reason_group(pd.DataFrame([NOTHING | inputs])).tolist() == [group]


def test_the_rule_table_holds_the_four_groups_and_may_be_changed():
    assert {*churn.REASONS["group"], "quiet"} == {
        "poor experience",
        "little use",
        "low network quality, winnable",
        "quiet",
    }
    stricter = churn.REASONS.assign(
        value=churn.REASONS["value"].where(churn.REASONS["input"] != "hours", 40.0)
    )
    assert churn.reason_group(pd.DataFrame([NOTHING]), stricter).tolist() == ["little use"]
    with pytest.raises(ValueError, match="condition must be one of 'at least', 'at most', not 'above'"):
        churn.reason_group(pd.DataFrame([NOTHING]), churn.REASONS.assign(condition="above"))
    with pytest.raises(ValueError, match="panel lacks the column 'hours'"):
        churn.reason_group(pd.DataFrame([NOTHING]).drop(columns="hours"))


def test_signals_are_counted_from_their_first_day_to_the_end():
    ends = pd.Index(pd.to_datetime(["2013-03-31"] * 3), name="contract_end")
    table = pd.DataFrame(
        {
            "as_of": pd.Timestamp("2013-03-01"),
            "usage_change": [0.35, 0.36, np.nan],
            "severe_complaint_on": pd.to_datetime([None, "2013-01-30", None]),
            "forwarding_on": pd.to_datetime([None, "2013-02-01", None]),
        },
        index=ends,
    )
    found = churn.signals(table)
    assert found["sharp drop"].tolist() == [True, False, False]
    assert found["severe complaint"].tolist() == found["forwarding"].tolist() == [False, True, False]
    assert found["days_of_warning"].tolist()[:2] == [30, 60]
    assert np.isnan(found["days_of_warning"].iloc[2])
    assert churn.signals(table, sharp_drop=0.4)["sharp drop"].tolist() == [True, True, False]
    with pytest.raises(ValueError, match="sharp_drop is 1; allowed is a finite number, above 0 and below 1"):
        churn.signals(table, sharp_drop=1)


@pytest.fixture(scope="module")
def panel():
    return churn.panel(*data.load_churn(), observation_end="2014-07-01")


def test_the_two_definitions_of_high_value_are_not_the_same_customers(panel):
    by_fee = churn.value_grade(panel["monthly_fee"], upkeep=30, multiple=2.5).eq("high")
    by_loyalty = churn.high_value(panel, tenure_months=36, monthly_fee=66)
    agreed = (by_fee == by_loyalty).mean()
    chance = by_fee.mean() * by_loyalty.mean() + (1 - by_fee.mean()) * (1 - by_loyalty.mean())
    assert 0 < (agreed - chance) / (1 - chance) < 0.2


def test_the_reason_group_tells_the_true_type_little_better_than_its_commonest(panel):
    truth = data.load_truth().set_index(["customer_id", "contract_end"]).reindex(panel.index)
    types = pd.crosstab(churn.reason_group(panel), truth["type"])
    by_group, commonest = types.max(axis=1).sum() / types.values.sum(), types.sum().max() / types.values.sum()
    assert 0.005 < by_group - commonest < 0.1
    assert types.loc["poor experience"].idxmax() == "disappointed"
