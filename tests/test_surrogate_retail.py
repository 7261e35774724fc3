import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from workbench import data, rfm
from workbench.data.standin import retail_cbr_grey as surrogate_retail
from workbench.data.standin.retail_cbr_grey import HIGH_QUERIES, retail_log

WINDOW = {"observation_start": "1998-01-01", "observation_end": "2004-01-01"}
SHIPPED = surrogate_retail.shipped()


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    text = (data.ROOT / "data" / "retail" / name).read_bytes().decode()
    assert text.splitlines() == SHIPPED[name].splitlines()


@pytest.mark.parametrize(
    ("dataset", "variant"),
    [("retail", {}), ("retail_overlapping", {"separation": surrogate_retail.OVERLAPPING})],
)
def test_what_is_loaded_is_what_was_drawn(dataset, variant):
    log, segments, queries = retail_log(**variant)
    pd.testing.assert_frame_equal(data.load(dataset, roles=data.BOOKINGS), log)
    pd.testing.assert_frame_equal(data.load_segments(dataset), segments)
    pd.testing.assert_frame_equal(data.load_queries(dataset), queries)


@pytest.fixture(scope="module")
def drawn():
    return retail_log()


@pytest.fixture(scope="module")
def table(drawn):
    return rfm.extended_rfm(drawn[0], **WINDOW)


def test_size_and_window_by_construction(drawn, table):
    log, segments, _ = drawn
    assert len(segments) == len(table) == segments["customer_id"].nunique() == 679
    assert segments["segment"].nunique() == 8
    assert table.attrs["counts"]["months"] == 72
    assert table.attrs["counts"]["rows_outside_window"] == 0
    assert table.attrs["types"] == {"excluded": ["interest", "fee"], "not_found": [], "only_any": []}
    assert set(log["event_type"]) == set(surrogate_retail.BOOKINGS)
    assert log["amount"].gt(0).all()
    assert log["event_time"].eq(log["event_time"].dt.normalize()).all()


@pytest.mark.parametrize("separation", [1.0, surrogate_retail.OVERLAPPING, 0.0])
def test_query_customers_are_of_their_classes_by_construction(separation):
    _, segments, queries = retail_log(separation=separation)
    assert queries["name"].tolist() == [f"C{i}" for i in range(1, 19)]
    assert queries["customer_id"].nunique() == 18
    true = segments.set_index("customer_id").loc[queries["customer_id"], "value_class"].to_numpy()
    assert queries["name"][true == "high"].tolist() == HIGH_QUERIES == ["C13", "C16", "C17"]
    assert set(true) == {"high", "lower"}


def test_high_types_are_above_all_others_in_every_frequency_by_construction(drawn, table):
    segment = drawn[1].set_index("customer_id")["segment"]
    median = table.groupby(segment)[rfm.GROUPS["frequency"]].median()
    high = median.loc[list(surrogate_retail.HIGH)]
    assert (high.min() > 1.5 * median.drop(index=high.index).max()).all()


def test_the_banks_own_bookings_hide_when_a_customer_was_last_active(table, drawn):
    every = rfm.extended_rfm(drawn[0], **WINDOW, exclude=())
    assert every["days_since_any"].quantile(0.75) == 1
    assert table["days_since_any"].quantile([0.25, 0.5, 0.75]).gt([5, 15, 60]).all()


# The published procedure, written down plainly: K-means of the cases into eight classes, one random typical
# case per class, grey relational similarity on two levels, "high" above the largest gap of the class scores.

GROUP_WEIGHTS = {"recency": 0.1312, "frequency": 0.7928, "monetary": 0.0760}
WITHIN = {
    "recency": [0.3281, 0.1872, 0.2244, 0.2603],
    "frequency": [0.3414, 0.4238, 0.2347],
    "monetary": [0.5, 0.5],
}
WEIGHTS = np.concatenate([GROUP_WEIGHTS[g] * np.array(WITHIN[g]) for g in rfm.GROUPS])


def similarity(query, cases):
    grades = np.zeros(len(cases))
    for group, names in rfm.GROUPS.items():
        distance = np.abs(cases[names] - query[names]).to_numpy()
        half = 0.5 * distance.max()
        grades += GROUP_WEIGHTS[group] * ((distance.min() + half) / (distance + half)) @ WITHIN[group]
    return grades


