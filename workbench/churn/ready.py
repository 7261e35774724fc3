"""A panel from one ready table of ended contracts, such as a user's own: roles apart, all other columns are inputs."""

from collections.abc import Iterable

import pandas as pd

from workbench import checks
from workbench.checks import shown
from workbench.churn.contracts import KEY, refuse_infinite, refuse_repeated
from workbench.churn.panel import LABEL, Moment, with_labels

__all__ = ["MOST_LEVELS", "ROLES", "from_table"]

ROLES = ("customer_id", "contract_end", "renewed_on")
NEEDED_DATES = ("contract_end", "renewed_on")
DATES = (*NEEDED_DATES, "contract_start", "as_of")
MOST_LEVELS = 60
"""How many levels a nominal input may have."""


def from_table(
    table: pd.DataFrame,
    *,
    observation_end: Moment | None = None,
    grace_months: int = 1,
    ignore_columns: Iterable[str] = (),
) -> pd.DataFrame:
    """Set up a panel from a table with one row per ended contract, inputs in its columns.

    Parameters
    ----------
    table : pandas.DataFrame, one row per contract
        ``customer_id``; ``contract_end``; ``renewed_on``, missing if it was not; optional ``contract_start`` and
        ``as_of``, the day on which the inputs were taken (default: the first of the month of the end). Every other
        column is an input: numbers are numeric, all else is nominal.
    observation_end : date or str, optional
        The first day of which nothing is known; default: the day after the last renewal, as contracts may end later.
    grace_months : int
        As `churned` takes it.
    ignore_columns : iterable of str
        Columns that are no inputs.

    Returns
    -------
    pandas.DataFrame, index (``customer_id``, ``contract_end``), in order of the ends
        As `panel` gives it, with these inputs.

    Raises
    ------
    ValueError
        If a column is missing, a number infinite, a nominal input has more than 60 levels, `as_of` lies after the
        contract's month began, two rows are of one customer and end, or a contract was renewed before it began.

    Examples
    --------
    >>> table = pd.DataFrame({"customer_id": ["a", "b"], "contract_end": pd.to_datetime(["2013-01-31", "2013-01-31"]),
    ...     "renewed_on": pd.to_datetime([None, "2013-02-03"]), "hours": [3, 40], "plan": ["S", "L"]})
    >>> from_table(table, observation_end="2013-03-01")["churned"].tolist()
    [True, False]
    """
    checks.names_once(table, "table", "columns")
    checks.needed_columns(table.columns, ROLES, "table")
    ignored = list(ignore_columns)
    for column in ignored:
        checks.known("column to ignore", column, table.columns)
    own = table.drop(columns=[column for column in ignored if column not in ROLES]).reset_index(drop=True)
    _refuse_bad_rows(own)
    until = _until(own, observation_end)
    rows = with_labels(own.drop(columns="as_of", errors="ignore"), until, 0, grace_months)
    if "as_of" in own:
        rows["as_of"] = _given(own["as_of"], rows)
        rows["renewed_early"] = rows["renewed_on"].lt(rows["as_of"])
    names = [column for column in own if column not in (*ROLES, "contract_start", "as_of")]
    if taken := [name for name in names if name in LABEL]:
        raise ValueError(
            f"An input is called {shown(taken[0])}, as a column of the outcome is. Rename it in the file or, if it was "
            f"recorded afterwards, leave it out: ignore_columns={taken[0]}."
        )
    result = pd.concat([rows[[*KEY, *LABEL]], *[_input(own[name]) for name in names]], axis=1)
    result = result.sort_values(KEY[::-1], kind="stable").set_index(KEY)
    label = result["churned"]
    counts = {"not_yet_known": label.isna(), "churned": label, "late": result["late"]}
    counts["renewed_early"] = result["renewed_early"]
    result.attrs["observation_end"] = until
    result.attrs["ledger"] = {"contracts": len(own)} | {
        name: int(flags.sum()) for name, flags in counts.items()
    }
    return result


def _refuse_bad_rows(own):
    if own.empty:
        raise ValueError("table has no row; give at least one ended contract.")
    for column in DATES:
        if column in own and not pd.api.types.is_datetime64_dtype(own[column]):
            raise ValueError(f"table: {column} must hold dates without time zone, not {own[column].dtype}.")
    for column in ("customer_id", "contract_end", "contract_start", "as_of"):
        if column in own and own[column].isna().any():
            row = shown(own.index[own[column].isna()][0])
            raise ValueError(f"table: {column} is missing in row {row}; fill it or leave the row out.")
    refuse_infinite(own, "table")
    refuse_repeated(own)


def _until(own, observation_end):
    if observation_end is not None:
        return pd.Timestamp(checks.moment("observation_end", observation_end))
    renewals = own["renewed_on"].dropna()  # ends may lie ahead, renewals have happened
    last = renewals.max() if len(renewals) else own["contract_end"].max()
    return last.normalize() + pd.Timedelta(days=1)


def _given(as_of, rows):
    """When the inputs were taken, or the refusal of a day on which the outcome may have begun to show."""
    late = as_of.gt(rows["as_of"])
    if late.any():
        at = rows[late].iloc[0]
        raise ValueError(
            f"as_of of customer {shown(at['customer_id'])} is {as_of[late].iloc[0].date()}, after the month began in "
            f"which the contract ended, {at['as_of'].date()}: its inputs may know the outcome. Take them earlier."
        )
    return as_of


def _input(values):
    """An input as numbers or as texts of few levels."""
    if pd.api.types.is_datetime64_any_dtype(values):
        raise ValueError(
            f"The input {shown(values.name)} holds dates; give the days before as_of as a number, or leave it out: "
            f"ignore_columns={values.name}."
        )
    if pd.api.types.is_numeric_dtype(values):
        return values
    texts = values.astype("str").where(values.notna())
    levels = texts.nunique()
    if levels > MOST_LEVELS:
        raise ValueError(
            f"The nominal input {shown(values.name)} has {levels:,} levels; allowed are {MOST_LEVELS}. Group them, or "
            f"leave it out: ignore_columns={values.name}."
        )
    return texts
