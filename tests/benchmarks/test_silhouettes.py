"""The exact silhouettes of K = 2 … 10 in one pass over the distances, against one scikit-learn call per K.

Not part of `make test`: nothing here asserts a time. `make bench` prints a line per ratio.
"""

import time

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import silhouette_score

from workbench.segments.silhouettes import codes_of, mean_silhouettes

N = 10_000


@pytest.mark.parametrize("d", [3, 8])
def test_exact_silhouettes_against_scikit_learn(d, benchmark, capsys):
    X = np.random.default_rng(0).normal(size=(N, d))
    labels = [KMeans(k, n_init=1, random_state=0).fit_predict(X) for k in range(2, 11)]
    start = time.perf_counter()
    theirs = [silhouette_score(X, found) for found in labels]
    plain = time.perf_counter() - start
    partitions = [codes_of(found, X) for found in labels]
    ours = benchmark.pedantic(lambda: mean_silhouettes(X, partitions), rounds=5, iterations=1)
    assert ours == pytest.approx(theirs, abs=1e-6)
    ratio, difference = plain / benchmark.stats.stats.min, np.abs(np.subtract(ours, theirs)).max()
    with capsys.disabled():
        print(
            f"\nexact silhouettes, n = 10⁴, K = 2…10, d = {d}: {ratio:.0f}× scikit-learn's nine calls "
            f"({plain:.2f} s against {benchmark.stats.stats.min:.2f} s), difference at most {difference:.0e}"
        )
