"""What stands beside the data sets: true segments, query customers, judgements, matrices.

A part of `workbench.data`, which offers these names; go through that.
"""

import re

from workbench.data.catalogue import DATASETS, FOLDER, QUOTED, DataError, known, shipped
from workbench.data.record import record, record_parts

COMPARISON = re.compile(r"\s*\d+([.]\d+)?(\s*/\s*[1-9]\d*)?\s*")


def load_segments(dataset):
    """Load the true segment of each customer of a stand-in.

    Parameters
    ----------
    dataset : str
        A stand-in: one of the "telecom", "bank_app" or "retail" data sets.

    Returns
    -------
    pandas.DataFrame of str, one row per customer
        ``customer_id, segment``; for "retail" also ``value_class``, "high" or "lower".

    Raises
    ------
    DataError
        If the data set has no true segments.

    Examples
    --------
    >>> load_segments("telecom")["segment"].value_counts().to_dict()
    {'steady': 1500, 'leaving': 900, 'high value': 600}
    """
    return beside(dataset, "segments", "has no true segments, being real")


def load_contributions(dataset):
    """Load what each customer of a stand-in holds with the bank.

    Parameters
    ----------
    dataset : str
        One of the "bank_app" data sets; they share their customers.

    Returns
    -------
    pandas.DataFrame, one row per customer
        ``customer_id``, str; ``deposits`` and ``wealth_products``, yuan, float64, ≥ 0.

    Raises
    ------
    DataError
        If the data set has no contributions.

    Examples
    --------
    >>> contributions = load_contributions("bank_app")
    >>> list(contributions.columns), len(contributions)
    (['customer_id', 'deposits', 'wealth_products'], 100)
    """
    table = beside(dataset, "contributions", "has no contributions")
    return table.astype({"deposits": float, "wealth_products": float})


def load_queries(dataset):
    """Load which customers of a stand-in are worked through as queries.

    Parameters
    ----------
    dataset : str
        One of the "retail" data sets; they share their query customers.

    Returns
    -------
    pandas.DataFrame of str, one row per query
        ``name``, C1 … C18; ``customer_id``.

    Raises
    ------
    DataError
        If the data set has no query customers.

    Examples
    --------
    >>> queries = load_queries("retail")
    >>> list(queries.columns), len(queries)
    (['name', 'customer_id'], 18)
    """
    return beside(dataset, "queries", "has no query customers")


def load_profiles(dataset):
    """Load who the customers of a stand-in are: where from, of which industry, how they came.

    Parameters
    ----------
    dataset : str
        "annual_review".

    Returns
    -------
    pandas.DataFrame of str, one row per customer
        ``customer_id, region, industry, channel, country``.

    Raises
    ------
    DataError
        If the data set does not say who its customers are.

    Examples
    --------
    >>> load_profiles("annual_review")["country"].unique().tolist()
    ['home', 'abroad']
    """
    return beside(dataset, "profiles", "does not say who its customers are")


def load_calendar(name="calendar_cn"):
    """Load the days of some years with those that were worked.

    Parameters
    ----------
    name : str
        File name without ending, under ``data/complaints/``; there is that of China from 2023 to 2026.

    Returns
    -------
    pandas.DataFrame, one row per day
        ``day``, datetime64[us]; ``works``, bool; ``holiday``, str, missing where there is none. Of other years it says
        nothing.

    Raises
    ------
    DataError
        If there is no such calendar.

    Examples
    --------
    >>> days = load_calendar().set_index("day")
    >>> days.loc[["2024-02-04", "2024-02-12"], "works"].tolist()  # a Sunday that was worked, a Monday that was not
    [True, False]
    """
    import pandas as pd

    table = _load_small(f"{FOLDER}/complaints/{name}.csv", name, "quoted")
    holiday = table["holiday"].mask(table["holiday"] == "")
    days = pd.to_datetime(table["day"]).astype("datetime64[us]")
    return table.assign(day=days, works=table["works"] == "yes", holiday=holiday)


def load_schemes():
    """Load the parts of the two texts on complaints, as lists in our words.

    Returns
    -------
    pandas.DataFrame of str, one row per part
        ``text``, "property firm" or "component maker"; ``part``, such as "grade"; ``label``, as the text counts, or
        our word; ``in_our_words``.

    Examples
    --------
    >>> parts = load_schemes()
    >>> "".join(parts["label"][parts["part"] == "principle"])
    'ABCDEFJH'
    """
    return _load_small(f"{FOLDER}/complaints/schemes.csv", "schemes", "quoted")


def load_rings(dataset="openings"):
    """Load who belongs to a ring in a stand-in of account openings.

    Parameters
    ----------
    dataset : str

    Returns
    -------
    list of str
        What these persons are called in this run, once their log has been loaded.

    Raises
    ------
    DataError
        If the data set has no rings.

    Examples
    --------
    >>> from workbench.data import OPENINGS, load
    >>> log = load("openings", roles=OPENINGS)
    >>> len(set(load_rings()) & set(log["person_id"]))
    20
    """
    from workbench.data import persons

    return persons.shipped_names(beside(dataset, "rings", "has no rings")["person_id"]).dropna().tolist()


