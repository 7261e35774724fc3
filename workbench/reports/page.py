"""The executed notebook as one HTML file that asks nothing of the network.

Everything a notebook can put on the page is untrusted: raw HTML in markdown is escaped, HTML outputs are
cleaned, and a Content-Security-Policy allows only our own style sheet, by its hash, and embedded pictures.
"""

import base64
import functools
import hashlib
import re
from pathlib import Path

import jinja2
import math_core
import mistune
import nbformat
import nh3
from nbconvert.exporters import HTMLExporter
from nbconvert.filters import ansi2html
from traitlets.config import Config

HERE = Path(__file__).parent
# No notebook can write these marks: its markup is escaped or loses its comments.
_THIS_RUN = re.compile("<!-- this run -->.*?<!-- end of this run -->", re.S)
# No scripts, no widgets, no remote pictures: what a reader of the page sees is what was computed.
SHOWN = ["text/html", "image/svg+xml", "image/png", "image/jpeg", "text/markdown", "text/plain"]
TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}
ATTRIBUTES = {
    "*": {"class", "title"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    "a": {"href"},
}


def render(notebook, record):
    """Render a run as a page.

    Parameters
    ----------
    notebook : NotebookNode or None
        As executed; None where there is nothing to show but the record.
    record : dict
        The record that also stands in the JSON file, passwords masked.

    Returns
    -------
    str
    """
    body, _ = _exporter().from_notebook_node(
        notebook or nbformat.v4.new_notebook(),
        resources={"record": record, "style": style(), "policy": policy()},
    )
    return body


def clean_html(text):
    """Keep the markup of an HTML output that cannot run, load or restyle anything.

    Examples
    --------
    >>> clean_html('<b onclick="x()">7</b><script>alert(1)</script>')
    '<b>7</b>'
    """
    return nh3.clean(text, tags=TAGS, attributes=ATTRIBUTES, url_schemes={"http", "https", "mailto"})


def without_run(text):
    """Leave out of a page what its template marks as true of one run only: times, machine, commit.

    Examples
    --------
    >>> without_run("a<!-- this run -->12:00<!-- end of this run -->b")
    'ab'
    """
    return _THIS_RUN.sub("", text)


class _Renderer(mistune.HTMLRenderer):
    """Markdown to HTML, raw HTML escaped, formulas as MathML."""

    def __init__(self):
        super().__init__(escape=True)

    def image(self, text, url, title=None):
        return f"<em>[picture not shown: {mistune.escape(text)}]</em>"


def _math(renderer, text, *, display):
    try:
        markup = math_core.LatexToMathML(annotation=True).convert_with_local_state(text, displaystyle=display)
    except math_core.LatexError:
        markup = f'<code class="tex">{mistune.escape(text)}</code>'
    return f'<p class="formula">{markup}</p>\n' if display else markup


def markdown(text):
    """Convert markdown to HTML.

    Examples
    --------
    >>> markdown("a < b & <i>c</i>")
    '<p>a &lt; b &amp; &lt;i&gt;c&lt;/i&gt;</p>\\n'
    """
    return _markdown()(text)


@functools.cache
def _markdown():
    renderer = _Renderer()
    convert = mistune.create_markdown(renderer=renderer, plugins=["table", "math", "strikethrough"])
    renderer.register("block_math", functools.partial(_math, display=True))
    renderer.register("inline_math", functools.partial(_math, display=False))
    return convert


@functools.cache
def style():
    """The style sheet of every page."""
    return (HERE / "template" / "style.css").read_text("utf-8")


def policy():
    """The Content-Security-Policy: nothing but our own style sheet and embedded pictures."""
    digest = base64.b64encode(hashlib.sha256(style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
    )


@functools.cache
def _exporter():
    exporter = HTMLExporter(
        config=Config({"NbConvertBase": {"display_data_priority": SHOWN}}),
        template_name="template",
        extra_template_basedirs=[str(HERE)],
        default_preprocessors=[],
    )
    exporter.register_filter("clean_html", clean_html)
    # colours of a terminal arrive as inline styles, which the policy forbids; the classes are enough
    exporter.register_filter("ansi2html", lambda text: clean_html(ansi2html(text)))
    exporter.register_filter("markdown2html", markdown)
    return exporter


def render_index(rows):
    """Render the list of reports; `rows` are the records to list, in their order."""
    environment = jinja2.Environment(loader=jinja2.FileSystemLoader(HERE / "template"), autoescape=True)
    return environment.get_template("list.html.j2").render(rows=rows, style=style(), policy=policy())
