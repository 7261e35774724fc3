import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from workbench import data, events
from workbench.data.standin import bank_app_kmeans as surrogate_bank
from workbench.segments import validity
from workbench.segments.clustering import QuickCluster

WEEK = {"observation_start": "2024-03-04", "observation_end": "2024-03-11"}
SHIPPED = surrogate_bank.shipped()


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    text = (data.ROOT / "data" / "bank_app" / name).read_bytes().decode()
    assert text.splitlines() == SHIPPED[name].splitlines()


@pytest.mark.parametrize(
    ("dataset", "variant"),
    [
        ("bank_app", {}),
        ("bank_app_two_weeks", {"weeks": 2}),
        ("bank_app_overlapping", {"separation": surrogate_bank.OVERLAPPING}),
    ],
)
def test_what_is_loaded_is_what_was_drawn(dataset, variant):
    log, segments, contributions = surrogate_bank.bank_app_log(**variant)
    loaded = data.load(dataset, roles=data.EVENT_LOG, unreadable="missing")
    pd.testing.assert_frame_equal(loaded, log)
    pd.testing.assert_frame_equal(data.load_segments(dataset), segments)
    pd.testing.assert_frame_equal(data.load_contributions(dataset), contributions)


@pytest.fixture(scope="module")
def drawn():
    return surrogate_bank.bank_app_log()


@pytest.fixture(scope="module")
def table(drawn):
    return events.indicators(events.clean(drawn[0], **WEEK)[0], **WEEK)


def test_the_published_procedure_gives_the_published_figures_by_construction(table):
    fitted = QuickCluster(3).fit(table)
    centres = pd.DataFrame(fitted.cluster_centers_, columns=table.columns)
    assert fitted.counts_.tolist() == [5, 82, 13]
    assert f"{centres.loc[1, 'push_launch_share']:.1%}" == "63.8%"
    assert fitted.n_iter_ == 3
    assert fitted.history_[-1].tolist() == [0, 0, 0]


def test_centres_are_as_the_study_describes_its_clusters_by_construction(table):
    centres = pd.DataFrame(QuickCluster(3).fit(table).cluster_centers_, columns=table.columns)
    assert centres["account_messages"].idxmax() == 0
    assert centres.loc[0, "account_messages"] > 5 * centres.loc[1:, "account_messages"].max()
    assert centres["function_visits"].idxmin() == 0
    little = ["actions", "account_messages", "news_messages", "news_views"]
    assert (centres.loc[1, little] < table[little].mean()).all()
    assert centres[["function_visits", "news_messages"]].idxmax().tolist() == [2, 2]
    assert centres.loc[2, "push_launch_share"] > 0.6


def test_three_clusters_have_the_largest_silhouette_by_construction(table):
    choice = validity.choose_n_clusters(table, range(1, 11), random_state=0)
    assert choice["silhouette"].idxmax() == 3


def test_every_rule_of_cleaning_finds_its_dirt_in_the_shipped_log(drawn):
    _, ledger = events.clean(drawn[0], **WEEK)
    assert (ledger["rows_dropped"] >= 15).all()
    named = ledger.loc["rare function", "why"].partition("visits: ")[2].split(", ")
    assert set(named) <= set(surrogate_bank.RARE)
    bad = drawn[0]["event_time"].isna().mean()
    assert 0.01 < bad < 0.03


def test_a_push_launch_follows_a_message_of_the_same_customer(drawn):
    kept = events.clean(drawn[0], **WEEK)[0].sort_values("event_time")
    pushed = kept[kept["source"] == "push"]
    messages = kept[kept["event_type"].str.endswith("_message")].assign(received=kept["event_time"])
    messages = messages[["customer_id", "event_time", "received"]]
    paired = pd.merge_asof(pushed, messages, on="event_time", by="customer_id")
    waited = paired["event_time"] - paired["received"]
    assert len(pushed) > 300
    assert (waited < pd.Timedelta(minutes=15)).all()


def test_nobody_does_anything_without_having_launched_the_app(table):
    assert (table.loc[table["app_launches"] == 0, "actions"] == 0).all()
    assert (table["app_launches"] == 0).any()


def test_the_first_of_two_weeks_is_the_one_week(table):
    two_weeks = surrogate_bank.bank_app_log(weeks=2)[0]
    kept, _ = events.clean(two_weeks, observation_start="2024-03-04", observation_end="2024-03-18")
    pd.testing.assert_frame_equal(events.indicators(kept, **WEEK), table)
    second = events.indicators(kept, observation_start="2024-03-11", observation_end="2024-03-18")
    assert not second.reindex(table.index).equals(table)


def agreement(separation):
    """Mean agreement with the truth of k-means on the raw indicators, over a few seeds."""
    found = []
    for seed in range(5):
        log, segments, _ = surrogate_bank.bank_app_log(separation=separation, random_state=seed)
        counted = events.indicators(events.clean(log, **WEEK)[0], **WEEK)
        labels = KMeans(3, n_init=5, random_state=0).fit_predict(counted)
        found.append(adjusted_rand_score(segments.set_index("customer_id")["segment"][counted.index], labels))
    return np.mean(found)


def test_separation_decides_how_well_three_clusters_recover_the_segments():
    apart, overlapping, alike = agreement(1.0), agreement(surrogate_bank.OVERLAPPING), agreement(0.0)
    assert apart > 0.9
    assert 0.2 < overlapping < 0.8
    assert abs(alike) < 0.1


def test_contributions_have_nothing_to_do_with_segments():
    _, segments, contributions = surrogate_bank.bank_app_log(20_000, random_state=1)
    wealthy = contributions["wealth_products"].gt(0).groupby(segments["segment"]).mean()
    assert wealthy.max() - wealthy.min() < 0.05
    deposits = np.log(contributions["deposits"]).groupby(segments["segment"]).mean()
    assert deposits.max() - deposits.min() < 0.15


def test_same_seed_same_log_other_seed_another():
    first, again, other = (surrogate_bank.bank_app_log(20, random_state=s)[0] for s in (7, 7, 8))
    pd.testing.assert_frame_equal(first, again)
    assert not first.equals(other)


@pytest.mark.parametrize("n", [3, 4, 10])
def test_few_customers(n):
    log, segments, contributions = surrogate_bank.bank_app_log(n, random_state=n)
    assert len(segments) == len(contributions) == n
    assert set(log["customer_id"].dropna()) <= set(segments["customer_id"])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_customers": 2}, "n_customers must be an integer of at least 3, not 2"),
        ({"weeks": 0}, "weeks must be an integer of at least 1, not 0"),
        ({"weeks": 1.5}, "weeks must be an integer of at least 1, not 1.5"),
        ({"separation": 1.5}, r"separation must lie in \[0, 1\], not 1.5"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        surrogate_bank.bank_app_log(**arguments)


def test_several_logs_as_one_are_those_of_their_seeds():
    log, segments = surrogate_bank.bank_app_logs([3, 8], separation=0.5)
    for seed, part in segments.groupby("seed"):
        alone, truth, _ = surrogate_bank.bank_app_log(separation=0.5, random_state=seed)
        theirs = log[log["customer_id"].str.startswith(f"{seed} ")]
        same = alone.dropna(subset="customer_id")
        same["customer_id"] = f"{seed} " + same["customer_id"]
        pd.testing.assert_frame_equal(theirs.reset_index(drop=True), same.reset_index(drop=True))
        assert part["segment"].tolist() == truth["segment"].tolist()
