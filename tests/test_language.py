"""The Chinese of a page's own words: none is missing, none is left over, and nothing of a notebook is touched."""

import ast
import html
import json
import re
from pathlib import Path

import jinja2
import jinja2.nodes
import nbformat
import pandas as pd
import pytest
from conftest import missing, record_of, workbench, write_notebook
from test_browser import NARROW, browser  # noqa: F401
from test_page import RECORD

from workbench import cli
from workbench.cli import arguments
from workbench.data import record as record_
from workbench.data import remarks, totals
from workbench.data.keeping import where_rule
from workbench.privacy import personal_data
from workbench.runner.page import answer, chinese, index, language, page, robustness
from workbench.runner.record.verdict import EXIT_CODES

PACKAGE = Path(page.__file__).parents[2]
PAGE = PACKAGE / "runner/page"
# words that a record holds and a page shows: the text stands in a variable where it is said
HELD = [
    *(word for verdict, (_, meaning) in page.CLASSES.items() for word in (verdict, meaning)),
    *(word for pair in index.VERDICTS.items() for word in pair),
    *(word for word in EXIT_CODES if word != "refused"),
    *answer.KINDS,
    *answer.KINDS.values(),
    *answer.LABELS.values(),
    *robustness.STATES.values(),
    "Data files",
    "Files of the study that this method comes from",
    "not run",
    *("up", "down", "left", "right"),  # arrows
]


def of_templates():
    """The literals that templates say."""
    for file in (PAGE / "template").glob("*.j2"):
        tree = jinja2.Environment().parse(file.read_text("utf-8"))
        for call in tree.find_all(jinja2.nodes.Call):
            if getattr(call.node, "name", "") == "_":
                yield from (node.value for node in call.args[:1] if isinstance(node, jinja2.nodes.Const))


def of_python():
    """The literals that the page's modules say."""
    for file in PAGE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "said":
                yield from (n.value for n in [node.args[0]] if isinstance(n, ast.Constant))


def of_marked():
    """The literals that the script and the style sheets mark."""
    for file in (PAGE / "template").glob("*.[cj]s*"):
        yield from re.findall(r'_\("([^"…]*)"\)', file.read_text("utf-8"))


def test_no_word_of_a_page_is_without_its_chinese_and_none_is_left_over():
    said = {*of_templates(), *of_python(), *of_marked(), *HELD}
    assert len(said) > 150
    assert sorted(said - chinese.WORDS.keys()) == []
    assert sorted(chinese.WORDS.keys() - said) == []


def forms_in(*places):
    """The texts of the package's code, with `{}` where an f-string has something."""
    for file in (file for place in places for file in PACKAGE.glob(place)):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.JoinedStr):
                yield "".join(getattr(part, "value", "") if isinstance(part, ast.Constant) else "{}"
                              for part in node.values)  # fmt: skip
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value


def bare(form):
    return re.sub(r"\{\w+\}", "{}", form)


COMPOSED = {  # of pieces; their own test is below
    "{first} to {last}",
    "{n} rows of {customers} customers",
    "left out: without {role}",
    "left out: {column} is not {values}",
    "1 row repeats an earlier one in {roles}",
    "{n} rows repeat an earlier one in {roles}",
    "{n} negative amounts (refunds)",
    "{n} zero amounts",
}


def test_each_sentence_of_a_record_is_one_that_the_code_writes():
    places = ("runner/**/*.py", "data/record.py", "data/remarks.py", "data/values.py", "privacy/*.py")
    written = {piece for form in forms_in(*places)
               for piece in (form, *form.split("; "))}  # fmt: skip
    assert {bare(form) for form in chinese.SENTENCES} - written == {bare(form) for form in COMPOSED}


def test_each_reason_of_a_verdict_and_each_kind_of_personal_data_has_its_chinese():
    known = {bare(form) for form in chinese.SENTENCES}
    assert set(personal_data.KINDS) - {"IBAN"} <= known
    tree = ast.parse((PACKAGE / "runner/record/verdict.py").read_text("utf-8"))
    (judge,) = [node for node in tree.body if getattr(node, "name", "") == "judge"]
    texts = {
        "".join(part.value if isinstance(part, ast.Constant) else "{}" for part in node.values)
        for node in ast.walk(judge)
        if isinstance(node, ast.JoinedStr)
    }
    assert len(texts) == 7
    assert sorted(texts - known) == ["{}: {}"], "the name of an exception and its words stay as they are"


def test_a_fact_of_a_sentence_is_said_too_and_what_is_not_known_stays():
    with language.speaking("zh"):
        assert language.of_record("code cell 3 of 9 raised an exception") == "代码单元格 3（共 9 个）抛出异常"
        assert language.of_record("all 2 code cells ran; code cell 1 raised E, as announced") == (
            "全部 2 个代码单元格均已运行；代码单元格 1 如预告抛出 E"
        )
        assert language.of_record("Where is it") == "Where is it"
    assert language.of_record("all 2 code cells ran") == "all 2 code cells ran"


