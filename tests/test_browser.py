"""Reports, a failed run and the list of runs, opened from a file in a real browser."""

import json
import re
import shutil
from pathlib import Path

import nbformat
import pytest
from conftest import missing, workbench, write_notebook
from test_page import RECORD

from workbench import claims
from workbench.runner.page import index, page
from workbench.runner.record.cells import headings

pytestmark = pytest.mark.slow

NOTEBOOKS = sorted((Path(__file__).parents[1] / "notebooks").glob("*.ipynb"))
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PARAMETERS = (
    "dataset='telecom', data_file=None, scaling='zscore', weights_in='coordinate', weighting='ahp', "
    "aggregation='geometric', labels_swapped=False, random_index='saaty1980', n_clusters=3"
)
CELLS = [
    "import pandas as pd\nfrom workbench import claims, plots\nassert x != 9",
    # what a customer id or a column may be called
    "pd.DataFrame({'<script>window.ran = 1</script>': ['=cmd()', '-1.5', 'a\\u202eb'], "
    "'\"\\'><img src=x onerror=window.ran=1>': ['↑', '↓', '@x\\x1b']}).set_axis(['+1+1', '</td></table>', 'c'])",
    "display({'text/markdown': '| a | b |\\n|---|--:|\\n| x | 1 |\\n\\n$x_1$ <b onclick=window.ran=1>'}, raw=True)",
    'display({\'text/html\': \'<p class="verdict passed" style="color:red" onclick="window.ran=1">no</p>\'}, raw=True)',
    "pd.DataFrame([[1.25] * 14], columns=[f'a_long_name_of_column_{i}' for i in range(14)])",
    "print('\\x1b[31mred\\x1b[0m', '-' * 300)",
    "import matplotlib.pyplot as plt\n"
    "plots.show(plt.figure(figsize=(6, 4 + (x > 6))), alt='An empty figure, drawn for a test.', caption='Empty.')",
    "weights = pd.DataFrame({'=cmd()': [0.123456789, 0.2], '<b>R': [0.3, 0.4]}, index=['a', 'b'])\n"
    "plots.show(plots.plot_weights(weights), alt='Bars of two weights in two readings.', caption='Weights.')",
    "computed = {'weight_f': 0.22086 + (x > 6) / 100, 'row_labels': {'holds': True, 'value': 0.3}}\n"
    f"claims.compare('telecom-rfm-ahp', computed, dict({PARAMETERS}))",
]
WIDE, NARROW, PAPER = (
    {"width": 1280, "height": 900},
    {"width": 390, "height": 844},
    {"width": 665, "height": 940},
)


