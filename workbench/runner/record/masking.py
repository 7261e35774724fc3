"""Passwords and tokens hidden in whatever leaves a run: page, notebook, record, terminal.

A secret is known from where it stands (the password of an address, a value whose name says so, in parameters and
in the code) and is then hidden wherever and however it is written. One that only an output shows is hidden where
it stands as one. Fewer than four characters, short numbers and everyday words are hidden in such places only: a
page of stars would help nobody.
"""

import functools
import html
import json
import re
import shlex
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from workbench.runner.record import bindings
from workbench.runner.record.cells import cell_source
from workbench.runner.record.planned import Planned

Value = TypeVar("Value")
MASK = "***"
SHORT = 4  # characters
WORDS = {
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "pw",
    "sslpassword",
    "token",
    "apikey",
    "secret",
    "bearer",
}
WORDS |= {"authorization", "credential", "credentials", "apitoken", "authtoken", "accesskey", "secretkey"}
ENDINGS = ("password", "passwd", "passwords", "passwds")
COUNTS = {"max", "min", "n", "num", "number", "count", "length", "limit"}  # of tokens, say
OF_PASS = {"db", "user", "pg", "my", "mysql", "smtp", "ftp", "mail", "login", "admin", "root", "ssh"}
KEYS = {"api", "access", "private", "secret", "account", "auth"}  # before "key"
TRIVIAL = {
    "admin",
    "bearer",
    "data",
    "database",
    "default",
    "demo",
    "false",
    "guest",
    "localhost",
    "none",
    "null",
}
TRIVIAL |= {"postgres", "root", "test", "true", "user", "username"}
# Each begins at a literal or a word and is bounded, so that a long text costs one pass.
_ADDRESS = re.compile(
    r"(://[^\s/:@'\"<>]{0,200}:)(?!\d{1,5}[/?#])((?:[^\s<>'\"]|['\"](?![\s,:;)}\]>])){1,500})(@)"
)
_CUT = re.compile(r"(://[^\s/:@'\"<>]{0,200}:)([^\s/'\"<>@]{1,500}?)(\.\.\.|…)")
_QUOTE = r"\\{0,2}['\"]|&quot;|&#39;|&#x27;|&#34;"
_NAMED = re.compile(
    rf"(?<![\w-])([A-Za-z_][\w-]{{0,60}})((?:{_QUOTE})?\]?\s{{0,3}}(?::\s{{0,3}}str[\s|None]{{0,10}})?[:=]\s{{0,3}}[rbuRBU]{{0,2}})"
    rf"({_QUOTE})((?:\\.|(?!\3).){{1,500}}?)(\3)"
)
_OPTION = re.compile(r"(?<![\w-])([A-Za-z_][\w-]{0,60})(=)([^&;\s'\"@,<>(){}\[\]]{1,500})")
_HEADER = re.compile(r"(?i)(authorization\W{1,12}(?:basic|bearer|token)\s+)([^\s\"'<,\\]{1,2000})")
_HINT = re.compile("(?i)pass|pwd|pw|token|key|secret|bearer|authorization|credential")
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


def is_secret(name: str) -> bool:
    """Whether the name of a value says that nobody else should see it.

    Examples
    --------
    >>> [is_secret(name) for name in ("db_pass", "apiKey", "max_token", "PGPASSWORD", "key", "X-Access-Key")]
    [True, True, False, True, False, True]
    """
    parted = re.sub(r"(?<=[a-z\d])(?=[A-Z])", "_", name).lower().replace("-", "_")
    words = [word.rstrip("0123456789") for word in parted.split("_")]
    if COUNTS.intersection(words):
        return False
    pairs = list(zip(words, words[1:], strict=False))
    said = WORDS.intersection(words) or any(word.endswith(ENDINGS) for word in words)
    passes = words == ["pass"] or pairs[-1:] and pairs[-1][0] in OF_PASS and pairs[-1][1] == "pass"
    return bool(said or passes or any(a in KEYS and b == "key" for a, b in pairs))


def of_plan(plan: Planned, executed: Mapping[str, Any] | None = None) -> set[str]:
    """The secrets of a plan, in every form they may be shown in.

    Those of its parameters, of its code, and of the addresses that the executed notebook shows.
    """
    known = secrets([plan.values, plan.given], _sources(plan.notebook))
    return known | (_shown(executed) if executed else set())


def _shown(notebook: Mapping[str, Any]) -> set[str]:
    texts = [t for cell in notebook["cells"] for _, t in _texts(_readable(cell.get("outputs", [])))]
    return _all_forms(secret for text in texts for secret in _of_addresses(text))


