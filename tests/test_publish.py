"""What a notebook says to its report: findings, tables in readers' words, named tables as private files."""

import datetime as dt
import json
import os
import signal
import stat
import time

import nbformat
import numpy as np
import pandas as pd
import pytest
from conftest import record_of, start_workbench, until, workbench, write_notebook
from nbclient import NotebookClient

from workbench import publish
from workbench.publish import keeping, results, words

CUSTOMERS = (
    "customers = pd.DataFrame({'customer_id': ['=cmd()', 'b', '-5'], 'r_score': [1.23456, None, 2.0], "
    "'tags': [['x', 'y'], [], []], 'mixed': [1.5, 'not known', True], 'is_new': [True, False, True]})"
)
CELLS = [
    "import pandas as pd\nfrom workbench import publish",
    f"{CUSTOMERS}\npublish.table('customers', customers, caption='All of them.', note='None left out.')",
    "publish.finding(f'{len(customers)} customers <b>came</b>.')\npublish.finding('The paper errs.', about='study')",
]


@pytest.fixture
def kept(tmp_path):
    publish.keep_in(tmp_path / "kept", lambda: {"c0001": "Ayu", "c0002": "=Meier"})
    yield tmp_path / "kept"
    publish.keep_in(None)


def test_cells_are_written_as_a_reader_would():
    table = pd.DataFrame(
        {
            "mean_amount": [1234.5678, np.nan, -0.0001],
            "is_new": [True, False, None],
            "day": pd.to_datetime(["2024-01-05 00:00", "2024-01-06 09:30", None]),
            "mean square": [950.5, 0.2412, 12.0],
            "orders": [3, 12345, 0],
            "share": [0.123456, 0.5, 1.0],
            "both": [("a", 1), [], None],
            "end": [np.inf, -np.inf, 2.0],
        }
    )
    assert words.in_words(table).to_dict("list") == {
        "mean amount": ["1,235", "not known", "0"],
        "is new": ["yes", "no", "not known"],
        "day": ["2024-01-05", "2024-01-06 09:30", "not known"],
        "mean square": ["950.50", "0.24", "12.00"],
        "orders": ["3", "12,345", "0"],
        "share": ["0.123", "0.500", "1.000"],
        "both": ["a, 1", "", "not known"],
        "end": ["without bound", "without bound below", "2"],
    }


@pytest.mark.parametrize("value", ["=1+1", "+a", "@x", "-cmd", "\tx", "\rx", "＝1"])
def test_a_text_that_a_spreadsheet_would_run_gets_an_apostrophe(value):
    table = results.formula_safe(pd.DataFrame({value: [value, 5, None]}))
    assert table.columns.tolist() == [f"'{value}"]
    assert table.iloc[0, 0] == f"'{value}"
    assert table.iloc[1, 0] == 5


@pytest.mark.parametrize("value", ["-5", "+1.5", "-12,50", "a=b", "5 %"])
def test_a_number_or_a_plain_text_stays(value):
    assert results.formula_safe(pd.DataFrame({"x": [value]}))["x"].tolist() == [value]


def test_a_named_table_has_own_ids_in_its_files_and_pseudonyms_for_the_page(kept):
    table = pd.DataFrame(
        {"score": [0.1 + 0.2, 1 / 3]}, index=pd.Index(["c0001", "c0002"], name="customer_id")
    )
    sent = results.write("customers", table, 5000)
    written = pd.read_csv(kept / "customers.csv", dtype=str)
    assert written["customer_id"].tolist() == ["Ayu", "'=Meier"]
    assert written["pseudonym"].tolist() == ["c0001", "c0002"]
    assert written["score"].tolist() == ["0.3", "0.333333333333333"]  # without the dust of the last bit
    exact = pd.read_parquet(kept / "customers.parquet")
    assert exact["customer_id"].tolist() == ["Ayu", "=Meier"]
    assert exact["score"].tolist() == [0.1 + 0.2, 1 / 3]
    rows = [["c0001", 0.1 + 0.2], ["c0002", 1 / 3]]
    assert sent == {"columns": ["customer_id", "score"], "rows": rows, "of": 2}


def test_at_most_a_stated_number_of_rows_travels(kept):
    sent = results.write("many", pd.DataFrame({"x": range(10)}), 3)
    assert (len(sent["rows"]), sent["of"]) == (3, 10)
    assert len(pd.read_csv(kept / "many.csv")) == 10


