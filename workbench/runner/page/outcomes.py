"""What the points of a sweep found: how large their segments are, and the findings, with the numbers that vary."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypedDict

from workbench.runner.page import charts
from workbench.runner.record.provenance import as_text
from workbench.runner.record.sweeps import Point, SweepRecord

MOST_BARS = 60
_NUMBER = re.compile(r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w)")
GAP = "…"  # for a number that is not the same at every point


class Varying(TypedDict):
    """A number of a finding that varies: the sentence up to it and after it, and the number at each point."""

    before: str
    after: str
    values: list[float | None]
    texts: list[str]


def label(point: Point) -> str:
    """A point by its values."""
    return ", ".join(f"{name} = {as_text(value)}" for name, value in point["values"].items())


def alike(record: SweepRecord) -> list[str]:
    """The findings that every point that passed has in the same words."""
    told = [
        [f["text"] for f in point["findings"]] for point in record["points"] if point["verdict"] == "passed"
    ]
    return [text for text in told[0] if all(text in other for other in told)] if len(told) > 1 else []


def apart(record: SweepRecord) -> list[tuple[str, list[str]]]:
    """Each point with the findings that not all have."""
    same = alike(record)
    rows = [(label(p), [f["text"] for f in p["findings"] if f["text"] not in same]) for p in record["points"]]
    return [(name, texts) for name, texts in rows if texts]


def varying(record: SweepRecord) -> list[Varying]:
    """The numbers in findings that differ only in their numbers, where they vary from point to point."""
    sentences: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for place, point in enumerate(record["points"]):
        for key, text in _sentences(point):
            sentences[key][place] = text
    found = []
    for (skeleton, _), texts in sentences.items():
        numbers = {place: _NUMBER.findall(text) for place, text in texts.items()}
        found += list(_of_sentence(skeleton, numbers, len(record["points"])))
    return found


def _sentences(point: Point) -> Iterator[tuple[tuple[str, int], str]]:
    """Each finding by its words without numbers, and how often these came before."""
    seen: dict[str, int] = defaultdict(int)
    for finding in point["findings"]:
        skeleton = _NUMBER.sub(GAP, finding["text"])
        yield (skeleton, seen[skeleton]), finding["text"]
        seen[skeleton] += 1


def _of_sentence(skeleton: str, numbers: dict[int, list[str]], n_points: int) -> Iterator[Varying]:
    pieces = skeleton.split(GAP)
    slots = list(zip(*numbers.values(), strict=True))
    if len(pieces) != len(slots) + 1:  # the sentence itself has such a sign
        return
    shown = [slot[0] if len(set(slot)) == 1 else GAP for slot in slots]
    for number, slot in enumerate(slots):
        if len(set(slot)) > 1:
            texts = [numbers[place][number] if place in numbers else "" for place in range(n_points)]
            before = "".join(piece + text for piece, text in zip(pieces, shown[:number], strict=False))
            after = "".join(
                text + piece for text, piece in zip(shown[number + 1 :], pieces[number + 2 :], strict=True)
            )
            yield {
                "before": before + pieces[number],
                "after": pieces[number + 1] + after,
                "values": [
                    float(text.replace(",", "").replace("−", "-")) if text else None for text in texts
                ],
                "texts": texts,
            }


def sizes(record: SweepRecord) -> dict[str, Any] | None:
    """A drawing of how large the segments of each point are; None where no point names segments."""
    told = [
        (label(p), [(s["name"], s["size"]) for s in p["segments"] if s["size"]]) for p in record["points"]
    ]
    known = [(name, parts) for name, parts in told if parts]
    if not known:
        return None
    drawn = known[:MOST_BARS]
    alt = "; ".join(f"{name}: {', '.join(str(size) for _, size in parts)}" for name, parts in drawn[:12])
    more = "; and so on" if len(drawn) > 12 else ""
    text = f"Customers by segment at each point, the largest first. {alt}{more}. All stand in the table of points."
    return {"drawing": charts.bars(drawn, alt=text), "left_out": len(known) - len(drawn)}


def results(point: Point) -> dict[str, str]:
    """The segments of a point in short: how many, and how large with their ranks."""
    told = point["segments"]
    known = [
        f"{s['size']:,}" + (f" ({s['rank']})" if s["rank"] else "") for s in told if s["size"] is not None
    ]
    return {"segments": str(len(told)) if told else "", "sizes": ", ".join(known)}
