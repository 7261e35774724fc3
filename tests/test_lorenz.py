"""What one point of a Lorenz curve says, and what values give."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import norm

from workbench import plots, segments

THIRD = 1 / 3


@pytest.mark.parametrize(
    ("p", "low", "high", "pareto", "lognormal"),
    [
        (0.01, 0.323, 0.970, 0.615, 0.820),
        (0.05, 0.283, 0.850, 0.463, 0.609),
        (0.20, 0.133, 0.400, 0.189, 0.229),
    ],
)
def test_a_third_of_the_revenue_says_nothing_without_the_number_of_customers(p, low, high, pareto, lognormal):
    assert segments.gini_bounds(p, THIRD) == pytest.approx((low, high), abs=5e-4)
    assert segments.pareto_gini(p, THIRD) == pytest.approx(pareto, abs=5e-4)
    assert segments.lognormal_gini(p, THIRD) == pytest.approx(lognormal, abs=5e-4)


def test_the_bounds_at_five_per_cent():
    low, high = segments.gini_bounds(0.05, THIRD)
    assert (round(low, 4), round(high, 4)) == (0.2833, 0.8500)


@given(st.lists(st.integers(0, 1000), min_size=5, max_size=60).filter(any), st.integers(1, 4))
def test_values_have_a_gini_within_the_bounds_of_any_of_their_points(values, k):
    p = k / len(values)
    share = segments.top_share(values, p)
    if not 0 < share < 1:
        return
    low, high = segments.gini_bounds(p, share)
    assert low - 1e-9 <= segments.gini(values) <= high + 1e-9


@pytest.mark.parametrize(("p", "s"), [(0.1, 0.3), (0.1, 0.9), (0.6, 0.8), (0.5, 0.5)])
def test_the_largest_gini_is_reached_by_a_curve_through_the_point(p, s):
    m = np.concatenate([np.linspace((1 - s) / (1 - p), s / p, 20001), [s / p]])  # slopes of a convex curve
    area = (1 - s + m * p) ** 2 / (2 * m)
    assert segments.gini_bounds(p, s)[1] == pytest.approx(1 - 2 * area.min(), abs=1e-6)


def test_the_families_go_through_the_point_and_have_the_gini_of_their_curve():
    p, s = 0.05, THIRD
    power = np.log(s) / np.log(p)
    sigma = norm.ppf(1 - p) - norm.ppf(1 - s)
    pareto, lognormal = (lambda x: 1 - (1 - x) ** power), (lambda x: norm.cdf(norm.ppf(x) - sigma))
    for curve, gini in [(pareto, segments.pareto_gini), (lognormal, segments.lognormal_gini)]:
        assert curve(1 - p) == pytest.approx(1 - s)
        assert gini(p, s) == pytest.approx(1 - 2 * quad(curve, 0, 1)[0], abs=1e-6)


def test_the_curve_of_values_has_their_gini():
    values = np.random.default_rng(0).lognormal(size=500)
    curve = segments.lorenz(values)
    assert 1 - 2 * np.trapezoid(curve["value"], curve["customers"]) == pytest.approx(segments.gini(values))
    behind = segments.customers_behind(values, [THIRD])["customers"].iloc[0]
    assert segments.top_share(values, (behind - 1) / 500) < THIRD <= segments.top_share(values, behind / 500)


def test_a_drawn_curve_begins_and_ends_where_it_should():
    curve = segments.lorenz(np.random.default_rng(0).lognormal(size=5000))
    ax = plots.plot_lorenz({"mine": curve}, points={"printed": (0.95, 2 / 3)})
    line, point, _ = ax.lines
    assert len(line.get_xdata()) < 1000
    assert (line.get_ydata()[0], line.get_ydata()[-1]) == (0, 1)
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (0.95, 2 / 3)
    plt.close(ax.figure)


def test_returns_are_refused_by_row():
    with pytest.raises(ValueError, match="values must not be negative: row 1 is -2. Take returns off"):
        segments.lorenz([5, -2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: segments.gini_bounds(0.5, 0.3), "value_share is 0.3, below customer_share 0.5"),
        (lambda: segments.gini_bounds(0, 0.3), "customer_share is 0"),
        (lambda: segments.customers_behind([1, 2], [0]), "shares is 0"),
        (lambda: segments.lorenz([0, 0]), "values are all 0"),
    ],
)
def test_what_is_no_share_is_refused(call, message):
    with pytest.raises(ValueError, match=message):
        call()
