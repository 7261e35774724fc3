"""A user's own customers through grading and service matching: refused before a kernel, or run with what is known."""

import re

import numpy as np
import pandas as pd
import pytest
from conftest import workbench
from test_own_studies import no_gap, ran  # noqa: F401

GRADING, SERVICE = "customer-grading", "service-matching"
HEAD = "customer_id,assets,revenue"
BAD = {
    "no assets": (GRADING, [HEAD, "a,5,1", "b,,1"], [], "mine.csv: column 'assets' (assets), row 3: '' is empty"),
    "negative assets": (GRADING, [HEAD, "a,5,1", "b,-4,1"], [], "'assets' (assets), row 3: -4"),
    "a customer twice": (GRADING, [HEAD, "a,5,1", "a,6,1"], [], "row 3 has the customer of row 2 again"),
    "a month twice": (GRADING, ["month," + HEAD, "2024-01,a,5,1", "2024-01,a,6,1"], [],
                      "row 3 has the customer and month of row 2 again"),
    "two currencies": (GRADING, ["Währung," + HEAD, "EUR,a,5,1", "USD,b,6,1"], [],
                       "column 'Währung' names several currencies, EUR in 1 row and USD in 1 row"),
    "two currencies of revenue": (SERVICE, ["currency,customer_id,revenue", "EUR,a,5", "USD,b,6"], [],
                                  "column 'currency' names several currencies"),
    "no month in a row": (GRADING, ["month," + HEAD, "2024-01,a,5,1", ",b,6,1"], [],
                          "column 'month' (month), row 3: '' is empty"),
    "a total that is no sum": (GRADING, [HEAD, "a,5,1", "b,6,1", "Total,12,1"], [],
                               "row 4 says 'Total' and may be a total or a customer (its amount is no sum"),
    "equal limits": (GRADING, [HEAD, "a,5,1"], ["-p", "thresholds=[5,5]"], "rule `smallest_step(thresholds) > 0`"),
    "descending limits": (GRADING, [HEAD, "a,5,1"], ["-p", "thresholds=[5,2]"], "thresholds is [5, 2]"),
    "returns": (SERVICE, ["customer_id,revenue", "a,5", "b,-1"], [], "(revenue), row 3: -1"),
    "a risk above 1": (SERVICE, ["customer_id,revenue,leaving_risk", "a,5,20"], [], "(leaving_risk), row 2: 20"),
    "a risk for some": (SERVICE, ["customer_id,revenue,leaving_risk", "a,5,0.2", "b,5,"], [],
                        "'leaving_risk' (leaving_risk), row 3 is empty (1 such row)"),
    "contacts for some": (SERVICE, ["customer_id,revenue,contacts_per_month", "a,5,", "b,5,2"], [],
                          "--drop-without contacts_per_month"),
    "no revenue": (SERVICE, ["customer_id,revenue", "a,0", "b,0"], [], "'revenue' (revenue): all rows have 0"),
    "no risk": (SERVICE, ["customer_id,revenue,leaving_risk", "a,1,0", "b,1,0"], [],
                "'leaving_risk' (leaving_risk): all rows have 0"),
    "packages nobody can afford": (SERVICE, ["customer_id,revenue", "a,5", "b,2"], [],
                                   "hours=300 per 1,000 come to 0.6; one package needs 8: -p hours=4000 or more"),
    "a tier without load": (SERVICE, ["customer_id,revenue", "a,5"], ["-p", "loads=[4,14,0]"], "rule `min(loads) > 0`"),
    "two loads for three tiers": (SERVICE, ["customer_id,revenue", "a,5"], ["-p", "loads=[4,14]"], "len(loads) == 3"),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_bad_input_is_refused_before_a_kernel(case, tmp_path):
    study, rows, options, message = BAD[case]
    file = tmp_path / "mine.csv"
    file.write_text("\n".join(rows) + "\n", "utf-8")
    done = workbench("run", study, "--data", file, *options, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert message in done.stderr
    assert not (tmp_path / "out").exists()


def customers(months=6, n=60):
    rng = np.random.default_rng(3)
    level = rng.lognormal(10.5, 1.2, n)
    rows = [
        (f"K{i:03d}", f"2024-{month:02d}", level[i] * np.exp(rng.normal(0, 0.3)), level[i] ** 0.7)
        for month in range(1, months + 1)
        for i in range(n)
        if (i, month) != (5, 3)
    ]
    return pd.DataFrame(rows, columns=["customer_id", "month", "assets", "revenue"]).round(2)


@pytest.mark.slow
def test_months_of_ones_own_show_who_moves(ran, tmp_path):  # noqa: F811
    customers().to_csv(file := tmp_path / "mine.csv", index=False)
    run = ran(GRADING, file, measure="mean")
    no_gap(run)
    assert "followed from 2024-01 to 2024-06" in run["code-08"]
    assert re.search(r"left out +1\b", run["code-08"])  # K005 lacks a month
    assert "after 5 months" in run["code-migration"]
    assert "the chance to have it again is below two thirds" in run["code-result"]


@pytest.mark.slow
def test_one_look_at_customers_shows_no_move(ran, tmp_path):  # noqa: F811
    customers(months=1).drop(columns="month").to_csv(file := tmp_path / "mine.csv", index=False)
    run = ran(GRADING, file)
    no_gap(run)
    assert "not known: The file has no column of months" in run["code-08"]
    assert run["code-steady"] == run["code-migration"] == ""
    assert "How likely it is kept is not known" in run["code-result"]


@pytest.mark.slow
def test_too_few_seats_for_customers_of_ones_own_are_said(ran, tmp_path):  # noqa: F811
    rng = np.random.default_rng(0)
    table = pd.DataFrame({"customer_id": [f"K{i}" for i in range(400)], "revenue": rng.lognormal(6, 1, 400)})
    table["contacts_per_month"] = rng.gamma(2, 20, 400)
    table.round(2).to_csv(file := tmp_path / "mine.csv", index=False)
    run = ran(SERVICE, file, seats=3)
    no_gap(run)
    assert "Loads are from the contacts of the file" in run["code-seats"]
    assert "the queue never ends" in run["code-priority-finding"]
    assert "is the fewest that answer" in run["code-staffing"]
    assert "No risk of leaving is known" in run["code-plan-table"]
