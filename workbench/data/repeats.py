"""What repeats so often in rows that it may stand for nothing: one customer, one amount; and what marks rows apart."""

import re
from collections.abc import Collection

import pandas as pd

from workbench.checks import counted
from workbench.data.catalogue import DataError
from workbench.data.parsing.cells import as_text
from workbench.data.reading import place

__all__ = [
    "in_amounts",
    "in_customers",
    "in_sizes",
    "outstanding",
    "quoted",
    "refuse_again",
    "status",
    "statuses",
]

LEAST, SHARE, TIMES = 20, 0.05, 5  # rows of one customer, their share, and how many times the next one's
HUGE = 10  # times as large as nearly all other amounts
NEARLY_ALL = 0.99  # of the other amounts
FEW = 8  # different values of a status
WORDS = re.compile(
    r"(?i)guests?|gast|gäste|unknown|unbekannt|anonym(ous|e)?|dummy|test(kunde|user)?|walk[- ]?in|laufkund(e|schaft)|"
    r"barverkauf|diverse|no[- _]?(name|id|e?mail|customer)|not ?set|x{3,}"
)
NUMBERS = re.compile(r"0{2,}|-1|9{4,}")
NAMED = re.compile(
    r"(?i)(?:^|[\W_])(status|state|zustand|storniert|storno|is_?cancell?ed|cancell?ed|refunded|failed|soll.?haben|s/h)(?:$|[\W_])"
)
GOOD = {"paid", "succeeded", "success", "completed", "complete", "bezahlt", "abgeschlossen", "captured", "settled",
        "delivered", "shipped", "h", "haben"}  # fmt: skip
BAD = {"failed", "refunded", "cancelled", "canceled", "declined", "voided", "storniert", "unpaid", "chargeback",
       "offen", "pending", "s", "soll"}  # fmt: skip


def refuse_again(
    file: str, frame: pd.DataFrame, keys: pd.DataFrame, what: str, one: str, otherwise: str = "."
) -> None:
    """Refuse a table that has a key twice, where nobody can say which row is right.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    frame : pandas.DataFrame
        The rows as they were read, which say their places.
    keys : pandas.DataFrame
        What may stand in one row only; its index is that of `frame`.
    what, one : str
        What the key is, and what one row must be.
    otherwise : str
        What else than to keep one of the rows would do.
    """
    again = keys[keys.duplicated()]
    if again.empty:
        return
    first = keys.index[(keys == again.iloc[0]).all(axis=1)][0]
    where, row, _ = place(frame, again.index[0], file)
    n = counted(len(again), "such row")
    raise DataError(
        f"{where}: row {row} has the {what} of row {place(frame, first, file)[1]} again ({n}); one row must be one "
        f"{one}. Keep one of them in the file{otherwise}"
    )


def in_customers(ids: pd.Series, *, name: bool = False) -> list[str]:
    """Say whether one customer has an outstanding share of the rows, or is called as if it were none.

    Parameters
    ----------
    ids : pandas.Series of str
    name : bool
        Whether the identifier itself may be shown.

    Examples
    --------
    >>> in_customers(pd.Series(["guest"] * 40 + [f"K{i}" for i in range(60)]), name=True)
    ["1 customer, 'guest', has 40 of 100 rows: does it stand for many who have no identifier?"]
    """
    return in_sizes(ids.dropna().value_counts(), len(ids), name=name)


def in_sizes(sizes: pd.Series, n: int, *, name: bool = False) -> list[str]:
    """Say the same by the rows of each customer, the largest first, and those of all."""
    sizes = sizes[sizes.index.str.strip() != ""]
    if len(sizes) < 2:
        return []
    said, most = [], int(sizes.iloc[0])
    why = "does it stand for many who have no identifier?"
    if most >= LEAST and most >= SHARE * n and most >= TIMES * sizes.iloc[1]:
        called = f", {str(sizes.index[0])!r}," if name else ""
        said.append(f"1 customer{called} has {most:,} of {counted(n, 'row')}: {why}")
        sizes = sizes.iloc[1:]
    often = max(LEAST, TIMES * sizes.median())
    odd = [
        one
        for one, rows in sizes.items()
        if WORDS.fullmatch(one) or (rows >= often and NUMBERS.fullmatch(one))
    ]
    for one in odd[:3]:
        called = repr(one) if name else "that of 1 customer"
        said.append(
            f"the identifier {called} looks like a placeholder ({counted(int(sizes[one]), 'row')}): {why}"
        )
    return said


def in_amounts(amounts: pd.Series) -> list[str]:
    """Say whether the largest amount comes again and again, far above all others: a placeholder, it seems.

    Examples
    --------
    >>> in_amounts(pd.Series([5.0, 7.5, 999999.0, 999999.0, 999999.0]))
    ['3 of 5 amounts are 999,999, far above all others: a placeholder?']
    """
    sizes = amounts.dropna().abs()
    if sizes.empty:
        return []
    largest = sizes.max()
    return outstanding(
        largest, int(sizes.eq(largest).sum()), sizes[sizes < largest].quantile(NEARLY_ALL), len(sizes)
    )


def outstanding(largest: float, n: int, below: float | None, amounts: int) -> list[str]:
    """Say the same of the largest of some amounts, which `n` of them are, and nearly all others are `below`."""
    if n < 3 or below is None or not largest > HUGE * below:
        return []
    return [
        f"{n:,} of {counted(amounts, 'amount')} are {largest:,.10g}, far above all others: a placeholder?"
    ]


def statuses(frame: pd.DataFrame, used: Collection[str]) -> list[str]:
    """Say which columns tell rows apart of which only some may count, such as paid and refunded ones.

    Parameters
    ----------
    frame : pandas.DataFrame
        All columns as text.
    used : collection of str
        Columns that are something else.

    Examples
    --------
    >>> statuses(pd.DataFrame({"id": ["a", "b", "c"], "status": ["paid", "paid", "failed"]}), ["id"])
    ["'status' is paid (2), failed (1); if only some rows count: --where status=paid"]
    """
    said = []
    for i, name in enumerate(map(str, frame.columns)):
        if name in used or not name:
            continue
        said += status(name, as_text(frame.iloc[:, i]).str.strip().value_counts())
    return said


def status(name: str, sizes: pd.Series) -> list[str]:
    """Say the same of one column by how many rows have each of its texts."""
    sizes = sizes[sizes.index != ""]
    words = {str(value).lower() for value in sizes.index[: FEW + 1]}
    if not 1 < len(sizes) <= FEW or not (NAMED.search(name) or len(words & (GOOD | BAD)) > 1):
        return []
    listed = ", ".join(f"{value} ({n:,})" for value, n in sizes.items())
    debits = words <= {"s", "h", "soll", "haben", "d", "c", "debit", "credit", "dr", "cr"}
    what = "all are summed as plus; if only some rows count" if debits else "if only some rows count"
    return [f"{name!r} is {listed}; {what}: --where {quoted(f'{name}={_counting(sizes)}')}"]


def _counting(sizes: pd.Series) -> str:
    """The value that rows have which count, as far as words tell; else the most frequent one."""
    values = [str(value) for value in sizes.index]
    good = [value for value in values if value.lower() in GOOD]
    return (good or [value for value in values if value.lower() not in BAD] or values)[0]


def quoted(text: str) -> str:
    return f"'{text}'" if re.search(r"[^\w=.,-]", text) else text
