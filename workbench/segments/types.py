"""Types of customers, named from the arrows of their segment by rules of our own."""

from collections.abc import Mapping

import pandas as pd

from workbench import checks
from workbench.checks import shown
from workbench.segments.arrows import DOWN, UNDECIDED, UP
from workbench.segments.naming import distinct_names

__all__ = ["name_types"]

# Our rules, since the source asks for types but names none. Recency tells whether the customer is still
# there, frequency whether there is a habit: where both are good the type leans loyal, where both are bad it
# leans to leave, else it is mixed. Monetary adds the value.
LEANING = {
    (True, True): ("leaning loyal", "loyal"),
    (True, False): ("mixed", "new or returning"),
    (False, True): ("mixed", "falling silent"),
    (False, False): ("leaning to leave", "leaving"),
}
WHAT_TO_DO = {
    "loyal, high value": "Keep: service and recognition first, no discounts they do not need.",
    "loyal, low value": "Grow: offer a larger tariff or an add-on to those who use the service often.",
    "new or returning, high value": "Bind: welcome them and make the next payment easy.",
    "new or returning, low value": "Develop: low-cost contact; see whether a habit forms.",
    "falling silent, high value": "Win back now: personal contact, ask for the reason.",
    "falling silent, low value": "Remind: an automatic message and a small incentive.",
    "leaving, high value": "Win back if the margin pays for it; ask for the reason.",
    "leaving, low value": "Let go: no paid campaign.",
}
NOT_CLEAR = "Decide nothing on the arrows alone: they do not settle the type."


def name_types(arrows: pd.DataFrame, *, direction: Mapping[str, int] | None = None) -> pd.DataFrame:
    """Name the type of each cluster from its arrows, by rules of our own.

    Recency and frequency both good: leaning loyal; both bad: leaning to leave; else mixed. Monetary adds high
    or low value. All eight patterns have a name; an arrow that is "undecided" leaves its part undecided. Of
    clusters of the same type each gets a number, in the order of the rows.

    Parameters
    ----------
    arrows : DataFrame of str, shape (n_clusters, 3)
        Columns `recency`, `frequency`, `monetary` in any order; "↑", "↓" or "undecided". The `arrow` of
        `honest_arrows` fits after ``unstack()``.
    direction : dict, optional
        1: larger is better, −1: smaller is better, for each of the three; default: −1 for recency, 1 for the others.

    Returns
    -------
    DataFrame of str
        One row per cluster: `leaning`, `type`, `what_to_do`.

    Raises
    ------
    ValueError
        If a column is missing or a cell is no arrow.

    Examples
    --------
    >>> table = pd.DataFrame({"recency": ["↓", "↑"], "frequency": ["↑", "↓"], "monetary": ["↑", "↓"]})
    >>> name_types(table)["type"].tolist()
    ['loyal, high value', 'leaving, low value']
    """
    needed = ["recency", "frequency", "monetary"]
    checks.needed_columns(arrows.columns, needed, "arrows")
    signs = checks.signs(direction, needed)
    good = {
        name: [_good(cell, sign) for cell in arrows[name]] for name, sign in zip(needed, signs, strict=True)
    }
    rows = [_type(*row) for row in zip(*good.values(), strict=True)]
    table = pd.DataFrame(rows, index=arrows.index, columns=["leaning", "type", "what_to_do"])
    return table.assign(type=distinct_names(table["type"]))


def _good(arrow, sign):
    if arrow == UNDECIDED:
        return None
    if arrow not in (UP, DOWN):
        raise ValueError(f"arrows holds {shown(arrow)}; allowed are {checks.listed((UP, DOWN, UNDECIDED))}.")
    return (arrow == UP) == (sign > 0)


def _type(recency, frequency, monetary):
    leaning, name = LEANING.get((recency, frequency), (UNDECIDED, UNDECIDED))
    value = {True: "high value", False: "low value", None: "value undecided"}[monetary]
    name = f"{name}, {value}"
    return leaning, name, WHAT_TO_DO.get(name, NOT_CLEAR)
