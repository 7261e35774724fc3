"""Numbers and names of tables and figures: given once, when a page is rendered, in the order of its text."""

import itertools
import re

from workbench.runner.page.language import said

__all__ = ["numbered"]

# Only the page's own markup can match: no attribute of a notebook's holds a quotation mark, and none a class.
_PLACE = re.compile(
    r'<div class="(?P<kinds>table[^"]*)">(?P<table><table[^>]*>)<caption>(?P<title>.*?)</caption>'
    r"|<figure class=drawing>(?P<picture>.*?)<figcaption>(?P<words>.*?)</figcaption>",
    re.S,
)
_ARTICLE = re.compile(r'(<article id="text".*</article>)', re.S)


def numbered(page: str) -> str:
    """Number the tables and figures of the page's text that have a caption, each for itself.

    Examples
    --------
    >>> table = '<div class="table"><table><caption>Sizes.</caption></table></div>'
    >>> print(numbered(f'<article id="text">{table}</article>'))
    <article id="text"><div class="table" id="table-1"><table><caption><b>Table 1.</b> Sizes.\
</caption></table></div></article>
    """
    tables, figures = itertools.count(1), itertools.count(1)

    def number(match: re.Match[str]) -> str:
        if match["kinds"]:
            place, title = f"table-{(n := next(tables))}", _title("table", n, match["title"])
            return f'<div class="{match["kinds"]}" id="{place}">{match["table"]}<caption>{title}</caption>'
        place, title = f"figure-{(n := next(figures))}", _title("figure", n, match["words"])
        return f'<figure class=drawing id="{place}">{match["picture"]}<figcaption>{title}</figcaption>'

    return _ARTICLE.sub(lambda article: _PLACE.sub(number, article[0]), page)


def _title(kind: str, number: int, words: str) -> str:
    called = said("Table {n}.", n=number) if kind == "table" else said("Figure {n}.", n=number)
    return f"<b>{called}</b> {words}"
