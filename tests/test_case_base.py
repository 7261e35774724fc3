import itertools
import subprocess
import sys
import threading

import numpy as np
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given, settings
from hypothesis import strategies as st
from postgres import postgres_database, postgres_url  # noqa: F401
from sqlalchemy import event

from workbench.cbr.store import CaseBase, CaseBaseError, Weights, tables
from workbench.grey import similarity

NAMES = ["recency", "ATF", "total amount"]
HOSTILE = [
    '平均交易"金额"',
    "x'); DROP TABLE cases; --",
    'x"; DROP TABLE "cases"; --',
    "100 % of %s and %(v0)s",
    "%(nothing)s and __[POSTCOMPILE_v0]",
    "v0",
    "number",
    "cases.class_",
    ":v1 ?1 $1 {} \\ `tick` [bracket]",
    " leading and trailing ",
    "select",
]
TEXTS = [
    "高价值客户",
    "it's; DROP TABLE cases; --",
    "%s %(v0)s",
    "NULL",
    "1",
    " a\n\tb ",
    "🏦",
    "é",
    "e\u0301",
]


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request, tmp_path):
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/cases.db"
    return request.getfixturevalue("postgres_database")


@pytest.fixture
def base(url):
    with CaseBase(url, indicators=NAMES) as base:
        yield base


def case(*values, names=NAMES, label="high", **more):
    return dict(zip(names, values, strict=True)) | {"class": label} | more


def table(n, names=NAMES, seed=0):
    values = np.random.default_rng(seed).normal(size=(n, len(names)))
    frame = pd.DataFrame(values, columns=names)
    return frame.assign(**{"class": np.where(values[:, 0] > 0, "高", "low")})


def sql(url, *statements):
    """Run statements past the case base."""
    address = sa.make_url(url)
    if address.drivername == "postgresql":
        address = address.set(drivername="postgresql+psycopg")
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        results = [connection.exec_driver_sql(statement) for statement in statements]
        rows = results[-1].all() if results[-1].returns_rows else None
    engine.dispose()
    return rows


def test_a_case_is_added_found_changed_and_removed(base):
    assert base.add(case(1.5, 2, 3)) == 1
    assert base.add(pd.Series(case(4.0, 5.0, 6.0, label="low", case_number=7))) == 7
    assert base.get(1) == {"recency": 1.5, "ATF": 2.0, "total amount": 3.0, "class": "high"}
    assert base.update(7, {"ATF": np.float32(0.5), "class": "middle"}) is None
    assert base.get(7) == case(4.0, 0.5, 6.0, label="middle")
    assert len(base) == 2
    base.remove(1)
    assert base.to_frame().index.tolist() == [7]


def test_a_table_comes_back_as_it_was(base):
    given_ = table(50).set_index(pd.Index(range(200, 150, -1), name="case_number"))
    numbers = base.add(given_)
    assert numbers.tolist() == given_.index.tolist()
    pd.testing.assert_frame_equal(base.to_frame(), given_.sort_index(), check_exact=True)


def test_an_empty_case_base_gives_an_empty_table_of_the_same_types(base):
    empty = base.to_frame()
    assert len(base) == len(empty) == 0
    base.add(table(1))
    pd.testing.assert_frame_equal(empty, base.to_frame().iloc[:0])


def test_the_table_in_the_database_has_the_number_as_key_and_a_column_per_indicator(base, url):
    base.add(case(1, 2, 3, label="高"))
    found = sql(url, 'SELECT "case_number", "recency", "ATF", "total amount", "class" FROM "cases"')
    assert found == [(1, 1.0, 2.0, 3.0, "高")]
    with pytest.raises(sa.exc.IntegrityError):
        sql(url, """INSERT INTO "cases" VALUES (1, 1, 2, 3, 'twice')""")


