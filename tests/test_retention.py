"""The monthly loop, on SQLite and on a real PostgreSQL."""

import random

import numpy as np
import pandas as pd
import pytest
from loop_calls import kill_after
from postgres import postgres_database, postgres_url  # noqa: F401

from workbench.addresses import CaseBaseError
from workbench.churn import experiments, targeting
from workbench.retention import Retention, RetentionError, effects, intake, lists

MONTH, NEXT = "2014-03", "2014-04"
BRANCHES = ("A", "B", "C")
STRATEGIES = pd.DataFrame(
    {
        "strategy": ["letter", "visit"],
        "reason_group": [None, "poor experience"],
        "value_grade": [None, "high"],
        "action": ["write", "go there"],
        "cost": [1.0, 20.0],
        "stage": ["pilot", "pilot"],
    }
)


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/loop.db"
    return request.getfixturevalue("postgres_database")


@pytest.fixture
def loop(url):
    with Retention(url) as loop:
        yield loop


def scores(n=60, seed=0, month=MONTH):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "customer_id": [f"c{i:06}" for i in range(n)],
            "branch": rng.choice(BRANCHES, n),
            "contract_end": pd.Period(month).end_time.normalize(),
            "probability": rng.beta(2, 5, n).round(3),
            "risk_level": rng.choice(["high", "low"], n),
            "value_grade": rng.choice(["high", "normal"], n),
            "reason_group": rng.choice(["poor experience", "quiet"], n),
            "rule": "fee > 86",
            "model": "f00d",
        }
    )


def capacities(contacts=4, month=MONTH):
    return pd.DataFrame({"month": month, "branch": BRANCHES, "contacts": contacts})


def dispatched(loop, *, table=None, contacts=4, month=MONTH, **how):
    loop.configure(STRATEGIES, capacities(contacts, month))
    loop.publish(month, scores(month=month) if table is None else table)
    return loop.dispatch(month, **{"control_share": 0.5} | how)


def shuffled(table, seed=1):
    return table.sample(frac=1, random_state=seed)


def test_scores_come_back_as_they_were_published(loop):
    table = scores()
    assert loop.publish(MONTH, shuffled(table)) == 60
    stored = loop.to_frame("scores")
    assert stored.pop("month").unique().tolist() == [MONTH]
    pd.testing.assert_frame_equal(stored, table, check_dtype=False)


def test_the_same_scores_change_nothing_and_others_replace_them_until_dispatch(loop):
    loop.publish(MONTH, scores(seed=1))
    assert loop.publish(MONTH, shuffled(scores(seed=1))) == 0
    assert loop.publish(MONTH, scores(40)) == 40
    assert len(loop.to_frame("scores")) == 40
    dispatched(loop, table=scores(40))
    assert loop.publish(MONTH, shuffled(scores(40))) == 0
    with pytest.raises(RetentionError, match="2014-03 is dispatched, and these are other scores"):
        loop.publish(MONTH, scores(41))
    assert loop.publish(NEXT, scores(41, month=NEXT)) == 41


def test_dispatching_again_returns_the_stored_tasks(loop):
    first = dispatched(loop)
    again = loop.dispatch(MONTH, control_share=0.1, random_state=5)
    pd.testing.assert_frame_equal(first, again)
    assert len(loop.to_frame("tasks")) == len(first)


@pytest.mark.parametrize("share", [0, 0.1, 0.2, 0.5, 0.75])
def test_calls_never_exceed_the_capacity_and_controls_are_exact_in_each_branch(share):
    with Retention() as loop:
        tasks = dispatched(loop, table=scores(300), contacts=7, control_share=share)
    arms = tasks.groupby("branch")["arm"].value_counts().unstack(fill_value=0)
    listed = int(7 / (1 - share) + 1e-9)
    assert arms.sum(axis=1).tolist() == [listed] * 3
    assert (arms["contact"] <= 7).all()
    assert (arms.get("control", 0) - share * listed).abs().max() <= 0.5 if share else "control" not in arms


def test_the_riskiest_of_each_branch_are_listed_by_rank(loop):
    table = scores(200)
    tasks = dispatched(loop, table=table).merge(table, on=["customer_id", "branch"])
    for branch, those in tasks.groupby("branch"):
        best = table[table["branch"] == branch]["probability"].nlargest(8)
        assert those.sort_values("rank")["probability"].tolist() == best.tolist()
        assert those["rank"].tolist() == list(range(1, 9))


