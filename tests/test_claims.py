import json

import numpy as np
import pytest

from workbench import claims
from workbench.claims import verdicts

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
    (tmp_path / "data" / "claims").mkdir(parents=True)
    (tmp_path / "data" / "claims" / "tiny.toml").write_text(STUDY)
    monkeypatch.chdir(tmp_path)
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
        ("by reading", "refuted", "refuted"),
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
        ("decimals = 3", 'decimals = 3\nwieght = "main"', "unknown key 'wieght'; did you mean 'weight'"),
        (
            "decimals = 3",
            'decimals = 3\nweight = "mian"',
            "weight 'mian' is not one of main, detail; did you",
        ),
        (
            "decimals = 3",
            'decimals = 3\nsays = "It is {vlaue}."',
            "{vlaue}; fields are .*did you mean 'value'",
        ),
        ("decimals = 3", 'decimals = 3\nsays = "It is {value.real}."', "says names {value.real}"),
        ("decimals = 3", 'decimals = 3\nsays = "It is {value:.1f}."', "leave the format out"),
        ("decimals = 3", 'decimals = 3\nsays = "It is {value."', "cannot be read: expected '}'"),
        (
            "decimals = 3",
            'decimals = 3\nsays = "It is so, {published}."',
            "says reads nothing that was computed",
        ),
        ('source = "section 3"', 'source = "3"\nsays = "{value}, {published}"', "but nothing is printed"),
        (
            'basis = "opinion"',
            'basis = "by reading"',
            "needs both places in source, as in 'section 4 against",
        ),
        (
            'source = "section 1"\nbasis = "opinion"',
            'source = "1 against 2"\nbasis = "by reading"\nsays = "{value}"',
            "'says' has nothing to read",
        ),
        ('expect = "match"', 'expect = "differs"', "needs a note"),
        ("decimals = 3", "tolerance = inf", r"tiny.toml, claim 1 \(weight\): tolerance must .* not inf"),
        (
            "decimals = 3",
            "tolerance = nan",
            r"claim 1 \(weight\): tolerance must be a number from 0, not nan",
        ),
        ("decimals = 3", "tolerance = -0.1", "tolerance must be a number from 0, not -0.1"),
        ("decimals = 3", "tolerance = true", "tolerance must be a number from 0, not True"),
        ("decimals = 3", 'decimals = "2"', r"claim 1 \(weight\): decimals must be a whole number .* not '2'"),
        ("decimals = 3", "decimals = -3", "decimals must be a whole number from 0 to 12, not -3"),
        ("decimals = 3", "decimals = true", "decimals must be a whole number from 0 to 12, not True"),
        ("decimals = 3", "decimals = 3.0", "decimals must be a whole number from 0 to 12, not 3.0"),
        ("published = 0.341", "published = true", "published must be a finite number or a text, not True"),
        ("published = 0.341", "published = inf", "published must be a finite number or a text, not inf"),
        ("published = 0.341", "published = [0.341]", "published must be a finite number or a text"),
        ("published = 0.341", f"published = 1{'0' * 400}", "published must be a finite number or a text"),
        ("published = 0.341", 'published = "0.341"', "published '0.341' is a text, and decimals compares"),
        ("published = 0.341\ndecimals = 3", 'published = "0.341"', "write the number, and how to compare it"),
        ("published = 0.341\n", "", "nothing is published, and decimals compares with a number"),
        ("published = 0.341\n", "limit = 0\n", "a limit goes with a direction, and with no printed number"),
        (
            "decimals = 3",
            'direction = ">"\nlimit = 0.3',
            "a limit goes with a direction, and with no printed number",
        ),
        ("decimals = 3", "limit = inf", "limit must be a finite number, not inf"),
        (
            "published = 0.341\ndecimals = 3",
            'direction = ">"\nlimit = 0\nsays = "{value} {published}"',
            "says names {published}, but nothing is printed",
        ),
        ('id = "weight"', "id = 5", r"tiny.toml, claim 1 \(5\): id must be a text, not 5"),
        ('id = "weight"', 'id = " "', "id must be a text, not ' '"),
        ('expect = "match"', 'expect = ["match"]', r"claim 1 \(weight\): expect must be a text"),
        ("decimals = 3", "decimals = 3\nnote = 5", "note must be a text, not 5"),
        ("when = {n_clusters = 3}", "when = 3", r"claim 2 \(sizes\): when must be a table of parameters"),
        ("when = {n_clusters = 3}", "when = {n_clusters = nan}", "n_clusters must be a value of a parameter"),
        ("[[claim]]", "[[claims]]", "tiny.toml: unknown table 'claims'; did you mean 'claim'"),
        (STUDY, "claim = 5", "tiny.toml: claims must be tables, each under"),
        (STUDY, "when = 5", r"tiny.toml: when must hold tables, each under \[when.NAME\]"),
        (STUDY, "[[claim", "tiny.toml cannot be read: "),
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


