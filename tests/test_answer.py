"""What a page says first: asked, found, how far to trust it; and what an own-data run puts where."""

import copy
import re

import nbformat
import pytest
from test_page import CLAIMS, RECORD, claim

from workbench import claims
from workbench.runner.page import answer, markup, page

LEDGER = {"rows": 9, "left_out": [{"rule": "without customer_id", "rows": 2}], "used": 7, "customers": 3,
          "period": ["2024-01-05T00:00:00", "2024-03-01T12:00:00"], "currency": None}  # fmt: skip
FINDINGS = [
    {"text": "3 of 4 <came> back.", "about": None, "cell": 1},
    {"text": "The stand-in holds it.", "about": "stand-in", "cell": 1},
    {"text": "The paper misreads it.", "about": "study", "cell": 1},
]


def file(kind, dataset, name="data/x_y.csv", **more):
    return RECORD["data"][0] | {"file": name, "dataset": dataset, "kind": kind} | more


def record(*, own=False, **changes):
    made = copy.deepcopy(RECORD) | {"asked": "Who comes back?", "source": "Lin and Xiao (2006), Segments"}
    made["published"] = {"findings": FINDINGS, "tables": []}
    made["data"] = [
        file("stand-in", "telecom"),
        file("real", "cdnow"),
        file("quoted", "t", "data/t/a_matrix.csv"),
    ]
    if own:
        made["parameters"] = {"data_file": "my.csv"}
        made["data"].insert(
            0, file("yours", "your file", "my.csv", ledger=LEDGER, columns={"amount": "Paid"})
        )
    return made | changes


def study(*, code="1 + 1"):
    cells = [
        nbformat.v4.new_markdown_cell("# Title\n\nAbout the paper.", metadata={"tags": ["study"]}),
        nbformat.v4.new_markdown_cell("## Segments\n\nOf any data."),
        nbformat.v4.new_code_cell(code, execution_count=1),
        nbformat.v4.new_markdown_cell("## The quoted figure", metadata={"tags": ["study"]}),
        nbformat.v4.new_markdown_cell("### Below it\n\nOnly here."),
        nbformat.v4.new_markdown_cell("## Caveats\n\nOf all."),
    ]
    return nbformat.v4.new_notebook(cells=cells)


def card(text):
    return markup.plain(text[text.index('<dl class="card">') : text.index("</dl>")])


def test_the_card_says_what_was_asked_found_and_how_far_to_trust_it():
    text = page.render(study(), record())
    told = card(text)
    assert re.search(r"Asked\s*Who comes back\?", told)
    assert all(finding["text"] in told for finding in FINDINGS)
    assert "Real: Purchases of new customers of CDNOW, an online music shop." in told
    assert "Invented (stand-in): Payments of a telecom operator's customers." in told
    assert "Printed in the source: a matrix." in told
    assert "Study: Lin and Xiao (2006), Segments." in told
    assert text.index('<dl class="card">') < text.index('class="verdict')


@pytest.mark.parametrize(
    ("dataset", "label", "warned"),
    [("telecom", "on invented data", True), ("cdnow", "on real data", False), (None, None, False)],
)
def test_a_finding_says_of_what_data_it_is(dataset, label, warned):
    text = page.render(study(), record(parameters={"dataset": dataset}))
    labels = re.findall(r"back\. (?:<small>(.*?)</small>)?", text[: text.index("<main>")])
    assert labels == [label or ""]
    assert "The paper misreads it. <small>about the study</small>" in text
    assert ("The customers are invented" in card(text)) is warned


@pytest.mark.parametrize(("customers", "warned"), [(99, True), (100, False), (None, False)])
def test_few_customers_of_ones_own_are_told(customers, warned):
    made = record(own=True)
    made["data"][0] = made["data"][0] | {"ledger": LEDGER | {"customers": customers}}
    assert ("Few customers" in card(page.render(study(), made))) is warned


def test_the_customers_of_a_study_are_those_it_went_on_with():
    made = record(own=True)
    ledger = LEDGER | {"customers": 256, "study": {"rows": 400, "customers": 24}}
    made["data"][0] = made["data"][0] | {"ledger": ledger}
    told = card(page.render(study(), made))
    assert "24 of 256 customers" in told
    assert "Few customers (24)" in told


def test_each_finding_leads_to_its_cell():
    text = page.render(study(), record())
    anchor = re.search(
        r'3 of 4 &lt;came&gt; back\.(?: <small>.*?</small>)? <a class="mark" href="#([^"]+)"', text
    )[1]
    assert f'id="{anchor}"' in text


