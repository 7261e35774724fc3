import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from workbench import data, rfm
from workbench.data.standin import telecom_rfm_ahp as surrogate


@pytest.mark.parametrize("name", sorted(surrogate.shipped()))
def test_shipped_file_is_what_the_generator_writes(name):
    text = (data.ROOT / "data" / "telecom_rfm_ahp" / name).read_bytes().decode()
    assert text.splitlines() == surrogate.shipped()[name].splitlines()


@pytest.fixture(scope="module")
def drawn():
    return surrogate.telecom_payments(random_state=0)


def test_payments_are_a_plausible_log(drawn):
    payments, segments = drawn
    assert not payments.isna().any(axis=None)
    assert (payments["amount"] > 0).all()
    np.testing.assert_allclose(payments["amount"] * 100, (payments["amount"] * 100).round(), atol=1e-6)
    assert payments["event_time"].between(surrogate.START, surrogate.END, inclusive="left").all()
    assert payments["event_time"].is_monotonic_increasing
    assert set(payments["kind"]) == {"bill", "top_up"}
    assert set(payments["customer_id"]) == set(segments["customer_id"])
    assert len(segments) == segments["customer_id"].nunique() == 3000


def test_nobody_pays_more_than_one_bill_a_month_due(drawn):
    bills = drawn[0].query("kind == 'bill'")
    assert bills.groupby("customer_id").size().max() <= surrogate.MONTHS


def test_spend_has_a_heavy_tail(drawn):
    spend = drawn[0].groupby("customer_id")["amount"].sum().sort_values()
    assert spend.tail(300).sum() / spend.sum() > 0.3
    assert spend.kurt() > 10  # 0 for a normal


def test_leaving_customers_left_long_ago(drawn):
    payments, segments = drawn
    recency = rfm.rfm(payments, surrogate.END)["recency"]
    median = recency.groupby(segments.set_index("customer_id")["segment"]).median()
    assert median["leaving"] > 365 > 31 > median["steady"]
    assert median["high value"] < 31


def agreement(separation):
    payments, segments = surrogate.telecom_payments(separation=separation, random_state=0)
    table = rfm.rfm(payments, surrogate.END)
    weighted = rfm.scale(table) * [0.341, 0.221, 0.439]
    labels = KMeans(3, n_init=5, random_state=0).fit_predict(weighted)
    truth = segments.set_index("customer_id")["segment"][table.index]
    return adjusted_rand_score(truth, labels)


def test_separation_decides_how_well_three_clusters_recover_the_segments():
    apart, overlapping, alike = agreement(1.0), agreement(surrogate.OVERLAPPING), agreement(0.0)
    assert apart > 0.7
    assert 0.2 < overlapping < 0.5
    assert abs(alike) < 0.02


def test_same_seed_same_payments_other_seed_others():
    first, again, other = (surrogate.telecom_payments(50, random_state=s)[0] for s in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("n", [3, 4, 10, 137])
def test_every_customer_pays_however_few_there_are(n):
    payments, segments = surrogate.telecom_payments(n, random_state=n)
    assert payments["customer_id"].nunique() == len(segments) == n


def test_arguments_out_of_range_are_refused():
    with pytest.raises(ValueError, match="n_customers must be an integer of at least 3, not 2"):
        surrogate.telecom_payments(2)
    with pytest.raises(ValueError, match=r"separation must lie in \[0, 1\], not 1.5"):
        surrogate.telecom_payments(10, separation=1.5)
