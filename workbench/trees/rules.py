"""A tree in words: conditions, rules, which inputs are used, and the tree as an indented text or as a table."""

from collections import defaultdict
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from workbench import checks
from workbench.trees.nodes import Node


@dataclass
class Step:
    """A node on the way down: its parent's number, how it is reached, and the branches taken from the top."""

    number: int
    node: Node
    parent: "Step | None" = None
    branch: int = -1
    leaf: int | None = None
    path: tuple = field(default=())  # of (test, branch)

    @property
    def counts(self):
        return self.node.counts

    @property
    def wrong(self):
        return float(self.counts.sum() - self.counts[self.node.label])


def steps(root):
    """Return a Step for each node, a parent before its branches; leaves are numbered from 1."""
    found, waiting, leaf = [], [Step(0, root)], 0
    while waiting:
        step = waiting.pop()
        step.number = len(found)
        found.append(step)
        if step.node.is_leaf:
            leaf += 1
            step.leaf = leaf
        for b in reversed(range(len(step.node.branches))):
            path = (*step.path, (step.node.test, b))
            waiting.append(Step(-1, step.node.branches[b], step, b, path=path))
    return found


def branch_text(inputs, test, branch):
    """Write a branch as a condition, such as `fee ≤ 86` or `region = north, south`."""
    return _written(inputs[test.column], *_bounds(test, branch), _levels(test, branch))


def condition(inputs, path):
    """Write what holds at the end of a path; of several tests of one input, only what they say together.

    A tree of one leaf has no condition: `always`.
    """
    low, high, levels = {}, {}, {}
    for test, branch in path:
        column, (least, most) = test.column, _bounds(test, branch)
        low[column] = max(low.get(column, -np.inf), least)
        high[column] = min(high.get(column, np.inf), most)
        own = _levels(test, branch)
        levels[column] = own if levels.get(column) is None else levels[column] & own
    texts = (_written(inputs[column], low[column], high[column], levels[column]) for column in low)
    return " and ".join(texts) or "always"


def _bounds(test, branch):
    if not test.numeric:
        return -np.inf, np.inf
    return (test.cut, np.inf) if branch else (-np.inf, test.cut)


def _levels(test, branch):
    return None if test.numeric else test.branch_of == branch


def _written(item, low, high, levels):
    if levels is not None:
        return f"{item.name} = {', '.join(str(level) for level in item.levels[levels])}"
    if np.isinf(high):
        return f"{item.name} > {number(low)}"
    return (
        f"{item.name} ≤ {number(high)}" if np.isinf(low) else f"{number(low)} < {item.name} ≤ {number(high)}"
    )


def number(value):
    """Write a single-precision number in as few digits as tell it.

    Examples
    --------
    >>> number(np.float32(0.1)), number(np.float32(86)), number(np.float32(2.5e12))
    ('0.1', '86', '2.5e+12')
    """
    if 1e-4 <= abs(value) < 1e7 or value == 0:
        return np.format_float_positional(np.float32(value), trim="-")
    return np.format_float_scientific(np.float32(value), trim="-")


def rules(root, inputs, classes):
    """Return one row per leaf: leaf, condition, n, wrong, class."""
    leaves = [step for step in steps(root) if step.leaf is not None]
    return pd.DataFrame(
        {
            "leaf": [step.leaf for step in leaves],
            "condition": [condition(inputs, step.path) for step in leaves],
            "n": [float(step.counts.sum()) for step in leaves],
            "wrong": [step.wrong for step in leaves],
            "class": classes[[step.node.label for step in leaves]],
        }
    )


def table(root, inputs, classes):
    """Return one row per node: parent, branch, test, leaf, n, wrong, class, counts."""
    found = steps(root)
    return pd.DataFrame(
        {
            "parent": pd.array(
                [step.parent.number if step.parent else pd.NA for step in found], dtype="Int64"
            ),
            "branch": [branch_text(inputs, *step.path[-1]) if step.path else "" for step in found],
            "test": [None if step.leaf else str(inputs[step.node.test.column].name) for step in found],
            "leaf": pd.array([step.leaf or pd.NA for step in found], dtype="Int64"),
            "n": [float(step.counts.sum()) for step in found],
            "wrong": [step.wrong for step in found],
            "class": classes[[step.node.label for step in found]],
            "counts": [tuple(step.counts.tolist()) for step in found],
        },
        index=pd.RangeIndex(len(found), name="node"),
    )


def usage(root, inputs):
    """Return one row per input: the share of training cases that meet a test of it, and the number of tests."""
    cases, tests = defaultdict(float), defaultdict(int)
    for step in steps(root):
        if step.leaf is None:
            column = step.node.test.column
            tests[column] += 1
            if column not in {test.column for test, _ in step.path}:
                cases[column] += step.counts.sum()
    found = pd.DataFrame(
        {
            "input": [item.name for item in inputs],
            "usage": [cases[i] / root.counts.sum() for i in range(len(inputs))],
            "tests": [tests[i] for i in range(len(inputs))],
        }
    )
    return found.sort_values("usage", ascending=False, kind="stable", ignore_index=True)


def text(root, inputs, classes):
    """Return the tree as lines, a branch indented below its test; leaves with their cases and wrong ones."""
    lines = []
    for step in steps(root):
        start = "|   " * max(len(step.path) - 1, 0) + (
            branch_text(inputs, *step.path[-1]) if step.path else ""
        )
        end = _leaf_text(step, classes) if step.leaf is not None else ":"
        if start or step.leaf is not None:
            lines.append(start + (end if end == ":" or not start else ": " + end))
    return "\n".join(lines)


def _leaf_text(step, classes):
    n, wrong = (f"{round(float(value), 1):.12g}" for value in (step.counts.sum(), step.wrong))
    return f"{classes[step.node.label]} ({n}{'/' + wrong if float(wrong) else ''})"


def shortened(conditions: pd.Series, decimals: int = 3) -> pd.Series:
    """Round the numbers in conditions for a table; the tree itself compares with more digits.

    Parameters
    ----------
    conditions : pandas.Series of str
        Such as the rules of `explain`.
    decimals : int
        Digits behind the point at most.

    Examples
    --------
    >>> shortened(pd.Series(["usage > 0.39607844 and fee ≤ 86"])).tolist()
    ['usage > 0.396 and fee ≤ 86']
    """
    checks.whole_number("decimals", decimals, 0)
    return conditions.str.replace(
        r"\d+\.\d+", lambda number: f"{round(float(number[0]), decimals):.15g}", regex=True
    )
