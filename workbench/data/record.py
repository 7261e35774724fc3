"""What this process has loaded: the record that a report keeps of its data."""

from pathlib import Path

_loaded = globals().get("_loaded", [])  # outlives a reload of this module
_places = globals().get("_places", [])


def loaded():
    """List what this process has loaded, in order: the record a report keeps of its data.

    Returns
    -------
    list of dict
        ``dataset``; ``kind`` ("stand-in", "real", "yours", "reconstructed" or "quoted"); ``file``; ``sha256``
        and ``bytes`` of the very bytes that were parsed; ``rows``; ``columns``, role to column; ``notes``;
        ``ledger``, rows read, left out by which rule and used, customers, period, currency, None for small tables.

    Examples
    --------
    >>> from workbench.data import load_matrix
    >>> _ = load_matrix()
    >>> loaded()[-1]["file"], loaded()[-1]["rows"]
    ('data/telecom_rfm_ahp/averaged_matrix.csv', 3)
    """
    return [dict(entry) for entry in _loaded]


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
