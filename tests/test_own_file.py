"""A user's own file on the command line: checked before a kernel, kept under a name, shown in the terminal."""

import importlib.util
import json

import pytest
from conftest import workbench, write_notebook

from workbench.runner.plan import mappings, own_file
from workbench.runner.record.verdict import Refused

HEAD = "Kunde,Datum,Umsatz\n"
MAP = ["--map", "customer_id=Kunde", "event_time=Datum", "amount=Umsatz"]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "mine.csv"
    rows = [
        f"K{min(i % 40, i % 23):03},2024-{1 + i % 12:02}-{1 + i % 28:02},{10 + i % 7}.50\n"
        for i in range(200)
    ]
    path.write_text(HEAD + "".join(rows), "utf-8")
    return path


def refused(done, *messages):
    assert (done.returncode, done.stdout) == (2, ""), "no cell was started"
    assert done.stderr.startswith("refused: ")
    assert done.stderr.count("\n") == 1, "one line"
    for message in messages:
        assert message in done.stderr


WRONG = {
    "column": (["--map", "customer_id=Kunde", "event_time=Datum", "amount=Umsaz"], "unknown column 'Umsaz' (amount); did you mean 'Umsatz'?"),
    "role that no column has": (["--map", "customer_id=Kunde", "event_time=Datum"], "no column is called 'amount' (number); map one: amount=COLUMN"),
    "text for a number": (["--map", "customer_id=Kunde", "event_time=Datum", "amount=Kunde"], "cannot be both"),
    "no such value": ([*MAP, "--where", "Kunde=K999"], "--where Kunde=K999: no row has it"),
    "no such filter column": ([*MAP, "--where", "Kund=K001"], "--where: no column is called 'Kund'; did you mean 'Kunde'?"),
    "role twice": ([*MAP, "--map", "amount=Datum"], "--map names a role twice"),
    "unknown encoding": ([*MAP, "--encoding", "utf9"], "utf9"),
    "two dates": ([*MAP[:-1], "amount=Umsatz*Umsaz"], "unknown column 'Umsaz'; did you mean 'Umsatz'?"),
    "nothing kept": (["--like", "january"], "--like 'january': nothing is kept under that name"),
}  # fmt: skip


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_word_is_refused_before_a_kernel(case, file, tmp_path):
    options, message = WRONG[case]
    done = workbench("run", "telecom-rfm-ahp", "--data", file, *options, "--out", tmp_path / "out")
    refused(done, message)
    assert not (tmp_path / "out").exists()


def test_a_bad_row_is_named_before_a_kernel(file, tmp_path):
    file.write_text(file.read_text("utf-8") + "K001,2024-03-05,viel\n", "utf-8")
    for command in (["run"], ["sweep", "-g", "n_clusters=2:3"]):
        done = workbench(
            command[0], "telecom-rfm-ahp", *command[1:], "--data", file, *MAP, "--out", tmp_path / "o"
        )
        refused(done, "mine.csv: column 'Umsatz' (amount), row 202: 'viel' is not a number")


def test_a_log_of_unknown_types_is_refused_with_its_types(file, tmp_path):
    words = ["--data", file, "--map", "customer_id=Kunde", "event_time=Datum"]
    done = workbench("run", "bank-app-kmeans", *words, "event_type=Kunde2")
    refused(done, "unknown column 'Kunde2'")
    file.write_text("Kunde,Datum,Art\nK1,2024-03-05,login\nK2,2024-03-05,login\nK2,2024-03-06,pay\n", "utf-8")
    done = workbench("run", "bank-app-kmeans", *words, "event_type=Art", "--out", tmp_path / "o")
    refused(done, "none of the event types of your file is known: 'login' (2), 'pay' (1)", "-p 'event_kinds=")
    done = workbench(
        "run", "retail-cbr-grey", *words, "event_type=Art", "amount=Art", "--out", tmp_path / "o"
    )
    refused(done, "cannot be both")


def test_data_given_twice_are_two_files_not_the_second(file, tmp_path):
    other = tmp_path / "other.csv"
    other.write_text("Kunde,Datum,Betrag\nK1,2024-01-05,3\n", "utf-8")
    done = workbench("run", "telecom-rfm-ahp", "--data", file, "--data", other, *MAP)
    refused(done, "other.csv: other columns than mine.csv", "'Betrag'")


