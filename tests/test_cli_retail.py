"""The retail study through the command line: a log of the user's own, and a case base on a server."""

import random
import re

import pytest
import sqlalchemy as sa
from conftest import record_of, workbench
from postgres import PASSWORD, postgres_database, postgres_url  # noqa: F401

pytestmark = pytest.mark.slow

STUDY = "retail-cbr-grey"


def report_of(folder):
    (report,) = folder.glob(f"{STUDY}--????????*.json")
    return record_of(folder, report.stem)


def test_a_log_of_the_users_own_with_its_own_booking_types(tmp_path):
    draw = random.Random(0)
    kinds = ["Einzahlung", "Auszahlung", "Zinsen"]
    rows = [
        f"k{int(draw.paretovariate(0.7)) % 60};{draw.randint(1, 28):02d}.{draw.randint(1, 12):02d}.2023;"
        f"{draw.choice(kinds)};{draw.randint(1, 900)},50"
        for _ in range(1500)
    ]
    (tmp_path / "Konto.csv").write_text("\n".join(["Kunde;Tag;Art;Betrag", *rows]))
    columns = ["customer_id=Kunde", "event_time=Tag", "event_type=Art", "amount=Betrag"]
    done = workbench(
        "run", STUDY, "--data", tmp_path / "Konto.csv", "--map", *columns, "--out", tmp_path / "out",
        "-p", 'exclude_bookings=["Zinsen"]', "-p", "n_case_classes=3",
        "-p", 'booking_kinds={"Einzahlung": "deposit", "Auszahlung": "withdrawal"}',
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    record = report_of(tmp_path / "out")
    assert next(f["rows"] for f in record["data"] if f["kind"] == "yours") == 1500
    verdicts = {row["id"]: row["verdict"] for row in record["claims"]["claims"]}
    assert {r["verdict"] for r in record["claims"]["claims"] if r["basis"] == "stand-in"} == {"n/a"}
    assert (verdicts["control_recency"], verdicts["odd_powers_in_general"]) == ("recovered", "refuted")


def test_the_case_base_on_a_server_twice_without_a_password_anywhere(postgres_database, tmp_path):  # noqa: F811
    for _ in range(2):  # the second run finds the table and fills it anew
        done = workbench("run", STUDY, "-p", f"case_base_url={postgres_database}", "--out", tmp_path)
        assert done.returncode == 0, done.stdout
    record = report_of(tmp_path)
    assert {r["verdict"] for r in record["claims"]["claims"] if r["id"] in ("case_base", "case_tuple")} == {
        "match"
    }
    engine = sa.create_engine(re.sub("^postgresql:", "postgresql+psycopg:", str(postgres_database)))
    with engine.connect() as connection:
        kept = connection.execute(
            sa.text('SELECT count(*), count(DISTINCT "class") FROM retail_cbr_grey')
        ).one()
    engine.dispose()
    assert tuple(kept) == (324, 8)
    for file in (path for path in tmp_path.rglob("*") if path.is_file()):
        assert PASSWORD not in file.read_text("utf-8", "replace"), file.name
        assert PASSWORD not in done.stdout


def test_a_wrong_address_is_one_clear_line(tmp_path):
    address = "postgresql://ann:hunter2hunter2@127.0.0.1:1/cases"
    done = workbench("run", STUDY, "-p", f"case_base_url={address}", "--out", tmp_path)
    assert (done.returncode, done.stderr) == (3, "")
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("failed: ")]
    assert "The database at postgresql+psycopg://ann:***@127.0.0.1:1/cases failed: " in line
    assert "check host and port" in line
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert not [f.name for f in files if "hunter2" in f.read_text("utf-8", "replace")]
