"""The customers who are graded: what was made to hold, and what the shipped files are."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import spearmanr

from workbench import data, grading
from workbench.data.standin import customer_grading as standin
from workbench.grading import suitability

SHIPPED = standin.shipped()
VARIANTS = [("grading", 1.0), ("grading_overlapping", standin.OVERLAPPING)]
LIMITS = [50_000, 200_000, 600_000]
CUTS = [21, 36]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_file_is_what_the_generator_writes(name):
    text = (data.ROOT / "data" / "grading" / name).read_bytes().decode()
    assert text.splitlines() == SHIPPED[name].splitlines()


@pytest.mark.parametrize(("dataset", "separation"), VARIANTS)
def test_what_is_loaded_is_what_was_drawn(dataset, separation):
    people, truth = standin.customers(separation=separation)
    roles = data.ACCOUNTS[:3]
    pd.testing.assert_frame_equal(data.load(dataset, roles=roles), people[[*roles]], check_dtype=False)
    pd.testing.assert_frame_equal(data.load_traits(dataset).reset_index(), truth, check_dtype=False)
    panel, months = data.load_balances(dataset), standin.balances(separation=separation)
    assert (panel.to_numpy() == months.head(2000).to_numpy()).all()
    assert [*panel.columns] == [*months.columns]
    first, again = standin.filled_in(people, truth)
    assert (data.load_answers(dataset).to_numpy() == first.to_numpy()).all()
    assert (data.load_answers(dataset, again=True).to_numpy() == again.head(2000).to_numpy()).all()


@pytest.fixture(scope="module")
def drawn():
    return (*standin.customers(), standin.balances())


def test_the_assets_are_the_last_balance(drawn):
    people, _, panel = drawn
    assert (people["assets"].to_numpy() == panel.iloc[:, -1].to_numpy()).all()


def test_nobody_moves_by_construction(drawn):
    _, truth, panel = drawn
    apart = np.log(panel.to_numpy() / truth[["level"]].to_numpy())
    assert np.abs(apart.mean(axis=0)).max() < 0.02  # no month is above or below the level
    assert apart.std() == pytest.approx(standin.NOISE, abs=0.01)
    assert np.corrcoef(apart[:, 0], apart[:, 1])[0, 1] == pytest.approx(standin.FADING, abs=0.02)
    seen = grading.migration(*(grading.grade(panel.iloc[:, m], thresholds=LIMITS) for m in (11, 23)))
    expected = grading.no_change(panel, thresholds=LIMITS).shares
    assert np.abs(seen - expected).to_numpy()[:3].max() < 0.03


def test_assets_and_revenue_go_together_and_risk_goes_with_neither(drawn):
    people, truth, _ = drawn
    assert spearmanr(people["assets"], people["revenue"])[0] == pytest.approx(0.83, abs=0.02)
    assert abs(spearmanr(people["revenue"], people["leaving_risk"])[0]) < 0.03
    assert truth["capacity"].corr(truth["appetite"]) == pytest.approx(0.3, abs=0.05)


def test_capacity_can_be_paid_for_by_appetite(drawn):
    people, truth, _ = drawn
    first, again = standin.filled_in(people, truth)
    items = standin.items()
    points = suitability.scores(first, items)
    total = suitability.classes(points["total"], CUTS)
    part = [item for item, topic in standin.ITEMS.items() if topic != "appetite"]
    capacity = suitability.classes(
        points["total"] - points["appetite"], suitability.carried_cuts(CUTS, items, part)
    )
    assert 0.15 < (capacity[total == "aggressive"] != "aggressive").mean() < 0.25
    assert 0.40 < (total[capacity == "conservative"] != "conservative").mean() < 0.60
    same = suitability.retest(total, suitability.classes(suitability.scores(again, items)["total"], CUTS))
    assert 0.75 < same < 0.87


def test_separation_decides_how_far_the_types_are_apart():
    def between(separation):
        people, truth = standin.customers(5000, separation=separation)
        log = np.log(truth["level"])
        return log.groupby(people["segment"]).mean().var() / log.var()

    apart, overlapping, alike = map(between, (1.0, standin.OVERLAPPING, 0.0))
    assert apart > overlapping > alike
    assert alike < 0.01


@pytest.mark.parametrize("asked", [{"n_customers": 3}, {"n_customers": 4.5}, {"separation": 1.1}])
def test_what_cannot_be_drawn_is_refused(asked):
    with pytest.raises(ValueError, match=f"{next(iter(asked))} must"):
        standin.customers(**asked)