def test_a_record_without_a_row_says_so_and_one_with_too_many(study):
    record = claims.compare(study, {"weight": 0.341, "sizes": True}, {"n_clusters": 3}).record()
    assert claims.unexpected(record) == []
    short = record | {"claims": record["claims"][:2]}
    assert claims.unexpected(short) == ["novel: not in the report, expected not checked"]
    long = record | {"claims": [*record["claims"], record["claims"][0] | {"id": "x"}]}
    assert claims.unexpected(long) == ["x: in the report, not in the claims file"]


def test_what_is_said_to_hold_does_not_replace_the_comparison():
    entry = NUMBER | {"basis": "published inputs"}
    told = [
        claims.judge(entry, {"holds": holds, "value": v}, {}) for holds in (True, False) for v in (0.341, 9)
    ]
    assert told == ["match", "differs", "differs", "differs"]


# ---- the ledger: values are sent from the cells that compute them, and judged from what was sent

LEDGER = """
[[claim]]
id = "weight"
statement = "The weight is .341."
source = "section 2"
published = 0.341
decimals = 3
basis = "published inputs"
expect = "match"
weight = "main"
says = "We computed {value}; printed is {published}."

[[claim]]
id = "sizes"
statement = "There are three classes."
source = "section 3"
basis = "stand-in"
when = {n_clusters = 3}
expect = "by construction"
says = "All three are there: {value}."

[[claim]]
id = "order"
statement = "The order does not matter."
source = "section 3"
basis = "contradiction"
expect = "refuted"
note = "It does."
says = "It moves a value by {value}; it would be 0 if the statement held."

[[claim]]
id = "year"
statement = "The work is of 2004."
source = "introduction against the list of references"
basis = "by reading"
expect = "refuted"
note = "The list dates it 2007."

[[claim]]
id = "range"
statement = "The ratio is small."
source = "section 2"
published = 0.1
direction = "<"
basis = "published inputs"
expect = "match"
says = "It lies between {low} and {high}."

[[claim]]
id = "found"
statement = "The input is 7."
source = "section 2"
published = 7.0
decimals = 1
basis = "search"
expect = "recovered"
says = "{solutions} fits, {value}, with a chance of {chance}."
"""
GIVEN = {"n_clusters": 3, "data_file": None, "password": "secret"}
ALL = {
    "weight": 0.34054,
    "sizes": True,
    "order": {"holds": True, "value": 0.2},
    "range": (0.02, 0.05),
    "found": {"solutions": 1, "chance": 2e-5, "value": 7.0},
}


@pytest.fixture
def sent(study, monkeypatch):
    """The messages of the ledger, in their order, as a notebook would hold them."""
    claims.file_of(study).write_text(LEDGER)
    messages = []
    monkeypatch.setattr(
        "workbench.claims.sending._show",
        lambda told: messages.append(json.loads(json.dumps(told._repr_mimebundle_(), allow_nan=False))),
    )
    return messages


def outputs(messages, *more):
    """Messages as outputs of code cells 5, 6, …"""
    return list(enumerate([*messages, *more], 5))


def bundle_of(comparison):
    return json.loads(json.dumps(comparison._repr_mimebundle_(), allow_nan=False))


def test_a_value_travels_from_the_cell_that_computes_it_with_nothing_else(sent):
    check = claims.ledger("tiny", GIVEN)
    check(weight=np.float64(0.34054), range=(0.02, 0.05))
    assert sent == [
        {
            "text/plain": "checked against the source: weight, range",
            claims.VALUES_MIME: {
                "study": "tiny",
                "parameters": {"n_clusters": 3, "data_file": None},
                "values": {"weight": 0.34054, "range": [0.02, 0.05]},
            },
        }
    ]


