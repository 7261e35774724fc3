"""Keys of persons: one person's identity number in one writing, so that equal keys are one person.

Only writings of the very same number are brought together. A wrong join accuses somebody, so that a number whose check
digit is wrong, being a slip of somebody's, is joined with nothing, and names are never matched.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from workbench.privacy.check_digits import is_resident_id, resident_id_18

__all__ = ["PersonKey", "person_key"]

WRONG = "wrong check digit or date of birth"
_BETWEEN = re.compile(r"[\s\u200b-\u200d\ufeff-]+")
_FORM = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")


class PersonKey(NamedTuple):
    """What stands for a person, and what is wrong with the number, "" if nothing."""

    key: str
    problem: str


def person_key(values: Iterable[str], *, refuse: bool = False) -> list[PersonKey]:
    """Return a key for each person: resident identity numbers in one writing, other texts as they stand.

    Blanks, hyphens, full-width signs and a lower-case x are writing; a number of 15 digits becomes the one of 18 that
    the same person was given later. A number that is none of anybody's gets a key of its own in every row. Where fewer
    than half of the numbers of 15 or 18 characters are well formed, they are no identity numbers, and stay as they are;
    not so where `refuse` says that they are.

    Parameters
    ----------
    values : iterable of str
        Identity numbers, passport numbers, or a bank's own numbers of persons.
    refuse : bool
        Whether to refuse a number with a wrong check digit.

    Returns
    -------
    list of PersonKey
        One per value, in their order.

    Raises
    ------
    ValueError
        If `refuse` and a check digit or date of birth is wrong; the number itself is not shown.

    References
    ----------
    GB 11643-1999.

    Examples
    --------
    >>> [key for key, _ in person_key(["110105 18800101 005x", "１１０１０５１８８００１０１００５Ｘ"])]
    ['11010518800101005X', '11010518800101005X']
    >>> person_key(["110105188001010017", "110105188001010018", "P7"])[1:]
    [PersonKey(key='110105188001010018 (row 1)', problem='wrong check digit or date of birth'),
     PersonKey(key='P7', problem='')]
    """
    given = [str(value) for value in values]
    written = [_BETWEEN.sub("", unicodedata.normalize("NFKC", value)).upper() for value in given]
    formed = [bool(_FORM.fullmatch(number)) for number in written]
    right = [form and is_resident_id(number) for form, number in zip(formed, written, strict=True)]
    if not refuse and 2 * sum(right) < sum(formed):
        return [PersonKey(value.strip(), "") for value in given]
    keys = []
    for row, (value, number) in enumerate(zip(given, written, strict=True)):
        if not formed[row]:
            keys.append(PersonKey(value.strip(), ""))
        elif right[row]:
            keys.append(PersonKey(resident_id_18(number) if len(number) == 15 else number, ""))
        else:
            keys.append(PersonKey(f"{number} (row {row})", WRONG))
    return _refused(keys) if refuse else keys


def _refused(keys: Sequence[PersonKey]) -> list[PersonKey]:
    for row, (_, problem) in enumerate(keys):
        if problem:
            raise ValueError(
                f"The identity number in row {row} has a {problem}; correct it, or leave it out."
            )
    return list(keys)