def composed():
    """Every sentence that the readers of files compose of pieces."""
    for n in (1, 2000):
        yield from remarks.in_words(n, n, n, ["customer_id", "amount"])
    for days in (["2024-01-05"] * 30 + ["2031-01-05"], ["2024-01-05"] * 400 + ["2040-01-05", "2041-01-05"]):
        yield from remarks.far_off(pd.Series(pd.to_datetime(days)))
    yield from remarks.far_off(pd.Series(pd.to_datetime(["1970-01-05"])))
    rules = ("without δ", where_rule("δ", ["α", "β"], 1)["rule"], totals.RULE)
    ledger = LEDGER | {"refunds": -3.0, "currency": "EUR", "currency_column": "δ"}
    ledger |= {"left_out": [{"rule": rule, "rows": 1} for rule in rules]}
    for pair in record_.ledger_facts(ledger):
        yield from pair


def test_every_sentence_about_a_file_has_its_chinese_and_a_users_words_stay():
    with language.speaking("zh"):
        for sentence in composed():
            told = language.of_record(sentence)
            assert words(told, {"customer", "id", "amount", "EUR", "or"}) == [], sentence
        notes = remarks.in_words(2, 1, 0, ["customer_id", "amount"])
        told = "2 行与先前的行重复（customer_id, amount）；均交给研究；1 个负金额（退款）"
        assert language.of_record("; ".join(notes)) == told
        assert language.of_record("numbers given to the study") == "numbers given to the study"
        assert language.of_record("an import changes the threads") == "某个导入会改变线程"


def words(text, known=()):
    """The Latin words that a reader of a page sees or hears, code and addresses apart."""
    text = re.sub(r"<(style|script|code|pre|template)\b.*?</\1>", " ", text, flags=re.S)
    heard = re.findall(r'(?:aria-label|alt|title|placeholder)="?([^">]*)', text)
    seen = html.unescape(" ".join([re.sub(r"<[^>]*>", " ", text), *heard]))
    return sorted(set(re.findall(r"[A-Za-z]{2,}", seen)) - {"UTC", "CSV", "sha", "BibTeX", *known})


GREEK = {
    "title": "α",
    "language": "zh",
    "asked": "β",
    "parameters": {"ξ": 1},
    "changed": {"ξ": 2},
    "claims": None,
    "data": [],
}
MADE = {"command": "γ", "notebook": "ν", "versions": {}, "threads": {}, "environment": {}, "hash_seed": "0"}
MACHINE = {"Linux", "Python", "CPython", "PYTHONHASHSEED", "CP"}
LEDGER = {
    "rows": 9,
    "left_out": [{"rule": "ρ", "rows": 1}],
    "used": 8,
    "customers": 3,
    "study": {"rows": 7, "customers": 3},
    "period": ["2024-01-01", "2024-02-01"],
    "currency": None,
    "total": 5.0,
    "refunds": 0.0,
}
MINE = {
    "file": "φ",
    "dataset": "your file",
    "kind": "yours",
    "rows": 9,
    "bytes": 9,
    "sha256": "00",
    "notes": ["ν"],
    "columns": {"amount": "δ"},
    "ledger": LEDGER,
}
STATES = {
    "passed": {},
    "own data": {"data": [MINE], "changed": {"data_file": "φ"}, "parameters": {"data_file": "φ"}},
    "failed": {
        "verdict": "failed",
        "reason": "code cell 1 of 2 raised an exception",
        "error": {"ename": "Ε", "evalue": "ε", "where": "code cell 1 of 2", "heading": "η", "traceback": []},
        "cells": RECORD["cells"] | {"total": 2, "not_run": [{"cell": "code cell 2 of 2", "heading": "η"}]},
    },
    "withheld": {
        "personal": {
            "withheld": True,
            "allowed": None,
            "found": [
                {"kind": "mobile number", "place": "code cell 1, output 2", "count": 2},
                {"kind": "own identifier", "place": "the page, a table", "count": 1},
            ],
        }
    },
}


def record(state):
    made = RECORD["provenance"] | MADE | {"kernel": "cold", "rendered": "2026-01-02", "processors": 2}
    return RECORD | GREEK | {"provenance": made} | STATES[state]


@pytest.mark.parametrize("state", STATES)
def test_a_chinese_page_has_no_english_word_of_its_own(state):
    cells = [nbformat.v4.new_markdown_cell("# α\n\n## η"), nbformat.v4.new_code_cell("1", execution_count=1)]
    told = record(state)
    text = page.render(nbformat.v4.new_notebook(cells=cells), told)
    assert words(text, {*MACHINE, "amount"}) == []
    assert '<html lang="zh-Hans">' in text
    assert re.search(r'<article id="text" tabindex="-1" lang="en">', text), "a notebook's words are its own"
    told["language"] = "en"
    assert len(words(page.render(nbformat.v4.new_notebook(cells=cells), told))) > 30


def test_claims_in_chinese_keep_their_figures_and_their_sentences():
    told = record("passed") | {"claims": RECORD["claims"]}
    text = page.render(nbformat.v4.new_notebook(), told)
    assert "被推翻" in text
    assert "相符" in text
    assert "Statement of a." in text
    assert 'class="c-match"' in text or "c-match" in text
    assert ">refuted<" not in text


