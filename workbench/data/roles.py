"""The columns of a table to roles: which column is what, which rows are kept, and the ledger of both.

Nothing is left out but by a rule that was asked for, and the ledger counts the rows of each.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import pandas as pd

from workbench.checks import did_you_mean
from workbench.data import (
    accounts,
    contracts,
    contradictions,
    currencies,
    expressions,
    inputs,
    keeping,
    remarks,
    repeats,
    returns,
    signs,
    totals,
)
from workbench.data import values as values_
from workbench.data.catalogue import MONEY, NUMBER, ROLES, WHO, DataError, is_a
from workbench.data.expressions import Column, Expression, Sum
from workbench.data.parsing.cells import as_text
from workbench.data.reading import LEFT_OPEN, Table, place, with_places
from workbench.data.values import CURRENCY, Wanted

__all__ = ["Wanted", "find_columns", "require_clear", "take"]


class Taken(NamedTuple):
    """The roles of a table, what each was made of, and what was left out by which rule."""

    frame: pd.DataFrame
    columns: dict[str, str]
    ledger: dict[str, Any]
    notes: list[str]
    file: str = ""
    kept: pd.DataFrame | None = None  # as it was read, with the place of each row


def take(file: str, table: Table, wanted: Wanted, *, sampled: bool = False) -> Taken:
    """Give the roles of a table as columns of known type.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    table : Table
        What `reading.read` or `reading.head` gave.
    wanted : Wanted
    sampled : bool
        Whether the table is a sample, of which what only the whole column decides is not refused.

    Returns
    -------
    Taken
        ``frame`` has one row per row that is kept, in their order.

    Raises
    ------
    workbench.data.DataError
        With file, column and first bad row.
    """
    names = [str(name) for name in table.frame.columns]
    made_of = find_columns(file, names, roles_wanted(wanted, names), wanted.columns)
    wanted = wanted._replace(sampled=sampled)
    all_rows, notes, summed = _all_but_totals(file, table.frame, made_of, wanted)
    order = expressions.columns_of(made_of["order_id"])[0] if "order_id" in made_of else None
    kept, left_out = keeping.kept(file, all_rows, wanted.where, order, sampled, notes)
    frame, more = keeping.with_content(file, kept, made_of, wanted.drop_without)
    left_out = [*summed, *left_out]
    if frame.empty and not sampled:
        raise none_left(file, len(table.frame), [*left_out, *more])
    require_clear(file, frame, {role: c for role, e in made_of.items() for c in expressions.columns_of(e)})
    result = {
        role: values_.read(file, frame, role, expression, wanted, notes)
        for role, expression in made_of.items()
    }
    taken = pd.DataFrame(result).reset_index(drop=True).reindex(columns=list(wanted.roles))
    taken = taken.astype({role: _type_of(role) for role in wanted.roles if role not in made_of})
    returns.require_possible(file, frame, result, made_of)
    accounts.require_possible(file, frame, result, made_of, whole=not sampled)
    contracts.require_possible(file, frame, result, made_of)
    if wanted.inputs:
        taken = taken[[role for role in wanted.roles if role in made_of]]
        others = _inputs(file, frame, names, made_of, wanted, notes)
        taken = taken.join(others.reset_index(drop=True)) if len(others) == len(taken) else taken
    if wanted.numbers:
        repeats.refuse_again(file, frame, result["customer_id"].to_frame(), "customer", "customer")
    contradictions.refuse(file, frame, result, made_of)
    contradictions.refuse_several(file, frame, result, made_of, wanted.single)
    dated = next((role for role in wanted.roles if role in made_of and is_a(role, "date")), None)
    if dated:
        notes += [with_places(said, frame, file) for said in remarks.far_off(result[dated].dropna())]
    for later in ("judged", "closed", "month"):
        said = remarks.far_off(result[later].dropna()) if later in result else []
        notes += [f"{later}: {with_places(text, frame, file)}" for text in said]
    if wanted.totals is None and not sampled and {"customer_id", "amount"} <= result.keys():
        column = expressions.columns_of(made_of["customer_id"])[0]
        totals.refuse_unnamed(file, frame, column, result["customer_id"], result["amount"])
    if "amount" in result:
        notes += signs.require_told(file, frame, result["amount"], expressions.used_by(made_of), wanted.where)
    notes += repeats.in_customers(result["customer_id"]) if "customer_id" in result else []
    notes += repeats.in_amounts(result["amount"]) if "amount" in result else []
    stated = _currency(file, frame, made_of, wanted, notes)
    ledger = _ledger(len(table.frame), [*left_out, *more], taken, dated, stated)
    return Taken(taken, columns_shown(wanted, made_of), ledger, notes, file, frame)


def _inputs(
    file: str,
    frame: pd.DataFrame,
    names: list[str],
    made_of: Mapping[str, Expression],
    wanted: Wanted,
    notes: list[str],
) -> pd.DataFrame:
    """All columns without a role, as inputs; of a sample their names alone are looked at."""
    used = expressions.used_by(made_of)
    found = inputs.columns_of(file, names, used, wanted.roles, wanted.ignored)
    require_clear(file, frame, {f"input {name}": name for name in found})
    return pd.DataFrame() if wanted.sampled else inputs.read(file, frame, found, wanted, notes)


def _type_of(role: str) -> str:
    """The type of a role that the file does not have."""
    types = {"date": "datetime64[us]", "month": "datetime64[us]", "number": "float64", "yes": "boolean"}
    return next((name for kind, name in types.items() if is_a(role, kind)), "str")


def columns_shown(wanted: Wanted, made_of: Mapping[str, Expression]) -> dict[str, str]:
    """What each role is made of, as a reader is told."""
    return {role: wanted.columns.get(role) or expressions.columns_of(e)[0] for role, e in made_of.items()}


def none_left(file: str, rows: int, rules: Iterable[Mapping[str, Any]]) -> DataError:
    """The refusal of a source of which the rules leave no row."""
    return DataError(f"{file}: no row is left of {rows} ({', '.join(rule['rule'] for rule in rules)}).")


def roles_wanted(wanted: Wanted, names: list[str]) -> list[str]:
    """Roles to look for: all but the optional ones that the file does not have."""
    having = {name.casefold() for name in names} | set(wanted.columns)
    return [role for role in wanted.roles if role not in wanted.optional or role in having]


def find_columns(
    file: str,
    names: list[str],
    roles: Iterable[str],
    columns: Mapping[str, str],
    kinds: Mapping[str, str] = ROLES,
) -> dict[str, Expression]:
    """Find what each role is made of: what is given, else the column of the role's own name, in any case.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    names : list of str
        Columns of the file. Those that no role asks for may repeat.
    roles : iterable of str
        Roles wanted.
    columns : dict of str to str
        Role to column or expression, where given.
    kinds : dict of str to str
        What messages say that a role is.

    Returns
    -------
    dict of str to Expression

    Raises
    ------
    workbench.data.DataError
        If a column is unknown, missing, repeated or ambiguous, or would fill two roles.

    Examples
    --------
    >>> find_columns("my.csv", ["CustID", "Amount"], ["customer_id", "amount"], {"customer_id": "CustID"})
    {'customer_id': Column(name='CustID'), 'amount': Column(name='Amount')}
    """
    unused = [name for name in names if name and name not in columns.values()]
    found = {role: _column_of(file, names, role, columns.get(role), unused, kinds) for role in roles}
    for role, expression in found.items():
        for name in expressions.columns_of(expression):
            if names.count(name) > 1:
                raise DataError(
                    f"{file}: more than one column is called {name!r} ({role}); rename one of them in the file."
                )
        same = [other for other in found if other != role and found[other] == expression]
        if same and isinstance(expression, Column):
            raise DataError(
                f"{file}: column {expression.name!r} cannot be both {role} and {same[0]}; map one elsewhere."
            )
        if not isinstance(expression, Column) and not _may_be_made(role, expression):
            raise DataError(
                f"{file}: {role} ({ROLES.get(role, NUMBER)}) cannot be made of {columns[role]!r}; map one column, or "
                f"for a time a date and a time of day as {role if is_a(role, 'date') else 'event_time'}=Date+Time."
            )
    return found


def _may_be_made(role: str, expression: Expression) -> bool:
    if is_a(role, "date"):
        return isinstance(expression, Sum) and expression.sign == "+" and _two_columns(expression)
    return is_a(role, "number") and bool(expressions.columns_of(expression))


def _two_columns(expression: Sum) -> bool:
    return isinstance(expression.left, Column) and isinstance(expression.right, Column)


def _column_of(
    file: str,
    names: list[str],
    role: str,
    wanted: str | None,
    unused: list[str],
    kinds: Mapping[str, str],
) -> Expression:
    listed = f"Columns: {', '.join(filter(None, names))}."
    if wanted is not None:
        same = [name for name in names if name and _loosely(name) == _loosely(wanted)]
        if wanted not in names and len(same) == 1:
            return Column(same[0])
        if wanted in names or _is_formula(role, wanted, names):
            return expressions.parse(wanted, names, where=f"{file}: {role}")
        raise DataError(f"{file}: unknown column {wanted!r} ({role}){_hint(role, wanted, unused)} {listed}")
    if role in names:
        return Column(role)
    same = [name for name in names if name.casefold() == role]
    if len(same) == 1:
        return Column(same[0])
    what = f"columns {same} could all be" if same else "no column is called"
    raise DataError(f"{file}: {what} {role!r} ({kinds.get(role, NUMBER)}); map one: {role}=COLUMN. {listed}")


def _is_formula(role: str, wanted: str, names: list[str]) -> bool:
    """Whether a text computes with columns, rather than being the name of one, such as E-Mail."""
    if is_a(role, "date"):
        return "+" in wanted
    if not is_a(role, "number"):
        return False
    known = {_loosely(name) for name in names}
    words = [word.strip("\"'` ") for word in re.split(r"[-+*×·−–/÷()]", wanted)]
    return len(words) > 1 and (any(_loosely(word) in known for word in words) or "*" in wanted)


def _hint(role: str, wanted: str, unused: list[str]) -> str:
    """What may have been meant: of the columns that no other role uses, one that means the role, else one near."""
    from workbench.data.intake import suggestions

    able = suggestions.meaning(role, unused)
    near = did_you_mean(wanted, able or unused)
    return near if near != "." or not able else f"; perhaps {able[0]!r} is it."


def _loosely(name: str) -> str:
    return " ".join(name.split()).casefold()


def _all_but_totals(
    file: str, frame: pd.DataFrame, made_of: Mapping[str, Expression], wanted: Wanted
) -> tuple[pd.DataFrame, list[str], list[dict]]:
    """The rows that are no totals of others, a note and a rule on those left out. A sample does not tell."""
    if wanted.sampled and wanted.totals is None:
        return frame, [], []
    columns = {role: expressions.columns_of(expression) for role, expression in made_of.items()}
    told = wanted.totals == "leave out" and "customer_id" in columns
    if wanted.totals == "keep" or not (told or totals.any_label(frame, columns)):
        return frame, [], []
    amounts = values_.amounts(frame, made_of, wanted)
    kept, gone = totals.without_totals(file, frame, columns, amounts, wanted.totals)
    if not gone.any():
        return frame, [], []
    return kept, [totals.described(frame, gone, file)], [{"rule": totals.RULE, "rows": int(gone.sum())}]


def require_clear(file: str, frame: pd.DataFrame, columns: Mapping[str, str]) -> None:
    """Refuse columns that are needed and hold characters which the evidence of their encoding leaves open.

    Parameters
    ----------
    file : str
        Name of the file, for the message.
    frame : pandas.DataFrame
        What `read` or `head` gave.
    columns : dict of str to str
        Role, or another use, to column.

    Raises
    ------
    workbench.data.DataError
        Naming column, row and the option that decides.

    Examples
    --------
    >>> require_clear("f.csv", pd.DataFrame({"id": ["a"]}), {"customer_id": "id"})
    """
    for role, name in columns.items():
        why = frame.attrs.get("open", {}).get(name)
        if why is None or name not in frame:
            continue
        bad = frame[name][as_text(frame[name]).str.contains(LEFT_OPEN, regex=False)]
        if len(bad):
            where, row, _ = place(frame, bad.index[0], file)
            shown = values_.shown(bad.iloc[0])
            raise DataError(f"{where}: column {name!r} ({role}), row {row}: characters of {shown} {why}.")


def currency_in_cells(notes: Sequence[str]) -> str | None:
    """The currency that notes on the amounts name."""
    return ", ".join(sorted({n.split(CURRENCY)[1] for n in notes if CURRENCY in n})) or None


def _currency(
    file: str, frame: pd.DataFrame, made_of: Mapping[str, Expression], wanted: Wanted, notes: list[str]
) -> currencies.Stated:
    """The currency of the amounts, as their cells name it or a column of its own."""
    in_cells = currency_in_cells(notes)
    if not any(role in made_of for role in MONEY):
        return currencies.Stated(in_cells)
    used = expressions.used_by(made_of)
    stated = currencies.of_amounts(file, frame, used, wanted.where, in_cells)
    notes += stated.noticed
    return stated


def _ledger(
    rows: int, left_out: list[dict], taken: pd.DataFrame, dated: str | None, stated: currencies.Stated
) -> dict[str, Any]:
    """What a reader checks first: rows read, left out and kept, customers, period, currency, total and refunds."""
    facts: dict[str, Any] = {"rows": rows, "left_out": left_out, "used": len(taken)}
    who = [role for role in WHO if role in taken and taken[role].notna().any()]
    facts["customers"] = int(taken[who[0]].nunique()) if who else None
    times = taken[dated].dropna() if dated else pd.Series(dtype="datetime64[us]")
    facts["period"] = [times.min().isoformat(), times.max().isoformat()] if len(times) else None
    facts |= {"currency": stated.currency, "currency_column": stated.column}
    amounts = taken.get("amount")
    facts["total"] = None if amounts is None else round(float(amounts[amounts > 0].sum()), 6)
    facts["refunds"] = None if amounts is None else round(float(amounts[amounts < 0].sum()), 6)
    facts["study"] = None
    return facts
