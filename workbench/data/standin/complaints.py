"""Generator of the complaints stand-in: a property firm's log of complaints and opinions, with two real groups in it.

The texts that the study is about print no data. What the files show is a property of this generator: how many cases
come in, how fast they are closed, that a second grader differs, that the last week is slow, and that water came through
a roof and a lift stood still. The calendar is real: the days that were worked in China from 2023 to 2026, as the State
Council announced them (8 December 2022, 25 October 2023, 12 November 2024, 4 November 2025); it ends there.
``python -m workbench.data.standin.complaints FOLDER`` writes the files again.
"""

import numpy as np
import pandas as pd

SEED = 0
START, NOW = "2024-01-01", "2024-12-22"
SLOW = "2024-12-15"  # from this day on everything takes longer
N_CASES, N_CUSTOMERS, N_PLACES = 6_000, 2_400, 12
UNITS = 4_000, 5_200  # flats handed over at the start and at the end

# Kind: share of the cases.
KINDS = {"complaint": 0.52, "opinion": 0.22, "advice": 0.08, "question": 0.18}
# Subject: share of the cases; the first eight are those that the scheme lists.
SUBJECTS = {
    "management": 0.13, "building quality": 0.16, "equipment": 0.15, "cleanliness": 0.14, "rules": 0.08,
    "process": 0.10, "manner": 0.09, "skill": 0.05, "neighbours": 0.06, "parking fees": 0.04,
}  # fmt: skip
# What happened: subject, place, first day, days, customers, legal risk, publicity.
CLUSTERS = [
    ("building quality", 3, "2024-05-09", 4, 11, 0.6, 0.1),
    ("equipment", 8, "2024-08-12", 3, 22, 0.1, 0.9),
]
# Shares: of complaints that may bring liability, of bad publicity, of unrecorded legal risks, of valid cases, of cases
# that a second grader judges otherwise, of cases that nobody closes, of grades given that are not the rule's.
LEGAL, PUBLIC, UNRECORDED, VALID, OTHERWISE, FORGOTTEN, MISGRADED = 0.03, 0.012, 0.03, 0.72, 0.15, 0.055, 0.1
# Hours, medians and spread of their logarithm: from received to judged; from judged to closed, valid or not.
JUDGING, CLOSING, EXPLAINING, SPREAD = 5.0, 62.0, 21.0, 1.1
SLOWER = 5.0  # times as long in the slow week

# Days off, with weekends off among them, and weekend days that were worked, by the announcements of the State Council.
HOLIDAYS = {
    "New Year": [
        ("2023-01-01", "2023-01-02"), ("2023-12-30", "2024-01-01"), ("2025-01-01", "2025-01-01"),
        ("2026-01-01", "2026-01-03"),
    ],
    "Spring Festival": [
        ("2023-01-21", "2023-01-27"), ("2024-02-10", "2024-02-17"), ("2025-01-28", "2025-02-04"),
        ("2026-02-15", "2026-02-23"),
    ],
    "Qingming": [
        ("2023-04-05", "2023-04-05"), ("2024-04-04", "2024-04-06"), ("2025-04-04", "2025-04-06"),
        ("2026-04-04", "2026-04-06"),
    ],
    "Labour Day": [
        ("2023-04-29", "2023-05-03"), ("2024-05-01", "2024-05-05"), ("2025-05-01", "2025-05-05"),
        ("2026-05-01", "2026-05-05"),
    ],
    "Dragon Boat Festival": [
        ("2023-06-22", "2023-06-24"), ("2024-06-10", "2024-06-10"), ("2025-05-31", "2025-06-02"),
        ("2026-06-19", "2026-06-21"),
    ],
    "Mid-Autumn Festival": [("2024-09-15", "2024-09-17"), ("2026-09-25", "2026-09-27")],
    "Mid-Autumn Festival and National Day": [("2023-09-29", "2023-10-06"), ("2025-10-01", "2025-10-08")],
    "National Day": [("2024-10-01", "2024-10-07"), ("2026-10-01", "2026-10-07")],
}  # fmt: skip
WORKED = [
    "2023-01-28", "2023-01-29", "2023-04-23", "2023-05-06", "2023-06-25", "2023-10-07", "2023-10-08",
    "2024-02-04", "2024-02-18", "2024-04-07", "2024-04-28", "2024-05-11", "2024-09-14", "2024-09-29", "2024-10-12",
    "2025-01-26", "2025-02-08", "2025-04-27", "2025-09-28", "2025-10-11",
    "2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10",
]  # fmt: skip


