"""Two runs on one page: what differs stands side by side, what does not is folded."""

import json
import re

import pytest
from conftest import record_of, workbench, write_notebook

pytestmark = pytest.mark.slow

CELLS = [
    "import pandas as pd\nfrom workbench import claims, plots",
    "import random\nrandom.seed(seed)\ndrawn = [random.random() for _ in range(3)]",
    "'the same in both'",
    "pd.DataFrame({'drawn': drawn, 'fixed': [1, 2, 3]}, index=['a', 'b', '<i>c'])",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot(drawn)\n"
    "plots.show(ax, alt='Three numbers drawn with a seed.', caption='Drawn.')",
    "print('<script>window.ran = 1</script>', seed)",
    "given = dict(dataset='telecom', data_file=None, scaling='zscore', weights_in='coordinate', weighting='ahp',\n"
    "  aggregation='geometric', labels_swapped=False, random_index='saaty1980', n_clusters=3)\n"
    "claims.compare('telecom-rfm-ahp', {'weight_f': 0.22086 + seed / 100}, given)",
]


@pytest.fixture(scope="module")
def out(tmp_path_factory):
    """Two passed runs of two seeds, and one that failed."""
    folder = tmp_path_factory.mktemp("compare")
    notebook = write_notebook(folder / "tiny.ipynb", *CELLS, parameters="seed: int = 0  # of the draw")
    failing = write_notebook(folder / "bad.ipynb", "1 / 0")
    for code, arguments in ((0, [notebook]), (0, [notebook, "-p", "seed=1"]), (3, [failing])):
        done = workbench("run", *arguments, "--out", folder / "out")
        assert done.returncode == code, done.stdout
    return folder / "out"


def second(out):
    (file,) = out.glob("tiny--????????.json")
    return file.stem


@pytest.fixture(scope="module")
def compared(out):
    done = workbench("compare", "tiny", second(out), "--out", out)
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout, (out / f"tiny--vs--{second(out)}.html").read_text("utf-8")


def test_two_seeds_in_short(out, compared):
    text, _ = compared
    lines = text.splitlines()
    assert lines[:4] == [
        "A: tiny: passed",
        f"B: {second(out)}: passed",
        "parameter seed: 0 → 1",
        "claim weight_f: match (0.22086) → differs (0.23086)",
    ]
    # unchanged: parameters, imports, drawing without output, the text
    assert lines[4] == "4 code cells differ, 4 code cells are the same"
    assert lines[5] == f"  {out / 'tiny--vs--'}{second(out)}.html"


def test_tables_are_laid_over_each_other_and_equal_values_stand_once(compared):
    _, page = compared
    rows = re.findall(
        r"<tr><th scope=row>(a|b|&lt;i&gt;c|<i>c)<td class=\"other\">([\d.]+) <i.*?</i> ([\d.]+)<td>(\d)",
        page,
    )
    assert [(label, fixed) for label, *_, fixed in rows][:2] == [("a", "1"), ("b", "2")]
    assert all(one != two for _, one, two, _ in rows)


def test_figures_stand_side_by_side_with_their_texts(compared):
    _, page = compared
    assert re.findall(r'alt="(.*?)"', page) == [
        f"{letter}: Three numbers drawn with a seed." for letter in "AB"
    ]
    one, two = re.findall(r'src="data:image/svg\+xml;base64,([^"]+)"', page)
    assert one != two


def test_cells_that_are_the_same_are_folded(compared):
    _, page = compared
    assert re.search(r"<details><summary>4 code cells are the same in both, byte for byte</summary>", page)
    assert "Code cells 1–4, as numbered in" in page
    assert "the same in both&#39;" not in page.replace("are the same in both", "")


def test_untrusted_outputs_are_inert(compared):
    _, page = compared
    assert page.count("<script>") == 1
    assert page.count("&lt;script&gt;window.ran = 1&lt;/script&gt; 0") == 1


def test_both_reports_are_linked_from_wherever_the_page_lies(out, tmp_path):
    done = workbench("compare", out / "tiny.json", out / f"{second(out)}.json", "--out", tmp_path / "else")
    assert done.returncode == 0, done.stderr
    page = (tmp_path / "else" / f"tiny--vs--{second(out)}.html").read_text("utf-8")
    links = set(re.findall(r'href="([^"#]+tiny[^"#]*\.html)', page))
    assert {(tmp_path / "else" / link).resolve() for link in links} == {
        out / "tiny.html",
        out / f"{second(out)}.html",
    }


def test_a_run_that_failed_can_be_compared_as_far_as_it_came(out):
    done = workbench("compare", "tiny", "bad.failed", "--out", out)
    assert done.returncode == 0, done.stderr
    assert "B: bad.failed: failed\n" in done.stdout
    assert "a notebook is missing: outputs were not compared" in done.stdout
    page = (out / "tiny--vs--bad.failed.html").read_text("utf-8")
    assert "The notebook of B is not beside its record" in page
    assert "ZeroDivisionError" in page


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["tiny", "tinny"], "there is no report 'tinny' in "),
        (["tiny", "tiny"], "is given twice; name two reports"),
        (["tiny", "nowhere/x.json"], "nowhere/x.json: no such file"),
        (["tiny", "list"], "list.json is not the record of a run"),
    ],
)
def test_refused_in_one_line(names, message, out):
    (out / "list.json").write_text("[]")
    done = workbench("compare", *names, "--out", out)
    (out / "list.json").unlink()
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_name_close_to_a_report_is_suggested(out):
    assert "did you mean 'tiny'?" in workbench("compare", "tinny", "tiny", "--out", out).stderr


def test_the_page_is_the_same_whenever_it_is_made(out, compared):
    assert workbench("compare", "tiny", second(out), "--out", out).returncode == 0
    assert (out / f"tiny--vs--{second(out)}.html").read_text("utf-8") == compared[1]
    assert json.loads(json.dumps(record_of(out, "tiny")))["verdict"] == "passed"
