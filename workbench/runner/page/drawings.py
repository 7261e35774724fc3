"""Drawings that stand in the page itself, so that they follow its light and dark.

A notebook is anybody's, and so is its SVG. What is exactly of the form that `publish.figure` writes is written anew,
element by element, from a list of what is allowed, each value by a pattern of its own: shapes and text, no script, no
style, no link, no animation, no address but that of an embedded PNG. Whatever holds anything else is no drawing in
this sense: the page shows it as a picture, which the browser keeps apart.
"""

import html
import re
from collections.abc import Mapping
from typing import Any
from xml.parsers import expat

__all__ = ["inline", "of_output"]

MIME = "image/svg+xml"
SPACE = "http://www.w3.org/2000/svg"
NUMBER = r"-?\d+(?:\.\d+)?"
NUMBERS = rf"{NUMBER}(?:[ ,]+{NUMBER})*"
COLOUR = r"none|#[0-9a-f]{3}|#[0-9a-f]{6}"
LINK = r"url\(#(?P<id>[\w-]+)\)"
FAMILY = r"[\w ,-]+"
# Tones of the page that a drawing may take on: fill or stroke; ink, soft, line, paper. No class of the page's own.
PAINT = {
    "class": r"[fs][islp](?: [fs][islp])?",
    "fill": COLOUR,
    "stroke": COLOUR,
    "fill-opacity": NUMBER,
    "stroke-opacity": NUMBER,
    "opacity": NUMBER,
    "stroke-width": NUMBER,
    "stroke-linejoin": "miter|round|bevel",
    "stroke-linecap": "butt|round|square",
    "stroke-dasharray": NUMBERS,
    "stroke-dashoffset": NUMBER,
    "stroke-miterlimit": NUMBER,
    "clip-path": LINK,
    "transform": rf"(?:(?:matrix|translate|scale|rotate)\({NUMBERS}\) ?)+",
}
WRITING = PAINT | {
    "font-size": NUMBER,
    "font-family": FAMILY,
    "font-weight": r"\d+|bold|normal",
    "font-style": "italic|oblique|normal",
    "font-variant": "small-caps|normal",
    "font-stretch": r"[\w-]+",
    "text-anchor": "start|middle|end",
}
PLACE = dict.fromkeys(("x", "y", "width", "height"), NUMBER)
NAME = {"id": r"[\w-]+"}
ALLOWED: dict[str, dict[str, str]] = {
    "g": WRITING,
    "defs": {},
    "path": PAINT | NAME | {"d": r"[MLHVCSQTAZmlhvcsqtaz\d ,.-]*", "fill": rf"{COLOUR}|{LINK}"},
    "rect": PAINT | PLACE,
    "use": PAINT | PLACE | {"href": r"#(?P<id>[\w-]+)", "fill": rf"{COLOUR}|{LINK}"},
    "text": WRITING | PLACE,
    "tspan": WRITING | PLACE,
    "clipPath": NAME,
    "pattern": PLACE | NAME | {"patternUnits": "userSpaceOnUse", "patternTransform": PAINT["transform"]},
    "image": PLACE
    | {
        "transform": PAINT["transform"],
        "clip-path": LINK,
        "href": r"data:image/png;base64,[A-Za-z0-9+/]+={0,2}",
        "preserveAspectRatio": "none",
        "opacity": NUMBER,
        "image-rendering": r"[\w-]+",
    },
}
ROOT = {
    "class": "drawing",
    "viewBox": rf"0 0 {NUMBER} {NUMBER}",
    "width": r"\d{1,5}",
    "height": r"\d{1,5}",
    "font-family": FAMILY,
    "fill": "#000",
    "stroke-linejoin": "round",
}
SAID_ANEW = ("role", "aria-label")


class _Foreign(Exception):
    """It holds something that no drawing holds."""


