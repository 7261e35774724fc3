"""What this process has loaded: the record that a report keeps of its data."""

from pathlib import Path
from typing import TYPE_CHECKING

from workbench.checks import counted
from workbench.data.catalogue import DataError

if TYPE_CHECKING:
    import narwhals as nw
    import pandas as pd

_loaded = globals().get("_loaded", [])  # outlives a reload of this module
_places = globals().get("_places", [])


def loaded():
    """List what this process has loaded, in order: the record a report keeps of its data.

    Returns
    -------
    list of dict
        ``dataset``; ``kind`` ("stand-in", "real", "yours", "reconstructed" or "quoted"); ``file``; ``sha256``
        and ``bytes`` of the very bytes that were parsed; ``rows``; ``columns``, role to column; ``notes``;
        ``ledger``, rows read, left out by which rule and kept, what the study used (`used`), customers, period, total
        amount and refunds, currency; None for small tables.

    Examples
    --------
    >>> from workbench.data import load_matrix
    >>> _ = load_matrix()
    >>> loaded()[-1]["file"], loaded()[-1]["rows"]
    ('data/telecom_rfm_ahp/averaged_matrix.csv', 3)
    """
    return [dict(entry) for entry in _loaded]


def ledger_period(ledger):
    """Write the period of a ledger, its first and last day; None where none is known.

    Examples
    --------
    >>> ledger_period({"period": ["2024-01-05T00:00:00", "2024-03-01T12:00:00"]}), ledger_period({"period": None})
    ('2024-01-05 to 2024-03-01', None)
    """
    return " to ".join(moment[:10] for moment in ledger["period"]) if ledger["period"] else None


def ledger(frame: "pd.DataFrame | nw.LazyFrame", **more: object) -> "pd.DataFrame":
    """Show what a reader checks first of the data that were loaded: rows, customers, period, currency.

    Parameters
    ----------
    frame : pandas.DataFrame or narwhals.LazyFrame
        What `load` or `scan` returned.
    **more
        Further lines, in readers' words with ``_`` for a blank, such as what a study leaves out.

    Returns
    -------
    pandas.DataFrame of str, one row per fact, index ``check your data``
        One column, ``found``: rows read, rows left out by each rule, rows kept, customers, period (first and
        last day), total amount, currency, and what was noticed.

    Raises
    ------
    DataError
        If the table carries no ledger, because `load` did not make it or a later step lost it.

    Examples
    --------
    >>> from workbench.data import load
    >>> ledger(load("telecom"))["found"].head(3).tolist()
    ['62,873', '62,873', '3,000']
    """
    import pandas as pd

    facts = frame.attrs.get("ledger")
    if facts is None:
        raise DataError("This table carries no ledger; give the one that data.load returned.")
    lines = ledger_facts(facts, facts["noticed"], amounts="amount" in frame.columns)
    lines += [
        (name.replace("_", " "), f"{value:,}" if isinstance(value, int) else str(value))
        for name, value in more.items()
    ]
    return pd.DataFrame(lines, columns=["check your data", "found"]).set_index("check your data")


def ledger_facts(ledger, notes=(), *, amounts=True):
    """Say what a reader checks first of data that were read, as pairs of a label and a text.

    Parameters
    ----------
    ledger : dict
        As an entry of `loaded` has it.
    notes : sequence of str
        What was noticed.
    amounts : bool
        Whether there are amounts, which are in a currency.

    Returns
    -------
    list of (str, str)
        Rows read, left out by each rule and kept, and what the study used of them, where it says so; customers;
        period; total amount; currency; what was noticed, in one text.

    Examples
    --------
    >>> ledger = {"rows": 9, "left_out": [], "used": 9, "customers": None, "period": None, "currency": None}
    >>> ledger_facts(ledger, ["2 zero amounts"], amounts=False)
    [('rows read', '9'), ('rows kept', '9'), ('period', 'not known'), ('noticed', '2 zero amounts')]
    """
    facts = [("rows read", f"{ledger['rows']:,}")]
    facts += [(f"left out: {rule['rule']}", f"{rule['rows']:,}") for rule in ledger["left_out"]]
    facts += [("rows kept", f"{ledger['used']:,}")]
    facts += [("customers", f"{ledger['customers']:,}")] if ledger["customers"] is not None else []
    if study := ledger.get("study"):
        facts += [("used by the study", _studied(study))]
    facts += [("period", ledger_period(ledger) or "not known")]
    facts += [("total amount", total)] if (total := _total(ledger)) else []
    facts += [("currency", _currency(ledger) or "not stated in the file")] if amounts else []
    return facts + [("noticed", "; ".join(notes))] * bool(notes)


