"""A user's own file: the parameters that name it and say how it is read, and the check of it before a kernel."""

import math
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from workbench import data
from workbench.checks import did_you_mean, year_of
from workbench.runner import terminal
from workbench.runner.plan import mappings, plans, roles
from workbench.runner.plan.plans import Plan
from workbench.runner.record import inputs
from workbench.runner.record.verdict import Refused

LEAST = 3  # customers that clusters need


@dataclass(frozen=True)
class Typed:
    """What was typed of a user's own file on the command line."""

    data: Sequence[str] = ()
    columns: Sequence[str] = ()  # each role=column
    reading: Mapping[str, str] = field(default_factory=dict)
    where: Sequence[str] = ()  # each column=value|value
    identifiers: str | None = None
    like: str | None = None
    option: str = "--data "  # how messages name the file
    needs_file: bool = True  # whether how it is read means nothing without one


def parameters(typed: Typed) -> dict[str, Any]:
    """Turn what was typed of a file into parameters.

    Parameters
    ----------
    typed : Typed

    Returns
    -------
    dict
        `data_file`, `columns`, `reading`, `where` and `identifiers`, as far as they were typed or kept.

    Raises
    ------
    Refused
    """
    told: dict[str, Any] = {
        "columns": _pairs("--map", typed.columns, "ROLE=COLUMN", "customer_id=CustID amount=Paid"),
        "reading": dict(typed.reading),
        "where": _pairs("--where", typed.where, "COLUMN=VALUE", "'Country=United Kingdom'"),
        "identifiers": typed.identifiers,
    }
    kept = mappings.kept(typed.like) if typed.like else {}
    for name in ("columns", "reading", "where"):
        told[name] = {**kept.get(name, {}), **told[name]}
    told["identifiers"] = told["identifiers"] or kept.get("identifiers")
    told = {name: value for name, value in told.items() if value}
    if not typed.data and typed.needs_file and (told or typed.like):
        raise Refused(
            f"{'--like' if typed.like else mappings.flag(*next(iter(told.items())))} needs --data FILE"
        )
    return ({"data_file": _sources(typed)} if typed.data else {}) | told


def _pairs(option: str, texts: Sequence[str], form: str, example: str) -> dict[str, str]:
    pairs = [text.partition("=") for text in texts]
    if bad := [
        text
        for text, (left, equals, right) in zip(texts, pairs, strict=True)
        if not (left and equals and right)
    ]:
        raise Refused(f"{option} {bad[0].partition('=')[0]!r} is not {form}; write {option} {example}")
    names = [left for left, _, _ in pairs]
    if len(set(names)) < len(names):
        what = "role" if option == "--map" else "column"
        more = "give each role one column" if what == "role" else "separate its values by |"
        raise Refused(f"{option} names a {what} twice; {more}")
    return {left: right for left, _, right in pairs}


def _sources(typed: Typed) -> str | list[str]:
    """Absolute paths, since a kernel runs in the notebook's folder; addresses of databases and clusters as they are."""
    found = [
        text if "://" in text or data.is_on_cluster(text) else _path(text, typed.option)
        for text in typed.data
    ]
    return found[0] if len(found) == 1 else found


def _path(text: str, option: str) -> str:
    path = Path(text).expanduser()
    if not path.exists() and not re.search(r"[*?\[]", text):
        beside = [p.name for p in path.parent.iterdir()] if path.parent.is_dir() else []
        hint = did_you_mean(path.name, beside)
        raise Refused(f"{option}{text if option else path.name}: no such file{hint}")
    return os.path.abspath(path)