def test_floats_come_back_bit_by_bit(base):
    values = [5e-324, 1.7976931348623157e308, 0.1, 1 / 3, np.nextafter(1, 2), 2.0**53, -1e-300, 1e22, np.pi]
    values = np.reshape(values, (3, 3))
    base.add(pd.DataFrame(values, columns=NAMES).assign(**{"class": "a"}))
    assert base.to_frame()[NAMES].to_numpy().tobytes() == values.tobytes()
    assert [base.get(1)[name] for name in NAMES] == values[0].tolist()


def test_zero_has_no_sign(base):
    base.add(case(-0.0, 0.0, 1.0))
    assert not np.signbit(base.to_frame()[NAMES]).any(axis=None)


def test_classes_come_back_letter_by_letter(base):
    for text in TEXTS:
        assert base.get(base.add(case(1, 2, 3, label=text)))["class"] == text
    assert base.to_frame()["class"].tolist() == TEXTS


def test_names_and_values_are_never_part_of_sql(url):
    with CaseBase(url, indicators=HOSTILE, table="x\"; DROP TABLE cases; --'%s") as base:
        given_ = table(3, HOSTILE)
        base.add(given_)
        base.update(2, {name: float(i) for i, name in enumerate(HOSTILE)})
        base.set_weights(
            dict.fromkeys(HOSTILE, 1 / len(HOSTILE)),
            groups={"g'\"%s;": HOSTILE},
            group_weights={"g'\"%s;": 1.0},
        )
        assert list(base.get(2).values())[:-1] == [float(i) for i in range(len(HOSTILE))]
        pd.testing.assert_frame_equal(
            base.to_frame().loc[[1, 3]].reset_index(drop=True), given_.iloc[[0, 2]].reset_index(drop=True)
        )
        assert base.weights().groups == {"g'\"%s;": HOSTILE}
        with CaseBase(url, table=base.table) as again:
            assert again.indicators == tuple(HOSTILE)


def test_values_travel_as_bound_parameters(base):
    seen = []
    event.listen(base._engine, "before_cursor_execute", lambda *a: seen.append((a[2], str(a[3]))))
    number = base.add(case(1234.5, 2, 3, label="marker"))
    base.update(number, {"class": "marker", "ATF": 1234.5})
    base.get(4321) if base.add(case(1234.5, 2, 3, case_number=4321)) else None
    base.remove(4321)
    assert not [text for text, _ in seen if "marker" in text or "1234" in text or "4321" in text]
    for value in ("marker", "1234.5", "4321"):
        assert [bound for _, bound in seen if value in bound]


counter = itertools.count()
letters = st.characters(exclude_categories=["Cs"], exclude_characters="\0")
floats = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)
systems = {"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"}  # PostgreSQL keeps these names to itself


@st.composite
def case_tables(draw):
    name = st.text(letters, min_size=1, max_size=15)
    name = name.filter(lambda text: text.casefold() not in systems | {"case_number", "class"})
    names = draw(st.lists(name, min_size=1, max_size=4, unique_by=str.casefold))
    rows = st.tuples(*[floats] * len(names), st.text(letters, min_size=1))
    return pd.DataFrame(draw(st.lists(rows, min_size=1, max_size=5)), columns=[*names, "class"])


def round_trip(url, frame):
    with CaseBase(url, indicators=list(frame.columns[:-1]), table=f"t{next(counter)}") as base:
        base.add(frame)
        found = base.to_frame()
    assert found.columns.tolist() == frame.columns.tolist()
    assert found.iloc[:, :-1].to_numpy().tobytes() == frame.iloc[:, :-1].to_numpy(float).tobytes()
    assert found["class"].tolist() == frame["class"].tolist()


@settings(max_examples=40)
@given(case_tables())
def test_any_names_and_values_come_back_from_sqlite(frame):
    round_trip("sqlite://", frame)


def test_any_names_and_values_come_back_from_postgresql(postgres_database):  # noqa: F811
    @settings(max_examples=12)
    @given(case_tables())
    def check(frame):
        round_trip(postgres_database, frame)

    check()


