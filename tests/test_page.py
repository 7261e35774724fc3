import base64
import hashlib
import html
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from workbench import claims
from workbench.publish import sending as publish
from workbench.runner.page import citing, downloads, markup, page
from workbench.runner.record.cells import headings

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))


def claim(name, verdict, **changes):
    empty = dict.fromkeys(
        ("published", "reproduced", "decimals", "search", "difference", "note", "reads", "cell")
    )
    words = {
        "id": name,
        "statement": f"Statement of {name}.",
        "source": "section 1",
        "basis": "opinion",
        "weight": "detail",
    }
    return empty | words | {"verdict": verdict, "expect": verdict} | changes


CLAIMS = [
    claim("a", "match", published=0.5, reproduced=0.5012, decimals=2),
    claim("b", "match", published=2, reproduced=2, decimals=0),
    claim("c<i>", "refuted", note="Why <b>."),
    claim("d", "not checked"),
]

RECORD = {
    "name": "x",
    "title": "T <i>",
    "language": "en",
    "asked": None,
    "source": None,
    "published": {"findings": [], "tables": []},
    "verdict": "passed",
    "reason": "all 1 code cells ran",
    "error": None,
    "cells": {"total": 1, "run": 1, "not_run": [], "seconds": {"1": 0.1}},
    "claims": {"study": "s", "tally": claims.tally(CLAIMS), "claims": CLAIMS},
    "parameters": {"x": 1},
    "changed": {"x": "</code><script>"},
    "data": [
        {
            "file": "a<b>.csv",
            "dataset": "d",
            "kind": "yours",
            "rows": 12345,
            "bytes": 9,
            "sha256": "ab",
            "notes": [],
            "ledger": None,
            "columns": {},
        }
    ],
    "personal": {"withheld": False, "allowed": None, "found": []},
    "last_good": None,
    "provenance": {
        "started": "2026-01-01T00:00:00+00:00",
        "command": "workbench run x",
        "notebook": "x.ipynb",
        "notebook_sha256": "00",
        "commit": None,
        "dirty": [],
        "implementation": "CPython",
        "python": "3.11",
        "os": "Linux",
        "machine": "x86_64",
        "processors": 2,
        "threads": {"OMP_NUM_THREADS": "1"},
        "hash_seed": "0",
        "environment": {"TZ": "UTC", "PATH": None},
        "limits": {},
        "versions": {"numpy": "2"},
        "undeclared": [],
        "reached": [],
    },
}


def render(*outputs, markdown="# Title", source="1 + 1"):
    cells = [
        nbformat.v4.new_markdown_cell(markdown),
        nbformat.v4.new_code_cell(source, outputs=list(outputs), execution_count=1),
    ]
    return page.render(nbformat.v4.new_notebook(cells=cells), RECORD)


def display(**data):
    return nbformat.v4.new_output("display_data", data={k.replace("_", "/"): v for k, v in data.items()})


class Parser(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.tags = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))


def tags(text):
    return Parser(text).tags


HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<a href="javascript:alert(1)">x</a>',
    '<p style="position:fixed">x</p>',
    "<style>*{display:none}</style>",
    '<iframe src="http://example.com"></iframe>',
    '<form action="http://example.com"><input></form>',
    '<link rel="stylesheet" href="http://example.com/x.css">',
    '<meta http-equiv="refresh" content="0">',
    "</main></body><script>alert(1)</script>",
]
KNOWN = {
    tag for tag, _ in tags(render(display(text_html="<table><tr><th>a</th><td>b</td></tr></table>")))
} | {"p", "a", "b", "i", "em"}


