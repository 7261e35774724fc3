"""A sweep: what is asked for is checked first, what is done is not done again, what failed is a hole."""

import json
import re
import signal

import pytest
from conftest import record_of, start_workbench, wait_for_line, workbench, write_notebook

from workbench.runner.page import charts, robustness

pytestmark = pytest.mark.slow

STUDY = "telecom-rfm-ahp"
GIVEN = (
    "dataset='telecom', data_file=None, scaling='zscore', weights_in='coordinate', weighting='ahp', "
    "aggregation='geometric', labels_swapped=False, random_index='saaty1980'"
)
PARAMETERS = "k: int = 3  # clusters\nshift: float = 0.0  # what is added\n"
COMPARE = (
    "from workbench import claims\n"
    "values = {'weight_f': 0.22086 + shift * k, 'row_labels': {'holds': True, 'value': 0.5}}\n"
    f"claims.compare('telecom-rfm-ahp', values, dict({GIVEN}, n_clusters=k))"
)


def study(folder, *cells):
    return write_notebook(folder / "tiny.ipynb", *cells, COMPARE, parameters=PARAMETERS)


def only(out, pattern):
    (found,) = out.glob(pattern)
    return found


def swept(out):
    file = only(out, "tiny--sweep-????????.json")
    return json.loads(file.read_text("utf-8")), file.with_suffix(".html").read_text("utf-8"), out / file.stem


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """A sweep of six points, two of which fail."""
    folder = tmp_path_factory.mktemp("sweep")
    notebook = study(folder, "1 / (k - 4)")
    arguments = ["-g", "k=2:4", "-g", "shift=0,0.5", "--jobs", 2, "--out", folder / "out"]
    return folder / "out", workbench("sweep", notebook, *arguments)


def test_a_sweep_has_a_report_per_point_in_a_folder_of_its_own(done):
    out, command = done
    assert command.stdout.startswith("6 points (k 3 × shift 2), 0 of them done\n")
    record, page, folder = swept(out)
    assert len(list(folder.glob("tiny*.html"))) == 6
    assert sorted(path.name for path in out.glob("*.html")) == ["index.html", f"{folder.name}.html"]
    listed = (out / "index.html").read_text("utf-8")
    assert listed.count("<tr>") == 2  # its head, and one row for the sweep
    assert f'href="{folder.name}.html">Sweep: Tiny' in listed
    for point in record["points"]:
        assert f'href="{point["page"]}"' in page
        assert (out / point["page"]).exists()


def test_failed_points_are_holes_with_their_reason_and_the_exit_code_is_theirs(done):
    out, command = done
    record, page, _ = swept(out)
    assert (command.returncode, record["verdict"], record["exit_code"]) == (3, "failed", 3)
    assert record["reason"] == "6 of 6 points done, 2 of them did not pass"
    assert [p["verdict"] for p in record["points"]] == ["passed"] * 4 + ["failed"] * 2
    assert page.count("ZeroDivisionError: division by zero") == 2
    rows = re.findall(r'class="hole"><i role=img aria-label="hole: failed"', page)
    assert len(rows) == 2 * len(record["compared"])
    assert page.count("; 2 holes.") == 1  # the text alternative of the one number that varies


def test_the_map_says_where_each_claim_keeps_its_verdict(done):
    record, page, _ = swept(done[0])
    rows = {row["id"]: row for row in robustness.claim_map(record)}
    assert record["reference"]["source"] == "the default run, which is a point of this grid"
    weight = rows["weight_f"]
    assert weight["default"] == "match"
    assert [c["state"] for c in weight["cells"]] == ["keeps", "changes", "keeps", "changes", "hole", "hole"]
    assert [c["verdict"] for c in weight["cells"]][:4] == ["match", "differs", "match", "differs"]
    assert {c["state"] for c in rows["row_labels"]["cells"]} == {"keeps", "hole"}
    assert [c["state"] for c in rows["types"]["cells"]][:4] == ["n/a", "n/a", "keeps", "keeps"]
    assert list(rows)[0] == "weight_f", "what changes comes first"
    assert page.count('<td class="changes">') == 2


