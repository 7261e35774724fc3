"""Months, as a column of them or of days in them writes them."""

import pandas as pd

from workbench.data.parsing.cells import Parsed, as_text
from workbench.data.parsing.dates import times

MONTH = r"\s*(\d{4})(?:[-/.年]\s?)?(0?[1-9]|1[0-2])月?\s*"


def months(
    text: pd.Series,
    *,
    time_format: str | None = None,
    serials: str | None = "excel",
    counts: pd.Series | None = None,
) -> Parsed:
    """Read months as 2024-01, 202401, 2024/1 or 2024年1月, or the month of a day as `times` reads it.

    Parameters
    ----------
    text, time_format, serials, counts
        As `times` takes them.

    Returns
    -------
    Parsed
        The first day of each month, datetime64[us].

    Examples
    --------
    >>> months(pd.Series(["2024-01", "2024-12"])).values.dt.strftime("%Y-%m-%d").tolist()
    ['2024-01-01', '2024-12-01']
    >>> months(pd.Series(["2024-01-31"])).values.dt.strftime("%Y-%m-%d").tolist()
    ['2024-01-01']
    """
    if time_format is None and not pd.api.types.is_datetime64_any_dtype(text):
        parts = as_text(text).str.extract(f"^{MONTH}$")
        if parts[0].notna().any():  # a cell that is no month is then no day either
            text = (parts[0] + "-" + parts[1].str.zfill(2) + "-01").fillna(as_text(text))
    read = times(text, time_format=time_format, serials=serials, counts=counts)
    return read._replace(values=read.values.dt.to_period("M").dt.to_timestamp().astype("datetime64[us]"))
