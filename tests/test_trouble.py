"""The runner's own trouble ends in a verdict or in one line, never in a traceback; each kind beside a control."""

import json
import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import record_of, start_workbench, until, wait_for_line, workbench, write_notebook

from workbench.cli import main
from workbench.runner import jobs, publishing, runs
from workbench.runner.plan import plans, wishes
from workbench.runner.project import Project
from workbench.runner.record.verdict import Refused

UNREADABLE = "/proc/self/mem"  # a regular file of which no byte can be read, not even by root


def refused(told, *arguments):
    """The one line in which the command line refuses."""
    code = main([str(word) for word in arguments])
    out, err = told.readouterr()
    assert (code, out) == (2, ""), err
    assert err.startswith("refused: ")
    assert err.count("\n") == 1
    return err


# ---- notebooks


def first_code(notebook):
    return notebook["cells"][2]


MALFORMED = {
    "metadata: a text": (lambda n: n.update(metadata="t"), "has metadata that are not an object"),
    "metadata: null": (lambda n: n.update(metadata=None), "has metadata that are not an object"),
    "kernelspec: a list": (lambda n: n["metadata"].update(kernelspec=[1]), "has metadata that are not an object"),
    "cells: an object": (lambda n: n.update(cells={"a": 1}), "is not a notebook in format 4"),
    "cells: a number": (lambda n: n.update(cells=[5]), "is not a notebook in format 4"),
    "minor: a text": (lambda n: n.update(nbformat_minor="5"), "has a nbformat_minor that is no number"),
    "cell's metadata": (lambda n: first_code(n).update(metadata="t"), "has metadata that are .* in cell 3"),
    "tags": (lambda n: first_code(n)["metadata"].update(tags=[{}]), "has .*tags that are no list .* in cell 3"),
    "source": (lambda n: first_code(n).update(source=[1, 2]), "has no text in cell 3"),
    "no source": (lambda n: first_code(n).pop("source"), "has no text in cell 3"),
    "type": (lambda n: first_code(n).update(cell_type="zzz"), "has a cell 3 that is none of code, markdown, raw"),
    "id twice": (lambda n: first_code(n).update(id="c0"), "has the same id, 'c0', in the cells 2 and 3"),
    "id: a number": (lambda n: first_code(n).update(id=[5]), "has an id in cell 3 that is not of 1 to 64"),
    "nested": (lambda n: n.update(x=json.loads("[" * 300 + "]" * 300)), "is nested too deep"),
    "nested code": (lambda n: first_code(n).update(source="-" * 99_999 + "1"), "has code in cell 3 that Python cannot"),
}  # fmt: skip


@pytest.mark.parametrize("kind", MALFORMED)
def test_a_malformed_notebook_is_refused_by_its_cell(kind, tmp_path, capfd):
    change, message = MALFORMED[kind]
    file = write_notebook(tmp_path / "n.ipynb", "x")
    assert main(["run", str(file), "--why", "--out", str(tmp_path / "out")]) == 0
    capfd.readouterr()
    notebook = json.loads(file.read_text())
    change(notebook)
    file.write_text(json.dumps(notebook))
    with pytest.raises(Refused, match=f"n.ipynb {message}"):
        plans.read_notebook(file)
    refused(capfd, "run", file, "--out", tmp_path / "out")


NO_FILES = {
    "nested": (lambda f: f.write_text("[" * 200_000), "n.ipynb is nested too deep"),
    "empty": (lambda f: f.write_text(""), "n.ipynb is not a notebook in format 4"),
    "binary": (lambda f: f.write_bytes(bytes(range(256))), "n.ipynb is not a notebook in format 4"),
    "unreadable": (lambda f: f.symlink_to(UNREADABLE), "cannot be read: "),
    "a pipe": (os.mkfifo, "no such notebook"),
    "a folder": (lambda f: f.mkdir(), "no such notebook"),
    "a link that leads nowhere": (lambda f: f.symlink_to("nowhere"), "no such notebook"),
    "too large": (lambda f: (f.touch(), os.truncate(f, 2**30)), "cannot be read: it has more than 512 MiB"),
}


@pytest.mark.parametrize("kind", NO_FILES)
def test_a_file_that_is_no_notebook_is_refused_and_hides_no_other(kind, tmp_path, capfd, monkeypatch):
    make, message = NO_FILES[kind]
    make(tmp_path / "n.ipynb")
    assert message in refused(capfd, "run", tmp_path / "n.ipynb", "--out", tmp_path / "out")
    write_notebook(tmp_path / "whole.ipynb", "1", title="Whole")
    monkeypatch.chdir(tmp_path)
    assert main(["list"]) == 0
    assert "whole  Whole" in capfd.readouterr().out


