"""What a study needs of a user's own file, as its notebook declares it."""

import pytest

from workbench.runner.plan import roles
from workbench.runner.record.verdict import Refused

GOOD = {"row": "one payment", "roles": {"customer_id": "needed", "order_id": "optional"}}


def read(declared):
    return roles.read({"metadata": {"workbench": {"data": declared}}}, name="own.ipynb")


def test_roles_are_read_with_their_defaults():
    assert read(GOOD) == roles.Roles("one payment", GOOD["roles"], "refuse", ())
    assert read(GOOD | {"unreadable": "missing", "whole": ["x"]}).whole == ("x",)
    assert roles.read({"metadata": {}}) is None


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"rows": 1}, "own.ipynb: metadata workbench.data: unknown entry 'rows'; did you mean 'row'?"),
        ({"row": None}, "`row` must say what one row is"),
        ({"roles": {"amount": "maybe"}}, "each role as 'needed' or 'optional'"),
        ({"roles": {}}, "each role as 'needed' or 'optional'"),
        ({"unreadable": "drop"}, "must be one of refuse, missing"),
        ({"whole": "x"}, "must be a list of texts"),
        ({"customers": {"parameter": "one_row"}}, "must have the entries parameter, value, indicators"),
        ({"customers": dict.fromkeys(("parameter", "value", "indicators"), 1)}, "must name a parameter"),
    ],
)
def test_another_form_is_refused_by_what_is_wrong(change, message):
    with pytest.raises(Refused, match=message):
        read(GOOD | change)


@pytest.mark.parametrize(
    ("indicators", "values", "expected"),
    [
        (["recency"], {"one_row": "payment"}, None),
        (["recency"], {"one_row": "customer"}, ("recency",)),
        ("columns", {"one_row": "customer", "columns": ["a", "b"]}, ("a", "b")),
        ("columns", {"one_row": "customer", "columns": []}, ()),
    ],
)
def test_one_row_may_be_one_customer(indicators, values, expected):
    table = {"parameter": "one_row", "value": "customer", "indicators": indicators}
    notebook = {"metadata": {"workbench": {"data": GOOD | {"customers": table}}}}
    assert roles.read(notebook, values=values).indicators == expected


def test_no_object_is_refused():
    with pytest.raises(Refused, match="must be an object"):
        read(["row"])
