import csv
import re

import numpy as np
import pandas as pd
import pytest

from workbench import data

DATASETS = ["retail", "retail_overlapping"]


@pytest.mark.parametrize("name", DATASETS)
def test_log_types_and_queries_belong_together(name):
    log = data.load(name, roles=data.BOOKINGS)
    record = data.loaded()[-1]
    assert log.dtypes.astype(str).to_dict() == {
        "customer_id": "str",
        "event_time": "datetime64[us]",
        "event_type": "str",
        "amount": "float64",
    }
    assert (record["dataset"], record["kind"]) == (name, "stand-in")
    assert record["file"] == data.DATASETS[name]["file"]
    start, end = data.window(name, log)
    assert (start, end) == (pd.Timestamp("1998-01-01"), pd.Timestamp("2004-01-01"))
    assert log["event_time"].between(start, end, inclusive="left").all()
    segments, queries = data.load_segments(name), data.load_queries(name)
    assert [entry["kind"] for entry in data.loaded()[-2:]] == ["stand-in"] * 2
    assert set(segments["customer_id"]) == set(log["customer_id"])
    assert set(queries["customer_id"]) < set(segments["customer_id"])
    assert segments.groupby("segment")["value_class"].nunique().eq(1).all()


def test_a_log_of_ones_own_with_other_column_names(tmp_path):
    rows = ["账户,日期,摘要,金额", "007,2003年1月5日,取款,-100", "8,2003-12-31,结息,0.35"]
    (tmp_path / "my.csv").write_text("\n".join(rows) + "\n", encoding="gb18030")
    columns = dict(zip(data.BOOKINGS, ["账户", "日期", "摘要", "金额"], strict=True))
    log = data.load("retail", tmp_path / "my.csv", columns=columns, roles=data.BOOKINGS)
    assert log["event_type"].tolist() == ["取款", "结息"]
    assert log["amount"].tolist() == [-100, 0.35]
    assert log["event_time"][0] == pd.Timestamp("2003-01-05")


def test_only_retail_has_query_customers():
    with pytest.raises(
        data.DataError, match="'telecom' has no query customers; those that have: retail, retail_overlapping"
    ):
        data.load_queries("telecom")
    with pytest.raises(data.DataError, match="'retail' has no contributions; those that have: bank_app, "):
        data.load_contributions("retail")
    with pytest.raises(data.DataError, match="Unknown data set 'retial'; did you mean 'retail'"):
        data.load_queries("retial")


def test_control_matrix_is_the_reconstructed_one_of_the_study():
    matrix = data.load_matrix("control_matrix", study="retail")
    assert data.loaded()[-1]["kind"] == "reconstructed"
    # R : F = 1/7, R : M = 2, F : M = 9
    expected = [[1, 1 / 7, 2], [7, 1, 9], [1 / 2, 1 / 9, 1]]
    labels = ["recency", "frequency", "monetary"]
    pd.testing.assert_frame_equal(matrix, pd.DataFrame(expected, labels, labels, float), rtol=1e-15)


def test_network_judgements_are_fractions_of_saatys_scale():
    judgements = data.load_network_judgements()
    assert data.loaded()[-1]["kind"] == "reconstructed"
    assert list(judgements) == ["network", "judge", "under", "first", "second", "times"]
    scale = [1 / k for k in range(2, 10)] + list(range(1, 10))
    assert np.isin(judgements["times"], scale).all()
    # the study page: under the third element of frequency, three judges say 1/9, 1/3 and 1
    under = judgements[judgements["under"] == "share_of_months_active"]
    assert under["times"].tolist() == [1 / 9, 1 / 3, 1]
    assert under["judge"].tolist() == ["1", "2", "3"]


def test_matrices_may_be_written_as_fractions(tmp_path, monkeypatch):
    (tmp_path / "data" / "mine").mkdir(parents=True)
    (tmp_path / "data" / "mine" / "m.csv").write_text(",a,b\na,1,1/7\nb,7,1\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert data.load_matrix("m", study="mine").loc["a", "b"] == 1 / 7


def test_studies_without_such_judgements_say_so():
    with pytest.raises(data.DataError, match=r"network_judgements\.csv: no such file"):
        data.load_network_judgements("bank_app")


# data/README.md claims rows and columns; they must be the files' own.

README = (data.ROOT / "data" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`retail/[^|]+) \| ([\d,]+)(?: each)? \| (.+?) \|", README, flags=re.M)
FILES = [
    (name.removeprefix("retail/"), int(rows.replace(",", "")), columns)
    for names, rows, columns in ROWS
    for name in re.findall(r"`([^`]+)`", names)
]


def test_readme_lists_every_shipped_file():
    assert {name for name, _, _ in FILES} == {p.name for p in (data.ROOT / "data" / "retail").iterdir()}


@pytest.mark.parametrize(("name", "rows", "columns"), FILES)
def test_readme_counts_rows_and_names_columns(name, rows, columns):
    with open(data.ROOT / "data" / "retail" / name, encoding="utf-8", newline="") as file:
        header, *body = csv.reader(file)
    assert len(body) == rows
    if columns != "as above":
        assert re.findall(r"`([^`]+)`", columns) == [column for column in header if column]
