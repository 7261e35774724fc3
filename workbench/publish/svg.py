"""matplotlib's SVG made fit to travel: short, without a style sheet, in colours that a page may turn to dark.

Text stays text, in whatever sans-serif the reader has. matplotlib measured it in DejaVu Sans, which is broader than
the fonts named here, so that a text never needs more room than it was given; it is anchored where it was aligned.

Black, grey and white get a class beside their colour (`fi`: fill, ink): a page that has rules for the classes turns
them with its own colours, everybody else sees the colours, on white. Inside a group whose id begins with `AS_IS`,
such as the numbers of a heat map, colours stay what they are.
"""

import html
import re
from xml.etree import ElementTree

__all__ = ["AS_IS", "tidy"]

AS_IS = "as-is"
FONTS = "-apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, sans-serif"
INK, SOFT, LINE, PAPER = "islp"
OWN_FONTS = (
    "DejaVu Sans",
    "Workbench Hanzi",
)  # in which matplotlib measures; the reader's own take their place
DECIMALS = {"transform": 4}  # of a point, elsewhere 2
KEPT = ("svg", "g", "path", "use", "text", "tspan", "rect", "image", "clipPath", "pattern")
# what a group may say for all its members; what belongs to a colour goes together with its class
COLOUR = ("class", "fill", "stroke")
SHARED = ("fill-opacity", "stroke-opacity", "stroke-width", "stroke-linejoin", "stroke-linecap", "stroke-dasharray",
          "stroke-dashoffset", "font-size", "font-weight", "text-anchor")  # fmt: skip
_NUMBER = re.compile(r"-?\d+\.\d+(?:e-?\d+)?")


class _Node:
    """An element on its way from one tree into the next."""

    def __init__(self, tag, attributes, text="", children=()):
        self.tag, self.attributes, self.text, self.children = tag, attributes, text, list(children)


def tidy(text: str, *, alt: str) -> str:
    """Write the SVG of matplotlib anew.

    Parameters
    ----------
    text : str
        As ``savefig(format="svg")`` writes it with ``svg.fonttype`` none.
    alt : str
        What the figure says, for a reader who cannot see it.

    Returns
    -------
    str
        One ``svg`` element without style sheet, inline styles, comments and metadata; its ids are short and in order.

    Examples
    --------
    >>> line = '<path d="M 0 0 \\nL 9.0001 0" style="fill: none; stroke: #000000"/>'
    >>> print(tidy(f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 72 36"><g>{line}</g></svg>', alt="A line."))
    <svg xmlns="http://www.w3.org/2000/svg" class="drawing" viewBox="0 0 72 36" width="100" height="50" role="img" \
aria-label="A line." font-family="-apple-system, Segoe UI, Roboto, Noto Sans, Liberation Sans, Arial, \
sans-serif" fill="#000" stroke-linejoin="round">
    <path class="si" fill="none" stroke="#000" d="M0 0L9 0"/>
    </svg>
    """
    root, definitions = ElementTree.fromstring(text), []
    view = _rounded("viewBox", root.get("viewBox", ""))
    width, height = (round(float(side) / 0.72) for side in view.split()[2:])  # a hundred to the inch
    members = [part for child in root for part in _read(child, definitions, turned=True)]
    drawing = {"xmlns": "http://www.w3.org/2000/svg", "class": "drawing", "viewBox": view}
    drawing |= {"width": str(width), "height": str(height), "role": "img", "aria-label": alt}
    drawing |= {"font-family": FONTS, "fill": "#000", "stroke-linejoin": "round"}
    written = [
        _write(node) for node in ([_Node("defs", {}, "", definitions)] if definitions else []) + members
    ]
    return _with_short_ids("\n".join([_start("svg", drawing) + ">", *written, "</svg>"]))


def _read(element, definitions, *, turned):
    """An element without what a page has no use for; its members where it says nothing itself."""
    tag = element.tag.rpartition("}")[2]
    if tag == "defs":
        definitions += [part for child in element for part in _read(child, definitions, turned=turned)]
        return []
    if tag not in KEPT:
        return []
    turned = turned and not element.get("id", "").startswith(AS_IS)
    members = [part for child in element for part in _read(child, definitions, turned=turned)]
    node = _Node(tag, _attributes(element, tag, turned=turned), element.text or "", members)
    if tag != "g":
        return [node]
    if element.get("id", "").startswith(AS_IS):
        node.attributes.setdefault("fill", "#000")  # else it would be the page's ink
    _hoist(node)
    if len(node.children) == 1 and not set(node.attributes) & {"transform", "clip-path", "opacity"}:
        (member,) = node.children
        member.attributes = node.attributes | member.attributes
        return [member]
    return [node] if node.attributes and node.children else node.children