def test_options_without_a_file_are_refused():
    for options, flag in ((MAP, "--map"), (["--where", "a=b"], "--where"), (["--decimal", ","], "--decimal")):
        refused(workbench("run", "telecom-rfm-ahp", *options), f"{flag} needs --data FILE")


def test_a_study_says_whether_it_can_read_a_file(file):
    done = workbench("look", file, *MAP, "--study", "telecom-rfm-ahp")
    assert done.returncode == 0, done.stderr
    assert "telecom-rfm-ahp can read it:" in done.stdout
    assert "read: 200 rows, 200 kept; 23 customers; 2024-01-01 to 2024-12-28" in done.stdout
    done = workbench("look", file, *MAP, "--study", "bank-app-kmeans")
    assert done.returncode == 2
    assert "no column is called 'event_type'" in done.stderr


def test_how_a_file_is_read_is_kept_for_next_month(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.workbench]\n")
    words = [*MAP, "--where", "Kunde=K001|K002", "--decimal", "."]
    done = workbench("look", file, *words, "--save", "monthly")
    assert done.returncode == 0, done.stderr
    kept = json.loads((tmp_path / "data/mappings/monthly.json").read_text("utf-8"))
    assert kept == {
        "columns": {"customer_id": "Kunde", "event_time": "Datum", "amount": "Umsatz"},
        "reading": {"decimal": "."},
        "where": {"Kunde": "K001|K002"},
    }
    february = own_file.parameters(own_file.Typed([str(file)], like="monthly"))
    assert february == {"data_file": str(file)} | kept
    later = own_file.Typed([str(file)], ["amount=Netto"], {"decimal": ","}, like="monthly")
    assert own_file.parameters(later)["columns"]["amount"] == "Netto", "what is typed now comes first"
    assert own_file.parameters(later)["reading"] == {"decimal": ","}
    with pytest.raises(Refused, match="nothing is kept under that name; did you mean 'monthly'"):
        own_file.parameters(own_file.Typed([str(file)], like="monthy"))
    with pytest.raises(Refused, match="is no name"):
        mappings.keep("../x", kept)


