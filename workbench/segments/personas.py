"""Names and strategies for segments of app behaviour, by rules on their centres, never by slot number."""

import pandas as pd

from workbench.checks import did_you_mean

__all__ = ["personas"]

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


def personas(centers, overall):
    """Name each segment by comparing its centre with the mean customer.

    In this order: *lurker*, every count below the mean; *single-function user*, account messages at least
    twice the mean and a larger multiple of it than function visits; *quality customer*, launches and function
    visits above the mean; else *mixed*. Several segments may get the same name.

    Parameters
    ----------
    centers : DataFrame, shape (n_clusters, m)
        One row per segment; columns at least the counts of `workbench.events.indicators`, in their own unit.
    overall : Series or dict
        Mean over all customers of each column; where it is 0, no segment is above or below it.

    Returns
    -------
    DataFrame of str
        One row per segment: `persona`, `strategy`.

    Raises
    ------
    ValueError
        If a count is missing or not finite.

    Examples
    --------
    >>> centers = pd.DataFrame(1.0, index=[1, 2], columns=list(COUNTS))
    >>> centers.loc[1] *= 0.5
    >>> centers.loc[2, ["app_launches", "function_visits"]] = 3.0
    >>> personas(centers, dict.fromkeys(COUNTS, 1.0))["persona"].tolist()
    ['lurker', 'quality customer']
    """
    overall = pd.Series(overall, dtype=float)
    for name in COUNTS:
        if name not in centers or name not in overall:
            known = ", ".join(map(str, centers.columns))
            raise ValueError(f"centers lacks {name!r}{did_you_mean(name, centers.columns)} Columns: {known}.")
    counts = centers[list(COUNTS)].astype(float)
    bad = ~(counts.notna() & (counts.abs() < float("inf")))
    if bad.any(axis=None):
        column = bad.any().idxmax()
        raise ValueError(f"centers: {column} of segment {bad[column].idxmax()!r} is not finite.")
    names = [_persona(row, overall) for _, row in counts.iterrows()]
    return pd.DataFrame({"persona": names, "strategy": [STRATEGIES[n] for n in names]}, index=centers.index)


def _persona(center, overall):
    if all(center[name] < overall[name] for name in COUNTS if overall[name] > 0):
        return "lurker"
    messages, visits = (_multiple(center, overall, name) for name in ("account_messages", "function_visits"))
    if messages >= 2 and messages > visits:
        return "single-function user"
    if visits > 1 and _multiple(center, overall, "app_launches") > 1:
        return "quality customer"
    return "mixed"


def _multiple(center, overall, name):
    return center[name] / overall[name] if overall[name] > 0 else 1.0
