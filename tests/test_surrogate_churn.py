import gzip
import re

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from workbench import churn, data, trees
from workbench.data.standin import churn_leaving, churn_warning

END, LAUNCH = "2014-07-01", "2013-12-01"
KEY = ["customer_id", "contract_end"]


@pytest.fixture(scope="module")
def written():
    return churn_warning.shipped()


def test_shipped_files_are_what_the_generator_writes(written):
    folder = data.ROOT / "data" / "churn"
    assert {file.name for file in folder.iterdir()} == set(written)
    for name, text in written.items():
        content = (folder / name).read_bytes()
        unpacked = gzip.decompress(content) if name.endswith(".gz") else content
        assert unpacked.decode().splitlines() == text.splitlines(), name


@pytest.mark.parametrize(
    ("dataset", "separation"), [("churn", 1.0), ("churn_overlapping", churn_warning.OVERLAPPING)]
)
def test_what_is_loaded_is_what_was_drawn(dataset, separation):
    drawn = churn_warning.churn_tables(separation=separation)
    for table, name in zip(data.load_churn(dataset), ("contracts", "usage", "tickets"), strict=True):
        pd.testing.assert_frame_equal(table, getattr(drawn, name))
    pd.testing.assert_frame_equal(data.load_truth(dataset), drawn.truth)


class Drawn:
    """A draw: its panel, the truth of each row, and the parts before and after the launch."""

    def __init__(self, seed, separation=1.0):
        tables = churn_warning.churn_tables(random_state=seed, separation=separation)
        self.tables = tables
        self.panel = churn.panel(*tables[:3], observation_end=END)
        known = self.panel[self.panel["churned"].notna()]
        self.known, self.truth = known, tables.truth.set_index(KEY).reindex(known.index)
        self.train = churn.labelled(self.panel, "2013-11")
        self.launched = known[known.index.get_level_values("contract_end") >= LAUNCH]


@pytest.fixture(scope="module", params=[0, 1, 2])
def drawn(request):
    return Drawn(request.param)


def test_churn_to_renewal_is_one_to_three_in_the_training_months(drawn):
    left = drawn.train["churned"].mean()
    assert 2.9 < (1 - left) / left < 3.1


def test_the_four_types_have_the_shares_of_the_study(drawn):
    types = drawn.truth["type"].reindex(drawn.train.index).value_counts(normalize=True)
    wanted = {"natural": 0.30, "malicious": 0.05, "competitive": 0.40, "disappointed": 0.25}
    assert (types - pd.Series(wanted)).abs().max() < 0.05


def test_hours_and_sessions_are_nearly_the_same_input(drawn):
    assert 0.95 < drawn.train["hours"].corr(drawn.train["sessions"]) < 0.99


def test_a_call_helps_where_the_risk_is_high_and_harms_where_it_is_low(drawn):
    truth = drawn.truth
    effect = truth["churned"].astype(float) - truth["churned_if_contacted"].astype(float)
    rank = truth["probability"].rank(pct=True)
    assert 0.08 < effect[rank > 0.8].mean() < 0.12
    assert effect[rank <= 0.1].mean() <= 0


def test_each_signal_is_right_more_often_than_not(drawn):
    found = churn.signals(drawn.known).drop(columns="days_of_warning")
    assert len(found.columns) == 3
    assert all(drawn.known["churned"][found[name]].mean() > 0.5 for name in found)


def numbers(rows):
    return pd.get_dummies(churn.inputs(rows)).astype(float)


def test_a_model_of_before_the_launch_sees_too_little_churn_after_it(drawn):
    X = numbers(drawn.train)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500))
    model.fit(X, drawn.train["churned"].astype(bool))
    later = numbers(drawn.launched).reindex(columns=X.columns, fill_value=0)
    expected = model.predict_proba(later)[:, 1].sum()
    assert 1.15 < drawn.launched["churned"].sum() / expected < 1.4


@pytest.mark.slow
def test_by_default_the_tree_finds_few_churners_and_a_penalty_more_than_doubles_them(drawn):
    y, launched = drawn.train["churned"].to_numpy(bool), drawn.launched["churned"].to_numpy(bool)
    parts = [(churn.inputs(drawn.train), y), (churn.inputs(drawn.launched), launched)]

    def coverage(**options):
        tree = trees.C50Classifier(**options).fit(*parts[0])
        return [tree.predict(X)[churned].mean() for X, churned in parts]

    default, penalised = coverage(), coverage(costs=[(False, True, 3)])
    assert max(default) < 0.2
    assert all(after > 2 * before for before, after in zip(default, penalised, strict=True))


def test_a_few_per_cent_of_the_churners_renew_late(drawn):
    assert 0.02 < drawn.train["late"].sum() / drawn.train["churned"].sum() < 0.06


def test_who_leaves_by_the_truth_is_who_churned_by_the_label(drawn):
    assert (drawn.truth["churned"] == drawn.known["churned"].astype(bool)).all()
    probability = drawn.truth["probability"]
    assert drawn.known["churned"].mean() == pytest.approx(probability.mean(), abs=0.003)
    bins = drawn.known["churned"].astype(float).groupby(pd.qcut(probability, 5)).mean()
    assert bins.to_numpy() == pytest.approx(
        probability.groupby(pd.qcut(probability, 5)).mean().to_numpy(), abs=0.04
    )


