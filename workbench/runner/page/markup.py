"""Text and HTML that a notebook brings along, made fit for a page: nothing runs, loads, hides or restyles.

Everything here is untrusted. What is added to cleaned HTML never holds a quotation mark, so that it cannot
end an attribute, wherever in the markup it may land.
"""

import functools
import html
import re
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any, TypedDict

import math_core
import mistune
import nh3
from nbconvert.filters import ansi2html

from workbench.runner.page.language import said

# no part of a page may pass for the page's own: neither its landmarks nor, by a class, its verdict
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area", "header", "footer", "nav", "article", "aside"}
SPAN = {"colspan", "rowspan"}
ATTRIBUTES = {"*": {"title"}, "td": SPAN, "th": SPAN | {"scope"}, "a": {"href"}}
CLASSES = {"table": {"dataframe", "claims"}}
_ANSI = {"span": {"class"}}
_TABLE = re.compile(r"(<table\b[^>]*>)\s*(<caption>.*?</caption>)?\s*(.*?)</table>", re.S)
_NUMBER = re.compile(r"[-+−]?[\d.,]*\d[\d.,]*(e[-+]?\d+)? ?%?|nan|none|nat|not known|[-+−]?inf|–|", re.I)
_WORD = re.compile(r"[^\s\u2e80-\uffdc]+")  # a line may end after any Chinese character
_COLSPAN = re.compile(r'colspan="?0*([1-9]\d?)\b')
# classes of tables, by the letters that fit beside each other on a sheet of paper in the size that each is printed in
_SHEET = {"": 105, " b1": 122, " b2": 144, " b3": 168, " b4": 196}
_ARROWS = {"↑": "up", "↓": "down", "→": "right", "←": "left"}
# control characters, and the marks that make a text run another way than it is stored
_HIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class Heading(TypedDict):
    """An entry of a page's contents."""

    level: int
    name: str
    anchor: str


def clean_html(text: str, *, caption: str = "") -> str:
    """Keep the markup of an HTML output that cannot run, load or restyle anything.

    Examples
    --------
    >>> clean_html('<b onclick="x()">7</b><script>alert(1)</script>')
    '<b>7</b>'
    """
    kept = nh3.clean(
        text,
        tags=TAGS,
        attributes=ATTRIBUTES,
        allowed_classes=CLASSES,
        url_schemes={"http", "https", "mailto"},
    )
    return tables(kept, caption=caption)


def terminal(text: str) -> str:
    """Convert a terminal's text to HTML, its colours as classes: inline styles are forbidden by the policy."""
    return nh3.clean(ansi2html(text), tags={"span"}, attributes=_ANSI)


def visible(text: str) -> str:
    r"""Write out the characters that a reader cannot see or that change the direction of a text.

    Examples
    --------
    >>> visible("a\u202eb\x1b")
    'a\\u202eb\\x1b'
    """

    return _HIDDEN.sub(lambda match: ascii(match[0])[1:-1], text)