def _attributes(element, tag, *, turned):
    """The attributes, those of the inline style among them; a group's own name is nobody's business."""
    said = {name.rpartition("}")[2]: value for name, value in element.attrib.items()}
    pairs = (part.split(":", 1) for part in said.pop("style", "").split(";") if ":" in part)
    said |= {name.strip(): value.strip() for name, value in pairs}
    if tag == "g" or said.get("id", "").startswith("image"):
        said.pop("id", None)
    family = said.pop("font-family", "").replace("'", "").split(", ")
    if not set(family) <= {"", *OWN_FONTS, "sans-serif"}:  # the signs of a formula
        said["font-family"] = ", ".join(family)
    said = {name: _rounded(name, value) for name, value in said.items() if name not in ("version", "type")}
    said = {name: value for name, value in said.items() if value and value != "rotate(0)"}
    return said | _classes(said) if turned else said


def _rounded(name, value):
    if name == "transform":
        value = re.sub(r"rotate\(-0( [^)]*)?\)", "", value)
    if name == "href":
        return re.sub(r"\s", "", value)
    if name in ("fill", "stroke"):
        return re.sub(r"^#(.)\1(.)\2(.)\3$", r"#\1\2\3", value)
    if name == "font-size":
        value = value.removesuffix("px")
    value = _NUMBER.sub(lambda match: _short(match[0], DECIMALS.get(name, 2)), value)
    return (re.sub(r"\s*([A-Za-z])\s*", r"\1", value) if name == "d" else value).strip()


def _short(number, decimals):
    text = f"{float(number):.{decimals}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _classes(said):
    found = [kind[0] + tone for kind in ("fill", "stroke") if (tone := _tone(said.get(kind, "")))]
    return {"class": " ".join(found)} if found else {}


def _tone(colour):
    """How dark a grey is; None of a colour."""
    digits = colour.removeprefix("#")
    if not re.fullmatch(r"(?:[0-9a-f]{3}){1,2}", digits):
        return None
    size = len(digits) // 3
    channels = [int(digits[i * size : (i + 1) * size] * (3 - size), 16) for i in range(3)]
    if max(channels) - min(channels) > 8:
        return None
    bounds = ((0x60, INK), (0xA8, SOFT), (0xF4, LINE), (0x100, PAPER))
    return next(tone for most, tone in bounds if max(channels) < most)


def _hoist(group):
    """Let the group say once what each of its members says; members that say nothing else make room for theirs."""
    members = group.children
    if not members:
        return
    colours = [tuple(member.attributes.get(name) for name in COLOUR) for member in members]
    if len(set(colours)) == 1:
        _lift(group, COLOUR)
    alone = [name for name in SHARED if len({member.attributes.get(name) for member in members}) == 1]
    _lift(group, alone)
    plain = all(m.tag == "g" and "transform" not in m.attributes for m in members)
    clips = {member.attributes.get("clip-path") for member in members}
    if plain and len(clips) == 1 and "clip-path" not in group.attributes:
        _lift(group, ["clip-path"])
    group.children = [
        part for m in members for part in (m.children if m.tag == "g" and not m.attributes else [m])
    ]


def _lift(group, names):
    for name in names:
        said = [member.attributes.pop(name, None) for member in group.children]
        if said[0] is not None:
            group.attributes[name] = said[0]


def _write(node):
    inner = "".join(map(_write, node.children))
    if node.tag in ("text", "tspan"):
        inner = inner or html.escape(node.text, quote=False)
    return _start(node.tag, node.attributes) + (f">{inner}</{node.tag}>" if inner else "/>")


def _start(tag, attributes):
    return f"<{tag}" + "".join(f' {name}="{html.escape(value)}"' for name, value in attributes.items())


def _with_short_ids(text):
    """Keep the ids that something refers to, numbered in the order of their definitions."""
    used = set(re.findall(r'href="#([^"]+)"|url\(#([^)]+)\)', text))
    used = {one or other for one, other in used}
    known = [name for name in re.findall(r' id="([^"]+)"', text) if name in used]
    short = {name: f"d{number}" for number, name in enumerate(dict.fromkeys(known))}
    text = re.sub(r' id="([^"]+)"', lambda m: f' id="{short[m[1]]}"' if m[1] in short else "", text)
    text = re.sub(r'href="#([^"]+)"', lambda m: f'href="#{short.get(m[1], m[1])}"', text)
    return re.sub(r"url\(#([^)]+)\)", lambda m: f"url(#{short.get(m[1], m[1])})", text)
