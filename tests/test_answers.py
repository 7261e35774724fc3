"""What stays of answers when a choice changes."""

import pandas as pd
import pytest

from workbench.cbr import kept

BEFORE = pd.DataFrame({"query": list("abcd"), "case": [1, 2, 3, 4], "class": ["p", "p", "q", "r"]})
VALUE = pd.Series({"p": "high", "q": "lower", "r": "lower"})


def test_case_class_and_value_are_counted_apart():
    """a: another case of the class; b: another class and value; c: another class, same value; d: same case."""
    after = pd.DataFrame({"query": list("abcd"), "case": [9, 3, 4, 4], "class": ["p", "q", "r", "r"]})
    assert kept(BEFORE, after, value=VALUE).to_dict() == {"case": 1 / 4, "class": 2 / 4, "value": 3 / 4}


def test_without_values_only_case_and_class_are_told():
    assert kept(BEFORE, BEFORE).to_dict() == {"case": 1.0, "class": 1.0}


def test_another_index_does_not_matter():
    assert kept(BEFORE, BEFORE.set_axis([5, 6, 7, 8])).tolist() == [1.0, 1.0]


def test_answers_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="the same queries, at least one, in the same order"):
        kept(BEFORE, BEFORE.iloc[::-1])
    with pytest.raises(ValueError, match="the same queries, at least one"):
        kept(BEFORE.iloc[:0], BEFORE.iloc[:0])
    with pytest.raises(ValueError, match=r"Class 'r' has no value; value names 'p', 'q'"):
        kept(BEFORE, BEFORE, value={"p": "high", "q": "lower"})
