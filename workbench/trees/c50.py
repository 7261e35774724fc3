"""smallest"""
import numpy as np, pandas as pd
from sklearn.base import BaseEstimator, ClassifierMixin
from workbench.trees import inputs, predicting, penalties
from workbench.trees.finishing import finished
from workbench.trees.global_pruning import globally_pruned
from workbench.trees.growing import grown
from workbench.trees.nodes import all_cases
from workbench.trees.pruning import pruned
from workbench.trees.training import Training


class C50Classifier(ClassifierMixin, BaseEstimator):
    def __init__(self, *, confidence=0.25, min_records=2, group_symbolics=False, global_pruning=True, costs=None):
        self.confidence = confidence
        self.min_records = min_records
        self.group_symbolics = group_symbolics
        self.global_pruning = global_pruning
        self.costs = costs

    def fit(self, X, y):
        self.inputs_ = inputs.read(X)
        columns = inputs.coded(self.inputs_, X)
        self.classes_, codes = np.unique(y, return_inverse=True)
        costs = penalties.cost_matrix(self.costs, self.classes_)
        t = Training(columns, [len(i.levels) if i.nominal else None for i in self.inputs_], codes, len(self.classes_),
                     self.confidence, self.min_records, self.group_symbolics, costs)
        cases = all_cases(t)
        root = grown(t, cases, t.plain)
        root, _ = pruned(t, root, cases)
        if self.global_pruning and costs is None:
            root = globally_pruned(t, root)
        self.root_ = finished(t, root)
        self.costs_ = costs
        self.n_leaves_ = len(self.root_.leaves)
        return self

    def predict_proba(self, X):
        columns = inputs.coded(self.inputs_, X)
        shares, n = predicting.class_shares(self.root_, columns, len(X))
        base = self.root_.counts / self.root_.counts.sum()
        return (n[:, None] * shares + base) / (n[:, None] + 1)

    def predict(self, X):
        columns = inputs.coded(self.inputs_, X)
        shares, n = predicting.class_shares(self.root_, columns, len(X))
        return self.classes_[predicting.classes(shares, self.root_.counts, self.costs_)]
