import pandas as pd
import pytest

from workbench import data

LOAD = {"roles": data.EVENT_LOG, "unreadable": "missing"}
MAP = {"customer_id": "uid", "event_time": "ts", "event_type": "action"}


def written(folder, *rows, header="uid,ts,action"):
    file = folder / "my.csv"
    file.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return file


def test_a_log_of_other_column_names_without_source_and_item(tmp_path):
    file = written(
        tmp_path, "u1,2024-03-05 10:00,app_launch", ",soon,", "u2,2024-02-30,click", "NA,,news_view"
    )
    log = data.load("bank_app", file, columns=MAP, identifiers="as they are", **LOAD)
    expected = pd.DataFrame(
        {
            "customer_id": pd.array(["u1", None, "u2", None], dtype="str"),
            "event_time": pd.to_datetime(["2024-03-05 10:00", None, None, None]).astype("datetime64[us]"),
            "event_type": pd.array(["app_launch", None, "click", "news_view"], dtype="str"),
            "source": pd.array([None] * 4, dtype="str"),
            "item": pd.array([None] * 4, dtype="str"),
        }
    )
    pd.testing.assert_frame_equal(log, expected)
    record = data.loaded()[-1]
    assert record["columns"] == MAP
    assert record["notes"] == [
        "customer_id: 2 empty; left missing",
        "event_time: 1 empty, 1 not a date, 1 not a date of the calendar; left missing",
        "event_type: 1 empty; left missing",
    ]


def test_source_and_item_are_found_in_any_case_or_mapped(tmp_path):
    file = written(tmp_path, "a,2024-03-05,app_launch, push,", header="uid,ts,action,Source,what")
    log = data.load("bank_app", file, columns=MAP | {"item": "what"}, **LOAD)
    assert log.loc[0, "source"] == "push"
    assert log["item"].isna().all()
    with pytest.raises(data.DataError, match=r"unknown column 'wha' \(item\); did you mean 'what'"):
        data.load("bank_app", file, columns=MAP | {"item": "wha"}, **LOAD)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["a,never,x", "b,,y"], r"column 'ts' \(event_time\), row 2: 'never' is not a date"),
        (["a,01/02/2024,x", "b,2024-01-01,y"], "leaves open whether the day or the month comes first"),
        (["a,2024-01-01 10:00Z,x", "b,2024-01-01 10:00,y"], "has a time zone, other rows have none"),
        (["1.38E+10,2024-01-01,x", "b,2024-01-01,y"], "an identifier that a spreadsheet has rounded"),
    ],
)
def test_what_is_wrong_with_a_whole_column_is_refused_all_the_same(tmp_path, rows, message):
    with pytest.raises(data.DataError, match=message):
        data.load("bank_app", written(tmp_path, *rows), columns=MAP, **LOAD)


def test_amounts_are_never_left_missing(tmp_path):
    file = written(tmp_path, "a,", "b,1", header="uid,amount")
    with pytest.raises(data.DataError, match="row 2: '' is empty"):
        data.load(
            "bank_app",
            file,
            columns={"customer_id": "uid"},
            roles=["customer_id", "amount"],
            unreadable="missing",
        )


def test_by_default_dirt_is_refused():
    with pytest.raises(
        data.DataError, match=r"events.csv: column 'customer_id' \(customer_id\), row .*is empty"
    ):
        data.load("bank_app", roles=data.EVENT_LOG)
    with pytest.raises(data.DataError, match="unreadable must be 'refuse' or 'missing', not 'drop'"):
        data.load("bank_app", roles=data.EVENT_LOG, unreadable="drop")


def test_windows_of_the_bank_app_logs():
    start, week, two_weeks = map(pd.Timestamp, ["2024-03-04", "2024-03-11", "2024-03-18"])
    assert data.window("bank_app", None) == data.window("bank_app_overlapping", None) == (start, week)
    assert data.window("bank_app_two_weeks", None) == (start, two_weeks)


def test_contributions_are_of_the_bank_app_only():
    contributions = data.load_contributions("bank_app_two_weeks")
    assert contributions[["deposits", "wealth_products"]].ge(0).all(axis=None)
    assert data.loaded()[-1]["kind"] == "stand-in"
    with pytest.raises(data.DataError, match="'telecom' has no contributions; those that have: bank_app, "):
        data.load_contributions("telecom")
