"""Customer-segmentation research workbench, one room per family of methods.

ahp        pairwise judgements to weights, consistency, groups of judges, and back
anp        a network's limit weights, its structure, what each judgement moves
grey       grey relational coefficients, grades, two-level similarity, nearest cases
cbr        a classifier by grey nearest cases that explains itself; cases in a database
events     clean an event log; indicators per customer; movement from week to week
rfm        recency, frequency, monetary: three or nine indicators, scaled and scored
segments   clusters, how many and how stable, what each is, names and strategies
sales      sales by class and quarter, the annual review, why sales changed
trees      classification trees that know what errors cost: C5.0, CART with losses
churn      who will leave, what a list costs and brings, whether calling helped
retention  the monthly loop in a database: scores, lists with control groups, feedback, outcomes, effects
grading    classes by a questionnaire, grades by limits, and who would keep them
service    waits, seats, and packages within limits
complaints  graded by rules, grouped, due and on time, two graders' agreement, control limits
openings    several accounts of one person on one day: alerts with their evidence
data       the data sets by name, or a user's own file: load, map columns, check, refuse
plots      drawings; they never compute
publish    what a notebook says to its report: findings, tables, figures
claims     published figures against reproduced ones
privacy    personal data in what is about to be published: check digits, context, keyed fingerprints
checks     what every family asks of its input, one wording each
places     where a project keeps its notebooks, claims, reports and data
addresses  a database's address: an engine, and failures in one line without the password
runner     run a notebook and write a report whose verdict is true
lab        the form and the report in JupyterLab; the rules of a notebook in Run All
"""

import importlib
import importlib.abc
import importlib.util
import sys

__version__ = "0.2.0"

# What notebooks import by the names that these modules had before the families.
MOVED = {
    "answers": "cbr.representatives",
    "clustering": "segments.clustering",
    "grey_sensitivity": "grey.sensitivity",
    "judgements": "ahp.judgements",
    "judges": "ahp.judges",
    "movement": "events.movement",
    "personas": "segments.personas",
    "profiles": "segments.profiles",
    "surrogate_bank": "data.standin.bank_app_kmeans",
    "validity": "segments.validity",
    "value_classes": "segments.value_classes",
}


def __getattr__(name):
    """Serve `from workbench import clustering` and the like from their family."""
    if name not in MOVED:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return importlib.import_module(f"{__name__}.{MOVED[name]}")


class _Moved(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Serve `from workbench.clustering import QuickCluster` and the like: the same module, not a second one."""

    def find_spec(self, name, path=None, target=None):
        package, _, last = name.rpartition(".")
        return importlib.util.spec_from_loader(name, self) if package == __name__ and last in MOVED else None

    def create_module(self, spec):
        module = __getattr__(spec.name.rpartition(".")[2])
        self.own = module.__spec__  # the import system is about to put the other spec in its place
        return module

    def exec_module(self, module):
        module.__spec__ = self.own


sys.meta_path.append(_Moved())


def _hold_rules():
    """Have the kernel of a notebook refuse parameters that break its rules; a run has checked them before its own."""
    ipython = sys.modules.get("IPython.core.getipython")
    shell = ipython and ipython.get_ipython()
    if type(shell).__module__ == "ipykernel.zmqshell":  # Jupyter's; that of a run is the runner's
        importlib.import_module(f"{__name__}.lab.rules").hold(shell)


_hold_rules()