def test_the_table_of_the_ledger_is_that_of_compare(sent):
    check = claims.ledger("tiny", GIVEN)
    for name, value in ALL.items():
        check(**{name: value})
    one, two = bundle_of(check.table()), bundle_of(claims.compare("tiny", ALL, GIVEN))
    assert [one[m] for m in ("text/html", claims.MIME)] == [two[m] for m in ("text/html", claims.MIME)]
    assert check.published == {"weight": 0.341, "range": 0.1, "found": 7.0}


def test_what_the_cells_sent_is_judged_and_each_claim_has_its_cell(sent):
    check = claims.ledger("tiny", GIVEN)
    check(weight=0.34054, sizes=True)
    check(**{name: ALL[name] for name in ("order", "range", "found")})
    record = claims.recorded(outputs(sent, bundle_of(check.table())), {})
    rows = {row["id"]: row for row in record["claims"]}
    assert {name: (row["verdict"], row["cell"], row["reads"]) for name, row in rows.items()} == {
        "weight": ("match", 5, "We computed 0.34054; printed is 0.341."),
        "sizes": ("by construction", 5, "All three are there: yes."),
        "order": ("refuted", 6, "It moves a value by 0.2; it would be 0 if the statement held."),
        "year": ("refuted", None, None),
        "range": ("match", 6, "It lies between 0.02 and 0.05."),
        "found": ("recovered", 6, "1 fits, 7.000, with a chance of 2e-05."),
    }
    assert [row["weight"] for row in rows.values()] == ["main"] + ["detail"] * 5
    assert claims.unexpected(record) == []
    assert claims.sound_record(json.loads(json.dumps(record))) == record


def test_a_table_is_not_needed_for_the_record_and_no_value_means_no_record(sent):
    claims.ledger("tiny", GIVEN)(**ALL | {"weight": 0.5})
    record = claims.recorded(outputs(sent), {})
    assert record["tally"] == {"recovered": 1, "match": 1, "differs": 1, "by construction": 1, "refuted": 2}
    assert claims.recorded(outputs([{"text/plain": "x"}]), {}) is None


def test_a_run_that_came_to_its_end_has_a_value_for_every_claim(sent):
    claims.ledger("tiny", GIVEN)(weight=0.5)
    with pytest.raises(ValueError, match="no value was given for 'sizes', 'order', 'range', 'found'"):
        claims.recorded(outputs(sent), {})
    record = claims.recorded(outputs(sent), {}, whole=False)
    assert record["tally"] == {"differs": 1, "refuted": 1, "not checked": 4}


def test_a_second_comparison_is_seen(sent):
    two = [bundle_of(claims.compare("tiny", ALL | {"weight": w}, GIVEN)) for w in (0.9, 0.34054)]
    with pytest.raises(ValueError, match="two comparisons, in code cells 5 and 6; a report has one"):
        claims.recorded(outputs(two), {})
    record = claims.recorded(outputs([two[1], two[1]]), {})  # one that is shown twice is none
    assert record["claims"][0]["verdict"] == "match"


def test_a_table_shown_before_the_last_one_is_looked_at_too(sent):
    check = claims.ledger("tiny", GIVEN)
    check(**ALL)
    told = bundle_of(check.table())
    edited = forged(told, lambda b: b[claims.MIME]["claims"][0].update(verdict="differs"))
    with pytest.raises(ValueError, match="not what its values give: claim 'weight' is match"):
        claims.recorded(outputs(sent, edited, told), {})
    turned = forged(told, lambda b: b[claims.MIME]["claims"].reverse())
    with pytest.raises(ValueError, match="a claim twice, or another order"):
        claims.recorded(outputs(sent, turned), {})
    assert claims.recorded(outputs(sent, told, told), {})["tally"]["match"] == 2


@pytest.mark.parametrize("told", [4, True, "3", None])
def test_other_parameters_than_those_of_the_run_are_seen(sent, told):
    claims.ledger("tiny", GIVEN)(**ALL)
    with pytest.raises(ValueError, match=rf"n_clusters = 3 \(code cell 5\), but in this run it is {told!r}"):
        claims.recorded(outputs(sent), {"n_clusters": told})
    assert claims.recorded(outputs(sent), {"n_clusters": 3, "another": 5})["claims"][1]["verdict"] == (
        "by construction"
    )


