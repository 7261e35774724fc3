"""The published figures of each study, recomputed without a notebook, and its claims file."""

import numpy as np
import pytest

from workbench import ahp, anp, cbr, claims, data, events, rfm
from workbench.ahp import judgements, judges
from workbench.segments.clustering import QuickCluster

QUOTED = data.load_matrix().to_numpy()


def test_telecom_weights_from_the_upper_triangle_of_the_quotation():
    """Source, section 2: [W_F, W_R, W_M] = [.221, .341, .439]."""
    assert ahp.weights(ahp.reciprocal(QUOTED)).round(3).tolist() == [0.221, 0.341, 0.439]


@pytest.mark.parametrize(
    ("reading", "expected", "ratio"),
    [
        (QUOTED, [0.2206, 0.3403, 0.4390], 0.0090),
        (ahp.reciprocal(QUOTED), [0.22086, 0.34054, 0.43859], 0.0071),
        (ahp.reciprocal(QUOTED, "lower"), [0.2205, 0.3402, 0.4393], 0.0070),
    ],
    ids=["as quoted", "upper triangle", "lower triangle"],
)
def test_telecom_three_readings_of_the_quotation(reading, expected, ratio):
    digits = max(len(str(value)) - 2 for value in expected)
    np.testing.assert_allclose(ahp.weights(reading), expected, atol=0.5 * 10.0**-digits + 1e-12, rtol=0)
    assert round(float(ahp.consistency(reading).consistency_ratio), 4) == ratio


def test_telecom_published_weights_lie_in_what_the_rounding_of_the_quotation_allows():
    interval = judgements.rounding_interval(QUOTED, 2)
    published = np.array([0.221, 0.341, 0.439])
    assert ((interval.low - 0.0005 <= published) & (published <= interval.high + 0.0005)).all()
    assert interval.low[1].round(4) == 0.3394
    assert interval.high[1].round(4) == 0.3412


def test_telecom_no_single_judge_gives_the_published_weights():
    search = ahp.recover([0.221, 0.341, 0.439], decimals=3)
    assert (search.number, search.candidates) == (0, 1087)
    assert round(search.error, 3) == 0.039


def test_telecom_reconstructed_panel_fits_the_quotation_and_the_weights():
    panel = data.load_judgements()
    matrices = ahp.from_upper(panel[["F:R", "F:M", "R:M"]].to_numpy())
    mean = ahp.aggregate(matrices)
    np.testing.assert_array_equal(mean.round(2), QUOTED)
    assert ahp.weights(mean).round(3).tolist() == [0.221, 0.341, 0.439]
    assert max(ahp.consistency(matrices).consistency_ratio).round(3) == 0.046
    assert panel["role"].value_counts().to_dict() == {
        "regional manager": 2,
        "marketer": 2,
        "long-standing customer": 1,
    }


def test_telecom_redrawn_panels_all_fit_the_quotation():
    drawn = judges.admissible_panels(QUOTED, 50).matrices
    means = np.stack([ahp.aggregate(five) for five in drawn])
    np.testing.assert_array_equal(means.round(2), np.broadcast_to(QUOTED, means.shape))
    assert (ahp.consistency(drawn.reshape(-1, 3, 3)).consistency_ratio < 0.1).all()


def test_retail_control_weights_come_from_one_saaty_matrix():
    """Retail study: (R, F, M) = (.1312, .7928, .0760) from R:F = 1/7, R:M = 2, F:M = 9."""
    search = ahp.recover([0.1312, 0.7928, 0.0760], decimals=4)
    assert search.unique
    np.testing.assert_allclose(search.solutions[0][[0, 0, 1], [1, 2, 2]], [1 / 7, 2, 9])


RECENCY, FREQUENCY = [0.3281, 0.1872, 0.2244, 0.2603], [0.3414, 0.4238, 0.2347]


def test_retail_reconstructed_networks_have_the_printed_limits():
    """Source, section 3, 2 (1): recency (.3281 .1872 .2244 .2603), frequency (.3414 .4238 .2347), monetary (.5 .5)."""
    W = anp.supermatrix(data.load_network_judgements("retail"))
    for group, printed in {"recency": RECENCY, "frequency": FREQUENCY, "monetary": [0.5, 0.5]}.items():
        names = rfm.GROUPS[group]
        limit = anp.limit(W.loc[names, names])
        assert limit.round(4).to_numpy().T.tolist() == [printed] * len(printed)
        assert not np.diag(W).any()


def test_retail_recency_has_many_networks_of_one_judge_and_frequency_none():
    recency, frequency = (anp.recover_network(w, decimals=4) for w in (RECENCY, FREQUENCY))
    assert (recency.number, recency.distinct, frequency.number) == (58, 54, 0)
    assert round(frequency.error, 4) == 0.0061


def test_retail_published_answers_on_the_stand_in():
    """Source, section 3, 2 (2): C13, C16 and C17 are of high value, the other 15 are not. By construction."""
    log = data.load("retail", roles=data.BOOKINGS)
    start, end = data.window("retail", log)
    X = rfm.scale(rfm.extended_rfm(log, end, observation_start=start), "minmax")
    truth = data.load_segments("retail").set_index("customer_id")["value_class"]
    asked = data.load_queries("retail").set_index("name")["customer_id"]
    cases = X.drop(index=asked).sample(324, random_state=0)
    weights = dict(zip(X, [*RECENCY, *FREQUENCY, 0.5, 0.5], strict=True))
    how = {"weights": weights, "groups": rfm.GROUPS, "group_weights": [0.1312, 0.7928, 0.0760]}
    found = cbr.retrieve(cases, X.loc[asked], classes=truth[cases.index], **how)
    assert [name for name, value in zip(asked.index, found["class"], strict=True) if value == "high"] == [
        "C13",
        "C16",
        "C17",
    ]


def test_bank_app_no_count_of_82_people_is_63_8_per_cent():
    assert 0.638 not in [round(k / 82, 3) for k in range(83)]
    assert [round(k / 82, 3) for k in (52, 53)] == [0.634, 0.646]


def test_bank_app_published_procedure_on_the_calibrated_stand_in():
    """Source, section 3: sizes 5, 82, 13 in this order; push share of cluster 2 63.8 %. By construction."""
    log = data.load("bank_app", roles=data.EVENT_LOG, unreadable="missing")
    start, end = data.window("bank_app", log)
    kept, ledger = events.clean(log, observation_start=start, observation_end=end)
    table = events.indicators(kept, observation_start=start, observation_end=end)
    fitted = QuickCluster(3).fit(table)
    assert fitted.counts_.tolist() == [5, 82, 13]
    assert round(100 * fitted.cluster_centers_[1][list(table).index("push_launch_share")], 1) == 63.8
    assert fitted.history_[-1].max() == 0
    assert len(log) - len(kept) == ledger["rows_dropped"].sum()


COUNTS = {"telecom-rfm-ahp": 27, "bank-app-kmeans": 49, "retail-cbr-grey": 65}
COUNTS |= {"complaints": 35, "account-openings": 17}


@pytest.mark.parametrize("study", sorted(f.stem for f in claims.file_of("x").parent.glob("*.toml")))
def test_every_claims_file_is_well_formed_and_says_why(study):
    entries = claims.load(study)
    assert COUNTS.get(study, len(entries)) == len(entries)
    unclear = [
        e["id"]
        for e in entries
        if e["expect"] in ("refuted", "not computable") and len(e["note"].split()) < 8
    ]
    assert unclear == []
