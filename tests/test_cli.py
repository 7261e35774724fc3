"""The command line as typed, on the real studies."""

import json
import random
import re
import shutil
from pathlib import Path

import pytest
from conftest import record_of, workbench, write_notebook

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
STUDY = "telecom-rfm-ahp"


def test_list_names_every_study():
    done = workbench("list")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(
        rf"^{STUDY} +\S.*\n +own data: one payment a row; customer_id, event_time, amount; if",
        done.stdout,
        re.M,
    )


def test_list_shows_the_question_else_the_title(tmp_path):
    asking = write_notebook(tmp_path / "01-asking.ipynb", "1", title="A title")
    told = json.loads(asking.read_text("utf-8"))
    told["metadata"]["workbench"] = {"question": "Which is it?"}
    asking.write_text(json.dumps(told), "utf-8")
    write_notebook(tmp_path / "02-plain.ipynb", "1", title="A title")
    assert workbench("list", cwd=tmp_path).stdout == "asking  Which is it?\nplain   A title\n"


@pytest.mark.parametrize("topic", [["run"], ["sweep"], [], ["run", STUDY]])
def test_help_says_what_the_option_says(topic):
    assert workbench("help", *topic).stdout == workbench(*topic, "--help").stdout != ""


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["list"],
        ["run"],
        ["sweep"],
        ["verify"],
        ["compare"],
        ["claims"],
        ["look"],
        ["results"],
        ["remove"],
        ["help"],
        ["completion"],
    ],
)
def test_every_command_has_help_and_stands_in_the_docs(command):
    done = workbench(*command, "--help")
    assert (done.returncode, done.stderr) == (0, "")
    assert "usage: workbench" in done.stdout
    pages = [file.read_text("utf-8") for file in (ROOT / "docs").rglob("*.md")]
    assert any(" ".join(["workbench", *command]) in page for page in pages)


def test_run_study_help_is_the_parameter_table():
    done = workbench("run", STUDY, "--help")
    assert done.returncode == 0
    assert re.search(r"^ +n_clusters +int +3 +the source's m", done.stdout, re.M)
    assert re.search(r"^ +data_file +str \| list\[str\] \| None +null", done.stdout, re.M)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["run", STUDY, "-p", "n_cluster=4"], "did you mean 'n_clusters'? Parameters: dataset, data_file,"),
        (["run", STUDY, "-p", "n_clusters", "4"], "-p 'n_clusters' has no '='; write -p name=value"),
        (["run", "telecom-rfm"], "Unknown study 'telecom-rfm'; did you mean 'telecom-rfm-ahp'? Studies: "),
        (["run", "nowhere.ipynb"], "nowhere.ipynb: no such notebook"),
        (["run"], "name a study or give --all"),
        (["run", STUDY, "--all"], "name a study or give --all"),
        (["run", STUDY, STUDY], "two of the runs would write the same report"),
        (["run", STUDY, "--map", "amount"], "--map 'amount' is not ROLE=COLUMN"),
        (["run", STUDY, "--run-timeout", "-1"], "invalid _positive value: '-1'"),
        (["rum"], "invalid choice: 'rum'"),
        ([], "the following arguments are required: COMMAND"),
        (["claims", "--out", "/nonexistent"], "has no report in /nonexistent; first: workbench run"),
    ],
)
def test_refused_in_one_line(arguments, message):
    done = workbench(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("refused: ")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.fixture(scope="module")
def default_report(tmp_path_factory):
    out = tmp_path_factory.mktemp("reports")
    done = workbench("run", STUDY, "--out", out)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return out


def test_the_default_run_reports_every_claim_as_expected(default_report):
    record = record_of(default_report, STUDY)
    assert record["verdict"] == "passed"
    assert len(record["claims"]["claims"]) == 27
    assert record["claims"]["tally"].get("differs", 0) == 0
    page = (default_report / f"{STUDY}.html").read_text("utf-8")
    for shown in ("0.22086", "0.34054", "0.43859", "leaving, low value", "by construction"):
        assert shown in page
    assert "stand-in" in page.split("<main>")[0]


def test_the_record_says_what_the_run_was_made_of(default_report):
    record = record_of(default_report, STUDY)
    made = record["provenance"]
    assert made["command"] == f".venv/bin/workbench run {STUDY}"
    assert re.fullmatch("[0-9a-f]{64}", made["notebook_sha256"])
    assert {"numpy", "pandas", "scikit-learn", "papermill", "workbench"} <= set(made["versions"])
    assert made["threads"]["OMP_NUM_THREADS"] == "1"
    files = {f["file"]: (f["kind"], f["rows"]) for f in record["data"]}
    assert files["data/telecom_rfm_ahp/payments.csv"] == ("stand-in", 62873)
    assert [rows for kind, rows in files.values() if kind == "real"] == [69659]
    assert all(re.fullmatch("[0-9a-f]{64}", f["sha256"]) for f in record["data"])
    assert len(record["cells"]["seconds"]) == record["cells"]["total"]


def test_claims_prints_the_table_and_checks_it(default_report):
    done = workbench("claims", STUDY, "--check", "--out", default_report)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"^weight_f +0.221 +0.22086 +match$", done.stdout, re.M)
    assert "0 unexpected verdicts" in done.stdout


