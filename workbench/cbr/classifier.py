"""A classifier by grey nearest cases that explains itself."""

from typing import Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from workbench import checks, grey
from workbench.cbr.representatives import HOW, Representatives, typical_cases
from workbench.cbr.retrieval import VOTES, Vote, ballot, weights_of

__all__ = ["GreyCaseClassifier"]


class GreyCaseClassifier(ClassifierMixin, BaseEstimator):
    """Give a customer the class of the most similar cases, similar by grey relational grade.

    The least and largest difference of a grey relation are taken over the whole case base, separately for
    each query. So which case is nearest depends on all of them: a case added or removed, even far away, can
    change who is nearest, and similarities of different queries are on different scales. Nothing is
    normalised here: bring the indicators to a common scale first.

    Parameters
    ----------
    n_neighbors : int
        Cases that vote, from 1 to the number of cases.
    weights, groups, group_weights, scope, distinguishing_coefficient
        As in `grey.similarity`.
    representatives : {"all", "random", "medoid", "centroid"}
        Which cases are kept: all, or one per class as in `typical_cases`.
    vote : {"majority", "similarity"}
        Each neighbour has one vote, or as many as it is similar. Equal votes: the class with the larger
        summed similarity, then that of the nearest voter, equally near ones in the order of the cases.
    random_state : int, Generator or None
        For the random representatives.

    Attributes
    ----------
    cases_ : DataFrame of shape (c, m)
        The cases kept; the index is their label in X (for centroids, their class).
    case_classes_ : ndarray of shape (c,)
        Class of each.
    classes_ : ndarray
        Classes, sorted.
    n_features_in_ : int
    feature_names_in_ : ndarray of str, shape (m,)
        Only where X was a DataFrame.

    Raises
    ------
    ValueError
        By `fit` and `predict` if X has a cell that is not finite or a parameter is not allowed.

    References
    ----------
    Deng (1982), Syst. Control Lett. 1, 288-294, for grey relations; Aamodt and Plaza (1994), AI Commun. 7,
    39-59, section 3, for the cycle: `predict` retrieves and reuses, `explain` serves who revises, and
    `CaseBase` retains.

    Examples
    --------
    >>> X = pd.DataFrame({"frequency": [0.1, 0.2, 0.9], "monetary": [0.2, 0.1, 0.8]}, index=["a", "b", "c"])
    >>> fitted = GreyCaseClassifier(weights=[0.8, 0.2]).fit(X, ["low", "low", "high"])
    >>> query = pd.DataFrame({"frequency": [0.8], "monetary": [0.1]}, index=["C1"])
    >>> fitted.predict(query).tolist()
    ['high']
    >>> fitted.explain(query).reset_index()[["query", "indicator", "case", "rival", "difference"]].round(2)
      query  indicator case rival  difference
    0    C1  frequency    c     b        0.33
    1    C1   monetary    c     b       -0.13
    """

    def __init__(
        self,
        n_neighbors: int = 1,
        *,
        weights: grey.Weighting | None = None,
        groups: grey.Groups | None = None,
        group_weights: grey.Weighting | None = None,
        scope: grey.Scope = "group",
        distinguishing_coefficient: float = 0.5,
        representatives: Representatives = "all",
        vote: Vote = "majority",
        random_state: np.random.Generator | int | None = None,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.weights = weights
        self.groups = groups
        self.group_weights = group_weights
        self.scope = scope
        self.distinguishing_coefficient = distinguishing_coefficient
        self.representatives = representatives
        self.vote = vote
        self.random_state = random_state

    def fit(self, X: pd.DataFrame | ArrayLike, y: ArrayLike) -> Self:
        """Keep the cases X, shape (n, m), of classes y, shape (n,), or their representatives."""
        values, y = validate_data(self, X, y, dtype=np.float64, ensure_all_finite=False)
        table = self._table(X, values)
        check_classification_targets(y)
        self._check_parameters(table)
        self.cases_, classes = typical_cases(
            table, y, self.representatives, random_state=self.random_state, **self._weighting()
        )
        self.case_classes_ = classes.to_numpy()
        self.classes_ = np.unique(self.case_classes_)
        kept = f"the cases kept of X (n_samples = {len(table)})"
        checks.whole_number("n_neighbors", self.n_neighbors, 1, len(self.cases_), kept)
        return self

    def predict(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the class of each query, the rows of X, shape (q, m)."""
        _, winners = self._ballot(X)
        return self.classes_[winners]

    def predict_proba(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the share of the votes for each class, shape (q, n_classes), columns as `classes_`.

        Shares of a few votes are no calibrated probabilities. Of equal shares, `predict` decides as `vote`
        says, not by the order of the columns.
        """
        votes, _ = self._ballot(X)
        return votes / votes.sum(axis=1, keepdims=True)

    def kneighbors(
        self,
        X: pd.DataFrame | ArrayLike | None = None,
        n_neighbors: int | None = None,
        return_distance: bool = True,
    ) -> np.ndarray | tuple[np.ndarray, np.ndarray]:
        """Return the most similar cases of each query, the most similar first.

        Parameters
        ----------
        X : array_like or DataFrame of shape (q, m), optional
            Queries; default: the cases kept, each looked up among the others.
        n_neighbors : int, optional
            Default: that of the estimator.
        return_distance : bool

        Returns
        -------
        distances : ndarray of shape (q, n_neighbors)
            1 − similarity, only with `return_distance`. No metric: not symmetric, it depends on all cases, and
            weights whose printed sum is 1.001 let it fall to −.001.
        indices : ndarray of shape (q, n_neighbors)
            Rows of `cases_` (of X given to `fit`, where all cases are kept).
        """
        found = self._nearest(X, self.n_neighbors if n_neighbors is None else n_neighbors)
        return (1 - found.similarities, found.indices) if return_distance else found.indices

    def explain(self, X: pd.DataFrame | pd.Series | ArrayLike) -> pd.DataFrame:
        """Say which indicators made each match, and which set it apart from the nearest case of another class.

        Contributions of an indicator are its weight times its grey relational coefficient; they add up to the
        similarity. The case is the most similar one of the predicted class; `rival` is that of all other
        classes, missing where there is no other. Several neighbours can outvote the rival: then it is the
        more similar of the two, and the differences add up to less than 0.

        Parameters
        ----------
        X : array_like or DataFrame of shape (q, m), or one query of shape (m,)

        Returns
        -------
        DataFrame
            One row per `query` and `indicator` (the index), columns `case`, `class`, `contribution`, `loss`
            (what was missing to an identical value; sums to 1 − similarity), `rival`, `rival_class`,
            `rival_contribution`, and `difference` = contribution − rival_contribution: positive where
            the indicator spoke for the predicted class. No unit.
        """
        check_is_fitted(self)
        queries = self._table(_one_or_more(X))
        winners = self.predict(queries)
        same = self.case_classes_ == winners[:, None]
        similarities = grey.similarity(queries, self.cases_, **self._relation(), **self._weighting())
        case, rival = (np.where(allowed, similarities, -np.inf).argmax(axis=1) for allowed in (same, ~same))
        pairs = np.column_stack([case, rival])
        parts = [self._contributions(queries.iloc[[i]], pair) for i, pair in enumerate(pairs)]
        return self._explanation(queries, pairs, np.stack(parts), ~same.all(axis=1))

    def _contributions(self, query, rows):
        """Return what each indicator adds to the similarity of one query to some cases, shape (rows, m)."""
        how = {"groups": self.groups} | self._relation()
        return self._weights() * grey.relational_coefficient(query, self.cases_, **how)[0, rows]

    def _explanation(self, queries, pairs, contributions, known):
        """Return the table: pairs (q, 2) of case and rival, contributions (q, 2, m); known: there is a rival."""
        m = self.n_features_in_
        (case, rival), known = pairs.repeat(m, axis=0).T, known.repeat(m)
        own, other = contributions.transpose(1, 0, 2).reshape(2, -1)
        columns = {
            "case": self.cases_.index[case],
            "class": self.case_classes_[case],
            "contribution": own,
            "loss": np.tile(self._weights(), len(queries)) - own,
            "rival": self.cases_.index[rival].where(known),
            "rival_class": pd.Index(self.case_classes_[rival]).where(known),
            "rival_contribution": np.where(known, other, np.nan),
            "difference": np.where(known, own - other, np.nan),
        }
        names = [queries.index.repeat(m), np.tile(self.cases_.columns, len(queries))]
        return pd.DataFrame(columns, index=pd.MultiIndex.from_arrays(names, names=["query", "indicator"]))

    def _ballot(self, X):
        found = self._nearest(X, self.n_neighbors)
        codes = np.searchsorted(self.classes_, self.case_classes_)
        return ballot(codes[found.indices], found.similarities, len(self.classes_), self.vote)

    def _nearest(self, X, k):
        """Return the nearest cases of queries, or (None) of the cases themselves among the others."""
        check_is_fitted(self)
        queries = self.cases_ if X is None else self._table(X)
        most = len(self.cases_) - (X is None)
        checks.whole_number("n_neighbors", k, 1, most, "the number of cases to choose from")
        how = self._relation() | self._weighting()
        return grey.nearest(queries, self.cases_, k=k, exclude_self=X is None, **how)

    def _relation(self):
        return {"scope": self.scope, "distinguishing_coefficient": self.distinguishing_coefficient}

    def _weights(self):
        return weights_of(self.cases_.iloc[:1], **self._weighting())

    def _weighting(self):
        return {"weights": self.weights, "groups": self.groups, "group_weights": self.group_weights}

    def _check_parameters(self, X):
        checks.one_of("representatives", self.representatives, HOW)
        checks.one_of("vote", self.vote, VOTES)
        grey.check_choices(self.scope, self.distinguishing_coefficient)
        weights_of(X.iloc[:1], **self._weighting())

    def _table(self, X, values=None):
        """Return checked numbers under the names of their rows and columns."""
        if values is None:
            values = validate_data(self, X, reset=False, dtype=np.float64, ensure_all_finite=False)
        columns = getattr(self, "feature_names_in_", pd.RangeIndex(self.n_features_in_))
        return checks.finite_frame(
            pd.DataFrame(values, X.index if isinstance(X, pd.DataFrame) else None, columns), "X"
        )


def _one_or_more(X):
    """Return queries as a table, a single one as one row."""
    if isinstance(X, pd.Series):
        return X.to_frame().T
    return np.reshape(X, (1, -1)) if np.ndim(X) == 1 else X
