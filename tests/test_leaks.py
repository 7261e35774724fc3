"""What keyed fingerprints find, what unkeyed ones and masks give away, and how a copied passage is known."""

import pandas as pd
import pytest

from workbench import data, privacy
from workbench.data.standin import data_protection
from workbench.privacy import anonymity, fingerprints

KEY = bytes(range(16))


def test_keyed_fingerprints_find_every_leaked_number_in_any_dress_and_comparison_few():
    known = data_protection.subscribers(100_000)
    index = privacy.index(known, KEY)
    leak = data.load_leak()
    found = leak["line"].map(lambda line: bool(index.matches(line)))
    assert (found == leak["leaked"]).all()
    assert (found.sum(), leak["line"].isin(set(known)).sum(), len(leak)) == (137, 25, 20_000)
    assert len(index.to_bytes()) == 8 * (100_000 + 1)


def test_false_matches_are_as_rare_as_the_bits_say():
    assert fingerprints.false_matches(1_000_000, 20_000) == pytest.approx(1e-9, rel=0.1)
    assert fingerprints.false_matches(1_000_000, 20_000, bits=32) == pytest.approx(4.7, abs=0.05)
    with pytest.raises(ValueError, match="bits is 0; allowed are whole numbers from 1 to 512"):
        fingerprints.false_matches(1, 1, bits=0)


def test_an_unkeyed_hash_of_an_identity_number_falls_in_a_thousand_tries():
    for number in data.load_any("protection")["id_number"].head(5):
        values = anonymity.resident_ids(number[:6], number[6:14])
        assert len(set(values)) == 1_000
        assert all(map(privacy.is_resident_id, values[:20]))
        value, tries = anonymity.guess(anonymity.unkeyed(number), values)
        assert value == number
        assert tries <= 1_000
    assert anonymity.guess(anonymity.unkeyed("else"), values) == (None, 1_000)
    with pytest.raises(ValueError, match="region must have 6 digits and birthday 8, as 18800101"):
        anonymity.resident_ids("1101", "18800101")


@pytest.mark.parametrize(
    ("masked", "left"),
    [
        ("154****5678", 10_000),
        ("11010518800101****", 1_000),
        ("110105188001010**7", 100 / 11),
        ("110105********0017", 7_305 / 11),  # the days of twenty years, and one check digit in eleven
        ("620000******0000", 100_000),
    ],
)
def test_a_mask_leaves_so_many_numbers(masked, left):
    assert anonymity.candidates(masked, births=(1880, 1899)) == pytest.approx(left, rel=1e-3)


def test_what_is_not_masked_is_refused():
    with pytest.raises(ValueError, match="masked must hide something"):
        anonymity.candidates("15400000001")


def test_what_others_know_together_leaves_people_alone():
    people = pd.DataFrame({"born": [*"aabbbbbbb"], "post": [*"xyzzzzzzz"], "sex": [*"ffmmmmmff"]})
    told = anonymity.groups_of(people, ["born", "post", "sex"], min_cell=3).set_index("columns")
    assert told["groups"].tolist() == [2, 3, 4]
    assert told["small"].tolist() == [1, 2, 3]
    assert told["persons_in_small"].tolist() == [2, 2, 4]
    assert told["alone"].tolist() == [0, 2, 2]
    two_are_enough = anonymity.groups_of(people, ["born"], min_cell=2)
    assert two_are_enough["small"].tolist() == [0]
    with pytest.raises(ValueError, match="table lacks the column 'city'"):
        anonymity.groups_of(people, ["city"])
    with pytest.raises(ValueError, match="min_cell is 1; allowed are whole numbers from 2"):
        anonymity.groups_of(people, ["sex"], min_cell=1)


def test_a_copied_passage_is_known_by_containment_and_not_by_similarity():
    report, source = data_protection.documents()
    assert len(source) > 30_000
    told = fingerprints.copied(report, source)
    assert told.containment > 0.75
    assert told.jaccard < 0.02
    assert fingerprints.copied("nothing of the kind stands anywhere in there", source).found == 0
    assert fingerprints.copied("short", source) == (0, 0, 0, 0)


def test_every_copy_as_long_as_piece_and_window_keeps_a_print():
    _, source = data_protection.documents()
    bare = "".join(sign for sign in source if sign.isalpha())
    prints = set(fingerprints.winnow(source, 8, 8))
    assert len(prints) / len(bare) == pytest.approx(
        2 / (8 + 1), abs=0.02
    )  # of random text, Schleimer's density
    for begin in range(0, 3_000, 37):
        assert prints & set(fingerprints.winnow(bare[begin : begin + 15], 8, 8))
    assert fingerprints.winnow("A long, LONG text.") == fingerprints.winnow("along long-text")
    with pytest.raises(ValueError, match="size is 0; allowed are whole numbers from 1"):
        fingerprints.winnow("x", size=0)
