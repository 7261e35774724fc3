"""A segmentation kept for next month comes back as it was."""

import numpy as np
import pandas as pd
import pytest

from workbench import segments
from workbench.segments import model


@pytest.fixture
def kept():
    rng = np.random.default_rng(0)
    X = pd.DataFrame(rng.normal(size=(60, 2)), columns=["recency", "monetary"])
    names = pd.Series(np.where(X["recency"] > 0, "late", "early"), X.index)
    weights = {"recency": 0.25, "monetary": 0.75}
    return X, names, model.keep(X, names, scaling="zscore", weights=weights, cuts={"recency": [1.0, 2.0]})


def test_what_was_kept_comes_back_also_from_a_file(kept, tmp_path):
    X, names, table = kept
    table.to_parquet(tmp_path / "model.parquet")
    back = model.read_back(pd.read_parquet(tmp_path / "model.parquet"))
    assert back.scaling == "zscore"
    assert back.weights.to_dict() == {"recency": 0.25, "monetary": 0.75}
    assert back.cuts == {"recency": [1.0, 2.0]}
    pd.testing.assert_frame_equal(back.centers, X.groupby(names).mean(), check_names=False)


def test_of_its_own_customers_few_are_far(kept):
    X, _, table = kept
    back = model.read_back(table)
    far = segments.assign(X, back.centers, far=back.far)["far"]
    assert 0 <= far.mean() <= 0.05


def test_a_table_without_a_part_is_refused(kept):
    table = kept[2]
    with pytest.raises(ValueError, match="table holds no 'center'"):
        model.read_back(table[table["part"] != "center"])


def test_customers_who_occur_no_more_are_gone_however_many():
    before = pd.Series(["best", "best", "new"], ["c1", None, None])
    table = segments.moved(before, pd.Series({"c1": "new", "c2": "new"}))
    assert table.attrs["counts"] == {"both": 1, "moved": 1, "gone": 2, "new": 1}
    table = segments.moved(before[1:], pd.Series({"c1": "new"}))
    assert table.empty
    assert table.attrs["counts"] == {"both": 0, "moved": 0, "gone": 2, "new": 1}


def test_whether_it_fits_is_not_said_of_other_peoples_customers():
    shift, far = pd.DataFrame({"shift": ["small"]}, index=["orders"]), pd.Series([False])
    assert "the ids may be written otherwise" in segments.still_fits(shift, far, {"both": 4, "gone": 96})
    assert segments.still_fits(shift, far, {"both": 5, "gone": 95}).endswith("still fits")