def test_what_a_run_does_not_need_may_be_missing(tmp_path):
    """Nor does a home folder that cannot be written to, and a module lies beside the notebook."""
    (tmp_path / "helper.py").write_text("V = 41")
    file = write_notebook(tmp_path / "n.ipynb", "import helper; helper.V")
    notebook = json.loads(file.read_text())
    for cell in notebook["cells"]:
        for key in {"id", "outputs", "execution_count"} & set(cell):
            del cell[key]
    del first_code(notebook)["metadata"], notebook["metadata"]
    file.write_text(json.dumps(notebook))
    for home in ({}, {"HOME": "/proc/nowhere"}):
        env = {key: value for key, value in os.environ.items() if key != "HOME"} | home
        done = workbench("run", file, "--out", tmp_path / "out", "--force", env=env)
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert "<pre>41</pre>" in (tmp_path / "out" / "n.html").read_text()


# ---- names


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    """A folder with two notebooks of one name, a/n.ipynb and b/n.ipynb, and the report of the first."""
    folder = tmp_path_factory.mktemp("names")
    for name in "ab":
        (folder / name).mkdir()
        write_notebook(folder / name / "n.ipynb", f"'{name}' * 3")
    assert workbench("run", folder / "a" / "n.ipynb", "--out", folder / "out").returncode == 0
    return folder


@pytest.fixture
def place(report, tmp_path):
    return shutil.copytree(report, tmp_path / "place")


def test_another_notebook_of_the_same_name_never_replaces_a_report(place, capfd):
    other, out = place / "b" / "n.ipynb", place / "out"
    before = (out / "n.html").read_bytes()
    for command in (["run", other], ["run", other, "--force"], ["run", other, "--why"]):
        assert "n: a report of another notebook has this name" in refused(capfd, *command, "--out", out)
    assert "remove n" in refused(capfd, "run", other, "--out", out)
    assert (out / "n.html").read_bytes() == before
    # not its own, nor under another name or in another folder
    for allowed in (
        ["a/n.ipynb"],
        ["b/n.ipynb", "--name", "m"],
        ["b/n.ipynb", "--out", str(place / "b" / "out")],
    ):
        notebook, *more = allowed
        assert main(["run", str(place / notebook), "--why", "--out", str(out), *more]) == 0
    assert "fresh: n: " in capfd.readouterr().out
    # nor the page that says why there is none
    for ending in ("html", "json"):
        (out / f"n.{ending}").rename(out / f"n.failed.{ending}")
    assert "of another notebook has this name" in refused(capfd, "run", other, "--out", out)


def test_names_that_differ_in_case_alone_are_one(place, capfd):
    out, own = place / "out", place / "a" / "n.ipynb"
    assert "another page has this name" in refused(capfd, "run", own, "--name", "N", "--out", out)
    shutil.copy(out / "n.json", out / "May.json")
    assert "is the same where case does not count" in refused(
        capfd, "run", own, "--name", "may", "--out", out
    )
    assert main(["run", str(own), "--why", "--name", "May", "--out", str(out)]) == 0
    capfd.readouterr()
    assert "choose another --name" in refused(capfd, "run", own, "--name", "Index", "--out", out)
    assert "choose another --name" in refused(capfd, "run", own, "--name", "a--vs--b", "--out", out)
    upper = write_notebook(place / "a" / "N.ipynb", "1")
    message = refused(capfd, "run", own, upper, "--out", place / "new")
    assert "two of the runs would write the same report" in message


def test_a_sweep_and_a_report_do_not_replace_each_other(place, capfd):
    own, out = place / "a" / "n.ipynb", place / "out"
    assert "n is" not in refused(capfd, "sweep", own, "-g", "x=1,2", "--name", "n", "--out", out)
    assert "take the place" in refused(capfd, "sweep", own, "-g", "x=1,2", "--name", "private", "--out", out)
    assert len(plans.plan(str(own), out=out).name) == 1


def test_a_name_too_long_for_a_file_is_refused_before_anything_is_written(tmp_path, capfd):
    file = write_notebook(tmp_path / f"{'n' * 240}.ipynb", "1")
    assert "is too long for a report's files" in refused(capfd, "run", file, "--out", tmp_path / "out")
    assert not (tmp_path / "out").exists()
    assert main(["run", str(file), "--why", "--name", "short", "--out", str(tmp_path / "out")]) == 0