def test_arms_depend_on_seed_month_and_customer_and_not_on_the_order_of_rows():
    def arms(table, seed, month=MONTH):
        with Retention() as loop:
            table = table.assign(contract_end="2014-05-31")
            tasks = dispatched(loop, table=table, contacts=20, month=month, random_state=seed)
        return tasks.set_index("customer_id")["arm"].sort_index()

    table = scores(200)
    assert arms(table, 3).equals(arms(shuffled(table), 3))
    others = [arms(table, 4), arms(table, 3, NEXT)]
    assert all(0.3 < (arms(table, 3) == other).mean() < 0.7 for other in others)


def test_both_databases_draw_the_same_lists(postgres_database):  # noqa: F811
    table = scores(200).assign(probability=lambda t: t["probability"].round(1))  # ties at the end of a list
    with Retention() as one, Retention(postgres_database) as other:
        found = [dispatched(loop, table=table) for loop in (one, other)]
    pd.testing.assert_frame_equal(*found)


def test_lists_are_those_of_the_worklist_ties_too(loop):
    table = scores(200).assign(probability=lambda t: t["probability"].round(1))
    tasks = dispatched(loop, table=table, random_state=3)
    expected = targeting.worklist(table, 4, 0.5, 3, month=MONTH)
    assert tasks["customer_id"].tolist() == expected["customer_id"].tolist()
    assert tasks["arm"].tolist() == expected["arm"].tolist()


def test_the_strategy_with_most_conditions_applies_and_a_stopped_one_does_not(loop):
    tasks = dispatched(loop).merge(scores(), on=["customer_id", "branch"])
    both = (tasks["reason_group"] == "poor experience") & (tasks["value_grade"] == "high")
    assert both.any()
    assert tasks["strategy"].tolist() == np.where(both, "visit", "letter").tolist()
    loop.configure(STRATEGIES.assign(stage="stopped", valid_to=None).tail(1))
    loop.configure(capacities=capacities(month=NEXT))
    loop.publish(NEXT, scores(60, seed=2, month=NEXT))
    assert set(loop.dispatch(NEXT)["strategy"]) == {"letter"}


def test_a_strategy_is_in_force_in_the_months_it_is_valid_for(loop):
    table = STRATEGIES.assign(valid_from=["2014-01", "2014-03-31"], valid_to=["2014-02-28", "2014-03"])
    loop.configure(table, pd.concat([capacities(), capacities(month=NEXT)]))
    assert loop.to_frame("strategies")["valid_to"].tolist() == [
        pd.Timestamp(2014, 2, 28),
        pd.Timestamp(2014, 3, 31),
    ]
    for month in (MONTH, NEXT):
        loop.publish(month, scores(month=month))
    assert set(loop.dispatch(MONTH)["strategy"]) == {"visit"}
    with pytest.raises(RetentionError, match="No strategy is in force in 2014-04; configure one"):
        loop.dispatch(NEXT)


def test_a_pilot_has_half_a_control_group_and_a_rolled_out_strategy_a_small_one():
    table = scores(2000)
    with Retention() as loop:
        loop.configure(STRATEGIES.assign(stage=["rolled out", "pilot"]), capacities(100))
        loop.publish(MONTH, table)
        tasks = loop.dispatch(MONTH)
        drawn = loop.to_frame("dispatches").set_index("strategy")["control_share"]
    assert drawn.to_dict() == {"letter": 0.15, "visit": 0.5}
    arms = tasks.groupby(["branch", "strategy"])["arm"].value_counts().unstack()
    exact = arms.sum(axis=1) * arms.index.get_level_values("strategy").map(drawn)
    assert ((arms["control"] - exact).abs() <= 0.5).all()
    contacts = arms["contact"].groupby("branch").sum()
    assert contacts.between(99, 100).all()
    best = table.sort_values("probability").groupby("branch").tail(1)["customer_id"]
    assert set(best) == set(tasks[tasks["rank"] == 1]["customer_id"])