def test_the_key_numbers_are_those_that_vary(done):
    record, page, _ = swept(done[0])
    assert [row["id"] for row in robustness.numbers(record)] == ["weight_f"]
    assert (
        page.count(
            '<svg class="chart" viewBox="0 0 260 150" role="img" aria-label="weight_f over k: 4 values'
        )
        == 1
    )
    table = page.partition('<table class="points">')[2]
    cells = re.findall(r"<td>([\d.]+)(?=\n<tr>|\n</table>)", table)
    assert cells == ["0.22086", "1.22086", "0.22086", "1.72086"]


def test_an_interrupted_sweep_says_how_far_it_came_and_is_resumed(tmp_path):
    notebook = study(tmp_path, "import time; time.sleep(0.4)")
    arguments = [notebook, "-g", "k=2:7", "-g", "shift=0,0.5", "--jobs", 2, "--out", tmp_path / "out"]
    process = start_workbench("sweep", *arguments)
    assert process.stdout.readline() == "12 points (k 6 × shift 2), 0 of them done\n"
    wait_for_line(process, "[1/4]")
    _, page, _ = swept(tmp_path / "out")
    assert "0 of 12 points done; the sweep has not reported its end" in page
    for _ in range(4):
        wait_for_line(process, "passed: k=")
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=60)
    assert process.returncode == 130
    record, page, folder = swept(tmp_path / "out")
    finished = [p["name"] for p in record["points"] if p["verdict"] == "passed"]
    assert 4 <= len(finished) < 12
    over = sum(p["verdict"] != "not run" for p in record["points"])
    assert record["reason"].startswith(f"{over} of 12 points done")
    assert record["reason"] in page
    assert (record["verdict"], "not run" in page) == ("interrupted", True)

    before = {name: (folder / f"{name}.json").read_bytes() for name in finished}
    again = workbench("sweep", *arguments)
    assert again.returncode == 0, again.stdout
    assert again.stdout.startswith(f"12 points (k 6 × shift 2), {len(finished)} of them done\n")
    assert again.stdout.count("\npassed: k=") == 12 - len(finished)
    assert {name: (folder / f"{name}.json").read_bytes() for name in finished} == before
    record, page, _ = swept(tmp_path / "out")
    assert (record["verdict"], record["reason"]) == ("passed", "12 of 12 points done")
    assert not list(folder.glob("*.failed.*"))


def test_a_point_of_another_notebook_is_run_again(tmp_path):
    arguments = ["-g", "k=2,3", "--out", tmp_path / "out"]
    for cell, told in (("1", "0 of them done"), ("1", "2 of them done"), ("2", "0 of them done")):
        command = workbench("sweep", study(tmp_path, cell), *arguments)
        assert command.returncode == 0
        assert command.stdout.splitlines()[0].endswith(told)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "a sweep needs a grid; write -g NAME=VALUES"),
        (["-g", "n_clusters"], "-g 'n_clusters' has no '='"),
        (["-g", "n_cluster=2:4"], "Unknown parameter 'n_cluster'; did you mean 'n_clusters'?"),
        (["-g", "n_clusters=2:x"], "Parameter n_clusters: '2:x' given, expected a whole number (int)"),
        (["-g", "n_clusters=2:3:0.5"], "Parameter n_clusters: '2.5' given, expected a whole number (int)"),
        (["-g", "n_clusters=2-6"], "Parameter n_clusters: '2-6' is no range; write 2:6"),
        (["-g", "n_clusters=6:2"], "Parameter n_clusters: the range 6:2 does not count up"),
        (["-g", "n_clusters=3,2:4"], "Parameter n_clusters: the value 3 stands twice"),
        (["-g", "scaling=zscore,zscre"], "did you mean 'zscore'?"),
        (["-g", "n_clusters=2", "-p", "n_clusters=3"], "Parameter 'n_clusters' is given twice"),
        (["-g", "n_clusters=2", "-g", "n_clusters=3"], "Parameter 'n_clusters' is given twice"),
        (["-g", "n_clusters=1:1000000000000"], "at least 1,000,000,000,000 points; at most 500"),
        (["-g", "n_clusters=2:40", "-g", "k_max=2:40"], "the grid has at least 1,521 points; at most 500"),
        (
            ["-g", "data_file=postgresql://a:one@h/d,postgresql://a:two@h/d"],
            "two points differ in a password only",
        ),
    ],
)
def test_refused_before_any_kernel_starts(arguments, message, tmp_path):
    command = workbench("sweep", STUDY, *arguments, "--out", tmp_path / "out")
    assert (command.returncode, command.stdout) == (2, "")
    assert message in command.stderr
    assert command.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_refused_in_one_line(tmp_path):
    (tmp_path / "file").touch()
    command = workbench("sweep", STUDY, "-g", "n_clusters=2:3", "--out", tmp_path / "file" / "out")
    assert (command.returncode, command.stderr.count("\n")) == (2, 1)
    assert "file is a file; give a folder" in command.stderr


