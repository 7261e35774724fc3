"""BG/NBD and Gamma-Gamma: the published CDNOW figures, recovery of a known truth, and what is refused."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy.special import beta, gamma

from workbench import data, rfm
from workbench.rfm import lifetime, outlook

lifetimes = pytest.importorskip(
    "lifetimes", reason="the CDNOW sample comes with Lifetimes (extra 'realdata')"
)
SAMPLE = Path(lifetimes.__file__).parent / "datasets" / "CDNOW_sample.txt"


@pytest.fixture(scope="module")
def cdnow():
    names = ["master", "customer_id", "event_time", "quantity", "amount"]
    table = pd.read_csv(SAMPLE, sep=r"\s+", header=None, names=names, dtype={"customer_id": str})
    return table.assign(event_time=pd.to_datetime(table["event_time"].astype(str)))


@pytest.fixture(scope="module")
def summary(cdnow):
    return rfm.repeat_purchases(cdnow, "1997-10-01")


def test_the_published_parameters_of_cdnow(summary):
    # Fader, Hardie and Lee (2005), Marketing Science 24, table 2: r .243, alpha 4.414, a .793, b 2.426, LL -9582.4
    fitted = rfm.fit_purchases(summary)
    assert len(summary) == 2357
    assert (round(fitted.r, 3), round(fitted.alpha, 3)) == (0.243, 4.414)
    assert (round(fitted.a, 3), round(fitted.b, 3)) == (0.793, 2.426)
    assert round(fitted.log_likelihood, 1) == -9582.4


def test_the_published_amounts_of_cdnow(summary):
    # Fader, Hardie and Lee (2005), J. Marketing Research 42: p 6.25, q 3.74, gamma 15.44
    fitted = rfm.fit_amounts(summary)
    assert (round(fitted.p, 2), round(fitted.q, 2), round(fitted.gamma, 2)) == (6.25, 3.74, 15.44)


def test_the_repeat_purchases_of_78_weeks_are_foretold_from_39(cdnow, summary):
    # the paper's figure 5: at the end of the 78 weeks the model's cumulative repeat purchases fall a little short
    later = cdnow[cdnow["event_time"] >= "1997-10-01"].groupby("customer_id")["event_time"].nunique().sum()
    ahead = rfm.expected_purchases(rfm.fit_purchases(summary), summary, 39).sum()
    before = summary["repeats"].sum()
    assert 0.93 < (before + ahead) / (before + later) < 1


def test_the_likelihood_is_that_of_the_paper():
    # eq. 3 of the paper, as products of gamma and beta functions
    r, alpha, a, b, x, t_x, T = 0.5, 3.0, 0.8, 2.0, 3, 10.0, 15.0
    first = beta(a, b + x) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + T) ** (r + x))
    second = (
        beta(a + 1, b + x - 1) / beta(a, b) * gamma(r + x) * alpha**r / (gamma(r) * (alpha + t_x) ** (r + x))
    )
    assert lifetime._log_likelihood(r, alpha, a, b, np.array([x]), np.array([t_x]), np.array([T]))[
        0
    ] == pytest.approx(np.log(first + second))


def drawn(n, r, alpha, a, b, weeks, rng):
    """Customers that buy as the model says, as a table of the model's own three numbers."""
    rows = []
    for rate, leaving in zip(rng.gamma(r, 1 / alpha, n), rng.beta(a, b, n), strict=True):
        now, x, last = 0.0, 0, 0.0
        while (now := now + rng.exponential(1 / rate)) < weeks:
            x, last = x + 1, now
            if rng.random() < leaving:
                break
        rows.append((x, last, weeks))
    return pd.DataFrame(rows, columns=["repeats", "last_repeat", "age"])


def test_a_known_truth_is_recovered():
    table = drawn(6000, 0.8, 5.0, 0.9, 2.5, 60.0, np.random.default_rng(0))
    fitted = rfm.fit_purchases(table)
    assert fitted.r == pytest.approx(0.8, rel=0.1)
    assert fitted.alpha == pytest.approx(5.0, rel=0.12)
    assert fitted.a / (fitted.a + fitted.b) == pytest.approx(0.9 / 3.4, rel=0.1)


def test_the_unit_of_money_changes_nothing_else(summary):
    one = rfm.fit_amounts(summary)
    cents = rfm.fit_amounts(summary.assign(mean_amount=100 * summary["mean_amount"]))
    assert (cents.p, cents.q, cents.gamma) == pytest.approx((one.p, one.q, 100 * one.gamma), rel=1e-3)