def test_excel_files_are_written_where_they_are_wished(tmp_path):
    publish.keep_in(tmp_path, excel=True)
    try:
        results.write("customers", pd.DataFrame({"name": ["=1+1"]}), 5)
    finally:
        publish.keep_in(None)
    assert pd.read_excel(tmp_path / "customers.xlsx", engine="calamine")["name"].tolist() == ["'=1+1"]


def test_a_name_is_given_once_in_a_run(kept):
    results.write("customers", pd.DataFrame({"x": [1]}), 5)
    with pytest.raises(ValueError, match="name is 'customers', and so is that of another table"):
        results.write("customers", pd.DataFrame({"x": [1]}), 5)


@pytest.mark.parametrize("name", ["../x", "A", "a b", "-a", "", 3])
def test_a_name_that_is_no_name_is_refused(name):
    with pytest.raises(ValueError, match="allowed are small letters, digits and hyphens"):
        publish.table(name, pd.DataFrame(), caption="x")


@pytest.mark.parametrize(("text", "about"), [("", None), (5, None), ("x" * 401, None), ("x", "paper")])
def test_a_finding_that_says_nothing_is_refused(text, about):
    with pytest.raises(ValueError, match="text is|about must be one of"):
        publish.finding(text, about=about)


@pytest.mark.parametrize(
    "data",
    [
        None,
        {"application/vnd.workbench.table+json": 5},
        {
            "application/vnd.workbench.table+json": {
                "name": "../../x",
                "caption": "c",
                "rows": 1,
                "note": None,
            }
        },
        {"application/vnd.workbench.table+json": {"name": "x", "caption": 7, "rows": 1, "note": None}},
        {"application/vnd.workbench.finding+json": {"text": 7, "about": None}},
        {"application/vnd.workbench.finding+json": {"text": "x", "about": "me"}},
    ],
)
def test_what_a_stranger_sends_is_no_table_and_no_finding(data):
    assert publish.table_of(data) is None
    assert publish.finding_of(data) is None