def test_a_list_of_two_shares_never_exceeds_the_capacity():
    rng = np.random.default_rng(0)
    for contacts in range(12):
        table = pd.DataFrame(
            {"customer_id": range(60), "branch": "A", "probability": rng.permutation(60) / 60}
        )
        table["strategy"] = rng.choice(["one", "two"], 60)
        found = lists.listed(
            table, {"A": contacts}, {"one": 0.5, "two": 0.15}, month=MONTH, random_state=contacts
        )
        assert contacts - 2 < (found["arm"] == "contact").sum() <= contacts


def test_who_opted_out_is_not_listed(loop):
    out = scores(300).nlargest(5, "probability")["customer_id"]
    loop.configure(opt_outs=pd.DataFrame({"customer_id": out, "since": "2014-02-01"}))
    assert not set(dispatched(loop, table=scores(300))["customer_id"]) & set(out)


def test_nobody_is_called_twice_for_one_contract_or_within_the_months_of_rest(loop):
    table = scores(40).assign(contract_end="2014-12-31")
    loop.configure(rest_months=2)
    first = dispatched(loop, table=table)
    called = set(first[first["arm"] == "contact"]["customer_id"])
    second = dispatched(loop, table=table, month="2014-04")
    assert not set(first["customer_id"]) & set(second["customer_id"])  # the same contract, in either arm
    renewed = table.assign(contract_end="2015-12-31")
    third = dispatched(loop, table=renewed, month="2014-05", contacts=40)
    called |= set(second[second["arm"] == "contact"]["customer_id"])
    assert set(third["customer_id"]) == set(table["customer_id"]) - called
    later = dispatched(loop, table=renewed.assign(contract_end="2016-12-31"), month="2014-08", contacts=40)
    assert set(later["customer_id"]) == set(table["customer_id"])


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda loop: None, "There are no scores of 2014-03; publish them first"),
        (
            lambda loop: [loop.publish(MONTH, scores()), loop.configure(capacities=capacities().head(2))],
            "Branch 'C' has no capacity in 2014-03. Configure it; 0 lists nobody",
        ),
    ],
)
def test_what_a_dispatch_lacks_is_named(loop, prepare, message):
    loop.configure(STRATEGIES)
    prepare(loop)
    with pytest.raises(RetentionError, match=message):
        loop.dispatch(MONTH)
    assert loop.to_frame("dispatches").empty


def test_the_capacity_of_a_dispatched_month_is_fixed(loop):
    dispatched(loop)
    loop.configure(capacities=capacities())
    with pytest.raises(RetentionError, match="2014-03 is dispatched; the capacity of 'A' cannot change"):
        loop.configure(capacities=capacities(5))


def test_a_worklist_holds_contacts_alone_with_what_a_branch_needs(loop):
    tasks = dispatched(loop)
    work = loop.worklist(MONTH)
    contacts = tasks[tasks["arm"] == "contact"]
    assert work["customer_id"].tolist() == contacts["customer_id"].tolist()
    assert {"rule", "risk_level", "value_grade", "action", "due"} <= set(work)
    assert work["due"].unique().tolist() == [pd.Timestamp("2014-03-31")]


def reports(customers, status="reached", day="2014-03-10"):
    return pd.DataFrame({"customer_id": list(customers), "reported_on": day, "status": status})


def test_feedback_is_added_under_the_next_numbers_and_once(loop):
    tasks = dispatched(loop)
    called = tasks[tasks["arm"] == "contact"]["customer_id"].tolist()
    assert loop.feedback(MONTH, reports(called[:3], "unreachable")) == 3
    assert loop.feedback(MONTH, reports(called[:4], "unreachable")) == 1
    assert loop.feedback(MONTH, reports(called[:1], "accepted", "2014-03-11").assign(note="=new")) == 1
    stored = loop.to_frame("feedback")
    assert stored["number"].tolist() == [1, 2, 3, 4, 5]
    assert stored["customer_id"].tolist() == [*called[:4], called[0]]
    assert stored["note"].tolist()[-1] == "=new"