def forged(bundle, change):
    bundle = json.loads(json.dumps(bundle))
    change(bundle)
    return bundle


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda b: b[claims.MIME]["claims"][0].update(verdict="differs"), "claim 'weight' is match with 0.34054"),
        (lambda b: b[claims.MIME]["claims"].pop(), "claim 'found' is recovered with 7.000"),
        (lambda b: b[claims.MIME]["claims"].append(b[claims.MIME]["claims"][0] | {"id": "x"}), "unknown claim 'x'"),
        (lambda b: b[claims.VALUES_MIME].update(study="other"), "ledgers of 'tiny' and 'other'"),
        (lambda b: b[claims.VALUES_MIME].update(study="../../tiny"), "ledgers of 'tiny'"),
        (lambda b: b[claims.VALUES_MIME]["values"].update(weight=0.9), "two values, from code cells 5 and 6"),
        (lambda b: b[claims.VALUES_MIME]["values"].update(wight=0.9), "Unknown claim 'wight'; did you mean 'weight'"),
        (lambda b: b[claims.VALUES_MIME]["values"].update(year=2007), "'year' is judged by reading"),
        (lambda b: b[claims.VALUES_MIME]["values"].update(sizes=[1, 2, 3]), "claim 'sizes': a value is None, True"),
        (lambda b: b[claims.VALUES_MIME]["values"].update(sizes={"holds": 1, "x": 2}), "not 'x'"),
        (lambda b: b.update({claims.VALUES_MIME: 5}), "claims to send claims' values and does not"),
        (lambda b: b[claims.VALUES_MIME].update(verdicts={"weight": "match"}), "claims to send claims' values and"),
    ],
)  # fmt: skip
def test_a_forged_output_never_becomes_claims(sent, change, message):
    check = claims.ledger("tiny", GIVEN)
    check(**ALL)
    with pytest.raises(ValueError, match=message):
        claims.recorded(outputs(sent, forged(bundle_of(check.table()), change)), {})


def test_a_table_for_which_no_cell_sent_values_is_none(sent):
    bundle = bundle_of(claims.compare("tiny", ALL, GIVEN))
    del bundle[claims.VALUES_MIME]
    with pytest.raises(
        ValueError, match="claims to be a claims record and is none.*no cell has sent the values"
    ):
        claims.recorded(outputs([bundle]), {})


def test_a_claims_file_is_never_looked_for_outside_its_folder(study):
    assert claims.file_of("../../tiny") == claims.file_of("tiny")


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"wieght": 1}, "Unknown claim 'wieght'; did you mean 'weight'\\? Claims: weight, sizes"),
        ({"weight": float("nan")}, "claim 'weight': the computed value is nan; pass None"),
        ({"weight": 0.5}, "'weight' has two values, 0.34054 and 0.5; give each once"),
        ({"year": 2007}, "claim 'year' is judged by reading; no value is computed"),
        ({"order": True}, "'yes' beside it would read as if it stood; give {'holds'"),
        ({"order": {"holds": True, "value": np.True_}}, "would read as if it stood"),
        ({"weight": np.zeros(3)}, "claim 'weight': a value is None, True or False, .* not ndarray"),
        ({"range": ("a", "b")}, "a pair \\(low, high\\)"),
        ({"range": True}, "claim 'range': it compares with a printed number, and True is none"),
        ({"range": "0.02"}, "claim 'range': it compares with a printed number, and '0.02' is none"),
        ({"range": {"holds": True}}, "claim 'range': it compares with a printed number, and None is none"),
        ({"range": {"holds": "no", "value": 0.2}}, "claim 'range': no printed number decides it; give True"),
        ({"range": {"solutions": 1, "chance": 0}}, "claim 'range': solutions are of a search"),
        ({"range": 10**400}, "claim 'range': the computed value is too large"),
        ({"sizes": 3}, "claim 'sizes': no printed number decides it; give True, False or {'holds'"),
        ({"sizes": {"value": 3}}, "claim 'sizes': no printed number decides it"),
        ({"sizes": {"solutions": 1, "chance": 0}}, "claim 'sizes': solutions are of a search"),
        ({"found": 7.0}, "claim 'found': a search gives {'solutions': how many, 'chance'"),
        ({"found": {"solutions": True, "chance": 0}}, "claim 'found': a search gives {'solutions'"),
        ({"found": {"solutions": 1, "chance": 7}}, "claim 'found': a search gives {'solutions'"),
    ],
)
def test_the_ledger_refuses_in_one_line(sent, values, message):
    check = claims.ledger("tiny", GIVEN)
    check(weight=0.34054)
    with pytest.raises(ValueError, match=message) as told:
        check(**values)
    assert "\n" not in str(told.value)
    assert len(sent) == 1