def check(plan: Plan) -> dict[str, Any] | None:
    """Look at a plan's own file as its study would read it, whole where it is small, else a sample.

    Parameters
    ----------
    plan : Plan

    Returns
    -------
    dict or None
        The ledger of what was looked at; None where the plan has no file, or its notebook declares no roles.

    Raises
    ------
    Refused
        In one line: file, column, row, what is readable, and the option that would help.
    """
    values = plan.values
    declared = roles.read(plan.notebook, name=plan.path.name, values=values)
    if declared is None:
        return None
    if declared.any_columns:
        return _of_any(plan)
    if not values.get("data_file"):
        _refuse_without_file(plan, declared)
        _refuse_year(plan, declared)
        return None
    _refuse_indicators(plan, declared)
    if data.is_on_cluster(values["data_file"]):
        _refuse_without_cluster(plan)
        return None  # what a table there holds, the cluster says when the study asks it
    try:
        taken = data.check(
            values["data_file"],
            declared.roles,
            columns=values.get("columns"),
            unreadable=declared.unreadable,
            reading=values.get("reading"),
            where=values.get("where"),
            indicators=declared.indicators,
            ignored=None if declared.inputs is None else values.get(declared.inputs) or (),
            single=declared.single_in(values),
        )
    except data.DataError as error:
        raise Refused(f"{error}{_hint(plan, declared, str(error))}") from None
    _refuse_unused_roles(plan, declared)
    unknown: list[str] = []
    if declared.kinds and (role := declared.kinds.get("role", "event_type")) in taken.frame:
        _refuse_unknown_kinds(taken.frame[role], declared.kinds, values)
        unknown = _unknown_kinds(taken.frame[role], declared.kinds, values)
    if declared.clock:
        _refuse_clock(taken, declared.clock, values)
    if taken.ledger["sample_of"] is None:
        _refuse_too_little(plan, declared, taken.frame)
        _refuse_year(plan, declared, taken.frame)
    return taken.ledger | {"noticed": [*taken.notes, *unknown], "unknown": unknown}


def _of_any(plan: Plan) -> dict[str, Any] | None:
    """Check a table of any columns, where there is one."""
    if not (source := plan.values.get("data_file")):
        return None
    try:
        data.check_any(source, plan.values.get("reading"))
    except data.DataError as error:
        raise Refused(str(error)) from None
    return {}


def say(plan: Plan) -> None:
    """Check a plan's own file, and say on standard error what the study will not be able to use of it."""
    ledger = check(plan) or {}
    for said in ledger.get("unknown", []):
        terminal.say(f"note: {said}\n", sys.stderr)


def _refuse_without_cluster(plan: Plan) -> None:
    try:
        data.require_cluster()
    except data.DataError as error:
        raise Refused(str(error)) from None
    if not any("data.scan(" in source for source, _ in inputs.sources(plan.notebook)):
        raise Refused(f"{plan.study} reads its file into memory, and cannot read a table on a cluster")


def _refuse_unused_roles(plan: Plan, declared: roles.Roles) -> None:
    """Refuse a role that the study does not read: its column would only seem to be used."""
    others = [
        role for role in plan.values.get("columns") or {} if role in data.ROLES and role not in declared.roles
    ]
    if others:
        raise Refused(
            f"{plan.study} does not use {', '.join(others)}; leave it out of --map. It reads "
            f"{', '.join(declared.roles)}. To keep a mapping for it: look FILE --study {plan.study} --save NAME"
        )


def _refuse_without_file(plan: Plan, declared: roles.Roles) -> None:
    """Refuse a run without a file whose parameters are about one, as those of a notebook of one's own are."""
    if declared.indicators is not None:
        raise Refused(
            f"{_of_customers(declared)} is about a file of your own; add --data FILE, or leave it out"
        )
    if told := next((name for name in ("columns", "reading", "where") if plan.values.get(name)), None):
        raise Refused(f"{plan.study}: {told} is about a file of your own; give --data FILE")


def _refuse_indicators(plan: Plan, declared: roles.Roles) -> None:
    """Refuse indicators of customers where rows of another kind are read; those of any name cannot be told."""
    named = (declared.customers or {}).get("indicators")
    if declared.indicators is not None or not isinstance(named, list):
        return
    if ours := [role for role in plan.values.get("columns") or {} if role in named]:
        raise Refused(
            f"{ours[0]} is read where one row is one customer; if so, add {_of_customers(declared)}"
        )