def test_the_list_of_reports_has_the_language_of_its_newest_page(tmp_path):
    def write(name, state, day, **more):
        told = record(state)
        told["provenance"] |= {"started": f"2026-01-{day:02}T00:00:00+00:00", "rendered": None}
        (tmp_path / f"{name}.json").write_text(json.dumps(told | {"study": "σ", "name": "σ"} | more))

    write("a", "passed", 3)
    write("b", "own data", 2)
    write("c.failed", "failed", 1, language="en")
    write("d.failed", "withheld", 1)
    text = index.render(tmp_path)
    assert words(text) == []
    assert '<option value="kernel died">' not in text
    assert '<option value="failed">失败</option>' in text
    write("c.failed", "failed", 4, language="en")
    assert '<html lang="en">' in index.render(tmp_path)


def test_the_script_and_the_style_sheet_say_their_words_in_the_language_too():
    with language.speaking("zh"):
        told = page.script() + page.style(lists=True)
        policy = page.policy()
    assert "_(" not in told
    assert '"复制"' in told
    assert 'content:"发表值"' in told
    assert policy != page.policy(), "the policy allows the script as it is written"
    assert '"Copy"' in page.script()


def test_the_command_line_offers_the_languages_that_there_are():
    options = cli.parser().parse_args(["run", "x", "--lang", "zh"])
    assert arguments.wishes(options).typed == ["--lang", "zh"]
    for name in language.LANGUAGES:
        assert cli.parser().parse_args(["sweep", "x", "--lang", name]).lang == name


@pytest.mark.slow
def test_a_run_a_sweep_and_a_comparison_in_chinese(tmp_path):
    notebook, out = write_notebook(tmp_path / "ν.ipynb", "x", title="τ"), tmp_path / "reports"
    again = lambda *more: workbench("run", notebook, *more, "--out", out)  # noqa: E731
    assert again("--lang", "zh").returncode == 0
    first = record_of(out, "ν")
    assert first["provenance"]["command"].endswith("--lang zh")
    other = again("-p", "x=2", "--lang", "zh", "--name", "μ")
    assert other.returncode == 0, other.stdout
    swept = workbench("sweep", notebook, "-g", "x=1,2", "--lang", "zh", "--name", "ω", "--out", out)
    assert swept.returncode == 0, swept.stdout
    assert workbench("compare", "ν", "μ", "--lang", "zh", "--out", out).returncode == 0
    known = {*MACHINE, *re.findall("[A-Za-z]{2,}", json.dumps(list(known_values(first["provenance"]))))}
    for name in ("ν", "ω", "ν--vs--μ", "index"):
        text = (out / f"{name}.html").read_text("utf-8")
        assert words(text, {*known, "ipynb", "vs", "Sweep", "run"}) == [], name
    # the same report in English is no run, and not the same page
    assert "rendered: ν: the page's language zh → en" in again().stdout
    assert record_of(out, "ν")["provenance"]["started"] == first["provenance"]["started"]
    assert '<html lang="en">' in (out / "ν.html").read_text("utf-8")
    assert "fresh: ν" in again().stdout


def known_values(told):
    """What a record holds, without the names that the code gives it."""
    for name, value in told.items():
        if name in ("versions", "threads", "environment"):
            yield from value
        elif not isinstance(value, dict):
            yield value


# how a letter looks: one that no font has is a box, as any other such letter is
DRAWN = """letters => [...letters].map(letter => {
    const paper = Object.assign(document.createElement("canvas"), { width: 40, height: 40 }).getContext("2d");
    paper.font = `30px ${getComputedStyle(document.body).fontFamily}`;
    paper.fillText(letter, 2, 32);
    return paper.canvas.toDataURL();
})"""


@pytest.mark.slow
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_browser_shows_the_chinese_of_a_page_without_a_network(scheme, browser, tmp_path):  # noqa: F811
    from axe_playwright_python.sync_playwright import Axe

    cells = [nbformat.v4.new_markdown_cell("# α\n\n## η"), nbformat.v4.new_code_cell("1", execution_count=1)]
    file = tmp_path / "zh.html"
    file.write_text(page.render(nbformat.v4.new_notebook(cells=cells), record("own data")), "utf-8")
    with browser.new_context(viewport=NARROW, color_scheme=scheme) as context:
        tab, asked, troubles = context.new_page(), [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("console", lambda message: troubles.append(message.text))
        tab.goto(file.as_uri())
        if len(set(tab.evaluate(DRAWN, "报告据"))) < 3:
            missing("a Chinese font", "on Debian: apt-get install fonts-wqy-microhei")
        tab.get_by_role("button", name="显示全部代码").click()
        assert tab.get_by_role("button", name="隐藏全部代码").is_visible()
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert (asked, troubles) == ([file.as_uri()], [])
        found = Axe().run(tab)
        assert found.violations_count == 0, found.generate_report()
