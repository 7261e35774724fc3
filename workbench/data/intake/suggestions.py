"""Which column could fill which role: by its name, in several languages, and by what it looks like."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

__all__ = ["Suggestion", "candidates", "meaning", "of_customers", "suggest", "with_clock"]

# Names of each role's column, letters and digits only, without accents; the first are the surest.
NAMES = {
    "customer_id": (
        "customerid customer_no customernumber custid custno customer cust clientid client "
        "idclient kundennummer kundennr kundenid kundeid kunde kundin klantnummer klantid klant "
        "clienteid idcliente codcliente cliente zakaznik klient idklienta 客户编号 客户号 客户id "
        "客户 会员编号 会员号 会员id 会员 用户编号 用户id 用户 顾客 memberid member householdid "
        "userid user uid accountid accountnumber account kontonummer konto userpseudoid visitorid "
        "fullvisitorid deviceid buyerid buyer email mail emailaddress kundenname customername "
        "姓名 auftraggeberempfanger card cardid cardno guestid guest gastnr gast"
    ),
    "event_time": (
        "eventtime eventtimestamp timestamp datetime paidat invoicedate invoicedatetime orderdate "
        "orderdatetime ordertime purchasedate purchasetime transactiondate transactiontime "
        "transdate paymentdate saledate salesdate orderpurchasetimestamp buchungstag "
        "buchungsdatum bestelldatum rechnungsdatum kaufdatum zahlungsdatum datum buchung "
        "fechacompra fechapedido fecha datecommande dateachat datefacture dataacquisto dataordine "
        "datacompra date data datumu 支付时间 付款时间 交易时间 交易日期 下单时间 订单日期 "
        "购买时间 日期 时间 createdat eventdate ts time when day tag jour zeitpunkt zeit valuta"
    ),
    "amount": (
        "amount totalamount amountpaid paidamount total totalprice totalpaid grandtotal netamount "
        "paid payment paymentvalue paymentamount revenue sales salesamount turnover spend spent "
        "value ordervalue invoiceamount umsatz betrag nettobetrag bruttobetrag gesamtbetrag "
        "gesamtpreis rechnungsbetrag summe montant montantttc importe importetotal importo valor "
        "valortotal castka kwota 支付金额 实付金额 交易金额 订单金额 付款金额 消费金额 金额 总价 "
        "price preis prix precio prezzo sum monetary"
    ),
    "event_type": (
        "eventtype eventname event action activity actiontype 事件类型 事件名称 事件 行为 "
        "操作类型 类型 transactiontype bookingtype buchungsart buchungstext type typ kind art "
        "tipo category operation"
    ),
    "order_id": (
        "orderid ordernumber orderno order invoiceno invoicenumber invoiceid invoice "
        "bestellnummer bestellnr rechnungsnummer rechnungsnr auftragsnummer auftragsnr "
        "belegnummer belegnr receiptid receiptno receipt basketid transactionid transid "
        "transaction pedido idpedido commande numcommande facture fattura 订单编号 订单号 订单id "
        "ticket ticketno bonnr"
    ),
}
# Indicators of a table with one customer a row.
CUSTOMERS = {
    "recency": "recency dayssincelast dayssincelastorder dayssincelastpurchase dayssincelastpayment "
    "tageseitletzterbestellung tageseitletztemkauf",
    "frequency": "frequency orders ordercount numberoforders numorders norders purchases bestellungen "
    "anzahlbestellungen anzahlkaufe kaufe transactions visits",
    "monetary": f"monetary {NAMES['amount']}",
}
QUANTITY = "quantity qty units menge anzahl stuck cantidad quantite quantita 数量 lineitemquantity"
UNIT_PRICE = (
    "unitprice priceperunit price einzelpreis stuckpreis preciounitario prixunitaire 单价 lineitemprice"
)
# Words that say a name is something else, though another of its words would fit.
NOT = {
    "customer_id": "session type group segment country city count age status agent class date time since region",
    "amount": "refund refunded tax vat discount shipping fee balance saldo item lineitem rate id no date",
    "event_time": "zone update updated birth created count",
    "event_type": "code id date time",
    "order_id": "date time status type total amount count value",
}
KINDS = {
    "customer_id": ("id", "text", "number"),
    "event_time": ("time",),
    "amount": ("number",),
    "event_type": ("text", "id"),
    "order_id": ("id", "text", "number"),
}


class Suggestion(NamedTuple):
    """A column for each role that is plausible, and what else could be meant."""

    mapping: dict[str, str]
    others: dict[str, list[str]]


def suggest(
    columns: list[tuple[str, str, int, int]], *, prefixed: frozenset[str] = frozenset()
) -> Suggestion:
    """Suggest a column for each role.

    Parameters
    ----------
    columns : list of (str, str, int, int)
        Name, kind as `columns.looks_like` says it, number of different values, number of values.
    prefixed : set of str
        Columns whose values are orders' names, such as #1001.

    Returns
    -------
    Suggestion

    Examples
    --------
    >>> suggest([("Kunde", "id", 40, 99), ("Datum", "time", 60, 99), ("Umsatz", "number", 90, 99)]).mapping
    {'customer_id': 'Kunde', 'event_time': 'Datum', 'amount': 'Umsatz'}
    """
    names = [name for name, *_ in columns]
    usable = [column for column in columns if column[0] and names.count(column[0]) == 1]
    mapping, others = {}, {}
    for role, listed in NAMES.items():
        free = [c for c in usable if c[1] in KINDS[role] and c[0] not in mapping.values()]
        free = [c for c in free if _has_role(role, c)]
        barred = NOT[role].split()
        ranked = sorted(
            (rank, name) for name, *_ in free if (rank := _rank(name, listed, barred)) is not None
        )
        if role == "order_id" and not ranked:
            ranked = [(0, name) for name, *_ in free if name in prefixed]
        fitting = [name for _, name in ranked] or _by_looks(role, free)
        if role == "amount" and (product := _product(usable, fitting)):
            mapping[role] = product
            continue
        if fitting:
            mapping[role] = fitting[0]
            others |= {role: fitting[1:4]} if fitting[1:] else {}
    others = {role: [n for n in found if n not in mapping.values()] for role, found in others.items()}
    return Suggestion(mapping, {role: found for role, found in others.items() if found})


def of_customers(columns: list[tuple[str, str, int, int]], customer: str | None) -> dict[str, str]:
    """Suggest the indicators of a table with one customer a row; none where it is not one.

    Parameters
    ----------
    columns : list of (str, str, int, int)
        As `suggest` takes them.
    customer : str or None
        The column of the customers, as `suggest` found it.

    Examples
    --------
    >>> table = [("Nr", "id", 9, 9), ("days_since_last", "number", 8, 9), ("orders", "number", 3, 9),
    ...     ("revenue", "number", 9, 9)]
    >>> of_customers(table, "Nr")
    {'customer_id': 'Nr', 'recency': 'days_since_last', 'frequency': 'orders', 'monetary': 'revenue'}
    """
    once = [name for name, _, different, n in columns if name == customer and different == n > 1]
    if not once or any(kind == "time" for _, kind, *_ in columns):
        return {}
    numbers = [name for name, kind, *_ in columns if kind == "number" and name != customer]
    found = {"customer_id": once[0]}
    for role, listed in CUSTOMERS.items():
        ranks = {name: _rank(name, listed) for name in numbers if name not in found.values()}
        able = sorted((rank, name) for name, rank in ranks.items() if rank is not None)
        if not able:
            return {}
        found[role] = able[0][1]
    return found


def candidates(columns: list[tuple[str, str, int, int]], role: str) -> list[str]:
    """Return the columns that could fill a role by what they look like, where no name decides.

    Examples
    --------
    >>> candidates([("booked", "time", 9, 9), ("arrival", "time", 9, 9), ("nights", "number", 3, 9)], "event_time")
    ['booked', 'arrival']
    """
    kinds = ("id", "text") if role == "customer_id" else KINDS[role]
    return [
        name
        for name, kind, different, n in columns
        if name and kind in kinds and (role == "event_time" or 1 < different < n)
    ]


def meaning(role: str, names: Sequence[str]) -> list[str]:
    """Return the names that say a role, the surest first.

    Examples
    --------
    >>> meaning("amount", ["Bestellnr", "Betrag brutto", "Tag"])
    ['Betrag brutto']
    """
    barred = NOT.get(role, "").split()
    ranks = {name: _rank(name, NAMES.get(role, ""), barred) for name in names}
    return sorted((n for n in names if ranks[n] is not None), key=lambda n: ranks[n] or 0)


def with_clock(found: Suggestion, examples: dict[str, str]) -> Suggestion:
    """Add the one column of times of day to the column of dates, if that has days alone.

    Examples
    --------
    >>> with_clock(Suggestion({"event_time": "Date"}, {}), {"Date": "2024-01-05", "Time": "10:05"}).mapping
    {'event_time': 'Date+Time'}
    """
    date = found.mapping.get("event_time", "")
    clocks = [name for name, text in examples.items() if re.fullmatch(r"[0-2]?\d[:.h][0-5]\d(:\d\d)?", text)]
    if (
        len(clocks) != 1
        or clocks[0] in found.mapping.values()
        or not re.search(r"\d", examples.get(date, ""))
    ):
        return found
    if re.search(r"\d:\d|\d{11}", examples[date]):
        return found
    return found._replace(mapping=found.mapping | {"event_time": f"{date}+{clocks[0]}"})


def _has_role(role: str, column: tuple[str, str, int, int]) -> bool:
    """Whether the number of different values allows a role."""
    _, _, different, n = column
    if role == "event_type":
        return 1 < different <= 200
    return role != "order_id" or different < n  # identifiers that never repeat group no lines


def _plain(name: str) -> str:
    """Letters and digits of a name, without accents or case."""
    spread = unicodedata.normalize("NFKD", name).casefold()
    return "".join(char for char in spread if char.isalnum())


def _rank(name: str, listed: str, barred: Sequence[str] = ()) -> int | None:
    """How sure a name is: its place in the list; words of a longer name count less."""
    known = [_plain(word) for word in listed.split()]
    plain = _plain(name)
    if plain in known:
        return known.index(plain)
    words = [_plain(word) for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", name) if word]
    if set(words) & set(barred):
        return None
    pairs = [a + b for a, b in zip(words, words[1:], strict=False)]
    inside = [known.index(word) for word in [*pairs, *words] if word in known and len(word) > 2]
    return 1000 + min(inside) if inside and len(words) > 1 else None


def _by_looks(role: str, free: list[tuple[str, str, int, int]]) -> list[str]:
    """Where no name says it, the one column that looks like it."""
    if role == "customer_id":
        able = [name for name, kind, different, n in free if kind == "id" and 1 < different < n]
    elif role in ("event_time", "amount"):
        # a number may be anything; its name must not say that it is something else
        other = [words for r, words in NAMES.items() if r != role and role == "amount"]
        able = [name for name, *_ in free if all(_rank(name, words) is None for words in other)]
    else:
        return []
    return able if len(able) == 1 else []


def _product(usable: list[tuple[str, str, int, int]], fitting: list[str]) -> str:
    """Quantity times price of a unit, where there is no better amount."""
    numbers = [name for name, kind, *_ in usable if kind == "number"]
    many = [name for name in numbers if _plain(name) in map(_plain, QUANTITY.split())]
    each = [name for name in numbers if _plain(name) in map(_plain, UNIT_PRICE.split())]
    better = [name for name in fitting if name not in [*many, *each]]
    return f"{many[0]}*{each[0]}" if len(many) == 1 and len(each) == 1 and not better else ""
