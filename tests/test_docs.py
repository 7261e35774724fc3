"""The site: every command in it is run, with what it prints; its links lead somewhere; nothing comes from elsewhere."""

import contextlib
import io
import json
import re
import shlex
import shutil
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat.v4
import pytest
from conftest import workbench
from test_faces import ALL

from workbench import claims
from workbench.cli import parser
from workbench.runner.record import verdict

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
# Pages that are read, and so run, one after the other in one project; each other page has one of its own.
TOGETHER = [
    ["tutorials/own-data.md", "monthly.md", "databases.md"],
    ["tutorials/paper.md", "runs.md"],
    ["add-a-study.md", "add-a-method.md"],
    ["own-notebooks.md", "personal-data.md"],
]
PAGES = {file.relative_to(DOCS).as_posix(): file.read_text("utf-8") for file in sorted(DOCS.rglob("*.md"))}
PAGES = {name: text for name, text in PAGES.items() if not name.startswith(("generated/", "_site/"))}

# What a page asks a reader to do: a comment for this test, a file or a cell to write, or commands to type.
STEP = re.compile(
    r"^<!-- (?P<kind>not run|exit code|edit)[: ]+(?P<said>.*) -->$"
    r"|^```\{code-block\} \w+\n:caption: (?P<file>.+)\n(?P<text>(?:.*\n)*?)^```$"
    r"|^```console\n(?P<block>(?:.*\n)*?)^```$",
    re.M,
)
FENCED = re.compile(r"^```(\S*).*\n((?:.*\n)*?)```$", re.M)


def steps(page):
    """Yield the kind of each step of a page, and what it needs: a run its exit code, a block left out its reason."""
    code, why = 0, None
    for match in STEP.finditer(PAGES[page]):
        if match["kind"] == "edit":
            yield "edit", match["said"]
        elif match["kind"]:
            code, why = (int(match["said"]), None) if match["kind"] == "exit code" else (0, match["said"])
        elif match["file"]:
            yield "write", match["file"], match["text"]
        else:
            yield ("not", match["block"], why) if why else ("run", match["block"], code)
            code, why = 0, None


def commands(block):
    """Yield each command of a block, its lines joined, with the lines that it is said to print."""
    for part in re.split(r"^\$ ", block, flags=re.M)[1:]:
        command, _, printed = part.replace("\\\n", " ").partition("\n")
        yield command, printed.splitlines()


@pytest.fixture
def project(tmp_path):
    """A checkout to work in: what a reader changes is copied, all else is ours."""
    for name in (".venv", "docs", "requirements.lock"):
        (tmp_path / name).symlink_to(Path(sys.prefix) if name == ".venv" else ROOT / name)
    for name in ("notebooks", "workbench", "tests"):
        ignored = shutil.ignore_patterns("__pycache__", "mine", "own_data", "benchmarks")
        shutil.copytree(ROOT / name, tmp_path / name, ignore=ignored)
    (tmp_path / "data").mkdir()
    for path in (ROOT / "data").iterdir():
        if path.name not in ("claims", "mappings"):
            (tmp_path / "data" / path.name).symlink_to(path)
    shutil.copytree(ROOT / "data" / "claims", tmp_path / "data" / "claims")
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def write(project, file, text):
    """Write a file, or add a cell to a notebook: `notebook.ipynb`, or `notebook.ipynb, tag`."""
    name, _, tag = file.partition(", ")
    path = project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix != ".ipynb":
        path.write_text(text, "utf-8")
        return
    notebook = json.loads(path.read_text("utf-8")) if path.exists() else nbformat.v4.new_notebook()
    metadata = {"tags": [tag]} if tag else {}
    notebook["cells"].append(nbformat.v4.new_code_cell(text.rstrip("\n"), metadata=metadata))
    path.write_text(json.dumps(notebook), "utf-8")


def edit(project, said):
    """Change a text of a file: `FILE: OLD -> NEW`."""
    file, _, change = said.partition(": ")
    old, new = change.replace("\\n", "\n").split(" -> ")
    text = (project / file).read_text("utf-8")
    assert text.count(old) == 1, said
    (project / file).write_text(text.replace(old, new), "utf-8")