BAD = {
    "NaN": ({"ATF": np.nan}, r"Indicator 'ATF' of row 3 is nan; allowed is a finite number"),
    "infinite": ({"ATF": -np.inf}, "Indicator 'ATF' of row 3 is -inf"),
    "missing": ({"ATF": None}, "Indicator 'ATF' of row 3 is None"),
    "null": ({"ATF": pd.NA}, "Indicator 'ATF' of row 3 is <NA>"),
    "text": ({"ATF": "0.5"}, "Indicator 'ATF' of row 3 is '0.5'"),
    "truth": ({"ATF": True}, "Indicator 'ATF' of row 3 is True"),
    "complex": ({"ATF": 1j}, "Indicator 'ATF' of row 3 is 1j"),
    "huge": ({"ATF": 10**400}, "Indicator 'ATF' of row 3 is 1000"),
    "class number": ({"class": 3}, r"The class of row 3 is 3; allowed is a text, e.g. str\(label\)"),
    "class empty": ({"class": ""}, "The class of row 3 is ''"),
    "class missing": ({"class": np.nan}, "The class of row 3 is nan"),
    "class NUL": ({"class": "a\0b"}, r"The class of row 3 'a\\x00b' holds NUL"),
    "class surrogate": ({"class": "\ud800"}, r"'\\ud800' holds NUL or half a surrogate"),
}


@pytest.mark.parametrize("kind", BAD)
def test_a_batch_with_one_bad_row_changes_nothing(base, kind):
    change, message = BAD[kind]
    base.add(case(1, 2, 3))
    before, batch = base.to_frame(), table(5).astype(object)
    for name, value in change.items():
        batch.at[3, name] = value
    with pytest.raises(ValueError, match=message):
        base.add(batch)
    with pytest.raises(ValueError, match=message):
        base.replace(batch)
    pd.testing.assert_frame_equal(base.to_frame(), before)
    assert base.add(case(1, 2, 3)) == 2  # no number was used up


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ([10, 11, 10], "Case number 10 is given twice"),
        ([10, 0, 11], r"A case number is a whole number from 1 to 2\*\*63 - 1, not 0"),
        ([10, 2**63, 11], "not 9223372036854775808"),
        ([10, 11.0, 12], "not 10.0"),
        ([10, None, 12], "not 10.0|not None"),
        ([10, True, 12], "not True"),
        ([10, "11", 12], "not '11'"),
        ([10, 1, 3], r"Case number 1 is in use \(2 of those given are\); nothing was added"),
    ],
)
def test_a_batch_with_a_bad_number_changes_nothing(base, numbers, message):
    base.add(table(3))
    before = base.to_frame()
    with pytest.raises(ValueError, match=message):
        base.add(table(3).assign(case_number=numbers))
    pd.testing.assert_frame_equal(base.to_frame(), before)
    assert base.add(case(1, 2, 3)) == 4


@pytest.mark.parametrize(
    ("batch", "message"),
    [
        (table(2).drop(columns="ATF"), "cases lacks the column 'ATF'"),
        (table(2).drop(columns="class"), "cases lacks the column 'class'"),
        (table(2).rename(columns={"ATF": "AFT"}), "Unknown column 'AFT'; did you mean 'ATF'?"),
        (table(2).assign(customer_id=1), "Unknown column 'customer_id'"),
        (table(2)[["ATF", *NAMES, "class"]], "The columns of cases must be distinct: 'ATF' comes twice"),
        (
            table(2).rename_axis("case_number").assign(case_number=1),
            "The columns of cases must be distinct: 'case_number' comes twice",
        ),
        (table(0), "cases has no rows"),
        ({}, "cases has no rows"),
        ([case(1, 2, 3)], "cases must be a mapping, a Series or a pandas DataFrame, not list"),
        (
            table(2).assign(ATF=pd.to_datetime("2024-01-01")),
            "Indicator 'ATF' of row 0 is 2024-01-01 00:00:00",
        ),
        (table(2).assign(ATF=["1", "2"]), "Indicator 'ATF' of row 0 is '1'"),
        (table(2).assign(ATF=[True, False]), "Indicator 'ATF' of row 0 is True"),
    ],
)
def test_a_table_of_another_shape_or_type_is_refused(batch, message):
    with CaseBase(indicators=NAMES) as base:
        with pytest.raises(ValueError, match=message):
            base.add(batch)
        assert len(base) == 0


