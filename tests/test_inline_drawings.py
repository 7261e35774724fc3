"""SVG in a page: what `publish.figure` writes stands in the page itself, everything else stays a picture."""

import re

import matplotlib.pyplot as plt
import nbformat
import numpy as np
import pytest
from test_drawing import DRAWINGS, all_drawings
from test_page import RECORD, tags

from workbench.publish import figures
from workbench.runner.page import drawings, page

START = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 72 72" width="100" height="100">'
)
PIXELS = "data:image/png;base64,iVBORw0KGgo="


def inline(inner, *, start=START, prefix="p1-"):
    return drawings.inline(f"{start}{inner}</svg>", prefix=prefix, alt="A <line>.")


def svg_of(drawing):
    figure = np.ravel(drawing)[0].get_figure(root=True)
    data, _ = figures._bundle(figure, alt="Something drawn.", caption="Drawn.")
    plt.close(figure)
    return data["image/svg+xml"]


@pytest.mark.parametrize("which", DRAWINGS)
def test_every_drawing_of_ours_stands_in_the_page(which):
    text = svg_of(all_drawings(["loyal & <b>", "忠诚", "$x$"])[which]())
    written = drawings.inline(text, prefix="p7-", alt="Alt.")
    assert written.startswith('<svg role="img" aria-label="Alt." class="drawing" viewBox="0 0 ')
    assert "style=" not in written
    assert re.findall(r">([^<>\n]+)<", written) == re.findall(r">([^<>\n]+)<", text), "the texts are the same"
    names = re.findall(r' id="([^"]+)"', written)
    assert len(set(names)) == len(names)
    targets = re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', written)
    assert {one or other for one, other in targets} == set(names)
    assert all(name.startswith("p7-") for name in names)


ALLOWED = [
    "",
    "<g/>",
    "<g><g/><path d='M0 0L1.5 -2z'/></g>",
    "<text x='1' y='2' text-anchor='middle'>a &lt; b</text>",
    "<defs><path id='d0' d='M0 0'/></defs><use href='#d0' x='1' y='2' fill='#fff' class='fp'/>",
    f"<image href='{PIXELS}' width='3' height='4' transform='scale(1 -1) translate(0 -4)'/>",
    "<defs><clipPath id='c'><rect width='1' height='1'/></clipPath></defs><g clip-path='url(#c)'><path d=''/></g>",
]


@pytest.mark.parametrize("inner", ALLOWED)
def test_what_a_drawing_may_hold_is_kept(inner):
    written = inline(inner)
    assert written.startswith('<svg role="img" aria-label="A &lt;line&gt;." class="drawing"')
    assert re.findall(r"<(\w+)", written)[1:] == re.findall(r"<(\w+)", inner)
    assert written.count("<") == written.count(">")


FOREIGN = [
    "<script>alert(1)</script>",
    "<style>*{display:none}</style>",
    "<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'><b>x</b></body></foreignObject>",
    "<a href='javascript:alert(1)'><text>x</text></a>",
    "<path d='M0 0' onclick='alert(1)'/>",
    "<path d='M0 0' style='fill: red'/>",
    "<path d='M0 0' fill='url(http://example.com/x)'/>",
    "<path d='M0 0' fill='red;}</style>'/>",
    "<image href='http://example.com/x.png'/>",
    "<image href='data:image/svg+xml;base64,AAAA'/>",
    f"<image xmlns:xlink='http://www.w3.org/1999/xlink' xlink:href='{PIXELS}'/>",
    "<use href='http://example.com/x.svg#a'/>",
    "<use href='data:image/svg+xml,x#a'/>",
    "<defs><use href='#b' id='a'/></defs>",  # definitions that refer to each other unfold without end
    "<defs><path id='a' d='M0 0' fill='url(#a)'/></defs>",
    "<g id='claims'/>",
    "<path d='M0 0' class='verdict passed'/>",
    "<animate attributeName='d' to='M9 9'/>",
    "<set attributeName='href' to='javascript:alert(1)'/>",
    "<text>a<b xmlns='http://www.w3.org/1999/xhtml'>b</b></text>",
    "<text><path d='M0 0'/></text>",
    "<svg/>",
    "<title>x</title>",
    "loose text",
    "<!-- a comment -->",
    "<![CDATA[x]]>",
    "<?php 1 ?>",
    "<p xmlns='http://www.w3.org/1999/xhtml'>x</p>",
    "<g>",
    "\x00",
]


@pytest.mark.parametrize("inner", FOREIGN)
def test_whatever_holds_more_is_no_drawing(inner):
    assert inline(inner) is None


@pytest.mark.parametrize(
    "start",
    [
        START.replace(' class="drawing"', ""),
        START.replace('class="drawing"', 'class="drawing verdict"'),
        START.replace('width="100"', 'width="100" onload="alert(1)"'),
        START.replace("http://www.w3.org/2000/svg", "http://example.com"),
        "<!DOCTYPE svg [<!ENTITY a 'aaaa'>]>" + START,
    ],
)
def test_whose_root_says_more_is_no_drawing(start):
    assert inline("", start=start) is None
    assert inline("", start=START) is not None


def test_a_long_value_that_does_not_fit_is_refused_at_once():
    assert inline(f"<path d='{'1' * 100_000}!'/>") is None
    assert inline(f"<path d='M0 0' stroke-dasharray='{'1 ' * 50_000}!'/>") is None


def test_ids_of_two_drawings_are_apart_and_one_without_a_text_alternative_is_a_picture():
    text = f"{START}<defs><path id='d0' d='M0 0'/></defs><use href='#d0'/></svg>"
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": text})
    told = {"workbench": {"alt": 'A "line" <b>.', "caption": "Drawn."}}
    outputs = [output | {"metadata": told}, output | {"metadata": told}, output]
    cell = nbformat.v4.new_code_cell("1", outputs=[nbformat.from_dict(o) for o in outputs])
    found = tags(page.render(nbformat.v4.new_notebook(cells=[cell]), RECORD))
    assert [a["id"] for tag, a in found if tag == "path"] == ["p1-d0", "p2-d0"]
    assert [a["href"] for tag, a in found if tag == "use"] == ["#p1-d0", "#p2-d0"]
    assert [a["aria-label"] for tag, a in found if tag == "svg"] == ['A "line" <b>.'] * 2
    assert [a["src"][:26] for tag, a in found if tag == "img"] == ["data:image/svg+xml;base64,"]


def test_foreign_svg_is_a_picture_which_the_browser_keeps_apart():
    text = f"{START}<script>alert(1)</script></svg>"
    output = nbformat.v4.new_output("display_data", {"image/svg+xml": text})
    output.metadata = {"workbench": {"alt": "A line.", "caption": "Drawn."}}
    cell = nbformat.v4.new_code_cell("1", outputs=[output])
    written = page.render(nbformat.v4.new_notebook(cells=[cell]), RECORD)
    assert "alert" not in written
    assert [a["alt"] for tag, a in tags(written) if tag == "img"] == ["A line."]
