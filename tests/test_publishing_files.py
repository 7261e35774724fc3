"""What the project says of itself to those who find it: packages, archives, citations, workflows, forms of issues."""

import json
import re
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest
import yaml

import workbench

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
CITED = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
ARCHIVED = json.loads((ROOT / ".zenodo.json").read_text("utf-8"))
FORMS = sorted((ROOT / ".github/ISSUE_TEMPLATE").glob("*.yml"))
FLOW = yaml.safe_load((ROOT / ".github/workflows/ci.yml").read_text("utf-8"))


def test_the_version_is_one_everywhere():
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    told = {
        workbench.__version__,
        CITED["version"],
        ARCHIVED["version"],
        re.search(r"^## (\S+)", changes, re.M)[1],
    }
    assert told == {"0.2.0"}


def test_the_archive_says_what_the_citation_says():
    assert ARCHIVED["title"] == CITED["title"]
    assert ARCHIVED["license"] == CITED["license"]
    people = [author["name"] for author in CITED["authors"]]
    assert [each["name"] for each in ARCHIVED["creators"]] == people
    assert [each["name"] for each in PROJECT["authors"]] == people
    assert ARCHIVED["keywords"] == PROJECT["keywords"]
    assert (ARCHIVED["upload_type"], ARCHIVED["access_right"]) == ("software", "open")
    assert PROJECT["description"] in re.sub("<.*?>", "", ARCHIVED["description"])
    (source,) = CITED["references"]
    (reference,) = ARCHIVED["references"]
    for fact in (
        source["title"],
        source["journal"],
        str(source["year"]),
        f"{source['volume']}({source['issue']})",
    ):
        assert fact in reference


def test_no_address_is_given_that_nobody_knows():
    """Nobody has given this repository's address; a link to another one would be worse than none."""
    assert "urls" not in PROJECT
    assert not {"repository-code", "url"} & CITED.keys()


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The wheel and the source archive."""
    folder = tmp_path_factory.mktemp("built")
    program = (
        "import sys; from flit_core import buildapi; "
        "print(buildapi.build_sdist(sys.argv[1]), buildapi.build_wheel(sys.argv[1]))"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, folder], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return [folder / name for name in told.stdout.split()]


def test_the_source_archive_makes_the_same_wheel(built, tmp_path):
    source, wheel = built
    with tarfile.open(source) as archive:
        archive.extractall(tmp_path, filter="data")
    (folder,) = tmp_path.iterdir()
    assert {"README.md", "CHANGELOG.md", "CITATION.cff", "LICENSE"} <= {
        file.name for file in folder.iterdir()
    }
    again = [sys.executable, "-m", "flit_core.wheel", "--outdir", tmp_path, folder]
    subprocess.run(again, check=True, capture_output=True)
    (other,) = tmp_path.glob("*.whl")
    first, second = (sorted(zipfile.ZipFile(file).namelist()) for file in (wheel, other))
    assert first == second
    assert "workbench/runner/page/template/page.js" in first
    assert not [name for name in first if not name.startswith(("workbench/", "segmentation_workbench-"))]


def test_the_wheel_says_who_may_install_it(built):
    wheel = zipfile.ZipFile(built[1])
    (name,) = [name for name in wheel.namelist() if name.endswith("METADATA")]
    told = wheel.read(name).decode()
    assert "Version: 0.2.0" in told
    assert "Requires-Python: >=3.11" in told
    for minor in FLOW["jobs"]["linux"]["strategy"]["matrix"]["python"]:
        assert f"Classifier: Programming Language :: Python :: {minor}" in told
    for extra in ("run", "lab", "realdata", "postgresql", "spark"):
        assert f"Provides-Extra: {extra}" in told


def test_the_workflow_tries_each_system_and_python_that_is_promised():
    jobs = FLOW["jobs"]
    systems = {job["runs-on"].removesuffix("-latest") for job in jobs.values()}
    assert systems == {"ubuntu", "macos", "windows"}
    assert jobs["linux"]["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]
    for job in jobs.values():
        assert job["timeout-minutes"] <= 90
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            assert re.fullmatch(r"actions/[\w-]+@v\d+", step.get("uses", "actions/x@v1"))
            for name in re.findall(r"\$\{\{ *(.*?) *\}\}", json.dumps(step)):
                assert name == "matrix.python"


def test_what_the_windows_job_tests_is_there_and_needs_no_runner():
    lines = " ".join(step.get("run", "") for step in FLOW["jobs"]["windows"]["steps"])
    names = re.findall(r"tests/\w+\.py", lines)
    assert len(names) > 10
    for name in names:
        imported = re.findall(r"^(?:from|import) .*", (ROOT / name).read_text("utf-8"), re.M)
        assert not [
            line
            for line in imported
            if re.search(
                r"runner|workbench\.cli|command_line|import workbench$|conftest import (?!missing$)", line
            )
        ]


@pytest.mark.parametrize("file", FORMS, ids=lambda file: file.stem)
def test_a_form_for_issues_is_one_that_github_takes(file):
    form = yaml.safe_load(file.read_text("utf-8"))
    if file.stem == "config":
        assert form == {"blank_issues_enabled": True}
        return
    assert set(form) == {"name", "description", "labels", "body"}
    asked = [part for part in form["body"] if part["type"] != "markdown"]
    assert len({part["id"] for part in asked}) == len(asked) >= 3
    for part in asked:
        assert part["type"] in ("input", "textarea", "dropdown", "checkboxes")
        assert part["attributes"]["label"]
        assert ("options" in part["attributes"]) == (part["type"] in ("dropdown", "checkboxes"))


def test_there_is_a_form_for_each_kind_of_report():
    assert [file.stem for file in FORMS] == ["config", "misread-file", "new-study", "wrong-verdict"]