def ledger_lines(ledger, notes=()):
    """Say in at most three lines what was read of a file: how much, what was left out, what was noticed.

    Parameters
    ----------
    ledger : dict
        As an entry of `loaded` has it.
    notes : sequence of str

    Returns
    -------
    list of str

    Examples
    --------
    >>> ledger = {"rows": 9, "left_out": [{"rule": "without customer_id", "rows": 2}], "used": 7, "customers": 3,
    ...     "period": ["2024-01-05T00:00:00", "2024-03-01T12:00:00"], "currency": None}
    >>> print(*ledger_lines(ledger | {"total": 120.5, "refunds": -3.0}), sep="\\n")
    read: 9 rows, 7 kept; 3 customers; 2024-01-05 to 2024-03-01; total 120.50, and -3.00 below 0, together 117.50;
    currency not known
    left out: 2 rows without customer_id
    """
    facts = [f"{_sample(counted(ledger['rows'], 'row'), ledger)}, {ledger['used']:,} kept"]
    here = "" if ledger.get("sample_of") is None else " in the sample"
    facts += [counted(ledger["customers"], "customer") + here] if ledger["customers"] is not None else []
    if study := ledger.get("study"):
        facts += [f"the study used {_studied(study)}"]
    facts += [period] if (period := ledger_period(ledger)) else []
    facts += [f"total {total}{here}"] if (total := _total(ledger)) else []
    facts += [f"in {_currency(ledger)}" if ledger["currency"] else "currency not known"]
    left_out = [
        f"{counted(rule['rows'], 'row')} {_spoken(rule['rule'])}"
        for rule in ledger["left_out"]
        if rule["rows"]
    ]
    lines = [f"read: {'; '.join(facts)}"]
    lines += [f"left out: {', '.join(left_out)}"] if left_out else []
    return lines + ([f"noticed: {'; '.join(notes)}"] if notes else [])


def _sample(rows, ledger):
    """Rows that were looked at, and of how many."""
    of = ledger.get("sample_of")
    if of is None:
        return rows
    return f"a sample, {rows} of about {of:,}" if of > ledger["rows"] else f"the first {rows}"


def _studied(study):
    customers = f" of {counted(study['customers'], 'customer')}" if study["customers"] is not None else ""
    return counted(study["rows"], "row") + customers


def _currency(ledger):
    """The currency, and the column that says it where the amounts do not."""
    column = ledger.get("currency_column")
    return f"{ledger['currency']} (column {column})" if column else ledger["currency"]


def _total(ledger):
    """The sum of the amounts, and that of the negative ones apart."""
    if ledger.get("total") is None:
        return ""
    above, below = ledger["total"], ledger["refunds"]
    return (
        f"{above:,.2f}, and {below:,.2f} below 0, together {above + below:,.2f}" if below else f"{above:,.2f}"
    )


def _spoken(rule):
    return rule if rule.startswith("without") else f"where {rule}"


def used(frame, customers=None):
    """Record which rows of the data loaded last a study goes on with, after its own cleaning; its report says so.

    Parameters
    ----------
    frame : pandas.DataFrame or narwhals.LazyFrame
        The rows that are left, one column of which may be ``customer_id``.
    customers : Index, optional
        Those whose rows alone are left.

    Examples
    --------
    >>> from workbench.data import load
    >>> used(load("telecom").head(100))
    >>> loaded()[-1]["ledger"]["study"]
    {'rows': 100, 'customers': 100}
    """
    n, known = _rows_and_customers(frame, customers)
    latest = next(entry for entry in reversed(_loaded) if entry["ledger"])
    latest["ledger"] = latest["ledger"] | {"study": {"rows": n, "customers": known}}


def _rows_and_customers(frame, customers):
    if "customer_id" not in frame.columns:
        return len(frame), None
    import narwhals as nw

    sizes = nw.from_native(frame).lazy().group_by("customer_id").agg(nw.len().alias("rows"))
    sizes = sizes.collect().to_pandas().set_index("customer_id")["rows"]
    left = sizes if customers is None else sizes[customers.get_indexer(sizes.index) >= 0]
    return int(left.sum()), int(left.index.nunique())


def places():
    """List where each file of `loaded` lies on this machine, for the runner; it stands in no report."""
    return list(_places)


def record_parts(table, columns, notes, ledger):
    """Record a table of the user's, file by file; what was noticed stands with the first."""
    from workbench import places

    found = places.find()
    for i, part in enumerate(table.parts):
        shown = part.path if part.sha256 is None else found.shown(Path(part.path))
        _places.append(part.path)
        entry = {"dataset": "your file", "kind": "yours", "file": shown, "sha256": part.sha256}
        entry |= {"bytes": part.size, "rows": part.rows, "columns": columns, "notes": [] if i else notes}
        entry |= {"ledger": None if i else ledger}
        _loaded.append(entry)


def record(dataset, kind, file, table, columns, notes, ledger=None):
    _places.append(str(table.path))
    entry = {"dataset": dataset, "kind": kind, "file": file, "sha256": table.sha256, "bytes": table.size}
    _loaded.append(entry | {"rows": len(table.frame), "columns": columns, "notes": notes, "ledger": ledger})