def typed(project, command):
    """Type a command in the project; what it printed, and its exit code."""
    if command.startswith(".venv/bin/workbench ") and not re.search(r"[|<>;&*]", command):
        done = workbench(*shlex.split(command)[1:], cwd=project)
    else:
        done = subprocess.run(
            ["bash", "-c", command], cwd=project, capture_output=True, text=True, timeout=300
        )
    return done.stdout + done.stderr, done.returncode


def missing_lines(printed, told):
    """The lines of a page that a command did not print, in this order; … is any text."""
    rest, missing = printed, []
    for line in filter(None, told):
        words = ".*".join(re.escape(part.strip()) for part in line.split("…"))
        match = re.search(rf"^\s*{words}\s*$", rest, re.M)
        missing += [] if match else [line]
        rest = rest[match.end() :] if match else rest
    return missing


@pytest.mark.slow
@pytest.mark.parametrize("pages", TOGETHER, ids=lambda pages: pages[0])
def test_every_command_does_what_its_page_says(pages, project):
    for page in pages:
        for kind, *what in steps(page):
            if kind == "write":
                write(project, *what)
            elif kind == "edit":
                edit(project, *what)
            elif kind == "run":
                block, code = what
                for command, told in commands(block):
                    printed, ended = typed(project, command)
                    assert ended == code, f"{page}: {command}\n{printed}"
                    assert missing_lines(printed, told) == [], f"{page}: {command}\n{printed}"


@pytest.mark.parametrize("page", PAGES)
def test_no_command_is_left_out_without_a_reason(page, capsys):
    run = [step for step in steps(page) if step[0] == "run"]
    assert not run or any(page in pages for pages in TOGETHER)
    others = [text for kind, text in FENCED.findall(PAGES[page]) if kind != "console"]
    assert not [text for text in others if re.search(r"^(\$ )?(\.venv/bin/|make )", text, re.M)]
    for kind, *what in steps(page):
        if kind == "not":
            block, why = what
            named = re.findall(r"tests/test_\w+\.py|\.ci/run", why)
            assert named or "CI" in why
            assert all((ROOT / file).exists() for file in named)
            with capsys.disabled():
                print(f"\n{page}: not run, {why}: {' · '.join(command for command, _ in commands(block))}")


OUTSIDE = {
    name: (ROOT / name).read_text("utf-8") for name in ("README.md", "CONTRIBUTING.md", "data/README.md")
}
# Commands in running text, in backticks; those with … stand for many.
INLINE = [
    (page, words)
    for page, text in [*PAGES.items(), *OUTSIDE.items()]
    for words in re.findall(r"`(?:\.venv/bin/)?workbench ([a-z][^`…]*)`", re.sub(r"\s+", " ", text))
]
IN_BLOCKS = [
    ("README.md", words)
    for words in re.findall(r"^\.venv/bin/workbench (.*?)(?:  +#.*)?$", OUTSIDE["README.md"], re.M)
] + [
    (page, command.partition("workbench ")[2])
    for page in PAGES
    for step in steps(page)
    if step[0] in ("run", "not")
    for command, _ in commands(step[1])
    if re.match(r"(\.venv/bin/)?workbench ", command)
]


@pytest.mark.parametrize(("page", "words"), INLINE + IN_BLOCKS)
def test_every_command_can_be_typed(page, words):
    """Its name and its options are there; words in capitals are for the reader to fill in."""
    typed = shlex.split(words.replace("--help", ""))
    if len(typed) == 1 or "|" in typed or typed[0] == "help":
        assert typed[0] in parser().format_help()
        return
    with contextlib.redirect_stdout(io.StringIO()):
        assert parser().parse_args(typed).call


@pytest.mark.parametrize("page", [*OUTSIDE, *(f"docs/{page}" for page in PAGES)])
def test_a_reader_of_the_repository_finds_what_is_linked(page):
    text = OUTSIDE.get(page) or PAGES[page.removeprefix("docs/")]
    links = re.findall(r"\]\((?!\w+:)([^)#]+)", text) + re.findall(r'src="([^"]+)"', text)
    here = (ROOT / page).parent
    made = {f"{name}.rst" for name in ("api", "commands", "cbr", "claims")}  # pages that only the site has
    assert [link for link in links if not (here / link).exists() and Path(link).name not in made] == []


# ---- the site itself


