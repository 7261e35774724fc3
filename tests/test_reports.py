"""Reports by their names: wishes of a run, where its named tables lie, its removal; two runs of own data compared."""

import json
import os
import re
import shutil
import stat
import threading
from pathlib import Path

import pytest
from conftest import record_of, workbench, write_notebook

from workbench.runner import reports, results
from workbench.runner.record.verdict import Refused

PARAMETERS = """dataset: str = "telecom"  # where no file is given
data_file: str | list[str] | None = None  # the user's own
columns: dict[str, str] | None = None  # its columns
identifiers: str = "pseudonyms"  # of customers
order: list[int] = [0, 1, 2]  # of the clusters' numbers
cut: float = 60.0  # between them
"""
CELLS = [
    "import pandas as pd\nfrom workbench import data, publish",
    "log = data.load(dataset, data_file, columns=columns, roles=data.PAYMENTS)\n"
    "paid = log.groupby('customer_id')['amount'].sum()\n"
    "cluster = pd.cut(paid, [0, 20, cut, 1e9], labels=False).map(dict(enumerate(order))).rename('cluster')\n"
    "publish.table('customers', pd.DataFrame({'paid': paid, 'cluster': cluster}), caption='Who is where.')",
    "means = paid.groupby(cluster).agg(['size', 'mean'])\n"
    "publish.table('segments', means, caption='Each cluster.')\n"
    "publish.finding(f'{len(paid)} customers fall into {len(means)} clusters.')",
]
PAID = {"ayu": 10, "bo": 15, "cem": 30, "dan": 50, "eva": 90, "fay": 95}
MAP = ["--map", "customer_id=who", "event_time=day", "amount=paid"]
ROLES = {"row": "one payment", "roles": {"customer_id": "needed", "event_time": "needed", "amount": "needed"}}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """A project with one study, a file of payments, and three runs on it."""
    folder = tmp_path_factory.mktemp("shop")
    (folder / "notebooks").mkdir()
    notebook = write_notebook(
        folder / "notebooks/01-shop.ipynb", *CELLS, parameters=PARAMETERS, title="A shop"
    )
    told = json.loads(notebook.read_text("utf-8"))
    told["metadata"]["workbench"] = {"question": "Who pays most?", "data": ROLES}
    notebook.write_text(json.dumps(told), "utf-8")
    lines = [f"{who},2024-01-0{1 + i},{paid}" for i, (who, paid) in enumerate(PAID.items())]
    (folder / "may.csv").write_text("\n".join(["who,day,paid", *lines]))
    return folder


@pytest.fixture(scope="module")
def ran(shop):
    arguments = {
        "may": ["--title", "My shop, May", "--xlsx"],
        "june": ["-p", "order=[1, 2, 0]"],
        "july": ["-p", "order=[2, 1, 0]", "-p", "cut=40"],
    }
    return {name: run(shop, "--name", name, *more) for name, more in arguments.items()}


def run(shop, *arguments):
    return workbench("run", "shop", "--data", "may.csv", *MAP, *arguments, cwd=shop)


@pytest.mark.slow
def test_a_run_is_called_and_kept_as_wished(shop, ran):
    assert (ran["may"].returncode, ran["may"].stderr) == (0, "")
    record = record_of(shop / "reports", "may")
    assert (record["name"], record["title"], record["study"]) == ("may", "My shop, May", "shop")
    assert record["provenance"]["command"].endswith("--name may --title 'My shop, May' --xlsx")
    told = ran["may"].stdout.splitlines()[-4:]
    assert told == [
        f"passed: may: all {record['cells']['total']} code cells ran",
        f"  {shop}/reports/may.html",
        "  read: 6 rows, 6 kept; 6 customers; 2024-01-01 to 2024-01-06; total 290.00; currency not known",
        f"  results: customers, segments in {shop}/private/may",
    ]
    assert sorted(path.name for path in (shop / "private/may").iterdir()) == [
        f"{name}.{ending}" for name in ("customers", "segments") for ending in ("csv", "parquet", "xlsx")
    ]
    assert str(shop) not in (shop / "reports/index.html").read_text("utf-8")


@pytest.mark.slow
def test_excel_files_asked_for_later_need_a_run(shop, ran):
    assert run(shop, "--name", "june", "-p", "order=[1, 2, 0]", "--why").stdout.startswith("fresh: june")
    why = run(shop, "--name", "june", "-p", "order=[1, 2, 0]", "--why", "--xlsx").stdout
    assert why == "would run: june: there are no Excel files of its results yet\n"