@pytest.mark.parametrize("kind", ["Int64", "Float64", "float32", "int8", "object", "double[pyarrow]"])
def test_any_column_of_numbers_is_taken(kind):
    with CaseBase(indicators=["a"]) as base:
        base.add(pd.DataFrame({"a": [1, 3], "class": pd.Categorical(["x", "y"])}).astype({"a": kind}))
        assert base.to_frame()["a"].tolist() == [1.0, 3.0]


def test_what_the_database_itself_refuses_in_mid_batch_changes_nothing(url):
    with CaseBase(url, indicators=["a"]) as base:
        base.add(case(1, names=["a"]))
        if url.startswith("sqlite"):
            stop = "CREATE TRIGGER stop BEFORE INSERT ON cases WHEN NEW.a = 3 BEGIN SELECT RAISE(ABORT, 'no 3'); END"
        else:
            stop = "ALTER TABLE cases ADD CONSTRAINT no_3 CHECK (a <> 3)"
        sql(url, stop)
        with pytest.raises(CaseBaseError, match="failed: .*(no 3|no_3)"):
            base.add(pd.DataFrame({"a": [1.0, 2.0, 3.0, 4.0], "class": "x"}))
        with pytest.raises(CaseBaseError, match="failed: .*(no 3|no_3)"):
            base.replace(pd.DataFrame({"a": [7.0, 3.0], "class": "x"}))
        assert base.to_frame()["a"].tolist() == [1.0]
        assert base.add(case(2, names=["a"])) == 2


def test_twenty_thousand_cases_are_one_transaction(base):
    commits = []
    event.listen(base._engine, "commit", lambda connection: commits.append(1))
    numbers = base.add(table(20_000))
    assert len(commits) == 1
    assert numbers.tolist() == list(range(1, 20_001))
    pd.testing.assert_frame_equal(
        base.to_frame().reset_index(drop=True), table(20_000), check_exact=True, check_dtype=False
    )


def test_numbers_go_on_after_the_largest_ever_given(base, url):
    base.add(case(1, 2, 3, case_number=10))
    assert base.add(case(1, 2, 3)) == 11
    base.remove(11)
    assert base.add(case(1, 2, 3)) == 12
    sql(url, """INSERT INTO "cases" VALUES (50, 1, 2, 3, 'by hand')""")
    assert base.add(table(2)).tolist() == [51, 52]
    base.add(case(1, 2, 3, case_number=20))
    assert base.add(case(1, 2, 3)) == 53
    base.add(case(1, 2, 3, case_number=2**63 - 1))
    with pytest.raises(CaseBaseError, match="There is no number after 9223372036854775807"):
        base.add(case(1, 2, 3))


def test_replace_puts_new_cases_in_the_place_of_old_ones(base):
    base.add(table(5))
    assert base.replace(table(3, seed=1)).tolist() == [1, 2, 3]
    pd.testing.assert_frame_equal(base.to_frame().reset_index(drop=True), table(3, seed=1))
    base.replace(table(2).assign(case_number=[7, 9]))
    assert base.add(case(1, 2, 3)) == 10


def test_an_unknown_number_is_named(base):
    base.add(case(1, 2, 3))
    for number in (2, 2**62):
        for call in (base.get, base.remove, lambda n: base.update(n, {"ATF": 1.0})):
            with pytest.raises(CaseBaseError, match=f"There is no case {number} in table 'cases'"):
                call(number)
    for number in (1.0, "1", None, 2**70, -1, True):
        for call in (base.get, base.remove, lambda n: base.update(n, {"ATF": 1.0})):
            with pytest.raises(ValueError, match="A case number is a whole number"):
                call(number)
    assert base.get(np.int64(1)) == case(1, 2, 3)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"ATF": 5.0, "recency": np.nan}, "Indicator 'recency' of case 1 is nan"),
        ({"ATF": 5.0, "class": 1}, "The class of case 1 is 1"),
        ({"ATF": 5.0, "recencie": 1.0}, "Unknown column 'recencie'; did you mean 'recency'"),
        ({"case_number": 2}, "The number of a case cannot change"),
        ({}, "changes must map names to new values"),
        (5.0, "changes must map names to new values, not 5.0"),
    ],
)
def test_a_bad_change_changes_nothing(base, changes, message):
    base.add(case(1, 2, 3))
    with pytest.raises(ValueError, match=message):
        base.update(1, changes)
    assert base.get(1) == case(1, 2, 3)


