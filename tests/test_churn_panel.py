import numpy as np
import pandas as pd
import pytest

from workbench import churn, data

END = "2014-07-01"


def days(*texts):
    return pd.Series(pd.to_datetime(list(texts)))


@pytest.mark.parametrize(
    ("end", "renewed", "label"),
    [
        ("2013-01-15", "2013-02-28", False),
        ("2013-01-31", "2013-02-28", False),
        ("2013-01-31", "2013-03-01", True),
        ("2013-01-31", "2013-01-10", False),  # before the end
        ("2013-01-01", None, True),
        ("2013-02-28", "2013-02-28", pd.NA),  # the deadline is not over, though it is renewed
        (None, None, pd.NA),
    ],
)
def test_churned_is_not_renewed_by_the_end_of_the_next_month(end, renewed, label):
    assert churn.churned([end], [renewed], "2013-03-31").tolist() == [label]


def test_the_deadline_is_over_when_the_next_month_is():
    assert churn.churned(["2013-01-15"], [None], "2013-02-28").tolist() == [pd.NA]
    assert churn.churned(["2013-01-15"], [None], "2013-03-01").tolist() == [True]


def test_grace_moves_the_deadline_by_months():
    labels = [churn.churned(["2013-01-31"], ["2013-03-31"], END, grace)[0] for grace in (0, 1, 2)]
    assert labels == [True, True, False]


def test_labels_keep_their_rows():
    ends = days("2013-01-31", "2013-02-28").set_axis([7, 3])
    assert churn.churned(ends, [None, "2013-03-01"], END).to_dict() == {7: True, 3: False}
    with pytest.raises(ValueError, match="renewed_on is a Series in another order than contract_end"):
        churn.churned(ends, ends.set_axis([3, 7]), END)
    with pytest.raises(ValueError, match="contract_end has 2 dates and renewed_on 1"):
        churn.churned(ends, [None], END)


def contracts(**columns):
    """Two customers on one node: a, who stays once and leaves, and b, who stays."""
    table = pd.DataFrame(
        {
            "customer_id": ["a", "a", "b"],
            "node": "n",
            "first_start": days("2011-07-01", "2011-07-01", "2012-06-01"),
            "contract_start": days("2012-01-01", "2012-07-01", "2012-06-01"),
            "contract_end": days("2012-06-30", "2012-12-31", "2012-11-30"),
            "renewed_on": pd.to_datetime(pd.Series(["2012-07-02", None, "2012-12-05"])),
            "monthly_fee": [58.0, 58.0, 86.0],
        }
    )
    return table.assign(**columns)


USAGE = pd.DataFrame(
    [
        (customer, month, hours, 2 * hours)
        for customer, rate in (("a", 1.0), ("b", 10.0))
        for hours, month in enumerate(pd.date_range("2012-01-01", periods=14, freq="MS"), 1)
        for hours in [rate * hours]
    ],
    columns=["customer_id", "month", "hours", "sessions"],
)
TICKETS = pd.DataFrame(
    [
        ("a", "2012-01-05", "repair"),
        ("a", "2012-06-01", "repair"),
        ("a", "2012-11-30", "complaint"),
        ("a", "2012-11-30", "complaint"),  # the same again
        ("a", "2012-12-01", "complaint"),  # on as_of
        ("a", "2012-09-02", "severe complaint"),
        ("b", "2012-10-10", "forwarding"),
        ("b", "2012-06-30", "repair"),
    ],
    columns=["customer_id", "day", "kind"],
).assign(day=lambda table: pd.to_datetime(table["day"]))


def made(**options):
    return churn.panel(contracts(), USAGE, TICKETS, **{"observation_end": "2013-03-01"} | options)