def test_claims_says_first_that_a_later_run_did_not_pass(default_report, tmp_path):
    for name in (STUDY, "june"):
        shutil.copy(default_report / f"{STUDY}.json", tmp_path / f"{name}.json")
        assert workbench("claims", name, "--out", tmp_path).stdout.startswith(f"{name}: 14 match")
        (tmp_path / f"{name}.failed.json").write_text("{}", "utf-8")
        done = workbench("claims", name, "--out", tmp_path)
        first, second, *_ = done.stdout.splitlines()
        assert re.fullmatch(
            f"{name}: the last run did not pass, see .*{name}.failed.html; what follows is the last good run, "
            r"of \d{4}-\d\d-\d\d \d\d:\d\d UTC",
            first,
        )
        assert second.startswith(f"{name}: 14 match")
    (tmp_path / "june.json").unlink()
    refused = workbench("claims", "june", "--out", tmp_path).stderr
    assert re.match("refused: no run of june has passed yet; see .*june.failed.html", refused)


def test_claims_of_an_unknown_name_says_which_there_are(default_report, tmp_path):
    shutil.copy(default_report / f"{STUDY}.json", tmp_path / "may.json")
    told = workbench("claims", "mayy", "--out", tmp_path).stderr
    assert told.startswith(
        "refused: there is neither a study nor a report 'mayy'; did you mean 'may'? Studies: "
    )
    assert told.endswith(f"Other reports in {tmp_path}: may.\n")


def test_claims_check_fails_on_an_unexpected_verdict(default_report, tmp_path):
    text = (default_report / f"{STUDY}.json").read_text("utf-8")
    (tmp_path / f"{STUDY}.json").write_text(
        text.replace('"verdict": "match"', '"verdict": "differs"', 1), "utf-8"
    )
    done = workbench("claims", STUDY, "--check", "--out", tmp_path)
    assert done.returncode == 3
    assert "unexpected: telecom-rfm-ahp: average_cr: differs, expected match" in done.stderr


def test_real_data_by_a_parameter(tmp_path):
    done = workbench("run", STUDY, "-p", "dataset=cdnow", "--out", tmp_path)
    assert done.returncode == 0, done.stdout
    (report,) = tmp_path.glob(f"{STUDY}--????????.json")
    record = record_of(tmp_path, report.stem)
    assert record["changed"] == {"dataset": "cdnow"}
    page = report.with_suffix(".html").read_text("utf-8")
    assert "23,570" in page
    verdicts = {row["id"]: row["verdict"] for row in record["claims"]["claims"]}
    assert (verdicts["weight_f"], verdicts["types"]) == ("match", "n/a")


OWN = "CustID,When,Paid\n" + "".join(
    f"c{i * i % 97},2024-{1 + i % 12:02d}-{1 + i % 28:02d},{10 + (i * 37) % 90}.5\n" for i in range(400)
)
MAP = ["--map", "customer_id=CustID", "event_time=When", "amount=Paid"]


def test_a_file_of_the_users_own(tmp_path):
    file = tmp_path / "my payments.csv"
    file.write_text(OWN)
    done = workbench("run", STUDY, "--data", file, *MAP, "--out", tmp_path / "out")
    assert done.returncode == 0, done.stdout
    (report,) = (tmp_path / "out").glob(f"{STUDY}--*.json")
    record = record_of(tmp_path / "out", report.stem)
    mine = next(f for f in record["data"] if f["kind"] == "yours")
    assert (mine["file"], mine["rows"]) == ("my payments.csv", 400)
    assert "--map customer_id=CustID" in record["provenance"]["command"]
    assert {r["verdict"] for r in record["claims"]["claims"] if r["basis"] == "stand-in"} == {"n/a"}


def test_a_text_amount_in_row_7_is_one_line_naming_file_column_and_row(tmp_path):
    rows = OWN.splitlines()
    rows[6] = rows[6].rpartition(",")[0] + ",lots"
    file = tmp_path / "my.csv"
    file.write_text("\n".join(rows))
    done = workbench("run", STUDY, "--data", file, *MAP, "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, ""), "no kernel was started"
    assert done.stderr.startswith("refused: my.csv: column 'Paid' (amount), row 7: 'lots' is not a number")
    assert done.stderr.count("\n") == 1


BANK = "bank-app-kmeans"


def test_bank_app_claims_about_three_clusters_do_not_apply_to_four(tmp_path):
    done = workbench("run", BANK, "-p", "scaling=zscore", "-p", "n_clusters=4", "--out", tmp_path)
    assert done.returncode == 0, done.stdout
    (report,) = tmp_path.glob(f"{BANK}--*.json")
    verdicts = {row["id"]: row["verdict"] for row in record_of(tmp_path, report.stem)["claims"]["claims"]}
    assert {verdicts[i] for i in ("size_1", "size_2", "size_3", "push_share_2", "n_clusters")} == {"n/a"}
    assert verdicts["of_100_people_64"] == "refuted"
    assert "differs" not in verdicts.values()


def test_bank_app_log_of_the_users_own(tmp_path):
    kinds = ["app_launch", "function_visit", "tab_switch", "account_message", "news_view", "news_message"]
    draw = random.Random(0)
    rows = [
        f"u{int(draw.paretovariate(1)) % 40},2024-05-0{draw.randint(1, 7)} {draw.randint(10, 20)}:00:{i % 60:02d},"
        + draw.choice(kinds)
        for i in range(900)
    ]
    (tmp_path / "log.csv").write_text("\n".join(["uid,ts,action", *rows, "u1,not a time,app_launch"]))
    columns = ["customer_id=uid", "event_time=ts", "event_type=action"]
    done = workbench(
        "run", BANK, "--data", tmp_path / "log.csv", "--map", *columns, "--out", tmp_path / "out"
    )
    assert done.returncode == 0, done.stdout
    (report,) = (tmp_path / "out").glob(f"{BANK}--*.json")
    record = record_of(tmp_path / "out", report.stem)
    assert next(f["rows"] for f in record["data"] if f["kind"] == "yours") == 901
    assert {r["verdict"] for r in record["claims"]["claims"] if r["basis"] == "stand-in"} == {"n/a"}