def secrets(values: Any, code: Iterable[str] = ()) -> set[str]:
    """Collect secrets, in every form they may be shown in.

    Parameters
    ----------
    values
        Parameters by name, in lists and dicts of any depth.
    code : iterable of str
        Python code, whose texts are looked at.
    """
    found = {secret for name, text in _texts(values) for secret in _in_text(name, text)}
    found = found.union(*map(_in_code, code))
    return _all_forms(secret for secret in found if secret and MASK not in secret)


@functools.lru_cache(
    maxsize=256
)  # of a run's cells, which are asked about whenever something of it is written
def _in_code(source: str) -> frozenset[str]:
    """Secrets of a cell's texts."""
    return frozenset(secret for name, text in bindings.texts(source) for secret in _in_text(name, text))


def _in_text(name: str, text: str) -> set[str]:
    """Secrets of a text: all of it where its name says so, else the passwords in it."""
    found = _in_address(text)
    if is_secret(name):
        found |= {text, text.partition(" ")[2]} if text.lower().startswith(("bearer ", "basic ")) else {text}
    return found


def _in_address(text: str) -> set[str]:
    """Passwords of an address: before its last @, where they may hold any character, and among its options."""
    before, at, _ = text.partition("://")[2].rpartition("@")  # all empty where it is no address
    prose = not re.match(r"[\w.+-]+://", text) and re.search(r"\s", before)  # with an address and an @ in it
    password = before.partition(":")[2] if at and not prose else ""
    found = {password, unquote(password)}
    for part in {text, unquote_plus(text)}:
        found |= {m[3] for m in _OPTION.finditer(part) if is_secret(m[1])}
        found |= {m[4] for m in _NAMED.finditer(part) if is_secret(m[1])}
        found |= {m[2] for m in _HEADER.finditer(part)}
        if part.count("://") > 1 or not at:  # several, or one inside a longer text
            found |= {m[2] for m in _ADDRESS.finditer(part)}
    return found | {unquote_plus(secret) for secret in found}


def _texts(value: Any, name: str = "") -> Iterator[tuple[str, str]]:
    """All texts, each with the name that it goes by."""
    if isinstance(value, Mapping):
        for key, one in value.items():
            yield from _texts(one, key if is_secret(str(key)) or not is_secret(name) else name)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one, name)
    elif isinstance(value, str):
        yield name, value
    elif _is_number(value) and is_secret(name):
        yield name, str(value)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _sources(notebook: Mapping[str, Any]) -> list[str]:
    return [cell_source(cell) for cell in notebook["cells"] if cell["cell_type"] == "code"]


def _all_forms(found: Iterable[str]) -> set[str]:
    """The secrets that can be told from other text, in every form."""
    return {form for secret in found if not _is_trivial(secret) for form in _forms(secret)}


def _is_trivial(secret: str) -> bool:
    everyday = secret.lower() in TRIVIAL or is_secret(secret)
    return len(secret) < SHORT or everyday or (secret.isdigit() and len(secret) < 6)


def _forms(secret: str) -> set[str]:
    """As written, in an address, in Python, in JSON, for a shell, and each of these in HTML."""
    plain = {secret, unquote(secret), quote(secret), quote(secret, safe=""), quote_plus(secret)}
    plain |= {re.sub("%[0-9A-F]{2}", lambda m: m[0].lower(), text) for text in plain}
    written = {form for text in plain for form in (text, *_quoted(text))}
    escaped = {html.escape(text, quote=quotes) for text in written for quotes in (True, False)}
    escaped |= {text.replace("&#x27;", "&#39;").replace("&quot;", "&#34;") for text in escaped}
    return {form for form in written | escaped if len(form) >= SHORT}


def _quoted(text: str) -> set[str]:
    """As quoted for a shell, in Python (either quote) and in JSON."""
    python = repr(text)[1:-1]
    told = {shlex.quote(text + "'")[1:-6], python, python.replace("'", "\\'"), repr(text + "'\"")[1:-4]}
    told |= {json.dumps(text, ensure_ascii=ascii_)[1:-1] for ascii_ in (True, False)}
    return told | {json.dumps(python)[1:-1], text.replace("'", "\\u0027"), text.replace("\\", "\\\\")}


def mask(text: str, hidden: Collection[str] = ()) -> str:
    """Hide secrets in a text: any that stands in a place for one, and the known ones wherever they stand.

    Examples
    --------
    >>> mask("postgresql://ann:s3cret@db/cases"), mask("{'token': 'abc'} and secret=xyz")
    ('postgresql://ann:***@db/cases', "{'token': '***'} and secret=***")
    """
    return _cleared(text, hidden, _in_output)


def mask_code(source: str, hidden: Collection[str] = ()) -> str:
    """Hide secrets in code, where `password=password` is none.

    Examples
    --------
    >>> mask_code("connect(user='ann', password=password, token='abc')")
    "connect(user='ann', password=password, token='***')"
    """
    return _cleared(source, hidden, _in_quotes)


