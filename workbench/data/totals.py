"""Rows that are a total, a subtotal or an average of other rows: told by their label and by what they sum up.

A label alone proves nothing, and neither does a sum, since a customer may be called Total Energies. A row is left out
that says no more than "Total" or "Total A", A being a customer, and whose amount is the sum or the mean of others, or
which lacks what every event has. Where only one of both holds, the file is refused.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import MONEY, DataError
from workbench.data.parsing.cells import as_text, is_empty
from workbench.data.reading import place
from workbench.data.values import shown

__all__ = ["RULE", "Labels", "any_label", "described", "labels", "without_totals"]

SEVERAL, BLOCK = 5, 3  # rows of a file, and of a block, before a sum without a word is no chance
RULE = "it is a total or an average of other rows"
WORD = (
    r"(?:(?:grand|sub|sous|overall|column|report)?[- ]?total(?:s|e|en|es|i|t|geral)?|sums?|averages?|avg\.?|mean|"
    r"summen?|summa|gesamt(?:summe|betrag|ergebnis|umsatz)?|endsumme|(?:zwischen|teil)summe|insgesamt|durchschnitt|"
    r"mittelwert|somme|moyenne|suma|promedio|somma|totaal|(?:sub|eind)totaal|gemiddelde|razem|średnia|celkem|součet|"
    r"průměr|итого|всего|среднее|总计|合计|小计|总和|共计|平均值?|汇总|總計|合計|小計|總和|総計|합계|소계|총계|평균)"
)
KIND = (
    r"(?: (?:sales|amount|revenue|customers|spend(?:ing)?|orders|general|generale|geral|général|umsatz|betrag|ventas|"
    r"importe|montant))?"
)
ALONE = re.compile(rf"{WORD}{KIND}(?:\s*\([^)]*\))?\s*[:：]?", re.IGNORECASE)
BEFORE = re.compile(
    rf"{WORD}(?:\s*[-:：]\s*| (?:of|for|for customer|von|für|de|du|di|van) | )(?P<rest>.+)", re.IGNORECASE
)
AFTER = re.compile(rf"(?P<rest>.+?)(?:\s*[-:：]\s*| |(?=[^\x00-\u2fff])){WORD}\s*[:：]?", re.IGNORECASE)
AVERAGE = r"(?i)average|avg|mean|durchschnitt|mittelwert|moyenne|promedio|gemiddelde|rednia|pr.m.r|среднее|平均|평균"
# What a column is searched for before any of its texts is looked at closely.
GLANCE = (
    "(?i)total|totaal|sum|somm|gesamt|durchschnitt|mittelwert|average|avg|mean|moyenne|promedio|gemiddelde|razem|"
    "rednia|celkem|sou.et|pr.m.r|итого|всего|среднее|计|計|总和|總和|汇总|平均|합계|소계|총계|평균"
)


class Labels(NamedTuple):
    """Which cells are labels of totals, by place.

    Parameters
    ----------
    alone : ndarray of bool
        Nothing but such a word: Total, Sub-total, Average, 合计.
    of : dict of int to str
        Place to what else a label names: "A Total" is the total of A.
    """

    alone: np.ndarray
    of: dict[int, str]


def labels(column: pd.Series) -> Labels:
    """Find the cells of a column that could be labels of totals.

    Parameters
    ----------
    column : pandas.Series

    Examples
    --------
    >>> found = labels(pd.Series(["A", "Sub-total", "A Total", "Total Energies", "Summe:", "合计"]))
    >>> found.alone.tolist(), found.of
    ([False, True, False, False, True, True], {2: 'A', 3: 'Energies'})
    """
    text = as_text(column)
    at = np.flatnonzero(text.str.contains(GLANCE).to_numpy())
    alone, of = np.zeros(len(text), dtype=bool), {}
    for i in at:
        cell = text.iloc[i].strip()
        if ALONE.fullmatch(cell):
            alone[i] = True
        elif found := BEFORE.fullmatch(cell) or AFTER.fullmatch(cell):
            of[int(i)] = found["rest"].strip()
    return Labels(alone, of)


def any_label(frame: pd.DataFrame, columns: Mapping[str, list[str]]) -> bool:
    """Whether a row may be a total, by its customer or, of the last rows, by any cell."""
    found = labels(frame[columns["customer_id"][0]]) if "customer_id" in columns else None
    return found is not None and bool(found.alone.any() or found.of or _last_rows(frame).any())


def without_totals(
    file: str,
    frame: pd.DataFrame,
    columns: Mapping[str, list[str]],
    amounts: pd.Series | None,
    choice: str | None,
) -> tuple[pd.DataFrame, np.ndarray]:
    """Leave out the rows that are totals of others.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        All rows, in their order.
    columns : dict of str to list of str
        Roles to their columns; labels are looked for in that of ``customer_id``, and in the last row anywhere.
    amounts : pandas.Series or None
        Of each row, missing where it cannot be read; None where no amount is wanted.
    choice : {"leave out", None}
        What the user says of rows with such labels.

    Returns
    -------
    frame : pandas.DataFrame
        The rows that are left.
    gone : ndarray of bool
        Which rows are not.

    Raises
    ------
    workbench.data.DataError
        If a row may be a total or a customer.
    """
    none = np.zeros(len(frame), dtype=bool)
    ids = frame[columns["customer_id"][0]]
    found = labels(ids)
    named = set(as_text(ids).str.strip())
    of = {i: rest for i, rest in found.of.items() if rest in named}
    other = {i: rest for i, rest in found.of.items() if rest not in named}
    bare = found.alone | _last_rows(frame)
    bare[list(of)] = True
    sums = none
    if amounts is not None:
        averages = as_text(ids).str.contains(AVERAGE).to_numpy()
        sums = _sums(_parts(frame), bare, of, list(other), amounts.to_numpy(), averages)
    certain = bare & (sums | _lacking(frame, columns))
    gone = certain
    if choice == "leave out":
        gone = bare | sums
        if amounts is not None and not gone.any():
            gone = unnamed(_parts(frame), as_text(ids).str.strip(), amounts.to_numpy())
    if (left_open := (bare | sums) & ~gone).any():
        at = int(np.flatnonzero(left_open)[0])
        _refuse(file, frame, columns["customer_id"][0], at, named=not bare[at])
    kept = frame[~gone] if gone.any() else frame
    kept.attrs = frame.attrs
    return kept, gone


def refuse_unnamed(file: str, frame: pd.DataFrame, column: str, ids: pd.Series, amounts: pd.Series) -> None:
    """Refuse rows that hold the sum of others and do not say so: a grand total, or subtotals that part a whole file.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows as they were read, which say their places.
    column : str
        Of the customers.
    ids, amounts : pandas.Series
        Of each row.
    """
    found = unnamed(_parts(frame), ids, amounts.to_numpy())
    if found.any():
        _refuse(file, frame, column, int(np.flatnonzero(found)[-1]), named=True)


def unnamed(parts: np.ndarray, ids: pd.Series, amounts: np.ndarray) -> np.ndarray:
    """Which rows hold the sum of others, though nothing says so; without a label only what chance cannot do counts.

    A first or last row of a file whose customer has no other row, and whose amount is that of all others; or
    rows, each the sum of those since the one before, that leave no row of the file without one.

    Examples
    --------
    >>> ids = pd.Series(["a", "b", "a", "c", "b", "ALL"])
    >>> unnamed(np.zeros(6, int), ids, np.array([1.5, 2, 3, 4, 5, 15.5])).nonzero()[0].tolist()
    [5]
    >>> ids = pd.Series(["a", "b", "c", "May", "a", "b", "c", "June"])
    >>> unnamed(np.zeros(8, int), ids, np.array([1.5, 2, 3, 6.5, 4, 5, 6, 15])).nonzero()[0].tolist()
    [3, 7]
    """
    found = np.zeros(len(parts), dtype=bool)
    values, once = np.nan_to_num(amounts), ~ids.duplicated(keep=False).to_numpy()
    for part in np.unique(parts):
        rows = np.flatnonzero(parts == part)
        if len(rows) <= SEVERAL:
            continue
        whole = values[rows].sum()
        for i in (rows[-1], rows[0]):
            if once[i] and values[i] and alike(values[i], whole - values[i]):
                found[i] = True
                break
        else:
            same = (ids == ids.iloc[rows[-1]]).to_numpy()[rows]
            for may in (once[rows], same if same.sum() > 1 else None):
                if may is not None and len(ends := _blocks(values[rows], may)):
                    found[rows[ends]] = True
                    break
    return found


def _blocks(values: np.ndarray, may: np.ndarray) -> list[int]:
    """The rows, of those that may be some, each of which sums up the rows since the one before; none if any is left."""
    up_to = np.cumsum(values)
    if not may[-1] or not alike(up_to[-2] - np.append(0, up_to[may]), values[-1]).any():
        return []
    ends, start, base = [], 0, 0.0
    for i in np.flatnonzero(may):
        if i - start >= BLOCK and values[i] and alike(up_to[i] - values[i] - base, values[i]):
            ends.append(int(i))
            start, base = i + 1, up_to[i]
    return ends if len(ends) > 1 and ends[-1] == len(values) - 1 else []


def alike(sums, amount):
    """Whether sums are an amount, but for rounding."""
    return np.abs(sums - amount) <= 0.006 + 1e-9 * np.abs(amount)


def _last_rows(frame: pd.DataFrame) -> np.ndarray:
    """Last rows of files that say Total in any column, as no other row does."""
    found = np.zeros(len(frame), dtype=bool)
    parts = _parts(frame)
    for last in np.flatnonzero(np.diff(parts, append=parts[-1] + 1)):
        for i in range(frame.shape[1]):
            cell = frame.iat[last, i]
            if isinstance(cell, str) and ALONE.fullmatch(cell.strip()):
                found[last] = as_text(frame.iloc[:, i]).str.strip().eq(cell.strip()).sum() == 1
    return found


def _parts(frame: pd.DataFrame) -> np.ndarray:
    """The number of the file that each row is of."""
    before = [part.before for part in frame.attrs.get("parts", [])]
    return (
        np.searchsorted(before, frame.index.to_numpy(), side="left")
        if before
        else np.zeros(len(frame), dtype=int)
    )


def _lacking(frame: pd.DataFrame, columns: Mapping[str, list[str]]) -> np.ndarray:
    """Which rows have no time, or no amount."""
    needed = [name for role in ("event_time", *MONEY) for name in columns.get(role, [])]
    lacking = np.zeros(len(frame), dtype=bool)
    for name in needed:
        lacking |= is_empty(frame[name]).to_numpy()
    return lacking


def _sums(
    parts: np.ndarray,
    bare: np.ndarray,
    of: Mapping[int, str],
    other: list[int],
    amounts: np.ndarray,
    averages: np.ndarray,
) -> np.ndarray:
    """Which labelled rows hold the sum or the mean of others: since the last such row, so far, of the file, of all."""
    found = np.zeros(len(parts), dtype=bool)
    values = np.nan_to_num(amounts)
    for i in [
        *other,
        *np.flatnonzero(bare),
    ]:  # names such as Total Energies first: what is no total is summed up
        rows = ~bare & ~found
        rows[i] = False
        mine = rows & (parts == parts[i])
        before = np.arange(len(parts)) < i
        last = max((j for j in np.flatnonzero(bare & before)), default=-1)
        since = mine & before & (np.arange(len(parts)) > last)
        ways = [since, mine & before, mine, rows & before, rows]
        how = np.mean if averages[i] and bare[i] else np.sum
        found[i] = any(_fits(how, values[way], amounts[i], lone=i in of and way is since) for way in ways)
    return found


def _fits(how, values: np.ndarray, total: float, *, lone: bool) -> bool:
    """Whether an amount is the sum or the mean of others; that of one row only where the label names it."""
    if np.isnan(total) or len(values) < (1 if lone else 2):
        return False
    computed = how(values)
    return bool(alike(total, computed))


def _refuse(file: str, frame: pd.DataFrame, column: str, at: int, *, named: bool) -> None:
    where, row, _ = place(frame, frame.index[at], file)
    words = [cell for cell in frame.iloc[at] if isinstance(cell, str) and ALONE.fullmatch(cell.strip())]
    word = str(words[0] if words else frame[column].iat[at])
    why = "its amount is the sum of other rows" if named else "its amount is no sum of other rows"
    raise DataError(
        f"{where}: row {row} says {shown(word.strip())} and may be a total or a customer ({why}); say which: "
        '--totals "leave out" or --totals keep.'
    )


def described(frame: pd.DataFrame, gone: np.ndarray, file: str) -> str:
    """Say which rows were left out as totals."""
    places = [place(frame, row, file) for row in frame.index[gone][:5]]
    several = len(frame.attrs.get("parts", [])) > 1
    rows = ", ".join(f"{row} of {where}" if several else row for where, row, _ in places)
    n = int(gone.sum())
    return f"{counted(n, 'row')} of totals left out (row{'s' * (n > 1)} {rows}{' …' * (n > 5)})"