def test_one_row_per_contract_that_ends_after_half_a_year_of_history():
    table = made()
    assert table.index.tolist() == [
        ("b", pd.Timestamp("2012-11-30")),
        ("a", pd.Timestamp("2012-12-31")),
    ]
    assert table["as_of"].dt.strftime("%Y-%m-%d").tolist() == ["2012-11-01", "2012-12-01"]
    assert table["label_known"].dt.strftime("%Y-%m-%d").tolist() == ["2013-01-01", "2013-02-01"]
    assert table["churned"].tolist() == [False, True]
    assert table.attrs["ledger"] == {
        "contracts": 3,
        "open": 0,
        "running": 0,
        "without_history": 1,
        "rows": 2,
        "not_yet_known": 0,
        "churned": 1,
        "late": 0,
        "renewed_early": 0,
    }


def test_inputs_are_what_was_known_before_the_month_of_the_end():
    row = made().loc["a"].iloc[0]
    assert row[["hours", "sessions"]].tolist() == [10, 20]  # September to November: 9, 10, 11
    assert row["usage_change"] == pytest.approx(11 / 9)
    assert row["usage_trend"] == pytest.approx(10 / 7)
    assert row[["repairs", "complaints", "severe_complaints"]].tolist() == [1, 2, 1]
    assert row["severe_complaint_on"] == pd.Timestamp("2012-09-02")
    assert row[["term_months", "tenure_months", "renewal_number"]].tolist() == [6, 17, 2]
    assert row[["calendar_month", "monthly_fee"]].tolist() == ["December", 58]
    # two repairs and two complaints; both contracts run on the last day before, b's for the last time
    assert row[["node_repairs", "node_complaints"]].tolist() == [1, 1]


def test_inputs_leave_out_what_belongs_to_the_label():
    X = churn.inputs(made(), ["calendar_month"])
    assert not {"churned", "late", "renewed_early", "as_of", "label_known", "calendar_month"} & set(X)
    assert not set(X.select_dtypes("datetime"))
    with pytest.raises(ValueError, match="Unknown column to ignore 'hour'; did you mean 'hours'"):
        churn.inputs(made(), ["hour"])


def test_lead_months_take_the_inputs_earlier():
    row = made(lead_months=2).loc["a"].iloc[0]
    assert row["as_of"] == pd.Timestamp("2012-10-01")
    assert row[["hours", "complaints"]].tolist() == [8, 1]
    with pytest.raises(
        ValueError, match="contract_start of customer 'a' is 2012-07-01, on or after as_of, 2012-07"
    ):
        churn.panel(contracts(), USAGE, TICKETS.assign(day=pd.Timestamp("2011-01-01")), lead_months=5,
                    observation_end=END)  # fmt: skip


@pytest.fixture(scope="module")
def shipped():
    return data.load_churn("churn")


@pytest.fixture(scope="module")
def whole(shipped):
    return churn.panel(*shipped, observation_end=END)


def test_what_is_recorded_later_changes_no_input_and_no_label(shipped, whole):
    """The table of November 2013, made then, is that part of the one made from all data."""
    then = pd.Timestamp("2013-11-01")
    contracts, usage, tickets = shipped
    known = contracts[contracts["contract_start"] < then]
    made_then = churn.panel(
        known.assign(renewed_on=known["renewed_on"].where(known["renewed_on"] < then)),
        usage[usage["month"] < then],
        tickets[tickets["day"] < then],
        observation_end=then,
    )
    later = whole.loc[whole["as_of"] <= then]
    pd.testing.assert_frame_equal(churn.inputs(made_then), churn.inputs(later))
    pd.testing.assert_frame_equal(churn.labelled(made_then, "2013-11"), churn.labelled(whole, "2013-11").assign(
        renewed=lambda table: table["renewed"] & made_then["renewed"].reindex(table.index),
        late=lambda table: table["late"] & made_then["late"].reindex(table.index)
    ))  # fmt: skip


def test_order_of_the_rows_is_nothing(shipped, whole):
    mixed = [table.sample(frac=1, random_state=0) for table in shipped]
    pd.testing.assert_frame_equal(churn.panel(*mixed, observation_end=END), whole)


