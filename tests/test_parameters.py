import ast
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.runner.plan.parameters import fits, parse, read, resolve
from workbench.runner.record.verdict import Refused


def notebook(source, tags=("parameters",)):
    return {"cells": [{"cell_type": "code", "metadata": {"tags": list(tags)}, "source": source}]}


def kind(text):
    return ast.parse(text, mode="eval").body


def test_read_keeps_name_type_default_and_note():
    source = "# heading\nn_clusters: int = 3  # source, K of 3\ncolumns: dict[str, str] = {}\nfile: str | None = None"
    found = read(notebook(source))
    assert [(p.name, p.kind, p.default, p.note) for p in found.values()] == [
        ("n_clusters", "int", 3, "source, K of 3"),
        ("columns", "dict[str, str]", {}, ""),
        ("file", "str | None", None, ""),
    ]


def test_read_takes_a_note_with_an_equals_sign_which_defeats_other_parsers():
    assert read(notebook("rho: float = 0.5  # in (0, 1], a = b"))["rho"].note == "in (0, 1], a = b"


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("n = 3", "line 1: write one annotated literal"),
        ("a: int = 1\nprint(a)", "line 2: write one annotated literal"),
        ("a: int", "write one annotated literal"),
        ("a: date = 1", "type date is not offered; allowed are int, float"),
        ("a: tuple[int] = 1", "type tuple\\[int\\] is not offered"),
        ("a: dict[int, str] = {}", "is not offered"),
        ("a: dict[str, set] = {}", "is not offered"),
        ("a: dict[str, int] = {'x': 'y'}", "is not of its type"),
        ("a: int = 1 + 1", "the default of a must be a literal"),
        ("a: int = 1.5", "the default 1.5 of a is not of its type int"),
        ("a: int = True", "the default True of a is not of its type int"),
        ("a: Literal['x'] = 'y'", "the default 'y' of a is not of its type"),
        ("a: int = 1\na: int = 2", "declares 'a' twice"),
        ("a: int = = 1", "line 1: invalid syntax"),
    ],
)
def test_read_refuses(source, message):
    with pytest.raises(Refused, match=message):
        read(notebook(source))


def test_a_notebook_without_a_tagged_cell_declares_none_and_two_are_refused():
    assert read(notebook("a: int = 1", tags=())) == {}
    with pytest.raises(
        Refused, match="'a' was given, but the notebook declares no parameters: no cell of code"
    ):
        resolve({}, ["a=2"])
    with pytest.raises(Refused, match="has the tag 'parameters'.*such as `a: int = 3`; or leave 'a' out"):
        resolve({}, ["a=2"])
    with pytest.raises(Refused, match="2 cells have the tag"):
        read({"cells": notebook("")["cells"] * 2})


PARSED = [
    ("int", "3", 3),
    ("int", "-3", -3),
    ("float", "3", 3.0),
    ("float", "1e-3", 0.001),
    ("bool", "True", True),
    ("bool", "false", False),
    ("str", "3", "3"),
    ("str", " none ", " none "),
    ("str | None", "none", None),
    ("None | str", "a", "a"),
    ("int | None", "4", 4),
    ("Literal['a', 'b']", "b", "b"),
    ("Literal[1, 2]", "2", 2),
    ("list[int]", "1, 2", [1, 2]),
    ("list[int]", "[1, 2]", [1, 2]),
    ("list[int]", "", []),
    ("list[str]", '["a,b"]', ["a,b"]),
    ("dict[str, str]", "amount=Paid,customer_id=Cust ID", {"amount": "Paid", "customer_id": "Cust ID"}),
    ("dict[str, str]", '{"amount": "a=b"}', {"amount": "a=b"}),
    ("dict[str, float]", "recency=0.2,monetary=1", {"recency": 0.2, "monetary": 1.0}),
    ("dict[str, list[float]]", '{"recency": [30, 90.5]}', {"recency": [30, 90.5]}),
]


@pytest.mark.parametrize(("type_", "text", "value"), PARSED)
def test_parse(type_, text, value):
    result = parse(text, kind(type_))
    assert result == value
    assert type(result) is type(value)
    assert fits(result, kind(type_))


@pytest.mark.parametrize(
    ("type_", "text", "message"),
    [
        ("int", "3.5", "a whole number"),
        ("int", "three", "a whole number"),
        ("float", "nan", "a finite number"),
        ("float", "inf", "a finite number"),
        ("bool", "yes", "true or false"),
        ("Literal['zscore', 'none']", "zscroe", "one of zscore, none; did you mean 'zscore'"),
        ("int | None", "x", "expected a whole number or none"),
        ("list[int]", "1,x", "a whole number"),
        ("list[int]", "[1, 2.5]", "a list of int"),
        ("list[int]", "[1", "a JSON list"),
        ("dict[str, str]", "amount", "key=value"),
        ("dict[str, str]", '{"a": 1}', r"a JSON object that is a dict\[str, str\]"),
    ],
)
def test_parse_refuses(type_, text, message):
    with pytest.raises(ValueError, match=message):
        parse(text, kind(type_))


@given(st.lists(st.integers()))
def test_parse_reads_what_json_writes(values):
    assert parse(json.dumps(values), kind("list[int]")) == values


@given(st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False)))
def test_parse_reads_what_python_prints(value):
    assert parse(str(value), kind("float")) == float(value)


def test_resolve_names_the_right_parameter():
    declared = read(notebook("n_clusters: int = 3\nscaling: str = 'none'"))
    with pytest.raises(
        Refused,
        match="Unknown parameter 'n_cluster'; did you mean 'n_clusters'\\? Parameters: n_clusters, sc",
    ):
        resolve(declared, ["n_cluster=4"])
    with pytest.raises(Refused, match="Unknown parameter 'data_file'. Parameters"):
        resolve(declared, [], {"data_file": "x.csv"})


def test_resolve_checks_values_given_as_objects():
    declared = read(notebook("columns: dict[str, str] = {}"))
    assert resolve(declared, [], {"columns": {"a": "b"}}) == {"columns": {"a": "b"}}
    with pytest.raises(Refused, match="is not of type dict"):
        resolve(declared, [], {"columns": {"a": 1}})
