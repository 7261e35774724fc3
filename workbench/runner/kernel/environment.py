"""What a run sets in the environment of its kernel, so that the kernel gives the same numbers everywhere."""

import os
from collections.abc import Iterable
from pathlib import Path

# One thread and a fixed hash seed give the same numbers on every machine; the profile folder keeps a
# user's start-up files out; an inherited MPLBACKEND would change what a figure cell stores, and an SVG bears
# the date of its making.
ENVIRONMENT = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "SOURCE_DATE_EPOCH": "0",
    "MATPLOTLIBRC": str(Path(__file__).with_name("matplotlibrc")),  # a user's own settings stay out
    "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}


def with_modules(folders: Iterable[Path]) -> dict[str, str]:
    """The environment in which the modules of some folders can be imported; those beside the notebook always can.

    Examples
    --------
    >>> with_modules([]) == ENVIRONMENT
    True
    """
    own = [str(folder) for folder in folders]
    inherited = [path for path in [os.environ.get("PYTHONPATH")] if path]
    return ENVIRONMENT | ({"PYTHONPATH": os.pathsep.join(own + inherited)} if own else {})
