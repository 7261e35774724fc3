"""JupyterLab in a real browser: the first page, the form, reports, and rules that hold in Run All."""

import json
import os
import re
import shutil
import signal
import threading
from pathlib import Path

import lab_server
import psutil
import pytest
from test_browser import FLAGS, browser  # noqa: F401

pytestmark = pytest.mark.slow
TINY, STUDY = "notebooks/01-tiny.ipynb", "notebooks/05-customer-grading.ipynb"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    folder = tmp_path_factory.mktemp("project")
    lab_server.write_project(folder)
    return folder


@pytest.fixture(scope="module")
def address(project, tmp_path_factory):
    process, address = lab_server.start(project, tmp_path_factory.mktemp("jupyter"))
    reading = threading.Thread(target=process.stderr.read)  # or it would wait for a reader
    reading.start()
    yield address
    process.terminate()
    process.wait()
    reading.join()
    process.stderr.close()


@pytest.fixture
def lab(browser, address, request):  # noqa: F811
    """Open JupyterLab, at a notebook where one is named; what the browser complained of is noted."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    tab = context.new_page()
    tab.set_default_timeout(20_000)
    tab.complaints = []
    tab.on("pageerror", lambda error: tab.complaints.append(error.stack))

    def lab(notebook=None):
        workspace = re.sub(r"\W+", "-", request.node.name)
        place = f"/tree/{notebook}" if notebook else ""
        tab.goto(f"{address}/lab/workspaces/{workspace}{place}?token=secret")
        tab.wait_for_selector(".jp-NotebookPanel .jp-Cell" if notebook else ".wb-welcome h2")
        return tab

    yield lab
    assert tab.complaints == []
    context.close()


def open_form(tab):
    tab.locator(".jp-NotebookPanel:visible .wb-open").first.click()
    tab.wait_for_selector(".wb-form[data-looked=fits]")
    return tab.locator(".wb-form")


def verdict(form):
    return form.locator("footer .wb-verdict")


def make(form):
    form.get_by_role("button", name="Make report").click()


def run_all(tab):
    tab.get_by_text("| Idle").wait_for()
    tab.get_by_role("menuitem", name="Run", exact=True).click()
    tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()


def wait_for(file, tab):
    """Wait until a cell has written a file whole."""
    for _ in range(3_000):  # with an end, so that a fault is seen and not waited for
        if file.exists() and file.read_text():
            return file.read_text()
        tab.wait_for_timeout(20)
    raise AssertionError(f"{file.name} was never written")


def test_the_first_page_shows_every_notebook_and_asks_nothing(lab):
    tab = lab()
    names = tab.locator(".wb-cards .wb-name").all_text_contents()
    assert names == ["tiny", "customer-grading"]
    assert tab.get_by_role("heading", name="My notebooks").is_visible()
    assert tab.locator(".wb-cards li", has_text="How many?").get_by_text("no report yet").is_visible()
    assert tab.locator(".jp-Dialog, .Toastify__toast").count() == 0
    tab.get_by_role("button", name="tiny", exact=True).click()
    tab.wait_for_selector(".jp-NotebookPanel .jp-Cell")


def test_the_form_is_typed_and_what_is_typed_is_checked_at_once(lab, project):
    form = open_form(lab(TINY))
    assert form.locator("select[name=scaling] option").all_text_contents() == ["none", "zscore"]
    assert form.locator("input[name=labels]").get_attribute("type") == "checkbox"
    go = form.get_by_role("button", name="Make report")
    form.get_by_text("Your own data").click()
    for name, text, told in [
        ("k", "many", "'many' given, expected a whole number"),
        ("k", "12", "rule `2 <= k <= k_max` does not hold: k is 12, k_max is 8; choose other values"),
        ("data_file", "shp.csv", "shp.csv: no such file; did you mean 'shop.csv'?"),
    ]:
        form.locator(f"input[name={name}]").fill(text)
        form.get_by_text(told).wait_for()
        assert form.locator(f"input[name={name}]").get_attribute("aria-invalid") == "true"
        assert go.is_disabled()
        form.get_by_role("button", name="Back to defaults").click()
        form.page.wait_for_selector(".wb-form[data-looked=fits]")
    form.locator("input[name=labels]").check()
    form.get_by_text("workbench run tiny -p labels=true").wait_for()
    assert go.is_enabled()
    assert lab_server.changed(project) == ""


def test_a_report_is_made_its_page_opened_and_its_verdict_shown(lab, project):
    tab = lab(TINY)
    form = open_form(tab)
    form.locator("input[name=k]").fill("4")
    form.locator("input[name=wb-name]").fill("four")
    form.get_by_text("-p k=4 --name four").wait_for()
    make(form)
    page = tab.frame_locator("iframe.wb-page")
    page.get_by_text("4 clusters by none.").first.wait_for()
    assert page.locator(".verdict strong").first.inner_text() == "passed"
    tab.get_by_role("tab", name="Form: 01-tiny").click()
    assert verdict(form).inner_text() == "✓ passed all 6 code cells ran"
    assert verdict(form).locator(".wb-v-passed").count() == 1
    assert json.loads((project / "reports/four.json").read_text())["changed"] == {"k": 4}
    assert lab_server.changed(project) == ""


ENDS = {
    "kernel": ("kernel died", "the kernel was killed by SIGKILL"),
    "stop": ("interrupted", "stopped by SIGINT"),
    "supervisor": ("incomplete", "its supervisor was killed by SIGKILL"),
    "process": ("incomplete", "the process that supervised the run was killed by SIGKILL"),
}


@pytest.mark.parametrize("end", ENDS)
def test_a_run_that_is_ended_in_the_middle_says_so(end, lab, tmp_path):
    tab = lab(TINY)
    form = open_form(tab)
    form.locator("input[name=wait_for]").fill(str(tmp_path / "go"))
    form.page.wait_for_selector(".wb-form .wb-changed")
    form.page.wait_for_selector(".wb-form[data-looked=fits]")
    make(form)
    kernel = int(wait_for(tmp_path / "go.pid", tab))
    form.get_by_text("Cell 5 of 6").wait_for()
    if end == "kernel":
        os.kill(kernel, signal.SIGKILL)
    elif end == "stop":
        form.get_by_role("button", name="Stop").click()
    else:
        supervisor, process = supervisors_of(kernel)
        os.kill(supervisor if end == "supervisor" else process, signal.SIGKILL)
    word, reason = ENDS[end]
    verdict(form).wait_for(state="attached")  # behind the page of the report
    assert verdict(form).locator(".wb-chip").text_content().endswith(f" {word}")
    assert reason in verdict(form).text_content()
    assert form.page.locator(".wb-v-passed").count() == 0


def supervisors_of(kernel):
    """The process that supervises a run, and the one that JupyterLab's server has started for the report."""
    return [p.pid for p in psutil.Process(kernel).parents() if "workbench.lab.report" in p.cmdline()]