def test_tenure_and_renewals_do_not_drift(drawn):
    first, last = drawn.known.head(3000), drawn.known.tail(3000)
    assert last["tenure_months"].mean() == pytest.approx(first["tenure_months"].mean(), rel=0.2)
    assert last["age"].mean() == pytest.approx(first["age"].mean(), rel=0.05)


def test_the_dirt_is_in_the_files(written):
    contracts, _, tickets = data.load_churn()
    text = written["contracts.csv"]
    assert text.count(" yuan,") == churn_warning.FEE_AS_TEXT
    assert contracts["contract_end"].isna().sum() == churn_warning.OPEN
    assert contracts["renewed_on"].lt(contracts["contract_end"]).sum() == churn_warning.EARLY
    assert 0.005 < tickets.duplicated().mean() < 0.015
    noticed = contracts.attrs["ledger"]["noticed"]
    assert noticed[:3] == [
        "3 monthly fees with the unit in the cell; read as numbers",
        "2 contracts without an end; open",
        "5 contracts renewed before the end; kept, they stay",
    ]
    assert "noticed" in data.ledger(contracts).index


def test_contracts_end_on_the_last_day_of_a_month_after_half_a_year_or_a_year():
    contracts = churn_warning.churn_tables(1000).contracts.dropna(subset="contract_end")
    assert contracts["contract_end"].dt.is_month_end.all()
    months = (contracts["contract_end"] - contracts["contract_start"]).dt.days / 30.44
    shares = months.round().value_counts(normalize=True).to_dict()
    assert shares == {12: pytest.approx(0.85, abs=0.04), 6: pytest.approx(0.15, abs=0.04)}


def test_separation_halves_what_can_be_foreseen():
    def spread(separation):
        return churn_warning.churn_tables(2000, separation=separation).truth["probability"].std()

    apart, overlapping, alike = (spread(separation) for separation in (1.0, 0.5, 0.0))
    assert overlapping == pytest.approx(apart / 2, rel=0.2)
    assert alike < apart / 3  # months differ still


def test_same_seed_same_tables_other_seed_others():
    first, again, other = (churn_warning.churn_tables(300, random_state=seed) for seed in (7, 7, 8))
    for table, same in zip(first, again, strict=True):
        pd.testing.assert_frame_equal(table, same)
    assert not first.usage.equals(other.usage)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"n_customers": 199}, "n_customers must be an integer of at least 200, not 199"),
        ({"n_customers": 300.5}, "n_customers must be an integer of at least 200, not 300.5"),
        ({"separation": -0.1}, r"separation must lie in \[0, 1\], not -0.1"),
    ],
)
def test_arguments_out_of_range_are_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        churn_warning.churn_tables(**arguments)


def test_only_competitive_and_disappointed_leavers_can_be_held():
    truth = churn_warning.churn_tables().truth
    held = truth["churned"] & ~truth["churned_if_contacted"]
    saved = held[truth["churned"]].groupby(truth["type"]).mean()
    assert saved.to_numpy() == pytest.approx(
        pd.Series(churn_leaving.SAVED, churn_leaving.TYPES)[saved.index].to_numpy(), abs=0.04
    )
    assert saved[["natural", "malicious"]].eq(0).all()
    woken = (~truth["churned"] & truth["churned_if_contacted"]).sum() / (~truth["churned"]).sum()
    assert 0 < woken < churn_leaving.WOKEN


def test_data_sets_without_such_tables_are_refused():
    with pytest.raises(
        data.DataError, match="'telecom' has no contracts; those that have: churn, churn_overlapping"
    ):
        data.load_churn("telecom")
    with pytest.raises(
        data.DataError, match="'retail' has no truth; those that have: churn, churn_overlapping"
    ):
        data.load_truth("retail")
    with pytest.raises(data.DataError, match="Unknown data set 'chrun'; did you mean 'churn'"):
        data.load_churn("chrun")


def test_the_shipped_months_are_those_of_the_catalogue():
    usage = data.load_churn().usage
    start, end = data.window("churn", None)
    assert usage["month"].min() == start
    assert usage["month"].max() == end - pd.DateOffset(months=1)
    assert np.isfinite(usage[["hours", "sessions"]].to_numpy()).all()


# data/README.md claims rows and columns; they must be the files' own.

README = (data.ROOT / "data" / "README.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (`churn/[^|]+) \| ([\d,; ]+) \| (.+?) \|", README, flags=re.M)
FILES = [
    (name.removeprefix("churn/"), int(rows.replace(",", "")), columns)
    for names, counts, columns in ROWS
    for name, rows in zip(re.findall(r"`([^`]+)`", names), counts.split("; "), strict=True)
]


def test_readme_lists_every_shipped_file(written):
    assert {name for name, _, _ in FILES} == set(written)


@pytest.mark.parametrize(("name", "rows", "columns"), FILES)
def test_readme_counts_rows_and_names_columns(written, name, rows, columns):
    header, *body = written[name].splitlines()
    assert len(body) == rows
    if columns != "as above":
        assert re.findall(r"`([^`]+)`", columns) == header.split(",")