@pytest.mark.parametrize("hostile", HOSTILE)
@pytest.mark.parametrize("way", ["html", "markdown", "plain", "cell", "stdout", "code", "error"])
def test_untrusted_content_is_inert(hostile, way):
    outputs = {
        "html": [display(text_html=hostile)],
        "markdown": [display(text_markdown=hostile)],
        "plain": [display(text_plain=hostile)],
        "stdout": [nbformat.v4.new_output("stream", text=hostile)],
        "error": [nbformat.v4.new_output("error", ename="E", evalue=hostile, traceback=[hostile])],
    }.get(way, [])
    text = render(
        *outputs,
        markdown=hostile if way == "cell" else "# T",
        source=f"x = '''{hostile}'''" if way == "code" else "1",
    )
    for tag, attributes in tags(text):
        assert tag not in ("img", "iframe", "form", "input", "link", "base"), hostile
        assert tag in KNOWN | {"summary", "details", "pre", "span", "div", "section"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"], hostile
        assert not (tag == "script" and attributes), hostile
        assert not attributes.get("href", "").startswith("javascript"), hostile
    assert re.findall(r"<script.*?</script>", text, re.S | re.I) == [f"<script>{page.script()}</script>"]
    assert sum(tag == "style" for tag, _ in tags(text)) == 1
    assert sum(tag == "meta" for tag, _ in tags(text)) == 3


def test_the_policy_allows_exactly_the_style_sheet_and_the_script_that_are_there():
    text = render()
    policy = next(a["content"] for t, a in tags(text) if a.get("http-equiv") == "Content-Security-Policy")
    for tag, rule in (("style", "style-src"), ("script", "script-src")):
        content = re.search(rf"<{tag}>(.*?)</{tag}>", text, re.S)[1]
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert re.search(rf"{rule} ([^;]*);", policy)[1] == f"'sha256-{digest}'"
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_the_style_sheet_is_small():
    assert (
        len(page.style(lists=True).encode()) <= 20_000
    )  # with the script, well within the 60 kB that a page may add to its text
    assert not re.search(r"@import|url\(", page.style(lists=True))
    assert "innerHTML" not in page.script()


def test_nothing_is_fetched():
    remote = display(
        text_html='<img src="http://example.com/x.png"><svg><image href="http://example.com"/></svg>'
    )
    text = render(remote, markdown="![picture](http://example.com/y.png)")
    sources = [v for _, a in tags(text) for k, v in a.items() if k in ("src", "srcset", "data", "poster")]
    assert sources == []
    assert "[picture not shown: picture]" in text


def test_the_head_tells_verdict_tally_data_and_changes():
    text = render()
    assert "<strong>passed</strong>" in text
    assert "2 match" in markup.plain(text)
    assert "1 refuted" in markup.plain(text)
    assert "<b>Yours:</b> a&lt;b&gt;.csv." in text
    assert "T &lt;i&gt;" in text
    assert "changed from the default" in text


def test_figures_have_their_alt_text_and_caption():
    output = display(image_png="iVBORw0KGgo=", text_plain="x")
    output.metadata = {"workbench": {"alt": 'a "quoted" <b>', "caption": "Caption & more"}}
    text = render(output)
    image = next(a for t, a in tags(text) if t == "img")
    assert image["alt"] == 'a "quoted" <b>'
    assert image["src"] == "data:image/png;base64,iVBORw0KGgo="
    assert markup.plain(re.search("<figcaption>.*?</figcaption>", text)[0]) == "Figure 1. Caption & more"


def test_html_is_preferred_to_plain_text_and_scripts_are_never_shown():
    text = render(display(text_html="<b>rich</b>", text_plain="poor", application_javascript="alert(1)"))
    assert "<b>rich</b>" in text
    assert "poor" not in text
    assert "alert" not in text


def test_the_page_opens_with_the_claims_what_asks_to_be_read_first():
    text = render()
    folds = re.findall(r'<details class="claims [^"]*" id="claims-\d"( open)?>.*?<b>(.*?)</b>', text, re.S)
    assert folds == [(" open", "1 refuted"), (" open", "2 match"), ("", "1 not checked")]
    assert text.index("<strong>passed</strong>") < text.index("claims-1") < text.index('id="text"')
    row = text[text.index('id="claim-a"') : text.index('id="claim-b"')]
    assert "Statement of a." in row
    assert "<td>0.50<td>0.5012" in row
    assert '<td data-pad=".00">2<td data-pad=".0000">2' in text
    assert "Why &lt;b&gt;." in text
    assert 'id="claim-c&lt;i&gt;"' in text


def test_a_tally_of_quiet_verdicts_only_is_shown_open():
    record = RECORD | {"claims": {"study": "s", "tally": {"not checked": 1}, "claims": CLAIMS[3:]}}
    assert re.search(r'<details class="claims [^"]*" id="claims-1" open>', page.render(None, record))


def test_a_claim_leads_to_the_cell_that_sent_its_value_and_that_cell_to_the_claim():
    rows = [CLAIMS[0] | {"cell": 2, "reads": "We got <0.5>."}, CLAIMS[1] | {"cell": 9}, *CLAIMS[2:]]
    sent = {claims.VALUES_MIME: {"values": {"a": 1, "x": 2, "d": 3}}, "text/plain": "checked: a"}
    told = [row | {"cell": None} for row in rows]  # a notebook does not number its cells
    compared = {claims.MIME: {"claims": told}, "text/html": "<table><tr><td>plain</table>"}
    bundles = [[], [sent], [], [compared]]
    cells = [
        nbformat.v4.new_code_cell(
            source, outputs=[nbformat.v4.new_output("display_data", b) for b in bundle], id=f"cell{i}"
        )
        for i, (source, bundle) in enumerate(
            zip(["f(a=1)", "check(a=1)", "", "table()"], bundles, strict=True)
        )
    ]
    record = RECORD | {"claims": RECORD["claims"] | {"claims": rows}}
    text = page.render(nbformat.v4.new_notebook(cells=cells), record)
    assert '<a href="#cell-cell1">code cell 2</a>' in text[text.index('"claim-a"') : text.index('"claim-b"')]
    assert "<p>We got &lt;0.5&gt;." in text
    assert text.count('<a href="#cell-') == 1, "no cell is shown for b, and the others have no value"
    assert 'Checked against the source: <a href="#claim-a">a</a>\n' in text
    assert "checked: a" not in text
    assert '<a href="#claim-c%3Ci%3E">c&lt;i&gt;</a>' in text
    assert "<td>plain" not in text


def test_a_comparison_that_is_not_the_recorded_one_is_shown_as_it_is():
    other = {claims.MIME: RECORD["claims"] | {"claims": CLAIMS[:1]}, "text/html": "<p>plain"}
    assert "<p>plain" in render(nbformat.v4.new_output("display_data", other))
    assert "<p>plain" in render(nbformat.v4.new_output("display_data", other | {claims.MIME: 5}))


@pytest.mark.parametrize("values", [5, {}, {"values": 5}, {"values": ["a"]}, {"values": {"<b>": 1}}])
def test_what_only_looks_like_values_is_shown_as_it_is(values):
    bundle = {claims.VALUES_MIME: values, "text/plain": "as it is"}
    assert "<pre>as it is</pre>" in render(nbformat.v4.new_output("display_data", bundle))


def test_an_output_that_shows_more_than_its_values_is_shown():
    rows = [CLAIMS[0] | {"cell": 1}]
    bundle = {claims.VALUES_MIME: {"values": {"a": 1}}, "text/html": "<p>picture"}
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", bundle)])
    record = RECORD | {"claims": RECORD["claims"] | {"claims": rows}}
    assert "<p>picture" in page.render(nbformat.v4.new_notebook(cells=[cell]), record)


def test_headings_make_the_contents_and_the_title_stands_once():
    text = render(markdown="# T <i>\n\n## One *two*\n\n## One two\n\n#### Deep")
    contents = text[text.index("<nav") : text.index("</nav>")]
    links = re.findall(r'<a href="#([\w-]+)">(.*?)</a>', contents)
    assert links[1:-1] == [("sec-one-two", "One two"), ("sec-one-two-again", "One two")]
    anchors = {attributes.get("id") for _, attributes in tags(text)}
    assert {target for target, _ in links} <= anchors
    assert text.count("<h1") == 1


def test_no_output_can_pass_for_the_verdict():
    forged = '<p class="verdict passed"><strong>passed</strong></p><header>x</header>'
    text = page.render(
        nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1", outputs=[display(text_html=forged)])]),
        RECORD | {"verdict": "failed"},
    )
    assert [a["class"] for _, a in tags(text) if "verdict" in a.get("class", "")] == ["verdict failed"]
    assert sum(tag == "header" for tag, _ in tags(text)) == 1


@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x7f", "\x9b", "\u202e", "\u2066"])
def test_what_cannot_be_seen_or_turns_the_text_around_is_written_out(character):
    text = page.render(None, RECORD | {"title": f"a{character}b"})
    assert character not in text
    assert f"a{ascii(character)[1:-1]}b" in text
    assert f"a{ascii(character)[1:-1]}b" in render(markdown=f"a{character}b")


FRAME = """<style>x</style><table border="1" class="dataframe"><thead>
<tr style="text-align: right;"><th></th><th>share</th><th>name</th></tr><tr><th>id</th><th></th><th></th></tr></thead>
<tbody><tr><th>0</th><td>-1.50</td><td>R↓</td></tr><tr><th>1</th><td>NaN</td><td>7</td></tr></tbody></table>"""


def test_tables_have_a_caption_scopes_one_head_words_for_arrows_and_columns_by_kind():
    text = render(display(text_html=FRAME), markdown="## Profiles")
    table = re.search(r'<div class="table.*?</div>', text)[0]
    assert table == (
        '<div class="table t3" id="table-1"><table class="dataframe"><caption><b>Table 1.</b> Profiles</caption><thead>'
        "<tr><th scope=col>id<th scope=col>share<th scope=col>name</thead><tbody>"
        "<tr><th scope=row>0<td>-1.50<td>R<i role=img aria-label=down>↓</i>"
        "<tr><th scope=row>1<td>NaN<td>7</table></div>"
    )


@pytest.mark.parametrize(
    ("columns", "letters", "kinds"),
    [
        (8, 6, "table"),
        (14, 7, "table b1"),
        (17, 7, "table b2"),
        (20, 7, "table b3"),
        (23, 7, "table b4"),
        (14, 24, "table b4 folded"),
        (40, 6, "table b4 split"),
    ],
)
def test_a_broad_table_is_printed_small_before_a_word_of_it_is_broken(columns, letters, kinds):
    frame = pd.DataFrame([[-1.25] * columns], columns=[f"{i:0{letters}d}" for i in range(columns)])
    assert re.search(r'class="([^"]*)"', markup.tables(frame.to_html(index=False)))[1] == kinds


def test_the_breadth_of_a_table_counts_labels_over_several_rows_and_columns_and_chinese():
    words = ["recency_score"] * 4 + ["frequency_score"] * 4
    columns = pd.MultiIndex.from_arrays([words, list("abcdefgh")])
    index = pd.MultiIndex.from_product([["x" * 30], ["a", "b"]])
    frame = pd.DataFrame(1.0, index=index, columns=columns)
    assert markup.tables(frame.to_html()).startswith('<div class="table">')
    index = pd.MultiIndex.from_product([["x" * 75], ["a", "b"]])
    assert ' b1"' in markup.tables(frame.set_axis(index).to_html())[:30]
    chinese = pd.DataFrame([["重要价值客户需要重点维护" * 9] * 9])
    assert markup.tables(chinese.to_html())[:20].startswith('<div class="table t')
    assert " b" not in markup.tables(chinese.to_html()).partition(">")[0]


def test_a_cell_with_a_sentence_is_marked_so_that_a_scrolled_table_gives_it_room():
    text = markup.tables(pd.DataFrame([["thank them; show them what is new", "loyal"]]).to_html(index=False))
    assert "<td class=long>thank them; show them what is new<td>loyal" in text


def test_a_table_may_bring_its_own_caption():
    output = display(text_html=FRAME)
    output.metadata = {"workbench": {"caption": "Own & <b>"}}
    assert "<caption><b>Table 1.</b> Own &amp; &lt;b&gt;</caption>" in render(output)


@pytest.mark.parametrize(
    "odd",
    [
        "<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table>",
        '<table title="</td><thead>"><tr><td title="<th>">1</td></tr></table>',
        "<table><tr><td><pre>a\n\n  b</pre></td></tr></table>",
        "<table></table><table>",
        "</table><th>",
    ],
)
def test_odd_tables_cost_nothing_but_beauty(odd):
    text = render(display(text_html=odd))
    assert text.count("<main>") == text.count("</main>") == 1
    assert "a\n\n  b" in text or "<pre>a" not in odd
    for name, value in ((n, v) for _, a in tags(text) for n, v in a.items()):
        assert re.fullmatch(r"[a-z-]+", name), (name, value)


def test_the_data_behind_a_figure_are_a_table_in_a_fold():
    output = display(image_png="iVBORw0KGgo=", text_plain="x")
    table = {"columns": ["month", "<b>"], "rows": [["May", 1.5], ["<script>", 2]]}
    output.metadata = {"workbench": {"alt": "a", "caption": "Sales", "data": table}}
    text = render(output)
    fold = re.search(r'<details class="behind">.*?</details>', text, re.S)[0]
    assert "<summary>Data behind this figure</summary>" in fold
    assert re.search(r'<template class="csv"[^>]*>(.*?)</template>', text, re.S)[1] == (
        "month,&lt;b&gt;\nMay,1.5\n&lt;script&gt;,2\n"
    )
    assert "<td>&lt;script&gt;<td>2" in fold
    assert "more rows" not in fold


@pytest.mark.parametrize(("hidden", "said"), [(2800, True), ("<script>", False), (None, False)])
def test_rows_left_out_of_the_data_behind_a_figure_are_counted(hidden, said):
    output = display(image_png="iVBORw0KGgo=", text_plain="x")
    table = {"columns": ["month"], "rows": [["May"]], "hidden": hidden}
    output.metadata = {"workbench": {"alt": "a", "caption": "Sales", "data": table}}
    assert ("2,800 more rows are not shown." in render(output)) is said


def test_a_figure_that_no_text_describes_says_so():
    output = display(image_png="iVBORw0KGgo=", text_plain="<Figure>")
    assert "No text says what this figure shows.</figcaption>" in render(output)
    output.metadata = {"workbench": {"alt": "Bars."}}
    assert "No text says" not in render(output)


def test_the_end_of_the_page_says_how_to_cite_and_to_repeat():
    cited = citing.read(Path(__file__).parents[1] / "CITATION.cff")
    cells = [nbformat.v4.new_markdown_cell("## References")]
    text = page.render(nbformat.v4.new_notebook(cells=cells), RECORD, cited=cited)
    footer = markup.plain(text[text.index("<footer") : text.index("</footer>")])
    assert "workbench run x" in footer
    assert "Customer-segmentation research workbench, version" in footer
    assert "And the study itself, see References." in footer


@pytest.mark.parametrize(
    ("content", "cited"),
    [
        (None, None),
        ("title: T\nauthors: [{name: A}, {family-names: B, given-names: C}]", "A; B, C: T."),
        ("title: T\nversion: 1.0\nlicense: MIT\nauthors: [{name: A}]", "A: T, version 1.0. MIT."),
        ("title: T", None),
        ("[", None),
    ],
)
def test_a_project_is_cited_as_far_as_it_says_how(content, cited, tmp_path):
    file = tmp_path / "CITATION.cff"
    if content:
        file.write_text(content)
    told = citing.read(file)
    assert (told and citing.sentence(told)) == cited


def test_a_failure_leads_to_its_cell():
    error = {"ename": "E", "evalue": "<b>", "where": "code cell 1 of 1", "heading": "H"}
    not_run = [{"cell": "code cell 1 of 1", "heading": "H", "source": "never <b>"}]
    record = RECORD | {"verdict": "failed", "error": error, "cells": RECORD["cells"] | {"not_run": not_run}}
    cell = nbformat.v4.new_code_cell("1", id="one")
    assert (
        page.render(nbformat.v4.new_notebook(cells=[cell]), record).count(
            '<a href="#cell-one">code cell 1</a>'
        )
        == 2
    )
    assert "<pre>never &lt;b&gt;</pre>" in page.render(None, record)


def study(path):
    notebook = nbformat.read(path, as_version=4)
    cells = enumerate(headings(notebook), 1)
    sent = [(n, o["data"]) for n, i in cells for o in notebook.cells[i].outputs if "data" in o]
    return notebook, RECORD | {"claims": claims.recorded(sent, {})}


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_formula_of_the_studies_converts(path):
    notebook, record = study(path)
    texts = "".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    text = page.render(notebook, record)
    assert texts.count("$") > 0
    assert text.count("<math") == text.count('<annotation encoding="application/x-tex">') > 0
    assert 'class="tex"' not in text
    assert "$" not in re.sub(
        r"<annotation.*?</annotation>|<pre>.*?</pre>|<script>.*?</script>", "", text, flags=re.S
    )


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_report_adds_at_most_60_kB_to_its_pictures_and_the_contents_of_its_notebook(path):
    """Contents: code, prose, claims, findings, printed lines, captions, and what tables say without their markup."""
    notebook, record = study(path)
    record = record | {
        "provenance": RECORD["provenance"] | {"versions": {f"package-{i}": "1.2.3" for i in range(140)}}
    }
    whole = page.render(notebook, record)
    assert len(whole.encode()) <= 2_000_000
    text = re.sub(r"base64,[A-Za-z0-9+/=]+", "", whole)
    for part in (
        r"<svg role=.*?</svg>",
        r"<template .*?</template>",
        r'<details class="behind">.*?</details>',
    ):
        text = re.sub(part, "", text, flags=re.S)
    words = "".join(cell.source for cell in notebook.cells)
    words += "".join(
        json.dumps(
            [r[key] for key in ("statement", "source", "reads", "note", "published", "reproduced")],
            ensure_ascii=False,
        )
        for r in record["claims"]["claims"]
    )
    for output in (o for cell in notebook.cells for o in cell.get("outputs", [])):
        words += " ".join(re.sub(r"<[^>]*>|\s+", " ", output.get("data", {}).get("text/html", "")).split())
        notes = output.get("metadata", {}).get("workbench", {})
        words += output.get("text", "") + notes.get("alt", "") + notes.get("caption", "")
        words += (publish.finding_of(output.get("data")) or {"text": ""})["text"]
    assert len(text.encode()) <= len(words.encode()) + 60_000


@pytest.mark.parametrize(
    "formula", ["$w_i = \\frac{1}{n}$", "$$\\lambda_{\\max} \\ge n$$", "$$\n\\sum_i w_i\n$$"]
)
def test_formulas_become_mathml_with_their_source_kept(formula):
    text = markup.markdown(formula)
    assert "<math" in text
    assert formula.strip("$\n") in html.unescape(text)


def test_a_formula_that_cannot_be_converted_is_shown_as_its_source():
    text = markup.markdown("$\\nosuchcommand{<b>}$")
    assert "formula not converted" in text
    assert "\\nosuchcommand{&lt;b&gt;}" in text


def test_a_page_without_a_notebook_still_tells_the_verdict():
    record = RECORD | {"verdict": "incomplete", "reason": "why", "cells": RECORD["cells"] | {"not_run": []}}
    assert "<strong>incomplete</strong>" in page.render(None, record)


@pytest.mark.parametrize(
    "data",
    ["text", 7, {"rows": 3, "columns": []}, {"columns": ["a"]}, [1], {"rows": [1], "columns": "a"}, None],
)
def test_data_of_a_figure_that_are_no_table_are_left_out(data):
    assert downloads.behind(data) == ""


def test_rows_beyond_those_shown_travel_as_csv_unrounded_and_no_formula():
    rows = [["=cmd()", 0.1234567 + i] for i in range(300)]
    text = downloads.behind({"columns": ["@name", "x"], "rows": rows, "hidden": 7})
    fold, sent = text.split("</template>")[1], text.split("</template>")[0].partition(">")[2].splitlines()
    assert fold.count("<tr>") == 201
    assert "<td>=cmd()<td>0.1235<" in fold
    assert "107 more rows are not shown. The CSV has the first 300 rows, unrounded." in fold
    assert (len(sent), sent[:2]) == (301, ["'@name,x", "'=cmd(),0.1234567"])


def test_a_named_table_travels_as_csv_and_the_page_says_where_the_whole_of_it_lies():
    sent = {"name": "sizes", "caption": "Sizes.", "rows": 9, "note": None}
    sent |= {"data": {"columns": ["name", "n"], "rows": [["</template><b>", 0.5], ["+x", None]], "of": 9}}
    table = {"text/html": FRAME, publish.TABLE: sent}
    text = page.render(
        nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell("1", outputs=[nbformat.v4.new_output("display_data", table)])]
        ),
        RECORD | {"name": "own"},
    )
    kept = re.search(r'<template class="csv" data-name="sizes">(.*?)</template>', text, re.S)[1]
    assert html.unescape(kept) == "name,n\n</template><b>,0.5\n'+x,\n"
    assert (
        "The CSV has the first 2 of 9 rows; the whole table is in <code>private/own/sizes.csv</code>" in text
    )