def test_of_two_writers_of_one_value_the_last_wins_and_other_values_both_stay(base, url):
    base.add(case(1, 2, 3))
    with CaseBase(url) as other:
        base.update(1, {"recency": 10.0, "ATF": 20.0})
        other.update(1, {"recency": 11.0, "total amount": 30.0})
    assert base.get(1) == case(11, 20, 30)


GROUPS = {"R": ["recency"], "rest": ["total amount", "ATF"]}
WITHIN = {"recency": 1.0, "ATF": 0.5, "total amount": 0.5}


def test_weights_come_back_as_the_similarity_takes_them(base, url):
    within, across = {"total amount": 0.25, "recency": 1.0, "ATF": 0.7499}, {"R": 0.1312, "rest": 0.8688}
    base.set_weights(pd.Series(within), groups=GROUPS, group_weights=across)
    with CaseBase(url) as again:
        found = again.weights()
    assert found == Weights(within, {"R": ["recency"], "rest": ["ATF", "total amount"]}, across)
    X = table(4)[NAMES]
    expected = similarity(X, X, weights=within, groups=GROUPS, group_weights=across)
    np.testing.assert_allclose(similarity(X, X, **found._asdict()), expected, rtol=1e-14)


def test_weights_are_set_anew_and_may_go_without_groups(base):
    with pytest.raises(
        CaseBaseError, match="No weights are set for the indicators of 'cases'; use set_weights"
    ):
        base.weights()
    base.set_weights(WITHIN, groups=GROUPS, group_weights={"R": 0.5, "rest": 0.5})
    base.set_weights(dict.fromkeys(NAMES, 1 / 3))
    assert base.weights() == (dict.fromkeys(NAMES, 1 / 3), None, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            {"weights": {"recency": 1.0}},
            "weights has no entry for 'ATF'; give one for each of 'recency', 'ATF'",
        ),
        ({"weights": [0.2, 0.3, 0.5]}, r"weights must be a mapping by name, not \[0.2, 0.3, 0.5\]"),
        (
            {"weights": dict.fromkeys(NAMES, -1)},
            "weights must be finite and not negative: that of 'recency' is -1",
        ),
        (
            {"weights": dict.fromkeys(NAMES, np.nan)},
            "weights must be finite and not negative: that of 'recency' is nan",
        ),
        ({"group_weights": None}, "groups and group_weights belong together"),
        (
            {"group_weights": {"R": 1.0}},
            "group_weights has no entry for 'rest'; give one for each of 'R', 'rest'",
        ),
        ({"groups": {"R": ["recency"], "rest": ["ATF"]}}, "Indicator 'total amount' is in no group"),
        (
            {"groups": {"R": NAMES, "rest": ["ATF"]}},
            "Indicator 'ATF' is in group 'R' and in 'rest'; keep one",
        ),
        ({"groups": {"R": NAMES, "rest": []}}, "Group 'rest' must be a list of at least one indicator"),
        ({"weights": WITHIN | {"ATF": 0.492}}, "weights of group 'rest' must sum to 1 .*not 0.992"),
        ({"group_weights": {"R": 0.5, "rest": 0.492}}, "group_weights must sum to 1 .*not 0.992"),
        ({"weights": WITHIN, "groups": None, "group_weights": None}, "weights must sum to 1 .*not 2"),
        (
            {"groups": {"R": ["recencie"], "rest": NAMES}},
            "Unknown indicator 'recencie' in group 'R'; did you mean 'recency'",
        ),
        ({"groups": ["R", "rest", "rest"]}, "groups must be a mapping by name, not"),
    ],
)
def test_weights_that_do_not_fit_are_refused_and_the_old_ones_stay(change, message):
    good = {"weights": WITHIN, "groups": GROUPS, "group_weights": {"R": 0.5, "rest": 0.5}}
    with CaseBase(indicators=NAMES) as base:
        base.set_weights(**good)
        with pytest.raises(ValueError, match=message):
            base.set_weights(**good | change)
        assert base.weights().weights == good["weights"]