def complaint_log(n_cases: int = N_CASES, *, random_state: int | np.random.Generator = SEED) -> pd.DataFrame:
    """Draw a year's log of a property firm's complaints and opinions, as it stands on 2024-12-22.

    Parameters
    ----------
    n_cases : int
        Cases, those of the two groups among them; at least 100.
    random_state : int or numpy.random.Generator

    Returns
    -------
    pandas.DataFrame, one row per case, by time
        ``complaint_id, customer_id``; ``received, judged, closed``, minutes, the last two missing where they have not
        come; ``kind``; ``subject``; ``place``; ``legal_risk``, missing where nobody recorded it; ``publicity``;
        ``valid`` and ``second_valid``, the judgements of two graders; ``grade_given``, A to E or ungraded, by hand;
        ``units``, flats that the firm looked after then.

    Raises
    ------
    ValueError
        If `n_cases` is below 100.

    Examples
    --------
    >>> log = complaint_log()
    >>> len(log), float(log["closed"].isna().mean().round(2))
    (6000, 0.08)
    """
    if n_cases < 100:
        raise ValueError(f"n_cases must be at least 100, not {n_cases!r}.")
    rng = np.random.default_rng(random_state)
    clusters = [_cluster(*cluster, rng) for cluster in CLUSTERS]
    usual = _usual(n_cases - sum(map(len, clusters)), rng)
    cases = pd.concat([usual, *clusters], ignore_index=True)
    cases = cases.sort_values("received", kind="stable", ignore_index=True)
    cases.insert(0, "complaint_id", [f"K{number:05d}" for number in range(1, n_cases + 1)])
    return _handled(cases, rng)


def _usual(n: int, rng: np.random.Generator) -> pd.DataFrame:
    """Cases that come in independently of one another, mostly by day."""
    days = (pd.Timestamp(NOW) - pd.Timestamp(START)).days
    by_day = rng.random(n) < 0.85
    minute = np.where(by_day, rng.integers(8 * 60, 20 * 60, n), rng.integers(0, 1440, n))
    received = pd.Timestamp(START) + pd.to_timedelta(rng.integers(0, days, n) * 1440 + minute, "min")
    customer = rng.integers(0, N_CUSTOMERS, n)
    kind = rng.choice(list(KINDS), n, p=list(KINDS.values()))
    subject = rng.choice(list(SUBJECTS), n, p=list(SUBJECTS.values()))
    legal = (kind == "complaint") & (rng.random(n) < LEGAL)
    public = rng.random(n) < PUBLIC
    return _table(customer, received, kind, subject, legal, public)


