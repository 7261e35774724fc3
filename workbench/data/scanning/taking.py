"""The roles of a source in the engine, and the ledger of it: what `roles.take` does, without the rows in memory."""

from collections.abc import Callable, Mapping
from typing import Any

import pandas as pd

from workbench.data import currencies, expressions, keeping, remarks, repeats, roles, signs, totals
from workbench.data.expressions import Expression
from workbench.data.parsing.cells import as_text
from workbench.data.reading import with_places
from workbench.data.scanning.cells import Reader, different, rows_by
from workbench.data.scanning.engine import ROW, Unscannable, quoted, texts
from workbench.data.scanning.raw import Raw
from workbench.data.values import Wanted

__all__ = ["ROW", "said_of_rows", "take"]

SOME = 200_000  # rows from which the ends of the times are guessed


def take(file: str, raw: Raw, wanted: Wanted, called: Callable[[pd.Series], pd.Series]) -> roles.Taken:
    """Make the table ``taken`` of the roles of a source.

    Parameters
    ----------
    file : str
        What the source is called in messages.
    raw : Raw
    wanted : Wanted
    called : callable
        Takes own ids, each once, and returns what customers are called.

    Returns
    -------
    Taken
        As `roles.take` gives it; ``frame`` has no rows, which stand in the engine.

    Raises
    ------
    Unscannable
        If portions do not tell what the whole would.
    workbench.data.DataError
        As `roles.take`.
    """
    names = list(raw.types)
    made_of = roles.find_columns(file, names, roles.roles_wanted(wanted, names), wanted.columns)
    if "returned_amount" in made_of or "returned_at" in made_of:
        raise Unscannable("what came back is held against each order")
    notes: list[str] = []
    left_out = _kept(file, raw, made_of, wanted, notes)
    _refuse_totals(raw, made_of, wanted)
    reader = Reader(file, raw, wanted, notes, [], {})
    values = {role: reader.value(role, expression) for role, expression in made_of.items()}
    missing = {role: "null::varchar" for role in wanted.roles if role not in made_of}
    sizes = pd.Series(dtype="int64")
    if "customer_id" in values:
        sizes, values["customer_id"] = _customers(reader, values["customer_id"], called)
    listed = ", ".join(f"{(values | missing)[role]} as {quoted(role)}" for role in wanted.roles)
    raw.engine.run(f"create table taken as select {listed}, {quoted(ROW)} from kept {' '.join(reader.joins)}")
    raw.engine.run("drop table if exists customers")
    if wanted.totals != "keep" and {"customer_id", "amount"} <= made_of.keys():
        _refuse_sums(raw)
    facts = _facts(raw, wanted, left_out)
    facts["customers"] = len(sizes) if "customer_id" in wanted.roles else None
    notes += _far_off(file, raw, facts["used"]) if "event_time" in made_of else []
    first = pd.DataFrame()  # rows, which are glanced at where there are amounts
    if "amount" in made_of:
        first = raw.engine.frame(f"select * from kept order by {quoted(ROW)} limit {signs.FIRST}")
        notes += _told(file, raw, made_of, wanted, first)
    notes += repeats.in_sizes(sizes, facts["used"]) if "customer_id" in made_of else []
    notes += _in_amounts(raw) if "amount" in made_of else []
    stated = _currency(file, raw, made_of, wanted, notes, first.head(currencies.FIRST))
    facts |= {"currency": stated.currency, "currency_column": stated.column}
    return roles.Taken(
        pd.DataFrame(columns=list(wanted.roles)), roles.columns_shown(wanted, made_of), facts, notes
    )


def _customers(reader: Reader, value: str, called: Callable[[pd.Series], pd.Series]) -> tuple[pd.Series, str]:
    """The rows of each customer, the largest first, and in SQL what customers are called."""
    engine = reader.raw.engine
    found = engine.frame(f"select * from ({reader.each(value)}) where own is not null order by n desc, first")
    engine.keep("customers", found[["own"]].assign(shown=called(found["own"])))
    reader.joins.append(f"left join customers c on c.own = {value}")
    return found.set_index("own")["n"], "c.shown"


def _kept(
    file: str, raw: Raw, made_of: Mapping[str, Expression], wanted: Wanted, notes: list[str]
) -> list[dict[str, Any]]:
    """Make the view ``kept`` of the rows that are kept; the rules by which others are left out, with their rows."""
    names, rules = list(raw.types), []
    raw.engine.run("create view kept as select * from raw")
    gone: list[str] = []
    for column, values in expressions.accepted(wanted.where).items():
        name = keeping.known_column(file, names, column, "--where")
        cells, counts = different(raw, name)
        text = as_text(cells).str.strip()
        keeping.require_occurring(file, column, values, rows_by(text, counts), notes)
        rules.append(
            keeping.where_rule(name, values, _leave_out(raw, gone, cells[~text.isin(values)], counts))
        )
        if "" not in values and (empty := int(counts[cells.index[text == ""]].sum())):
            if "order_id" in made_of:
                raise Unscannable(f"{name!r} may stand on the first line of each order only")
            notes.append(keeping.nothing_in(name, empty, ordered=False))
    for role in wanted.drop_without:
        for column in expressions.columns_of(made_of[role]) if role in made_of else [role]:
            name = keeping.known_column(file, names, column, "--drop-without")
            cells, counts = different(raw, name)
            if n := _leave_out(raw, gone, cells[keeping.without_content(cells, role)], counts):
                rules.append({"rule": f"without {role}", "rows": n})
    if not raw.engine.one("select count(*) from kept")[0]:
        raise roles.none_left(file, raw.table.rows, rules)
    return rules


