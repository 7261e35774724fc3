"""A log of complaints or openings of one's own: read right, or refused with file, column and row."""

import pandas as pd
import pytest

from workbench import data

HEAD = "complaint_id,received,closed,subject,kind,legal_risk"
ROWS = ["K1,2024-03-01 09:00,2024-03-02 10:00,noise,complaint,yes", "K2,2024-03-01 10:00,,lift,opinion,"]
OPENED = [
    "person_id,opened_at,branch",
    "110105 18800101 005x,2024-03-01 09:00,a",
    "11010518800101005X,2024-03-01 11:00,b",
]


def file(tmp_path, *lines, name="my.csv"):
    (tmp_path / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return tmp_path / name


def load(path, **how):
    return data.load("complaints", path, roles=data.COMPLAINTS, **how)


def test_what_is_missing_is_missing_and_never_no(tmp_path):
    cases = load(file(tmp_path, HEAD, *ROWS))
    assert cases["closed"].isna().tolist() == [False, True]
    assert cases["legal_risk"].tolist()[0] is True
    assert cases["legal_risk"].isna().tolist() == [False, True]
    absent = ["publicity", "valid", "judged", "place", "units", "customer_id"]
    assert cases[absent].isna().all(axis=None)
    assert cases.dtypes[["publicity", "judged", "units"]].astype(str).tolist() == [
        "boolean",
        "datetime64[us]",
        "float64",
    ]


def test_the_public_complaints_of_the_us_need_a_map_alone(tmp_path):
    """Headings of the CFPB's Consumer Complaint Database; the rows are made up."""
    path = file(
        tmp_path,
        "Date received,Product,Issue,Date sent to company,Timely response?,Complaint ID",
        "03/13/2024,Mortgage,Trouble during payment process,03/14/2024,Yes,8500001",
        "03/15/2024,Credit card,Fees or interest,03/15/2024,No,8500002",
    )
    columns = {"complaint_id": "Complaint ID", "received": "Date received", "closed": "Date sent to company"}
    cases = load(path, columns=columns | {"subject": "Product"})
    assert cases["received"].tolist() == [pd.Timestamp("2024-03-13"), pd.Timestamp("2024-03-15")]
    assert cases["subject"].tolist() == ["Mortgage", "Credit card"]
    assert cases.attrs["ledger"]["period"] == ["2024-03-13T00:00:00", "2024-03-15T00:00:00"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("K3,2024-03-02 09:00,2024-03-01 09:00,noise,complaint,no",
         r"my.csv: column 'closed' \(closed\), row 4: 2024-03-01 09:00:00 lies before 2024-03-02 09:00:00, when"),
        ("K1,2024-03-02 09:00,,noise,complaint,no", r"row 4 has the complaint of row 2 again"),
        ("K3,2024-03-02 09:00,,noise,complaint,perhaps",
         r"column 'legal_risk' \(legal_risk\), row 4: 'perhaps' is neither yes nor no"),
        ("K3,,,noise,complaint,no", r"column 'received' \(received\), row 4: .* is empty"),
        ("K3,2024-03-02 09:00,,,complaint,no", r"column 'subject' \(subject\), row 4: .* is empty"),
    ],
)  # fmt: skip
def test_bad_rows_are_refused_by_column_and_row(tmp_path, row, message):
    with pytest.raises(data.DataError, match=message):
        load(file(tmp_path, HEAD, *ROWS, row))
    with pytest.raises(data.DataError, match=message):
        data.check(file(tmp_path, HEAD, *ROWS, row), data.COMPLAINTS)


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("units", "0", r"column 'units' \(units\), row 2: 0 is not above 0"),
        ("units", "-5", r"column 'units' \(units\), row 2: -5 is not above 0"),
        ("judged", "2024-03-03 09:00",
         r"column 'closed' \(closed\), row 2: .* lies before 2024-03-03 09:00:00, when the case was judged"),
    ],
)  # fmt: skip
def test_cases_out_of_nothing_and_judged_after_their_end_are_refused(tmp_path, column, cell, message):
    with pytest.raises(data.DataError, match=message):
        load(file(tmp_path, f"{HEAD},{column}", f"{ROWS[0]},{cell}", f"{ROWS[1]},"))


def test_a_column_that_is_needed_is_missed_by_name(tmp_path):
    with pytest.raises(data.DataError, match="no column is called 'subject' .*; map one: subject=COLUMN"):
        load(file(tmp_path, "complaint_id,received,closed", "K1,2024-03-01,2024-03-02"))
    # a role of payments is needed where payments are read, though complaints need it not
    with pytest.raises(data.DataError, match="no column is called 'customer_id'"):
        data.load("telecom", file(tmp_path, "event_time,amount", "2024-03-01,5"))


def test_writings_of_a_person_are_one_and_the_same_account_twice_is_refused(tmp_path):
    log = data.load("openings", file(tmp_path, *OPENED), roles=data.OPENINGS)
    assert log["person_id"].tolist() == ["c0001", "c0001"]
    assert data.own_ids() == {"c0001": "11010518800101005X"}
    assert "1 number written in another way" in " ".join(log.attrs["ledger"]["noticed"])
    twice = [line + "," + name for line, name in zip(OPENED, ["account_id", "A1", "A1"], strict=True)]
    with pytest.raises(
        data.DataError, match="row 3 has the account of row 2 again .*; one row must be one account"
    ):
        data.load("openings", file(tmp_path, *twice), roles=data.OPENINGS)


def test_only_what_is_kept_apart_is_said_to_be(tmp_path):
    rows = [*OPENED, "11010518800101005x,2024-03-01 12:00,a"]
    log = data.load("openings", file(tmp_path, *rows), roles=data.OPENINGS)
    assert "kept apart" not in " ".join(log.attrs["ledger"]["noticed"])
    rows += ["p1,2024-03-02 12:00,a", "P1,2024-03-02 13:00,a"]
    log = data.load("openings", file(tmp_path, *rows), roles=data.OPENINGS)
    assert "person_id: 2 identifiers differ in case only" in " ".join(log.attrs["ledger"]["noticed"])


def test_a_wrong_check_digit_is_noted_and_joined_with_nothing(tmp_path):
    rows = [*OPENED, "110105188001010059,2024-03-01 12:00,a", "110105188001010059,2024-03-01 13:00,b"]
    log = data.load("openings", file(tmp_path, *rows), roles=data.OPENINGS)
    assert log["person_id"].nunique() == 3
    assert log["person_problem"].isna().tolist() == [True, True, False, False]
    noticed = " ".join(log.attrs["ledger"]["noticed"])
    assert "2 numbers with a wrong check digit" in noticed
    assert "18800101" not in noticed


def test_a_stand_in_without_rings_says_so():
    with pytest.raises(data.DataError, match="'telecom' has no rings; those that have: openings"):
        data.load_rings("telecom")


def test_openings_are_read_into_memory_however_large(tmp_path, monkeypatch):
    from workbench.data.scanning import raw

    monkeypatch.setattr(raw, "is_large", lambda source: True)
    log = data.scan("openings", file(tmp_path, *OPENED), roles=data.OPENINGS)
    assert log["person_id"].tolist() == ["c0001", "c0001"]  # one person, whose writings no portion shows