@pytest.mark.slow
def test_results_lists_reports_and_says_where_their_tables_lie(shop, ran):
    listed = workbench("results", cwd=shop).stdout.splitlines()
    assert [line.split() for line in listed] == [
        [name, "customers,", "segments"] for name in ("july", "june", "may")
    ]
    told = workbench("results", "may", cwd=shop).stdout.splitlines()
    assert told[0] == "customers: 6 rows. Who is where."
    assert told[1] == f"  {shop}/private/may/customers.csv"
    (table, _) = json.loads(workbench("results", "may", "--json", cwd=shop).stdout)
    assert (table["name"], table["rows"]) == ("customers", 6)
    assert {Path(file["path"]).suffix for file in table["files"]} == {".csv", ".parquet", ".xlsx"}
    assert {file["state"] for file in table["files"]} == {"as the run wrote it"}


@pytest.mark.slow
def test_a_table_that_was_changed_or_is_gone_is_called_so(shop, ran, tmp_path):
    copied = tmp_path / "shop"
    shutil.copytree(shop, copied)
    with open(copied / "private/may/customers.csv", "a") as file:
        file.write("gus,c0007,1,2\n")
    (copied / "private/may/segments.csv").unlink()
    told = workbench("results", "may", cwd=copied).stdout
    assert f"{copied}/private/may/customers.csv  (changed since the run)" in told
    assert f"{copied}/private/may/segments.csv  (gone)" in told


@pytest.mark.slow
def test_clusters_of_two_runs_are_compared_by_their_customers(shop, ran):
    done = workbench("compare", "may", "june", cwd=shop)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    place = lines.index(
        "segments were matched by 6 customers whose ids are in both runs, so that as few as possible move"
    )
    assert lines[place + 1 : place + 5] == [
        "  0 → 1 (2 in both)",
        "  1 → 2 (2 in both)",
        "  2 → 0 (2 in both)",
        "  0 of 6 shared customers are in another segment in B",
    ]
    page = (shop / "reports/may--vs--june.html").read_text("utf-8")
    assert "0 of these 6 customers are in B in another segment" in page
    assert "Its values are the same" in page, "the segments differ by their numbers only"
    moved = workbench("compare", "may", "july", cwd=shop).stdout
    assert "  1 of 6 shared customers are in another segment in B\n" in moved


@pytest.mark.slow
def test_own_ids_stand_on_no_page(shop, ran):
    workbench("compare", "may", "july", cwd=shop)
    workbench("run", "shop", "--data", "may.csv", *MAP, "--name", "may", "--why", cwd=shop)
    for page in (shop / "reports").glob("*.html"):
        assert not [who for who in PAID if re.search(rf"\b{who}\b", page.read_text("utf-8"))], page.name


