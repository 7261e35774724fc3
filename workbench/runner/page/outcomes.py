"""What the points of a sweep found: how large their segments are, and the findings, with the numbers that vary."""

import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, TypedDict

from workbench.runner.page import charts
from workbench.runner.page.language import said
from workbench.runner.record.provenance import as_text
from workbench.runner.record.sweeps import Point, SweepRecord

MOST_BARS = 60
WORDS = 4  # of a sentence on either side of a number, over its column
_NUMBER = r"(?<![\w.])[-+−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w)"
# what may be another at another point: a number, or a name in quotation marks
_SLOT = re.compile(rf"“[^”]*”|{_NUMBER}")
GAP = "…"  # for what is not the same at every point


class Varying(TypedDict):
    """A number of a finding that varies: the sentence up to it and after it, and the number at each point."""

    before: str
    after: str
    heading: str  # the words about it
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
    """The numbers that vary in findings which say the same but for numbers and names, at half of the points or more."""
    sentences: dict[tuple[str, int], dict[int, str]] = defaultdict(dict)
    for place, point in enumerate(record["points"]):
        for key, text in _sentences(point):
            sentences[key][place] = text
    passed = sum(point["verdict"] == "passed" for point in record["points"])
    common = [(skeleton, texts) for (skeleton, _), texts in sentences.items() if 2 * len(texts) >= passed]
    found = [
        row for skeleton, texts in common for row in _of_sentence(skeleton, texts, len(record["points"]))
    ]
    return [row for row in found if not _repeats(row, record)]


def _repeats(row: Varying, record: SweepRecord) -> bool:
    """Whether a number only says which value a parameter has."""
    points = [(point, text) for point, text in zip(record["points"], row["texts"], strict=True) if text]
    return any(
        all(as_text(p["values"][n]) == text for p, text in points) for n in record["points"][0]["values"]
    )


def _last(text: str) -> str:
    words = text.split(" ")
    return text if len(words) <= WORDS + 1 else " ".join(["…", *words[-WORDS - 1 :]])


def _first(text: str) -> str:
    words = text.split(" ")
    return text if len(words) <= WORDS + 1 else " ".join([*words[: WORDS + 1], "…"])


def _sentences(point: Point) -> Iterator[tuple[tuple[str, int], str]]:
    """Each finding by its words without numbers and names, and how often these came before."""
    seen: dict[str, int] = defaultdict(int)
    for finding in point["findings"]:
        skeleton = _SLOT.sub(GAP, finding["text"])
        yield (skeleton, seen[skeleton]), finding["text"]
        seen[skeleton] += 1


def _of_sentence(skeleton: str, sentences: dict[int, str], n_points: int) -> Iterator[Varying]:
    pieces = skeleton.split(GAP)
    told = {place: _SLOT.findall(text) for place, text in sentences.items()}
    slots = list(zip(*told.values(), strict=True))
    if len(pieces) != len(slots) + 1:  # the sentence itself has such a sign
        return
    shown = [slot[0] if len(set(slot)) == 1 else GAP for slot in slots]
    for number, slot in enumerate(slots):
        if len(set(slot)) > 1 and not any(text.startswith("“") for text in slot):
            texts = [told[place][number] if place in told else "" for place in range(n_points)]
            before = "".join(piece + text for piece, text in zip(pieces, shown[:number], strict=False))
            after = "".join(
                text + piece for text, piece in zip(shown[number + 1 :], pieces[number + 2 :], strict=True)
            )
            before, after = before + pieces[number], pieces[number + 1] + after
            yield {
                "before": before,
                "after": after,
                "heading": f"{_last(before)}[…]{_first(after)}",
                "values": [
                    float(text.replace(",", "").replace("−", "-")) if text else None for text in texts
                ],
                "texts": texts,
            }


def sizes(record: SweepRecord) -> dict[str, Any] | None:
    """A drawing of how large the segments of each point are; None where no point names segments."""
    parted = [(p, [(s["name"], s["size"]) for s in p["segments"] if s["size"]]) for p in record["points"]]
    known = [(point, parts) for point, parts in parted if parts]
    if not known:
        return None
    drawn = [(", ".join(map(as_text, point["values"].values())), parts) for point, parts in known[:MOST_BARS]]
    first = [f"{label(point)}: {', '.join(str(size) for _, size in parts)}" for point, parts in known[:12]]
    more = [said("and so on")] * (len(known) > 12)
    told = said(
        "Customers by segment at each point, the largest first. {points}. All stand in the table of points.",
        points="; ".join([*first, *more]),
    )
    names = ", ".join(known[0][0]["values"])
    return {"names": names, "drawing": charts.bars(drawn, alt=told), "left_out": len(known) - len(drawn)}


def results(point: Point) -> dict[str, str]:
    """The segments of a point in short: how many, and how large with their ranks."""
    told = point["segments"]
    known = [
        f"{s['size']:,}" + (f" ({s['rank']})" if s["rank"] else "") for s in told if s["size"] is not None
    ]
    return {"segments": str(len(told)) if told else "", "sizes": ", ".join(known)}
