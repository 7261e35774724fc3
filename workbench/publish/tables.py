"""Tables that a reader meets, and the named ones, which leave the report as files."""

import html
from typing import Any

import pandas as pd

from workbench.checks import shown
from workbench.publish import results, words
from workbench.publish.sending import NAME, TABLE

__all__ = ["CAP", "table"]

SHOWN = 20  # rows at most, of a longer table
CAP = 5_000  # rows that travel with the page for its download


def table(name: str | None, frame: pd.DataFrame, *, caption: str, note: str | None = None) -> None:
    """Show a table in readers' words; under a name it is a result, and a run also writes it to a file.

    Parameters
    ----------
    name : str or None
        Of a result, such as ``customers``: small letters, digits and hyphens. None: it is only shown.
    frame : pandas.DataFrame
        As computed, unrounded. The index counts as a column, except a plain 0, 1, 2, …
    caption : str
        One sentence on what the table shows.
    note : str, optional
        What else a reader has to know, such as what was left out.

    Raises
    ------
    ValueError
        If `name` is no such name or was used before, `caption` is empty, or `frame` is no table.

    Notes
    -----
    In a run, a named table becomes ``<name>.csv`` and ``<name>.parquet`` in the private folder of the run, with the
    customers' own ids, see `results`; the page offers it with the ids that it shows, up to 5,000 rows. In
    JupyterLab, plain papermill and nbval the same is seen and nothing is written.

    Examples
    --------
    >>> table("Sizes!", pd.DataFrame(), caption="Sizes.")
    Traceback (most recent call last):
        ...
    ValueError: name is 'Sizes!'; allowed are small letters, digits and hyphens, such as 'customers', or None.
    """
    if name is not None and not (isinstance(name, str) and NAME.fullmatch(name)):
        raise ValueError(
            f"name is {shown(name)}; allowed are small letters, digits and hyphens, such as 'customers', or None."
        )
    if not isinstance(caption, str) or not caption.strip():
        raise ValueError(f"caption is {shown(caption)}; allowed is a sentence. Say what the table shows.")
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"frame is {type(frame).__name__}; allowed is a DataFrame.")
    data = results.write(name, frame, CAP) if name else None
    from IPython.core.getipython import get_ipython
    from IPython.display import publish_display_data

    if get_ipython() is not None:  # a script has no report, and nobody to read it
        publish_display_data(*_bundle(name, frame, caption.strip(), note, data))


def _bundle(
    name: str | None, frame: pd.DataFrame, caption: str, note: str | None, data: dict[str, Any] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    more = len(frame) - SHOWN
    note = " ".join(filter(None, ["There are none." if frame.empty else None, note and note.strip()]))
    written = words.in_words(frame.head(SHOWN) if more > 0 else frame)
    notes = [part for part in (note, f"{more:,} more rows." if more > 0 else None) if part]
    facts = {"name": name, "caption": caption, "rows": len(frame), "note": " ".join(notes) or None}
    text = "\n".join([caption, written.to_string(), *notes])
    markup = words.as_html(written, caption=caption) + "".join(f"\n<p>{html.escape(n)}</p>" for n in notes)
    return {"text/plain": text, "text/html": markup, TABLE: facts | ({"data": data} if data else {})}, {}
