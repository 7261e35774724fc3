import json

import numpy as np
import pytest

from workbench import claims

NUMBER = {"id": "w", "statement": "s", "source": "2", "published": 0.341, "decimals": 3, "expect": "match"}
STUDY = """
[[claim]]
id = "weight"
statement = "The weight <b>is</b> .341."
source = "section 2"
published = 0.341
decimals = 3
basis = "published inputs"
expect = "match"

[[claim]]
id = "sizes"
statement = "There are three classes."
source = "section 3"
basis = "stand-in"
when = {n_clusters = 3}
expect = "by construction"

[[claim]]
id = "novel"
statement = "Nobody did it before."
source = "section 1"
basis = "opinion"
expect = "not checked"
"""


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.setattr(claims, "FOLDER", tmp_path)
    (tmp_path / "tiny.toml").write_text(STUDY)
    return "tiny"


@pytest.mark.parametrize(
    ("value", "verdict"),
    [
        (0.341, "match"),
        (0.3405, "match"),  # half a unit of the last place, either way
        (0.3415, "match"),
        (0.34049, "differs"),
        (0.34151, "differs"),
        ((0.3394, 0.3412), "match"),
        ((0.3415, 0.3500), "match"),
        ((0.3416, 0.3500), "differs"),
        ({"value": 0.341}, "match"),
        (np.float64(0.341), "match"),
        (True, "match"),
        (False, "differs"),
        (None, "not checked"),
    ],
)
def test_a_printed_number_matches_at_its_own_decimals(value, verdict):
    entry = NUMBER | {"basis": "published inputs"}
    assert claims.judge(entry, value, {}) == verdict


@pytest.mark.parametrize(
    ("basis", "holds", "fails"),
    [
        ("published inputs", "match", "differs"),
        ("stand-in", "by construction", "differs"),
        ("contradiction", "refuted", "not checked"),
        ("unpublished", "not computable", "not computable"),
        ("opinion", "not checked", "not checked"),
    ],
)
def test_a_verdict_rests_on_its_basis(basis, holds, fails):
    entry = NUMBER | {"basis": basis}
    assert (claims.judge(entry, True, {}), claims.judge(entry, False, {})) == (holds, fails)


def test_match_is_never_given_on_stand_in_data():
    assert [b for b, (holds, _) in claims.OUTCOMES.items() if holds == "match"] == ["published inputs"]


@pytest.mark.parametrize(
    ("solutions", "verdict"), [(0, "not computable"), (1, "recovered"), (54, "not computable")]
)
def test_a_search_recovers_only_what_is_unique(solutions, verdict):
    assert claims.judge(NUMBER | {"basis": "search"}, {"solutions": solutions, "chance": 1e-5}, {}) == verdict


@pytest.mark.parametrize(
    ("direction", "value", "verdict"),
    [
        ("<", 0.09, "match"),
        ("<", 0.1, "differs"),
        ("<=", 0.1, "match"),
        ("<", (0.05, 0.11), "differs"),
        (">", (0.11, 0.2), "match"),
        (">", 0.1, "differs"),
        (">=", 0.1, "match"),
    ],
)
def test_a_direction_must_hold_on_the_whole_interval(direction, value, verdict):
    entry = {"published": 0.1, "direction": direction, "basis": "published inputs"}
    assert claims.judge(entry, value, {}) == verdict


def test_a_claim_about_other_parameters_or_other_data_is_not_applicable(study):
    verdicts = {}
    for k, file in [(3, None), (4, None), (3, "mine.csv")]:
        rows = claims.compare(study, {"sizes": True}, {"n_clusters": k, "data_file": file}).rows
        verdicts[k, file] = rows[1]["verdict"]
    assert verdicts == {(3, None): "by construction", (4, None): "n/a", (3, "mine.csv"): "n/a"}


def test_when_may_name_a_table_that_several_claims_share(study):
    file = claims.file_of("tiny")
    named = (
        STUDY.replace("when = {n_clusters = 3}", 'when = "default"') + "\n[when.default]\nn_clusters = 3\n"
    )
    expected = claims.load(study)
    file.write_text(named)
    assert claims.load(study) == expected


