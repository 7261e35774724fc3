import html
import json
import re

import pytest
from test_page import RECORD

from workbench.runner.page import index, page


def write(folder, name, **changes):
    (folder / f"{name}.json").write_text(json.dumps(RECORD | {"study": "s", "name": name} | changes))


def test_a_failure_outranks_the_report_it_did_not_replace(tmp_path):
    write(tmp_path, "a")
    write(tmp_path, "b")
    write(
        tmp_path,
        "b.failed",
        verdict="timed out",
        reason="too slow",
        last_good={"page": "b.html", "started": "then"},
    )
    assert [(r["verdict"], r["page"]) for r in index.records(tmp_path)] == [
        ("passed", "a.html"),
        ("timed out", "b.failed.html"),
    ]
    page = index.render(tmp_path)
    assert page.count(">passed</strong>") == 1
    assert 'href="b.html">last good report' in page


def test_a_record_that_cannot_be_read_is_listed_never_passed_over(tmp_path):
    (tmp_path / "cut.json").write_text('{"verdict": "passed", ')
    (tmp_path / "list.json").write_text("[]")
    assert [r["verdict"] for r in index.records(tmp_path)] == ["unreadable", "unreadable"]
    assert ">passed</strong>" not in index.render(tmp_path)


def test_the_index_escapes_what_it_shows(tmp_path):
    write(tmp_path, "a", title="<script>", changed={"x": "</code><script>"})
    write(tmp_path, "b", title="\u202e=cmd()\x1b", changed={'"><img src=x>': "javascript:"})
    (tmp_path / "<b>.json").write_text("[]")
    text = index.render(tmp_path)
    assert re.findall(r"<script.*?</script>", text, re.S) == [f"<script>{page.script()}</script>"]
    assert not re.search("<img|<b>|[\x1b\u202e]", text)
    assert "\\u202e=cmd()\\x1b" in text


def test_the_policy_of_the_index_is_that_of_a_report(tmp_path):
    assert page.policy(lists=True) in html.unescape(index.render(tmp_path))


def test_two_hundred_runs_are_less_than_300_kB(tmp_path):
    long = {"title": "K-means on bank-app behaviour", "verdict": "failed", "reason": "KeyError: 'amout'"}
    for number in range(200):
        write(
            tmp_path,
            f"bank-app-kmeans--{number:08x}",
            **long,
            changed={"n_clusters": number, "scaling": "zscore"},
        )
    text = index.render(tmp_path)
    assert text.count("<tr>") == 201
    assert len(text.encode()) < 300_000


def test_an_empty_folder_has_an_index(tmp_path):
    assert "No report yet" in index.render(tmp_path)


@pytest.mark.parametrize(
    "text",
    ['{"study": "z", "verdict": 3}', '{"study": "z", "verdict": "passed", "claims": {"tally": 3}}', "[" * 9999,
     '{"study": "z", "verdict": "passed", "provenance": {"seconds": "long"}}'],
)  # fmt: skip
def test_an_odd_record_is_listed_as_unreadable_and_costs_nothing_else(text, tmp_path):
    (tmp_path / "z.json").write_text(text)
    (tmp_path / "folder.json").mkdir()
    shown = index.render(tmp_path)
    assert [row["verdict"] for row in index.records(tmp_path)] == ["unreadable", "unreadable"]
    assert "z.json is not a record of a run" in shown


OWN = {
    "title": "My shop",
    "asked": "Which of my customers are alike?",
    "changed": {"data_file": "/home/me/my.csv", "columns": {"amount": "Paid"}, "k": 4},
}
LEDGER = {
    "rows": 9,
    "used": 7,
    "customers": 1234,
    "period": ["2024-01-01T00:00:00", "2024-12-28T10:00:00"],
    "currency": "EUR",
}
MINE = {"kind": "yours", "dataset": "yours", "file": "my.csv", "rows": 9, "notes": [], "ledger": LEDGER}


def test_a_run_on_own_data_is_listed_by_title_period_and_customers(tmp_path):
    write(tmp_path, "may", **OWN, data=[MINE], study="telecom-rfm-ahp")
    shown = index.render(tmp_path)
    row = shown.partition("<tbody>")[2].partition("</table>")[0]
    text = " ".join(html.unescape(re.sub("<[^>]+>", " ", row)).split())
    assert text.startswith(
        "My shop Which of my customers are alike? may, telecom-rfm-ahp passed yours my.csv ; "
    )
    assert "1,234 customers ; 2024-01-01 to 2024-12-28 ; amounts in EUR k = 4 2026-01-01" in text
    assert "/home/me" not in shown
    assert "refuted" not in row, "what became of the paper's claims is not about these data"


def test_runs_on_own_data_that_never_passed_are_folded_away(tmp_path):
    failed = {"verdict": "failed", "reason": "KeyError: 'amout'", "claims": None}
    write(tmp_path, "slip.failed", **OWN, **failed)
    write(tmp_path, "later.failed", **OWN, **failed, last_good={"page": "later.html", "started": "then"})
    write(tmp_path, "study.failed", **failed)
    listed, _, folded = index.render(tmp_path).partition('<details class="slips">')
    assert [name in listed for name in ("slip.failed.html", "later.failed.html", "study.failed.html")] == [
        False,
        True,
        True,
    ]
    assert "1 run on your own data that did not pass" in folded
    assert folded.count("failed.html") == 1


def test_each_word_that_stands_in_the_list_is_explained_and_no_other(tmp_path):
    write(tmp_path, "a")
    shown = index.render(tmp_path)
    words = re.findall(r"<dt>(?:run|claim <i.*?</i>) (.*?)<dd>", shown)
    assert words == ["passed", "refuted", "match", "not checked"]
    assert 'href="#means-refuted">1 refuted</a>' in shown
    assert 'id="means-refuted"' in shown
    assert not re.search(r'class="[^"]*(bad|c-refuted)', shown), (
        "what is refuted is the paper's claim, not the run"
    )
