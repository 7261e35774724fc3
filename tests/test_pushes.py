"""Quantities of pushes that are easily taken for each other."""

import numpy as np
import pandas as pd
import pytest

from workbench.events import push_quantities

TABLE = pd.DataFrame(
    {
        "app_launches": [4, 1, 0, 5],
        "push_launch_share": [0.5, 1.0, 0.0, 0.0],
        "account_messages": [3, 0, 2, 5],
        "news_messages": [1, 0, 0, 4],
    }
)


def test_five_quantities_by_hand():
    mean, launchers, pooled, any_push, of_messages, openers = push_quantities(TABLE, no_launch_share=0.2)
    assert mean == pytest.approx((0.5 + 1.0 + 0.2 + 0.0) / 4)
    assert launchers == pytest.approx(0.5)  # the one who never launched left out
    assert pooled == pytest.approx(3 / 10)
    assert any_push == pytest.approx(2 / 4)
    assert of_messages == pytest.approx(3 / 15)
    assert openers == pytest.approx(1 / 3)  # the second receives nothing


@pytest.mark.parametrize(
    ("table", "known"),
    [
        (TABLE, False),
        (TABLE.drop(columns="push_launch_share"), True),
        (TABLE.assign(app_launches=0), True),
    ],
    ids=["no source", "no share", "no launch"],
)
def test_what_is_not_known_is_not_0(table, known):
    assert np.isnan(push_quantities(table, sources_known=known)).all()


def test_nobody_receives_a_message():
    quantities = push_quantities(TABLE.assign(account_messages=0, news_messages=0))
    assert np.isnan(quantities.iloc[4:]).all()
    assert quantities.iloc[:4].notna().all()


def test_a_missing_column_is_named():
    with pytest.raises(ValueError, match="table lacks the column 'news_messages'"):
        push_quantities(TABLE.drop(columns="news_messages"))
