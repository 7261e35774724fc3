"""What both trees answer alike: the leaf of a row, rules, explanations, use of inputs, text."""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils.validation import check_is_fitted

from workbench.trees import inputs, predicting, rules


class ReadableTree:
    """A fitted tree that can be read; it holds nodes from `_root` on, its inputs and the classes."""

    def apply(self, X: pd.DataFrame | ArrayLike) -> np.ndarray:
        """Return the number of the leaf that each row reaches, shape (n,), as in `rules`.

        A row with unknown values can reach several: the one that takes the largest share of it, the first on ties.
        """
        return self._main_leaves(X)[1]

    def rules(self) -> pd.DataFrame:
        """Return the tree as rules, one row per leaf.

        Returns
        -------
        DataFrame
            `leaf` (number from 1), `condition`, `n` (training cases; parts of cases where values were unknown), `wrong`
            (those outside the class) and `class`.
        """
        check_is_fitted(self)
        return rules.rules(self._root, self._inputs, self.classes_)

    def explain(self, X: pd.DataFrame | ArrayLike) -> pd.DataFrame:
        """Say which rule each row of X meets.

        Returns
        -------
        DataFrame
            One row per row of X: `row` (its label), `leaf`, `rule` (the leaf's condition), `class` (as predicted; with
            unknown values other leaves have a say), and `share` (of the row that this leaf takes, 0 to 1).
        """
        table, leaves, share = self._main_leaves(X)
        conditions = self.rules()["condition"].to_numpy()
        columns = {"row": table.index, "leaf": leaves, "rule": conditions[leaves - 1]}
        return pd.DataFrame(columns | {"class": self.predict(X), "share": share})

    def usage(self) -> pd.DataFrame:
        """Return one row per input, the most used first: `input`, `usage`, `tests`.

        `usage` is the share of training cases that meet a test of the input on their way down, 0 to 1; `tests` counts
        the nodes that test it.
        """
        check_is_fitted(self)
        return rules.usage(self._root, self._inputs)

    def to_text(self) -> str:
        """Return the tree as text, leaves as `class (cases/wrong)`."""
        check_is_fitted(self)
        return rules.text(self._root, self._inputs, self.classes_)

    def _keep(self, root):
        """Hold a tree, and what can be said of it as a whole."""
        self._root, self.n_leaves_ = root, len(root.leaves)
        self.tree_ = rules.table(root, self._inputs, self.classes_)

    def _columns(self, X):
        """Return X as a DataFrame, and its columns as the tree compares them."""
        check_is_fitted(self)
        table = self._table(X)
        return table, inputs.coded(self._inputs, table)

    def _main_leaves(self, X):
        table, columns = self._columns(X)
        return table, *predicting.main_leaves(self._root, columns, len(table))

    def _shares(self, X):
        table, columns = self._columns(X)
        return predicting.class_shares(self._root, columns, len(table))