def test_feedback_for_customers_who_were_not_to_be_called_is_refused_by_name(loop):
    tasks = dispatched(loop)
    arms = tasks.groupby("arm")["customer_id"].agg(list)
    unlisted = sorted(set(scores()["customer_id"]) - set(tasks["customer_id"]))
    control, called = arms["control"][0], arms["contact"]
    out = pd.DataFrame({"customer_id": [called[1], called[2]], "since": "2014-03-09"})
    loop.configure(opt_outs=out)
    cases = {
        control: f"'{control}': control, whom nobody may call",
        unlisted[0]: f"'{unlisted[0]}': not on the list of 2014-03",
        called[1]: f"'{called[1]}': opted out",
    }
    for customer, message in cases.items():
        with pytest.raises(RetentionError, match=message):
            loop.feedback(MONTH, reports([called[0], customer]))
    assert loop.to_frame("feedback").empty
    assert (
        loop.feedback(MONTH, reports(called[2:3], "refused", "2014-03-09")) == 1
    )  # who opted out in the call
    with pytest.raises(RetentionError, match=r"2014-04 is not dispatched. Dispatched months: '2014-03'"):
        loop.feedback(NEXT, reports(called[:1]))


@pytest.mark.parametrize(
    ("end", "renewed", "churned"),
    [
        ("2013-01-15", "2013-02-28", False),
        ("2013-01-31", "2013-03-01", True),
        ("2013-12-31", "2014-01-31", False),
        ("2013-12-31", None, True),
        ("2013-12-31", "2013-12-01", False),
    ],
)
def test_who_is_not_renewed_by_the_end_of_the_next_month_left(end, renewed, churned):
    month = end[:7]
    with Retention() as loop:
        dispatched(loop, table=scores(60, month=month).assign(contract_end=end), month=month)
        rows = pd.DataFrame({"customer_id": ["c000001"], "renewed_on": [renewed]})
        loop.outcomes(month, rows, observation_end="2014-03-01")
        assert loop.to_frame("outcomes")["churned"].tolist() == [churned]
        with pytest.raises(RetentionError, match="'c000001': label not known yet"):
            loop.outcomes(month, rows, observation_end=intake.deadline(pd.Timestamp(end).date()))


def test_outcomes_come_when_the_label_is_known_and_fit_the_day_of_renewal(loop):
    dispatched(loop)
    rows = pd.DataFrame({"customer_id": ["c000001", "c000002"], "churned": [True, False]})
    assert loop.outcomes(MONTH, rows) == 2
    assert loop.outcomes(MONTH, rows) == 0
    assert loop.outcomes(MONTH, rows.assign(renewed_on=["2014-05-20", "2014-04-30"])) == 2  # a late renewal
    stored = loop.to_frame("outcomes")
    assert stored["churned"].tolist() == [True, False]
    assert stored["renewed_on"].dt.day.tolist() == [20, 30]
    for change, message in [
        ({"churned": pd.array([True, None], "boolean")}, "churned of outcomes is missing in row 1"),
        ({"renewed_on": ["2014-04-30", None]}, "'c000001': day of renewal contradicts churned"),
        ({"renewed_on": [None, "2014-05-01"]}, "'c000002': day of renewal contradicts churned"),
        ({"customer_id": ["c000001", "nobody"]}, "'nobody': no score in 2014-03"),
    ]:
        with pytest.raises(ValueError, match=message):
            loop.outcomes(MONTH, rows.assign(**change))
    with pytest.raises(
        RetentionError, match="'c000001', 'c000002': churned is missing, and so is the observation_end"
    ):
        loop.outcomes(MONTH, rows.drop(columns="churned").assign(renewed_on=None))
    pd.testing.assert_frame_equal(loop.to_frame("outcomes"), stored)


BAD = {
    "month": (lambda t: ("2014-3", t), "month is '2014-3'; allowed is a month written as YYYY-MM"),
    "probability": (
        lambda t: (MONTH, t.replace({"probability": {t["probability"][1]: 1.2}})),
        "probability of scores is 1.2 in row 1; allowed is a probability from 0 to 1",
    ),
    "gap": (lambda t: (MONTH, t.assign(branch=["A", None, "B"])), "branch of scores is missing in row 1"),
    "twice": (lambda t: (MONTH, t.assign(customer_id="x")), "two rows for month '2014-03' customer_id 'x'"),
    "column": (lambda t: (MONTH, t.rename(columns={"branch": "branche"})), "lacks the column 'branch'; did you"),
    "ended": (lambda t: (NEXT, t), "contract of 'c000000' ended on 2014-03-31, before 2014-04"),
    "other month": (lambda t: (MONTH, t.assign(month=NEXT)), "rows of month '2014-04' besides '2014-03'"),
    "number as id": (lambda t: (MONTH, t.assign(customer_id=[1.5, 2, 3])), "customer_id of scores is 1.5 in row 0"),
    "no day": (lambda t: (MONTH, t.assign(contract_end="31.03.2014")), "31.03.2014.*write 2014-03-31"),
    "NUL": (lambda t: (MONTH, t.assign(rule="a\0b")), "holds NUL"),
    "no table": (lambda t: (MONTH, [1]), "scores must be a pandas DataFrame, not list"),
}  # fmt: skip