def _hint(plan: Plan, declared: roles.Roles, error: str) -> str:
    """What to do where a table of customers is read as one of single rows, or all its columns as indicators."""
    if declared.single and "one customer has one" in error:
        return f" Or run it with -p {declared.single['parameter']}={declared.single['other']}"
    table = declared.customers
    if table and declared.indicators is None and "no column is called" in error and not _has_times(plan):
        return f" If one row is one customer with indicators: {_of_customers(declared)}"
    if table and declared.indicators == () and "is not a number" in error:
        return f" Or name the columns that are indicators: -p {table['indicators']}=COLUMN,COLUMN"
    return ""


def _has_times(plan: Plan) -> bool:
    """Whether a file has a column of times, which a table with one customer a row seldom has."""
    if "event_time" in (plan.values.get("columns") or {}):
        return True
    looked = data.look(plan.values["data_file"], plan.values.get("reading"))
    return any(column.kind == "time" for column in looked.columns)


def _of_customers(declared: roles.Roles) -> str:
    assert declared.customers
    return f"-p {declared.customers['parameter']}={declared.customers['value']}"


def _refuse_too_little(plan: Plan, declared: roles.Roles, frame: Any) -> None:
    """Refuse a whole file of which nothing can be computed: too few customers for clusters, or refunds alone."""
    customers = frame["customer_id"].nunique() if "customer_id" in frame else LEAST
    if "n_clusters" in plan.values and customers < LEAST:
        what = f"{customers} customer{'s' * (customers != 1)}"
        raise Refused(f"the file has {what} only; clusters need at least {LEAST}")
    for name, least in (declared.afford or {}).items():
        if (has := plan.values[name] * customers / 1000) < least:
            raise Refused(
                f"the file has {customers} customers, for whom {name}={plan.values[name]:g} per 1,000 come to {has:g}; "
                f"one package needs {least:g}: -p {name}={math.ceil(1000 * least / customers)} or more"
            )
    payments = "amount" in declared.needed and "event_type" not in declared.roles
    if payments and len(frame) and not (frame["amount"] > 0).any():
        amount = (plan.values.get("columns") or {}).get("amount", "amount")
        raise Refused(
            "no amount of the file is above 0, so that it holds refunds alone; if they are payments, turn their sign: "
            f"--map amount=-{amount}"
        )


