"""Keys of persons: writings of one identity number are one person, and a slip is nobody else."""

import pytest

from workbench.privacy import is_resident_id, personal_data, resident_id_18
from workbench.privacy.personal_data import person_key

# Of births in the 1880s, so that they can be nobody's.
ONE, TWO = "11010518800101005X", "110105188001010017"


def keys(*values):
    return [key for key, _ in person_key(values)]


def test_the_number_of_15_digits_is_that_of_18_given_later():
    assert resident_id_18("110105491231002") == "11010519491231002X"
    assert keys("110105491231002", "11010519491231002x") == ["11010519491231002X"] * 2


@pytest.mark.parametrize(
    "written",
    [
        ONE.lower(),
        f" {ONE} ",
        "110105 18800101 005X",
        "110105-18800101-005x",
        "１１０１０５１８８００１０１００５Ｘ",
    ],
)
def test_writings_of_one_number_are_one_key(written):
    assert keys(written) == [ONE]


def test_a_wrong_check_digit_is_kept_flagged_and_joined_with_nothing():
    wrong = TWO[:-1] + "8"
    assert not is_resident_id(wrong)
    found = person_key([TWO, wrong, ONE, wrong])
    assert [bool(problem) for _, problem in found] == [False, True, False, True]
    assert len({key for key, _ in found}) == 4
    assert found[1].key.startswith(wrong)
    with pytest.raises(ValueError, match="identity number in row 1 has a wrong check digit") as refused:
        person_key([TWO, wrong], refuse=True)
    assert wrong not in str(refused.value)


def test_other_numbers_of_persons_stay_as_they_are():
    assert keys(" P 00017", "e12345678", "王 芳") == ["P 00017", "e12345678", "王 芳"]
    own = ["100000000000000001", "100000000000000002", "100000000000000003"]
    assert person_key(own) == [(number, "") for number in own]


def test_the_keys_are_offered_where_they_are_looked_for():
    assert personal_data.person_key is person_key