@pytest.mark.parametrize("kind", BAD)
def test_scores_that_cannot_be_kept_are_refused_and_nothing_changes(kind):
    change, message = BAD[kind]
    with Retention() as loop:
        loop.publish(MONTH, scores(5))
        with pytest.raises(ValueError, match=message):
            loop.publish(*change(scores(3)))
        assert len(loop.to_frame("scores")) == 5


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"strategies": STRATEGIES.assign(stage="rolled")}, "stage of strategies must be one of 'pilot', 'rolled out'"),
        ({"strategies": STRATEGIES.assign(cost=-1)}, "cost of strategies is -1 in row 0; allowed is a finite number"),
        ({"capacities": capacities(-1)}, "contacts of capacities is -1 in row 0"),
        ({"capacities": capacities(1.5)}, "contacts of capacities is 1.5 in row 0; allowed is a whole number"),
        ({"capacities": capacities(month="03/2014")}, "month of capacities is '03/2014'; allowed is a month"),
        ({"rest_months": -1}, "rest_months is -1; allowed are whole numbers from 0"),
    ],
)  # fmt: skip
def test_settings_that_cannot_be_kept_are_refused_whole(given, message):
    with Retention() as loop:
        with pytest.raises(ValueError, match=message):
            loop.configure(
                **{"opt_outs": pd.DataFrame({"customer_id": ["x"], "since": "2014-01-01"})} | given
            )
        assert loop.to_frame("opt_outs").empty


@pytest.mark.parametrize("share", [1, -0.1, {"pilot": 1.5}, {"pilots": 0.5}])
def test_a_control_share_that_is_none_is_refused(share):
    with Retention() as loop, pytest.raises(ValueError, match="control_share"):
        dispatched(loop, control_share=share)


def test_ids_that_are_whole_numbers_are_kept_as_text_and_an_index_is_taken(loop):
    table = scores(3).assign(customer_id=[7, 8, 9]).set_index(["customer_id", "contract_end"])
    loop.publish(MONTH, table)
    assert loop.to_frame("scores")["customer_id"].tolist() == ["7", "8", "9"]


def test_two_campaigns_in_one_database_do_not_mix(url):
    with Retention(url) as one, Retention(url, prefix='tv"; DROP TABLE scores; --') as other:
        dispatched(one)
        other.publish(MONTH, scores(3))
        assert (len(one.to_frame("scores")), len(other.to_frame("scores"))) == (60, 3)
        assert other.to_frame("tasks").empty
    with Retention(url) as again:
        assert len(again.to_frame("scores")) == 60


def test_tables_of_somebody_else_are_refused_and_left_alone(tmp_path):
    import sqlite3

    file = tmp_path / "theirs.db"
    with sqlite3.connect(file) as theirs:
        theirs.execute("CREATE TABLE tasks (id INTEGER PRIMARY KEY, what TEXT)")
    theirs.close()
    with pytest.raises(RetentionError, match="'tasks' exists and is none of a loop's.*prefix"):
        Retention(f"sqlite:///{file}")
    Retention(f"sqlite:///{file}", prefix="tv_").close()


def test_no_message_holds_the_password(tmp_path):
    with pytest.raises(CaseBaseError) as refused:
        Retention("postgresql://ann:s3cret@127.0.0.1:1/none")
    assert "s3cret" not in str(refused.value)
    assert "ann:***@" in str(refused.value)


def played(loop, months=3, n=900, effect=0.15, share=0.5, seed=0, contacts=100):
    """Play the loop with customers of whom calling saves a known share; who is not called leaves at their risk."""
    rng = np.random.default_rng(seed)
    loop.configure(STRATEGIES, rest_months=0)
    for month in pd.period_range(MONTH, periods=months, freq="M").astype(str):
        table = scores(n, seed=rng.integers(1000), month=month)
        loop.configure(capacities=capacities(contacts, month))
        loop.publish(month, table)
        tasks = loop.dispatch(month, control_share=share, random_state=seed)
        called = table["customer_id"].isin(tasks[tasks["arm"] == "contact"]["customer_id"])
        left = rng.random(n) < (table["probability"] - effect * called).clip(lower=0)
        loop.outcomes(month, pd.DataFrame({"customer_id": table["customer_id"], "churned": left}))
    return loop