def _refuse_clock(taken: Any, clock: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Refuse times that the clock of this run cannot count from, with the clock that can, and an end before all."""
    role, chosen, end = clock["role"], values.get(clock["parameter"]), values.get(clock.get("ends", ""))
    times = taken.frame[role].dropna()
    if end and len(times) and taken.ledger["sample_of"] is None and times.min() >= type(times.min())(end):
        raise Refused(
            f"{clock['ends']} is {end}, and the file begins with {times.min():%Y-%m-%d}; choose a later one"
        )
    checks = {"hours": data.require_hours, "local": data.require_local, "listed": data.require_listed}
    for name, require in checks.items():
        need = clock.get(name, {"values": ()})
        if chosen not in need["values"]:
            continue
        try:
            require(taken, role, **_days(need, values))
        except data.DataError as error:
            raise Refused(f"{error} Or choose -p {clock['parameter']}={need['otherwise']}") from None


def _days(need: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, float]:
    """How many opening days the time allowed is, where working days are listed."""
    if "allowed" not in need:
        return {}
    opens, closes = values[need["opening"]]
    return {"days": values[need["allowed"]] / (closes - opens)}


def _refuse_year(plan: Plan, declared: roles.Roles, frame: Any = None) -> None:
    """Refuse twelve months, or a time before them, that the data do not cover, or in which they hold nothing."""
    if declared.year is None:
        return
    values, name = plan.values, declared.year["parameter"]
    source = values.get("data_file")
    what = plans.file_title(source) if source else values["dataset"]
    try:
        ends: tuple[Any, Any] = data.window(values.get("dataset"), frame, data_file=source)
        span = year_of(*ends, values[name], values[declared.year["run_in"]])
    except ValueError as error:
        way = f": -p {name}=2024" if "hoose" in str(error) else ""
        raise Refused(f"{what}: {str(error).rstrip('.')}{way}") from None
    if frame is None:
        return
    times = frame["event_time"][frame["amount"] >= 0] if "amount" in frame else frame["event_time"]
    for start, end, part in span.parts:
        if not times.between(start, end, inclusive="left").any():
            raise Refused(
                f"{what}: no row lies in {part}, {start:%Y-%m-%d} to {end - timedelta(days=1):%Y-%m-%d}, though "
                "rows lie before and after. Look for a wrong date or a missing part, or choose another year: "
                f"-p {name}=2024"
            )


def _unknown_kinds(types: Any, kinds: Mapping[str, Any], values: Mapping[str, Any]) -> list[str]:
    """Say which types of a file's rows no parameter maps, so that the study cannot use them."""
    known = {*kinds["known"], *(values.get(kinds["parameter"]) or {})}
    counts = types.value_counts()
    counts = counts[[kind for kind in counts.index if kind not in known]]
    if counts.empty:
        return []
    listed = ", ".join(f"{kind!r} ({n:,})" for kind, n in counts.head(8).items())
    listed += " …" if len(counts) > 8 else ""
    return [
        f"{int(counts.sum()):,} rows are of types that the study does not know: {listed}; "
        f"-p {kinds['parameter']}=… says what they are"
    ]


def _refuse_unknown_kinds(types: Any, kinds: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Refuse a log of which no event type is known, listing its types: nobody could make anything of it."""
    name = kinds["parameter"]
    wrong = [kind for kind in (values.get(name) or {}).values() if kind not in kinds["known"]]
    if wrong:
        raise Refused(
            f"{name}: {wrong[0]!r} is no kind of this study{did_you_mean(wrong[0], kinds['known'])} "
            f"Kinds: {', '.join(kinds['known'])}"
        )
    known = {*kinds["known"], *(values.get(name) or {})}
    counts = types.value_counts()
    unknown = counts[[kind for kind in counts.index if kind not in known]]
    if len(unknown) and (kinds.get("every") or not known & set(counts.index)):
        listed = ", ".join(f"{kind!r} ({n:,})" for kind, n in unknown.head(8).items())
        offered = ", ".join(kinds.get("offer") or kinds["known"])
        what = (
            "kinds that nobody defined"
            if kinds.get("every")
            else "none of the event types of your file is known"
        )
        raise Refused(
            f"{what}: {listed}{' …' if len(unknown) > 8 else ''}; say which is "
            f'which of {offered}: -p \'{name}={{"{unknown.index[0]}": "…"}}\''
        )


def fits(study: str, told: Mapping[str, Any], suggested: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Check a file against what a study needs; the ledger of what was looked at, empty for a table of any columns.

    Parameters
    ----------
    study : str
    told : dict
        As `parameters` returned it.
    suggested : dict
        `columns` and `reading` that a look suggests, for what was not told.

    Raises
    ------
    Refused
        The study takes no file of one's own, or cannot read this one.
    """
    plan = plans.plan(study, extra=told if told.get("columns") else _with_suggested(study, told, suggested))
    ledger = check(plan)
    if ledger is None:
        raise Refused(f"{study} does not say what it needs of a file of your own")
    return ledger


def reads(study: str) -> roles.Roles | None:
    """What a study declares that it reads of a file."""
    path, _ = plans.find(study)
    return roles.read(plans.read_notebook(path)[1], name=path.name)


def _with_suggested(
    study: str, told: Mapping[str, Any], suggested: Mapping[str, Mapping[str, str]]
) -> dict[str, Any]:
    """What was told of a file, and what a look suggests of the roles that the study reads."""
    declared = reads(study)
    columns, extra = suggested["columns"], dict(told)
    if declared and declared.customers and "recency" in columns:
        extra[declared.customers["parameter"]] = declared.customers["value"]
    elif declared:
        columns = {role: name for role, name in columns.items() if role in declared.roles}
    dropped = [one for one in suggested["reading"].get("drop_without", "").split(",") if one in columns]
    reading = {"drop_without": ",".join(dropped)} if dropped else {}
    found = {"columns": dict(columns), "reading": {**reading, **told.get("reading", {})}}
    return extra | {name: value for name, value in found.items() if value}
