"""The three studies' ledgers: every computed value leads to its cell, and no sentence contradicts its verdict."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from test_page import RECORD

from workbench import claims
from workbench.claims.verdicts import UNCOMPUTED
from workbench.runner.page import page
from workbench.runner.record.cells import headings

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


@pytest.fixture(scope="module", params=NOTEBOOKS, ids=lambda path: path.stem)
def study(request):
    """A notebook as stored, and the record that a run of it would have."""
    notebook = nbformat.read(request.param, as_version=4)
    cells = list(enumerate(headings(notebook), 1))
    sent = [(n, o["data"]) for n, i in cells for o in notebook.cells[i].outputs if "data" in o]
    return notebook, claims.recorded(sent, {})


class Links(HTMLParser):
    """The link to a cell in each claim's row."""

    def __init__(self, text):
        super().__init__()
        self.claim, self.found = None, {}
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        if tag == "tr":
            self.claim = (given.get("id") or "").removeprefix("claim-")
        if tag == "a" and self.claim and given["href"].startswith("#cell-"):
            self.found[self.claim] = given["href"][1:]

    def handle_endtag(self, tag):
        self.claim = None if tag == "table" else self.claim


def named(source):
    """Patterns of the claims that a cell passes to `check`, by keyword or as keys of an unpacked dict."""
    tree = ast.parse(source)
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "check"]
    found = [re.escape(k.arg) for call in calls for k in call.keywords if k.arg]
    if any(k.arg is None for call in calls for k in call.keywords):
        keys = [k for n in ast.walk(tree) if isinstance(n, ast.Dict) for k in n.keys if k]
        keys += [n.key for n in ast.walk(tree) if isinstance(n, ast.DictComp)]
        found += [pattern(text) for key in keys for text in ast.walk(key)]
    return [text for text in found if text]


def pattern(node):
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return re.escape(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(re.escape(p.value) if isinstance(p, ast.Constant) else r"\w+" for p in node.values)
    return None


def test_every_claim_with_a_value_leads_to_the_cell_that_computes_it(study):
    notebook, record = study
    links = Links(page.render(notebook, RECORD | {"claims": record})).found
    sources = {f"cell-{c.id}": c.source for c in notebook.cells if c.cell_type == "code"}
    computed = [r["id"] for r in record["claims"] if r["reproduced"] is not None or r["search"]]
    assert sorted(links) == sorted(computed)
    for name, anchor in links.items():
        assert any(re.fullmatch(text, name) for text in named(sources[anchor])), (name, anchor)
    last = [anchor for anchor, source in sources.items() if "check.table()" in source]
    assert not set(last) & set(links.values())
    assert len(set(links.values())) >= 5


def test_every_claim_that_has_to_be_computed_is(study):
    _, record = study
    assert [r["id"] for r in record["claims"] if (r["cell"] is None) != (r["basis"] in UNCOMPUTED)] == []


def test_every_computed_value_is_read_by_a_sentence(study):
    _, record = study
    for row in record["claims"]:
        assert (row["reads"] is not None) == (row["reproduced"] is not None or row["search"] is not None)
        if row["reads"]:
            assert not re.search(r"[{}]|None|nan|True|False", row["reads"])
            assert 4 <= len(row["reads"].split()) <= 40
            assert row["reads"].endswith(".")


def test_no_value_contradicts_the_verdict_that_it_stands_beside(study):
    """`yes` beside a refuted statement reads as if the statement held, and so does `no` beside one that holds."""
    _, record = study
    for row in record["claims"]:
        if row["verdict"] == "refuted":
            assert not isinstance(row["reproduced"], bool)
            assert "yes" not in claims.shown(row, "reproduced")
            if row["reads"]:  # the sentence says what would be computed if the statement held
                assert " would " in row["reads"]
        elif isinstance(row["reproduced"], bool) and row["verdict"] in ("match", "by construction"):
            assert row["reproduced"] is True


def test_a_few_claims_are_the_main_ones(study):
    _, record = study
    assert 3 <= sum(row["weight"] == "main" for row in record["claims"]) <= 8


def test_a_claim_judged_by_reading_names_both_places_and_says_what_they_say(study):
    _, record = study
    for row in record["claims"]:
        if row["basis"] == "by reading":
            one, _, other = row["source"].partition(" against ")
            assert one.strip() != other.strip()
            assert len(row["note"].split()) >= 10
            assert (row["verdict"], row["reproduced"], row["cell"]) == ("refuted", None, None)


def test_the_default_verdicts_are_the_expected_ones(study):
    _, record = study
    assert claims.unexpected(record) == []
