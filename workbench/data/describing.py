"""What a data set is, for the reader of a report, and its window of time."""

from workbench.data.catalogue import WHEN, known


def describe(dataset, data_file=None, window=None):
    """Say what a data set is, for the reader of a report.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.
    data_file : str or path, optional
        The user's own file, which then takes the place of `dataset`.
    window : pair of dates, optional
        The window [start, end) that is used; default: that of the data.

    Returns
    -------
    pandas.Series of str
        ``title, kind, origin, licence, row, amount, observation_start, observation_end``.

    Raises
    ------
    DataError
        If the name is unknown.

    Examples
    --------
    >>> describe("cdnow")["kind"]
    'real'
    """
    import pandas as pd

    facts = ["title", "kind", "origin", "licence", "row", "amount", "observation_start", "observation_end"]
    used = {} if window is None else dict(zip(facts[-2:], map(_day, window), strict=True))
    if data_file is None:
        return pd.Series(known(dataset) | used)[facts].rename(dataset)
    from workbench.data.reading import sources

    given = [sources.title(data_file), "yours", "your file", "yours to state", "one row of your file"]
    given += ["units of your file", "day of the first event", "day after the last event"]
    return pd.Series(dict(zip(facts, given, strict=True)) | used, name="your file")


def _day(moment):
    """Write a bound of a window: the day, with the time where it is not midnight."""
    return str(moment).removesuffix(" 00:00:00")


def window(dataset, transactions, *, data_file=None):
    """Give the observation window [start, end) of a data set.

    Parameters
    ----------
    dataset : str
        Name in `DATASETS`.
    transactions : pandas.DataFrame or narwhals.LazyFrame
        What `load` or `scan` returned; decides for the user's own file.
    data_file : str or path, optional
        The user's own file, which then takes the place of `dataset`.

    Returns
    -------
    start, end : pandas.Timestamp
        Declared for the named data sets; for a file of the user's the day of the first event and the day
        after the last.

    Examples
    --------
    >>> print(*window("cdnow", None))
    1997-01-01 00:00:00 1998-07-01 00:00:00
    """
    import pandas as pd

    if data_file is None:
        facts = known(dataset)
        return pd.Timestamp(facts["observation_start"]), pd.Timestamp(facts["observation_end"])
    if isinstance(transactions, pd.DataFrame):
        times = transactions[next(role for role in WHEN if role in transactions)]
        first, last = times.min(), times.max()
    else:
        first, last = map(pd.Timestamp, transactions.attrs["ledger"]["period"])
    return first.normalize(), last.normalize() + pd.Timedelta(days=1)
