"""Names and strategies for segments of app behaviour, by rules on their centres, never by slot number."""

from collections.abc import Mapping

import pandas as pd

from workbench import checks
from workbench.segments.naming import distinct_names

__all__ = ["RULES", "personas"]

COUNTS = (
    "actions",
    "app_launches",
    "account_messages",
    "tab_switches",
    "function_visits",
    "news_messages",
    "news_views",
)
# The source's three names and strategies in our words; the rules are ours, since it prints none.
STRATEGIES = {
    "lurker": "Give a reason to return; find out by a trial whether more pushes are it, before paying for them.",
    "single-function user": "Put one fitting offer inside the account messages that are read anyway.",
    "quality customer": "Keep the service good; no paid campaign is needed to keep the habit.",
    "mixed": "No strategy from the rules; look at the centre.",
}
RULES = {
    "lurker": "every count below the mean customer's",
    "single-function user": "actions not above the mean; account messages at least twice the mean, and a larger "
    "multiple of it than function visits",
    "quality customer": "app launches and function visits above the mean",
    "mixed": "none of these",
}


def personas(centers: pd.DataFrame, overall: pd.Series | Mapping[str, float]) -> pd.DataFrame:
    """Name each segment by comparing its centre with the mean customer.

    The first of `RULES` that holds gives the name. Who does more in the app than the mean customer is no
    single-function user, however many messages there are, so that the most active segment never gets that
    name. Of segments to which the same rule applies each gets a number, in the order of the rows.

    Parameters
    ----------
    centers : DataFrame, shape (n_clusters, m)
        One row per segment; columns at least the counts of `workbench.events.indicators`, in their own unit.
    overall : Series or dict
        Mean over all customers of each column; where it is 0, no segment is above or below it.

    Returns
    -------
    DataFrame of str
        One row per segment: `persona`, all different; `strategy`.

    Raises
    ------
    ValueError
        If a count or mean is missing or not finite.

    Examples
    --------
    >>> centers = pd.DataFrame(1.0, index=[1, 2], columns=list(COUNTS))
    >>> centers.loc[1] *= 0.5
    >>> centers.loc[2, ["app_launches", "function_visits"]] = 3.0
    >>> personas(centers, dict.fromkeys(COUNTS, 1.0))["persona"].tolist()
    ['lurker', 'quality customer']
    """
    overall = pd.Series(overall)
    checks.needed_columns(centers.columns, COUNTS, "centers")
    checks.needed_columns(overall.index, COUNTS, "overall")
    checks.finite_vector(overall[list(COUNTS)], "overall")
    counts = checks.finite_frame(centers[list(COUNTS)], "centers")
    names = [_persona(row, overall) for _, row in counts.iterrows()]
    strategies = [STRATEGIES[name] for name in names]
    return pd.DataFrame({"persona": distinct_names(names), "strategy": strategies}, index=centers.index)


def _persona(center, overall):
    if all(center[name] < overall[name] for name in COUNTS if overall[name] > 0):
        return "lurker"
    messages, visits = (_multiple(center, overall, name) for name in ("account_messages", "function_visits"))
    if messages >= 2 and messages > visits and _multiple(center, overall, "actions") <= 1:
        return "single-function user"
    if visits > 1 and _multiple(center, overall, "app_launches") > 1:
        return "quality customer"
    return "mixed"


def _multiple(center, overall, name):
    return center[name] / overall[name] if overall[name] > 0 else 1.0