def test_money_per_customer_lies_in_its_interval_as_often_as_it_says():
    rng = np.random.default_rng(1)
    table = drawn(1500, 0.8, 5.0, 0.9, 2.5, 60.0, rng).assign(mean_amount=10.0)
    model = rfm.fit_purchases(table)
    amounts = lifetime.AmountModel(6.0, 4.0, 15.0, 0.0)
    value = rfm.lifetime_value(model, amounts, table, 30, random_state=2)
    money = (
        outlook._drawn_purchases(model, table, 30, rng)[:, 0]
        * outlook._drawn_means(amounts, table, rng)[:, 0]
    )
    inside = (money >= value["low"] - 1e-9) & (money <= value["high"] + 1e-9)
    assert 0.8 <= inside.mean() < 0.99  # at least 80 %: many have 0 in most draws, and so an end at 0
    assert value["value"].sum() == pytest.approx(
        (value["purchases"] * rfm.expected_amount(amounts, table)).sum()
    )


def test_the_drawn_number_of_purchases_has_the_expected_mean(summary):
    model = rfm.fit_purchases(summary)
    some = summary.iloc[:300]
    drawn_ = outlook._drawn_purchases(model, some, 39, np.random.default_rng(3))
    assert drawn_.mean() == pytest.approx(rfm.expected_purchases(model, some, 39).mean(), rel=0.03)


def test_days_count_not_rows_and_refunds_not_at_all():
    times = pd.to_datetime(["2024-01-01 09", "2024-01-08 09", "2024-01-08 18", "2024-01-15 00"])
    payments = pd.DataFrame({"customer_id": "a", "amount": [5.0, 7.0, 2.0, -9.0], "event_time": times})
    row = rfm.repeat_purchases(payments, "2024-01-16").loc["a"]
    assert row.tolist() == [1, 1.0, 2.0, 9.0]


@pytest.mark.parametrize(
    ("table", "why"),
    [
        (
            {"repeats": [0] * 20, "last_repeat": 0.0, "age": 9.0},
            "0 of 20 customers have come back; at least 10",
        ),
        (
            {"repeats": [1], "last_repeat": 5.0, "age": 4.0},
            "customer 0 has repeats, last_repeat and age that cannot be",
        ),
        (
            {"repeats": [0], "last_repeat": 5.0, "age": 9.0},
            "customer 0 has repeats, last_repeat and age that cannot be",
        ),
        ({"repeats": [1], "age": 4.0}, "summary lacks the column 'last_repeat'"),
    ],
)
def test_what_no_customer_can_have_done_is_refused(table, why):
    with pytest.raises(ValueError, match=why):
        rfm.fit_purchases(pd.DataFrame(table))


def test_a_window_without_purchases_is_refused():
    payments = pd.DataFrame(
        {"customer_id": ["a"], "amount": [5.0], "event_time": pd.to_datetime(["2024-01-01"])}
    )
    with pytest.raises(ValueError, match="No purchase in"):
        rfm.repeat_purchases(payments, "2023-01-01")


@pytest.mark.filterwarnings("error::RuntimeWarning")
@pytest.mark.parametrize("seed", range(4))
def test_customers_who_all_buy_at_one_rate_have_that_rate(seed):
    rng = np.random.default_rng(seed)
    repeats = rng.poisson(2, 300).astype(float)
    last = np.where(repeats > 0, 12 * rng.random(300) ** (1 / np.maximum(repeats, 1)), 0.0)
    alike = pd.DataFrame({"repeats": repeats, "last_repeat": last, "age": 12.0})
    expected = rfm.expected_purchases(rfm.fit_purchases(alike), alike, 12)
    assert expected.sum() == pytest.approx(600, rel=0.15)


def test_very_many_customers_share_draws_and_are_fitted_by_some(monkeypatch):
    summary = rfm.repeat_purchases(data.load("telecom"), "2023-07-01")
    every = rfm.value_ahead(summary, 26, random_state=0)
    assert rfm.sampled(summary) == ""
    monkeypatch.setattr(lifetime, "FITTED", 2_000)
    monkeypatch.setattr(outlook, "FITTED", 2_000)
    some = rfm.value_ahead(summary, 26, random_state=0)
    assert "2,000 customers" in rfm.sampled(summary)
    assert some["value"].sum() == pytest.approx(every["value"].sum(), rel=0.05)
    for end in ("low", "high"):
        assert some[end].sum() == pytest.approx(every[end].sum(), rel=0.05)
        assert some[end].corr(every[end]) > 0.95
