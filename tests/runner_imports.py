"""What a run imports, made once by the process that forks the tests' command lines."""

from workbench import cli  # noqa: F401
from workbench.runner import jobs, progress, sweep, verify  # noqa: F401

jobs._load()
