"""Kinds learned from samples: a linear model of the pieces of texts, which knows what it has seen."""

# The runner imports this: types stay text, and libraries are imported where they are used.
from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from workbench.checks import counted

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["kinds_of", "learn"]

PIECES = (1, 3)  # characters


def learn(table: pd.DataFrame, kinds: Sequence[str], random_state: Any = 0) -> Any:
    """Learn the kinds of columns from their cells.

    Parameters
    ----------
    table : pandas.DataFrame of str
    kinds : sequence of str
        One for each column.
    random_state : int
        Seed of the fit.

    Returns
    -------
    sklearn.pipeline.Pipeline
        Logistic regression on whether pieces of one to three characters stand in a cell.

    Raises
    ------
    ValueError
        If `kinds` are not as many as the columns, or all the same.

    Examples
    --------
    >>> import pandas as pd
    >>> seen = pd.DataFrame({"a": ["ann@example.com", "bo@example.com"], "b": ["12.50", "3.75"]})
    >>> kinds_of(learn(seen, ["e-mail address", "unknown"]), seen).to_dict()
    {'a': 'e-mail address', 'b': 'unknown'}
    """
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline

    kinds = list(kinds)
    if len(kinds) != table.shape[1] or len(set(kinds)) < 2:
        raise ValueError(
            f"kinds must give one for each of {counted(table.shape[1], 'column')}, of two kinds at least; "
            f"it gives {len(kinds)}, of {len(set(kinds))}."
        )
    cells = [str(cell) for name in table for cell in table[name]]
    told = [kind for kind in kinds for _ in range(len(table))]
    pieces = CountVectorizer(analyzer="char", ngram_range=PIECES, lowercase=False, binary=True)
    model = LogisticRegression(max_iter=200, random_state=random_state)
    return make_pipeline(pieces, model).fit(cells, told)


def kinds_of(model: Any, table: pd.DataFrame) -> pd.Series:
    """Say of which kind each column is: the one that the model sees in most of its cells.

    Parameters
    ----------
    model : sklearn.pipeline.Pipeline
        What `learn` returned.
    table : pandas.DataFrame of str

    Returns
    -------
    pandas.Series of str, index the columns
    """
    import pandas as pd

    seen = {name: pd.Series(model.predict(table[name].astype(str))).mode()[0] for name in table}
    return pd.Series(seen, name="kind", dtype="str")
