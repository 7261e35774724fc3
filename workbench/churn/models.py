"""The models that are set beside the tree: a net, a regression with curves, a straight one, boosted trees."""

from typing import Any

import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

from workbench import checks
from workbench.trees import LossTreeClassifier

__all__ = ["logistic", "rivals"]


def logistic(inputs: pd.DataFrame, *, class_weight: Any = None) -> Pipeline:
    """Return a logistic regression for inputs of numbers and levels, not fitted yet.

    Numbers are standardised, a gap in them gets the median and a mark of its own; levels become columns, and one that
    was never seen says nothing.

    Parameters
    ----------
    inputs : pandas.DataFrame
        The training inputs, whose columns tell numbers from levels.
    class_weight : "balanced", dict or None
        As scikit-learn takes it.

    Examples
    --------
    >>> X = pd.DataFrame({"fee": [10.0, 20.0, 30.0, 40.0], "branch": ["A", "B", "A", "B"]})
    >>> logistic(X).fit(X, [False, False, True, True]).predict(X).tolist()
    [False, False, True, True]
    """
    model = LogisticRegression(class_weight=class_weight, max_iter=1000)
    return make_pipeline(_columns(inputs, make_pipeline(_filled(), StandardScaler())), model)


def rivals(
    inputs: pd.DataFrame, *, miss_cost: float = 1, random_state: int | None = 0
) -> dict[str, Pipeline]:
    """Return the models that a tree is compared with, by name, none fitted yet.

    Parameters
    ----------
    inputs : pandas.DataFrame
        The training inputs, whose columns tell numbers from levels.
    miss_cost : float
        What a churner who is missed costs the loss tree, in false alarms; above 0.
    random_state : int or None

    Returns
    -------
    dict
        ``logistic``, ``splines`` (a logistic regression with a curve for each number), ``neural network`` (one hidden
        layer of 8), ``boosted trees`` and ``loss tree`` (CART with losses, Modeler's other tree).
    """
    # its import draws random numbers, which bars a kernel from being forked with the import made ahead
    from sklearn.ensemble import HistGradientBoostingClassifier

    straight = make_pipeline(_filled(), StandardScaler())
    curves = make_pipeline(_filled(), SplineTransformer(n_knots=4, knots="quantile"), StandardScaler())
    # Small batches: how many threads multiply matrices changes no digit that a table shows.
    net = MLPClassifier(
        8, alpha=1.0, learning_rate_init=0.01, tol=1e-3, max_iter=500, random_state=random_state
    )
    boosted = HistGradientBoostingClassifier(
        learning_rate=0.05, max_iter=100, max_leaf_nodes=8, random_state=random_state
    )
    loss = LossTreeClassifier(loss=[(False, True, checks.number("miss_cost", miss_cost, above=0))])
    return {
        "logistic": logistic(inputs),
        "splines": make_pipeline(_columns(inputs, curves), LogisticRegression(C=0.1, max_iter=1000)),
        "neural network": make_pipeline(_columns(inputs, straight), net),
        "boosted trees": make_pipeline(_columns(inputs, "passthrough"), boosted),
        "loss tree": make_pipeline(_columns(inputs, _filled()), loss),
    }


def _filled():
    return SimpleImputer(strategy="median", add_indicator=True, keep_empty_features=True)


def _columns(inputs, numbers):
    """Levels as columns of 0 and 1, numbers as said."""
    checks.distinct("The columns of inputs", inputs.columns)
    numeric = [name for name in inputs if _is_number(inputs[name])]
    levels = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    return make_column_transformer(
        (numbers, numeric), (levels, [name for name in inputs if name not in numeric])
    )


def _is_number(column):
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)