def _leave_out(raw: Raw, gone: list[str], cells: pd.Series, counts: pd.Series) -> int:
    """Leave out the rows with some of a column's cells; return how many."""
    if cells.empty:
        return 0
    table = quoted(f"left out {len(gone)}")
    raw.engine.keep(f"left out {len(gone)}", cells.to_frame("cell"))
    gone.append(
        f"not exists (select 1 from {table} g where g.cell is not distinct from raw.{quoted(str(cells.name))})"
    )
    raw.engine.run(f"create or replace view kept as select * from raw where {' and '.join(gone)}")
    return int(counts[cells.index].sum())


def _refuse_totals(raw: Raw, made_of: Mapping[str, Expression], wanted: Wanted) -> None:
    """Rows that may be totals are weighed against all others, which is done in memory."""
    if wanted.totals == "keep" or "customer_id" not in made_of:
        return
    column = quoted(expressions.columns_of(made_of["customer_id"])[0])
    last = ", ".join(map(str, raw.last))
    rows = raw.engine.frame(f"select * exclude ({quoted(ROW)}) from raw where {quoted(ROW)} in ({last})")
    found = [cell for row in rows.itertuples(index=False) for cell in row if isinstance(cell, str)]
    if raw.types[expressions.columns_of(made_of["customer_id"])[0]] == "VARCHAR":
        glance = "'" + totals.GLANCE.removeprefix("(?i)") + "'"
        found += raw.engine.frame(
            f"select distinct {column} as cell from raw where regexp_matches({column}, {glance}, 'i')"
        )["cell"].tolist()
    labels = totals.labels(pd.Series(found, dtype="str"))
    if labels.alone.any() or labels.of:
        raise Unscannable("rows may be totals of others")


def _refuse_sums(raw: Raw) -> None:
    """A first or last row of a file that holds the sum of all others, though nothing says so, is weighed in memory."""
    row, before = quoted(ROW), -1
    for last in raw.last:
        inside = f"{row} > {before} and {row} <= {last}"
        ends = raw.engine.one(f"select min({row}), max({row}), fsum(amount) from taken where {inside}")
        for end in ends[:2]:
            found = raw.engine.connection.execute(
                f"select amount from taken t where {row} = {end} and "
                f"(select count(*) from taken o where o.customer_id = t.customer_id) = 1"
            ).fetchone()
            if found and found[0] and totals.alike(ends[2] - found[0], found[0]):
                raise Unscannable("rows may be totals of others")
        before = last


def _facts(raw: Raw, wanted: Wanted, left_out: list[dict[str, Any]]) -> dict[str, Any]:
    """The ledger, but for the currency; and under ``repeats`` what repeats, and which amounts are odd."""
    asked = {"used": "count(*)"}
    if "event_time" in wanted.roles:
        asked |= {"first": "min(event_time)", "last": "max(event_time)"}
    if "amount" in wanted.roles:
        asked |= {"total": "coalesce(fsum(amount) filter (amount > 0), 0)",
                  "refunds": "coalesce(fsum(amount) filter (amount < 0), 0)"}  # fmt: skip
    answer = raw.engine.one(f"select {', '.join(asked.values())} from taken")
    found = dict(zip(asked, answer, strict=True))
    facts: dict[str, Any] = {"rows": raw.table.rows, "left_out": left_out, "used": found["used"]}
    facts["customers"] = None
    times = [found.get("first"), found.get("last")]
    facts["period"] = None if None in times else [pd.Timestamp(time).isoformat() for time in times]
    for name in ("total", "refunds"):
        facts[name] = round(found[name], 6) if name in found else None
    return facts | {"study": None}


def said_of_rows(raw: Raw, taken: roles.Taken) -> list[str]:
    """What `remarks.remarks` says of the rows."""
    listed = ", ".join(map(quoted, taken.frame.columns))
    n = taken.ledger["used"]
    once = raw.engine.one(f"select count(*) from (select distinct {listed} from taken)")[0]
    odd = (0, 0)
    if "amount" in taken.frame:
        odd = raw.engine.one("select count(*) filter (amount < 0), count(*) filter (amount = 0) from taken")
    return remarks.in_words(n - once, *odd, taken.columns)


