"""The annual review as a run: on a real shop without returns and regions, and on one's own orders year by year."""

import json

import pandas as pd
import pytest
from conftest import record_of, workbench

from workbench.data.standin import annual_review as surrogate

pytestmark = pytest.mark.slow
MAP = ("customer_id=Kunde", "event_time=Datum", "amount=Betrag", "returned_amount=Retoure", "returned_at=am")


def texts(folder, name):
    """What the cells of a run say."""
    cells = json.loads((folder / f"{name}.ipynb").read_text("utf-8"))["cells"]
    outputs = [o for c in cells if c["cell_type"] == "code" for o in c["outputs"]]
    return "\n".join("".join(o.get("text") or o.get("data", {}).get("text/plain", "")) for o in outputs)


def test_a_real_shop_says_what_its_orders_tell_and_no_more(tmp_path):
    done = workbench("run", "annual-review", "-p", "dataset=cdnow", "--name", "cd", "--out", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    said = texts(tmp_path, "cd")
    assert "0 are new (0%), all others had bought before" in said
    assert "-145,823 US dollars; of that -135,179 by customers, -4,580 by orders per customer, -6,064" in said
    assert (
        "spent 0.49 times as much in the second half of the data, all customers 0.45 times; 40% are" in said
    )
    assert "not known: the orders have neither region nor industry" in said
    assert "not known: the orders do not say what came back" in said
    assert "not known: To try a forecast needs 12 steps, three of each season, and there are 6" in said
    verdicts = {row["id"]: row["verdict"] for row in record_of(tmp_path, "cd")["claims"]["claims"]}
    assert (verdicts["classes_split"], verdicts["four_figures_compare"]) == ("refuted", "refuted")
    assert {verdicts[name] for name in ("many_new", "old_stay", "trend_predicts", "table_other")} == {"n/a"}


@pytest.fixture(scope="module")
def shop(tmp_path_factory):
    """Orders of a shop with its customers' region, as known at the end of 2022 and of 2023."""
    folder = tmp_path_factory.mktemp("shop")
    orders, customers, _ = surrogate.annual_review_orders(300, random_state=5)
    orders = orders.dropna(subset="customer_id").merge(customers[["customer_id", "region"]], on="customer_id")
    orders["customer_id"] = "Kunde " + orders["customer_id"]
    names = [*orders]
    for role, column in (pair.split("=") for pair in MAP):
        names[names.index(role)] = column
    orders = orders.set_axis(names, axis=1)
    late = orders["am"] >= "2023-01-01"
    then = orders.assign(am=orders["am"].mask(late), Retoure=orders["Retoure"].mask(late))
    then[then["Datum"] < "2023-01-01"].to_csv(folder / "2022.csv", index=False)
    orders.to_csv(folder / "2023.csv", index=False)
    return folder, orders


def run(folder, file, name, *more):
    given = ("--data", file, "--map", *MAP, "--name", name, "--out", folder / "reports", *more)
    return workbench("run", "annual-review", *given)


@pytest.fixture(scope="module")
def reviewed(shop):
    """The shop with a review of each year."""
    for year, more in (("2022", ()), ("2023", ("--previous", "y2022"))):
        done = run(shop[0], shop[0] / f"{year}.csv", f"y{year}", *more)
        assert done.returncode == 0, done.stdout + done.stderr
    return shop


def test_each_january_against_the_last(reviewed):
    folder, orders = reviewed
    private = folder / "reports" / "private" / "y2023"
    classes = pd.read_csv(private / "classes.csv")
    of_year = orders[orders["Datum"] >= "2023-01-01"]
    net = of_year["Betrag"].sum() - of_year["Retoure"].sum()
    assert classes.groupby("split by")["total"].sum().tolist() == pytest.approx([net, net])
    assert classes.groupby("split by")["customers"].sum().tolist() == [of_year["Kunde"].nunique()] * 2
    customers = pd.read_csv(private / "customers.csv").set_index("customer_id")
    assert set(customers.index) == set(orders["Kunde"])
    assert customers["active"].sum() == of_year["Kunde"].nunique()
    then = pd.read_csv(private.parent / "y2022" / "customers.csv").set_index("customer_id")["value_class"]
    now = customers["value_class"].reindex(then.index)
    moved = pd.read_csv(private / "moved.csv").set_index("customer_id")
    assert set(moved.index) == set(then.index[then != now])
    none = "did not buy in the year"
    again = (then != none) & (now != none)
    said = texts(folder / "reports", "y2023")
    assert (
        f"Of {(then != none).sum()} customers of the year in y2022 {again.sum()} bought in this year" in said
    )
    assert f"{(again & (then != now)).sum()} of them in another class of value" in said
    assert f"{len(of_year['Kunde'].unique()) - again.sum()} came or came back" in said
    assert "region" in pd.read_csv(private / "by-region.csv")
    report = (folder / "reports" / "y2023.html").read_text("utf-8")
    assert "Kunde C0" not in report


@pytest.mark.parametrize(
    ("more", "why"),
    [
        (("--previous", "y2023"), "is of the year from 2023-01-01, and this one too; name an earlier one"),
        (
            ("--previous", "y2022", "-p", "value_cuts=[0.6, 0.9]"),
            "has classes of value that end at [0.5, 0.8",
        ),
    ],
)
def test_no_later_review_and_none_of_other_classes_is_compared(reviewed, more, why):
    done = run(reviewed[0], reviewed[0] / "2023.csv", "wrong", *more)
    assert done.returncode == 3
    assert why in done.stdout + done.stderr


def test_a_customer_of_two_regions_is_refused_before_a_kernel_starts(shop):
    folder, orders = shop
    theirs = orders.index[orders["Kunde"] == orders.groupby("Kunde").size().idxmax()]
    other = orders["region"].mask(orders.index == theirs[-1], "the moon")
    orders.assign(region=other).to_csv(folder / "two.csv", index=False)
    done = run(folder, folder / "two.csv", "two")
    assert done.returncode == 2
    row = f"two.csv: column 'region' (region), row {theirs[-1] + 2}: customer 'Kunde "
    said = done.stdout + done.stderr
    assert row in said
    assert "one customer has one region (1 such customer). Correct them in the file. Or run it with" in said
    assert "-p several=latest" in said


def test_a_class_that_would_hold_nobody_is_refused(shop):
    done = run(shop[0], shop[0] / "2023.csv", "wrong", "-p", "value_cuts=[0.5, 1]")
    assert done.returncode == 2
    assert "max(value_cuts) < 1" in done.stdout + done.stderr


def test_a_return_larger_than_its_order_is_refused_before_a_kernel_starts(shop):
    folder, orders = shop
    orders.assign(Retoure=orders["Betrag"].where(orders.index != 7, 1e9), am=orders["Datum"]).to_csv(
        folder / "odd.csv", index=False
    )
    done = run(folder, folder / "odd.csv", "odd")
    assert done.returncode == 2
    assert (
        "odd.csv: column 'Retoure' (returned_amount), row 9: is larger than the order (1 such row)"
        in done.stdout + done.stderr
    )


def test_a_return_without_its_day_is_refused_by_its_column_and_row(shop):
    folder, orders = shop
    first = orders.index[orders["am"].notna()][0]
    orders.assign(am=orders["am"].mask(orders.index == first)).to_csv(folder / "odd.csv", index=False)
    done = run(folder, folder / "odd.csv", "odd")
    assert done.returncode == 2
    where = f"odd.csv: column 'am' (returned_at), row {first + 2}: is empty, and returned_amount is not"
    assert where in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ("year=1900", "2023.csv: The year 1900-01-01 to 1900-12-31 is not covered"),
        ("year=01.07.2023", "day or month first? write 2023-07-01"),
        ("run_in=2000D", "run_in is 2000 days; allowed are 92 to"),
        ("run_in=365", "run_in is '365'; allowed is a length with its unit, such as '60D'"),
        ("return_window=-60D", "return_window is '-60D'; allowed is a length with its unit"),
        ("value_cuts=[0.8, 0.5]", "rule `0 < smallest_step(value_cuts)` does not hold"),
    ],
)
def test_a_year_or_length_that_cannot_be_is_refused_before_a_kernel_starts(shop, given, why):
    done = run(shop[0], shop[0] / "2023.csv", "wrong", "-p", given)
    assert done.returncode == 2
    assert why in done.stdout + done.stderr


@pytest.mark.parametrize(
    ("start", "end", "part"),
    [("2022-01-01", "2023-01-01", "the run-in before the year"), ("2023-01-01", "2024-01-01", "the year")],
)
def test_a_hole_in_the_orders_is_refused_before_a_kernel_starts(shop, start, end, part):
    folder, orders = shop
    kept = orders[~pd.to_datetime(orders["Datum"]).between(start, end)]
    kept = pd.concat([kept, kept.tail(1).assign(Datum="2024-01-01", am=None, Retoure=None)])
    kept.to_csv(folder / "hole.csv", index=False)
    done = run(folder, folder / "hole.csv", "hole", "-p", "year=2023")
    assert done.returncode == 2, done.stdout
    assert f"hole.csv: no row lies in {part}, " in done.stdout + done.stderr


def test_months_without_an_order_are_a_finding(shop):
    folder, orders = shop
    orders[~orders["Datum"].astype(str).str[5:7].isin(["04", "05"])].to_csv(folder / "gap.csv", index=False)
    done = run(folder, folder / "gap.csv", "gap")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "The year has no order in 2023-04, 2023-05: closed then, or are rows" in texts(
        folder / "reports", "gap"
    )
