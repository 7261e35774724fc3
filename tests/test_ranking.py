"""Weightings, indicators that are left out, and who ranks first under other choices."""

import numpy as np
import pandas as pd
import pytest

from workbench import segments

JUDGED = pd.Series({"frequency": 0.2, "recency": 0.3, "monetary": 0.5})


def test_weightings_by_hand():
    table = segments.weightings(JUDGED)
    assert table.columns.tolist() == ["recency", "frequency", "monetary"]
    assert table.loc["ahp"].tolist() == [0.3, 0.2, 0.5]
    assert table.loc["ahp, swapped"].tolist() == [0.2, 0.3, 0.5]
    # the expected sorted parts of a stick broken at two random places: 2, 5 and 11 eighteenths
    assert table.loc["stone"].tolist() == pytest.approx([5 / 18, 11 / 18, 2 / 18])
    assert table.sum(axis=1).tolist() == pytest.approx([1] * 4)
    with pytest.raises(ValueError, match="judged"):
        segments.weightings(JUDGED.drop("monetary"))


def test_stones_row_is_the_mean_of_the_vectors_that_obey_it():
    drawn = segments.stone_weights(40_000, random_state=1).mean()
    assert drawn.to_dict() == pytest.approx(segments.weightings(JUDGED).loc["stone"].to_dict(), abs=0.005)


def test_the_weight_of_what_is_left_out_goes_to_the_others_in_proportion():
    table = segments.weightings(JUDGED)
    kept = segments.restricted(table, ["recency", "monetary"])
    assert kept.loc["ahp"].tolist() == pytest.approx([0.375, 0.625])  # 3 : 5, as before
    assert kept.sum(axis=1).tolist() == pytest.approx([1] * 4)
    assert segments.restricted(table, table.columns).equals(table)
    with pytest.raises(ValueError, match="weights lacks the column 'recent'"):
        segments.restricted(table, ["recent"])
    with pytest.raises(ValueError, match="a row without weight on 'recency'"):
        segments.restricted(table.assign(recency=0.0), ["recency"])


def test_first_places_follow_weights_and_direction():
    Z = pd.DataFrame({"recency": [2.0, 2.0, -1.0], "monetary": [1.0, 1.0, 0.0]})
    labels = ["silent", "silent", "near"]
    samples = {
        "recency": pd.DataFrame({"recency": [1.0], "monetary": [0.0]}),
        "either": pd.DataFrame({"recency": [1.0, 0.0], "monetary": [0.0, 1.0]}),
    }
    turns = {"fewer": {"recency": -1, "monetary": 1}, "more": {"recency": 1, "monetary": 1}}
    first = segments.first_places({"none": Z}, labels, samples, turns)
    assert first.index.names == ["weights", "scaling", "direction"]
    assert first.loc["recency", "none", "fewer"].to_dict() == {"near": 1.0, "silent": 0.0}
    assert first.loc["recency", "none", "more"].to_dict() == {"near": 0.0, "silent": 1.0}
    assert first.loc["either", "none", "fewer"].to_dict() == {"near": 0.5, "silent": 0.5}
    assert np.allclose(first.sum(axis=1), 1)