def inline(text: str, *, prefix: str, alt: str) -> str | None:
    """Write a drawing's SVG anew for a page.

    Parameters
    ----------
    text : str
        Untrusted.
    prefix : str
        Of its ids, which must be no other drawing's.
    alt : str
        What the drawing says, for a reader who cannot see it.

    Returns
    -------
    str or None
        None where it is anything but a drawing as `publish.figure` writes it.

    Examples
    --------
    >>> start = '<svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 7 7">'
    >>> inline(f'{start}<path d="M0 0L7 7"/></svg>', prefix="p1-", alt="A line.")
    '<svg role="img" aria-label="A line." class="drawing" viewBox="0 0 7 7"><path d="M0 0L7 7"/></svg>'
    >>> inline(f"{start}<script>1</script></svg>", prefix="p1-", alt="A line.")
    """
    writer = _Writer(prefix, alt)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = writer.start
    parser.EndElementHandler = writer.end
    parser.CharacterDataHandler = writer.text
    for name in ("StartDoctypeDeclHandler", "ProcessingInstructionHandler", "CommentHandler"):
        setattr(parser, name, writer.refuse)
    try:
        parser.Parse(text, True)
    except (expat.ExpatError, _Foreign, UnicodeError):
        return None
    return "".join(writer.written)


def of_output(output: Mapping[str, Any], number: int) -> dict[str, str | None]:
    """The drawing of an output, `drawn`, for its place in a page; None where it has none."""
    text, notes = output.get("data", {}).get(MIME), output.get("metadata", {}).get("workbench")
    alt = notes.get("alt") if isinstance(notes, dict) else None
    if not isinstance(text, str) or not isinstance(alt, str) or not alt.strip():
        return {"drawn": None}
    return {"drawn": inline(text, prefix=f"p{number}-", alt=alt)}


class _Writer:
    """Writes each element as it comes, or refuses the whole."""

    def __init__(self, prefix: str, alt: str) -> None:
        self.prefix, self.alt = prefix, alt
        self.open: list[str] = []
        self.written: list[str] = []
        self.bare = False  # whether the last element opened holds nothing yet

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if space != SPACE or not self._may_stand(tag):
            raise _Foreign
        allowed, own = ALLOWED.get(tag, ROOT), ""
        if tag == "svg":
            if attributes.get("class") != "drawing":
                raise _Foreign
            own = f' role="img" aria-label="{html.escape(self.alt)}"'
            attributes = {key: value for key, value in attributes.items() if key not in SAID_ANEW}
        said = "".join(self._attribute(allowed, key, value) for key, value in attributes.items())
        self._write(f"<{tag}{own}{said}")
        self.open.append(tag)
        self.bare = True

    def _may_stand(self, tag: str) -> bool:
        """A definition refers to nothing, so that no drawing can unfold to millions of shapes."""
        if not self.open:
            return tag == "svg" and not self.written
        if self.open[-1] in ("text", "tspan"):
            return tag == "tspan"
        return tag in ALLOWED and not ("defs" in self.open and tag in ("use", "defs", "image"))

    def _attribute(self, allowed: Mapping[str, str], name: str, value: str) -> str:
        match = re.fullmatch(allowed.get(name, r"(?!)"), value, re.ASCII)
        if not match:
            raise _Foreign
        if (target := match.groupdict().get("id")) is not None:
            if "defs" in self.open:
                raise _Foreign
            value = value.replace(f"#{target}", f"#{self.prefix}{target}")
        elif name == "id":
            value = self.prefix + value
        return f' {name}="{html.escape(value)}"'

    def _write(self, text: str) -> None:
        self.written.append(f">{text}" if self.bare else text)
        self.bare = False

    def end(self, name: str) -> None:
        tag = self.open.pop()
        self.written.append("/>" if self.bare else f"</{tag}>")
        self.bare = False

    def text(self, content: str) -> None:
        if self.open[-1] in ("text", "tspan"):
            self._write(html.escape(content, quote=False))
        elif content.strip():
            raise _Foreign

    def refuse(self, *_: object) -> None:
        raise _Foreign
