"""What a notebook says to its report, in three verbs; in JupyterLab the same is seen, and nothing is written.

findings  a sentence that answers the question, with computed numbers
asking    a question that the data may be unable to answer
tables    a table in readers' words; under a name, a result that leaves the report as a file
results   the files of named tables: your own ids, formula-safe, in a private folder
earlier   the named tables of an earlier report
keeping   whether this process is a run, and where its named tables go
words     a table in readers' words
sending   what travels to the report, and how it is read back
figures   a figure as SVG with its text alternative and the data behind it
svg       the SVG made short, its blacks and whites to follow a page
"""

from typing import TYPE_CHECKING, Any

from workbench.publish.asking import if_known
from workbench.publish.findings import finding
from workbench.publish.keeping import keep_in
from workbench.publish.sending import finding_of, harmless, table_of

if TYPE_CHECKING:
    from workbench.publish.earlier import previous
    from workbench.publish.figures import figure
    from workbench.publish.tables import table

__all__ = [
    "figure",
    "finding",
    "finding_of",
    "harmless",
    "if_known",
    "keep_in",
    "previous",
    "table",
    "table_of",
]


def __getattr__(name: str) -> Any:
    """Import what needs matplotlib or pandas when it is first used."""
    if name == "figure":
        from workbench.publish.figures import figure

        return figure
    if name == "previous":
        from workbench.publish.earlier import previous

        return previous
    if name == "table":
        from workbench.publish.tables import table

        return table
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