def test_a_planted_effect_lies_in_the_interval_as_often_as_it_should():
    inside, found = 0, []
    for seed in range(8):
        with Retention() as loop:
            row = played(loop, months=2, n=600, seed=seed).report().effects.iloc[0]
        found.append(row["effect"])
        inside += row["low"] <= 0.15 <= row["high"]
    assert inside >= 6
    assert np.mean(found) == pytest.approx(0.15, abs=3 * 0.035 / 8**0.5)  # standard error of one


def test_a_report_says_the_same_on_both_databases(url):
    with Retention(url) as loop, Retention() as other:
        for one, two in zip(played(loop).report(), played(other).report(), strict=True):
            pd.testing.assert_frame_equal(one, two)
        assert len(loop.report(NEXT).months) == 2
        assert loop.report(NEXT).months.equals(loop.report().months.head(2))


def test_effects_stand_for_all_by_strategy_reason_and_branch_with_numbers():
    with Retention() as loop:
        table = played(loop).report().effects.set_index(["by", "group"])
        tasks = loop.to_frame("tasks")
    assert table.index.get_level_values("by").unique().tolist() == [
        "all",
        "strategy",
        "reason_group",
        "branch",
    ]
    for by in ("strategy", "reason_group", "branch"):
        assert table.loc[by, ["contact", "control"]].sum().tolist() == [900, 900]
    assert len(tasks) == 1800
    assert (table["low"] < table["effect"]).all()
    assert (table["effect"] < table["high"]).all()
    assert (table["not_known"] == 0).all()


def test_everybody_counts_in_the_assigned_arm_whether_reached_or_not():
    with Retention() as loop:
        before = played(loop).report().effects
        called = loop.worklist(MONTH)["customer_id"]
        loop.feedback(MONTH, reports(called[:150], "unreachable"))
        loop.feedback(MONTH, reports(called[150:200], "refused"))
        after = loop.report()
    said = ["contact_rate", "without_feedback"]
    assert after.effects.drop(columns=said).equals(before.drop(columns=said))
    assert after.effects[said].iloc[0].tolist() == [50 / 200, 700]
    assert before["contact_rate"].isna().all()
    assert after.months["without_feedback"].tolist() == [100, 300, 300]
    assert after.months["contact_rate"].iloc[0] == 50 / 200


def tasks_of(*groups):
    """Tasks of (branch, share, contacts, who left, controls, who left)."""
    rows = []
    for branch, share, n_1, left_1, n_0, left_0 in groups:
        for arm, n, left in (("contact", n_1, left_1), ("control", n_0, left_0)):
            rows += [(branch, share, arm, i < left) for i in range(n)]
    return pd.DataFrame(rows, columns=["branch", "control_share", "arm", "churned"])


def test_the_effect_in_one_stratum_is_newcombes():
    for counts in [(70, 48, 80, 56), (10, 0, 20, 0), (5, 5, 56, 29), (400, 100, 100, 40)]:
        n_1, left_1, n_0, left_0 = counts
        expected = experiments.difference(left_0, n_0, left_1, n_1)
        assert effects.effect_of(tasks_of(("A", 0.5, *counts))) == pytest.approx(tuple(expected))


def test_strata_of_other_risk_and_other_share_do_not_pass_for_an_effect():
    # In each branch both arms leave alike; pooled without strata, 58 % of contacts left and 32 % of controls.
    tasks = tasks_of(("A", 0.2, 80, 56, 20, 14), ("B", 0.8, 20, 2, 80, 8))
    found = effects.effect_of(tasks)
    assert found.effect == pytest.approx(0)
    assert found.low < 0 < found.high
    assert tasks.groupby("arm")["churned"].mean().round(2).tolist() == [0.58, 0.22]


