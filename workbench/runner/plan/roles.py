"""What a study needs of a user's own file, declared in its notebook's metadata and checked before a kernel.

    "workbench": {"data": {
        "row": "one payment",
        "roles": {"customer_id": "needed", "event_time": "needed", "amount": "needed", "order_id": "optional"},
        "unreadable": "refuse",
        "kinds": {"parameter": "event_kinds", "known": ["app_launch", "click"]},
        "whole": ["two rows of one customer and month"]
    }}

    "clock": {"parameter": "clock", "role": "received", "ends": "observation_end",
              "hours": {"values": ["weekdays", "official"], "otherwise": "calendar"},
              "local": {"values": ["weekdays", "official"], "otherwise": "calendar"},
              "listed": {"values": ["official"], "otherwise": "calendar", "allowed": "hours", "opening": "opening"}}

Where `parameter` has one of some values, the times of `role` need hours, must be local, or lie in the list of working
days, with as many after them as the parameters `allowed` and `opening` say; `otherwise` is the value that does without.
The first time must lie before the date of the parameter `ends`. All but `parameter` and `role` may be left out.

    "afford": {"hours": 8}

What the parameter `hours`, per 1,000 customers, must at least come to for the customers of the file.

`row` says what one row is; `roles` which columns are looked for, or "any": a table of whatever columns, read as text;
`unreadable` whether cells that cannot be read refuse the file or are left out by rule (``"missing"``); `kinds` which
parameter maps the file's own event types, and which are known without, or else on `offer`, of which `role` they are
(``"event_type"`` where none is named), and whether ``"every"`` row has to be of a known one; `whole` what only the
whole file can tell, so that a run says it.

    "customers": {"parameter": "one_row", "value": "customer", "indicators": ["recency", "frequency"]}

Where `parameter` has that `value`, the file has one row per customer instead, with `indicators` in columns of numbers:
a list, or the name of the parameter that lists them.

    "inputs": "ignore_columns"

    "single": {"roles": ["region"], "parameter": "several", "value": "refuse", "other": "latest"}

Where `parameter` has that `value`, a customer has one value of each of these roles; with the `other` not so.

    "year": {"parameter": "year", "run_in": "run_in"}

The file must hold the twelve months that a parameter names, and before them the length of time that another one names.

All columns without a role are inputs of a model, but those that this parameter lists.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from workbench.checks import did_you_mean
from workbench.runner.record.verdict import Refused

KEYS = (
    "row", "roles", "unreadable", "kinds", "whole", "customers", "inputs", "clock", "afford", "single", "year",
)  # fmt: skip
OF_CLOCK = ("parameter", "role", "ends", "hours", "local", "listed")
OF_CUSTOMERS = {"parameter": str, "value": str, "indicators": (list, str)}
OF_SINGLE = {"parameter": str, "value": str, "other": str, "roles": list}
OF_YEAR = {"parameter": str, "run_in": str}
NEEDS = ("needed", "optional")
UNREADABLE = ("refuse", "missing")


@dataclass(frozen=True)
class Roles:
    """What a study reads of a user's own file."""

    row: str
    roles: dict[str, str]
    unreadable: str = "refuse"
    whole: tuple[str, ...] = ()
    kinds: dict[str, Any] | None = None
    customers: dict[str, Any] | None = None
    indicators: tuple[str, ...] | None = None  # columns of numbers, where one row is one customer
    inputs: str | None = (
        None  # the parameter that lists the columns which are no inputs, where all others are
    )
    afford: dict[str, float] | None = None  # the least that a parameter per 1,000 customers must come to
    clock: dict[str, Any] | None = None  # which values of a parameter count opening hours, from which times

    single: dict[str, Any] | None = None
    year: dict[str, str] | None = None  # the parameters that name the twelve months, and the time before them

    any_columns: bool = False  # whether any table is read, as text

    def single_in(self, values: Mapping[str, Any]) -> list[str]:
        """The roles of which a customer has one value, by the parameters of a run."""
        ours = self.single
        return ours["roles"] if ours and values.get(ours["parameter"]) == ours["value"] else []

    @property
    def needed(self) -> list[str]:
        """The roles without which the study cannot run."""
        return [role for role, need in self.roles.items() if need == "needed"]


