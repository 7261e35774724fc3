"""What a published coverage implies: the closed form against its definition, and against a sample."""

import numpy as np
import pytest
from scipy.special import expit, logit
from sklearn.metrics import roc_auc_score

from workbench.churn import implied


def sample(base_rate, d, n=400_000):
    """Leavers and stayers with normal log-odds of spread d, and probabilities that come true by Bayes' rule."""
    rng = np.random.default_rng(9)
    left = rng.random(n) < base_rate
    return left, expit(logit(base_rate) + rng.normal(np.where(left, 1, -1) * d**2 / 2, d))


@pytest.mark.parametrize(
    ("base_rate", "d", "threshold"), [(0.25, 0.86, 0.5), (0.14, 1.2, 0.5), (0.3, 1.0, 0.4)]
)
def test_a_sample_of_the_model_has_the_auc_and_the_lists_that_its_coverage_implies(base_rate, d, threshold):
    left, p = sample(base_rate, d)
    coverage = (p[left] >= threshold).mean()
    assert implied.auc(coverage, base_rate, threshold) == pytest.approx(roc_auc_score(left, p), abs=0.004)
    table = implied.lists(coverage, base_rate, [0.5, 0.85], threshold)
    for row in table.itertuples():
        listed = p >= row.threshold
        assert listed[left].mean() == pytest.approx(row.Index, abs=0.015)
        assert listed.mean() == pytest.approx(row.workload, abs=0.015)
        assert left[listed].mean() == pytest.approx(row.precision, abs=0.01)


def test_the_coverage_it_starts_from_has_the_threshold_it_starts_from():
    assert implied.lists(0.2, 0.25, [0.2]).loc[0.2, "threshold"] == pytest.approx(0.5)


def test_a_threshold_at_or_below_the_rate_tells_nothing():
    with pytest.raises(
        ValueError, match="threshold is 0.2; allowed is a finite number, above 0.25 and below 1"
    ):
        implied.auc(0.2, 0.25, 0.2)
    with pytest.raises(ValueError, match="coverage is 20; allowed is a finite number, above 0 and below 1"):
        implied.lists(20, 0.25, [0.5])
