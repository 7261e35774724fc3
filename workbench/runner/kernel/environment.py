"""The environment of a kernel: what a run sets in it, and the little that is let in from outside.

A variable that nobody thinks of can change what a notebook does: with PYTHONOPTIMIZE no `assert` runs, with
PYTHONWARNINGS no warning fails. So a kernel has what is listed here and nothing else.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

# One thread and a fixed hash seed give the same numbers on every machine; an inherited MPLBACKEND would change
# what a figure cell stores, and an SVG bears the date of its making.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "LANG": "C.UTF-8",
    "LC_ALL": "C.UTF-8",
    "TZ": "UTC",
    "SOURCE_DATE_EPOCH": "0",
    "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),  # a user's own settings stay out
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
# Where programs, modules and folders are, which differs from machine to machine.
MACHINE = {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "PYTHONPATH", "MPLCONFIGDIR", "XDG_CACHE_HOME"}
MACHINE |= {"LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH"}
# What a source of data needs: Spark, an SQL database's driver, the way through a company's network.
SOURCES = {"JAVA_HOME", "PYSPARK_PYTHON", "HADOOP_HOME", "HADOOP_CONF_DIR", "YARN_CONF_DIR", "KRB5CCNAME"}
SOURCES |= {"KRB5_CONFIG", "SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"}
SOURCES |= {f"{kind}_proxy" for kind in ("http", "https", "ftp", "all", "no")}
SOURCES |= {f"{kind}_PROXY" for kind in ("HTTP", "HTTPS", "FTP", "ALL", "NO")}
PREFIXES = ("SPARK_", "PG")  # all that is libpq's begins with PG


def let_in(environment: Mapping[str, str]) -> dict[str, str]:
    """What a kernel gets of the environment in which the workbench was called.

    Examples
    --------
    >>> let_in({"PGHOST": "db", "PYTHONOPTIMIZE": "1", "PATH": "/bin", "TZ": "Asia/Tokyo"})
    {'PGHOST': 'db', 'PATH': '/bin'}
    """
    allowed = MACHINE | SOURCES
    return {n: v for n, v in environment.items() if n in allowed or n.startswith(PREFIXES)}


def shown(environment: Mapping[str, str]) -> dict[str, str | None]:
    """What a record says of a kernel's environment: the values that a run sets; of all else the name.

    Examples
    --------
    >>> shown({"TZ": "UTC", "PGPASSWORD": "s3cret"})
    {'PGPASSWORD': None, 'TZ': 'UTC'}
    """
    pinned = {n: Path(v).name if os.path.isabs(v) else v for n, v in ENVIRONMENT.items()}
    return {name: pinned.get(name) for name in sorted(environment)}


def of_kernel(folders: Iterable[Path]) -> dict[str, str]:
    """The whole environment of a kernel that can import the modules of some folders.

    Those beside the notebook always can be imported.
    """
    inherited = let_in(os.environ)
    paths = [*map(str, folders), *filter(None, [inherited.get("PYTHONPATH")])]
    return inherited | ENVIRONMENT | ({"PYTHONPATH": os.pathsep.join(paths)} if paths else {})
