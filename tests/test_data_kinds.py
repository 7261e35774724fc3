"""Columns of any names, each of a known kind."""

import pandas as pd
import pytest

from workbench import data

KINDS = {"customer_id": "text", "branch": "text", "probability": "number", "end": "day", "left": "truth"}


def load(tmp_path, text, **how):
    file = tmp_path / "mine.csv"
    file.write_text(text, "utf-8")
    return data.load_columns(file, KINDS, **how)


def test_each_column_is_read_by_its_kind_and_others_are_left_alone(tmp_path):
    text = 'Kunde;end;probability;left;rest\n007;31.03.2014;"0,25";yes;x\n08;;;;y\n'
    found = load(tmp_path, text, columns={"customer_id": "Kunde"})
    expected = pd.DataFrame(
        {
            "customer_id": pd.Series(["007", "08"], dtype="str"),
            "probability": [0.25, None],
            "end": pd.Series(["2014-03-31", None], dtype="datetime64[us]"),
            "left": pd.array([True, None], "boolean"),
        }
    )
    pd.testing.assert_frame_equal(found, expected)


def test_a_column_without_any_value_keeps_its_type(tmp_path):
    found = load(tmp_path, "customer_id,end,probability,left\na,,,\nb,,,\n")
    assert found.dtypes.astype(str).tolist() == ["str", "float64", "datetime64[us]", "boolean"]
    assert found.drop(columns="customer_id").isna().all(axis=None)


@pytest.mark.parametrize(
    ("text", "how", "message"),
    [
        ("customer_id,end\na,soon\nb,2014-01-31\n", {}, r"column 'end' \(end\), row 2: 'soon' is not a date"),
        ("customer_id,probability\na,0.1\nb,much\n", {}, r"\(probability\), row 3: 'much' is not a number"),
        ("customer_id,left\na,perhaps\n", {}, r"\(left\), row 2: 'perhaps' is neither yes nor no"),
        ("customer_id,end\na,2014-01-31\nb,\n", {"needed": ["end"]}, r"\(end\), row 3: .* may not be empty"),
        ("customer_id\na\n", {"needed": ["end"]}, r"no column is called 'end' \(day\); map one: end=COLUMN"),
        ("customer_id\na\n", {"columns": {"ende": "x"}}, "'ende' is not asked for; did you mean 'end'"),
        ("customer_id,b\na,1\n", {"columns": {"probability": "b/2"}}, "probability is read from one column"),
    ],
)
def test_what_cannot_be_read_is_one_line_with_column_and_row(text, how, message, tmp_path):
    with pytest.raises(data.DataError, match=message):
        load(tmp_path, text, **how)
