"""A segmentation kept for next month: its scaling, weights, centres, cuts and limits, as a table to read back."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.checks import listed, shown

__all__ = ["Model", "keep", "read_back"]

FAR = 0.99  # of a segment's own customers lie nearer to its centre
PARTS = ("weight", "center", "cut", "far", "scaling")


class Model(NamedTuple):
    """What assigns new customers to known segments.

    Parameters
    ----------
    scaling : str
        As `rfm.scale` knows it; its reference are the customers of that time.
    weights : pandas.Series, index indicators
    centers : pandas.DataFrame, shape (K, m)
        On the scaled, weighted indicators; index: segments.
    cuts : dict of str to list of float
        By indicator, from which value on the next score begins; empty without scores.
    far : pandas.Series, index segments
        Distance beyond which a customer is far from the centre.
    """

    scaling: str
    weights: pd.Series
    centers: pd.DataFrame
    cuts: dict[str, list[float]]
    far: pd.Series


def keep(
    X: pd.DataFrame,
    segments: pd.Series | ArrayLike,
    *,
    scaling: str,
    weights: Mapping[str, float] | pd.Series,
    cuts: Mapping[str, list[float]] | None = None,
) -> pd.DataFrame:
    """Make the table that `read_back` reads, from the customers that a model was made of.

    Parameters
    ----------
    X : pandas.DataFrame, shape (n, m)
        Scaled, weighted indicators, one row per customer.
    segments : array_like of shape (n,)
        Name of each customer's segment; its centre is the mean of its customers.
    scaling : str
    weights : dict or Series, indicator to weight
    cuts : dict of str to list of float, optional

    Returns
    -------
    pandas.DataFrame
        ``part`` ("weight", "center", "cut", "far" or "scaling"), ``segment``, ``indicator``, ``value``, ``text``.

    Examples
    --------
    >>> X = pd.DataFrame({"visits": [0.0, 2.0, 10.0]})
    >>> table = keep(X, ["low", "low", "high"], scaling="zscore", weights={"visits": 1.0})
    >>> read_back(table).centers["visits"].to_dict()
    {'high': 10.0, 'low': 1.0}
    """
    points = checks.finite_frame(X)
    names = pd.Series(checks.labels(segments, points, "segments"), points.index).astype(str)
    centers = points.groupby(names).mean()
    distance = np.linalg.norm(points.to_numpy() - centers.loc[names].to_numpy(), axis=1)
    far = pd.Series(distance, points.index).groupby(names).quantile(FAR)
    say = checks.not_negative(weights, points.columns, "weights").tolist()
    rows = [("weight", "", name, value, "") for name, value in zip(points.columns, say, strict=True)]
    rows += [("center", s, name, float(v), "") for s, row in centers.iterrows() for name, v in row.items()]
    rows += [("cut", "", name, float(v), "") for name, values in (cuts or {}).items() for v in values]
    rows += [("far", segment, "", float(value), "") for segment, value in far.items()]
    rows += [("scaling", "", "", np.nan, scaling)]
    return pd.DataFrame(rows, columns=["part", "segment", "indicator", "value", "text"])


def read_back(table: pd.DataFrame) -> Model:
    """Read a model from the table that `keep` made.

    Raises
    ------
    ValueError
        If a column or a part is missing.
    """
    checks.needed_columns(table.columns, ("part", "segment", "indicator", "value", "text"), "table")
    texts = table.fillna({"segment": "", "indicator": "", "text": ""})
    parts = dict(iter(texts.groupby("part")))
    if lacking := [part for part in ("center", "far", "scaling", "weight") if part not in parts]:
        raise ValueError(
            f"table holds no {listed(lacking)}; parts are {listed(PARTS)}, as {shown('keep')} makes them."
        )
    order = parts["weight"]["indicator"].tolist()
    centers = parts["center"].pivot(index="segment", columns="indicator", values="value")
    cuts = parts["cut"].groupby("indicator", sort=False)["value"].apply(list) if "cut" in parts else {}
    return Model(
        str(parts["scaling"]["text"].iloc[0]),
        parts["weight"].set_index("indicator")["value"].rename("weight"),
        centers[[name for name in order if name in centers]].rename_axis(columns=None),
        {str(name): [float(v) for v in values] for name, values in dict(cuts).items()},
        parts["far"].set_index("segment")["value"].rename("far"),
    )