def _cluster(subject, place, day, days, n, legal, public, rng: np.random.Generator) -> pd.DataFrame:
    """One thing that happened to several customers of one place."""
    customer = rng.choice(N_CUSTOMERS // N_PLACES, n, replace=False) * N_PLACES + place - 1
    minute = rng.integers(0, days, n) * 1440 + rng.integers(8 * 60, 20 * 60, n)
    received = pd.Timestamp(day) + pd.to_timedelta(minute, "min")
    kind, subject = np.repeat("complaint", n), np.repeat(subject, n)
    return _table(customer, received, kind, subject, rng.random(n) < legal, rng.random(n) < public)


def _table(customer, received, kind, subject, legal, public) -> pd.DataFrame:
    names = [f"H{number:04d}" for number in customer + 1]
    places = [f"building {number:02d}" for number in customer % N_PLACES + 1]
    columns = {"customer_id": names, "received": received.astype("datetime64[us]"), "kind": kind}
    columns |= {"subject": subject, "place": places, "legal_risk": legal, "publicity": public}
    return pd.DataFrame(columns)


def _handled(cases: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """What became of the cases until now."""
    n = len(cases)
    slow = np.where(cases["received"] >= SLOW, SLOWER, 1.0)
    judged = cases["received"] + _minutes(JUDGING * slow, rng)
    valid = rng.random(n) < np.where(cases["kind"] == "question", VALID / 2, VALID)
    closed = judged + _minutes(np.where(valid, CLOSING, EXPLAINING) * slow, rng)
    closed = closed.mask(rng.random(n) < FORGOTTEN).mask(closed >= NOW)
    judged = judged.mask(judged >= NOW)
    second = np.where(rng.random(n) < OTHERWISE, ~valid, valid)
    other = rng.choice(list("ABCDE"), n)
    given = np.where(rng.random(n) < MISGRADED, other, _grade(cases))
    recorded = pd.array(cases["legal_risk"], dtype="boolean")
    recorded[rng.random(n) < UNRECORDED] = pd.NA
    known = judged.notna()
    month = (cases["received"].dt.month - 1) / 11
    columns = {"legal_risk": recorded, "valid": pd.array(valid, dtype="boolean")}
    columns |= {"second_valid": pd.array(second, dtype="boolean")}
    cases = cases.assign(**columns)
    cases[["valid", "second_valid"]] = cases[["valid", "second_valid"]].where(known)
    cases["grade_given"] = pd.Series(given, dtype="str").where(known)
    cases["units"] = (UNITS[0] + (UNITS[1] - UNITS[0]) * month).round(-1)
    cases.insert(3, "judged", judged)
    cases.insert(4, "closed", closed)
    return cases.astype(dict.fromkeys(("complaint_id", "customer_id", "kind", "subject", "place"), "str"))


def _minutes(hours: np.ndarray, rng: np.random.Generator) -> pd.Series:
    minutes = np.ceil(60 * hours * np.exp(SPREAD * rng.standard_normal(len(hours))))
    return pd.Series(pd.to_timedelta(minutes, "min").astype("timedelta64[us]"))


def _grade(cases: pd.DataFrame) -> np.ndarray:
    """The grade that the front desk gives a single case; it sees no groups."""
    complaint = cases["kind"].eq("complaint")
    listed = cases["subject"].isin(list(SUBJECTS)[:8])
    return np.select([cases["legal_risk"], complaint & listed, complaint], ["A", "C", "ungraded"], "E")


def calendar() -> pd.DataFrame:
    """Return the days of 2023 to 2026 in China: which were worked, and the holiday that gave a day off.

    Returns
    -------
    pandas.DataFrame, one row per day
        ``day``, datetime64[us]; ``works``, bool; ``holiday``, str, missing where there is none.

    Examples
    --------
    >>> days = calendar()
    >>> days["works"].groupby(days["day"].dt.year).sum().to_dict()
    {2023: 249, 2024: 251, 2025: 248, 2026: 248}
    """
    days = pd.Series(pd.date_range("2023-01-01", "2026-12-31", unit="us"))
    names = pd.Series(pd.NA, days.index, dtype="str")
    for name, spells in HOLIDAYS.items():
        for first, last in spells:
            names = names.mask(days.between(first, last), name)
    works = (days.dt.day_of_week < 5) & names.isna() | days.isin(pd.to_datetime(WORKED))
    return pd.DataFrame({"day": days, "works": works, "holiday": names})


def shipped() -> dict[str, str]:
    """Return the text of every generated file under ``data/complaints/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends.

    Examples
    --------
    >>> sorted(shipped())
    ['calendar_cn.csv', 'complaints.csv']
    """
    log, days = complaint_log(), calendar()
    words = {True: "yes", False: "no"}
    truths = {name: log[name].map(words) for name in ("legal_risk", "publicity", "valid", "second_valid")}
    log = log.assign(units=log["units"].astype(int), **truths)
    days = days.assign(works=days["works"].map(words))
    tables = {"complaints.csv": (log, "%Y-%m-%d %H:%M"), "calendar_cn.csv": (days, "%Y-%m-%d")}
    return {
        name: table.to_csv(index=False, lineterminator="\n", date_format=form)
        for name, (table, form) in tables.items()
    }


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