def test_a_notebook_elsewhere_does_not_take_the_name_of_a_study(tmp_path, capfd, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "other").mkdir()
    (tmp_path / "pyproject.toml").write_text("[tool.workbench]\n")
    write_notebook(tmp_path / "notebooks" / "01-shop.ipynb", "1")
    stranger = write_notebook(tmp_path / "other" / "shop.ipynb", "2")
    monkeypatch.chdir(tmp_path)
    assert "shop is a study of the project" in refused(capfd, "run", stranger, "--out", "reports")
    assert main(["run", "shop", "--why"]) == main(["run", str(stranger), "--why", "--out", "mine"]) == 0


def test_every_notebook_of_a_project_has_a_name_of_its_own(tmp_path):
    from workbench import places

    for file in ("a-b.ipynb", "01-b.ipynb", "a/01-b.ipynb", "a/02-b.ipynb", "a/a-b.ipynb", "a-a/b.ipynb"):
        (tmp_path / "notebooks" / file).parent.mkdir(parents=True, exist_ok=True)
        write_notebook(tmp_path / "notebooks" / file, "1")
    names = Project(places.find(tmp_path)).studies
    assert len(set(names.values())) == len(names) == 6


def test_where_a_notebook_lies_is_a_hash_that_moves_with_its_reports(tmp_path):
    one, two = (wishes.place(Path(top) / "nb" / "n.ipynb", Path(top) / "reports") for top in ("/x", "/y/z"))
    assert one == two != wishes.place(Path("/x/n.ipynb"), Path("/x/reports"))
    assert len(one) == 16


# ---- the folder of the reports

ODD = {
    "a pipe": (os.mkfifo, "it is no regular file"),
    "a folder": (lambda f: f.mkdir(), "Is a directory"),
    "a socket": (lambda f: socket.socket(socket.AF_UNIX).bind(str(f)), "No such device"),
    "a link that leads nowhere": (lambda f: f.symlink_to("nowhere"), "no such file"),
    "a link to itself": (lambda f: f.symlink_to(f.name), "Too many levels of symbolic links"),
    "unreadable": (lambda f: f.symlink_to(UNREADABLE), "cannot be read"),
    "too large": (lambda f: (f.touch(), os.truncate(f, 2**30)), "it has more than 512 MiB"),
    "nested": (lambda f: f.write_text("[" * 200_000), "nested too deep"),
    "a list": (lambda f: f.write_text("[1]"), "it is a list"),
    "a number": (lambda f: f.write_text("5"), "it is a number"),
    "infinity": (lambda f: f.write_text('{"study": Infinity}'), "Infinity is no value of JSON"),
    "empty": (lambda f: f.write_text(""), "Expecting value"),
    "binary": (lambda f: f.write_bytes(bytes(range(256))), "cannot be read"),
}


@pytest.mark.parametrize("kind", ODD)
def test_an_odd_file_among_the_reports_is_named_and_hides_no_other(kind, place, capfd, monkeypatch):
    make, message = ODD[kind]
    monkeypatch.chdir(place / "a")  # its only study is n, so that o is one that never had a report
    out, odd = place / "out", place / "out" / "o.json"
    make(odd) if kind != "a socket" else bind(odd, monkeypatch)
    publishing.refresh_index(out)
    index = (out / "index.html").read_text("utf-8")
    assert ">unreadable</strong>" in index
    assert ">passed</strong>" in index
    for command in (["verify", "o"], ["compare", "n", "o"], ["compare", "o", "n"], ["results", "o"]):
        assert message in refused(capfd, *command, "--out", out)
    write_notebook(place / "a" / "o.ipynb", "1")
    if odd.exists():
        assert message in refused(capfd, "claims", "o", "--check", "--out", out)
    for command in (["list"], ["results"], ["run", "n", "--why"], ["run", "o", "--why"]):
        assert main([*command, *(["--out", str(out)] if command != ["list"] else [])]) == 0
    assert main(["remove", "o", "--yes", "--out", str(out)]) == 0
    assert not os.path.lexists(odd)


def bind(file, monkeypatch):
    """A socket's address has few characters."""
    monkeypatch.chdir(file.parent)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(file.name)
    monkeypatch.undo()
    monkeypatch.chdir(file.parents[1] / "a")


def test_half_a_character_in_a_record_does_not_cost_the_list(place):
    out = place / "out"
    told = record_of(out, "n") | {"title": "before \ud800"}
    (out / "n.json").write_text(json.dumps(told))
    publishing.refresh_index(out)
    assert "before \\ud800" in (out / "index.html").read_text("utf-8")


