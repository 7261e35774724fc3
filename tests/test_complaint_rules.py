"""The scheme A to E: which combinations of facts meet which rules, and what a missing fact leaves open."""

import itertools

import numpy as np
import pandas as pd
import pytest

from workbench.complaints import (
    FACTS,
    LISTED,
    RULES,
    facts,
    grade,
    group_chance,
    groups,
    kinds,
    matching_rules,
    rule_table,
)


def case(**facts):
    return dict.fromkeys(FACTS, False) | facts


def test_of_the_32_combinations_15_meet_one_rule_12_several_5_none():
    table = rule_table()
    assert len(table.drop_duplicates(list(FACTS))) == 32
    assert ((table["met"] == 1).sum(), (table["met"] > 1).sum(), (table["met"] == 0).sum()) == (15, 12, 5)
    assert table["rules"].str.count("[A-E]").tolist() == table["met"].tolist()


@pytest.mark.parametrize(
    ("facts", "letters"),
    [
        ({"legal_risk": True}, ("A", "E")),
        ({"complaint": True, "group": True, "publicity": True}, ("B",)),
        (
            {"complaint": True, "listed_subject": True, "publicity": True},
            ("C",),
        ),  # one post read by a million
        ({"complaint": True, "listed_subject": True, "group": True}, ("C",)),  # without publicity no B
        ({"complaint": True, "group": True}, ()),
        ({"group": True, "listed_subject": True}, ("D",)),
        ({"group": False}, ("E",)),
        ({"group": True}, ()),  # a fifth person makes an opinion ungraded
    ],
)
def test_the_rules_case_by_case(facts, letters):
    assert matching_rules(case(**facts)) == letters


def test_grades_are_what_matching_rules_says_of_each_case():
    combinations = list(itertools.product([True, False, None], repeat=5))
    cases = pd.DataFrame(combinations, columns=list(FACTS), dtype=object)
    found = grade(cases)
    for row, combination in enumerate(cases.to_dict("records")):
        letters = matching_rules(combination)
        assert (
            found["grade"][row] == letters[0]
            if letters
            else found["grade"].isna()[row] or found["grade"][row] == "none"
        )
        assert found["also"][row] == ", ".join(letters[1:])


def test_an_order_of_ones_own_changes_the_grade_and_keeps_the_rules():
    cases = pd.DataFrame([case(legal_risk=True, complaint=True, listed_subject=True)])
    assert grade(cases)[["grade", "also"]].loc[0].tolist() == ["A", "C"]
    assert grade(cases, precedence=list("CABDE"))[["grade", "also"]].loc[0].tolist() == ["C", "A"]
    with pytest.raises(
        ValueError, match="precedence is 'A', 'B'; give each of 'A', 'B', 'C', 'D', 'E' its place"
    ):
        grade(cases, precedence=["A", "B"])


def test_a_missing_fact_leaves_its_rules_open_and_never_false():
    known = pd.DataFrame([case(complaint=True, listed_subject=True)])
    assert grade(known)["undecided"].tolist() == [""]
    for without in (known.drop(columns="legal_risk"), known.assign(legal_risk=pd.NA)):
        assert grade(without)[["grade", "undecided"]].loc[0].tolist() == ["C", "A"]
    nothing = grade(pd.DataFrame([case(complaint=True, legal_risk=None)]))
    assert nothing["grade"].isna().all()
    assert nothing["undecided"].tolist() == ["A"]
    assert grade(pd.DataFrame([case(complaint=True)]))["grade"].tolist() == ["none"]


def test_facts_that_are_none_are_refused():
    with pytest.raises(
        ValueError, match="complaint is 'yes' in row 'r7'; allowed are true, false and missing"
    ):
        grade(pd.DataFrame([case(complaint="yes")], index=["r7"]))
    with pytest.raises(ValueError, match="Unknown fact 'legal' of the case; did you mean 'legal_risk'"):
        matching_rules({"legal": True})
    with pytest.raises(ValueError, match="Unknown fact 'media' of rule Z"):
        rule_table(RULES | {"Z": {"media": True}})


def cases(times, customers=None, place="hall"):
    frame = pd.DataFrame({"received": pd.to_datetime(times), "place": place})
    return frame if customers is None else frame.assign(customer_id=list(customers))


def test_five_includes_five_unless_said_otherwise():
    five = cases(["2024-03-01"] * 5, "abcde")
    assert groups(five, by="place", window="7D")["group"].tolist() == [1] * 5
    assert groups(five, by="place", window="7D", inclusive=False)["group"].isna().all()


