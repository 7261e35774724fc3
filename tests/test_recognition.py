"""What patterns, check digits, headings, columns and a learner are worth, on columns whose kinds are known."""

import random

import numpy as np
import pandas as pd
import pytest

from workbench import data
from workbench.data.standin import data_protection
from workbench.privacy import KINDS, forms, learner, luhn, names, recognition, trials
from workbench.privacy.check_digits import is_resident_id, mod_11_2

HEADINGS = data.load_headings()
TABLE = data.load_any("protection")


def headed(how):
    """The columns under one way of headings, and what each holds; some rows are enough."""
    return TABLE.head(500).rename(columns=HEADINGS[how]), dict(
        zip(HEADINGS[how], HEADINGS["kind"], strict=True)
    )


@pytest.mark.parametrize(
    ("how", "method", "precision", "recall"),
    [
        ("english", "patterns", 0.58, 1.0),
        ("english", "checks", 0.81, 1.0),
        ("english", "context", 1.0, 1.0),
        ("telling", "context", 1.0, 1.0),
        ("blind", "context", 1.0, 0.5),
        ("telling", "column", 1.0, 1.0),
    ],
)
def test_evident_features_need_checks_and_context(how, method, precision, recall):
    score = trials.of_cells(*headed(how), method)
    assert (score.precision, score.recall) == pytest.approx((precision, recall), abs=0.015)


@pytest.mark.parametrize(
    ("method", "precision", "recall"),
    [("patterns", 0.65, 1.0), ("checks", 0.81, 1.0), ("context", 1.0, 0.86)],
)
def test_running_text_needs_context_which_some_of_it_lacks(method, precision, recall):
    notes = data.load_notes()
    score = trials.of_texts(notes["text"], notes["spans"], method)
    assert (score.precision, score.recall) == pytest.approx((precision, recall), abs=0.02)


def test_a_check_digit_is_passed_by_chance_as_often_as_its_standard_says():
    draw = random.Random(1)
    digits = ["".join(draw.choices("0123456789", k=17)) for _ in range(20_000)]
    assert np.mean([luhn(d[:16]) for d in digits]) == pytest.approx(1 / 10, abs=0.007)
    assert np.mean([mod_11_2(d) == draw.choice("0123456789X") for d in digits]) == pytest.approx(
        1 / 11, abs=0.006
    )
    whole, old = (form.chance for form in forms.FORMS[:2])
    born = [f"{d[:6]}{draw.randint(1900, 2026)}{d[6:13]}1" for d in digits]
    assert np.mean([is_resident_id(d[:15]) for d in digits]) == pytest.approx(old, rel=0.25)
    assert np.mean([is_resident_id(d) for d in born]) == pytest.approx(whole / forms.YEAR, rel=0.4)
    assert whole * (2026 - 1900 + 1) / 300 == pytest.approx(1.5e-5, abs=0.05e-5)  # of births since 1900


def test_a_column_proves_what_a_cell_cannot_but_for_version_numbers():
    table, truth = headed("blind")
    assert trials.by_rows(table, truth, [5, 10, 50, 500]).tolist() == [21, 22, 24, 24]
    kinds = recognition.columns(table)["kind"]
    assert {name: kinds[name] for name in table if kinds[name] != truth[name]} == {"col_r": "IP address"}
    told, truth = headed("telling")
    assert recognition.columns(told)["kind"].to_dict() == truth


def test_a_twentieth_of_dirt_is_borne_and_a_tenth_is_not():
    table, truth = headed("blind")
    assert trials.by_dirt(table, truth, [0, 0.05, 0.1]).tolist() == [10, 10, 0]
    assert trials.by_dirt(table, truth, [0.1], min_share=0.85).tolist() == [10]