def _cleared(text: str, hidden: Collection[str], places: Callable[[str], str]) -> str:
    if hidden:
        text = _pattern(frozenset(hidden)).sub(MASK, text)
    text = places(text)
    if "\x1b[" in text:  # a traceback in colours, which may lie between the letters of a secret
        plain = _COLOUR.sub("", text)
        return cleared if (cleared := _cleared(plain, hidden, places)) != plain else text
    return text


@functools.lru_cache(maxsize=8)
def _pattern(hidden: frozenset[str]) -> re.Pattern[str]:
    """A longer form first, since it may hold a shorter one; what may be a word is no part of another."""
    forms = [re.escape(form) for form in sorted(hidden, key=len, reverse=True)]
    words = [
        rf"(?<![a-zA-Z]){form}(?![a-zA-Z])" if form.isalpha() and form.islower() else form for form in forms
    ]
    return re.compile("|".join(words))


def _in_quotes(text: str) -> str:
    if "://" in text:
        text = _CUT.sub(rf"\1{MASK}\3", _ADDRESS.sub(rf"\1{MASK}\3", text))
    if _HINT.search(text):
        text = _HEADER.sub(rf"\1{MASK}", text)
        text = _NAMED.sub(_hidden, text)
    return text


def _hidden(found: re.Match[str]) -> str:
    """A value that has a name, hidden; in `'token: ' + name + ' of'` the quote after the name ends its text."""
    name, between, quote_ = found[1], found[2], found[3]
    ends = found.string[: found.start()].endswith(quote_) and between[0] in ": ="
    return f"{name}{between}{quote_}{MASK}{found[5]}" if is_secret(name) and not ends else found[0]


def _in_output(text: str) -> str:
    text = _in_quotes(text)
    if _HINT.search(text):
        text = _OPTION.sub(lambda m: f"{m[1]}{m[2]}{MASK}" if is_secret(m[1]) else m[0], text)
    return text


def mask_all(value: Value, hidden: Collection[str] = (), name: str = "") -> Value:
    """Apply `mask` to every text inside a JSON value; one whose name is a secret's is hidden whole."""
    return _masked(value, hidden, name)


def _masked(value: Any, hidden: Collection[str], name: str) -> Any:
    if isinstance(value, dict):
        inner = {k: k if is_secret(str(k)) or not is_secret(name) else name for k in value}
        return {mask(k, hidden): _masked(v, hidden, inner[k]) for k, v in value.items()}
    if isinstance(value, list):
        return [_masked(v, hidden, name) for v in value]
    if isinstance(value, str):
        return MASK if value and is_secret(name) else mask(value, hidden)
    return MASK if _is_number(value) and is_secret(name) else value


def mask_notebook(notebook: Any, hidden: Collection[str] = ()) -> Any:
    """A notebook without secrets; pictures in pixels stay.

    Parameters
    ----------
    notebook : dict
        As parsed JSON.
    hidden : collection of str
        The known ones.
    """
    cells = [_masked_cell(cell, hidden) for cell in notebook["cells"]]
    return {**notebook, "metadata": mask_all(notebook.get("metadata", {}), hidden), "cells": cells}


def _readable(outputs: Any) -> Any:
    return [{k: v for k, v in o.items() if k != "data"} | {"data": _texts_only(o)} for o in outputs]


def _texts_only(output: Any) -> Any:
    kept = ("text/", "application/", "image/svg+xml")
    return {mime: content for mime, content in output.get("data", {}).items() if mime.startswith(kept)}


def _of_addresses(text: str) -> set[str]:
    found = {m[2] for m in _ADDRESS.finditer(_COLOUR.sub("", text))} if "://" in text else set()
    return {secret for secret in found | set(map(unquote, found)) if MASK not in secret}


def _masked_cell(cell: Any, hidden: Collection[str]) -> Any:
    code = cell["cell_type"] == "code"
    masked = {**cell, "source": (mask_code if code else mask)(cell_source(cell), hidden)}
    if code:
        masked["outputs"] = [_masked_output(output, hidden) for output in cell["outputs"]]
    if "attachments" in cell:
        masked["attachments"] = cell["attachments"]
    return masked | {"metadata": mask_all(cell.get("metadata", {}), hidden)}


def _masked_output(output: Any, hidden: Collection[str]) -> Any:
    pixels = {m: c for m, c in output.get("data", {}).items() if m.startswith("image/") and "svg" not in m}
    rest = {key: value for key, value in output.items() if key != "data"}
    masked = mask_all(rest, hidden)
    return masked | {"data": mask_all(_texts_only(output), hidden) | pixels} if "data" in output else masked