class Page(HTMLParser):
    """The anchors of a page, what it links to, and what a browser would fetch for it."""

    def __init__(self, file):
        super().__init__()
        self.anchors, self.links, self.fetched, self.text = set(), [], [], ""
        self.feed(file.read_text("utf-8"))

    def handle_data(self, data):
        self.text += data

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self.anchors |= {told[key] for key in ("id", "name") if told.get(key)}
        if tag == "a" and told.get("href"):
            self.links.append(told["href"])
        elif tag == "link" and told.get("rel") not in ("canonical",):
            self.fetched.append(told["href"])
        elif told.get("src"):
            self.fetched.append(told["src"])


def built(folder):
    """The site: as `make docs` has left it, where nothing is newer; else built anew, a warning being an error."""
    done = DOCS / "_site" / ".built"
    sources = [
        *DOCS.glob("*.*"),
        *DOCS.glob("[!_g]*/*"),
        *(ROOT / "workbench").rglob("*.py"),
        ROOT / "data" / "README.md",
    ]
    if done.exists() and max(file.stat().st_mtime for file in sources) < done.stat().st_mtime:
        return done.parent
    words = ["-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "docs", str(folder)]
    ran = subprocess.run([sys.executable, *words], cwd=ROOT, capture_output=True, text=True, timeout=600)
    assert ran.returncode == 0, ran.stderr
    return folder


@pytest.mark.slow
def test_the_site_is_whole(tmp_path):
    site = built(tmp_path)
    reports = site / "reports"
    pages = {file: Page(file) for file in site.rglob("*.html") if reports not in file.parents}
    assert len(pages) > 40
    assert [file.name for file, page in pages.items() if ":::" in page.text or "{toctree}" in page.text] == []
    assert [
        (file.name, link)
        for file, page in pages.items()
        for link in page.links
        if is_broken(link, file, pages)
    ] == []
    fetched = [(file.name, link) for file, page in pages.items() for link in page.fetched]
    assert [(name, link) for name, link in fetched if urlsplit(link).scheme not in ("", "data")] == []
    styles = "".join(file.read_text("utf-8") for file in site.rglob("*.css"))
    assert re.findall(r"(?:url\(|@import)\s*['\"]?(?:https?:)?//[^)]*", styles) == []
    # whose icons docs/site.css parts
    assert '<div class="header-right">' in (site / "index.html").read_text("utf-8")
    entries = set().union(*(page.anchors for page in pages.values()))
    assert [name for name in ALL if not name.endswith("__init__") and name not in entries] == []


def is_broken(link, file, pages):
    """Whether a link leads to no file of the site, or to no anchor of a page; what lies elsewhere is not fetched."""
    address = urlsplit(link)
    if address.scheme:
        return False
    target = (file.parent / unquote(address.path)).resolve() if address.path else file
    known = pages[target].anchors if target in pages else {address.fragment}
    return not target.exists() or bool(address.fragment and address.fragment not in known)


def test_every_word_of_a_verdict_is_explained():
    terms = {
        term for line in re.findall(r"^(.+)\n: ", PAGES["verdicts.md"], re.M) for term in line.split(", ")
    }
    assert {*claims.VERDICTS, *verdict.EXIT_CODES, "withheld"} <= terms
    codes = dict(re.findall(r"^\| (\d+) \| ([a-z ]+) \|", PAGES["exit-codes.md"], re.M))
    assert {word: int(code) for code, word in codes.items()} == {
        **verdict.EXIT_CODES,
        "withheld": verdict.WITHHELD,
    }


def test_every_study_has_a_picture_that_is_small():
    pictures = {file.stem: file.stat().st_size for file in (DOCS / "pictures").glob("*.png")}
    studies = [re.sub(r"^\d+-", "", file.stem) for file in (ROOT / "notebooks").glob("*.ipynb")]
    assert {*studies} <= {*pictures}
    assert max(pictures.values()) < 60_000


def test_every_study_has_a_row_in_the_readme_with_its_question():
    for file in (ROOT / "notebooks").glob("*.ipynb"):
        question = json.loads(file.read_text("utf-8"))["metadata"]["workbench"]["question"]
        assert re.search(rf"^\| .*`{file.stem[3:]}`.*{re.escape(question)} \|$", OUTSIDE["README.md"], re.M)
