"""The notebook's side of the ledger: a value is sent from the very cell that computes it.

    check = claims.ledger("my-study", {"n_clusters": n_clusters})
    check(weight_f=F, weight_r=R)      # where they are computed; published figures: check.published["weight_f"]
    check.table()                      # at the end

What was sent stands in the outputs of the cells, so that a report can judge it by itself, see `records`.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from workbench.checks import did_you_mean
from workbench.claims import files, tables, verdicts
from workbench.claims.verdicts import MIME, VALUES_MIME, Row

if TYPE_CHECKING:
    import pandas as pd


def ledger(study: str, parameters: Mapping[str, Any]) -> "Ledger":
    """Open the ledger of a study; what is returned is called where a value is computed.

    Parameters
    ----------
    study : str
    parameters : dict
        The parameters of the run that claims depend on, by name, and `data_file` if there is one.

    Returns
    -------
    Ledger
        ``check(weight_f=F)`` sends values, ``check.published["weight_f"]`` is a printed figure,
        ``check.table()`` shows the comparison.

    Raises
    ------
    ValueError
        There is no such study, its claims file is not well formed, or a parameter is missing.
    """
    return Ledger(study, parameters)


def compare(study: str, values: Mapping[str, Any], parameters: Mapping[str, Any]) -> "Comparison":
    """Compare what was computed with what was published, all at once.

    Parameters
    ----------
    study : str
    values : dict
        Claim id to what was computed, see `judge`. Claims without a value still stand in the table.
    parameters : dict
        The parameters of the run, by name.

    Returns
    -------
    Comparison
        Displays as a table and carries the values and the verdicts as JSON, so that a report, the index and CI
        read what the notebook showed.

    Raises
    ------
    ValueError
        A value's id is not in the claims file, or a value is not finite.
    """
    entries = files.load(study)
    fitting = fitted(entries, values, parameters)
    sent = message(study, fitting, _needed(entries, parameters)) | {"complete": True}
    return Comparison(study, [verdicts.row(e, fitting.get(e["id"]), parameters) for e in entries], sent)


def fitted(
    entries: Iterable[Mapping[str, Any]], values: Mapping[str, Any], parameters: Mapping[str, Any]
) -> dict[str, Any]:
    """Plain values of the claims that are about these parameters; the others may have any value, and none counts."""
    known = {entry["id"]: entry for entry in entries}
    fitting = {}
    for name, value in values.items():
        if name not in known:
            raise ValueError(f"Unknown claim {name!r}{did_you_mean(name, known)} Claims: {', '.join(known)}")
        if verdicts.applies(known[name], parameters):
            fitting[name] = verdicts.plain(value, name)
            verdicts.fits(known[name], fitting[name])
    return fitting


def demand(
    entries: Iterable[Mapping[str, Any]], values: Mapping[str, Any], parameters: Mapping[str, Any]
) -> None:
    """Refuse to leave out a claim that is about these parameters and has to be computed."""
    computed = [e for e in entries if e["basis"] not in verdicts.UNCOMPUTED]
    silent = [e["id"] for e in computed if e["id"] not in values and verdicts.applies(e, parameters)]
    if silent:
        raise ValueError(
            f"no value was given for {', '.join(map(repr, silent))}; call check({silent[0]}=…) in the cell that "
            "computes it, with None if it cannot be computed"
        )


def message(study: str, values: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """What travels in an output of the cell that computes the values."""
    return {"study": study, "parameters": dict(parameters), "values": dict(values)}


def _needed(entries: Iterable[Mapping[str, Any]], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters that decide which claims apply; no other one has to travel."""
    names = {"data_file", *(name for entry in entries for name in entry.get("when", {}))}
    return {name: value for name, value in parameters.items() if name in names}


