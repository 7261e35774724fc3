"""What a terminal gets beside plain words: colour, a browser, completion."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from workbench import cli
from workbench.cli import completion, opening
from workbench.runner import terminal


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_verdicts_are_coloured_in_a_terminal_only(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert terminal.painted("passed", Terminal()) == "\033[1;32mpassed\033[0m"
    assert terminal.painted("failed", Terminal()) == "\033[1;31mfailed\033[0m"
    assert terminal.painted("telecom", Terminal()) == "telecom"
    assert terminal.painted("passed", io.StringIO()) == "passed"
    monkeypatch.setenv("TERM", "dumb")
    assert terminal.painted("passed", Terminal()) == "passed"
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert terminal.painted("passed", Terminal()) == "passed"


def test_a_page_is_opened_for_somebody_only(monkeypatch, tmp_path, capsys):
    opened = []
    monkeypatch.setattr("webbrowser.open", lambda address: opened.append(address) or True)
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("CI", "DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    opening.show(tmp_path / "a.html")
    assert capsys.readouterr().out == f"not opened, there is no display: {tmp_path}/a.html\n"
    monkeypatch.setenv("DISPLAY", ":0")
    opening.show(tmp_path / "a b.html")
    assert opened == [f"file://{tmp_path}/a%20b.html"]
    monkeypatch.setenv("CI", "true")
    opening.show(tmp_path / "a.html")
    assert (len(opened), capsys.readouterr().out) == (1, f"not opened, this is CI: {tmp_path}/a.html\n")


def suggested(*typed):
    (commands,) = (a for a in cli.parser()._actions if hasattr(a, "choices") and isinstance(a.choices, dict))
    return completion.suggest(commands.choices, typed)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        (["swe"], ["sweep"]),
        (["help", "com"], ["compare", "completion"]),
        (["run", "tele"], ["telecom-rfm-ahp"]),
        (["run", "telecom-rfm-ahp", "-p", "n_c"], ["n_clusters="]),
        (["sweep", "bank-app-kmeans", "-g", "max"], ["max_iter="]),
        (["run", "-p", "n_c"], []),
        (["run", "telecom-rfm-ahp", "--drop"], ["--drop-without"]),
        (["run", "telecom-rfm-ahp", "--identifiers", ""], ["as they are", "pseudonyms"]),
        (["run", "telecom-rfm-ahp", "--map", "customer_id=x", "event_t"], ["event_time=", "event_type="]),
        (["run", "telecom-rfm-ahp", "--data", ""], []),
        (["completion", "z"], ["zsh"]),
        (["retention", "re"], ["report"]),
        (["retention", "dispatch", "--ran"], ["--random-state"]),
        (["nothing", "x"], []),
    ],
)
def test_words_are_suggested_for_what_has_been_typed(typed, words):
    assert suggested(*typed) == words


def test_names_of_reports_are_suggested(tmp_path):
    for name in ("may.json", "may.failed.json", "june.json"):
        (tmp_path / name).touch()
    for command in ("results", "remove", "verify", "compare"):
        assert suggested(command, "--out", str(tmp_path), "m") == ["may", "may.failed"]


def test_bash_completes(tmp_path):
    bash = shutil.which("bash")
    if not bash:
        pytest.skip("no bash here")
    program = Path(sys.executable).parent / "workbench"
    script = f"""
        source /dev/stdin <<< "$({program} completion bash)"
        COMP_WORDS=({program} run telecom-rfm-ahp -p n_c) COMP_CWORD=4
        compopt() {{ echo "compopt $*"; }}
        _workbench
        printf '%s\\n' "${{COMPREPLY[@]}}"
        COMP_WORDS=({program} run telecom-rfm-ahp --all --wh) COMP_CWORD=4
        _workbench
        printf '%s\\n' "${{COMPREPLY[@]}}"
        complete -p workbench
    """
    done = subprocess.run([bash, "-c", script], capture_output=True, text=True)
    assert done.stdout.splitlines() == [
        "compopt -o nospace",
        "n_clusters=",
        "--where",
        "--why",
        "complete -o default -F _workbench workbench",
    ], done.stderr


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_can_read_their_script(shell):
    program = shutil.which(shell)
    if not program:
        pytest.skip(f"no {shell} here")
    done = subprocess.run(
        [program, "--no-execute"], input=completion.SCRIPTS[shell], capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
