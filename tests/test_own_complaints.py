"""Complaints and openings of a user's own through the studies: they run, or say before a kernel why not."""

import csv
import json
import random
import re
from datetime import datetime, timedelta

import pytest
from command_line import workbench

COLUMNS = [
    "complaint_id=Complaint ID",
    "received=Date received",
    "closed=Date sent to company",
    "subject=Product",
]
PRODUCTS = ["Mortgage", "Credit card", "Debt collection"]


def written(path, rows):
    with open(path, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


@pytest.fixture
def us_complaints(tmp_path):
    """The headings of the CFPB's Consumer Complaint Database, with days alone; the rows are made up."""
    rng, rows = (
        random.Random(0),
        [["Date received", "Product", "State", "Date sent to company", "Submitted via", "Complaint ID"]],
    )
    for number in range(400):
        day = datetime(2024, 1, 1) + timedelta(days=rng.randrange(200))
        sent = day + timedelta(days=rng.choice([0, 1, 2, 9]))
        product, state, via = rng.choice(PRODUCTS), rng.choice(["NY", "CA"]), rng.choice(["Web", "Phone"])
        rows.append([f"{day:%m/%d/%Y}", product, state, f"{sent:%m/%d/%Y}", via, 8_000_000 + number])
    return written(tmp_path / "complaints.csv", rows)


def outputs(folder):
    (notebook,) = folder.glob("*--????????.ipynb")
    cells = json.loads(notebook.read_text("utf-8"))["cells"]
    told = [
        o.get("text") or o.get("data", {}).get("text/plain", "") for c in cells for o in c.get("outputs", [])
    ]
    return "\n".join("".join(text) for text in told)


@pytest.mark.slow
def test_the_public_complaints_of_the_us_run_by_a_map_alone(us_complaints, tmp_path):
    done = workbench(
        "run", "complaints", "--data", us_complaints, "--map", *COLUMNS, "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stderr
    text = outputs(tmp_path / "out")
    assert not re.search(r"\b(NaN|nan|inf|NaT)\b", text)
    assert "not known: received has days without hours" in text  # the clocks of opening hours
    assert "groups of 5 cases (the log names no customers)" in text
    assert "a whole day counts as 24 of them" in text  # days without hours
    assert "0 cases are open beyond 24 hours" in text  # those closed after the last receipt are closed
    (cases,) = tmp_path.glob("out/private/*/cases.csv")
    rows = list(csv.DictReader(cases.read_text("utf-8").splitlines()))
    assert len(rows) == 400
    assert {row["grade"] for row in rows} <= {"C", "B"}
    assert all("A" in row["undecided"] for row in rows)  # nobody recorded legal risks


def test_a_kind_that_nobody_defined_is_refused_before_a_kernel(us_complaints, tmp_path):
    how = ["--data", us_complaints, "--map", *COLUMNS, "kind=Submitted via", "--out", tmp_path / "out"]
    done = workbench("run", "complaints", *how)
    assert done.returncode == 2
    assert re.search(
        r"kinds that nobody defined: 'Web' \(\d+\), 'Phone' \(\d+\)|'Phone' \(\d+\), 'Web'", done.stderr
    )
    assert "-p 'kinds={" in done.stderr


OPENING = {
    "days alone": ("weekdays", ["2024-03-01,2024-03-02"], "'received' (received): days without hours"),
    "an unknown year": ("official", ["2026-03-02 10:00,2026-03-03 10:00", "2027-03-01 10:00,"],
                        "'received' (received), row 3: 2027-03-01 10:00:00 (1 such row); the list of working days "
                        "goes from 2023-01-01 to 2026-12-31"),
    "due beyond the list": ("official", ["2026-12-30 10:00,"], "row 2: 2026-12-30 10:00:00"),
    "a zone": ("every day", ["2024-03-01T10:00+02:00,"], "the times carry a zone and are read as UTC"),
}  # fmt: skip


@pytest.mark.parametrize("case", OPENING)
def test_times_that_opening_hours_cannot_count_from_are_refused_before_a_kernel(case, tmp_path):
    clock, rows, message = OPENING[case]
    lines = [f"K{i},lift,{row}" for i, row in enumerate(rows)]
    file = tmp_path / "mine.csv"
    file.write_text("\n".join(["complaint_id,subject,received,closed", *lines]) + "\n", "utf-8")
    done = workbench("run", "complaints", "--data", file, "-p", f"clock={clock}", "--out", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert message in done.stderr
    assert "Or choose -p clock=calendar" in done.stderr
    assert not (tmp_path / "out").exists()


def test_openings_on_days_alone_or_with_a_zone_are_put_to_the_rule_that_can(tmp_path):
    file = tmp_path / "mine.csv"
    for cell, window, other in (("2024-03-01", "24h", "day"), ("2024-03-01T10:00+08:00", "day", "24h")):
        file.write_text(f"person_id,branch,opened_at\na,x,{cell}\n", "utf-8")
        how = ["--data", file, "-p", f"window={window}", "--out", tmp_path / "out"]
        done = workbench("run", "account-openings", *how)
        assert done.returncode == 2, done.stderr
        assert f"Or choose -p window={other}" in done.stderr


ODD = {
    "observation_end=2024-01-01": "observation_end is 2024-01-01, and the file begins with 2024-03-01",
    "group_window=a week": "group_window is 'a week'; allowed is a length with its unit",
    "group_window=0D": "group_window is '0D'; allowed is a length above 0",
    'precedence=["A","A","B","C","D"]': "rule `distinct(precedence) == 5`",
    'precedence=["A","F","B","C","D"]': "expected a list of Literal['A', 'B', 'C', 'D', 'E']",
    "opening=[18,9]": "rule `smallest_step(opening) > 0`",
    'group_by=["foo"]': "expected a list of Literal['subject', 'place', 'kind']",
}


@pytest.mark.parametrize("odd", ODD)
def test_odd_parameters_are_refused_before_a_kernel(odd, tmp_path):
    file = tmp_path / "mine.csv"
    file.write_text("complaint_id,subject,received,closed\nK1,lift,2024-03-01 10:00,\n", "utf-8")
    done = workbench("run", "complaints", "--data", file, "-p", odd, "--out", tmp_path / "out")
    assert done.returncode == 2, done.stderr
    assert ODD[odd] in done.stderr


@pytest.mark.slow
def test_a_log_of_three_cases_runs_with_what_is_known(tmp_path):
    rows = [["complaint_id", "subject", "received", "closed"]]
    rows += [
        [f"K{i}", "lift", f"2026-03-0{i} 10:00", f"2026-03-0{i} 12:00" if i == 1 else ""] for i in (1, 2, 3)
    ]
    file = written(tmp_path / "log.csv", rows)
    done = workbench("run", "complaints", "--data", file, "-p", "clock=every day", "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = outputs(tmp_path / "out")
    assert "0 of 0 counts" not in text
    assert "There are none." in text  # no alarm
    assert not re.search(r"\b(NaN|nan|inf|NaT)\b", text)


@pytest.mark.slow
def test_openings_keep_own_ids_in_the_private_file_and_pseudonyms_elsewhere(tmp_path):
    rng, rows = random.Random(0), [["Kunde", "Zeit", "Filiale"]]
    for _ in range(600):
        time = datetime(2024, 1, 1, 9) + timedelta(minutes=rng.randrange(30 * 1440))
        rows.append([f"Kunde-{rng.randrange(200):04}", f"{time:%Y-%m-%d %H:%M}", rng.choice("ABCD")])
    columns = ["person_id=Kunde", "opened_at=Zeit", "branch=Filiale"]
    file = written(tmp_path / "log.csv", rows)
    done = workbench("run", "account-openings", "--data", file, "--map", *columns, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stderr
    text = outputs(tmp_path / "out")
    assert not re.search(r"\b(NaN|nan|inf|NaT)\b", text)
    assert "Kunde-" not in text
    (alerts,) = tmp_path.glob("out/private/*/alerts.csv")
    found = list(csv.DictReader(alerts.read_text("utf-8").splitlines()))
    assert found
    assert all(row["customer_id"].startswith("Kunde-") and row["pseudonym"].startswith("c0") for row in found)