@pytest.mark.parametrize("data", [None, 5, {"rows": 3}, {"columns": [], "rows": [[]], "of": "x"}])
def test_what_only_looks_like_a_named_table_offers_nothing(data):
    sent = {"name": "sizes", "caption": "Sizes.", "rows": 9, "note": None, "data": data}
    assert downloads.of_table({publish.TABLE: sent}, "own") == ""


def test_tables_and_figures_are_numbered_in_their_order_whatever_is_folded():
    picture = display(image_png="iVBORw0KGgo=", text_plain="x")
    data = {"columns": ["x"], "rows": [[1]]}
    picture.metadata = {"workbench": {"alt": "a", "caption": "Sales", "data": data}}
    forged = '<figure class=drawing><figcaption>Forged</figcaption></figure><p title="<caption>">'
    text = render(
        display(text_html=FRAME), picture, display(text_html=forged), display(text_html=FRAME), picture,
        markdown="## Profiles",
    )  # fmt: skip
    assert re.findall(r"<b>((?:Table|Figure) \d)\.</b>", text) == [
        "Table 1",
        "Figure 1",
        "Table 2",
        "Figure 2",
    ]
    places = [a["id"] for _, a in tags(text) if re.match("(table|figure)-", a.get("id", ""))]
    assert places == ["table-1", "figure-1", "table-2", "figure-2"]
