"""How much a printed limit shows."""

import numpy as np
import pandas as pd
import pytest

from workbench import anp
from workbench.anp.evidence import solutions_near

FREQUENCY = [0.3414, 0.4238, 0.2347]


def test_a_wide_coarse_print_has_networks_everywhere_near_by():
    """At one decimal 4,913 networks fall on the few vectors there are, so that all near by are attained."""
    assert (solutions_near([0.3, 0.4, 0.3], 10, decimals=1, reach=0.1, random_state=0) > 0).all()


def test_counts_are_those_of_the_search_for_the_shifted_vectors():
    shift = np.random.default_rng(3).uniform(-0.01, 0.01, (2, 2))
    vectors = (np.array(FREQUENCY[:2]) + shift).round(2)
    expected = [anp.recover_network([*v, round(1 - v.sum(), 2)], decimals=2).number for v in vectors]
    assert solutions_near(FREQUENCY, 2, decimals=2, random_state=3).tolist() == expected
    assert min(expected) > 0


def test_what_could_leave_the_simplex_is_refused():
    with pytest.raises(ValueError, match="reach 0.4 could shift a weight"):
        solutions_near(FREQUENCY, 2, decimals=4, reach=0.4)
    with pytest.raises(ValueError, match="n_vectors is 0; allowed are whole numbers from 1"):
        solutions_near(FREQUENCY, 0, decimals=4)


def test_networks_side_by_side_are_told_by_their_powers():
    """To odd powers a pair stands still at once, three in a ring never; one with a say in itself settles."""
    networks = {"pair": [[0, 1], [1, 0]], "ring": np.eye(3)[[2, 0, 1]], "settling": [[0.5, 1], [0.5, 0]]}
    table = anp.power_table(networks)
    assert table.columns.tolist() == [
        "period", "closed classes", "outcome", "k needed", "stops at k", "columns differ by",
    ]  # fmt: skip
    assert table["period"].tolist() == [2, 3, 1]
    assert table["outcome"].tolist() == ["one phase", "never settles", "limit"]
    assert table.loc["pair", ["k needed", "stops at k", "columns differ by"]].tolist() == ["none", 1, 1.0]
    assert table.loc["ring", "stops at k"] == "none"
    assert table.loc["settling", "columns differ by"] < 1e-4
    assert table.loc["settling", "k needed"] == anp.structure(networks["settling"]).powers_needed


def test_limits_side_by_side_are_searched_as_each_alone():
    limits = {"f": FREQUENCY, "even": [0.3333, 0.3333, 0.3334]}
    table = anp.attainable(limits, 4, decimals=2 + 2, random_state=5)
    assert table.index.tolist() == ["f", "even"]
    for name, row in table.iterrows():
        alone = anp.recover_network(limits[name], decimals=4)
        near = solutions_near(limits[name], 4, decimals=4, random_state=5)
        assert row[["networks_searched", "solutions", "supermatrices"]].tolist() == [
            alone.candidates, alone.number, alone.distinct,
        ]  # fmt: skip
        assert row["best_is_off_by"] == alone.error
        assert row[["near_least", "near_most", "chance"]].tolist() == [
            near.min(),
            near.max(),
            (near > 0).mean(),
        ]


def test_groups_have_their_own_limit_times_their_weight():
    """Recency is a pair, half each; of frequency's ring every element weighs a third."""
    names = [*"abcde"]
    W = pd.DataFrame(0.0, names, names)
    W.loc["a", "b"] = W.loc["b", "a"] = 1.0
    W.loc["c", "d"] = W.loc["d", "e"] = W.loc["e", "c"] = 1.0
    groups, say = {"recency": ["a", "b"], "frequency": ["c", "d", "e"]}, {"recency": 0.4, "frequency": 0.6}
    table = anp.limit_of_groups(W, groups, say)
    np.testing.assert_allclose(table["weight"], [0.2, 0.2, 0.2, 0.2, 0.2])
    np.testing.assert_allclose(table["limit_weight"], [1 / 2, 1 / 2, 1 / 3, 1 / 3, 1 / 3])
    assert table["group"].tolist() == ["recency"] * 2 + ["frequency"] * 3
    assert (table["influence"] == 0).all()  # a share that is all of its column cannot be judged otherwise


def test_a_group_of_two_closed_classes_has_no_single_limit():
    W = pd.DataFrame(np.kron(np.eye(2), [[0, 1], [1, 0]]), [*"abcd"], [*"abcd"])
    with pytest.raises(ValueError, match="The network of 'all' has no single limit"):
        anp.limit_of_groups(W, {"all": [*"abcd"]}, {"all": 1.0})