def test_without_a_run_the_same_is_shown_and_nothing_written(tmp_path):
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in CELLS])
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    table, finding = notebook.cells[1].outputs[0].data, notebook.cells[2].outputs[0].data
    assert "data" not in table["application/vnd.workbench.table+json"]
    assert "All of them." in table["text/html"]
    assert "None left out." in table["text/plain"]
    assert finding["text/plain"] == "Finding: 3 customers <b>came</b>."
    assert list(tmp_path.iterdir()) == []


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    folder = tmp_path_factory.mktemp("published")
    (folder / "notebooks").mkdir()
    write_notebook(folder / "notebooks" / "n.ipynb", *CELLS)
    done = workbench("run", "n", cwd=folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_a_run_writes_named_tables_for_its_owner_alone(ran):
    private = ran / "private"
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert (private / ".gitignore").read_text() == "*\n"
    assert sorted(p.name for p in (private / "n").iterdir()) == ["customers.csv", "customers.parquet"]
    assert pd.read_csv(private / "n" / "customers.csv")["customer_id"].tolist() == ["'=cmd()", "b", "-5"]
    record = record_of(ran / "reports", "n")
    (table,) = record["published"]["tables"]
    assert (table["name"], table["rows"], table["cell"]) == ("customers", 3, 3)  # after the parameters
    assert set(table["files"]) == {"customers.csv", "customers.parquet"}
    assert [f["about"] for f in record["published"]["findings"]] == [None, "study"]


def test_the_page_shows_the_finding_and_where_the_files_are(ran):
    text = (ran / "reports" / "n.html").read_text()
    assert "3 customers &lt;b&gt;came&lt;/b&gt;." in text
    assert "<code>private/n/customers.csv</code> (3 rows)" in text


def test_a_report_whose_results_were_touched_is_not_fresh(ran):
    assert "fresh" in workbench("run", "n", "--why", cwd=ran).stdout
    file = ran / "private" / "n" / "customers.csv"
    before = file.read_bytes()
    file.write_bytes(before + b"x")
    told = workbench("run", "n", "--why", cwd=ran).stdout
    file.unlink()
    gone = workbench("run", "n", "--why", cwd=ran).stdout
    file.write_bytes(before)
    assert "customers.csv of its results was changed by hand" in told
    assert "customers.csv of its results is gone" in gone


def test_a_run_that_fails_leaves_the_results_of_the_last_good_one(ran):
    before = (ran / "private" / "n" / "customers.csv").read_bytes()
    good = (ran / "notebooks" / "n.ipynb").read_bytes()
    write_notebook(ran / "notebooks" / "n.ipynb", *CELLS[:2], "1 / 0")
    assert workbench("run", "n", cwd=ran).returncode == 3
    assert (ran / "private" / "n" / "customers.csv").read_bytes() == before
    assert sorted(p.name for p in (ran / "private").iterdir()) == [".gitignore", "n"]
    page = (ran / "reports" / "n.failed.html").read_text("utf-8")
    assert "did not come to its end" in page
    assert "no data were read" not in page
    assert "They are not part of this page" not in page, "no file is listed that this run did not leave"
    (ran / "notebooks" / "n.ipynb").write_bytes(good)
    assert workbench("run", "n", cwd=ran).returncode == 0


@pytest.mark.slow
def test_a_killed_run_leaves_the_results_of_the_one_before(tmp_path):
    (tmp_path / "notebooks").mkdir()
    notebook = tmp_path / "notebooks" / "n.ipynb"
    write_notebook(notebook, *CELLS)
    assert workbench("run", "n", cwd=tmp_path).returncode == 0
    file = tmp_path / "private" / "n" / "customers.csv"
    before = file.read_bytes()
    go, written = tmp_path / "go", f"open({str(tmp_path / 'written')!r}, 'w').close()"
    other = [CELLS[0], CELLS[1].replace("1.23456", "9.9"), written, until(go)]
    write_notebook(notebook, *other)
    running = start_workbench("run", notebook)
    while not (tmp_path / "written").exists():
        assert running.poll() is None
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    assert file.read_bytes() == before
    go.touch()
    assert workbench("run", "n", cwd=tmp_path).returncode == 0
    assert b"9.9" in file.read_bytes()
    assert sorted(p.name for p in (tmp_path / "private").iterdir()) == [".gitignore", "n"]


def test_a_run_without_named_tables_leaves_no_folder(tmp_path):
    (tmp_path / "notebooks").mkdir()
    write_notebook(tmp_path / "notebooks" / "n.ipynb", "1")
    assert workbench("run", "n", cwd=tmp_path).returncode == 0
    assert not (tmp_path / "private").exists()


def test_the_tables_of_an_earlier_report_are_read_by_name(ran, monkeypatch):
    monkeypatch.setattr(keeping.run, "folder", ran / "private" / ".next.tmp-1")
    assert publish.previous("n", "customers")["customer_id"].tolist() == ["=cmd()", "b", "-5"]
    with pytest.raises(ValueError, match=r"There is no report 'm' with results.* Reports with results: n\."):
        publish.previous("m", "customers")
    with pytest.raises(ValueError, match="The report 'n' has no table 'customer'; did you mean 'customers'"):
        publish.previous("n", "customer")
    with pytest.raises(ValueError, match="There is no report"):
        publish.previous("../n", "customers")


def test_days_stay_days_in_the_page_and_in_json():
    assert json.dumps(results._plain(dt.date(2024, 1, 5))) == '"2024-01-05"'


def test_a_large_table_reads_as_a_small_one_does(tmp_path, monkeypatch):
    texts = [
        "x",
        'q"q',
        "c,d",
        "l\nn",
        "r\rr",
        " before",
        "after ",
        "",
        "#h",
        "ä",
        None,
        "'=1",
        "NULL",
        "null",
    ]
    numbers = [0.1, 1e-300, 1 / 3, 1e22, -0.0, np.nan, np.inf, -np.inf, 123456789.123456789, 5e-324]
    table = pd.DataFrame(
        {
            "text": pd.Series(texts * 10, dtype="str"),
            "number": numbers * 14,
            "we\"ird, na'me": np.arange(140) * 10**15,
        }
    )
    results.write_csv(table, tmp_path / "small.csv")
    monkeypatch.setattr(results, "LARGE", 100)
    results.write_csv(table, tmp_path / "large'.csv")
    small, large = (
        pd.read_csv(tmp_path / name, dtype=str, keep_default_na=False, na_values=[""], lineterminator="\n")
        for name in ("small.csv", "large'.csv")
    )
    assert len(small) == 140
    pd.testing.assert_frame_equal(small, large)


def test_a_missing_whole_number_of_a_result_is_empty(kept):
    table = pd.DataFrame({"level": pd.array([3, None], dtype="Int64")})
    assert results.write("columns", table, 5)["rows"] == [[3], [None]]
