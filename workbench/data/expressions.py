"""What a role is made of: a column, a product or sum of columns, a date beside a clock; which rows are kept.

An expression is parsed against the columns that the file has, never evaluated as code: column names, numbers, ``+``,
``-``, ``*`` (also ``×`` and ``−``), ``/`` by a number, and parentheses. A name that itself holds such signs or blanks
is found all the same, the longest first; quotation marks make it certain, as in ``"net-total" * 2``.
"""

import operator
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from workbench.checks import did_you_mean
from workbench.data.catalogue import DataError

SIGNS = {"×": "*", "·": "*", "−": "-", "–": "-", "÷": "/"}
OPERATORS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?![\w.])")
_QUOTED = re.compile(r"\"([^\"]+)\"|`([^`]+)`|'([^']+)'")


class Column(NamedTuple):
    """A column of the file."""

    name: str


class Sum(NamedTuple):
    """Two parts and the operator between them."""

    sign: str
    left: "Expression"
    right: "Expression"


Expression = Column | Sum | float


def parse(text: str, names: Iterable[str], *, where: str) -> Expression:
    """Parse what a role is mapped to.

    Parameters
    ----------
    text : str
        A column's name, or an expression of columns.
    names : iterable of str
        Columns of the file.
    where : str
        How messages begin: file and role.

    Returns
    -------
    Expression

    Raises
    ------
    workbench.data.DataError
        If a name is unknown or the text is no expression.

    Examples
    --------
    >>> parse("Quantity*UnitPrice", ["Quantity", "UnitPrice"], where="my.csv: amount")
    Sum(sign='*', left=Column(name='Quantity'), right=Column(name='UnitPrice'))
    >>> parse("net-total", ["net-total", "net", "total"], where="my.csv: amount")
    Column(name='net-total')
    """
    names = [name for name in names if name]
    if text in names:
        return Column(text)
    tokens = _tokens(text, names, where)
    expression, rest = _sum(tokens, text, where)
    if rest:
        raise DataError(f"{where}: {text!r} cannot be read as an expression from {rest[0]!r} on; {_ALLOWED}.")
    return expression


_ALLOWED = "allowed are column names, numbers, +, -, *, / by a number, and parentheses"


def _tokens(text: str, names: list[str], where: str) -> list:
    """Columns, numbers and signs of a text, in their order."""
    longest_first = sorted(names, key=len, reverse=True)
    found: list = []
    rest = text.strip()
    while rest:
        sign = SIGNS.get(rest[0], rest[0])
        quoted, number = _QUOTED.match(rest), _NUMBER.match(rest)
        name = next((n for n in longest_first if _begins(rest, n)), None) or _in_any_case(rest, longest_first)
        if name is not None:
            found.append(Column(name))
            rest = rest[len(name) :]
        elif quoted and (inside := next(filter(None, quoted.groups()))) in names:
            found.append(Column(inside))
            rest = rest[quoted.end() :]
        elif number:
            found.append(float(number[0]))
            rest = rest[number.end() :]
        elif sign in "+-*/()":
            found.append(sign)
            rest = rest[1:]
        elif found and sign in "%^":
            raise DataError(f"{where}: {text!r}: {sign!r} is not supported; {_ALLOWED}.")
        else:
            word = re.split(r"[+\-*/×·−–÷()]", rest)[0].strip()
            raise DataError(
                f"{where}: unknown column {word!r}{did_you_mean(word, names)} Columns: {', '.join(names)}."
            )
        rest = rest.lstrip()
    return found


def _begins(text: str, name: str) -> bool:
    """Whether a text begins with a name, and the name ends there."""
    after = text[len(name) : len(name) + 1]
    return text.startswith(name) and not (name[-1].isalnum() and (after.isalnum() or after == "_"))


def _in_any_case(text: str, names: list[str]) -> str | None:
    """The one column whose name a text begins with, whatever the case of its letters."""
    fitting = [name for name in names if _begins(text.casefold(), name.casefold())]
    same = [name for name in fitting if len(name) == len(fitting[0])] if fitting else []
    return same[0] if len(same) == 1 else None


def _sum(tokens: list, text: str, where: str) -> tuple[Expression, list]:
    left, tokens = _product(tokens, text, where)
    while tokens and tokens[0] in ("+", "-"):
        sign, *tokens = tokens
        right, tokens = _product(tokens, text, where)
        left = Sum(sign, left, right)
    return left, tokens


def _product(tokens: list, text: str, where: str) -> tuple[Expression, list]:
    left, tokens = _part(tokens, text, where)
    while tokens and tokens[0] in ("*", "/"):
        sign, *tokens = tokens
        right, tokens = _part(tokens, text, where)
        if sign == "/" and not (isinstance(right, float) and right):
            raise DataError(f"{where}: {text!r} divides by what is no number; {_ALLOWED}.")
        left = Sum(sign, left, right)
    return left, tokens


def _part(tokens: list, text: str, where: str) -> tuple[Expression, list]:
    match tokens:
        case ["-", *rest]:
            part, rest = _part(rest, text, where)
            return Sum("*", -1.0, part), rest
        case ["(", *rest]:
            part, rest = _sum(rest, text, where)
            if rest[:1] == [")"]:
                return part, rest[1:]
        case [Column() | float() as part, *rest]:
            return part, rest
    raise DataError(f"{where}: {text!r} is not a complete expression; {_ALLOWED}.")


def columns_of(expression: Expression) -> list[str]:
    """Return the columns of an expression in their order, each once.

    Examples
    --------
    >>> columns_of(parse("(a + b) * a", ["a", "b"], where="x"))
    ['a', 'b']
    """
    match expression:
        case Column(name):
            return [name]
        case Sum(_, left, right):
            return list(dict.fromkeys([*columns_of(left), *columns_of(right)]))
    return []


def used_by(made_of: Mapping[str, Expression]) -> list[str]:
    """Return the columns that roles are made of, each once.

    Examples
    --------
    >>> used_by({"amount": parse("a * b", ["a", "b"], where="x"), "order_id": Column("b")})
    ['a', 'b']
    """
    return list(dict.fromkeys(name for expression in made_of.values() for name in columns_of(expression)))


def evaluate(expression: Expression, values: Mapping):
    """Compute an expression from the values of its columns: Series or expressions of any dataframe library.

    Examples
    --------
    >>> evaluate(parse("a * (b - 1)", ["a", "b"], where="x"), {"a": 2.0, "b": 4.0})
    6.0
    """
    match expression:
        case Column(name):
            return values[name]
        case Sum(sign, left, right):
            return OPERATORS[sign](evaluate(left, values), evaluate(right, values))
    return expression


def accepted(where: Mapping[str, str]) -> dict[str, list[str]]:
    """Return the values that each column of a filter keeps; several are separated by ``|``.

    Examples
    --------
    >>> accepted({"Country": "United Kingdom|EIRE"})
    {'Country': ['United Kingdom', 'EIRE']}
    """
    return {column: [value.strip() for value in text.split("|")] for column, text in where.items()}