@pytest.mark.parametrize(
    "name", ["index.html", "n.html", "n.failed.json", ".n.lock", ".index.lock", "private"]
)
def test_what_cannot_be_replaced_is_named_before_a_kernel_starts(name, place):
    out = place / "new"
    out.mkdir()
    (out / name).touch() if name == "private" else (out / name).mkdir()
    done = workbench("run", place / "a" / "n.ipynb", "--out", out)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"refused: cannot write in {out}: " in done.stderr
    assert done.stderr.endswith("; no kernel was started\n")
    assert done.stderr.count("\n") == 1


COMMANDS = [
    ["run", "n"],
    ["sweep", "n", "-g", "x=1,2"],
    ["verify", "n"],
    ["compare", "n", "m"],
    ["claims", "--check"],
    ["results", "n"],
    ["remove", "n", "--yes"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda words: words[0])
@pytest.mark.parametrize("below", ["", "/below"])
def test_a_file_in_the_place_of_the_folder_is_refused(command, below, place, capfd, monkeypatch):
    monkeypatch.chdir(place / "a")
    (place / "file").write_text("precious")
    refused(capfd, *command, "--out", f"{place / 'file'}{below}")
    assert (place / "file").read_text() == "precious"


GONE = {
    "removed": ("import shutil; shutil.rmtree('out')", "No such file or directory"),
    "a file": ("import os; os.rename('out', 'was'); open('out', 'w').close()", "Not a directory"),
    "a report became a folder": ("import os; os.mkdir('out/n.json')", "Is a directory"),
}


@pytest.mark.slow
@pytest.mark.parametrize("kind", GONE)
def test_a_folder_that_goes_during_the_run_ends_in_a_verdict(kind, tmp_path):
    cell, why = GONE[kind]
    done = workbench("run", write_notebook(tmp_path / "n.ipynb", cell), "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (3, "")
    assert f"failed: n: the report could not be written: {why}" in done.stdout
    if kind == "a file":
        assert f"; nothing more could be written in {tmp_path / 'out'}: " in done.stdout
        return
    record = record_of(tmp_path / "out", "n.failed")
    assert (record["verdict"], record["exit_code"]) == ("failed", 3)
    assert record["reason"] == f"the report could not be written: {why}"
    assert ">failed</strong>" in (tmp_path / "out" / "index.html").read_text("utf-8")


@pytest.mark.slow
@pytest.mark.parametrize("parameter", ["{'a': 'f.csv'}", "['f.csv', 'g.csv']"])
def test_a_file_inside_a_parameter_that_changes_is_named(parameter, tmp_path):
    for name in "fg":
        (tmp_path / f"{name}.csv").write_text("1")
    declared = f"q: {'dict[str, str]' if '{' in parameter else 'list[str]'} = {parameter}"
    notebook = write_notebook(tmp_path / "n.ipynb", until(tmp_path / "go"), parameters=declared)
    process = start_workbench("run", notebook, "--out", tmp_path / "out")
    wait_for_line(process, "[2/2]")
    (tmp_path / "f.csv").write_text("22")
    (tmp_path / "go").touch()
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (3, "")
    assert "failed: n: f.csv changed during the run" in out


# ---- where it is told


def typed(words, *, cwd=None, **streams):
    """The command line in a shell, whose redirections are what is tested."""
    command = f"{sys.executable} -m workbench {words}"
    return subprocess.run(
        ["sh", "-c", command], cwd=cwd, capture_output=True, text=True, timeout=120, **streams
    )


@pytest.mark.slow
def test_progress_that_cannot_be_printed_is_never_fatal(tmp_path):
    write_notebook(tmp_path / "n.ipynb", "1", title="结果")
    ascii_only = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = typed("run n.ipynb --out a", cwd=tmp_path, env=ascii_only)
    assert (done.returncode, done.stderr) == (0, "")
    assert "[2/2] \\u7ed3\\u679c" in done.stdout
    for number, streams in enumerate((">/dev/full 2>/dev/full", ">&- 2>&- <&-")):
        done = typed(f"run n.ipynb --out b{number} {streams}", cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert record_of(tmp_path / f"b{number}", "n")["verdict"] == "passed"
    done = typed("run n.ipynb --out a >/dev/full", cwd=tmp_path)  # fresh
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("words", ["list", "run n --why", "completion bash"])
def test_what_was_asked_for_and_cannot_be_printed_is_told(words, tmp_path):
    write_notebook(tmp_path / "n.ipynb", "1")
    done = typed(f"{words} >/dev/full", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "refused: something could not be printed or written: No space left on device\n"
    assert typed(f"{words} >&-", cwd=tmp_path).returncode == 0
    done = typed(f"{words} | true; exit", cwd=tmp_path)  # nobody reads it
    assert done.stderr == ""
    assert typed("list >/dev/null", cwd=tmp_path).returncode == 0


def test_a_working_directory_that_is_gone_is_named(tmp_path):
    write_notebook(tmp_path / "n.ipynb", "1")
    (tmp_path / "d").mkdir()
    for words in ("list", "run ../n.ipynb", "results", "claims --check"):
        gone = f"import os, sys; os.chdir({str(tmp_path / 'd')!r}); os.rmdir({str(tmp_path / 'd')!r}); "
        call = f"from workbench.cli import main; sys.exit(main({words.split()!r}))"
        done = subprocess.run([sys.executable, "-c", gone + call], capture_output=True, text=True)
        (tmp_path / "d").mkdir()
        assert done.stderr == "refused: the folder in which this was typed is gone; go to one that is there\n"
        assert (done.returncode, done.stdout) == (2, "")


# ---- faults of our own


def test_a_fault_of_the_command_line_is_one_line(tmp_path, capfd, monkeypatch):
    monkeypatch.chdir(tmp_path)
    write_notebook(tmp_path / "n.ipynb", "1")
    assert main(["list"]) == 0
    monkeypatch.setattr(plans, "title", lambda notebook: notebook["nothing"])
    capfd.readouterr()
    assert main(["list"]) == 3
    out, err = capfd.readouterr()
    assert err.startswith("failed: the workbench itself failed: KeyError: 'nothing' (")
    assert err.endswith("; please report it\n")
    assert err.count("\n") == 1


@pytest.mark.slow
@pytest.mark.parametrize("where", ["_account", "_record"])
def test_a_fault_of_the_runner_ends_in_a_verdict(where, tmp_path, monkeypatch):
    plan = plans.plan(str(write_notebook(tmp_path / "n.ipynb", "1")), out=tmp_path / "out")

    def fault(*_):
        raise KeyError("q[a]")

    with monkeypatch.context() as patched:
        patched.setattr(runs, where, fault)
        (record,) = jobs.run_all([plan])
    assert (record["verdict"], record["exit_code"]) == ("failed", 3)
    assert record["reason"].startswith("the workbench itself failed: KeyError: 'q[a]'")
    if where == "_account":
        assert record_of(plan.out, "n.failed")["reason"] == record["reason"]
        (record,) = jobs.run_all([plan])
        assert record["verdict"] == "passed"


# ---- claims

CLAIM = '[[claim]]\nid = "w"\nstatement = "s"\nsource = "2"\npublished = 1\ndecimals = 0\n'
CLAIM += 'basis = "published inputs"\nexpect = "match"\n'


@pytest.mark.slow
def test_claims_are_judged_from_what_the_cells_send_and_what_the_file_demands(tmp_path, capfd, monkeypatch):
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "data" / "claims").mkdir(parents=True)
    (tmp_path / "data" / "claims" / "n.toml").write_text(CLAIM + CLAIM.replace('"w"', '"v"'))
    monkeypatch.chdir(tmp_path)
    notebook = tmp_path / "notebooks" / "n.ipynb"
    opened = "from workbench import claims\ncheck = claims.ledger('n', {})\n"
    done = workbench("run", write_notebook(notebook, f"{opened}check(w=1)"))
    assert done.returncode == 3
    assert "failed: n: no value was given for 'v'; call check(v=…)" in done.stdout
    # a run that ended otherwise keeps its own verdict
    done = workbench("run", write_notebook(notebook, f"{opened}check(w=1)", "1 / 0"))
    assert "failed: n: ZeroDivisionError" in done.stdout
    done = workbench("run", write_notebook(notebook, "1"))
    assert done.returncode == 0
    assert main(["claims", "--check"]) == 3
    assert "the notebook sends no values, and data/claims/n.toml has claims" in capfd.readouterr().err
    assert workbench("run", write_notebook(notebook, f"{opened}check(w=1, v=1)")).returncode == 0
    assert main(["claims", "--check"]) == 0
    file = tmp_path / "reports" / "n.json"
    record = json.loads(file.read_text())
    record["claims"]["claims"].pop()
    file.write_text(json.dumps(record))
    capfd.readouterr()
    assert main(["claims", "n", "--check"]) == 3
    assert "unexpected: n: v: not in the report, expected match" in capfd.readouterr().err