def test_values_are_typed_as_declared_and_ranges_include_both_ends(tmp_path):
    lines = "f: float = 0.5  # x\nw: list[float] = [0.5, 0.5]  # y\nt: str | None = None  # z\n"
    notebook = write_notebook(tmp_path / "tiny.ipynb", parameters=lines)
    grid = ["-g", "f=0.1:0.3:0.1", "-g", "w=[0.5,0.5],[1, 0]", "-g", 't="a,b",none']
    command = workbench("sweep", notebook, *grid, "--jobs", 2, "--out", tmp_path / "out")
    assert command.returncode == 0, command.stdout + command.stderr
    record, page, folder = swept(tmp_path / "out")
    assert record["grid"] == {"f": [0.1, 0.2, 0.3], "w": [[0.5, 0.5], [1, 0]], "t": ["a,b", None]}
    assert record_of(folder, record["points"][0]["name"])["parameters"] == record["points"][0]["values"]
    assert "The notebook compares no claims" in page


def test_what_a_sweep_shows_of_others_is_inert(tmp_path):
    lines = 't: str = "x"  # text\n'
    hostile = "<script>window.ran = 1</script>"
    notebook = write_notebook(tmp_path / "tiny.ipynb", "raise ValueError(t)", parameters=lines, title=hostile)
    command = workbench("sweep", notebook, "-g", f"t={hostile},\u202ey", "--out", tmp_path / "out")
    assert command.returncode == 3
    _, page, _ = swept(tmp_path / "out")
    assert page.count("<script>") == 1  # ours
    assert "ValueError: &lt;script&gt;window.ran" in page
    assert "\u202e" not in page


def test_a_drawing_is_the_same_for_the_same_numbers_and_breaks_at_a_hole():
    lines = charts.series({"k": [2, 3, 4], "how": ["a", "b"]})
    assert (lines["axis"], lines["places"], lines["names"]) == ("k", ["2", "3", "4"], ["how = a", "how = b"])
    values = [1.0, 5, None, 6, 3.0, 7]
    drawn = charts.draw(values, lines, published=2, alt='a "quoted" <text>')
    assert drawn == charts.draw(values, lines, published=2, alt='a "quoted" <text>')
    first, second = re.findall(r'<g class="s\d"><path d="([^"]*)"/>', drawn)
    assert (first.count("M"), first.count("L")) == (2, 0)
    assert (second.count("M"), second.count("L")) == (1, 2)
    assert 'aria-label="a &quot;quoted&quot; &lt;text&gt;"' in drawn
    assert "style=" not in drawn, "the policy forbids inline styles"
