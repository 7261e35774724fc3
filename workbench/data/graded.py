"""What stands beside customers who are graded: balances by month, answers to a questionnaire, packages, tiers."""

from typing import TYPE_CHECKING

from workbench.data.tables import beside

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "by_month",
    "load_answers",
    "load_balances",
    "load_packages",
    "load_questionnaire",
    "load_tiers",
    "load_traits",
]


def by_month(accounts: "pd.DataFrame") -> "pd.DataFrame":
    """Put the assets of customers side by side, month by month.

    Parameters
    ----------
    accounts : pandas.DataFrame
        What `load` returned with the roles `ACCOUNTS`.

    Returns
    -------
    pandas.DataFrame of float, shape (n, t)
        Index ``customer_id``, columns the months in order as ``YYYY-MM``. Customers who lack a month are left out,
        since a month without a row is not a month with nothing; ``attrs["left_out"]`` says how many.

    Raises
    ------
    workbench.checks.NotKnown
        If no months are given, there are fewer than three, nobody has a row for each, or one is missing among them.

    Examples
    --------
    >>> import pandas as pd
    >>> months = pd.to_datetime(["2024-01-01", "2024-02-01", "2024-03-01", "2024-03-01"])
    >>> rows = pd.DataFrame({"customer_id": [*"aaab"], "month": months, "assets": [5.0, 6.0, 7.0, 8.0]})
    >>> by_month(rows).loc["a"].tolist(), by_month(rows).attrs["left_out"]
    ([5.0, 6.0, 7.0], 1)
    """
    import pandas as pd

    from workbench.checks import NotKnown

    if accounts["month"].isna().any():
        raise NotKnown(
            "The file has no column of months, one row per customer and month; one look shows no move."
        )
    months = accounts["month"].dt.strftime("%Y-%m")
    wide = accounts.assign(month=months).pivot(index="customer_id", columns="month", values="assets")
    every = pd.period_range(min(wide), max(wide), freq="M")
    if missing := [month for month in every.astype(str) if month not in wide]:
        raise NotKnown(f"Nobody has a row for {missing[0]}; months side by side need all from first to last.")
    whole = wide.dropna().rename_axis(columns=None)
    if wide.shape[1] < 3 or whole.empty:
        raise NotKnown(
            f"{wide.shape[1]} months and {len(whole)} customers with a row for each; three months are needed."
        )
    whole.attrs["left_out"] = len(wide) - len(whole)
    return whole


def load_balances(dataset: str) -> "pd.DataFrame":
    """Load the balances of some customers of a stand-in at each month's end.

    Parameters
    ----------
    dataset : str
        One of the "grading" data sets.

    Returns
    -------
    pandas.DataFrame of float, one row per customer, one column per month
        Yuan. Nobody's level changes, by construction.

    Raises
    ------
    DataError
        If the data set has no balances.

    Examples
    --------
    >>> load_balances("grading").shape
    (2000, 24)
    """
    table = beside(dataset, "balances", "has no balances").astype({"assets": float})
    return table.pivot(index="customer_id", columns="month", values="assets").rename_axis(columns=None)


def load_answers(dataset: str, *, again: bool = False) -> "pd.DataFrame":
    """Load what each customer of a stand-in answered to the questionnaire; `again`, what some answered a second time.

    Parameters
    ----------
    dataset : str
        One of the "grading" data sets.
    again : bool

    Returns
    -------
    pandas.DataFrame of str, one row per customer, one column per item

    Examples
    --------
    >>> load_answers("grading").shape, load_answers("grading", again=True).shape
    ((20000, 10), (2000, 10))
    """
    return beside(dataset, "answers_again" if again else "answers", "has no answers").set_index("customer_id")


def load_questionnaire(dataset: str = "grading") -> "pd.DataFrame":
    """Load the questionnaire of a stand-in: item, topic, answer and points, one row per answer.

    Examples
    --------
    >>> load_questionnaire()["topic"].nunique()
    5
    """
    return beside(dataset, "items", "has no questionnaire").astype({"points": int})


def load_packages(dataset: str = "grading") -> "pd.DataFrame":
    """Load packages of service: what each uses of each limit for a customer and year, and its effect on leaving.

    Examples
    --------
    >>> load_packages().loc["own manager"].tolist()
    [8.0, 1.0, 0.3]
    """
    return beside(dataset, "packages", "has no packages").set_index("package").astype(float)


def load_tiers(dataset: str = "grading") -> "pd.DataFrame":
    """Load tiers of callers: the load of each in erlang, and the weight of a call.

    Examples
    --------
    >>> load_tiers()["load"].to_dict()
    {'top': 4.0, 'middle': 14.0, 'basic': 40.0}
    """
    return beside(dataset, "tiers", "has no tiers").set_index("tier").astype(float)


def load_traits(dataset: str) -> "pd.DataFrame":
    """Load what is true of each customer of a stand-in: capacity and appetite for risk, and the level of balances.

    Examples
    --------
    >>> load_traits("grading").columns.tolist()
    ['capacity', 'appetite', 'level']
    """
    return beside(dataset, "truth", "has no such truth").set_index("customer_id").astype(float)
