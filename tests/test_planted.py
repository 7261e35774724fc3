"""Names, identity numbers, addresses and phone numbers as customers of every notebook: none is published."""

import csv
import gzip
import json
import re
import unicodedata
from itertools import count
from pathlib import Path

import pytest
from conftest import workbench

from workbench import privacy

ROOT = Path(__file__).resolve().parents[1]
FIRST = [
    "Anna",
    "Ben",
    "Carla",
    "Dmitri",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Ayşe",
    "伟",
    "娜",
    "秀英",
]
LAST = [
    "Abel-Smith",
    "Brandvold",
    "Czerny",
    "O'Flaherty",
    "Grünwald",
    "Ivanova",
    "Janowski",
    "王",
    "李",
    "欧阳",
]
RUNS = {
    "telecom-rfm-ahp": ("data/telecom_rfm_ahp/payments.csv", 400),
    "bank-app-kmeans": ("data/bank_app/events.csv", 100),
    "retail-cbr-grey": ("data/retail/bookings.csv", 679),
    "annual-review": ("data/annual_review/orders.csv", 400),
    "rfm-segments": ("data/telecom_rfm_ahp/payments.csv", 400),
    "behaviour-segments": ("data/bank_app/events.csv", 100),
}


def people():
    """Names, identity numbers, addresses and phone numbers that can be nobody's, in turn."""
    for number in count():
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]} {number // 130 or ''}".strip()
        born = f"1101051{880 + number % 20}0101{number:03}"
        yield from (name, resident(born), f"u{number}@example.com", f"154{number:08}")


def resident(first):
    return next(first + last for last in "0123456789X" if privacy.is_resident_id(first + last))


@pytest.mark.slow
@pytest.mark.parametrize("study", RUNS)
def test_no_customer_of_a_users_own_file_is_published(study, tmp_path):
    shipped, most = RUNS[study]
    with open(ROOT / shipped, newline="", encoding="utf-8") as text:
        rows = list(csv.DictReader(text))
    known = sorted({row["customer_id"] for row in rows} - {""})[:most]
    called = dict(zip(known, people(), strict=False))
    with open(tmp_path / "own.csv", "w", newline="", encoding="utf-8") as text:
        writer = csv.DictWriter(text, rows[0])
        writer.writeheader()
        writer.writerows(
            r | {"customer_id": called[r["customer_id"]]} for r in rows if r["customer_id"] in called
        )
    out = tmp_path / "reports"
    done = workbench("run", study, "--data", tmp_path / "own.csv", "--name", "mine", "--out", out)
    record = json.loads(next(out.glob("mine*.json")).read_text("utf-8"))
    assert (done.returncode, record["personal"]["found"]) == (0, []), done.stdout[-2000:]
    published = (
        done.stdout + done.stderr + "".join(f.read_text("utf-8") for f in out.glob("*.*") if f.is_file())
    )
    assert [own for own in called.values() if own in published] == []
    private = "".join(file.read_text("utf-8-sig") for file in tmp_path.rglob("private/mine/*.csv"))
    if record["published"]["tables"]:
        assert all(own in private or own.replace('"', '""') in private for own in list(called.values())[:20])


PROTECTION = ("notes.csv", "columns.csv")


def test_no_shipped_stand_in_can_be_a_living_persons():
    found = []
    for file in [*Path(ROOT, "data").rglob("*.*"), *Path(ROOT, "notebooks").rglob("*.ipynb")]:
        packed = file.suffix == ".gz"
        text = gzip.decompress(file.read_bytes()).decode() if packed else file.read_text("utf-8")
        found += [(file.name, each.kind, text[each.start : each.end]) for each in privacy.find(text)]
        if ".csv" in file.suffixes:
            heads, *body = csv.reader(text.splitlines())
            for head, column in zip(heads, zip(*body, strict=True), strict=True):
                text = "\n".join(column)
                found += [(file.name, f.kind, text[f.start : f.end]) for f in privacy.find(text, header=head)]
    nobody = re.compile(
        r"^\d{6}18[89]\d|154\d{8}|620000\d+|@example\.(com|org)|192\.0\.2\.|198\.51\.100\.|203\.0\.113\."
        r"|^\d{2}9999\d{9}$|^91\d{2}9999|^[A-Z]{2}\d{2}0{8}"  # counties and a bank that there are not
    )
    plain = [(*each[:2], re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", each[2]))) for each in found]
    left = {each for each in plain if not nobody.search(each[2])}
    # what the stand-in of look-alikes is for: versions of programs, and hashes that pass a check by chance
    notes, columns = (Path(ROOT, "data/data_protection", name).read_text("utf-8") for name in PROTECTION)
    versions = set(re.findall(r"version ([0-9.]+) ", notes))
    hashes = {row["hash"] for row in csv.DictReader(columns.splitlines())}
    alike = {("notes.csv", "IP address"): versions, ("columns.csv", "credit code"): hashes}
    assert {each for each in left if each[2] not in alike.get(each[:2], ())} == set()