def case_classes(Z, queries, rng):
    """Draw 324 cases that are no query; give their K-means class and which classes are high."""
    ids = Z.index.difference(queries["customer_id"]).to_numpy(object)
    cases = Z.loc[rng.choice(ids, 324, replace=False)]
    labels = KMeans(8, n_init=5, random_state=int(rng.integers(2**31))).fit_predict(cases)
    score = (cases * WEIGHTS * list(rfm.EXTENDED_DIRECTION.values())).sum(axis=1)
    score = score.groupby(labels).mean().sort_values()
    return cases, labels, score.index[score.diff().argmax() :]


def answers(Z, queries, cases, labels, high, rng):
    """Which query customers come out as high, with one random typical case per class."""
    typical = cases.loc[[rng.choice(cases.index[labels == k].to_numpy(object)) for k in range(8)]]
    nearest = [similarity(Z.loc[customer], typical).argmax() for customer in queries["customer_id"]]
    return queries["name"][np.isin(nearest, high)].tolist()


def share_as_published(drawn, n_splits=3, n_redraws=10):
    Z, rng, found = rfm.scale(rfm.extended_rfm(drawn[0], **WINDOW), "minmax"), np.random.default_rng(0), []
    for _ in range(n_splits):
        classes = case_classes(Z, drawn[2], rng)
        found += [answers(Z, drawn[2], *classes, rng) == HIGH_QUERIES for _ in range(n_redraws)]
    return np.mean(found)


def test_the_published_answer_comes_out_of_nearly_every_redraw_by_construction(drawn):
    assert share_as_published(drawn) > 0.95


def test_where_types_are_alike_the_published_answer_does_not_come_out():
    assert share_as_published(retail_log(separation=0.0), n_splits=2) == 0


def agreement(separation):
    """Mean agreement with the truth of k-means on the scaled indicators, over a few seeds."""
    found = []
    for seed in range(2):
        log, segments, _ = retail_log(separation=separation, random_state=seed)
        Z = rfm.scale(rfm.extended_rfm(log, **WINDOW), "minmax")
        labels = KMeans(8, n_init=2, random_state=0).fit_predict(Z)
        found.append(adjusted_rand_score(segments.set_index("customer_id")["segment"][Z.index], labels))
    return np.mean(found)


def test_separation_decides_how_well_eight_clusters_recover_the_types():
    apart, overlapping, alike = agreement(1.0), agreement(surrogate_retail.OVERLAPPING), agreement(0.0)
    assert apart > 0.6
    assert 0.2 < overlapping < apart - 0.1
    assert abs(alike) < 0.05


def test_variants_share_types_and_queries():
    (_, types, queries), (_, other_types, other_queries) = retail_log(), retail_log(separation=0.3)
    pd.testing.assert_frame_equal(types, other_types)
    pd.testing.assert_frame_equal(queries, other_queries)


def test_same_seed_same_log_other_seed_another():
    first, again, other = (retail_log(30, random_state=seed)[0] for seed in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("separation", [1.0, 0.0])
def test_everybody_has_a_booking_of_their_own_making(separation):
    for n, seed in ((20, 1), (21, 2), (1500, 3)):
        log, segments, queries = retail_log(n, separation=separation, random_state=seed)
        made = log[log["event_type"].isin(surrogate_retail.CUSTOMER_MADE)]
        assert set(made["customer_id"]) == set(segments["customer_id"])
        assert len(segments) == n
        assert queries["customer_id"].nunique() == 18


def test_nobody_is_booked_anything_before_having_joined(drawn):
    first = drawn[0].groupby(drawn[0]["event_type"].isin(["interest", "fee"]))
    by_bank, by_customer = (
        first.get_group(flag).groupby("customer_id")["event_time"].min() for flag in (True, False)
    )
    assert (by_bank > by_customer[by_bank.index]).all()
    assert len(by_bank) > 600


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_customers": 19}, "n_customers must be an integer of at least 20, not 19"),
        ({"n_customers": 30.5}, "n_customers must be an integer of at least 20, not 30.5"),
        ({"separation": -0.1}, r"separation must lie in \[0, 1\], not -0.1"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        retail_log(**arguments)
