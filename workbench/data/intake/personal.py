"""Which columns of a table hold personal data, and which of them a study has no use for."""

from collections.abc import Mapping, Sequence

import pandas as pd

from workbench import privacy

__all__ = ["kinds", "said"]

ROWS = 400  # looked at, spread over the table


def kinds(frame: pd.DataFrame) -> tuple[dict[str, str], list[str]]:
    """Recognise the columns of personal data; and say which hold identifiers that are numbers no more."""
    sample = frame.iloc[:: len(frame) // ROWS + 1]
    found: dict[str, str] = {}
    rounded: list[str] = []
    for place in range(sample.shape[1]):
        try:
            kind = privacy.recognition.columns(sample.iloc[:, [place]])["kind"].iloc[0]
        except ValueError as error:
            rounded.append(str(error))
            continue
        if kind in (*privacy.KINDS, "mixed"):
            found[str(frame.columns[place])] = kind
    return found, rounded


def said(found: Mapping[str, str], customer: str | None, unused: Sequence[str]) -> list[str]:
    """Say what was recognised, what a report makes of it, and what had better be left out of the file."""
    named = [f"{name!r} {_kind(kind)}" for name, kind in found.items()]
    lines = [f"{', '.join(named)}; names are not recognised"] if named else []
    if customer in found:
        lines.append(f"{customer!r} says who a customer is; reports call them c0001, c0002, …")
    if unused:
        lines.append(f"leave out of the file, since no role needs them: {', '.join(map(repr, unused))}")
    return lines


def _kind(kind: str) -> str:
    return "personal data of several kinds" if kind == "mixed" else kind
