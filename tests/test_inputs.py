"""Tables of ended contracts: roles of any kind, and all other columns as inputs."""

import pandas as pd
import pytest

from workbench import data
from workbench.data import DataError

HEAD = "Kunde;contract_end;renewed_on;Entgelt;hours;plan"
ROWS = ("K1;31.01.2023;15.02.2023;20,50;1,5;basic", "K2;31.01.2023;;30,00;;plus", "K3;28.02.2023;;25,00;9,0;")
MAP = {"customer_id": "Kunde", "monthly_fee": "Entgelt"}


@pytest.fixture
def written(tmp_path):
    def write(*rows, head=HEAD):
        path = tmp_path / "contracts.csv"
        path.write_text("\n".join([head, *rows]) + "\n", "utf-8")
        return path

    return write


def load(path, ignored=(), **options):
    return data.load_table(path, data.CONTRACTS, ignored, columns=options.pop("columns", MAP), **options)


def test_roles_and_inputs_are_read_by_their_kinds(written):
    table = load(written(*ROWS))
    assert table["contract_end"].tolist() == [*pd.to_datetime(["2023-01-31"] * 2), pd.Timestamp("2023-02-28")]
    assert table["renewed_on"].isna().tolist() == [False, True, True]
    assert table["monthly_fee"].tolist() == [20.5, 30.0, 25.0]
    assert not {"branch", "as_of"} & {*table}, "roles that the file does not have"
    assert table["hours"].dropna().tolist() == [1.5, 9.0]
    assert table["plan"].dropna().tolist() == ["basic", "plus"]
    assert table.attrs["ledger"]["period"] == ["2023-01-31T00:00:00", "2023-02-28T00:00:00"]
    assert "2 inputs: 1 number ('hours'), 1 text ('plan')" in table.attrs["ledger"]["noticed"]


def test_columns_are_left_out_by_name(written):
    assert "plan" not in load(written(*ROWS), ["plan"])
    with pytest.raises(DataError, match=r"no column is called 'plann'; did you mean 'plan'\?"):
        load(written(*ROWS), ["plann"])
    with pytest.raises(DataError, match="no column is left as an input"):
        load(written(*ROWS), ["plan", "hours"])


def test_a_role_may_lack_cells_and_not_its_column(written):
    rows = [row.replace(";15.02.2023", "", 1).replace(";;", ";", 1) for row in ROWS]
    path = written(*rows, head=HEAD.replace("renewed_on;", ""))
    with pytest.raises(DataError, match=r"no column is called 'renewed_on'.*map one: renewed_on=COLUMN"):
        load(path)
    bad = ROWS[1].replace("31.01.2023", "")
    with pytest.raises(DataError, match=r"column 'contract_end' .*row 3: '' is empty"):
        load(written(ROWS[0], bad, ROWS[2]))
    with pytest.raises(DataError, match=r"column 'renewed_on' .*row 3: 'soon' is not a date"):
        load(written(ROWS[0], ROWS[1].replace(";;30", ";soon;30"), ROWS[2]))


def test_a_number_that_is_none_is_refused_by_row(written):
    rows = [f"K{i};31.01.2023;;30,00;{i},5;plus" for i in range(9)]
    rows[4] = rows[4].replace("4,5", "lots")
    with pytest.raises(
        DataError, match=r"'hours', an input of numbers, row 6: 'lots' .*ignore_columns=hours"
    ):
        load(written(*rows))
    assert "hours" not in load(written(*rows), ["hours"])


def test_texts_of_many_levels_are_no_input(written):
    rows = [f"K{i};31.01.2023;;30,00;1,5;note {i} on it" for i in range(61)]
    with pytest.raises(DataError, match=r"'plan' has 61 different texts.*ignore_columns=plan"):
        load(written(*rows))
    assert load(written(*rows[:60]))["plan"].nunique() == 60


def test_numbers_that_can_be_read_in_two_ways_are_refused(written):
    rows = [f"K{i};31.01.2023;;30,00;1.{i}50;plus" for i in range(1, 9)]
    with pytest.raises(DataError, match=r"'hours', an input of numbers.*--decimal"):
        load(written(*rows), columns=MAP)


def test_a_column_called_like_a_role_that_is_read_elsewhere_is_refused(written):
    with pytest.raises(
        DataError, match="column 'customer_id' would be an input, and customer_id is read from"
    ):
        load(written(*ROWS, head=HEAD.replace("plan", "customer_id")))
    table = load(written(*ROWS, head=HEAD.replace("plan", "source")))
    assert "source" in table, "no role of contracts"


def test_rows_that_no_contract_can_be_are_refused_by_row(written):
    with pytest.raises(DataError, match="row 5 has the customer and end of row 2 again"):
        load(written(*ROWS, ROWS[0]))
    with pytest.raises(DataError, match=r"'renewed_on' .*row 3: 2098-03-01 lies after today; empty the cell"):
        load(written(ROWS[0], ROWS[1].replace(";;30", ";01.03.2098;30"), ROWS[2]))
    taken = [row + f";{day}" for row, day in zip(ROWS, ("01.01.2023", "02.01.2023", ""), strict=True)]
    with pytest.raises(DataError, match=r"'as_of' .*row 4: '' is empty"):
        load(written(*taken, head=HEAD + ";as_of"))
    taken[2] += "01.02.2023"
    with pytest.raises(DataError, match=r"'as_of' .*row 3: 2023-01-02 lies after the month of the end began"):
        load(written(*taken, head=HEAD + ";as_of"))


def test_any_date_may_be_joined_with_a_time_of_day(written):
    rows = [row.replace(";2023", ";2023") + ";09:30" for row in ROWS]
    table = load(written(*rows, head=HEAD + ";clock"), columns=MAP | {"contract_end": "contract_end+clock"})
    assert table["contract_end"].iloc[0] == pd.Timestamp("2023-01-31 09:30")