@pytest.mark.slow
def test_what_was_read_is_told_recorded_and_shown(file, tmp_path):
    done = workbench(
        "run", "telecom-rfm-ahp", "--data", file, *MAP, "--where", "Kunde=K001|K002|K003|K004|K005|K006|K007|K008",
        "-p", "k_max=4", "--out", tmp_path / "out", "--allow-personal", "ids that were typed are shown",
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
    assert "read: 200 rows, 89 kept; 8 customers" in done.stdout
    assert "left out: 111 rows where Kunde is not K001 or K002" in done.stdout
    (record,) = [json.loads(p.read_text("utf-8")) for p in (tmp_path / "out").glob("*.json")]
    (mine,) = [entry for entry in record["data"] if entry["kind"] == "yours"]
    assert (mine["ledger"]["used"], mine["ledger"]["customers"]) == (89, 8)
    (page,) = list((tmp_path / "out").glob("telecom*.html"))
    text = page.read_text("utf-8")
    assert "<h2>Check your data</h2>" in text
    # own ids may stand in what was typed, never in what was computed
    body = text.split('<article id="text"')[1].split('<footer id="provenance"')[0]
    assert "c0001" in body or "K001" not in body


def small(tmp_path, rows, name="small.csv", head="customer_id,event_time,amount\n"):
    (tmp_path / name).write_text(head + rows, "utf-8")
    return tmp_path / name


@pytest.mark.parametrize(
    ("option", "message"),
    [
        (["--decimal", "x"], "--decimal 'x': must be . or ,"),
        (["--time-format", "banana"], "--time-format 'banana': must be a format such as"),
        (["--time-format", "%H:%M"], "it needs year"),
        (["--sheet", "2"], "mine.csv: --sheet says nothing about a text file"),
        (["--totals", "no"], "--totals 'no': must be 'leave out' or keep"),
    ],
)
def test_options_that_cannot_be_meant_are_refused_alike(file, tmp_path, option, message):
    refused(workbench("look", file, *option), message)
    refused(workbench("look", file, *option, "--study", "telecom-rfm-ahp"), message)
    refused(
        workbench("run", "telecom-rfm-ahp", "--data", file, *MAP, *option, "--out", tmp_path / "o"), message
    )


CRM = "id,days,orders,spent,town\nA,5,3,10.5,Ulm\nB,9,1,4,Bonn\nC,1,8,99,Ulm\n"
OF_ONE = ["-p", "one_row=customer"]
AS_RFM = ["--map", "customer_id=id", "recency=days", "frequency=orders", "monetary=spent"]


@pytest.mark.parametrize(
    ("study", "text", "options", "message"),
    [
        ("rfm-segments", CRM, AS_RFM, "recency is read where one row is one customer; if so, add -p one_row=customer"),
        ("rfm-segments", CRM, ["--map", "customer_id=id"], "If one row is one customer with indicators: -p one_row=customer"),
        ("rfm-segments", CRM + "A,6,4,11,Ulm\n", [*OF_ONE, *AS_RFM], "mine.csv: row 5 has the customer of row 2 again (1 such row)"),
        ("rfm-segments", CRM, [*OF_ONE, *AS_RFM, "--map", "event_time=town"], "'event_time' is no indicator"),
        ("rfm-segments", CRM, [*OF_ONE, *AS_RFM[:-1], "monetary=town"], "column 'town' (monetary), row 2: 'Ulm' is not a number"),
        ("behaviour-segments", CRM, ["--map", "customer_id=id", "cat=town"], "Unknown role 'cat'"),
        ("behaviour-segments", CRM, [*OF_ONE, "--map", "customer_id=id"], "'Ulm' is not a number (3 such rows; the header is row 1). Correct or remove them in the file. Or name the columns that are indicators: -p indicators=COLUMN,COLUMN"),
        ("behaviour-segments", CRM, [*OF_ONE, "--map", "customer_id=id", "-p", "indicators=days,order"], "no column is called 'order' (number)"),
    ],
)  # fmt: skip
def test_a_table_of_customers_is_checked_before_a_kernel(study, text, options, message, tmp_path):
    (tmp_path / "mine.csv").write_text(text, "utf-8")
    refused(workbench("run", study, "--data", tmp_path / "mine.csv", *options), message)


def test_one_customer_a_row_needs_a_file():
    refused(workbench("run", "rfm-segments", *OF_ONE), "is about a file of your own; add --data FILE")


def test_roles_that_a_study_does_not_read_are_refused(file):
    for more in ("source=nonexistent", "event_type=Umsatz"):
        done = workbench("run", "telecom-rfm-ahp", "--data", file, *MAP, more)
        refused(done, f"telecom-rfm-ahp does not use {more.partition('=')[0]}; leave it out of --map")


def test_what_can_only_fail_is_refused_before_a_kernel(tmp_path):
    lines = [f"K{i % 9},2024-{1 + i % 6:02}-{1 + i:02},{10 + i}\n" for i in range(20)]
    for customers in (1, 2):
        few = [f"K{i % customers}{line[2:]}" for i, line in enumerate(lines)]
        done = workbench("run", "telecom-rfm-ahp", "--data", small(tmp_path, "".join(few)))
        refused(done, f"the file has {customers} customer", "clusters need at least 3")
    refunds = "".join(
        line.replace(",1", ",-1").replace(",2", ",-2").replace(",-2024", ",2024") for line in lines
    )
    done = workbench("run", "telecom-rfm-ahp", "--data", small(tmp_path, refunds))
    refused(done, "no amount of the file is above 0", "--map amount=-amount")


BOOKINGS = "customer_id,event_time,event_type,amount\n" + "".join(
    f"K{i % 9},2024-{1 + i % 6:02}-{1 + i:02},{('Pay-in', 'Pay-out', 'Fee')[i % 3]},{10 + i}\n"
    for i in range(27)
)


def test_kinds_that_are_wrong_or_unknown_are_told_before_a_kernel(tmp_path):
    file = small(tmp_path, BOOKINGS, head="")
    words = ["run", "retail-cbr-grey", "--data", file, "--why", "--out", tmp_path / "o"]
    done = workbench(*words, "-p", 'booking_kinds={"Pay-in": "depositt"}')
    refused(done, "booking_kinds: 'depositt' is no kind of this study; did you mean 'deposit'?")
    done = workbench(*words, "-p", 'booking_kinds={"Pay-in": "deposit", "Pay-out": "withdrawal"}')
    assert done.returncode == 0, done.stderr
    assert "note: 9 rows are of types that the study does not know: 'Fee' (9)" in done.stderr


def test_a_look_keeps_what_it_suggests_and_reads_as_it_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.workbench]\n")
    january = small(
        tmp_path, "K1;31/01/2024;1.234,50\nK2;01/02/2024;12,50\n", "jan.csv", "Kunde;Datum;Umsatz\n"
    )
    done = workbench("look", january, "--save", "monthly")
    assert "kept as monthly: data/mappings/monthly.json (--map customer_id=Kunde" in done.stdout
    kept = json.loads((tmp_path / "data/mappings/monthly.json").read_text("utf-8"))
    assert kept["columns"] == {"customer_id": "Kunde", "event_time": "Datum", "amount": "Umsatz"}
    assert kept["reading"] == {"decimal": ",", "time_format": "day first"}
    february = small(tmp_path, "K1;03/02/2024;1.234\nK2;04/02/2024;950\n", "feb.csv", "Kunde;Datum;Umsatz\n")
    done = workbench("look", february, "--like", "monthly")
    assert done.returncode == 0, done.stderr
    assert "warning" not in done.stdout
    nothing = small(tmp_path, "x\ny\n", "words.csv", "word\n")
    refused_ = workbench("look", nothing, "--save", "monthly")
    assert (refused_.returncode, "--save has nothing to keep" in refused_.stderr) == (2, True)
    assert json.loads((tmp_path / "data/mappings/monthly.json").read_text("utf-8")) == kept


