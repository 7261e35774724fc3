"""Verify runs a report again and names what differs: nothing when nothing does, each cause by its name."""

import json
import os
import shutil

import pytest
from conftest import record_of, workbench, write_notebook

from workbench.runner.record import differences

pytestmark = pytest.mark.slow

TABLE = "import pandas as pd\nfrom workbench import claims, data, plots"
CELLS = [
    TABLE,
    "paid = data.load('telecom', data_file)",
    "paid.groupby('customer_id')[['amount']].sum()",
    "print('mean', paid.amount.mean() + shift)",
    "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot(paid.amount)\n"
    "plots.show(ax, alt='Amounts in their order, a line.', caption='Amounts.')",
]
PARAMETERS = "data_file: str | None = None  # yours\nshift: float = 0.0  # added\n"
ROWS = "customer_id,event_time,amount\na,2024-01-01,10.5\nb,2024-01-02,20.25\na,2024-01-03,7\n"


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("verify")
    (folder / "paid.csv").write_text(ROWS)
    notebook = write_notebook(folder / "tiny.ipynb", *CELLS, parameters=PARAMETERS)
    done = workbench("run", notebook, "--data", folder / "paid.csv", "--out", folder / "out")
    assert done.returncode == 0, done.stdout
    return folder


@pytest.fixture
def project(reported, tmp_path):
    """A copy of the report, whose notebook and data a test may change."""
    folder = tmp_path / "p"
    shutil.copytree(reported, folder)
    file = report(folder)
    file.write_text(file.read_text("utf-8").replace(str(reported), str(folder)), "utf-8")
    return folder


def report(folder):
    (file,) = (folder / "out").glob("tiny*.json")
    return file


def verified(folder, *arguments, **settings):
    done = workbench("verify", report(folder), *arguments, **settings)
    return done.returncode, done.stdout.splitlines(), done.stderr


def edit(file, old, new):
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new), "utf-8")


def test_where_nothing_has_changed_nothing_differs_and_nothing_is_left(project):
    before = sorted(os.listdir(project / "out"))
    code, lines, stderr = verified(project)
    assert (code, stderr) == (0, ""), lines
    assert len(lines) == 1
    assert lines[0].startswith(f"verified: {report(project).stem}: nothing differs from the run of ")
    assert sorted(os.listdir(project / "out")) == before


def test_one_changed_row_names_the_file_the_numbers_and_the_picture(project):
    edit(project / "paid.csv", "20.25", "20.5")
    code, lines, _ = verified(project)
    assert code == 3
    assert lines[0].startswith("differs: tiny--")
    computed, made_of = lines.index("what was computed:"), lines.index("what it was computed from:")
    told = "\n".join(lines[computed:made_of])
    assert "code cell 5 (“Tiny”): row c0002, column amount: 20.25 → 20.5" in told
    assert "code cell 6 (“Tiny”): number: 12.583333333333334 → 12.666666666666666" in told
    assert "code cell 7 (“Tiny”): picture: as it was → " in told
    assert lines[made_of + 1 :] == ["  paid.csv changed"]


def test_a_changed_default_and_changed_code_are_named(project):
    edit(project / "tiny.ipynb", "shift: float = 0.0", "shift: float = 1.5")
    edit(project / "tiny.ipynb", "'mean'", "'Mean'")
    code, lines, _ = verified(project)
    assert code == 3
    assert "  default of parameter shift 0.0 → 1.5 (run again with 0.0)" in lines
    assert "  code cell 6 (“Tiny”): its code changed" in lines
    assert "  code cell 6 (“Tiny”): line 1: mean 12.583333333333334 → Mean 12.583333333333334" in lines


def test_parameters_that_came_and_went_are_named(project):
    edit(project / "tiny.ipynb", "shift: float = 0.0  # added", "moved: float = 0.0  # added")
    edit(project / "tiny.ipynb", "+ shift", "+ moved")
    code, lines, _ = verified(project)
    assert code == 3
    assert "  parameter shift is no longer declared (the run had 0.0)" in lines
    assert "  parameter moved is new (its default is 0.0)" in lines