def test_a_group_is_different_customers_in_one_place_within_a_window():
    times = ["2024-03-01", "2024-03-02", "2024-03-03", "2024-03-04", "2024-03-08"]
    assert groups(cases(times, "abcde"), by="place", window="7D")["group"].isna().all()  # [start, end)
    assert groups(cases(times, "abcde"), by="place", window="7D1us")["group"].notna().all()
    assert groups(cases(["2024-03-01"] * 9, "aaaaabbcd"), by="place", window="7D")["group"].isna().all()
    apart = cases(["2024-03-01"] * 6, "abcdef", ["hall"] * 4 + ["lift"] * 2)
    assert groups(apart, by="place", window="7D")["group"].isna().all()


def test_windows_that_overlap_make_one_group_numbered_by_its_first_case():
    times = ["2024-05-01"] * 5 + ["2024-03-01"] * 5 + ["2024-03-05"] * 5
    places = ["hall"] * 5 + ["lift"] * 10  # the later group stands in the place that comes first
    found = groups(cases(times, "abcdefghijklmno", places), by="place", window="7D")
    assert found["group"].tolist() == [2] * 5 + [1] * 10
    assert found["customers"].tolist() == [5] * 5 + [10] * 10


def test_a_place_or_customer_that_is_not_known_is_no_member_of_the_others():
    some = cases(["2024-03-01"] * 6, "abcdef", ["hall"] * 5 + [None])
    found = groups(some, by="place", window="7D")
    assert found["in_group"].tolist()[:5] == [True] * 5
    assert found["in_group"].isna().tolist() == [False] * 5 + [True]
    unknown = cases(["2024-03-01"] * 5, ["a", "b", "c", "d", None])
    assert groups(unknown, by="place", window="7D")["group"].isna().all()


def test_groups_are_those_of_every_window_looked_at():
    rng = np.random.default_rng(0)
    frame = cases(
        pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 90 * 24, 300), "h"),
        rng.integers(0, 40, 300), rng.choice(["hall", "lift", "roof"], 300),
    )  # fmt: skip
    inside = np.zeros(300, bool)
    for time, place in zip(frame["received"], frame["place"], strict=True):
        window = frame["place"].eq(place) & frame["received"].between(time, time + pd.Timedelta("5D"), "left")
        if frame.loc[window, "customer_id"].nunique() >= 8:
            inside |= window.to_numpy()
    assert 20 < inside.sum() < 280
    assert groups(frame, by="place", window="5D", size=8)["in_group"].tolist() == inside.tolist()


def test_the_chance_of_five_in_a_window():
    assert group_chance(1) == pytest.approx(0.00366, abs=5e-6)
    assert [round(group_chance(rate), 3) for rate in (1, 2, 3, 4)] == [0.004, 0.053, 0.185, 0.371]
    # 53 cases in 52 weeks and a day, the last of them alone: about one a week
    weekly = cases(pd.date_range("2024-01-01", periods=53, freq="7D").repeat(1).tolist() + ["2024-06-03"] * 5)
    chance = groups(weekly, by="place", window="7D")["chance"].dropna().unique()
    assert chance == pytest.approx([group_chance(58 / 52)])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"window": "a week"}, "window is 'a week'; write a length of time such as '7D'"),
        ({"window": "-1D"}, "window is '-1D'"),
        ({"size": 1}, "size is 1; allowed are whole numbers from 2"),
        ({"by": "plaza"}, "cases lacks the column 'plaza'. Columns: 'received', 'place'"),
    ],
)
def test_what_is_no_group_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        groups(cases(["2024-03-01"]), **({"by": "place", "window": "7D"} | changes))


def test_kinds_are_named_or_refused_with_how_often_each_comes():
    given = pd.Series(["Beschwerde", "Lob", "Lob", "question"])
    with pytest.raises(
        ValueError, match=r"Unknown kinds of cases: 'Lob' \(2\), 'Beschwerde' \(1\); say which"
    ):
        kinds(given)
    assert kinds(given, {"Beschwerde": "complaint", "Lob": "opinion"}).tolist() == [
        "complaint", "opinion", "opinion", "question"
    ]  # fmt: skip
    assert kinds(pd.Series([None, None], dtype="str")).tolist() == ["complaint"] * 2
    with pytest.raises(ValueError, match="A kind must be one of 'complaint', .*, not 'praise'"):
        kinds(given, {"Lob": "praise"})


def test_facts_that_the_log_does_not_have_are_not_known():
    log = pd.DataFrame({"kind": ["complaint", "advice", "complaint"], "subject": ["manner", "weather", None]})
    known = facts(log, listed=LISTED)
    assert known["complaint"].tolist() == [True, False, True]
    assert known["listed_subject"].tolist()[:2] == [True, False]
    assert known["listed_subject"].isna().tolist() == [False, False, True]
    assert known[["legal_risk", "publicity", "group"]].isna().all(axis=None)
    assert facts(log)["listed_subject"].tolist()[:2] == [True, True]  # the list of the scheme is open
    with pytest.raises(ValueError, match="None of the listed subjects occurs: 'lifts'. Subjects: "):
        facts(log, listed=["lifts"])