def read(notebook: dict, *, name: str = "notebook", values: Mapping[str, Any] | None = None) -> Roles | None:
    """Read the roles that a notebook declares; None where it declares none.

    Parameters
    ----------
    notebook : dict
        The notebook as parsed JSON.
    name : str
        How messages call it.
    values : dict, optional
        The parameters of a run, which decide whether one row is one customer.

    Raises
    ------
    Refused
        The declaration has another form.

    Examples
    --------
    >>> declared = {"row": "one payment", "roles": {"customer_id": "needed", "order_id": "optional"}}
    >>> read({"metadata": {"workbench": {"data": declared}}}).needed
    ['customer_id']
    """
    ours = notebook.get("metadata", {}).get("workbench", {})
    declared = ours.get("data") if isinstance(ours, dict) else None
    if declared is None:
        return None
    if problem := _problem(declared):
        raise Refused(f"{name}: metadata workbench.data: {problem}")
    if declared["roles"] == "any":
        return Roles(declared["row"], {}, any_columns=True)
    found = Roles(**declared | {"whole": tuple(declared.get("whole", ()))})
    return _of_customers(found, values or {})


def _of_customers(found: Roles, values: Mapping[str, Any]) -> Roles:
    """What is read where the parameters say that one row is one customer; else what was declared."""
    table = found.customers
    if table is None or values.get(table["parameter"]) != table["value"]:
        return found
    named = table["indicators"]
    indicators = values.get(named) or () if isinstance(named, str) else named
    needed = {"customer_id": "needed"} | dict.fromkeys(indicators, "needed")
    return Roles("one customer", needed, customers=table, indicators=tuple(indicators))


def _problem(declared: object) -> str | None:
    if not isinstance(declared, dict):
        return "must be an object"
    if unknown := [key for key in declared if key not in KEYS]:
        return f"unknown entry {unknown[0]!r}{did_you_mean(unknown[0], KEYS)} Entries: {', '.join(KEYS)}"
    if not isinstance(declared.get("row"), str):
        return "`row` must say what one row is, such as 'one payment'"
    roles, whole = declared.get("roles"), declared.get("whole", [])
    if roles != "any" and not (
        isinstance(roles, dict) and roles and all(need in NEEDS for need in roles.values())
    ):
        return "`roles` must give each role as 'needed' or 'optional'"
    if declared.get("unreadable", "refuse") not in UNREADABLE:
        return f"`unreadable` must be one of {', '.join(UNREADABLE)}"
    kinds = declared.get("kinds", {"parameter": "", "known": []})
    if not (
        isinstance(kinds, dict)
        and isinstance(kinds.get("parameter"), str)
        and isinstance(kinds.get("known"), list)
    ):
        return "`kinds` must name a `parameter` and list what is `known`"
    if not (isinstance(whole, list) and all(isinstance(text, str) for text in whole)):
        return "`whole` must be a list of texts"
    if not isinstance(declared.get("inputs", ""), str):
        return "`inputs` must name the parameter that lists the columns which are no inputs"
    if not isinstance(declared.get("afford", {}), dict):
        return "`afford` must give the least of each parameter that is per 1,000 customers"
    clock = declared.get("clock")
    if clock is not None and not (
        isinstance(clock, dict) and {"parameter", "role"} <= {*clock} <= {*OF_CLOCK}
    ):
        return f"`clock` must name a `parameter` and a `role`; entries: {', '.join(OF_CLOCK)}"
    for key, form in (("single", OF_SINGLE), ("year", OF_YEAR)):
        told = declared.get(key)
        if told is not None and not (
            isinstance(told, dict)
            and {*told} == {*form}
            and all(isinstance(told[name], kind) for name, kind in form.items())
        ):
            return f"`{key}` must have the entries {', '.join(form)}"
    table = declared.get("customers")
    if table is not None and not (isinstance(table, dict) and {*table} == {*OF_CUSTOMERS}):
        return f"`customers` must have the entries {', '.join(OF_CUSTOMERS)}"
    if table and not all(isinstance(table[key], kind) for key, kind in OF_CUSTOMERS.items()):
        return (
            "`customers` must name a parameter and its value, and list the indicators or name their parameter"
        )
    return None