def test_a_run_that_fails_today_is_a_difference(project):
    edit(project / "tiny.ipynb", "print('mean'", "1 / 0; print('mean'")
    code, lines, _ = verified(project)
    assert code == 3
    assert (
        lines[2]
        == "  the run does not pass today: failed: ZeroDivisionError: division by zero (code cell 6 of 7)"
    )
    assert "  tiny.ipynb changed" in lines


def test_a_run_that_is_refused_today_is_a_difference(project):
    edit(project / "tiny.ipynb", "print('mean'", "quit(); print('mean'")
    code, lines, _ = verified(project)
    assert (code, lines[2].startswith("  the run is refused today: tiny.ipynb: `quit()`")) == (3, True)


def test_another_version_is_named_old_and_new(project):
    file = report(project)
    record = json.loads(file.read_text("utf-8"))
    now = record["provenance"]["versions"]["numpy"]
    record["provenance"]["versions"]["numpy"] = "0.0.1"
    file.write_text(json.dumps(record))
    code, lines, _ = verified(project)
    assert code == 3
    assert lines[-1] == f"  numpy 0.0.1 → {now}"
    assert lines[2] == "  nothing differs"


def test_claims_come_first_with_verdict_and_figure(tmp_path):
    compare = (
        "from workbench import claims\nvalue = 0.22086\n"
        "given = dict(dataset='telecom', data_file=None, scaling='zscore', weights_in='coordinate', weighting='ahp',\n"
        "  aggregation='geometric', labels_swapped=False, random_index='saaty1980', n_clusters=3)\n"
        "claims.compare('telecom-rfm-ahp', {'weight_f': value}, given)"
    )
    notebook = write_notebook(tmp_path / "tiny.ipynb", compare)
    assert workbench("run", notebook, "--out", tmp_path / "out").returncode == 0
    edit(notebook, "0.22086", "0.25")
    code, lines, _ = verified(tmp_path)
    assert code == 3
    assert lines[1:3] == ["what was computed:", "  claim weight_f: match (0.22086) → differs (0.25000)"]


def test_a_report_changed_by_hand_is_noticed(project):
    file = report(project)
    record = json.loads(file.read_text("utf-8"))
    record["files"] = {f"{file.stem}.html": "0" * 64, "gone.html": "0" * 64}
    file.write_text(json.dumps(record))
    code, lines, _ = verified(project)
    assert code == 3
    assert lines[2:4] == [f"  {file.stem}.html was changed after the run", "  gone.html is gone"]


def broken(**changes):
    def change(file):
        record = json.loads(file.read_text("utf-8"))
        file.write_text(json.dumps(record | changes))

    return change


REFUSED = {
    "no file": (lambda file: file.unlink(), "no such file; name the JSON file of a report"),
    "no JSON": (lambda file: file.write_text("{"), "cannot be read: Expecting"),
    "no record": (lambda file: file.write_text("[]"), "is not the record of a run"),
    "no parameters": (broken(parameters=3), "is not the record of a run"),
    "another version's": (
        broken(inputs={"format": 1}),
        "is not the record of a run, or was written by another version (it['inputs'] has no 'code'); run",
    ),
    "a sweep": (broken(points=[]), "is the record of a sweep; name that of one of its points"),
    "failed": (broken(verdict="failed"), "only a report of a run that passed can be verified"),
    "forged claims": (broken(claims={"claims": 3}), "is not the record of a run"),
    "no notebook": (
        lambda file: file.with_suffix(".ipynb").unlink(),
        "is missing; verify compares its outputs",
    ),
    "a password": (broken(parameters={"data_file": "postgresql://a:***@h/d"}), "holds a password"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_in_one_line(case, project):
    change, message = REFUSED[case]
    change(report_file := report(project))
    done = workbench("verify", report_file)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


def test_modules_of_the_package_and_of_the_project_are_compared(reported):
    record = record_of(reported / "out", report(reported).stem)
    one, two = (
        record
        | {
            "inputs": {
                "modules": {"workbench/ahp.py": digest, "workbench/anp.py": "3"},
                "own_modules": {"notebooks/helper.py": digest},
            }
        }
        for digest in "12"
    )
    assert differences.modules(one, two) == [
        ("workbench/ahp.py", "1", "2"),
        ("notebooks/helper.py", "1", "2"),
    ]
