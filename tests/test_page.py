import base64
import hashlib
import re
from html.parser import HTMLParser

import nbformat
import pytest

from workbench.reports import page

RECORD = {
    "title": "T <i>",
    "verdict": "passed",
    "reason": "all 1 code cells ran",
    "error": None,
    "cells": {"total": 1, "run": 1, "not_run": [], "seconds": {"1": 0.1}},
    "claims": {"tally": {"match": 2, "refuted": 1}},
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
        }
    ],
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
        assert tag not in ("script", "img", "iframe", "form", "input", "link", "base"), hostile
        assert tag in KNOWN | {"summary", "details", "pre", "span", "div", "section"}
        assert not [name for name in attributes if name.startswith("on") or name == "style"], hostile
        assert not attributes.get("href", "").startswith("javascript"), hostile
    assert sum(tag == "style" for tag, _ in tags(text)) == 1
    assert sum(tag == "meta" for tag, _ in tags(text)) == 3


def test_the_policy_allows_exactly_the_style_sheet_that_is_there():
    text = render()
    policy = next(a["content"] for t, a in tags(text) if a.get("http-equiv") == "Content-Security-Policy")
    sheet = re.search(r"<style>(.*?)</style>", text, re.S)[1]
    digest = base64.b64encode(hashlib.sha256(sheet.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


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
    assert "2 match" in text
    assert "1 refuted" in text
    assert "a&lt;b&gt;.csv, 12,345 rows" in text
    assert "T &lt;i&gt;" in text
    assert "changed from the default" in text


def test_figures_have_their_alt_text_and_caption():
    output = display(image_png="iVBORw0KGgo=", text_plain="x")
    output.metadata = {"workbench": {"alt": 'a "quoted" <b>', "caption": "Caption & more"}}
    text = render(output)
    image = next(a for t, a in tags(text) if t == "img")
    assert image["alt"] == 'a "quoted" <b>'
    assert image["src"] == "data:image/png;base64,iVBORw0KGgo="
    assert "<figcaption>Caption &amp; more</figcaption>" in text


def test_html_is_preferred_to_plain_text_and_scripts_are_never_shown():
    text = render(display(text_html="<b>rich</b>", text_plain="poor", application_javascript="alert(1)"))
    assert "<b>rich</b>" in text
    assert "poor" not in text
    assert "alert" not in text


@pytest.mark.parametrize(
    "formula", ["$w_i = \\frac{1}{n}$", "$$\\lambda_{\\max} \\ge n$$", "$$\n\\sum_i w_i\n$$"]
)
def test_formulas_become_mathml_with_their_source_kept(formula):
    text = page.markdown(formula)
    assert "<math" in text
    assert formula.strip("$\n") in text


def test_a_formula_that_cannot_be_converted_is_shown_as_its_source():
    text = page.markdown("$\\nosuchcommand{<b>}$")
    assert "\\nosuchcommand{&lt;b&gt;}" in text


def test_a_page_without_a_notebook_still_tells_the_verdict():
    record = RECORD | {"verdict": "incomplete", "reason": "why", "cells": RECORD["cells"] | {"not_run": []}}
    assert "<strong>incomplete</strong>" in page.render(None, record)
