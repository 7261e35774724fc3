"""Levels of kinds, of tables and between catalogues."""

import pandas as pd
import pytest

from workbench.privacy import KINDS, levels, recognition


@pytest.mark.parametrize(("name", "n"), [("telecom", 4), ("finance", 5), ("national", 3)])
def test_every_kind_has_a_level_and_an_article_in_every_catalogue(name, n):
    told = levels.catalogue(name)
    assert len(told.levels) == n
    graded = levels.grade({kind: kind for kind in KINDS}, name).columns
    assert graded["level"].between(1, n).all()
    assert graded["article"].str.len().gt(10).all()


def test_a_table_is_as_high_as_its_highest_column_and_says_what_it_does_not_know():
    table = pd.DataFrame(
        {"ip": ["192.0.2.1", "192.0.2.2"], "mail": ["a@example.com", "b@example.com"], "x": ["1", "2"]}
    )
    graded = levels.grade(recognition.columns(table))
    assert graded.columns["level"].fillna(0).tolist() == [2, 3, 0]
    assert graded.level == 3
    assert graded.why == "its highest column: mail; 1 columns of unknown content may be higher"
    assert levels.grade({"x": "unknown"})[1:] == (None, "no column is of a kind that is known")


def test_a_join_is_more_than_either_table():
    born, where = {"born": "date of birth", "sex": "sex"}, {"post": "postcode"}
    assert (levels.grade(born).level, levels.grade(where).level, levels.grade(born | where).level) == (
        2,
        2,
        3,
    )


def test_unknown_names_are_refused():
    with pytest.raises(ValueError, match="catalogue must be one of .*not 'telecoms'; did you mean 'telecom'"):
        levels.catalogue("telecoms")
    with pytest.raises(ValueError, match="Unknown kind 'phone' of column 'x'"):
        levels.grade({"x": "phone"})


def test_a_crosswalk_is_ours_or_yours_and_never_falls():
    for a in levels.CATALOGUES:
        for b in levels.CATALOGUES:
            told = levels.crosswalk(a, b)
            assert [*told] == [*range(1, len(levels.catalogue(a).levels) + 1)]
            assert [*told.values()] == sorted(told.values())
            assert max(told.values()) <= len(levels.catalogue(b).levels)
    mine = {1: 1, 2: 2, 3: 4, 4: 5}
    assert levels.crosswalk("telecom", "finance", mine) == mine
    for wrong, message in (
        ({1: 1}, "level_map must give each level of telecom, 1 to 4; it gives \\[1\\]"),
        ({1: 1, 2: 2, 3: 3, 4: 6}, "level_map reads level 4 as 6; levels of finance are 1 to 5"),
        ({1: 2, 2: 1, 3: 3, 4: 4}, "level_map falls from level 1 to level 2"),
    ):
        with pytest.raises(ValueError, match=message):
            levels.crosswalk("telecom", "finance", wrong)
