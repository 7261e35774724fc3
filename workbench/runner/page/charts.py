"""Small charts as SVG: the same drawing for the same numbers, its colours left to the style sheet."""

import html
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, TypedDict

from workbench.runner.page.language import said
from workbench.runner.record.provenance import as_text

WIDTH, HEIGHT = 260, 150
LEFT, RIGHT, TOP, BOTTOM = 48, 250, 10, 122  # of the part where values are drawn
# told apart by shape, the colour only helps; a sixth would be told apart by nobody
MARKS = (
    "M-3.2 0a3.2 3.2 0 1 0 6.4 0a3.2 3.2 0 1 0-6.4 0z",
    "M-3-3h6v6h-6z",
    "M0-4L3.8 3H-3.8z",
    "M0-4.4L4.4 0L0 4.4L-4.4 0z",
    "M-3-3L3 3M3-3L-3 3",
)


class Series(TypedDict):
    """How the points of a grid stand in its charts."""

    axis: str  # a parameter
    places: list[str]  # its values as texts
    positions: list[float]  # of the places, between 0 and 1
    names: list[str]  # of the lines, one per combination of the other parameters
    of: list[tuple[int, int]]  # for each point its line and place


def series(grid: Mapping[str, list[Any]]) -> Series:
    """Choose the axis of a grid's charts: of the parameters with numbers the one with most values."""
    axis = max(grid, key=lambda name: (len(grid[name]) > 1 and _are_numbers(grid[name]), len(grid[name])))
    lines: dict[tuple[str, ...], int] = {}
    of: list[tuple[int, int]] = []
    for point in _points(grid):
        others = tuple(f"{name} = {as_text(v)}" for name, v in point if name != axis)
        place = next(i for i, value in enumerate(grid[axis]) if (axis, value) in point)
        of.append((lines.setdefault(others, len(lines)), place))
    names = [", ".join(others) for others in lines]
    places = [as_text(value) for value in grid[axis]]
    return {"axis": axis, "places": places, "positions": _positions(grid[axis]), "names": names, "of": of}


def _points(grid: Mapping[str, list[Any]]) -> list[list[tuple[str, Any]]]:
    found: list[list[tuple[str, Any]]] = [[]]
    for name, values in grid.items():
        found = [[*point, (name, value)] for point in found for value in values]
    return found


def _are_numbers(values: Sequence[Any]) -> bool:
    return all(type(value) in (int, float) for value in values)


def _positions(values: Sequence[Any]) -> list[float]:
    if not _are_numbers(values) or len(values) < 2:
        return [(i + 0.5) / len(values) for i in range(len(values))]
    low, high = min(values), max(values)
    return [0.04 + 0.92 * (value - low) / (high - low) for value in values]


def number(value: float) -> str:
    """Write a number for an axis.

    Examples
    --------
    >>> number(0.25), number(1234.5678), number(3)
    ('0.25', '1235', '3')
    """
    return f"{value:.4g}"


def legend(lines: Series) -> list[dict[str, Any]]:
    """The mark and the name of each line."""
    return [
        {"mark": _mark(0, 0, i), "name": name, "shade": i % len(MARKS)}
        for i, name in enumerate(lines["names"])
    ]


def draw(values: Sequence[float | None], lines: Series, *, published: float | None = None, alt: str) -> str:
    """Draw one number over a grid.

    Parameters
    ----------
    values : list of number or None
        One per point; None leaves a gap.
    lines : Series
    published : number, optional
        Drawn as a broken line.
    alt : str
        What the drawing says, for a reader who cannot see it.

    Returns
    -------
    str
        An ``svg`` element.
    """
    known = [v for v in (*values, published) if v is not None]
    low, high = min(known), max(known)
    if low == high:
        low, high = low - 1, high + 1

    def place(index: int, value: float) -> tuple[str, str]:
        x = LEFT + lines["positions"][index] * (RIGHT - LEFT)
        return f"{x:.1f}", f"{BOTTOM - (value - low) / (high - low) * (BOTTOM - TOP):.1f}"

    parts = [_frame(low, high), *_ticks(lines)]
    if published is not None:
        _, y = place(0, published)
        parts.append(f'<path class="printed" d="M{LEFT} {y}H{RIGHT}"/>')
    for line in range(len(lines["names"])):
        told = [(p, v) for (own, p), v in zip(lines["of"], values, strict=True) if own == line]
        parts.append(f'<g class="s{line % len(MARKS)}">{_line(sorted(told), place, line)}</g>')
    return (
        f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{html.escape(alt)}">'
        f"{''.join(parts)}</svg>"
    )


