"""Rules between parameters: what may be declared, what they say, and that they act before a kernel starts."""

import json

import pytest
from conftest import workbench, write_notebook

from workbench.runner.plan import plans, rules
from workbench.runner.record.verdict import Refused

NAMES = ["k_min", "k_max", "n_clusters", "start", "end", "shares"]


def notebook(*declared):
    return {"metadata": {"workbench": {"rules": list(declared)}}}


@pytest.mark.parametrize("metadata", [{}, {"workbench": {}}, {"workbench": {"rules": []}}])
def test_a_notebook_need_not_have_rules(metadata):
    assert rules.read({"metadata": metadata}, NAMES) == []


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("k_min <= kmax", "unknown parameter 'kmax'; did you mean 'k_max'?"),
        ("k_min <=", "rule `k_min <=`: invalid syntax"),
        ("k_min", "allowed are comparisons"),
        ("k_min in shares", "allowed are comparisons"),
        ("k_min < k_max and k_max < 9", "allowed are comparisons"),
        ("shares[0] < 1", "allowed are comparisons"),
        ("k_min ** 9 < 1", "allowed are comparisons"),
        ("open(start) == 1", "unknown parameter 'open'"),
        ("k_min.real < 1", "allowed are comparisons"),
        ("(lambda: 1)() == 1", "allowed are comparisons"),
    ],
)
def test_what_is_no_rule_is_refused(rule, message):
    with pytest.raises(Refused, match=message.replace("?", r"\?")):
        rules.read(notebook("k_min <= k_max", rule), NAMES)


@pytest.mark.parametrize("metadata", [[], {"rules": "a < b"}, {"rules": [1]}])
def test_rules_in_another_form_are_refused(metadata):
    with pytest.raises(Refused, match='must have the form {"workbench": {"rules":'):
        rules.read({"metadata": {"workbench": metadata}}, NAMES)


@pytest.mark.parametrize(
    ("rule", "values", "told"),
    [
        ("k_min <= k_max", {"k_min": 2, "k_max": 2}, None),
        ("k_min <= k_max", {"k_min": 3, "k_max": 2}, "does not hold: k_min is 3, k_max is 2"),
        ("2 <= n_clusters <= k_max", {"n_clusters": 1, "k_max": 8}, "n_clusters is 1, k_max is 8"),
        ("2 <= n_clusters <= k_max - 1", {"n_clusters": 8, "k_max": 8}, "does not hold"),
        ("-1 < k_min", {"k_min": 0}, None),
        ("k_min <= k_max", {"k_min": 3, "k_max": None}, None),
        ("start < end", {"start": "2024-01-31", "end": "2024-02-01"}, None),
        ("start < end", {"start": "2024-02-01", "end": "2024-01-31"}, "start is '2024-02-01', end is"),
        ("start < end", {"start": "2024-01-31", "end": "2024-01-31T12:00"}, None),
        ("start < end", {"start": "2024-9-1", "end": "2024-10-01"}, "'2024-9-1' is not a date; write it"),
        ("start != end", {"start": "a", "end": "b"}, None),
        ("start < k_max", {"start": "a", "k_max": 1}, "cannot be looked at"),
        ("len(shares) == 2", {"shares": [0.5]}, "does not hold: shares is [0.5]"),
        ("min(shares) >= 0", {"shares": []}, "cannot be looked at"),
        ("sum(shares) > 0", {"shares": [0.0, 0.1]}, None),
        ("smallest_step(shares) > 0", {"shares": [1, 2, 4]}, None),
        ("smallest_step(shares) > 0", {"shares": [4]}, None),
        ("distinct(shares) == 2", {"shares": ["A", "B"]}, None),
        ("distinct(shares) == 2", {"shares": ["A", "A"]}, "does not hold: shares is ['A', 'A']"),
        ("smallest_step(shares) > 0", {"shares": [4, 1]}, "does not hold: shares is [4, 1]"),
        ("smallest_step(shares) > 0", {"shares": [1, 4, 4]}, "does not hold: shares is [1, 4, 4]"),
    ],
)
def test_what_a_rule_says(rule, values, told):
    found = rules.broken(rules.read(notebook(rule), NAMES), values)
    assert found is None if told is None else told in found


def test_a_broken_rule_is_refused_before_a_kernel_starts_and_stands_in_the_help(tmp_path):
    path = write_notebook(tmp_path / "tiny.ipynb", "1", parameters="k_min: int = 1\nk_max: int = 8")
    stored = json.loads(path.read_text())
    stored["metadata"] |= notebook("1 <= k_min <= k_max")["metadata"]
    path.write_text(json.dumps(stored))
    done = workbench("run", path, "-p", "k_min=9", "--out", tmp_path / "out")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == (
        "refused: rule `1 <= k_min <= k_max` does not hold: k_min is 9, k_max is 8; choose other values\n"
    )
    assert not (tmp_path / "out").exists()
    assert "Rules:\n\n  1 <= k_min <= k_max\n" in workbench("run", path, "--help").stdout


def test_the_studies_refuse_fewer_than_two_clusters():
    for study in ("telecom-rfm-ahp", "bank-app-kmeans"):
        assert "rule `2 <= n_clusters <= k_max`" in workbench("run", study, "-p", "n_clusters=1").stderr


@pytest.mark.parametrize(
    ("study", "parameter"),
    [
        ("rfm-segments", "observation_end"),
        ("behaviour-segments", "observation_start"),
        ("bank-app-kmeans", "observation_start"),
    ],
)
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("12.01.2026", "'12.01.2026' given; write 2026-01-12"),
        ("01/02/2026", "'01/02/2026' given; write 2026-02-01"),
        ("2026-02-30", "'2026-02-30' is no day of the calendar"),
        ("2026-01-05T10:00Z", "write it without a time zone"),
        ("tomorrow", "'tomorrow' given; write a date such as 2024-01-31"),
    ],
)
def test_a_date_in_another_form_than_iso_is_refused_before_a_kernel(study, parameter, typed, told, tmp_path):
    done = workbench("run", study, "-p", f"{parameter}={typed}", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{parameter}: " in done.stderr
    assert told in done.stderr


def test_a_window_that_ends_before_it_starts_is_refused_before_a_kernel(tmp_path):
    bounds = ["-p", "observation_start=2026-02-01", "-p", "observation_end=2026-01-01"]
    done = workbench("run", "rfm-segments", *bounds, "--out", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "rule `observation_start < observation_end` does not hold" in done.stderr


@pytest.mark.parametrize("dates", ["end", [1], ["ende"]])
def test_dates_that_are_declared_amiss_are_refused(dates):
    with pytest.raises(Refused, match=r"metadata workbench\.dates"):
        rules.refuse_dates({"metadata": {"workbench": {"dates": dates}}}, {"end": None})


def test_every_parameter_of_a_study_that_is_a_date_is_declared_as_one():
    for study, path in plans.studies().items():
        declared, _ = plans.declared(study)
        dates = json.loads(path.read_text("utf-8"))["metadata"]["workbench"].get("dates", [])
        named = [p.name for p in declared.values() if p.name.endswith(("_start", "_end", "_date"))]
        assert dates == named, study


def test_an_earlier_report_that_is_not_there_is_refused_before_a_kernel(tmp_path):
    (tmp_path / "private" / "january").mkdir(parents=True)
    done = workbench("run", "rfm-segments", "--previous", "januar", "--out", tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "there is no report 'januar' with results; did you mean 'january'?" in done.stderr
