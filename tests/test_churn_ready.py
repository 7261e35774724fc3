import numpy as np
import pandas as pd
import pytest

from workbench import churn, data

TABLE = pd.DataFrame(
    {
        "customer_id": ["b", "a", "c"],
        "contract_end": pd.to_datetime(["2013-02-28", "2013-01-31", "2013-02-10"]),
        "renewed_on": pd.to_datetime([None, "2013-02-28", "2013-04-02"]),
        "monthly_fee": [58.0, np.nan, 86.0],
        "plan": ["S", None, "L"],
        "local": [True, False, True],
    }
)


def test_roles_are_split_off_and_all_other_columns_are_inputs():
    table = churn.from_table(TABLE, observation_end="2013-05-01")
    assert table.index.get_level_values("customer_id").tolist() == ["a", "c", "b"]
    assert table["churned"].tolist() == [False, True, True]
    assert table["late"].tolist() == [False, True, False]
    X = churn.inputs(table)
    assert list(X) == ["monthly_fee", "plan", "local"]
    assert [pd.api.types.is_numeric_dtype(X[name]) for name in X][:2] == [True, False]
    assert X.loc["a", ["monthly_fee", "plan"]].isna().all(axis=None)
    assert table.attrs["ledger"]["churned"] == 2
    assert list(churn.inputs(churn.from_table(TABLE, ignore_columns=["plan"]))) == ["monthly_fee", "local"]


def test_the_data_end_on_the_day_after_their_last_date():
    assert churn.from_table(TABLE)["churned"].tolist() == [False, True, True]  # 2013-04-03
    early = TABLE.assign(renewed_on=TABLE["renewed_on"].where(TABLE["renewed_on"] < "2013-03-01"))
    assert churn.from_table(early)["churned"].tolist() == [False, pd.NA, pd.NA]


def test_a_ready_table_of_the_stand_in_gives_its_labels_and_inputs():
    tables = data.load_churn()
    whole = churn.panel(*tables, observation_end="2014-07-01")
    renewed = tables.contracts.set_index(["customer_id", "contract_end"])["renewed_on"]
    ready = churn.inputs(whole).join(renewed).reset_index()
    again = churn.from_table(ready, observation_end="2014-07-01")
    pd.testing.assert_series_equal(again["churned"], whole["churned"])
    assert list(churn.inputs(again)) == list(churn.inputs(whole))


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        (
            {"customer_id": "a", "contract_end": pd.Timestamp("2013-01-31")},
            "'a' has two contracts that end on 2013-01",
        ),
        (
            {"as_of": pd.Timestamp("2013-02-02")},
            "as_of of customer 'b' is 2013-02-02, after the month began in which",
        ),
        (
            {"contract_start": pd.Timestamp("2013-03-01")},
            "'b' ended on 2013-02-28, before it began on 2013-03-01",
        ),
        ({"monthly_fee": np.inf}, "table must hold finite numbers: row 0, column 'monthly_fee' is infinite"),
        (
            {"contract_end": ["2013-01-31", "x", "y"]},
            "table: contract_end must hold dates without time zone, not str",
        ),
        (
            {"contract_end": pd.to_datetime(["2013-01-31", None, None])},
            "table: contract_end is missing in row 1",
        ),
        (
            {"joined": pd.Timestamp("2011-01-01")},
            "The input 'joined' holds dates; give the days before as_of",
        ),
    ],
)
def test_tables_that_cannot_be_are_refused(columns, message):
    with pytest.raises(ValueError, match=message):
        churn.from_table(TABLE.assign(**columns))


def test_an_input_of_too_many_levels_is_refused_by_name():
    def table(levels):
        return pd.DataFrame(
            {
                "customer_id": np.arange(levels),
                "contract_end": pd.Timestamp("2013-01-31"),
                "renewed_on": pd.Series(pd.NaT, range(levels), dtype="datetime64[us]"),
                "node": [f"n{i}" for i in range(levels)],
            }
        )

    assert churn.from_table(table(60))["node"].nunique() == 60
    with pytest.raises(ValueError, match=r"'node' has 61 levels; allowed are 60.*ignore_columns=node"):
        churn.from_table(table(61))


def test_as_of_may_be_earlier_than_the_month_of_the_end():
    table = churn.from_table(TABLE.assign(as_of=pd.Timestamp("2012-12-31")))
    assert table["as_of"].eq(pd.Timestamp("2012-12-31")).all()
    with pytest.raises(ValueError, match="Unknown column to ignore 'plam'; did you mean 'plan'"):
        churn.from_table(TABLE, ignore_columns=["plam"])


def test_contracts_may_end_after_what_is_known():
    ends = ["2026-08-31", "2026-09-30", "2026-10-31", "2026-12-31", "2026-12-31"]
    renewals = ["2026-09-03", None, None, "2026-11-02", None]
    table = pd.DataFrame({"customer_id": list("abcde"), "contract_end": pd.to_datetime(ends), "hours": 1.0})
    found = churn.from_table(table.assign(renewed_on=pd.to_datetime(renewals)))
    assert str(found.attrs["observation_end"].date()) == "2026-11-03", "the day after the last renewal"
    assert found["churned"].tolist() == [False, True, pd.NA, pd.NA, pd.NA]
    assert churn.ahead(found).index.get_level_values("customer_id").tolist() == ["c", "e"], "d has renewed"
    assert churn.next_to_end(found).index.get_level_values("customer_id").tolist() == ["e"], "October is over"
    later = churn.from_table(table.assign(renewed_on=pd.to_datetime(renewals)), observation_end="2027-03-01")
    assert churn.ahead(later).empty
    assert churn.next_to_end(later).empty


def test_an_input_called_like_the_outcome_is_refused():
    table = pd.DataFrame(
        {"customer_id": ["a"], "contract_end": pd.to_datetime(["2026-08-31"]), "churned": [1]}
    )
    with pytest.raises(ValueError, match="An input is called 'churned'.*ignore_columns=churned"):
        churn.from_table(table.assign(renewed_on=pd.NaT).astype({"renewed_on": "datetime64[us]"}))