@pytest.mark.slow
def test_verify_takes_the_name_of_a_report_or_a_study(shop, ran):
    done = workbench("verify", "june", cwd=shop)
    assert (done.returncode, done.stdout.partition(" from ")[0]) == (0, "verified: june: nothing differs")
    assert "shop has no report in" in workbench("verify", "shop", cwd=shop).stderr
    missing = workbench("verify", "jun", cwd=shop)
    assert (missing.returncode, "did you mean 'june'?" in missing.stderr) == (2, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["shop", "--name", "a/b"], "--name 'a/b': allowed are letters"),
        (["shop", "--name", "shop"], "--name shop: another page has this name"),
        (
            ["other.ipynb", "--name", "may"],
            "may: a report of another notebook has this name (shop); choose another",
        ),
        (["shop", "other.ipynb", "--name", "x"], "--name and --title are of one report"),
    ],
)
def test_a_name_that_cannot_be_is_refused(arguments, message, shop, ran):
    write_notebook(shop / "other.ipynb", "1")
    done = workbench("run", *arguments, "--out", "reports", cwd=shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.slow
def test_remove_deletes_a_report_with_its_files_and_comparisons(shop, ran, tmp_path):
    copied = tmp_path / "shop"
    shutil.copytree(shop, copied)
    workbench("compare", "may", "june", cwd=copied)
    (copied / "reports/may.failed.json").write_text("{}")
    kept = workbench("remove", "may", cwd=copied)
    assert (kept.returncode, (copied / "reports/may.html").exists()) == (2, True)
    assert "nobody can be asked here; add --yes" in kept.stderr
    done = workbench("remove", "may", "--yes", cwd=copied)
    assert (done.returncode, done.stderr) == (0, "")
    assert not [path for path in (copied / "reports").rglob("*may*") if not path.name.startswith(".")]
    assert not (copied / "private/may").exists()
    assert (copied / "private/june/customers.csv").exists()
    assert "june.html" in (copied / "reports/index.html").read_text("utf-8")
    assert "My shop, May" not in (copied / "reports/index.html").read_text("utf-8")
    again = workbench("remove", "may", "--yes", cwd=copied)
    assert (again.returncode, again.stderr.startswith("refused: there is no report 'may'")) == (2, True)


@pytest.mark.slow
def test_a_sweep_has_results_per_point_and_is_removed_as_a_whole(shop, tmp_path):
    grid = ["-g", "cut=40,60,80", "--name", "cuts", "--title", "Where to cut", "--jobs", 2]
    done = workbench("sweep", "shop", "--data", "may.csv", *MAP, *grid, "--out", tmp_path, cwd=shop)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "\npassed: cut=40.0: all " in done.stdout
    assert done.stdout.count("read: 6 rows") == 1, "the file is the same at every point"
    record = json.loads((tmp_path / "cuts.json").read_text("utf-8"))
    assert [[s["size"] for s in point["segments"]] for point in record["points"]] == [
        [3, 2, 1],
        [2, 2, 2],
        [2, 2, 2],
    ]
    assert [f["text"] for f in record["points"][0]["findings"]] == ["6 customers fall into 3 clusters."]
    page = (tmp_path / "cuts.html").read_text("utf-8")
    assert "<h1>Where to cut</h1>" in page
    assert "<li>6 customers fall into 3 clusters." in page
    assert page.count('class="b0"') == 3
    listed = workbench("results", "--out", tmp_path, cwd=shop).stdout.splitlines()
    assert len(listed) == 3
    assert all(line.startswith("cuts/shop--") for line in listed)
    name = listed[0].split()[0]
    (file, *_) = re.findall(
        r"  (/.*customers.csv)$", workbench("results", name, "--out", tmp_path, cwd=shop).stdout, re.M
    )
    assert Path(file).read_text("utf-8").startswith("customer_id,pseudonym,paid,cluster\nayu,c0001,10")
    again = workbench("sweep", "shop", "--data", "may.csv", *MAP, *grid, "--out", tmp_path, cwd=shop)
    assert again.stdout.startswith("3 points (cut 3), 3 of them done\n")
    assert workbench("remove", "cuts", "--yes", "--out", tmp_path, cwd=shop).returncode == 0
    assert not [
        path for path in tmp_path.rglob("*") if not path.name.startswith(".") and path.name != "index.html"
    ]


def test_only_what_is_a_report_can_be_removed(tmp_path):
    (tmp_path / "other").mkdir()
    (tmp_path / "index.html").touch()
    for name in ("index", "other", "../x", "."):
        with pytest.raises(Refused, match="there is no report"):
            reports.remove(name, tmp_path)
    assert (tmp_path / "other").exists()


def test_a_folder_that_is_no_sweeps_stays(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "a.json").write_text('{"verdict": "passed"}')
    reports.remove("a", tmp_path)
    assert ((tmp_path / "a").exists(), (tmp_path / "a.json").exists()) == (True, False)


def test_the_private_folder_is_its_owners_alone_and_goes_when_it_is_empty(tmp_path):
    place = tmp_path / "private/sweep/point"
    work = results.prepare(place)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (tmp_path / "private", work)] == [0o700] * 2
    results.clean(tmp_path / "private/sweep/other")
    assert work.exists(), "another run's end takes nothing from this one"
    (work / "t.csv").touch()
    results.move(place)
    results.clean(place)
    assert [path.name for path in place.iterdir()] == ["t.csv"]
    assert (tmp_path / "private/.gitignore").read_text() == "*\n"
    assert results.remove(place)
    assert not (tmp_path / "private").exists()


def test_runs_at_once_do_not_take_the_private_folder_from_each_other(tmp_path):
    """Two runs begin and end again and again; whoever works has a folder that git passes over."""
    wrong = []

    def work(name):
        for _ in range(300):
            folder = results.prepare(tmp_path / "private" / name)
            try:
                (folder / "t.csv").touch()
            except OSError as error:
                wrong.append(error)
            results.clean(tmp_path / "private" / name)

    threads = [threading.Thread(target=work, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
    assert os.listdir(tmp_path) == []