def _far_off(file: str, raw: Raw, rows: int) -> list[str]:
    """What `remarks.far_off` says, from the earliest and the latest times."""
    time, row = "event_time", quoted(ROW)
    n = raw.engine.one(f"select count({time}) from taken")[0]
    if not n:
        return []
    shares = (2 * remarks.FEW, 1 - 4 * remarks.FEW)
    ends = ", ".join(f"approx_quantile(epoch_us({time}), {share})" for share in shares)
    # Some rows tell where the ends are; whether they are all there is counted below.
    some = f"tablesample bernoulli({min(100.0, 100 * SOME / n)!r} percent) repeatable (0)"
    low, high = raw.engine.one(f"select {ends} from taken {some} where {time} is not null")
    if low is None:
        low, high = raw.engine.one(f"select {ends} from taken")
    query = f"select {time}::timestamp as {time}, {row} as row from taken where {time} is not null"
    odd = f"(epoch_us({time}) <= {low} or epoch_us({time}) >= {high})"
    found = raw.engine.frame(f"{query} and {odd} order by row")
    few = int(remarks.FEW * n) + 2
    early = int((found[time].astype("int64") <= low).sum())
    ahead = int((found[time] > remarks.today()).sum())
    if early < few or len(found) - early < few + ahead:
        found = raw.engine.frame(f"{query} order by row")
    times = found.set_index("row")[time]
    return [with_places(said, raw.table.frame, file) for said in remarks.far_off(times, n)]


def _told(
    file: str, raw: Raw, made_of: Mapping[str, Expression], wanted: Wanted, first: pd.DataFrame
) -> list[str]:
    """What `signs.require_told` says or refuses, from each different cell of the columns that may say it."""
    used = expressions.used_by(made_of)
    row, said = quoted(ROW), []
    for name in raw.types:
        if name in used or name in wanted.where or not signs.may_say(as_text(first[name])):
            continue
        if raw.engine.one(f"select approx_count_distinct({quoted(name)}) from kept")[0] > 2 * signs.FEW:
            continue
        cells, counts = different(raw, name)
        sizes = rows_by(as_text(cells).str.strip(), counts)
        said += repeats.status(name, sizes)
        if back := signs.going_back(name, sizes.index):
            kind = f"trim(kept.{quoted(name)}::varchar)"
            paid = raw.engine.one(
                "select count(*) filter (taken.amount > 0), count(*) filter (taken.amount < 0) "
                f"from kept join taken using ({row}) where {kind} in ({texts(sorted(back))})"
            )
            signs.refuse(file, name, back, sizes.index, paid)
    return said


def _in_amounts(raw: Raw) -> list[str]:
    """What `repeats.in_amounts` says, from the largest amounts and what nearly all are below."""
    largest = raw.engine.one("select max(abs(amount)) from taken where amount is not null")[0]
    n, sizes = raw.engine.one(f"select count(*) filter (abs(amount) = {largest!r}), count(amount) from taken")
    if n < 3:
        return []
    return repeats.outstanding(largest, n, _nearly_all_below(raw, largest), sizes)


def _nearly_all_below(raw: Raw, largest: float) -> float | None:
    """What 99 % of the amounts are below that are not the largest ones; exactly, where `repeats.HUGE` hangs on it.

    An engine's own quantile holds all amounts in memory. Here one pass says how many are small against the largest
    one; which side the quantile is on follows from that, and from the two amounts between which it may lie.
    """
    small = f"{repeats.HUGE} * abs(amount) < {largest!r}"
    n, n_small, under, over = raw.engine.one(
        f"select count(*), count(*) filter ({small}), max(abs(amount)) filter ({small}), "
        f"min(abs(amount)) filter (not {small}) from taken where abs(amount) < {largest!r}"
    )
    if not n:
        return None
    at = repeats.NEARLY_ALL * (n - 1)
    if n_small == int(at) + 1 and over is not None:
        return under + (at - int(at)) * (over - under)
    return under if n_small > at else over


def _currency(
    file: str,
    raw: Raw,
    made_of: Mapping[str, Expression],
    wanted: Wanted,
    notes: list[str],
    first: pd.DataFrame,
) -> currencies.Stated:
    """What `currencies.of_amounts` says, from each different cell of the columns that may say it."""
    in_cells = roles.currency_in_cells(notes)
    if "amount" not in made_of:
        return currencies.Stated(in_cells)
    used = expressions.used_by(made_of)
    cells, found = {}, {}
    for name in raw.types:
        named = bool(currencies.NAMED.search(name))
        if name in used or not currencies.may_be(first[name], named=named):
            continue
        cells[name] = different(raw, name)
        found[name] = currencies.counts(cells[name][0], named=named, rows=cells[name][1])
    stated = currencies.stated(
        file, found, wanted.where, in_cells, lambda name: as_text(cells[name][0].repeat(cells[name][1]))
    )
    notes += stated.noticed
    return stated
