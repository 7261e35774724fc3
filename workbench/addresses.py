"""A database by its address: an engine, and every failure in one line that never holds the password."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.pool import QueuePool

from workbench.checks import did_you_mean, shown

__all__ = ["CaseBaseError", "absolute", "connect", "failure", "masked", "transaction"]

DRIVERS = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}
KNOWN = ("sqlite", "postgresql", "postgresql+psycopg", "mysql", "mariadb", "oracle", "mssql")
SECRETS = ("password", "passwd", "pwd", "sslpassword")
SECONDS = {"sqlite": 60, "postgresql": 10}  # to wait for another writer, in both; for an answer
FORM = (
    "The database's address cannot be read. Allowed are sqlite:// (in memory), sqlite:///FILE and "
    "DIALECT://USER@HOST:PORT/DATABASE, with :PASSWORD after USER; inside it write @ as %40, : as %3A, / as %2F."
)
HINTS = {
    "unable to open database file": "check that its folder exists and may be written",
    "not a database": "the file is something else; choose another one",
    "readonly database": "the file may only be read; choose another one or change its rights",
    "lock timeout": "another session holds the rows; end it or try again",
    "database is locked": "another program holds the file; end it or try again",
    "refused": "check host and port, and that the server runs",
    "password authentication failed": "check user and password",
}


class CaseBaseError(ValueError):
    """Tell in one line what a case base or its database refused."""


def connect(url: str | sa.URL) -> sa.Engine:
    """Return an engine of an address whose database has answered.

    SQLite gets one connection that callers take in turns, so that a database in memory is one database and
    may be used from several threads; its transactions begin as written here, because the driver of its own
    accord begins none before a SELECT, and one that begins by reading cannot wait for another writer.
    """
    address = _as_uri(_read(url))
    engine = _engine(address)
    try:
        with engine.connect():
            pass
    except (exc.SQLAlchemyError, TypeError, ValueError) as error:
        engine.dispose()
        raise failure(error, address) from None
    return engine


def absolute(url: str) -> str:
    """Return an address that means the same in every folder: the file of an SQLite database by its whole path.

    Examples
    --------
    >>> absolute("postgresql://ann@localhost/loop"), absolute("sqlite:////srv/loop.db")
    ('postgresql://ann@localhost/loop', 'sqlite:////srv/loop.db')
    """
    address = _read(url)
    file = address.database
    if address.get_backend_name() != "sqlite" or not file or file == ":memory:" or file.startswith("file:"):
        return url
    return address.set(database=os.path.abspath(file)).render_as_string(hide_password=False)


@contextmanager
def transaction(engine: sa.Engine, *, writes: bool = False) -> Iterator[sa.Connection]:
    """Give a connection in a transaction; rolled back, and told in one line, if anything fails."""
    try:
        with engine.execution_options(writes=writes).begin() as connection:
            yield connection
    except (exc.SQLAlchemyError, UnicodeDecodeError) as error:
        raise failure(error, engine.url) from None


def masked(address: sa.URL) -> str:
    """Return the text of an address with its passwords replaced by ``***``."""
    hidden = {key: "***" for key in address.query if key.lower() in SECRETS}
    return address.update_query_dict(hidden).render_as_string(hide_password=True).replace("%2A%2A%2A", "***")


def failure(error: Exception, address: sa.URL) -> CaseBaseError:
    """Return the error to raise for one of SQLAlchemy or of a driver."""
    cause = getattr(error, "orig", None) or (error.args or [type(error).__name__])[0]
    said = " ".join(str(cause).split())
    for secret in _secrets(address):
        said = said.replace(secret, "***")
    hint = next((f" ({hint})" for part, hint in HINTS.items() if part in said), "")
    return CaseBaseError(f"The database at {masked(address)} failed: {said.rstrip('.')}{hint}.")


def _read(url):
    try:
        address = sa.make_url(url)
    except (exc.ArgumentError, ValueError):
        raise CaseBaseError(FORM) from None
    # A bare @ in a password would end up in the host's name, and from there in messages.
    if address.get_backend_name() != "sqlite" and isinstance(url, str) and url.count("@") > 1:
        raise CaseBaseError(FORM)
    return address.set(drivername=DRIVERS.get(address.drivername, address.drivername))


def _as_uri(address):
    """Give SQLite an address that it reads as one, where options such as ``?mode=ro`` would be ignored else."""
    options = {"mode", "immutable", "cache", "vfs"} & set(address.query)
    if address.get_backend_name() != "sqlite" or not options or "uri" in address.query:
        return address
    path = quote(str(address.database or "").removeprefix("file:"))
    return address.set(database=f"file:{path}").update_query_dict({"uri": "true"})


def _secrets(address):
    values = [address.password, *(v for k, v in address.query.items() if k.lower() in SECRETS)]
    return [str(value) for value in values if value]


def _engine(address):
    backend, name = address.get_backend_name(), address.drivername
    settings: dict[str, Any] = _sqlite(address) if backend == "sqlite" else {"pool_pre_ping": True}
    if name == "postgresql+psycopg" and "connect_timeout" not in address.query:
        settings["connect_args"] = {"connect_timeout": SECONDS["postgresql"]}
    try:
        engine = sa.create_engine(address, **settings)
    except exc.NoSuchModuleError:
        raise CaseBaseError(
            f"Unknown database {shown(name)}{did_you_mean(name, KNOWN)} Known: {', '.join(KNOWN)}."
        ) from None
    except ImportError as error:
        package = (
            "'segmentation-workbench[postgresql]'"
            if name in DRIVERS.values()
            else (error.name or "the driver")
        )
        raise CaseBaseError(
            f"The driver of {name} is not installed ({error}): pip install {package}."
        ) from None
    except exc.SQLAlchemyError as error:
        raise failure(error, address) from None
    if name == "postgresql+psycopg" and "lock_timeout" not in str(address.query.get("options", "")):
        event.listen(engine, "connect", _wait_no_longer)
    if backend == "sqlite":
        event.listen(engine, "begin", _begin)
    return engine


def _sqlite(address):
    seconds = {} if "timeout" in address.query else {"timeout": SECONDS["sqlite"]}
    return {
        "connect_args": {"isolation_level": None, "check_same_thread": False} | seconds,
        "poolclass": QueuePool,
        "pool_size": 1,
        "max_overflow": 0,
        "pool_timeout": SECONDS["sqlite"],
        "paramstyle": "named",  # for "qmark" SQLAlchemy rewrites what looks like %(…)s, in quoted names too
    }


def _wait_no_longer(connection, _record):
    """Wait as long for another session's lock as SQLite does for another writer."""
    connection.execute(f"SET lock_timeout = '{SECONDS['sqlite']}s'")
    connection.commit()


def _begin(connection):
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
