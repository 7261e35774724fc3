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
