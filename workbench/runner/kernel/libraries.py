"""Libraries of the kernel's process: those that may open files by themselves, and those that reach a database."""

import os
import re
import sys
from importlib.machinery import EXTENSION_SUFFIXES

from workbench.runner.record import files

# Extension modules that open no file of a user's: they compute, draw or talk to the kernel's client. Any other
# that is loaded may. Of pyarrow, pandas loads these parts for its own arrays.
QUIET = {
    "PIL",
    "_pydevd_bundle",
    "_pydevd_frame_eval",
    "_pydevd_sys_monitoring",
    "_cffi_backend",
    "charset_normalizer",
    "contourpy",
    "cryptography",
    "debugpy",
    "fontTools",
}
QUIET |= {
    "greenlet",
    "kiwisolver",
    "markupsafe",
    "matplotlib",
    "msgpack",
    "numpy",
    "pandas",
    "patsy",
    "psutil",
}
QUIET |= {
    "rpds",
    "scipy",
    "sklearn",
    "sqlalchemy",
    "statsmodels",
    "tornado",
    "wrapt",
    "yaml",
    "zmq",
    "zstandard",
}
QUIET |= {f"pyarrow.{part}" for part in ("lib", "_compute", "_compute_docstrings", "_json", "_pandas_api")}
# They reach a server by sockets of their own.
DRIVERS = {
    "asyncpg",
    "ceODBC",
    "connectorx",
    "cx_Oracle",
    "ibm_db",
    "mariadb",
    "mysql",
    "MySQLdb",
    "oracledb",
}
DRIVERS |= {"psycopg", "psycopg2", "pymssql", "pymysql", "pyodbc", "snowflake", "teradatasql", "turbodbc"}
NETWORK = {"pyarrow._flight", "grpc"}
# The same as shared libraries, however they were loaded; DuckDB's extensions reach servers and the web.
MAPPED = re.compile(
    r"/lib(pq|odbc|iodbc|tdsodbc|sybdb|ct|mysqlclient|mariadb|clntsh|db2|fbclient)[-.\d][^/\s]*$"
    r"|/([^/\s]+)\.duckdb_extension$"
)


def readers() -> list[str]:
    """Packages, by the names they are imported by, that may open files where no audit event tells of it."""
    native = {name: file for name, module in list(sys.modules.items()) if (file := _extension(module))}
    found = {_package(name, file) for name, file in native.items() if name not in QUIET}
    return sorted(found - QUIET - sys.stdlib_module_names)


def _extension(module: object) -> str | None:
    """The file of an extension module; None of any other."""
    file = getattr(module, "__file__", None)
    return file if isinstance(file, str) and file.endswith(tuple(EXTENSION_SUFFIXES)) else None


def _package(name: str, file: str) -> str:
    """The package that a module belongs to, whatever the module calls itself: some of SciPy's have one name only."""
    for folder in files.of_packages():
        if file.startswith(folder):
            found = file.removeprefix(folder).partition(os.sep)[0].partition(".")[0]
            return "polars" if found.startswith("_polars_runtime") else found
    return name.partition(".")[0]


def drivers() -> list[str]:
    """Database drivers that are loaded, as modules or as libraries."""
    loaded = {name.partition(".")[0] for name in sys.modules} & DRIVERS
    told = {f"database driver {name}" for name in loaded}
    told |= {f"network library {name}" for name in NETWORK & sys.modules.keys()}
    return sorted(told | {f"database library {name}" for name in _mapped()})


def _mapped() -> set[str]:
    try:
        with open("/proc/self/maps") as maps:
            found = [MAPPED.search(line.rstrip()) for line in maps]
    except OSError:
        return set()
    return {match[2] or f"lib{match[1]}" for match in found if match}
