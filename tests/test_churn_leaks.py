import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

from workbench import checks, churn, data


@pytest.fixture(scope="module")
def rows():
    table = churn.panel(*data.load_churn(), observation_end="2014-07-01")
    return churn.labelled(table, "2013-11")


def test_the_stand_in_has_no_leak(rows):
    churn.refuse_leaks(rows)
    churn.require_enough(rows)
    assert churn.single_input_auc(churn.inputs(rows), rows["churned"]).between(0.5, 0.7).all()


def test_the_area_is_scikit_learns_the_better_way_round(rows):
    auc = churn.single_input_auc(rows[["hours", "tenure_months"]], rows["churned"])
    for column in auc.index:
        known = rows[column].notna()
        area = roc_auc_score(rows["churned"][known].astype(int), rows[column][known])
        assert auc[column] == pytest.approx(max(area, 1 - area), abs=0.001)


@pytest.mark.parametrize(
    ("leak", "message"),
    [
        (lambda y: y, "The input 'x' is equal to the label"),
        (lambda y: 1 - y, "The input 'x' is equal to the label"),
        (lambda y: np.where(y, "gone", "here"), "The input 'x' is equal to the label"),
        (
            lambda y: np.where(y, np.nan, np.arange(len(y))),
            "The input 'x' is equal to the label",
        ),  # a renewal's number
        (lambda y: np.where(y, None, "yes"), "The input 'x' is equal to the label"),
        (
            lambda y: y + 0.3 * np.random.default_rng(0).standard_normal(len(y)),
            r"'x' alone has an AUC of 0\.9\d\d",
        ),
    ],
)
def test_a_column_that_knows_the_answer_is_named(rows, leak, message):
    leaking = rows.assign(x=leak(rows["churned"].to_numpy(int)))
    with pytest.raises(ValueError, match=message + r".*ignore_columns=x"):
        churn.refuse_leaks(leaking)
    churn.refuse_leaks(leaking, ignore_columns=["x"])


def test_a_good_input_is_no_leak(rows):
    y = rows["churned"].to_numpy(int)
    good = y + 0.5 * np.random.default_rng(0).standard_normal(len(y))
    assert 0.85 < churn.single_input_auc(pd.DataFrame({"x": good}), y)["x"] < 0.97
    churn.refuse_leaks(rows.assign(x=good))


def test_samples_too_small_to_learn_from_are_refused(rows):
    churners, stayers = rows[rows["churned"]], rows[~rows["churned"]]
    few = pd.concat([churners.head(99), stayers.head(300)])
    for sample, message in (
        (churners, r"All [\d,]+ contracts churned; a model needs both outcomes"),
        (stayers, "No contract churned"),
        (few, "Only 99 contracts churned; a model needs at least 100"),
        (
            rows.xs("2012-07-31", level=1, drop_level=False),
            "All contracts end in one month; a model needs at least 2",
        ),
    ):
        with pytest.raises(checks.NotKnown, match=message):
            churn.require_enough(sample)


def test_rows_without_a_label_are_refused(rows):
    with pytest.raises(
        ValueError, match=r"churned is missing in row \('C\d+', '2012-07-31.*\); give the rows that"
    ):
        churn.refuse_leaks(rows.assign(churned=rows["churned"].where(rows.index != rows.index[0])))
    with pytest.raises(checks.NotKnown, match="No contract churned; a model needs both outcomes"):
        churn.refuse_leaks(rows[~rows["churned"]])
