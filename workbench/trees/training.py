"""What a tree is grown from: coded inputs and classes, and the settings as the cases' weights change them."""

from dataclasses import dataclass

import numpy as np

from workbench.trees import penalties

MANY = 0.3  # levels per case from which a plain nominal input is left out


@dataclass
class Training:
    """Inputs by column (float32, NaN unknown; or codes of levels, -1 unknown), classes as codes, settings."""

    columns: list[np.ndarray]
    n_levels: list[int | None]  # None of a numeric input
    y: np.ndarray
    n_classes: int
    confidence: float
    min_records: float
    group: bool
    costs: np.ndarray | None

    def __post_init__(self):
        self.numeric = np.array([i for i, n in enumerate(self.n_levels) if n is None], dtype=int)
        self.nominal = [i for i, n in enumerate(self.n_levels) if n is not None]
        self.numbers = np.array([self.columns[i] for i in self.numeric], dtype=np.float32)
        few = {i for i in self.nominal if self.n_levels[i] + 1 < MANY * len(self.y)}
        some = few or len(self.numeric) or any(map(self.is_grouped, self.nominal))
        self.plain = frozenset(few if some else self.nominal)
        frequencies = np.bincount(self.y, minlength=self.n_classes)
        self.weighted = self.costs is not None and self.n_classes == 2
        self.class_weights = np.ones(self.n_classes)
        if self.weighted:
            self.class_weights = penalties.class_weights(self.costs, frequencies)
            self.min_records = float(np.float32(self.min_records * self.class_weights.min()))

    def weights(self, cases):
        """Return the weight of each case: its share times the weight of its class."""
        return cases.share * self.class_weights[self.y[cases.rows]]

    def is_grouped(self, column):
        """Say whether levels of a nominal input are grouped."""
        return self.group and self.n_levels[column] >= 3

    def has_unknown(self, column):
        """Say whether a value of an input is unknown."""
        values = self.columns[column]
        return bool((np.isnan(values) if self.n_levels[column] is None else values < 0).any())
