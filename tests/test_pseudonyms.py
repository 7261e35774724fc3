"""Pseudonyms keep the order of the own ids and are undone in memory only."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.data.pseudonyms import own_ids, pseudonyms


@given(st.lists(st.text(min_size=1, max_size=5) | st.none(), max_size=30))
def test_pseudonyms_have_the_order_of_the_own_ids_and_lead_back(ids):
    own = pd.Series(ids, dtype="str")
    given = pseudonyms(own)
    assert given.isna().tolist() == own.isna().tolist()
    present = own.notna()
    assert given[present].map(own_ids()).tolist() == own[present].tolist()
    assert given[present].rank().tolist() == own[present].rank(method="average").tolist()
    assert given.nunique() == own.nunique()


def test_more_customers_have_more_digits_so_that_texts_sort_like_numbers():
    ids = pd.Series([f"{i:06}" for i in range(12_000)])
    given = pseudonyms(ids)
    assert given.iloc[[0, 9, 11_999]].tolist() == ["c00001", "c00010", "c12000"]
    assert given.is_monotonic_increasing


def test_only_the_file_loaded_last_is_known():
    pseudonyms(pd.Series(["x", "y"]))
    pseudonyms(pd.Series(["z"]))
    assert own_ids() == {"c0001": "z"}


@pytest.mark.parametrize("ids", [[], [None]])
def test_nobody_has_no_pseudonym(ids):
    assert pseudonyms(pd.Series(ids, dtype="str")).dropna().empty
    assert own_ids() == {}
