"""A column that says which rows are money given back, where the amounts themselves do not.

Exports of shops and banks write a refund as a positive amount and say beside it that it is one. Added up with the
sales it would be income. Such a file is refused, as one of several currencies is: `--where` says which rows count.
"""

import re
from collections.abc import Collection, Iterable, Mapping

import pandas as pd

from workbench.checks import counted
from workbench.data import repeats
from workbench.data.catalogue import DataError
from workbench.data.parsing.cells import as_text
from workbench.data.repeats import quoted

__all__ = ["FIRST", "going_back", "may_say", "refuse", "require_told"]

FIRST, FEW = 1000, 12  # rows that are glanced at, and kinds that such a column has at most
BACK = re.compile(
    r"(?:partial |partly |full )?(?:refund(?:ed)?s?|returns?|returned|charge[- ]?backs?|reversals?|"
    r"credit[- ]?(?:note|memo)s?|money ?back|rückgaben?|retouren?|gutschrift(?:en)?|erstattung(?:en)?|"
    r"rückerstattung(?:en)?|rückzahlung(?:en)?|stornos?|stornierung(?:en)?|remboursements?|retours?|avoirs?|"
    r"devoluci[oó]n(?:es)?|reembolsos?|abonos?|resi|rimborsi?|retouren|terugbetaling(?:en)?|zwroty?|"
    r"vr[aá]cen[ií]|退款|退货|退單|退单|冲正|红冲)",
    re.IGNORECASE,
)
NAMED = re.compile(
    r"(?:is|ist|was)?[\W_]*(?:refund(?:ed)?|return(?:ed)?|charge_?back|retoure|r[uü]ckgabe|storno|gutschrift)"
    r"(?:[\W_]*(?:flag|yn|ja_nein))?",
    re.IGNORECASE,
)
YES = {"true", "yes", "y", "1", "t", "ja", "j", "oui", "x", "是"}
NO = {"false", "no", "n", "0", "f", "nein", "non", "", "否"}


def may_say(column: pd.Series) -> bool:
    """Whether the first rows of a column have so few kinds that it may say what a row is."""
    return column.nunique() <= FEW


def going_back(name: str, cells: Iterable[str]) -> set[str]:
    """The cells of a column, each given once, that say of a row that money went back; none where all say so.

    Examples
    --------
    >>> going_back("type", ["sale", "Refund", ""]), going_back("is_refund", ["true", "false"])
    ({'Refund'}, {'true'})
    >>> going_back("status", ["paid", "open"]), going_back("type", ["refund"])
    (set(), set())
    """
    kinds = set(cells)
    if len(kinds) > FEW + 1:
        return set()
    found = {cell for cell in kinds if BACK.fullmatch(cell.strip())}
    if not found and NAMED.fullmatch(name.strip()) and {cell.strip().lower() for cell in kinds} <= YES | NO:
        found = {cell for cell in kinds if cell.strip().lower() in YES}
    return found if kinds - found else set()


def require_told(
    file: str, frame: pd.DataFrame, amounts: pd.Series, used: Collection[str], where: Mapping[str, str]
) -> list[str]:
    """Refuse a table with a column, of those that nothing uses, by which positive amounts were given back.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows as they were read.
    amounts : pandas.Series
        Of each row.
    used : collection of str
        Columns of roles.
    where : dict of str to str
        Columns by which rows are kept, which say what is meant.

    Returns
    -------
    list of str
        Columns by which some rows may not count, as `repeats.status` says it.
    """
    said = []
    for i, name in enumerate(map(str, frame.columns)):
        if name in used or name in where or not name or not may_say(as_text(frame.iloc[:FIRST, i])):
            continue
        text = as_text(frame.iloc[:, i]).str.strip()
        sizes = text.value_counts()
        said += repeats.status(name, sizes)
        if back := going_back(name, sizes.index):
            paid = amounts[text.isin(back).to_numpy()]
            refuse(file, name, back, sizes.index, (int((paid > 0).sum()), int((paid < 0).sum())))
    return said


def refuse(file: str, name: str, back: Collection[str], kinds: Iterable[str], signs: tuple[int, int]) -> None:
    """Refuse rows of the kinds that went back, if of their amounts, `signs`, some are above 0 and none below."""
    above, below = signs
    if not above or below:
        return
    others = [kind for kind in map(str, kinds) if kind not in back and kind]
    keep, add = (
        f"--where {quoted(f'{name}=' + '|'.join(some))}" for some in (others, [*others, *sorted(back)])
    )
    which = f"Say which rows count: {keep} keeps the others" if others else "Give them a minus sign"
    raise DataError(
        f"{file}: {name!r} says {' or '.join(map(repr, sorted(back)))} of {counted(above, 'row')} whose amounts are "
        f"above 0, as if they had been paid. {which}; {add} adds them up."
    )
