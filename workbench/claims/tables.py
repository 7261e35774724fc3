"""The rows of a comparison as text for a terminal and as HTML for a notebook."""

import html
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.claims.verdicts import shown


def as_text(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table for a terminal."""
    lines = [(r["id"], shown(r, "published"), shown(r, "reproduced"), r["verdict"]) for r in rows]
    lines.insert(0, ("claim", "published", "reproduced", "verdict"))
    widths = [max(len(line[i]) for line in lines) for i in range(4)]
    return "\n".join(
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip() for line in lines
    )


def as_html(rows: Sequence[Mapping[str, Any]]) -> str:
    """The table for a notebook."""
    head = "".join(
        f'<th scope="col">{name}</th>' for name in ("claim", "published", "reproduced", "verdict", "why")
    )
    body = "".join(_html_row(row) for row in rows)
    return f'<table class="claims"><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>'


def _html_row(row: Mapping[str, Any]) -> str:
    e = html.escape
    title = f'<th scope="row"><code>{e(row["id"])}</code><br>{e(row["statement"])} <em>({e(row["source"])})</em></th>'
    numbers = "".join(f"<td>{e(shown(row, key))}</td>" for key in ("published", "reproduced"))
    return (
        f"<tr>{title}{numbers}<td><strong>{row['verdict']}</strong></td><td>{e(row['note'] or '')}</td></tr>"
    )