def test_names_look_like_products_and_are_never_called_clean():
    name, product, city = (names.name_like(TABLE[column]) for column in ("name", "product", "city"))
    assert (name.share, product.share, city.share) == pytest.approx((1.0, 0.94, 0.65), abs=0.02)
    assert (name.distinct, product.distinct, city.distinct) == pytest.approx((0.98, 0.01, 0.02), abs=0.02)
    told = recognition.columns(TABLE[["name", "product", "city"]].set_axis(["姓名", "产品", "城市"], axis=1))
    assert told["kind"].eq("unknown").all()
    assert told["level"].isna().all()


def test_a_learner_is_perfect_until_the_world_moves_and_the_rules_go_on():
    kinds = HEADINGS["kind"].tolist()
    model = learner.learn(TABLE.iloc[:200], kinds)
    assert learner.kinds_of(model, TABLE.iloc[1000:1200]).tolist() == kinds
    strange, truth = data_protection.strangers(200)
    wrong = learner.kinds_of(model, strange) != truth
    assert {
        "another operator's prefix",
        "identity numbers, wrong check digit",
    } <= {*wrong.index[wrong]}
    blind = strange.set_axis([f"col_{i}" for i in range(7)], axis=1)
    assert recognition.columns(blind)["kind"].tolist() == truth
    with pytest.raises(ValueError, match="kinds must give one for each of 7 columns"):
        learner.learn(strange, ["unknown"])


FLOATS = pd.Series([1.10105194912310e17, 3.10104188801010e17])


@pytest.mark.parametrize(
    ("column", "message"),
    [
        (
            FLOATS,
            "Column 'x' holds long numbers as float64: zeros in front are lost, and 18 digits are rounded",
        ),
        (
            pd.Series(["1.10105194912310e17", "3.1010418880101E+17"]),
            "'x' holds long numbers with an exponent",
        ),
    ],
)
def test_an_id_column_read_as_floats_is_refused_by_name(column, message):
    with pytest.raises(ValueError, match=message):
        recognition.columns(pd.DataFrame({"y": ["a", "b"], "x": column}))


def test_whole_numbers_are_refused_under_a_heading_that_says_what_they_are():
    phones = pd.DataFrame({"phone": [15400000001, 15400000002]})
    with pytest.raises(
        ValueError, match="Column 'phone' holds long numbers as int64.*read the column as text"
    ):
        recognition.columns(phones)
    moments = phones.rename(columns={"phone": "created"}) * 100
    assert recognition.columns(moments)["kind"].tolist() == ["unknown"]


def test_odd_columns_are_named_for_what_they_are():
    phones, mails = TABLE["mobile"].head(60).tolist(), TABLE["mail"].head(40).tolist()
    table = pd.DataFrame(
        {
            "none": [None] * 100,
            "same": ["x"] * 100,
            "same phone": phones[:1] * 100,
            "either": phones + mails,
            "old": TABLE["id_number_old"].head(100),
            "broken": [f"{i} \ufffd\ufffd" for i in range(100)],
            "serial": [f"1540000{i:04}" for i in range(100)],
        }
    )
    told = recognition.columns(table)
    assert told["kind"].tolist() == [
        "empty", "constant", "mobile number", "mixed", "resident id", "unknown", "unknown",
    ]  # fmt: skip
    assert told.loc["either", "note"] == "60% mobile number, 40% e-mail address"
    assert told.loc["broken", "note"] == "100 different cells hold signs that could not be decoded"
    with pytest.raises(ValueError, match="min_share is 1; allowed is a finite number, above 0 and below 1"):
        recognition.columns(table, min_share=1)
    with pytest.raises(ValueError, match="labels of table must be distinct: 'a' names more than one column"):
        recognition.columns(table[["old", "same"]].set_axis(["a", "a"], axis=1))


def test_an_example_shows_no_sign_of_a_cell():
    told = recognition.columns(TABLE.head(300))
    assert set(told["kind"]) - {"unknown"} <= set(KINDS)
    assert told.loc["contact", "example"] == "•••-••••-••••"
    assert not told["example"].str.contains(r"[0-9A-Za-z\u4e00-\u9fff]").any()