@pytest.fixture(scope="module")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("playwright", "pip install playwright axe-playwright-python")
    names = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, names)), None)
    if not program:
        missing(
            "Chromium", "none of " + ", ".join(names) + " is on the path; on Debian: apt-get install chromium"
        )
    with sync_playwright() as play:
        yield play.chromium.launch(executable_path=program, args=FLAGS.split())


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Reports of the command line, passed, with parameters and failed; and of the studies, from their outputs."""
    folder, own = tmp_path_factory.mktemp("pages"), tmp_path_factory.mktemp("notebooks")
    notebook = write_notebook(own / "tiny.ipynb", *CELLS, title="Tiny <script>window.ran = 1</script>")
    failing = write_notebook(own / "bad.ipynb", "1", "{}['amout']", "'never'", title="Bad")
    for code, arguments in ((0, [notebook]), (0, [notebook, "-p", "x=7"]), (3, [failing])):
        done = workbench("run", *arguments, "--out", folder)
        assert done.returncode == code, done.stdout + done.stderr
    done = workbench("sweep", notebook, "-g", "x=1,7,9", "--jobs", 2, "--out", folder)
    assert done.returncode == 3, done.stdout + done.stderr
    done = workbench("compare", *COMPARED.split("--vs--"), "--out", folder)
    assert done.returncode == 0, done.stderr
    for path in NOTEBOOKS:
        study(folder, path)
    (folder / "index.html").write_text(index.render(folder), "utf-8")
    return folder


def study(folder, path):
    notebook = nbformat.read(path, as_version=4)
    cells = enumerate(headings(notebook), 1)
    sent = [(n, o["data"]) for n, i in cells for o in notebook.cells[i].outputs if "data" in o]
    name = path.stem.partition("-")[2]
    title = notebook.cells[0].source.splitlines()[0].lstrip("# ")
    record = RECORD | {"title": title, "name": name, "study": name, "claims": claims.recorded(sent, {})}
    # 17.5, 122.5, …: another order than that of the letters
    record["provenance"] = RECORD["provenance"] | {"seconds": 17.5 * 7 ** NOTEBOOKS.index(path)}
    (folder / f"{name}.json").write_text(json.dumps(record), "utf-8")
    (folder / f"{name}.html").write_text(page.render(notebook, record), "utf-8")


def names(folder):
    return sorted(path.stem for path in folder.glob("*.html"))


STUDIES = [path.stem.partition("-")[2] for path in NOTEBOOKS]
SWEPT, COMPARED = "tiny--sweep-5d99522e", "tiny--vs--tiny--a3f58e30"
LISTED = ["tiny", "bad.failed", SWEPT, *STUDIES]  # and the run with a parameter
PAGES = ["index", COMPARED, *LISTED]


@pytest.fixture
def visit(browser, folder):
    """Open a page; what it asked of anybody and what the browser complained of is noted."""
    contexts = []

    def visit(name, *, viewport=WIDE, hash="", **settings):
        context = browser.new_context(viewport=viewport, **settings)
        contexts.append(context)
        tab = context.new_page()
        tab.requests, tab.complaints = [], []
        tab.on("request", lambda request: tab.requests.append(request.url))
        tab.on("console", lambda message: tab.complaints.append(message.text))
        tab.on("pageerror", lambda error: tab.complaints.append(str(error)))
        tab.goto(f"{(folder / name).as_uri()}.html{hash}")
        return tab

    yield visit
    for context in contexts:
        context.close()


def open_folds(tab):
    tab.evaluate("document.querySelectorAll('details').forEach(fold => fold.open = true)")


def test_the_folder_holds_what_it_should(folder):
    assert len(names(folder)) == len(PAGES) + 1  # the run with a parameter
    assert set(PAGES) <= set(names(folder))


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_fetched_nothing_complains_and_nothing_foreign_runs(name, visit, folder):
    tab = visit(name)
    tab.wait_for_load_state("networkidle")
    assert [url for url in tab.requests if not url.startswith("data:")] == [
        (folder / f"{name}.html").as_uri()
    ]
    assert tab.complaints == []
    assert tab.evaluate("window.ran") is None
    hidden = re.search(
        "[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069]", tab.evaluate("document.body.textContent")
    )
    assert hidden is None


def test_a_script_that_is_not_ours_does_not_run_and_is_noticed(visit, folder):
    text = (folder / "tiny.html").read_text("utf-8")
    foreign = (
        "<script>window.ran = 1</script><p style='color: red' onclick='1'><img src=http://127.0.0.1:9/x.png>"
    )
    (folder / "foreign.htm").write_text(text.replace("</main>", foreign + "</main>"), "utf-8")
    tab = visit("tiny")
    tab.goto((folder / "foreign.htm").as_uri())
    assert tab.evaluate("window.ran") is None
    assert len(tab.complaints) >= 3


@pytest.mark.parametrize("name", [name for name in PAGES if name not in ("index", "bad.failed", SWEPT)])
def test_every_figure_has_a_text_alternative(name, visit):
    pictures = "[...document.querySelectorAll('img, svg.drawing')]"
    texts = visit(name).evaluate(f"{pictures}.map(e => e.alt ?? e.ariaLabel)")
    assert texts
    assert [text for text in texts if len(text.split()) < 5 or "without a description" in text] == []


def test_every_drawing_has_a_text_alternative(visit):
    texts = visit(SWEPT).evaluate(
        "[...document.querySelectorAll('svg:not([aria-hidden])')].map(e => e.ariaLabel)"
    )
    said = "weight_f over x: 2 values from 0.2209 to 0.2309; published 0.221; 1 hole."
    assert texts == [f"{said} All values stand in the table of points."]


LOOKS = {
    "light": (WIDE, {"color_scheme": "light"}),
    "dark": (WIDE, {"color_scheme": "dark"}),
    "phone": (NARROW, {"color_scheme": "light"}),
    "print": (PAPER, {"color_scheme": "dark"}),
}


@pytest.mark.parametrize("look", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_no_violation(name, look, visit):
    from axe_playwright_python.sync_playwright import Axe

    viewport, settings = LOOKS[look]
    tab = visit(name, viewport=viewport, **settings)
    if look == "print":
        tab.emulate_media(media="print")
    open_folds(tab)
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


BEYOND = """() => [...document.querySelectorAll("body *")].filter(e => {
    const box = e.getBoundingClientRect();
    return box.width > 1 && box.right > innerWidth + 1 && !e.closest(SCROLLERS);
}).map(e => e.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("name", PAGES)
def test_on_a_phone_nothing_is_cut_and_the_page_does_not_scroll_sideways(name, visit):
    tab = visit(name, viewport=NARROW)
    open_folds(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == NARROW["width"]
    assert tab.evaluate(BEYOND.replace("SCROLLERS", "'.table, .formula'")) == []
    if name in STUDIES:
        assert tab.locator("tr[id^=claim-]").first.evaluate("e => getComputedStyle(e).display") == "block"
        cells = "[...document.querySelectorAll('tr[id^=claim-] > *')]"
        assert min(tab.evaluate(f"{cells}.map(e => e.clientWidth / e.parentNode.clientWidth)")) == 1


PRINTED = "[...document.querySelectorAll('details.input')].map(e => getComputedStyle(e).display != 'none')"


@pytest.mark.parametrize("name", PAGES)
def test_on_paper_nothing_is_cut_and_folded_code_is_left_out(name, visit):
    tab = visit(name, viewport=PAPER)
    tab.emulate_media(media="print")
    assert tab.evaluate(BEYOND.replace("SCROLLERS", "'.none'")) == []
    assert not any(tab.evaluate(PRINTED))
    heads = "[...document.querySelectorAll('thead')].map(e => getComputedStyle(e).display)"
    assert set(tab.evaluate(heads)) <= {"table-header-group"}
    assert tab.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"


def test_code_that_the_reader_has_opened_is_printed(visit):
    tab = visit("tiny")
    assert len(tab.evaluate(PRINTED)) > 3
    tab.evaluate("document.querySelector('details.input').open = true")
    tab.emulate_media(media="print")
    assert tab.evaluate(PRINTED) == [True] + [False] * (len(tab.evaluate(PRINTED)) - 1)
    assert tab.pdf(prefer_css_page_size=True).startswith(b"%PDF")


def tab_to(tab, condition, limit=60):
    for _ in range(limit):
        tab.keyboard.press("Tab")
        if tab.evaluate(f"(e => {condition})(document.activeElement)"):
            return
    raise AssertionError(f"no key press reached {condition}")


def test_by_keyboard_alone_the_text_is_reached_and_folds_open(visit):
    tab = visit("tiny")
    tab.keyboard.press("Tab")
    assert tab.evaluate("document.activeElement.textContent") == "Skip to the text"
    tab.keyboard.press("Enter")
    tab_to(tab, "e.matches('details.input > summary')")
    assert tab.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    tab.keyboard.press("Enter")
    assert tab.evaluate("document.activeElement.parentElement.open")


def test_by_keyboard_alone_a_wide_table_is_scrolled(visit):
    tab = visit("tiny", viewport=NARROW)
    tab_to(tab, "e.matches('.table')")
    tab.keyboard.press("ArrowRight")
    for _ in range(100):
        if tab.evaluate("document.activeElement.scrollLeft"):
            return
        tab.wait_for_timeout(20)
    raise AssertionError("the arrow key did not scroll the table")


def verdicts(tab):
    return tab.locator("table.runs tbody tr:visible .verdict").all_inner_texts()


def test_by_keyboard_alone_the_list_is_sorted_and_filtered(visit):
    tab = visit("index")
    assert len(verdicts(tab)) == len(LISTED) + 1
    tab_to(tab, "e.type == 'search'")
    tab.keyboard.type("TINY passed x")
    assert len(verdicts(tab)) == 1
    assert tab.locator("[role=status]").inner_text() == f"1 of {len(LISTED) + 1} runs"
    tab.keyboard.press("Control+A")
    tab.keyboard.press("Delete")
    tab.keyboard.press("Tab")
    tab.keyboard.type("failed")
    assert verdicts(tab) == ["failed"] * 2
    tab.keyboard.type("all")
    tab_to(tab, "e.textContent == 'verdict'")
    tab.keyboard.press("Enter")
    assert verdicts(tab) == sorted(verdicts(tab))
    tab.keyboard.press("Enter")
    assert verdicts(tab) == sorted(verdicts(tab), reverse=True)
    assert tab.locator("[aria-sort]").evaluate("e => [e.ariaSort, e.textContent]") == [
        "descending",
        "verdict",
    ]


def test_a_column_of_numbers_is_sorted_by_number(visit, folder):
    tab = visit("index")
    tab.get_by_role("button", name="took").click()
    seconds = [
        float(s)
        for s in tab.locator("td:nth-child(7)").evaluate_all("all => all.map(e => e.dataset.sort || 0)")
    ]
    assert seconds == sorted(seconds)
    assert len(set(seconds)) > 1


LONG = "Bestellungen_der_Kundinnen_und_Kunden_2024-01_bis_2024-12_(endgültig)_export_v3.csv"


@pytest.fixture(scope="module")
def own_runs(folder):
    """A list with runs on a user's own data, one of which never passed."""
    mine = folder / "own"
    mine.mkdir()
    ledger = {
        "rows": 9,
        "used": 7,
        "customers": 1_234_567,
        "period": ["2024-01-01", "2024-12-28"],
        "currency": "EUR",
    }
    data = [{"kind": "yours", "dataset": "yours", "file": LONG, "rows": 9, "notes": [], "ledger": ledger}]
    changed = {"data_file": f"/home/somebody/{LONG}", "event_kinds": {"a" * 40: "b" * 40}, "n_clusters": 4}
    own = {
        "study": "bank-app-kmeans",
        "title": LONG,
        "asked": "Which of my users " + "are alike, and " * 9,
        "data": data,
    }
    failed = {"verdict": "failed", "reason": "KeyError: " + "x" * 80}
    for name, more in {"a": {}, LONG: {}, "c.failed": failed}.items():
        (mine / f"{name}.json").write_text(
            json.dumps(RECORD | own | {"changed": changed, "name": name} | more)
        )
    (mine / "index.html").write_text(index.render(mine), "utf-8")
    return "own/index"


@pytest.mark.parametrize("width", [390, 768, 900, 1024, 1088, 1100, 1280, 1920])
def test_a_list_with_own_data_fits_every_screen(width, own_runs, visit):
    tab = visit(own_runs, viewport={"width": width, "height": 800})
    open_folds(tab)
    assert tab.evaluate("document.documentElement.scrollWidth") == width
    assert tab.evaluate(BEYOND.replace("SCROLLERS", "'.none'")) == []


def test_a_list_with_own_data_prints(own_runs, visit):
    tab = visit(own_runs, viewport=PAPER)
    tab.emulate_media(media="print")
    assert tab.evaluate(BEYOND.replace("SCROLLERS", "'.none'")) == []


def test_the_filter_looks_into_the_fold(own_runs, visit):
    tab = visit(own_runs)
    assert len(verdicts(tab)) == 2
    tab.get_by_role("searchbox").fill("KeyError")
    assert verdicts(tab) == ["failed"]
    assert tab.locator("[role=status]").inner_text() == "1 of 3 runs"


def test_a_count_of_claims_leads_to_what_the_word_means(visit):
    tab = visit("index")
    tab.locator("a.count").first.click()
    assert tab.locator(":target dt").inner_text().startswith("claim")


def test_a_claim_leads_to_its_cell_and_the_cell_to_its_claims(visit):
    tab = visit("tiny", hash="#claim-hughes_equal")
    row = tab.locator("#claim-hughes_equal")
    assert row.is_visible()
    assert row.evaluate("e => e.closest('details').querySelector('summary b').textContent").endswith(
        "not checked"
    )
    tab.locator("#claim-weight_f a[href^='#cell-']").click()
    cell = tab.locator(":target")
    assert "claims.compare" in cell.locator("pre").first.inner_text()
    cell.get_by_role("link", name="row_labels").click()
    assert tab.locator(":target").get_attribute("id") == "claim-row_labels"
    assert "0.3" in tab.locator(":target").inner_text()


def test_copying_is_harmless(visit):
    tab = visit("tiny", permissions=["clipboard-read", "clipboard-write"])

    def clipboard():
        return tab.evaluate("navigator.clipboard.readText()")

    tab.locator("footer").get_by_role("button", name="Copy").first.click()
    assert clipboard().startswith("workbench run ")
    tab.evaluate("getSelection().selectAllChildren(document.querySelector('article table'))")
    tab.keyboard.press("Control+C")
    assert "'=cmd()" in clipboard()
    tab.get_by_role("button", name="Show all code").click()
    assert tab.locator("details.input:not([open])").count() == 0
    tab.locator("details.input").first.get_by_role("button", name="Copy").click()
    assert clipboard() == "x: int = 1  # a number"


def test_without_a_script_everything_is_there_and_nothing_is_offered_that_does_not_work(visit):
    tab = visit("tiny", java_script_enabled=False)
    assert tab.locator("button, input, select").count() == 0
    assert tab.locator("#claims").is_visible()
    tab.locator("details.input > summary").first.click()
    assert tab.locator("details.input pre").first.is_visible()
    assert tab.locator(".contents a").first.is_visible(), "the contents of a wide page need no script"
    listing = visit("index", java_script_enabled=False)
    assert listing.locator("table.runs tbody tr:visible").count() == len(LISTED) + 1
    assert not listing.locator(".filter").is_visible()


def saved(tab, button):
    """Name and text of the file that a button gives."""
    with tab.expect_download() as told:
        button.click()
    return told.value.suggested_filename, Path(told.value.path()).read_text("utf-8")


def test_a_table_is_saved_as_csv_and_no_cell_of_it_is_a_formula(visit):
    tab = visit("tiny")
    name, text = saved(tab, tab.get_by_role("button", name="CSV: table 1"))
    lines = text.splitlines()
    assert name == "tiny-table-1.csv"
    assert lines[1].startswith('''"'+1+1","'=cmd()","↑"''')
    assert '"-1.5"' in lines[2]
    assert "@x\\x1b" in lines[3]
    assert tab.complaints == []


def test_the_data_behind_a_figure_are_saved_unrounded(visit):
    tab = visit("tiny")
    name, text = saved(tab, tab.get_by_role("button", name="CSV: figure 2"))
    assert name == "tiny-figure-2.csv"
    assert text.splitlines() == [",'=cmd(),<b>R", "a,0.123456789,0.3", "b,0.2,0.4"]


def test_a_figure_is_saved_as_svg_that_stands_alone(visit, tmp_path):
    tab = visit("tiny", color_scheme="dark")
    name, text = saved(tab, tab.get_by_role("button", name="SVG: figure 2"))
    assert name == "tiny-figure-2.svg"
    (tmp_path / name).write_text(text, "utf-8")
    tab.goto((tmp_path / name).as_uri())
    assert tab.evaluate("document.documentElement.tagName") == "svg"
    paper = "getComputedStyle(document.querySelector('.fp')).fill"
    assert tab.evaluate(paper) == "rgb(255, 255, 255)"
    assert tab.evaluate("[...document.querySelectorAll('text')].map(e => e.textContent)").count("<b>R") == 1
    assert tab.complaints == []


def test_a_figure_follows_light_and_dark(visit):
    told = {}
    for scheme in ("light", "dark"):
        tab = visit("tiny", color_scheme=scheme)
        told[scheme] = tab.evaluate(
            "[...document.querySelectorAll('figure svg .fp, figure svg text')].map(e => getComputedStyle(e).fill)"
        )
    assert {"rgb(255, 255, 255)", "rgb(27, 36, 44)"} <= set(told["light"])
    assert {"rgb(20, 24, 28)", "rgb(228, 232, 236)"} <= set(told["dark"])
    assert "rgb(255, 255, 255)" not in told["dark"]


def smallest_text(tab):
    """Height in pixels of the smallest letters of an enlarged figure."""
    return tab.evaluate(
        """() => { const svg = document.querySelector("dialog svg"), scale = svg.getScreenCTM().a;
        const sizes = [...svg.querySelectorAll("text")].map(e => parseFloat(getComputedStyle(e).fontSize));
        return scale * Math.min(...sizes); }"""
    )


def test_a_figure_is_enlarged_by_tap_and_legible_on_a_phone(visit):
    tab = visit("tiny", viewport=NARROW, has_touch=True)
    picture = tab.locator("#figure-2 svg")
    picture.scroll_into_view_if_needed()
    before = picture.bounding_box()["width"]
    picture.tap()
    assert tab.locator("dialog svg").bounding_box()["width"] > 1.5 * before
    assert smallest_text(tab) >= 10
    tab.get_by_role("button", name="Close").tap()
    tab.locator("dialog").wait_for(state="detached")
    assert picture.bounding_box()["width"] == before
    assert tab.complaints == []


def test_by_keyboard_alone_a_figure_is_enlarged_and_put_back(visit):
    tab = visit("tiny")
    tab_to(tab, "e.ariaLabel == 'Enlarge: figure 2'", limit=90)
    tab.keyboard.press("Enter")
    assert tab.locator("dialog[open]").get_attribute("aria-label") == "figure 2"
    tab.keyboard.press("Escape")
    tab.locator("dialog").wait_for(state="detached")
    assert tab.evaluate("document.activeElement.ariaLabel") == "Enlarge: figure 2"
    assert tab.locator("#figure-2 > svg").is_visible()


def test_axe_finds_no_violation_in_an_enlarged_figure(visit):
    from axe_playwright_python.sync_playwright import Axe

    tab = visit("tiny", viewport=NARROW)
    tab.get_by_role("button", name="Enlarge: figure 2").click()
    found = Axe().run(tab)
    assert found.violations_count == 0, found.generate_report()


def column(tab, table, number):
    return tab.locator(f"#{table} tbody tr > :nth-child({number})").all_inner_texts()


def test_by_keyboard_alone_a_table_is_sorted_and_put_back(visit, folder):
    rows = "".join(
        f"<tr><td>{n}<td>{v}" for n, v in (("b", "1,200"), ("a", "−3.5"), ("c", "not known"), ("d", "90 %"))
    )
    table = f'<div class="table" id="table-9"><table><thead><tr><th>name<th>share</thead><tbody>{rows}</table></div>'
    text = (folder / "tiny.html").read_text("utf-8").replace("</article>", f"{table}</article>")
    (folder / "sorted.htm").write_text(text, "utf-8")
    tab = visit("tiny")
    tab.goto((folder / "sorted.htm").as_uri())
    tab.locator("#table-9 button", has_text="share").focus()
    orders = []
    for _ in range(3):
        tab.keyboard.press("Enter")
        orders.append(
            (column(tab, "table-9", 1), tab.locator("#table-9 th").nth(1).get_attribute("aria-sort"))
        )
    assert orders == [
        (["a", "d", "b", "c"], "ascending"),
        (["b", "d", "a", "c"], "descending"),
        (["b", "a", "c", "d"], None),
    ]


def test_numbers_of_tables_do_not_change_when_folds_open(visit):
    tab = visit("tiny")
    before = tab.locator("article caption").all_inner_texts()
    open_folds(tab)
    captions = [text for text in tab.locator("article caption").all_inner_texts() if text.strip()]
    assert captions == [text for text in before if text.strip()]
    assert [text.split(".")[0] for text in captions] == [f"Table {n}" for n in range(1, len(captions) + 1)]


def test_sections_tables_figures_and_claims_have_a_visible_link(visit):
    tab = visit("tiny")
    open_folds(tab)
    links = tab.locator("main a.mark[aria-label^='Link to']")
    told = {re.sub(r" \d+", "", text) for text in links.evaluate_all("all => all.map(e => e.ariaLabel)")}
    assert told == {"Link to table", "Link to figure", "Link to this claim"}
    assert all(link.is_visible() for link in links.all())
    tab.get_by_role("link", name="Link to figure 2").click()
    assert tab.locator("figure:target svg").is_visible()
    tab.locator("#claim-weight_f").get_by_role("link", name="Link to this claim").click()
    assert tab.locator(":target").get_attribute("id") == "claim-weight_f"
    study = visit(STUDIES[0])
    assert study.locator("h2[id] > a.mark").count() > 3