def test_an_existing_case_base_knows_its_indicators(base, url):
    base.add(case(1, 2, 3))
    with CaseBase(url) as again:
        assert again.indicators == tuple(NAMES)
    with CaseBase(url, indicators=NAMES[::-1]) as again:
        assert again.to_frame().columns.tolist() == [*NAMES[::-1], "class"]
        again.add(case(4, 5, 6))
    assert base.get(2) == case(4, 5, 6)


def test_an_existing_case_base_with_other_indicators_is_refused_by_what_differs(base, url):
    message = r"exists with other indicators: missing \['RFM'\], not expected \['recency'\]"
    with pytest.raises(CaseBaseError, match=message):
        CaseBase(url, indicators=["ATF", "RFM", "total amount"])


@pytest.mark.parametrize(
    "columns",
    [
        "id INTEGER PRIMARY KEY, a FLOAT",
        "case_number BIGINT PRIMARY KEY, a TEXT, class TEXT",
        "case_number BIGINT, a FLOAT, class TEXT",
        "case_number BIGINT PRIMARY KEY, a FLOAT, class TEXT",
    ],
)
def test_a_table_that_is_no_case_base_is_refused_and_left_alone(url, columns):
    sql(url, f"CREATE TABLE cases ({columns})")
    with pytest.raises(CaseBaseError, match="'cases' exists and is no case base: .* Its columns: '.*'a' "):
        CaseBase(url, indicators=["a"])
    assert sql(url, "SELECT * FROM cases") == []


def test_two_case_bases_whose_tables_would_have_one_name_do_not_mix(base, url):
    with pytest.raises(CaseBaseError, match="'cases_weights' exists and is no case base"):
        CaseBase(url, indicators=NAMES, table="cases_weights")
    CaseBase(url, indicators=["a"], table="x_groups").close()
    with pytest.raises(CaseBaseError, match="x_groups.* already exists"):
        CaseBase(url, indicators=["a"], table="x")


def test_a_table_that_does_not_exist_is_made_only_with_indicators(base, url):
    message = (
        "no table 'case'; did you mean 'cases'. Give indicators to make it. Tables: cases, cases_counter"
    )
    with pytest.raises(CaseBaseError, match=message):
        CaseBase(url, table="case")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ([], "indicators must be a list of at least one name"),
        ("ATF", "indicators must be a list of at least one name, not 'ATF'"),
        (["a", "b", "a"], "Indicator 'a' is named like 'a'"),
        (["ATF", "atf"], "Indicator 'atf' is named like 'ATF', or differs from it in case only"),
        (["Class"], "Indicator 'Class' is named like 'class'"),
        (["case_number"], "Indicator 'case_number' is named like"),
        ([""], "indicator must be a text that is not empty, not ''"),
        ([3], "indicator must be a text that is not empty, not 3"),
        (["a\0"], "holds NUL"),
        (["a" * 64], "has 64 bytes in UTF-8; allowed are 63, because databases cut longer names"),
        (["额" * 22], "has 66 bytes in UTF-8; allowed are 63"),
    ],
)
def test_names_that_a_database_would_change_are_refused(names, message):
    with pytest.raises(ValueError, match=message):
        CaseBase(indicators=names)