class Ledger:
    """Takes each computed value where it is computed, and shows at the end how the claims stand."""

    def __init__(self, study: str, parameters: Mapping[str, Any]) -> None:
        self.study, self._entries = study, files.load(study)
        for entry in self._entries:
            verdicts.applies(entry, parameters)  # or it says which parameter is missing
        self._parameters = _needed(self._entries, parameters)
        self._values: dict[str, Any] = {}
        self._cells: dict[str, tuple[Any, Any]] = {}
        self.published = MappingProxyType(
            {e["id"]: e["published"] for e in self._entries if "published" in e}
        )

    def __call__(self, /, **values: Any) -> None:
        """Send computed values from this cell.

        Parameters
        ----------
        **values
            Claim id to what was computed, see `judge`; None where it could not be computed. A claim that is not
            about these parameters may have a value too; it then reads `n/a`.

        Raises
        ------
        ValueError
            There is no such claim, it already has another value, or the value is none that a claim can have.
        """
        fitting, here = fitted(self._entries, values, self._parameters), _this_cell()
        for name, value in fitting.items():
            if self._values.get(name, value) != value and not _run_again(self._cells[name], here):
                raise ValueError(
                    f"claim {name!r} has two values, {self._values[name]!r} and {value!r}; give each once, in the "
                    "cell that computes it, or run the cell that makes the ledger again"
                )
        self._values |= fitting
        self._cells |= dict.fromkeys(fitting, here)
        if fitting:
            _show(_Sent(message(self.study, fitting, self._parameters)))

    def table(self) -> "Comparison":
        """Compare all that was sent with what was published.

        Raises
        ------
        ValueError
            A claim that is about these parameters and has to be computed was given no value.
        """
        demand(self._entries, self._values, self._parameters)
        rows = [verdicts.row(e, self._values.get(e["id"]), self._parameters) for e in self._entries]
        return Comparison(self.study, rows, message(self.study, {}, self._parameters))


def _this_cell() -> tuple[Any, Any]:
    """The running cell and its count, so that a cell run again in JupyterLab may send another value."""
    from IPython.core.getipython import get_ipython

    shell = get_ipython()
    parent: Any = getattr(shell, "parent_header", None)
    marks = parent.get("metadata", {}) if isinstance(parent, dict) else {}
    return marks.get("cellId"), getattr(shell, "execution_count", None)


def _run_again(before: tuple[Any, Any], here: tuple[Any, Any]) -> bool:
    return here[0] is not None and here[0] == before[0] and here[1] != before[1]


class _Sent:
    """Values on their way: a line for the reader, the rest for the report."""

    def __init__(self, sent: dict[str, Any]) -> None:
        self.sent = sent

    def __repr__(self) -> str:
        return f"checked against the source: {', '.join(self.sent['values'])}"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {"text/plain": repr(self), VALUES_MIME: self.sent}


def _show(sent: _Sent) -> None:
    from IPython.core.getipython import get_ipython
    from IPython.display import display

    if get_ipython() is not None:  # a script has no cells, and nobody to read them
        display(sent)


class Comparison:
    """The published-and-reproduced table of one run; `rows` are plain dicts, `tally` counts each verdict."""

    def __init__(self, study: str, rows: list[Row], sent: dict[str, Any]) -> None:
        self.study, self.rows, self._sent = study, rows, sent

    @property
    def tally(self) -> dict[str, int]:
        """Number of claims per verdict, see `tally`."""
        return verdicts.tally(self.rows)

    @property
    def table(self) -> "pd.DataFrame":
        """The rows as a DataFrame."""
        import pandas as pd

        return pd.DataFrame(self.rows).set_index("id")

    def record(self) -> dict[str, Any]:
        """What a notebook carries of the comparison."""
        return {
            "study": self.study,
            "file_sha256": files.fingerprint(self.study),
            "tally": self.tally,
            "claims": self.rows,
        }

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        return {
            "text/plain": tables.as_text(self.rows),
            "text/html": tables.as_html(self.rows),
            MIME: self.record(),
            VALUES_MIME: self._sent,
        }
