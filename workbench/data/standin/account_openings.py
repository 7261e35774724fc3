"""Generator of the openings stand-in: a bank's log of account openings, with rings and everyday second accounts in it.

The text that the study is about prints no data. What the files show is a property of this generator: how many people
open a second account on the same day, how few of them elsewhere, and what the rings do. Nothing here can be anybody's:
the identity numbers are of births from 1880 to 1899, and the phone numbers begin with 154, which is not allocated.
Numbers of 15 digits are left out, since one would be read as that of a birth a century later.
``python -m workbench.data.standin.account_openings FOLDER`` writes the files again.
"""

import numpy as np
import pandas as pd

SEED = 0
START, DAYS = "2024-01-01", 366
N_OPENINGS, N_RINGS, N_BRANCHES = 60_000, 20, 40
REGIONS = np.array(["north", "east", "south", "west"])
# Of persons: who opens a second account on the same day, and where of these the second is at another branch.
SECOND, ELSEWHERE = 0.02, 0.08
WRONG = 40  # numbers with a slip in the check digit
OVERNIGHT = np.array([2, 2, 3, 3])  # accounts of the rings that begin in the afternoon and go on next morning
NEXT_MORNING = 0.002  # of persons, who open a second account elsewhere then, for reasons of their own
# Of numbers left: called, and not in service, by persons outside and inside rings.
CALLED, DEAD, DEAD_IN_RINGS = 0.3, 0.02, 0.6
WRITINGS = ("as issued", "lower case in groups", "full width")
WRITTEN = (0.8, 0.15, 0.05)
CHANNELS = np.array(["counter only", "counter and remote"])
WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
CHECK = np.array(list("10X98765432"))


