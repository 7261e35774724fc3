"""What the points of a sweep say together: key results, how they vary, and where each claim keeps its verdict."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.runner.page import charts, outcomes
from workbench.runner.page.language import said
from workbench.runner.record.sweeps import Point, SweepRecord

Row = dict[str, Any]  # of the claims that a sweep compares

MOST_CHARTS = 24
# How a claim stands at a point, compared with the default run; the sign tells it without colour.
STATES = {
    "keeps": "the verdict of the default run",
    "changes": "another verdict",
    "n/a": "the claim is about other data or parameters",
    "hole": "no result: the run did not pass, or was not run",
}
HOLE = "✕"


def shown(record: SweepRecord) -> dict[str, Any]:
    """Arrange a sweep's record for its page.

    Parameters
    ----------
    record : SweepRecord

    Returns
    -------
    dict
        ``results`` of each point: its segments, the ``found`` numbers and the ``findings``, those that are ``alike``
        apart; ``sizes`` and ``charts``, drawn; ``numbers``, the claims whose reproduced figure varies; ``map``, a
        row per claim; ``heads``, the values of the grid over the map's columns; ``legend`` and ``axis``.
    """
    varying, found = numbers(record), outcomes.varying(record)
    series = charts.series(record["grid"])
    drawable = [*[_found_chart(record, row, series) for row in found], *_charts(record, varying, series)]
    return {
        "results": [outcomes.results(point) for point in record["points"]],
        "found": found,
        "alike": outcomes.alike(record),
        "findings": outcomes.apart(record),
        "sizes": outcomes.sizes(record),
        "numbers": varying,
        "axis": series["axis"],
        "legend": charts.legend(series) if len(series["names"]) > 1 else [],
        "charts": drawable[:MOST_CHARTS],
        "left_out": max(0, len(drawable) - MOST_CHARTS),
        "heads": heads(record["grid"]),
        "map": claim_map(record),
        "states": STATES,
        "hole": HOLE,
    }


def numbers(record: SweepRecord) -> list[Row]:
    """The claims whose reproduced figure is not the same at all points that have one."""
    found = []
    for row in record["compared"]:
        told = [point["claims"][row["id"]] for point in record["points"] if row["id"] in point["claims"]]
        if len({claim["shown"] for claim in told} - {"–"}) > 1:
            found.append(row)
    return found


def _drawable(record: SweepRecord, rows: Sequence[Row]) -> list[Row]:
    """Of some claims, those whose figures are single numbers."""
    return [row for row in rows if sum(v is not None for v in _values(record, row["id"])) > 1]


def _values(record: SweepRecord, claim: str) -> list[float | None]:
    """A claim's number at each point; None where there is none."""
    claims = [point["claims"].get(claim) for point in record["points"]]
    told = [claim["reproduced"] if claim else None for claim in claims]
    return [v if isinstance(v, (int, float)) and not isinstance(v, bool) else None for v in told]


def _charts(record: SweepRecord, rows: Sequence[Row], series: charts.Series) -> list[dict[str, Any]]:
    return [_chart(record, row, series) for row in _drawable(record, rows)]


def _found_chart(record: SweepRecord, row: outcomes.Varying, series: charts.Series) -> dict[str, Any]:
    """A number of a finding over the grid."""
    sentence = f"{row['before']}{outcomes.GAP}{row['after']}"
    drawing = charts.draw(row["values"], series, alt=_told(record, sentence, row["values"], series, None))
    return {"before": row["before"], "after": row["after"], "drawing": drawing}


def _chart(record: SweepRecord, row: Row, series: charts.Series) -> dict[str, Any]:
    values = _values(record, row["id"])
    published = row["published"] if type(row["published"]) in (int, float) else None
    alt = _told(record, row["id"], values, series, published)
    drawing = charts.draw(values, series, published=published, alt=alt)
    return {"id": row["id"], "statement": row["statement"], "drawing": drawing, "published": published}


def _told(
    record: SweepRecord, name: str, values: Sequence[float | None], series: charts.Series, published: Any
) -> str:
    """What a chart says, in a sentence."""
    known = [v for v in values if v is not None]
    low, high = charts.number(min(known)), charts.number(max(known))
    facts = {"name": name, "axis": series["axis"], "n": len(known), "low": low, "high": high}
    alt = [said("{name} over {axis}: {n} values from {low} to {high}", **facts)]
    alt += [said("published {figure}", figure=charts.number(published))] if published is not None else []
    holes = sum(point["verdict"] != "passed" for point in record["points"])
    alt += [said("1 hole") if holes == 1 else said("{n} holes", n=holes)] if holes else []
    return f"{said('; ').join(alt)}{said('. ')}{said('All values stand in the table of points.')}"


def heads(grid: Mapping[str, list[Any]]) -> list[tuple[str, list[tuple[Any, int]]]]:
    """The rows over the map's columns: per parameter its values, each with the number of columns it spans.

    Examples
    --------
    >>> heads({"k": [2, 3], "how": ["a", "b"]})
    [('k', [(2, 2), (3, 2)]), ('how', [('a', 1), ('b', 1), ('a', 1), ('b', 1)])]
    """
    rows, before, after = [], 1, math.prod(map(len, grid.values()))
    for name, values in grid.items():
        after //= len(values)
        rows.append((name, [(value, after) for value in values] * before))
        before *= len(values)
    return rows


def claim_map(record: SweepRecord) -> list[dict[str, Any]]:
    """One row per claim: its verdict by default, and how it stands at each point; what changes comes first."""
    rows = []
    for row in record["compared"]:
        reference = record["reference"]["verdicts"].get(row["id"])
        cells = [_cell(point, row["id"], reference) for point in record["points"]]
        counts = {state: sum(cell["state"] == state for cell in cells) for state in STATES}
        rows.append(row | {"default": reference, "cells": cells, "counts": counts})
    return sorted(rows, key=lambda row: not row["counts"]["changes"])


def _cell(point: Point, claim: str, reference: str | None) -> dict[str, str]:
    told = point["claims"].get(claim)
    if told is None:
        return {
            "state": "hole",
            "verdict": point["verdict"] if point["verdict"] != "passed" else "no such claim",
        }
    verdict = told["verdict"]
    if verdict == "n/a" and reference != "n/a":
        return {"state": "n/a", "verdict": verdict}
    return {"state": "keeps" if verdict == reference else "changes", "verdict": verdict}