def test_a_cluster_without_spark_or_for_a_study_in_memory_is_refused_in_a_line(tmp_path, monkeypatch):
    if importlib.util.find_spec("pyspark") is None:
        done = workbench("run", "rfm-segments", "--data", "spark:payments", "--out", tmp_path)
        assert done.returncode == 2
        assert done.stderr == (
            "refused: --data spark:… needs Spark's package: pip install 'segmentation-workbench[spark]'.\n"
        )
    (tmp_path / "pyspark.py").write_text("")  # as if it were there
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("PATH", "")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    done = workbench("run", "rfm-segments", "--data", "spark:payments", "--out", tmp_path, fresh=True)
    assert (done.returncode, done.stderr) == (
        2,
        "refused: --data spark:… needs Java 17 or newer, or SPARK_REMOTE with the address of a cluster.\n",
    )
    monkeypatch.setenv("SPARK_REMOTE", "sc://cluster")
    done = workbench("run", "telecom-rfm-ahp", "--data", "spark:payments", "--out", tmp_path, fresh=True)
    assert done.returncode == 2
    assert "telecom-rfm-ahp reads its file into memory, and cannot read a table on a cluster" in done.stderr


def test_a_table_of_contracts_is_checked_before_a_kernel(tmp_path):
    notebook, table = tmp_path / "contracts.ipynb", tmp_path / "contracts.csv"
    declared = {"row": "one contract", "inputs": "ignore_columns",
                "roles": {"customer_id": "needed", "contract_end": "needed", "renewed_on": "needed", "branch": "needed"}}  # fmt: skip
    parameters = [
        "data_file: str | None = None",
        "columns: dict[str, str] = {}",
        "ignore_columns: list[str] = []",
    ]
    write_notebook(notebook, parameters="  # given\n".join([*parameters, ""]))
    told = json.loads(notebook.read_text("utf-8"))
    told["metadata"]["workbench"] = {"data": declared}
    notebook.write_text(json.dumps(told), "utf-8")
    head = "customer_id,contract_end,renewed_on,branch,hours\n"
    table.write_text(head + "K1,2024-01-31,,A,1.5\nK2,2024-01-31,2024-02-10,B,lots\n", "utf-8")
    run = ("run", notebook, "--data", table, "--out", tmp_path / "out")
    refused(workbench(*run, "-p", "ignore_columns=hour"), "no column is called 'hour'; did you mean 'hours'?")
    refused(workbench(*run, "--map", "branch=city"), "unknown column 'city' (branch)")
    table.write_text(table.read_text("utf-8").replace("branch", "city"), "utf-8")
    refused(workbench(*run), "no column is called 'branch' (text); map one: branch=COLUMN")
    table.write_text(head + "K1,2024-01-31,,A,1.5\nK2,soon,2024-02-10,B,2\n", "utf-8")
    refused(workbench(*run), "column 'contract_end' (contract_end), row 3: 'soon' is not a date")