def test_rules_hold_in_run_all(lab, project):
    tab = lab(TINY)
    cell = tab.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-line", has_text="k: int = 3").click()
    tab.keyboard.press("Home")
    for _ in "k: int = 3":
        tab.keyboard.press("Shift+ArrowRight")
    tab.keyboard.type("k: int = 9")
    run_all(tab)
    told = "RuleBroken: rule `2 <= k <= k_max` does not hold: k is 9, k_max is 8; choose other values"
    tab.get_by_text(told).wait_for()
    assert tab.locator(".jp-CodeCell").last.locator(".jp-OutputArea-output").count() == 0


def test_a_kernel_killed_in_run_all_is_named(lab, tmp_path):
    tab = lab(TINY)
    cell = tab.locator(".jp-CodeCell").nth(1)
    cell.locator(".cm-line", has_text="wait_for").click()
    tab.keyboard.press("Home")
    tab.keyboard.press("Shift+End")
    tab.keyboard.type(f"wait_for: str | None = {str(tmp_path / 'go')!r}")
    run_all(tab)
    os.kill(int(wait_for(tmp_path / "go.pid", tab)), signal.SIGKILL)
    tab.locator(".wb-died .wb-chip", has_text="kernel died").wait_for()


BUSY = """() => [...document.querySelectorAll('.jp-InputPrompt')].some(prompt => prompt.textContent.includes('*'))"""


def test_run_all_on_an_untouched_study_leaves_git_clean(lab, project):
    tab = lab(STUDY)
    run_all(tab)
    tab.wait_for_function(BUSY)
    tab.wait_for_function(f"() => !({BUSY})()", timeout=300_000)
    assert tab.locator(".jp-OutputArea-output[data-mime-type*=error]").count() == 0
    with tab.expect_response(
        lambda r: r.request.method == "PUT" and f"/api/contents/{STUDY}" in r.url
    ) as saved:
        tab.keyboard.press("Control+s")
    assert saved.value.ok
    assert lab_server.changed(project) == ""


def test_captions_and_verdicts_are_seen_in_a_notebook(lab):
    tab = lab(STUDY)
    tab.locator(".wb-tally .wb-v-match").first.wait_for(state="attached")
    stored = json.loads(Path(lab_server.ROOT / STUDY).read_text())
    outputs = [o for c in stored["cells"] if c["cell_type"] == "code" for o in c["outputs"]]
    captions = [
        o["metadata"]["workbench"]["caption"] for o in outputs if "image/svg+xml" in o.get("data", {})
    ]
    assert tab.locator(".wb-figure figcaption").all_text_contents() == captions


def test_a_notebook_of_ones_own_begins_from_a_template(lab, project):
    tab = lab()
    tab.locator("select[name=study]").select_option("tiny")
    tab.locator("input[name=name]").fill("tiny")
    tab.get_by_role("button", name="Begin").click()
    tab.get_by_text("there is a study tiny already").wait_for()
    tab.locator("input[name=name]").fill("my-shop")
    tab.get_by_role("button", name="Begin").click()
    tab.get_by_role("tab", name="my-shop.ipynb").wait_for()
    assert (project / "notebooks/mine/my-shop.ipynb").exists()
    shutil.rmtree(project / "notebooks/mine")