def test_names_of_the_longest_length_are_kept_apart(url):
    names = ["额" * 20 + "abc", "额" * 20 + "abd", "x" * 63]
    with CaseBase(url, indicators=names, table="t" * 55) as base:
        base.set_weights(dict.fromkeys(names, 1 / 3))
        assert base.get(base.add(case(1, 2, 3, names=names))) == case(1, 2, 3, names=names)
    with pytest.raises(ValueError, match="has 56 bytes in UTF-8; allowed are 55"):
        CaseBase(url, indicators=names, table="t" * 56)


WRITER = """
import sys
import pandas as pd
from workbench.cbr import CaseBase
url, who, n = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
with CaseBase(url, indicators=["who", "what"]) as base:
    print("ready", flush=True)
    sys.stdin.readline()
    for i in range(0, n // 5):
        base.add({"who": who, "what": float(i), "class": "x"})
    for i in range(n // 5, n, 10):
        base.add(pd.DataFrame({"who": who, "what": range(i, i + 10), "class": "x"}))
"""


def start_writers(url, n, processes=2):
    command = [sys.executable, "-W", "error", "-c", WRITER, url]
    return [
        subprocess.Popen(
            [*command, str(who), str(n)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        for who in range(processes)
    ]


def test_two_writers_make_one_table_and_lose_no_case(url):
    writers = start_writers(url, 500)
    assert [writer.stdout.readline() for writer in writers] == ["ready\n"] * 2
    for writer in writers:
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=300)
    assert [writer.returncode for writer in writers] == [0, 0]
    with CaseBase(url) as base:
        found = base.to_frame()
    assert found.index.tolist() == list(range(1, 1001))
    assert sorted(zip(found["who"], found["what"], strict=True)) == [
        (w, i) for w in (0, 1) for i in range(500)
    ]


@pytest.fixture
def too_early(monkeypatch):
    """Let the first look of the next case base come before another process has made the table."""
    found, looks = tables._found, iter([lambda *_: None])
    monkeypatch.setattr(tables, "_found", lambda *asked: next(looks, found)(*asked))


def test_a_table_that_another_process_made_in_between_is_opened(base, url, too_early):
    with CaseBase(url, indicators=NAMES) as again:
        assert again.indicators == tuple(NAMES)
        assert again.add(case(1, 2, 3)) == 1


def test_another_table_that_another_process_made_in_between_is_refused(base, url, too_early):
    with pytest.raises(CaseBaseError, match=r"exists with other indicators: missing \['a'\]"):
        CaseBase(url, indicators=["a"])


@pytest.mark.parametrize("kind", ["memory", "server"])
def test_threads_share_one_case_base(kind, request):
    url = "sqlite://" if kind == "memory" else request.getfixturevalue("postgres_database")
    with CaseBase(url, indicators=["a"]) as base:
        errors = []

        def work():
            try:
                for _ in range(50):
                    base.update(base.add(case(1, names=["a"])), {"a": 2.0})
            except Exception as error:
                errors.append(error)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert errors == []
        assert base.to_frame()["a"].tolist() == [2.0] * 200


def test_reading_does_not_wait_for_a_writer_at_work(base, url):
    base.add(case(1, 2, 3))
    with CaseBase(url) as other, other._transaction(writes=True) as connection:
        other._last_number(connection)
        assert len(base) == len(base.to_frame()) == 1


def test_a_writer_that_waits_too_long_says_so(tmp_path):
    url = f"sqlite:///{tmp_path}/cases.db?timeout=0.1"
    with CaseBase(url, indicators=NAMES) as base, CaseBase(url) as other:
        with (
            other._transaction(writes=True),
            pytest.raises(CaseBaseError, match="failed: database is locked .another program holds the file"),
        ):
            base.add(case(1, 2, 3))
        assert base.add(case(1, 2, 3)) == 1


def test_two_case_bases_in_memory_are_two():
    with CaseBase(indicators=NAMES) as base, CaseBase("sqlite:///:memory:", indicators=["a"]) as other:
        base.add(case(1, 2, 3))
        assert (len(base), len(other), other.indicators) == (1, 0, ("a",))


def test_a_closed_case_base_says_so():
    with CaseBase(indicators=NAMES) as base:
        assert repr(base) == "CaseBase('sqlite://', table='cases')"
    for call in (base.to_frame, base.weights, base.__len__, lambda: base.add(case(1, 2, 3))):
        with pytest.raises(
            CaseBaseError, match=r"CaseBase\('sqlite://', table='cases'\) is closed; make it again"
        ):
            call()
    base.close()


SPOILT = {
    "no counter": (
        "delete from cases_counter",
        lambda base: base.add(case(1, 2, 3)),
        "'cases_counter' must hold one row",
    ),
    "a text as counter": (
        "update cases_counter set last_number = 'x'",
        lambda base: base.replace(case(1, 2, 3)),
        "must hold one row with the last number given, and holds 'x'",
    ),
    "a text": ("update cases set {} = 'abc'", lambda base: base.to_frame(), "Case 1 holds 'abc' as"),
    "infinite": ("update cases set {} = 9e999", lambda base: base.get(1), "Case 1 holds inf as"),
    "bytes": (
        "update cases set class = x'ff'",
        lambda base: base.to_frame(),
        "Case 1 holds b'.xff' as 'class'",
    ),
    "a weight": (
        "update cases_weights set weight = 9e999",
        lambda base: base.weights(),
        "weights of 'cases' hold inf",
    ),
}


@pytest.mark.parametrize("fault", SPOILT)
def test_what_another_program_spoilt_is_named_and_nothing_is_lost(tmp_path, fault):
    statement, act, message = SPOILT[fault]
    url = f"sqlite:///{tmp_path}/cases.db"
    with CaseBase(url, indicators=NAMES) as base:
        base.add(case(1, 2, 3))
        base.set_weights(dict(zip(NAMES, (0.5, 0.25, 0.25), strict=True)))
        act(base)  # the control
        n = len(base)
        with base._transaction(writes=True) as connection:
            connection.exec_driver_sql(statement.format('"' + NAMES[0] + '"'))
        with pytest.raises(CaseBaseError, match=message):
            act(base)
        assert len(base) == n


def test_an_address_that_may_only_read_reads_and_makes_no_file(tmp_path):
    with CaseBase(f"sqlite:///{tmp_path}/cases.db", indicators=NAMES) as base:
        base.add(case(1, 2, 3))
    with CaseBase(f"sqlite:///{tmp_path}/cases.db?mode=ro") as base:
        assert len(base) == 1
        with pytest.raises(
            CaseBaseError, match="attempt to write a readonly database .the file may only be read"
        ):
            base.add(case(1, 2, 3))
    with pytest.raises(CaseBaseError, match="unable to open database file"):
        CaseBase(f"sqlite:///{tmp_path}/none.db?mode=ro", indicators=NAMES)
    assert [file.name for file in tmp_path.iterdir()] == ["cases.db"]


def test_a_case_base_of_another_version_is_named(tmp_path):
    url = f"sqlite:///{tmp_path}/cases.db"
    with CaseBase(url, indicators=NAMES) as base, base._transaction(writes=True) as connection:
        connection.exec_driver_sql("alter table cases_counter rename column last_number to last")
    with pytest.raises(CaseBaseError, match="'cases_counter' is of another version .* lacks 'last_number'"):
        CaseBase(url)


def test_another_sessions_lock_in_postgresql_is_waited_for_no_longer_than_said(postgres_database):  # noqa: F811
    brief = f"{postgres_database}{'&' if '?' in postgres_database else '?'}options=-c%20lock_timeout%3D100"
    with CaseBase(postgres_database, indicators=NAMES) as base, CaseBase(brief) as hasty:
        with base._engine.connect() as connection:
            assert connection.exec_driver_sql("show lock_timeout").scalar() == "1min"
        with base._transaction(writes=True) as connection:
            base._last_number(connection)
            with pytest.raises(CaseBaseError, match="lock timeout .*.another session holds the rows; end it"):
                hasty.add(case(1, 2, 3))
        assert hasty.add(case(1, 2, 3)) == 1