def opening_log(
    n_openings: int = N_OPENINGS, n_rings: int = N_RINGS, *, random_state: int | np.random.Generator = SEED
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Draw a year's log of account openings, from persons of whom it is known who belongs to a ring.

    Parameters
    ----------
    n_openings : int
        Accounts, at least 1,000.
    n_rings : int
        Persons who open several accounts at several branches of one region within a day, from 0.
    random_state : int or numpy.random.Generator

    Returns
    -------
    log : pandas.DataFrame, one row per account, by time
        ``person_id``, an identity number in one of three writings; ``account_id``; ``opened_at``, minutes; ``branch``;
        ``region``; ``channel``; ``phone``; ``phone_status``, "in service" or "not in service", missing where nobody
        called.
    rings : pandas.DataFrame
        ``person_id``, as issued, of those who belong to a ring.

    Raises
    ------
    ValueError
        If there are fewer than 1,000 openings.

    Examples
    --------
    >>> log, rings = opening_log(1000, 5)
    >>> len(log), len(rings)
    (1000, 5)
    """
    if n_openings < 1_000:
        raise ValueError(f"n_openings must be at least 1,000, not {n_openings!r}.")
    rng = np.random.default_rng(random_state)
    ringed = _rings(n_rings, rng)
    usual = _usual(n_openings - len(ringed), n_rings, rng)
    log = pd.concat([ringed, usual], ignore_index=True)
    numbers = _numbers(int(log["person"].max()) + 1, rng)
    log["phone"] = _phones(log, n_rings, rng)
    log["phone_status"] = _status(log, n_rings, rng)
    log = log.sort_values("opened_at", kind="stable", ignore_index=True)
    log["account_id"] = [f"A{number:06d}" for number in range(1, len(log) + 1)]
    log["region"] = REGIONS[log["branch"] % len(REGIONS)]
    log["branch"] = [f"B{number:02d}" for number in log["branch"] + 1]
    log["person_id"] = _written(_with_slips(numbers, n_rings)[log["person"]], rng)
    names = ["person_id", "account_id", "opened_at", "branch", "region", "channel", "phone", "phone_status"]
    texts = {name: "str" for name in names if name != "opened_at"}
    return log[names].astype(texts), pd.DataFrame({"person_id": numbers[:n_rings]}, dtype="str")


def _usual(n: int, n_rings: int, rng: np.random.Generator) -> pd.DataFrame:
    """Persons who open an account, some of them a second one on the same day."""
    twice = rng.random(n) < SECOND
    person = np.repeat(np.arange(n), 1 + twice)[:n]
    second = np.concatenate([[False], person[1:] == person[:-1]])
    day, branch = rng.integers(0, DAYS - 1, n)[person], rng.integers(0, N_BRANCHES, n)
    later = second & (rng.random(n) < NEXT_MORNING / SECOND)
    elsewhere = (rng.random(n) < ELSEWHERE) | later
    home = branch[np.maximum(np.arange(n) - 1, 0)]
    branch = np.where(second & ~elsewhere, home, branch)
    minute = day * 1440 + rng.integers(9 * 60, 17 * 60, n)
    first = np.flatnonzero(later) - 1
    minute[first] = day[first] * 1440 + 16 * 60 + 50
    minute[later] = (day[later] + 1) * 1440 + 9 * 60 + 5
    return _table(person + n_rings, minute, branch, rng.random(n) < 0.55)


def _rings(n_rings: int, rng: np.random.Generator) -> pd.DataFrame:
    """Persons who go from branch to branch of one region; a few go on next morning."""
    accounts = rng.integers(3, 6, n_rings)
    accounts[: len(OVERNIGHT)] = OVERNIGHT[:n_rings]
    person = np.repeat(np.arange(n_rings), accounts)
    place = np.concatenate([np.arange(n) for n in accounts]) if n_rings else np.arange(0)
    two = rng.random(n_rings) < 0.2  # at two branches only
    two[: len(OVERNIGHT)] = False
    step = np.where(two[person], place % 2, place)
    region = rng.integers(0, len(REGIONS), n_rings)[person]
    first = rng.integers(0, N_BRANCHES // len(REGIONS), n_rings)[person]
    branch = (first + step) % (N_BRANCHES // len(REGIONS)) * len(REGIONS) + region
    overnight = (np.arange(n_rings) < len(OVERNIGHT))[person]
    day = rng.integers(0, DAYS - 1, n_rings)[person]
    start = np.where(overnight, 16 * 60 + 30, 9 * 60 + rng.integers(0, 120, n_rings)[person])
    # one account in the afternoon, the others next morning, each at another branch
    minute = np.where(overnight & (place > 0), start + 16 * 60 + 30 + 45 * place, start + 55 * place)
    return _table(person, day * 1440 + minute, branch, rng.random(len(person)) < 0.95)


def _table(person: np.ndarray, minute: np.ndarray, branch: np.ndarray, remote: np.ndarray) -> pd.DataFrame:
    opened = (pd.Timestamp(START) + pd.to_timedelta(minute, "min")).astype("datetime64[us]")
    columns = {"person": person, "opened_at": opened, "branch": branch}
    return pd.DataFrame(columns | {"channel": CHANNELS[remote.astype(int)]})


def _numbers(n: int, rng: np.random.Generator) -> np.ndarray:
    """Identity numbers of births from 1880 to 1899, all different."""
    births = pd.Timestamp("1880-01-01") + pd.to_timedelta(rng.integers(0, 20 * 365, n), "D")
    area = rng.choice(["110105", "310104", "330102", "440103", "510107", "610102"], n)
    digits = (
        pd.Series(area)
        + births.strftime("%Y%m%d")
        + pd.Series(rng.integers(1, 1000, n)).astype(str).str.zfill(3)
    )
    while (again := digits.duplicated()).any():
        serial = pd.Series(rng.integers(1, 1000, int(again.sum()))).astype(str).str.zfill(3)
        digits[again] = digits[again].str[:14] + serial.to_numpy()
    sums = np.array([list(text) for text in digits], dtype=int) @ WEIGHTS % 11
    return (digits + pd.Series(CHECK[sums])).to_numpy(object)


def _with_slips(numbers: np.ndarray, n_rings: int) -> np.ndarray:
    """The numbers with a wrong check digit for a few persons outside the rings."""
    given = numbers.copy()
    for person in range(n_rings, min(n_rings + WRONG, len(given))):
        right = given[person][-1]
        given[person] = given[person][:-1] + ("0" if right != "0" else "1")
    return given


def _written(numbers: np.ndarray, rng: np.random.Generator) -> list[str]:
    how = rng.choice(len(WRITINGS), len(numbers), p=WRITTEN)
    wide = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
    return [
        number if way == 0
        else f"{number[:6]} {number[6:14]} {number[14:]}".lower() if way == 1
        else number.translate(wide)
        for number, way in zip(numbers, how, strict=True)
    ]  # fmt: skip


def _phones(log: pd.DataFrame, n_rings: int, rng: np.random.Generator) -> np.ndarray:
    """Each person's number, of prefix 154; rings in pairs left the same one, and so do a few others."""
    n = int(log["person"].max()) + 1
    owner = np.arange(n)
    owner[:n_rings] -= owner[:n_rings] % 2
    family = np.flatnonzero((rng.random(n) < 0.03) & (np.arange(n) > n_rings))
    owner[family] = owner[family - 1]
    numbers = np.array([f"154{number:08d}" for number in rng.choice(10**8, n, replace=False)], dtype=object)
    return numbers[owner[log["person"]]]


def _status(log: pd.DataFrame, n_rings: int, rng: np.random.Generator) -> np.ndarray:
    """Whether a number is in service; one number has one status, and most were never called."""
    first = log.drop_duplicates("phone")
    ringed = first["person"].to_numpy() < n_rings
    dead = rng.random(len(first)) < np.where(ringed, DEAD_IN_RINGS, DEAD)
    called = rng.random(len(first)) < np.where(ringed, 1.0, CALLED)
    words = np.where(dead, "not in service", "in service").astype(object)
    words[~called] = None
    return log["phone"].map(dict(zip(first["phone"], words, strict=True))).to_numpy()


def shipped() -> dict[str, str]:
    """Return the text of every generated file under ``data/openings/``, by file name.

    Returns
    -------
    dict of str to str
        CSV text, "\\\\n" line ends.

    Examples
    --------
    >>> sorted(shipped())
    ['openings.csv', 'rings.csv']
    """
    log, rings = opening_log()
    return {
        "openings.csv": log.to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d %H:%M"),
        "rings.csv": rings.to_csv(index=False, lineterminator="\n"),
    }


if __name__ == "__main__":
    import sys
    from pathlib import Path

    for name, text in shipped().items():
        Path(sys.argv[1], name).write_bytes(text.encode())
