"""How much a printed limit shows."""

import numpy as np
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
