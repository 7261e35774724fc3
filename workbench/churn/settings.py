"""Settings of the tree: one under the names of the source's program, and many of them tried and judged."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from workbench import checks
from workbench.churn.calibration import summary
from workbench.churn.evaluation import auc, confusion
from workbench.trees import C50Classifier

__all__ = ["tree", "tried"]

MEASURES = ("coverage", "precision", "F1", "AUC", "slope")


def tree(
    *,
    miss_cost: float = 1.0,
    pruning_severity: float = 75,
    min_records: int = 2,
    group_symbolics: bool = False,
) -> C50Classifier:
    """Return a C5.0 tree for contracts that churned or not, not fitted yet, with the settings that Modeler names.

    Parameters
    ----------
    miss_cost : float
        What a churner who is missed costs, in false alarms, from 1; a penalty. 1 is none.
    pruning_severity : float
        In per cent, above 0 and below 100; larger prunes more. Taken as 100 − 100 · confidence.
    min_records : int
        Fewest records in each of at least two branches.
    group_symbolics : bool
        Whether levels that act alike share a branch.

    Raises
    ------
    ValueError
        If a setting lies outside what is allowed.

    References
    ----------
    IBM SPSS Modeler, C5.0 node: options of expert mode. That severity is the complement of the confidence is assumed.

    Examples
    --------
    >>> tree(miss_cost=3, pruning_severity=95).get_params()["costs"]
    [(False, True, 3.0)]
    """
    cost = checks.number("miss_cost", miss_cost, least=1)
    severity = checks.number("pruning_severity", pruning_severity, above=0, below=100)
    return C50Classifier(
        confidence=1 - severity / 100,
        min_records=min_records,
        group_symbolics=group_symbolics,
        costs=[(False, True, cost)] if cost > 1 else None,
    )


def tried(
    settings: Sequence[Mapping[str, float]],
    X: pd.DataFrame,
    y: ArrayLike,
    samples: Mapping[str, tuple[pd.DataFrame, ArrayLike]],
) -> pd.DataFrame:
    """Fit a tree with each of many settings, and judge it on several samples.

    Parameters
    ----------
    settings : sequence of dict
        What `tree` takes.
    X : pandas.DataFrame, shape (n, d)
        Inputs to train on.
    y : array_like of bool, shape (n,)
        Who churned.
    samples : dict of str to (DataFrame, array_like)
        Inputs and outcomes to judge on, by name.

    Returns
    -------
    pandas.DataFrame, one row per setting, index its values
        ``leaves``; then for each sample a column each of ``coverage``, ``precision``, ``F1`` (2 · found / (churners +
        listed)), ``AUC`` and ``slope`` of calibration (1 is right, below it probabilities are too extreme), as columns
        (measure, sample). Not known where a tree lists nobody, or gives all one probability.
    """
    fitted = [tree(**setting).fit(X, y) for setting in settings]
    rows = []
    for one in fitted:
        found: dict[tuple[str, str], float] = {("leaves", ""): one.n_leaves_}
        for name, (inputs, outcomes) in samples.items():
            found |= {(measure, name): value for measure, value in _judged(one, inputs, outcomes).items()}
        rows.append(found)
    names = [("leaves", ""), *((measure, sample) for measure in MEASURES for sample in samples)]
    table = pd.DataFrame(rows, columns=pd.MultiIndex.from_tuples(names, names=["measure", "sample"]))
    return table.set_axis(pd.MultiIndex.from_frame(pd.DataFrame(list(settings))))


def _judged(fitted, inputs, outcomes):
    y, p = np.asarray(outcomes, bool), fitted.predict_proba(inputs)[:, 1]
    counts = confusion(y, fitted.predict(inputs))
    return {
        "coverage": counts["coverage"],
        "precision": counts["precision"],
        "F1": 2 * counts["found"] / (counts["churners"] + counts["listed"]),
        "AUC": auc(y, p),
        "slope": summary(y, p).slope,
    }
