"""Whether a source names a table on a Spark cluster, and what that needs on this machine."""

import importlib.util
import os
import shutil

from workbench.data.catalogue import DataError

__all__ = ["SPARK", "is_on_cluster", "require"]

SPARK = "spark:"  # before the name of a table, or the path of Parquet files


def is_on_cluster(data_file: object) -> bool:
    """Whether a source names a table on a cluster.

    Examples
    --------
    >>> is_on_cluster("spark:shop.payments"), is_on_cluster("payments.csv")
    (True, False)
    """
    return isinstance(data_file, str) and data_file.startswith(SPARK)


def require() -> None:
    """Refuse where Spark, or the Java that it runs on, is missing; a remote cluster needs no Java here."""
    if importlib.util.find_spec("pyspark") is None:
        raise DataError("--data spark:… needs Spark's package: pip install 'segmentation-workbench[spark]'.")
    home, path = os.environ.get("JAVA_HOME"), os.environ.get("PATH", "")
    java = shutil.which("java", path=f"{home}/bin" if home else path)
    if not os.environ.get("SPARK_REMOTE") and java is None:
        raise DataError(
            "--data spark:… needs Java 17 or newer, or SPARK_REMOTE with the address of a cluster."
        )