def load_judgements(study="telecom_rfm_ahp"):
    """Load the panel's pairwise judgements.

    Parameters
    ----------
    study : str
        Folder under ``data/``.

    Returns
    -------
    pandas.DataFrame, one row per judge, index ``judge``
        ``role``, then one float column per pair, "F:R" being how many times F matters more than R on Saaty's
        1/9 … 9. For the telecom study the panel is **reconstructed**: its geometric mean fits the quoted
        matrix.

    Raises
    ------
    DataError
        If the study has no judgements.

    Examples
    --------
    >>> load_judgements().loc["5", ["F:R", "F:M"]].tolist()
    [5.0, 1.0]
    """
    table = _load_small(f"{FOLDER}/{study}/judgements.csv", study, "reconstructed").set_index("judge")
    pairs = table.columns.drop("role")
    return table.assign(**{pair: _fractions(table[pair]) for pair in pairs})


def load_comparisons(file):
    """Load the pairwise comparisons of judges of the user's own.

    Parameters
    ----------
    file : str or path
        A table with a column ``judge``; one column per pair, ``recency:frequency``, how many times the first matters
        more than the second, as 3, 1/7 or 0.5; and others, which stay texts.

    Returns
    -------
    pandas.DataFrame, one row per judge, index ``judge``

    Raises
    ------
    DataError
        If the file cannot be read, has no column ``judge``, or a comparison is no number or fraction.

    Examples
    --------
    >>> load_comparisons("data/telecom_rfm_ahp/judgements.csv").loc["5", ["F:R", "F:M"]].tolist()
    [5.0, 1.0]
    """
    from workbench.data import reading
    from workbench.data.reading import sources

    name, table = sources.title(file), reading.read(file)
    record_parts(table, {}, list(table.notes), None)
    frame = table.frame.reset_index(drop=True)
    if "judge" not in frame:
        raise DataError(
            f"{name}: no column is called 'judge'. Columns: {', '.join(map(str, frame.columns))}."
        )
    frame = frame.set_index(frame.pop("judge").astype(str))
    for pair in [column for column in frame if str(column).count(":") == 1]:
        for judge, text in frame[pair].items():
            if not COMPARISON.fullmatch(str(text)):
                raise DataError(
                    f"{name}: column {pair!r}, judge {judge}: {text!r} is no comparison; write it as 3, 1/7 or 0.5."
                )
        frame[pair] = _fractions(frame[pair].astype(str).str.replace(" ", ""))
    return frame


def load_network_judgements(study="retail"):
    """Load the judgements that a study's networks are made from.

    Parameters
    ----------
    study : str
        Folder under ``data/``.

    Returns
    -------
    pandas.DataFrame, one row per judgement
        ``network``; ``judge``; ``under``, the element whose influences are compared; ``first`` and
        ``second``, str; ``times``, float64, how many times the first influences it more than the second,
        1/9 … 9. For the retail study they are **reconstructed**: their limits fit the published weights.

    Raises
    ------
    DataError
        If the study has no such judgements.

    Examples
    --------
    >>> sorted(load_network_judgements()["network"].unique())
    ['frequency', 'monetary', 'recency']
    """
    table = _load_small(f"{FOLDER}/{study}/network_judgements.csv", study, "reconstructed")
    return table.assign(times=_fractions(table["times"]))


def load_matrix(name="averaged_matrix", *, study="telecom_rfm_ahp"):
    """Load a pairwise comparison matrix: quoted as printed, or reconstructed.

    Parameters
    ----------
    name : str
        File name without ending.
    study : str
        Folder under ``data/``.

    Returns
    -------
    pandas.DataFrame of float64, shape (n, n)
        Labels in rows and columns; entry (i, j) says how many times i matters more than j.

    Raises
    ------
    DataError
        If there is no such matrix.

    Examples
    --------
    >>> load_matrix().loc["F"].tolist()
    [1.0, 0.71, 0.46]
    """
    table = _load_small(
        f"{FOLDER}/{study}/{name}.csv", study, "quoted" if name in QUOTED else "reconstructed"
    )
    return table.set_index(table.columns[0]).rename_axis(None).apply(_fractions)


def beside(dataset, what, lacking):
    """Load the table of a kind that a stand-in has beside its log."""
    if what not in known(dataset):
        having = ", ".join(name for name, facts in DATASETS.items() if what in facts)
        raise DataError(f"{dataset!r} {lacking}; those that have: {having}.")
    return _load_small(DATASETS[dataset][what], dataset, "stand-in")


def _fractions(texts):
    """Read "1/7", "3" and "0.46" exactly as they are written."""
    from fractions import Fraction

    return texts.map(lambda text: float(Fraction(text)))


def _load_small(path, dataset, kind):
    """Read a shipped table as text and record it."""
    from workbench.data import reading

    table = reading.read(shipped(path))
    record(dataset, kind, path, table, {}, table.notes)
    return table.frame.reset_index(drop=True)