def test_the_table_names_every_claim_without_a_value(sent):
    check = claims.ledger("tiny", GIVEN)
    check(**{name: ALL[name] for name in ("weight", "range", "found")})
    with pytest.raises(ValueError, match=r"no value was given for 'sizes', 'order'; call check\(sizes=…\)"):
        check.table()
    check(sizes=None, order=None)
    assert check.table().tally == {"match": 2, "recovered": 1, "refuted": 1, "not checked": 2}


def test_a_value_of_a_claim_about_other_parameters_counts_for_nothing(sent):
    check = claims.ledger("tiny", GIVEN | {"n_clusters": 4})
    check(**{name: value for name, value in ALL.items() if name != "sizes"})
    check(sizes=float("nan"))
    assert len(sent) == 1
    assert check.table().rows[1]["verdict"] == "n/a"


def test_a_cell_that_is_run_again_may_send_another_value(sent, monkeypatch):
    cell = ["a", 1]
    monkeypatch.setattr("workbench.claims.sending._this_cell", lambda: tuple(cell))
    check = claims.ledger("tiny", GIVEN)
    check(weight=0.5)
    cell[1] = 2
    check(weight=0.6)
    with pytest.raises(ValueError, match="two values, 0.6 and 0.7"):
        check(weight=0.7)  # in the same cell
    cell[:] = ["b", 3]
    with pytest.raises(ValueError, match="two values, 0.6 and 0.7"):
        check(weight=0.7)


def test_the_ledger_needs_the_parameters_that_claims_depend_on(sent):
    with pytest.raises(
        ValueError, match="parameter 'n_clusters', which was not given; did you mean 'n_cluster'"
    ):
        claims.ledger("tiny", {"n_cluster": 3})


def test_a_sentence_that_needs_what_was_not_computed_is_refused(sent):
    check = claims.ledger("tiny", GIVEN)
    check(**ALL | {"range": 0.02})
    with pytest.raises(
        ValueError, match="claim 'range': says names {high}, which the computed value does not have"
    ):
        check.table()


def test_last_digits_that_differ_between_machines_do_not_travel(sent):
    check = claims.ledger("tiny", GIVEN)
    check(weight=0.1 + 0.2, range=(-1e-17, 0.34100000000000003))
    assert sent[0][claims.VALUES_MIME]["values"] == {"weight": 0.3, "range": [0.0, 0.341]}


def test_a_claim_about_a_named_data_set_is_not_about_a_users_file():
    named = {"id": "x", "basis": "published inputs", "when": {"dataset": "shop", "kinds": ["none", ["a"]]}}
    told = {"dataset": "shop", "data_file": None}
    assert [claims.verdicts.applies(named, told | {"kinds": kinds}) for kinds in (None, ["a"], [], ["b"])] == [
        True, True, False, False,
    ]  # fmt: skip
    assert not claims.verdicts.applies(named, {"dataset": "shop", "kinds": None, "data_file": "mine.csv"})
    assert not claims.verdicts.applies(
        named, {"dataset": "shop", "kinds": None, "data_file": ["a.csv", "b.csv"]}
    )


def test_a_limit_of_ours_is_compared_with_and_never_shown_as_printed():
    entry = {"id": "more", "statement": "s", "source": "1", "basis": "stand-in", "expect": "by construction"}
    entry |= {"direction": ">", "limit": 0, "says": "{value} is above {limit} if the statement holds."}
    rows = [verdicts.row(entry, value, {}) for value in (0.25, -0.25)]
    assert [row["verdict"] for row in rows] == ["by construction", "differs"]
    assert rows[0]["published"] is None
    assert rows[0]["reads"] == "0.25 is above 0 if the statement holds."
