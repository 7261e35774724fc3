"""What is left of an identifier that was masked, hashed or grouped: how many it may be, and who is alone."""

# The runner imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from workbench.checks import needed_columns, whole_number
from workbench.privacy.check_digits import mod_11_2

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["candidates", "groups_of", "guess", "resident_ids", "unkeyed"]

STAR = re.compile(r"[*•#]")


def resident_ids(region: str, birthday: str) -> list[str]:
    """List every resident identity number of a region and a day of birth.

    Parameters
    ----------
    region : str
        Six digits.
    birthday : str
        ``YYYYMMDD``.

    Returns
    -------
    list of str
        1,000: three digits of a series; the last sign follows from the others.

    Raises
    ------
    ValueError
        If they are no six and eight digits.

    Examples
    --------
    >>> numbers = resident_ids("119999", "18800101")
    >>> len(numbers), numbers[1]
    (1000, '119999188001010019')
    """
    if not (re.fullmatch(r"[0-9]{6}", region) and re.fullmatch(r"[0-9]{8}", birthday)):
        raise ValueError(
            f"region must have 6 digits and birthday 8, as 18800101; they have {len(region)} and {len(birthday)}."
        )
    first = [f"{region}{birthday}{series:03}" for series in range(1000)]
    return [number + mod_11_2(number) for number in first]


def unkeyed(value: str) -> str:
    """Hash a value as it is often done to make it anonymous: SHA-256 without a key.

    Examples
    --------
    >>> unkeyed("15400000001")[:8]
    'b83ad62f'
    """
    return sha256(value.encode("utf-8", "surrogatepass")).hexdigest()


def guess(digest: str, values: Iterable[str]) -> tuple[str | None, int]:
    """Try values until one has a hash.

    Parameters
    ----------
    digest : str
        What `unkeyed` gave.
    values : iterable of str

    Returns
    -------
    value : str or None
        None where none has it.
    tries : int

    Examples
    --------
    >>> guess(unkeyed("119999188001010019"), resident_ids("119999", "18800101"))
    ('119999188001010019', 2)
    """
    tries = 0
    for value in values:
        tries += 1
        if unkeyed(value) == digest:
            return value, tries
    return None, tries


def candidates(masked: str, births: tuple[int, int] = (1900, 2026)) -> float:
    """Count the numbers that a masked one may be.

    Parameters
    ----------
    masked : str
        A mobile number, card or identity number with ``*`` for what is hidden.
    births : (int, int)
        First and last year of birth that an identity number may have.

    Returns
    -------
    float
        10 for each hidden digit; of an identity number of 18 signs the days that fit, and where its check digit is
        shown one number in 11; of a card whose check digit is shown, one in 10.

    Raises
    ------
    ValueError
        If nothing is hidden.

    Examples
    --------
    >>> candidates("154****0001"), candidates("11999918800101****", births=(1880, 1899))
    (10000.0, 1000.0)
    """
    if not STAR.search(masked):
        raise ValueError("masked must hide something, with * for each sign; nothing is hidden.")
    if len(masked) == 18:
        series = masked[:6] + masked[14:17]
        fitting = _days(masked[6:14], births) * 10.0 ** len(STAR.findall(series))
        return fitting if STAR.fullmatch(masked[17]) else fitting / 11
    hidden = 10.0 ** len(STAR.findall(masked))
    return hidden / 10 if len(masked) in (16, 17, 19) and masked[-1].isdigit() else hidden


def _days(masked: str, births: tuple[int, int]) -> int:
    """The days of birth that fit eight signs."""
    fits = re.compile(STAR.sub("[0-9]", masked))
    first, last = date(births[0], 1, 1), date(births[1], 12, 31)
    days = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return sum(bool(fits.fullmatch(day.strftime("%Y%m%d"))) for day in days)


def groups_of(table: pd.DataFrame, by: Sequence[str], min_cell: int = 5) -> pd.DataFrame:
    """Count the rows that are alike in what others may know of a person.

    Parameters
    ----------
    table : pandas.DataFrame, one row per person
    by : sequence of str
        Columns that somebody else may know, such as birthday, postcode and sex.
    min_cell : int
        Groups of fewer rows are small: k-anonymity with k = `min_cell` does not hold.

    Returns
    -------
    pandas.DataFrame, one row per number of columns, the first of `by`, the first two, …
        ``columns``; ``groups``; ``small`` groups; ``persons_in_small``, rows of these; ``alone``, rows like no other.

    Raises
    ------
    ValueError
        If a column is missing or `min_cell` is no whole number from 2.

    References
    ----------
    Sweeney (2002), *Int. J. Uncertain. Fuzz.* 10, 557-570.

    Examples
    --------
    >>> import pandas as pd
    >>> people = pd.DataFrame({"sex": list("ffmm"), "town": list("aaab")})
    >>> groups_of(people, ["sex", "town"], min_cell=2)["alone"].tolist()
    [0, 2]
    """
    import pandas as pd

    needed_columns(table.columns, by, "table")
    whole_number("min_cell", min_cell, 2)
    rows = []
    for n in range(1, len(by) + 1):
        sizes = table.groupby(list(by[:n]), dropna=False, observed=True).size()
        small = sizes[sizes < min_cell]
        rows.append((", ".join(by[:n]), len(sizes), len(small), int(small.sum()), int((sizes == 1).sum())))
    return pd.DataFrame(rows, columns=["columns", "groups", "small", "persons_in_small", "alone"])