def test_a_month_trains_on_contracts_that_ended_two_months_before(whole):
    rows = churn.labelled(whole, "2013-11")
    ends = rows.index.get_level_values("contract_end")
    assert (ends.min(), ends.max()) == (pd.Timestamp("2012-07-31"), pd.Timestamp("2013-09-30"))
    assert rows["churned"].notna().all()
    assert churn.labelled(whole, "2013-11-30").index.equals(rows.index)
    assert len(churn.labelled(whole, "2020-01")) == int(
        (whole["churned"].notna() & ~whole["renewed_early"]).sum()
    )


def test_a_contract_renewed_before_its_inputs_were_taken_trains_nothing():
    early = contracts(renewed_on=pd.to_datetime(pd.Series(["2012-07-02", "2012-11-30", "2012-12-05"])))
    table = churn.panel(early, USAGE, TICKETS, observation_end="2013-03-01")
    assert table["renewed_early"].tolist() == [False, True]
    assert churn.labelled(table, "2013-03").index.get_level_values("customer_id").tolist() == ["b"]


def test_late_renewers_are_churners_and_counted():
    late = contracts(renewed_on=pd.to_datetime(pd.Series(["2012-07-02", "2013-02-01", "2012-12-05"])))
    table = churn.panel(late, USAGE, TICKETS, observation_end="2013-03-01")
    assert table["churned"].tolist() == [False, True]
    assert table["late"].tolist() == [False, True]
    assert table.attrs["ledger"]["late"] == 1
    then = churn.panel(late, USAGE, TICKETS, observation_end="2013-02-01")
    assert then["late"].tolist() == [False, False]  # nobody knew


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"customer_id": ["a", "a", "a"]}, "Two contracts of customer 'a' overlap: one ends on 2012-06-30, the n"),
        ({"contract_end": days("2012-06-30", "2012-06-30", "2012-11-30")}, "'a' has two contracts that end on 2012-06"),
        ({"contract_end": days("2012-07-01", "2012-12-31", "2012-11-30")}, "'a' overlap: one ends on 2012-07-01, the"),
        ({"contract_end": pd.to_datetime(pd.Series([None, "2012-12-31", "2012-11-30"]))}, "'a' overlap: one is still"),
        ({"renewed_on": days("2011-12-31", "2013-01-01", "2012-12-01")}, "'a' was renewed on 2011-12-31, before i"),
        ({"contract_end": days("2012-06-30", "2012-12-31", "2012-05-01")}, "'b' ended on 2012-05-01, before it began"),
        ({"monthly_fee": [1.0, np.inf, 2.0]}, "contracts must hold finite numbers: row 1, column 'monthly_fee' is inf"),
        ({"last_call": pd.Timestamp("2012-12-01")}, "last_call of customer 'b' is 2012-12-01, on or after as_of"),
        ({"node": [None, "n", "n"]}, "contracts: node is missing in row 0"),
        ({"renewed_on": ["2012-07-02", "", ""]}, "contracts: renewed_on must hold dates without time zone, not str"),
    ],
)  # fmt: skip
def test_contracts_that_cannot_be_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        churn.panel(contracts(**columns), USAGE, TICKETS, observation_end="2013-03-01")


def test_usage_and_tickets_that_cannot_be_are_refused():
    def refused(message, **changed):
        tables = {"contracts": contracts(), "usage": USAGE, "tickets": TICKETS} | changed
        with pytest.raises(ValueError, match=message):
            churn.panel(**tables, observation_end="2013-03-01")

    refused("usage: customer 'a' has two rows for 2012-01", usage=pd.concat([USAGE, USAGE.head(1)]))
    refused("usage must hold finite numbers: row 0, column 'hours'", usage=USAGE.assign(hours=np.inf))
    refused("tickets lacks the column 'kind'", tickets=TICKETS.drop(columns="kind"))
    refused("tickets has no row", tickets=TICKETS.head(0))
    refused(
        "No contract ends after 6 months of usage and tickets, which begin on 2012-11",
        tickets=TICKETS.iloc[2:3],
    )


def test_months_without_usage_are_unknown_and_not_zero():
    table = churn.panel(
        contracts(), USAGE[USAGE["customer_id"] == "b"], TICKETS, observation_end="2013-03-01"
    )
    assert table.loc["a", ["hours", "sessions", "usage_change"]].isna().all(axis=None)
