"""What a role is made of: parsed against the file's columns, never evaluated."""

import ast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.data import DataError
from workbench.data.expressions import accepted, columns_of, evaluate, parse

NAMES = [
    "Quantity",
    "UnitPrice",
    "Unit",
    "Price",
    "net-total",
    "net",
    "Amount (EUR)",
    "Lineitem price",
    "a",
    "b",
    "c",
]


def value(text, **values):
    return evaluate(parse(text, NAMES, where="my.csv: amount"), values)


def test_a_column_is_a_column_whatever_signs_its_name_holds():
    for name in NAMES:
        assert columns_of(parse(name, NAMES, where="x")) == [name]


@pytest.mark.parametrize(
    ("text", "columns", "result"),
    [
        ("Quantity*UnitPrice", ["Quantity", "UnitPrice"], 3 * 2.5),
        ("Quantity × UnitPrice", ["Quantity", "UnitPrice"], 3 * 2.5),
        ("Quantity * Lineitem price", ["Quantity", "Lineitem price"], 3 * 7),
        ("net-total*2", ["net-total"], 22),
        ("net - Unit", ["net", "Unit"], 10 - 4),
        ('"net"-Unit', ["net", "Unit"], 10 - 4),
        ("-net", ["net"], -10),
        ("net − 2 * (Unit + 1)", ["net", "Unit"], 10 - 2 * 5),
        ("Amount (EUR) + 1.5", ["Amount (EUR)"], 101.5),
        ("`net-total` - net", ["net-total", "net"], 1),
    ],
)
def test_expressions_by_hand(text, columns, result):
    values = {"Quantity": 3, "UnitPrice": 2.5, "Lineitem price": 7, "net-total": 11, "net": 10, "Unit": 4}
    expression = parse(text, NAMES, where="x")
    assert columns_of(expression) == columns
    assert evaluate(expression, values | {"Amount (EUR)": 100}) == result


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("Quantity*UnitPrize", "my.csv: amount: unknown column 'UnitPrize'; did you mean 'UnitPrice'?"),
        ("Quantty", "unknown column 'Quantty'; did you mean 'Quantity'?"),
        ("Quantity*", "'Quantity\\*' is not a complete expression; allowed are column names, numbers"),
        ("(net", "is not a complete expression"),
        ("net net", r"cannot be read as an expression from Column\(name='net'\) on"),
        ("__import__('os').system('x')", "unknown column '__import__'"),
        ("net**2", "is not a complete expression"),
        ("net/net", "divides by what is no number; allowed are"),
        ("", "is not a complete expression"),
    ],
)
def test_what_is_no_expression_is_refused_in_one_line(text, message):
    with pytest.raises(DataError, match=message) as refused:
        parse(text, NAMES, where="my.csv: amount")
    assert "\n" not in str(refused.value)


WRITTEN = st.recursive(
    st.sampled_from("abc") | st.integers(0, 99).map(str),
    lambda inner: st.tuples(inner, st.sampled_from("+-*"), inner).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    max_leaves=8,
)


@given(WRITTEN)
def test_an_expression_has_the_value_that_python_gives_it(text):
    values = {"a": 2, "b": 3, "c": 5}
    assert value(text, **values) == eval(compile(ast.parse(text, mode="eval"), "", "eval"), {}, values)


def test_a_filter_keeps_several_values():
    assert accepted({"a": "x | y", "b": "z"}) == {"a": ["x", "y"], "b": ["z"]}