def test_compare_needs_the_parameters_that_claims_depend_on(study):
    with pytest.raises(ValueError, match="claim 'sizes' depends on parameter 'n_clusters'"):
        claims.compare(study, {}, {})


def test_every_claim_stands_in_the_table_checked_or_not(study):
    result = claims.compare(study, {"weight": 0.34054}, {"n_clusters": 3})
    assert list(result.table.index) == ["weight", "sizes", "novel"]
    assert result.tally == {"match": 1, "not checked": 2}
    row = result.rows[0]
    assert (row["published"], row["reproduced"], row["difference"]) == (0.341, 0.34054, -0.00046)


def test_the_record_is_json_and_rounded_to_two_more_decimals_than_printed(study):
    bundle = claims.compare(
        study, {"weight": (0.33941234, 0.34123456)}, {"n_clusters": 3}
    )._repr_mimebundle_()
    record = json.loads(json.dumps(bundle[claims.MIME], allow_nan=False))
    assert record["claims"][0]["reproduced"] == [0.33941, 0.34123]
    assert "&lt;b&gt;is&lt;/b&gt;" in bundle["text/html"]
    assert "weight  0.341      0.33941 … 0.34123  match" in bundle["text/plain"]


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"wieght": 1}, "Unknown claim 'wieght'; did you mean 'weight'\\? Claims: weight, sizes, novel"),
        ({"weight": float("nan")}, "claim 'weight': the computed value is nan"),
        ({"weight": (0, float("inf"))}, "claim 'weight': the computed value is inf"),
    ],
)
def test_compare_refuses(study, values, message):
    with pytest.raises(ValueError, match=message):
        claims.compare(study, values, {"n_clusters": 3})


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('basis = "opinion"', 'basis = "hunch"', r"claim 3 \(novel\): basis 'hunch' is not one of"),
        ('expect = "match"', 'expect = "right"', "expect 'right' is not one of"),
        ('id = "sizes"', 'id = "weight"', "'weight' stands twice"),
        ("decimals = 3", "digits = 3", "unknown key 'digits'"),
        ("when = {n_clusters = 3}", 'when = "default"', "when names 'default', but there is no such"),
        ("decimals = 3", "decimals = 3\ntolerance = 0.1", "give one of decimals, tolerance"),
        ('source = "section 2"', "", "'source' is missing"),
        ('expect = "match"', 'expect = "differs"', "needs a note"),
    ],
)
def test_load_names_the_bad_entry(study, old, new, message):
    file = claims.file_of("tiny")
    file.write_text(STUDY.replace(old, new, 1))
    with pytest.raises(ValueError, match=message):
        claims.load(study)


def test_load_names_the_studies_there_are(study):
    with pytest.raises(ValueError, match="No claims file for study 'other'; there are: tiny"):
        claims.load("other")


def test_unexpected_finds_every_verdict_that_is_not_the_expected_one(study):
    record = claims.compare(study, {"weight": 0.5, "sizes": True}, {"n_clusters": 3}).record()
    assert claims.unexpected(record) == ["weight: differs, expected match"]
    good = claims.compare(study, {"weight": 0.341, "sizes": True}, {"n_clusters": 3}).record()
    assert claims.unexpected(good) == []
    file = claims.file_of("tiny")
    file.write_text(file.read_text().replace("0.341", "0.999"))
    assert claims.unexpected(good) == [
        "the claims file has changed since the report was made; run the study again"
    ]


def test_a_record_is_counted_anew_and_a_made_up_one_refused(study):
    record = claims.compare(study, {"weight": 0.5}, {"n_clusters": 3}).record()
    forged = json.loads(json.dumps(record)) | {"tally": {"match": 27}}
    assert claims.sound_record(forged)["tally"] == {"differs": 1, "not checked": 2}
    for bad in (
        5,
        {},
        {"study": "x", "claims": 3},
        {"study": "x", "claims": [{"id": "a", "verdict": "superb"}]},
        {"study": "x", "claims": [{"id": "a", "verdict": "match"}]},
        {"study": "x", "claims": [record["claims"][0] | {"note": 5}]},
    ):
        with pytest.raises(ValueError, match="only claims.compare"):
            claims.sound_record(bad)
