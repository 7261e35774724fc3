"""Passwords and tokens, of whatever characters, in nothing that leaves a run; and what is none stays readable."""

import html
import json
import random
from pathlib import Path
from urllib.parse import quote

import pytest
from conftest import workbench, write_notebook

from workbench.runner.record import masking

ROOT = Path(__file__).resolve().parents[1]
ODD = "/@:'\"<>&%+#?{}\\$éß用 "


def passwords(count, seed=1):
    """Random passwords, each with a word by which it is found again."""
    draw = random.Random(seed)
    return [f"Zq{i:02}x{''.join(draw.choices(ODD, k=draw.randint(0, 5)))}w{i:02}Jv" for i in range(count)]


@pytest.mark.slow
def test_random_passwords_are_in_nothing_that_leaves_a_run(tmp_path):
    words = passwords(40)
    raw = [f"postgresql://ann:{w}@db/x" for w in words[:10]]
    encoded = [f"mysql://ann:{quote(w, safe='')}@db/x" for w in words[10:20]]
    options = [f"host=db password={quote(w, safe='')} dbname=x" for w in words[20:30]]
    cells = [
        f"addresses = {raw + encoded + options!r}",
        f"settings = {{'api_key': {words[30]!r}, 'n_tokens': 3}}; token = {words[31]!r}",
        "import json, html, urllib.parse\nfrom workbench import publish",
        "print(*addresses, json.dumps(addresses), html.escape(repr(addresses)), addresses, settings, token)",
        "print([urllib.parse.unquote(a) for a in addresses])",
        f"print('postgresql://ann:' + str({words[32][:4]!r}) + 'Jv32pq@db/x')",
        "publish.finding(f'read from {addresses[3]}')",
        "import matplotlib.pyplot as plt",
        "ax = plt.figure().gca(); ax.set_title(addresses[11]); publish.figure(ax, alt=addresses[12], caption=token)",
        "raise ValueError(f'cannot reach {addresses[4]} with {token} {secret} {given}')",
    ]
    default = f"secret: str = {words[33]!r}\ngiven: str = 'x'"
    failing = write_notebook(tmp_path / "failing.ipynb", *cells, parameters=default)
    passing = write_notebook(
        tmp_path / "passing.ipynb", *cells[:-1], "print(secret, given)", parameters=default
    )
    given = f"given=postgresql://ann:{words[34]}@db/x"
    out = tmp_path / "out"
    done = [
        workbench("run", failing, "-p", given, "--out", out),
        workbench("run", passing, "-p", given, "--out", out),
        workbench("help", "run", passing),
        workbench("run", passing, "-p", f"given={words[34]}", "-p", "nosuch=1", "--out", out),
    ]
    assert [d.returncode for d in done] == [3, 0, 0, 2], [d.stdout + d.stderr for d in done]
    told = {str(i): d.stdout + d.stderr for i, d in enumerate(done)}
    told |= {f.name: f.read_text("utf-8", "replace") for f in out.iterdir() if f.is_file()}
    leaks = {
        (name, w) for name, text in told.items() for w in words for part in (w[:5], w[-5:]) if part in text
    }
    assert not leaks
    (page,) = (text for name, text in told.items() if name.startswith("passing--") and name.endswith(".html"))
    assert page.count("***") > 40


@pytest.mark.parametrize("secret", ["abc", "1234", "test", "postgres"])
def test_a_short_or_everyday_secret_is_hidden_in_its_place_only(secret):
    hidden = masking.secrets({"password": secret, "url": f"pg://ann:{secret}@db/x"})
    told = f"pg://ann:{secret}@db/x and password={secret}; a {secret} of 1234 customers"
    assert masking.mask(told, hidden).endswith(f"; a {secret} of 1234 customers")
    assert masking.mask(told, hidden).startswith("pg://ann:***@db/x and password=***;")


def test_nothing_in_the_shipped_notebooks_is_taken_for_a_secret():
    for file in sorted((ROOT / "notebooks").rglob("*.ipynb")):
        stored = json.loads(file.read_text("utf-8"))
        sources = ["".join(cell["source"]) for cell in stored["cells"]]
        masked = masking.mask_notebook(stored, masking.secrets({}, sources))
        assert masking.MASK not in json.dumps(masked) or masking.MASK in json.dumps(stored), file.name


def test_forms_are_those_of_python_json_shell_address_and_html():
    secret = "p'a\"s<s&w ö\\rd"
    hidden = masking.secrets({"token": secret})
    for shown in (
        repr(secret),
        json.dumps(secret),
        quote(secret),
        html.escape(repr(secret)),
        html.escape(secret),
    ):
        assert "***" in masking.mask(f"x {shown} y", hidden), shown


SHOWN_IN_CODE = [
    ("user, password = 'ann', 'Zq01'", "'***'"),
    ("def connect(user, *, password='Zq01'): ...", "password='***'"),
    ("password = os.environ.get('PW') or 'Zq01'", "or '***'"),
    ("token = f'Zq01'", "f'***'"),
    ("options = [('password', 'Zq01')]", "('password', '***')"),
    ("os.environ.setdefault('DB_PASSWORD', 'Zq01')", "'***'"),
    ("PGPASSWORD = 'Zq01'", "'***'"),
    ("password: int = 98761234", "int = ***"),
]


@pytest.mark.parametrize(("code", "shown"), SHOWN_IN_CODE)
def test_a_secret_in_code_is_hidden_in_whatever_way_it_is_bound(code, shown):
    told = masking.mask_code(code, masking.secrets({}, [code]))
    assert shown in told
    assert "Zq01" not in told
    assert "98761234" not in told


INNOCENT = [
    "print('token: ' + name + ' of the shop')",
    "choose(max_token=512345)",
    "'Source: https://archive.org/data; prices: net amounts of May @ 2 EUR'",
]


@pytest.mark.parametrize("code", INNOCENT)
def test_what_is_no_secret_stays(code):
    assert masking.mask_code(code, masking.secrets({}, [code])) == code


def test_a_number_is_a_secret_where_its_name_says_so():
    assert masking.mask_all({"password": 98761234, "n_token": 5}) == {"password": "***", "n_token": 5}
    assert masking.mask("98761234", masking.secrets({"password": 98761234})) == "***"