def _frame(low: float, high: float) -> str:
    texts = "".join(
        f'<text x="{LEFT - 6}" y="{y + 4}" text-anchor="end">{number(v)}</text>'
        for y, v in ((TOP, high), (BOTTOM, low))
    )
    return f'<path d="M{LEFT - 2} {TOP}V{BOTTOM + 3}H{RIGHT}"/>{texts}'


def _ticks(lines: Series) -> Iterator[str]:
    """The first and the last place, and as many between as there is room for."""
    step = math.ceil(len(lines["places"]) / 5)
    for text, at in list(zip(lines["places"], lines["positions"], strict=True))[::step]:
        x = LEFT + at * (RIGHT - LEFT)
        short = text if len(text) < 10 else f"{text[:8]}…"
        yield f'<text x="{x:.1f}" y="{HEIGHT - 12}" text-anchor="middle">{html.escape(short)}</text>'


def _line(
    told: Sequence[tuple[int, float | None]], place: Callable[[int, float], tuple[str, str]], line: int
) -> str:
    """The marks of a line, joined where no value is missing between them."""
    path, pen, marks = "", "M", ""
    for index, value in told:
        if value is None:
            pen = "M"
            continue
        x, y = place(index, value)
        path, pen = f"{path}{pen}{x} {y}", "L"
        marks += _mark(x, y, line)
    return f'<path d="{path}"/>{marks}' if path else ""


def _mark(x: str | int, y: str | int, line: int) -> str:
    return f'<path class="mark" transform="translate({x} {y})" d="{MARKS[line % len(MARKS)]}"/>'


BAR, GUTTER, NAMES = 18, 6, 150  # height of a bar, between two, and the width of their names
SHADES = 6
LEAST = 26  # width of a part that has room for its number


def bars(rows: Sequence[tuple[str, Sequence[tuple[str, int]]]], *, alt: str) -> str:
    """Draw how a whole is parted, one bar per row, all of the same length.

    Parameters
    ----------
    rows : list of (str, list of (str, int))
        The name of each row, and its parts with their sizes, above 0.
    alt : str
        What the drawing says, for a reader who cannot see it.

    Returns
    -------
    str
        An ``svg`` element.
    """
    height = len(rows) * (BAR + GUTTER)
    drawn = "".join(_bar(name, parts, number * (BAR + GUTTER)) for number, (name, parts) in enumerate(rows))
    said = html.escape(alt)
    return f'<svg class="chart bars" viewBox="0 0 640 {height}" role="img" aria-label="{said}">{drawn}</svg>'


def _bar(name: str, parts: Sequence[tuple[str, int]], top: int) -> str:
    whole = sum(size for _, size in parts)
    short = name if len(name) < 26 else f"{name[:24]}…"
    drawn = f'<text x="{NAMES - 8}" y="{top + 13}" text-anchor="end">{html.escape(short)}</text>'
    left = float(NAMES)
    for number, (part, size) in enumerate(parts):
        width = (640 - NAMES) * size / whole
        title = html.escape(said("{part}: {n} of {all}", part=part, n=f"{size:,}", all=f"{whole:,}"))
        drawn += (
            f'<rect class="b{number % SHADES}" x="{left:.1f}" y="{top}" width="{width:.1f}" height="{BAR}">'
            f"<title>{title}</title></rect>"
        )
        if width > LEAST + 6 * len(f"{size:,}") - 12:
            drawn += f'<text x="{left + width / 2:.1f}" y="{top + 13}" text-anchor="middle">{size:,}</text>'
        left += width
    return drawn
