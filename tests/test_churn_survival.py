import pandas as pd
import pytest

from workbench import checks, churn, data


def contracts(*rows):
    """Contracts from (customer, months of tenure at the start, months of the contract, renewed?)."""
    first = pd.Timestamp("2010-01-01")
    table = []
    for customer, begins, term, renewed in rows:
        start = first + pd.DateOffset(months=begins)
        end = start + pd.DateOffset(months=term) - pd.Timedelta(days=1)
        table.append((customer, first, start, end, end if renewed else pd.NaT))
    columns = ["customer_id", "first_start", "contract_start", "contract_end", "renewed_on"]
    return pd.DataFrame(table, columns=columns)


def test_the_staircase_is_kaplan_and_meiers():
    table = contracts(
        *(("a", 0, 12, True), ("a", 12, 12, False)),
        *(("b", 0, 12, False), ("c", 0, 12, True), ("c", 12, 12, True)),
        ("d", 12, 12, True),  # came before the table: at risk from its second year on
        ("e", 0, 24, False),
    )
    found = churn.survival(table, observation_end="2020-01-01")
    assert found["at_risk"].to_dict() == {12: 4, 24: 4}
    assert found["left"].to_dict() == {12: 1, 24: 2}
    assert found["staying"].tolist() == pytest.approx([3 / 4, 3 / 4 * 2 / 4])
    greenwood = 1 / (4 * 3) + 2 / (4 * 2)
    assert found["standard_error"].iloc[1] == pytest.approx(3 / 8 * greenwood**0.5)


def test_a_contract_whose_label_is_not_known_is_not_at_risk():
    table = contracts(("a", 0, 12, False), ("b", 0, 12, True), ("b", 12, 12, False))
    assert churn.survival(table, observation_end="2012-01-31").index.tolist() == [12]
    assert churn.survival(table, observation_end="2012-03-01").index.tolist() == [12, 24]
    with pytest.raises(checks.NotKnown, match="No contract's label is known before 2010-06-01"):
        churn.survival(table, observation_end="2010-06-01")


def test_customers_of_the_stand_in_leave_at_the_ends_of_contracts():
    found = churn.survival(data.load_churn().contracts, observation_end="2014-07-01")
    assert found["staying"].is_monotonic_decreasing
    at_ends = found["left"][found.index % 6 == 0].sum() / found["left"].sum()
    assert at_ends > 0.9  # who renewed late is off the beat
    assert found.loc[12, "staying"] < 0.85