def test_a_run_on_own_data_shows_what_is_true_of_them_and_the_study_below():
    text = page.render(study(), record(own=True, claims=RECORD["claims"]))
    told = card(text)
    assert "3 of 4 <came> back." in told
    assert "stand-in" not in told
    assert "The paper" not in told
    assert "CDNOW" not in told
    assert "Yours: my.csv, 3 customers, 2024-01-05 to 2024-03-01, currency not stated." in told
    order = ["Check your data", "Of any data.", "Of all.", "The study this method comes from"]
    order += ["Lin and Xiao", "The paper misreads it.", "About the paper.", "Only here."]
    order += ["Claims: published and reproduced"]
    body = markup.plain(text[text.index("<main>") : text.index("<footer")])
    assert [body.index(words) for words in order] == sorted(body.index(words) for words in order)
    assert text.count('<details class="study"') == 1
    assert text.index("Only here.") < text.index("</article>")


def test_files_of_the_study_are_no_data_of_a_run_on_own_data():
    footer = page.render(study(), record(own=True)).partition("<footer")[2]
    yours, _, others = footer.partition("Files of the study that this method comes from")
    assert "my.csv" in yours
    assert "data/x_y.csv" not in yours
    assert "data/x_y.csv" in others


def test_the_same_notebook_over_the_shipped_data_keeps_its_order():
    text = page.render(study(), record())
    assert "The study this method comes from" not in text
    assert text.index("About the paper.") < text.index("Of any data.") < text.index("Only here.")


def test_contents_list_the_study_last_over_own_data():
    text = page.render(study(), record(own=True))
    contents = markup.plain(text[text.index("<nav") : text.index("</nav>")])
    places = [
        contents.index(w) for w in ("Segments", "Caveats", "The study this", "The quoted figure", "Below it")
    ]
    assert places == sorted(places)


def test_a_run_that_failed_says_what_was_read_and_asserts_nothing():
    error = {"ename": "E", "evalue": "no", "where": "code cell 1 of 1", "heading": "H"}
    cells = {"total": 28, "run": 1, "seconds": {}, "not_run": [
        {"cell": f"code cell {n} of 28", "heading": "H", "source": "x"} for n in range(2, 29)]}  # fmt: skip
    failed = record(own=True, verdict="failed", reason="no", error=error, cells=cells)
    text = page.render(study(), failed)
    assert "3 of 4" not in card(text)
    body = text[text.index("<main>") :]
    order = [
        "What failed",
        "Check your data",
        "27 of 28 code cells did not run",
        "as far as it ran",
        "Of any data.",
    ]
    assert [body.index(words) for words in order] == sorted(body.index(words) for words in order)
    assert body.index('<details class="study"><summary>The notebook as far') < body.index("Of any data.")


@pytest.mark.parametrize("name", ["segments", "classes"])
def test_the_main_result_stands_first_and_leaves_a_word_where_it_was(name):
    notebook = study()
    table = {"name": name, "caption": "Sizes.", "rows": 2, "note": None}
    data = {"text/html": "<table><tr><td>7</table>", "application/vnd.workbench.table+json": table}
    notebook.cells[2].outputs = [nbformat.v4.new_output("display_data", data)]
    named = {"findings": [], "tables": [table | {"cell": 1, "files": {f"{name}.csv": "ab"}}]}
    text = page.render(notebook, record(published=named))
    assert text.count("<td>7") == 1
    assert text.index('id="main-result"') < text.index("<td>7") < text.index('<article id="text"')
    assert "Shown above, under" in text
    assert f"<code>private/x/{name}.csv</code> (2 rows)" in text


def test_main_claims_come_first_with_the_meaning_of_their_verdict_and_alone_make_the_tally():
    rows = [
        *CLAIMS,
        claim("m", "refuted", weight="main", published=2.0, reproduced=1.5, decimals=1, reads="So."),
    ]
    told = {"study": "s", "tally": claims.tally(rows), "claims": rows}
    text = page.render(study(), record(claims=told))
    head = markup.plain(text[: text.index("<nav")])
    assert "Of 1 main claim about the study: 1 refuted." in head
    section = markup.plain(text[text.index('<section id="claims">') : text.index("<article")])
    assert (
        section.index("Statement of m.")
        < section.index("Details, by verdict")
        < section.index("Statement of a.")
    )
    assert "contradicts the source’s own figures or definitions" in section[: section.index("Details")]


@pytest.mark.parametrize("own", [True, False])
def test_data_of_which_nothing_is_known_are_called_by_their_file(own):
    assert answer.trust([file("reconstructed", "?", "data/a/b_c.csv")], own=own) == (
        [] if own else [("Reconstructed from the source", "b c")]
    )