def test_a_stratum_without_controls_says_nothing():
    alone = effects.effect_of(tasks_of(("A", 0.5, 10, 2, 10, 4)))
    assert effects.effect_of(tasks_of(("A", 0.5, 10, 2, 10, 4), ("B", 0, 50, 50, 0, 0))) == alone
    assert np.isnan(effects.effect_of(tasks_of(("B", 0, 50, 50, 0, 0))).effect)


def test_months_are_judged_on_customers_nobody_was_to_call():
    with Retention() as loop:
        months = played(loop, months=4, n=3000, effect=0.3, share=0.2, contacts=400).report().months
    assert months["listed"].tolist() == [500 * 3] * 4
    assert months["known_controls"].tolist() == [100 * 3] * 4
    assert months["contacts"].tolist() == months["capacity"].tolist() == [400 * 3] * 4
    # scores are true probabilities, and calls save many: judged on contacts, both would be far below
    assert months["observed_expected"].mean() == pytest.approx(1, abs=0.1)
    inside = (months["observed_expected_low"] < 1) & (months["observed_expected_high"] > 1)
    assert inside.sum() >= 3
    table = scores(3000, seed=9)["probability"]
    expected = table.nlargest(1500).sum() / table.sum()
    assert months["coverage"].mean() == pytest.approx(expected, abs=0.03)
    assert months["psi"].isna().tolist() == [True, False, False, False]
    assert (months["psi"][1:] < 10 * months["psi_chance"][1:]).all()


def test_costs_per_saved_customer_have_no_upper_end_where_the_effect_may_be_none():
    with Retention() as loop:
        table = played(loop, months=1).report().effects
    sure = table["low"] > 0
    assert table["cost_per_saved_high"].notna().equals(sure)
    mean_cost = table["cost"] / table["contact"]
    assert table["cost_per_saved"][0] == pytest.approx(mean_cost[0] / table["effect"][0])


def test_a_loop_without_outcomes_reports_what_was_done_and_knows_no_effect():
    with Retention() as loop:
        with pytest.raises(RetentionError, match="There are no scores; publish some first"):
            loop.report()
        dispatched(loop)
        report = loop.report()
    assert report.effects[["effect", "low", "high"]].isna().all(axis=None)
    assert report.effects["not_known"][0] == 24
    assert report.months[["precision", "observed_expected", "coverage"]].isna().all(axis=None)


def test_a_pilot_is_promoted_only_on_an_interval_above_zero(loop):
    played(loop, months=2, effect=0.0)
    with pytest.raises(
        RetentionError, match=r"'letter' stays in pilot: \d+ of \d+ control customers left and \d+ of"
    ):
        loop.promote("letter")
    assert set(loop.to_frame("strategies")["stage"]) == {"pilot"}
    with pytest.raises(RetentionError, match="Unknown strategy 'lettre'; did you mean 'letter'"):
        loop.promote("lettre")
    with Retention() as good:
        played(good, months=2, effect=0.3)
        seen = good.promote("letter")
        assert seen["low"] > 0
        assert good.to_frame("strategies").set_index("strategy")["stage"]["letter"] == "rolled out"
        with pytest.raises(RetentionError, match="'letter' is rolled out; only a pilot is promoted"):
            good.promote("letter")


@pytest.mark.slow
@pytest.mark.parametrize("call", ["publish", "dispatch"])
def test_a_kill_at_any_moment_leaves_the_database_as_before_or_complete(url, call):
    old, new, rng, seen, longest = scores(1500), scores(1500, seed=1), random.Random(0), set(), None
    arguments = {"publish": ("publish", MONTH, new), "dispatch": ("dispatch", MONTH)}
    for _ in range(5):
        with Retention(url) as loop:
            loop.configure(STRATEGIES, capacities(200))
            loop.publish(MONTH, old)
        took = kill_after(longest and rng.uniform(0, longest), url, *arguments[call])
        longest = longest or took
        with Retention(url) as loop:
            table, tasks = loop.to_frame("scores"), loop.to_frame("tasks")
            assert len(tasks) in (0, 1200)
            assert loop.to_frame("dispatches").empty == tasks.empty
            as_published = [table["probability"].equals(one["probability"]) for one in (old, new)]
            assert sum(as_published) == 1
            seen.add((as_published[0], tasks.empty))
            with loop._transaction(writes=True) as connection:
                for name in ("tasks", "dispatches"):
                    connection.execute(loop._tables[name].delete())
    assert len(seen) == 2  # some were too late, and some not
