"""The monthly loop on the command line, as typed."""

import json

import pandas as pd
import pytest
from conftest import workbench
from postgres import postgres_database, postgres_url  # noqa: F401

pytestmark = pytest.mark.slow

MONTH = ["--month", "2014-03"]
SCORES = "customer,branch,contract_end,probability,reason_group,rule\n" + "".join(
    f"c{i:02},{'A/1' if i % 2 else '北京'},31.03.2014,0.{i:02},quiet,{'=1+1' if i == 39 else 'fee > 86'}\n"
    for i in range(1, 40)
)
FILES = {
    "strategies.csv": "strategy;action;cost;stage;valid_from;valid_to\nletter;write;2,50;pilot;;\n",
    "capacities.csv": "branch,contacts\nA/1,4\n北京,3\n",
    "out.csv": "customer_id,since\nc38,2014-02-01\n",
    "scores.csv": SCORES,
}


@pytest.fixture
def folder(tmp_path):
    for name, text in FILES.items():
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


@pytest.fixture(params=["sqlite", "postgresql"])
def loop(request, folder):
    """Type a command of the loop in the folder."""
    url = "sqlite:///loop.db"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_database")

    def typed(action, *words, code=0):
        done = workbench("retention", action, "--database", url, *words, cwd=folder)
        assert done.returncode == code, done.stderr
        assert "s3cret" not in done.stdout + done.stderr
        if code:
            assert (done.stdout, done.stderr.count("\n")) == ("", 1)
        return done.stdout or done.stderr

    return typed


def test_a_month_as_typed(loop, folder):
    files = [word for name in ("strategies.csv", "capacities.csv", "out.csv") for word in ("--data", name)]
    said = loop("configure", *files, *MONTH, "--rest-months", "2")
    assert said == (
        "configured: 1 rows of strategies, 2 rows of capacities, 1 rows of opt_outs, 2 months of rest\n"
    )
    scores = ["--data", "scores.csv", "--map", "customer_id=customer"]
    assert loop("publish", *MONTH, *scores) == "published: 2014-03: 39 scores\n"
    assert loop("publish", *MONTH, *scores) == "unchanged: 2014-03: the same scores\n"

    said = loop("dispatch", *MONTH, "--out", "lists")
    assert said.startswith("dispatched: 2014-03: 14 listed, 7 to call\n")
    lists = {file.name: file.read_bytes() for file in (folder / "lists").iterdir()}
    assert set(lists) == {"2014-03-A_1.csv", "2014-03-北京.csv"}
    again = loop("dispatch", *MONTH, "--out", "lists", "--random-state", "9")
    assert again == said.replace("dispatched:", "unchanged, as it was dispatched before:")
    assert {file.name: file.read_bytes() for file in (folder / "lists").iterdir()} == lists
    assert all(content.startswith("\ufeffbranch,rank,customer_id".encode()) for content in lists.values())
    called = pd.concat(pd.read_csv(folder / "lists" / name, encoding="utf-8-sig") for name in lists)
    assert not called["rule"].str.startswith("=").any()
    assert called["due"].unique().tolist() == ["2014-03-31"]
    assert "c38" not in set(called["customer_id"])

    calls = called[["customer_id"]].assign(reported_on="2014-03-05", status="reached")
    calls.to_csv(folder / "calls.csv", index=False)
    assert loop("feedback", *MONTH, "--data", "calls.csv") == "added: 2014-03: 7 new rows of feedback\n"
    left = "".join(f"c{i:02},{'' if i % 3 else '2014-04-30'}\n" for i in range(1, 40))
    (folder / "renewals.csv").write_text(f"customer_id,renewed_on\n{left}")
    said = loop("outcomes", *MONTH, "--data", "renewals.csv", "--observation-end", "2014-04-30", code=2)
    assert "label not known yet" in said
    said = loop("outcomes", *MONTH, "--data", "renewals.csv", "--observation-end", "2014-05-01")
    assert said == "kept: 2014-03: 39 new or changed outcomes\n"
    said = loop("outcomes", *MONTH, "--data", "renewals.csv", "--observation-end", "2999-01-01", code=2)
    assert "lies ahead" in said

    said = loop("report", "--month", "2014-03", "--out", "pages")
    page = (folder / "pages" / "retention-2014-03.html").read_text("utf-8")
    assert "s3cret" not in page
    assert json.loads((folder / "pages" / "retention-2014-03.json").read_text("utf-8"))["verdict"] == "passed"
    assert "cost per saved" in said
    report = json.loads(
        (folder / "pages" / "private" / "retention-2014-03" / "report.json").read_text("utf-8")
    )
    assert report["effects"][0]["contact"] == report["effects"][0]["control"] == 7
    assert (report["months"][0]["contact_rate"], report["months"][0]["cost"]) == (1.0, 17.5)
    assert not list(folder.rglob("*.part"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["publish", *MONTH, "--data", "scores.csv"], "no column is called 'customer_id' (text); map one"),
        (["publish", *MONTH, "--data", "nowhere.csv"], "--data nowhere.csv: no such file"),
        (["publish", *MONTH, "--data", "capacities.csv"], "no column is called 'customer_id' (text)"),
        (["publish", "--data", "scores.csv"], "the following arguments are required: --month"),
        (
            ["publish", "--month", "März", "--data", "scores.csv", "--map", "customer_id=customer"],
            "month is 'März'; allowed is a month written as YYYY-MM",
        ),
        (["dispatch", *MONTH], "No strategy is in force in 2014-03; configure one"),
        (["configure"], "nothing is given to configure; add --data FILE or --rest-months N"),
        (["configure", "--data", "capacities.csv"], "no column is called 'month' (text)"),
        (["report"], "There are no scores; publish some first"),
        (["report", "--prefix", "x" * 60], "allowed is a text of up to 49 bytes"),
    ],
)
def test_refused_in_one_line(words, message, folder):
    action, *rest = words
    done = workbench("retention", action, "--database", "sqlite:///loop.db", *rest, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("refused: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_breach_is_refused_by_name(loop, folder):
    files = [word for name in ("strategies.csv", "capacities.csv", "out.csv") for word in ("--data", name)]
    loop("configure", *files, *MONTH)
    loop("publish", *MONTH, "--data", "scores.csv", "--map", "customer_id=customer")
    loop("dispatch", *MONTH)
    assert len(list((folder / "private" / "retention").iterdir())) == 2
    (folder / "calls.csv").write_text(
        "customer_id,reported_on,status\nc38,2014-03-05,reached\nc01,2014-03-05,reached\n"
    )
    said = loop("feedback", *MONTH, "--data", "calls.csv", code=2)
    assert "'c38': opted out; 'c01': not on the list of 2014-03" in said
