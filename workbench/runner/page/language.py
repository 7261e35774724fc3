"""The language of a page's own words: headings, buttons, verdicts. What a notebook says stays as it is.

English stands where it is used, and is the key of the other languages' catalogues. A record is English, whatever
the page: its sentences are looked up by their form, see `of_record`.
"""

import contextlib
import functools
import json
import re
from collections.abc import Iterator
from contextvars import ContextVar
from typing import Any

from markupsafe import Markup

from workbench.runner.page import chinese

LANGUAGES = {"en": "en", "zh": "zh-Hans"}  # as typed, and as HTML calls them
WORDS = {"en": {}, "zh": chinese.WORDS}
SENTENCES = {"en": {}, "zh": chinese.SENTENCES}
_DAY = r"\d{4}-[\d-]+"
_FACTS = {"first": _DAY, "last": _DAY, "currency": r"\S+", "roles": "[^;]+"}  # gaps that hold no free text
_GAP = re.compile(r"\{(\w+)\}")
_MARKED = re.compile(r'_\("([^"]*)"\)')  # in the script and the style sheet
_spoken: ContextVar[str] = ContextVar("spoken", default="en")


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Write a page in a language."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def spoken() -> str:
    """The language of the page that is being written, as it is typed."""
    return _spoken.get()


def said(text: str, /, **facts: Any) -> str:
    """Say a text of the page's own in the page's language.

    Parameters
    ----------
    text : str
        In English; `{name}` stands for a fact.
    **facts
        Markup stays markup, and everything else beside it is escaped.

    Examples
    --------
    >>> said("{n} claims", n=3)
    '3 claims'
    >>> with speaking("zh"):
    ...     said("passed"), said("{n} claims", n=3)
    ('通过', '3 条论断')
    """
    form = WORDS[spoken()].get(text, text)
    if any(hasattr(fact, "__html__") for fact in facts.values()):
        return Markup(form).format(**facts)
    return form.format(**facts) if facts else form


def of_record(text: str) -> str:
    """Say a sentence of a record in the page's language, as far as its form is known; else as it is.

    Examples
    --------
    >>> with speaking("zh"):
    ...     of_record("all 9 code cells ran"), of_record("KeyError: 'amout'")
    ('全部 9 个代码单元格均已运行', "KeyError: 'amout'")
    """
    for pattern, form in _patterns(spoken()):
        if found := pattern.fullmatch(text):
            return form.format(**{name: of_record(fact) for name, fact in found.groupdict().items()})
    parts = text.split("; ")
    return text if len(parts) == 1 else said("; ").join(map(of_record, parts))


@functools.cache
def _patterns(language: str) -> list[tuple[re.Pattern[str], str]]:
    """Each form of a sentence as a pattern, those with most words of their own first."""
    known = SENTENCES[language]
    ordered = sorted(known, key=lambda text: -len(_GAP.sub("", text)))
    return [(re.compile(_pattern(text), re.S), known[text]) for text in ordered]


def _pattern(text: str) -> str:
    pieces = _GAP.split(text)
    return "".join(
        f"(?P<{p}>{_FACTS.get(p, '.+?')})" if i % 2 else re.escape(p) for i, p in enumerate(pieces)
    )


def marked(text: str) -> str:
    """Put the page's language in the place of each text that a script or style sheet marks with `_("…")`."""
    return _MARKED.sub(lambda found: json.dumps(said(found[1]), ensure_ascii=False), text)


def tag() -> str:
    """The language of the page, as HTML calls it."""
    return LANGUAGES[spoken()]


def of_notebook() -> Markup:
    """The attribute of an element with a notebook's words, where those are not in the page's language."""
    return Markup("") if spoken() == "en" else Markup(' lang="en"')


def of_page() -> Markup:
    """The attribute of the page's own words among those of a notebook."""
    return Markup("") if spoken() == "en" else Markup(f' lang="{tag()}"')


GLOBALS = {"_": said, "language": tag, "of_notebook": of_notebook, "of_page": of_page}  # of each template