def tables(text: str, *, caption: str = "") -> str:
    """Give each table a caption, header scopes and alignment, and leave out the end tags that HTML can spare.

    Examples
    --------
    >>> tables("<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>", caption="T")
    '<div class="table"><table><caption>T</caption><thead><tr><th scope=col>a</thead><tbody><tr><td>1</table></div>'
    """
    starts = re.findall(r"<(/?)table\b", text)
    if starts != ["", "/"] * (len(starts) // 2):  # tables in tables
        return text
    return _TABLE.sub(lambda match: _table(match[1], match[2], match[3], caption), text)


def small_table(content: Any) -> str:
    """Write the table (`columns`, `rows`) that travels with a figure; the fold around it says what it is.

    Examples
    --------
    >>> small_table({"columns": ["x"], "rows": [["<b>"]]})
    '<div class="table t1"><table><thead><tr><th scope=col>x</thead><tbody><tr><td>&lt;b&gt;</table></div>'
    """

    def row(tag: str, values: Sequence[Any]) -> str:
        return "<tr>" + "".join(f"<{tag}>{html.escape(str(v))}</{tag}>" for v in values) + "</tr>"

    try:
        body = "".join(row("td", values) for values in content["rows"])
        head = row("th", content["columns"])
    except (TypeError, KeyError, AttributeError):  # a notebook's own, not made by `figures`
        return ""
    return tables(f"<table><thead>{head}</thead><tbody>{body}</tbody></table>")


def _table(start: str, own_caption: str | None, content: str, caption: str) -> str:
    head, end, body = content.rpartition("</thead>")
    kinds = "".join(f" t{column}" for column in _text_columns(content, body)) + _breadth(head, body)
    head = head.replace("<th></th>", "<td></td>")
    head = re.sub(r"<th(?![\w-])(?![^>]*\bscope=)", "<th scope=col", head)
    body = re.sub(r"<th(?![\w-])(?![^>]*\bscope=)", "<th scope=row", body)
    body = re.sub(r"<td>(?=[^<]{25})", "<td class=long>", body)
    content = _with_arrows(_one_head(head) + end + body)
    if "<pre" not in content:
        content = re.sub(r"\s*\n\s*", "\n", content)
        content = re.sub(r"(?<=>)\n|\n(?=<)|</(?:td|th|tr|tbody)>\n?", "", content)
    title = own_caption or (f"<caption>{html.escape(str(caption))}</caption>" if caption else "")
    return f'<div class="table{kinds}">{start}{title}{content}</table></div>'


def _one_head(head: str) -> str:
    """Bring the names of the row labels, which pandas puts in a row of their own, beside those of the columns."""
    start, *rows = re.split(r"(?=<tr>)", head)
    if len(rows) < 2:
        return head
    above, names = (re.findall(r"<t[dh].*?</t[dh]>", row, re.S) for row in rows[-2:])
    empty = "<td></td>"
    labels = [cell for cell in names if cell != empty]
    own, others = names[len(labels) :], above[len(labels) :]
    if own != [empty] * len(others) or set(above[: len(labels)]) != {empty}:
        return head
    return start + "".join(rows[:-2]) + f"<tr>{''.join(labels + others)}</tr>"


def _text_columns(content: str, body: str) -> list[int]:
    """Numbers of the columns that hold words; only told where no cell spans several."""
    if "span=" in content:
        return []
    rows = [re.findall(r"<(t[dh])\b[^>]*>(.*?)</t[dh]>", row, re.S) for row in body.split("</tr>")]
    words = {
        number
        for row in rows
        for number, (tag, cell) in enumerate(row, 1)
        if tag == "td" and not _NUMBER.fullmatch(plain(cell))
    }
    return sorted(words)


def _breadth(head: str, body: str) -> str:
    """The class by which a table is printed so small that it fits on a sheet of paper without a broken word or number.

    Where even the smallest letters do not do, words of the head may be broken, and at last any.
    """
    words = _longest(body)
    at_least = sum(map(max, zip_longest(_longest(head), words, fillvalue=0)))
    fitting = next((kind for kind, most in _SHEET.items() if at_least <= most), None)
    if fitting is not None:
        return fitting
    return " b4 split" if sum(words) > _SHEET[" b4"] else " b4 folded"


def _longest(rows: str) -> list[float]:
    """Letters of the longest word of each column, and the gap beside it.

    From the last column on, since a label over several rows leaves the later rows without a cell in front.
    """
    letters: list[float] = []
    for row in rows.split("</tr>"):
        cells = re.findall(r"<t[dh]\b([^>]*)>(.*?)</t[dh]>", row, re.S)
        spans = [int(found[1]) if (found := _COLSPAN.search(start)) else 1 for start, _ in cells]
        needed = [1 + max(map(len, _WORD.findall(plain(cell))), default=2) for _, cell in cells]
        columns = [n / span for n, span in zip(needed, spans, strict=True) for _ in range(span)]
        letters = [*map(max, zip_longest(letters, reversed(columns), fillvalue=0))]
    return letters


def _with_arrows(content: str) -> str:
    """Say each arrow of a table in a word, for a reader who listens."""
    return re.sub(r">[^<]*[↑↓→←][^<]*", lambda m: _spoken(m[0]), content)


def _spoken(text: str) -> str:
    return re.sub("[↑↓→←]", lambda m: f"<i role=img aria-label={said(_ARROWS[m[0]])}>{m[0]}</i>", text)


def plain(markup: str) -> str:
    """The text of some markup, without the source kept beside a formula."""
    return html.unescape(re.sub(r"<annotation.*?</annotation>|<[^>]*>", "", markup, flags=re.S)).strip()


class _Renderer(mistune.HTMLRenderer):
    """Markdown to HTML: raw HTML escaped, formulas as MathML, headings noted in an outline."""

    outline: list[Heading] | None = None
    title: str | None = None

    def __init__(self) -> None:
        super().__init__(escape=True)

    def image(self, text: str, url: str, title: str | None = None) -> str:
        return f"<em>{said('[picture not shown: {words}]', words=mistune.escape(text))}</em>"

    def heading(self, text: str, level: int, **attrs: Any) -> str:
        if self.outline is None:
            return super().heading(text, level)
        name = plain(text)
        if level == 1 and name == self.title:
            self.title = None  # it stands in the head of the page
            return ""
        slug = "sec-" + (re.sub(r"[\W_]+", "-", name.lower()).strip("-") or "x")
        anchor, taken = slug, {entry["anchor"] for entry in self.outline}
        while anchor in taken:
            anchor += "-again"
        self.outline.append({"level": level, "name": name, "anchor": anchor})
        return f'<h{level} id="{anchor}">{text}</h{level}>\n'


def _math(renderer: _Renderer, text: str, *, display: bool) -> str:
    try:
        markup = math_core.LatexToMathML(annotation=True).convert_with_local_state(text, displaystyle=display)
    except math_core.LatexError:
        told = said("formula not converted: {formula}", formula=mistune.escape(text))
        markup = f'<code class="tex">{told}</code>'
    return f'<p class="formula">{markup}</p>\n' if display else markup


def markdown(
    text: str, *, outline: list[Heading] | None = None, title: str | None = None, caption: str = ""
) -> str:
    """Convert markdown to HTML.

    Parameters
    ----------
    text : str
    outline : list of Heading, optional
        Gains one entry per heading, whose anchor is then in the HTML.
    title : str, optional
        A heading of level 1 that is left out, once, since the page shows it already.
    caption : str
        Of tables.

    Examples
    --------
    >>> markdown("a < b & <i>c</i>")
    '<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;</p>\\n'
    """
    renderer, convert = _markdown()
    renderer.outline, renderer.title = outline, title
    converted = re.sub(r' style="text-align:\w+"', "", str(convert(text)))  # the policy forbids inline styles
    return tables(converted, caption=caption)


@functools.cache
def _markdown() -> tuple[_Renderer, mistune.Markdown]:
    renderer = _Renderer()
    convert = mistune.create_markdown(renderer=renderer, plugins=["table", "math", "strikethrough"])
    renderer.register("block_math", functools.partial(_math, display=True))
    renderer.register("inline_math", functools.partial(_math, display=False))
    return renderer, convert
