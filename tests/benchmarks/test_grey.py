"""Grey relations against the plain loop over queries, in one run, one thread.

Not part of `make test`. The plain loop computes for each query all distances (n, 9), smallest and largest per
group, coefficients and weighted sums; it is timed on tables as they come (row after row) and, stricter, on
cases turned column after column, which numpy passes over faster. Of 20,000 queries it answers a sample, and
its time is scaled; so is nothing else. All times are per comparison of a query with a case, best of a few.
"""

import numpy as np
import pytest
from timing import apart, in_turns

from workbench import grey

K, RHO, SAMPLE = 5, 0.5, 200
GROUPS = {"recency": slice(0, 4), "frequency": slice(4, 7), "monetary": slice(7, 9)}
GROUP_WEIGHTS = {"recency": 0.1312, "frequency": 0.7928, "monetary": 0.076}
WEIGHTS = np.array([0.3281, 0.1872, 0.2244, 0.2603, 0.3414, 0.4238, 0.2347, 0.5, 0.5])
CHOICE = {
    "weights": WEIGHTS,
    "groups": [name for name, part in GROUPS.items() for _ in range(part.start, part.stop)],
    "group_weights": GROUP_WEIGHTS,
}


def plain_row(query, cases):
    """Similarities of one query, the plain way."""
    distance = np.abs(query - cases)
    total = np.zeros(len(cases))
    for name, part in GROUPS.items():
        own = distance[:, part]
        low, high = own.min(), own.max()
        total += GROUP_WEIGHTS[name] * ((low + RHO * high) / (own + RHO * high) @ WEIGHTS[part])
    return total


def plain_similarity(queries, cases):
    return np.array([plain_row(query, cases) for query in queries])


def plain_nearest(queries, cases):
    found = np.empty((len(queries), K), dtype=int)
    for i, query in enumerate(queries):
        total = plain_row(query, cases)
        few = np.argpartition(total, len(total) - K)[-K:]
        found[i] = few[np.argsort(-total[few], kind="stable")]
    return found


def nanoseconds(functions, sizes, repeats=3):
    """Best time of each function per comparison."""
    return {name: taken / sizes[name] * 1e9 for name, taken in in_turns(functions, repeats).items()}


def tables(n):
    rng = np.random.default_rng(0)
    return rng.random((n, 9)), rng.random((n, 9))


def compare(ours, plain, n, ratio, what):
    """Time ours on all queries and the plain loop on a sample; return how many times as fast ours is."""
    queries, cases = tables(n)
    turned = np.asfortranarray(cases)
    functions = {
        "ours": lambda: ours(queries, cases),
        "rows": lambda: plain(queries[:SAMPLE], cases),
        "columns": lambda: plain(queries[:SAMPLE], turned),
    }
    t = nanoseconds(functions, {"ours": n * n, "rows": SAMPLE * n, "columns": SAMPLE * n})
    what = f"{what}, {n:,} × {n:,} × 9, per comparison"
    ratio(what, t["ours"], "the plain loop on rows", t["rows"], unit="ns")
    ratio(what, t["ours"], "the plain loop on columns", t["columns"], unit="ns")


def test_similarity_of_two_thousand_against_the_plain_loop(ratio):
    queries, cases = tables(2000)
    expected = plain_similarity(queries[:20], cases)
    assert grey.similarity(queries[:20], cases, **CHOICE) == pytest.approx(expected, rel=1e-12)
    compare(lambda q, c: grey.similarity(q, c, **CHOICE), plain_similarity, 2000, ratio, "grey.similarity")


@pytest.mark.parametrize("n", [2000, 20_000])
def test_nearest_against_the_plain_loop(n, ratio):
    queries, cases = tables(n)
    found = grey.nearest(queries[:50], cases, k=K, **CHOICE)
    assert (found.indices == plain_nearest(queries[:50], cases)).all()
    compare(lambda q, c: grey.nearest(q, c, k=K, **CHOICE), plain_nearest, n, ratio, f"grey.nearest(k={K})")


PROGRAM = """
    import time
    import numpy as np
    from workbench import grey
    rng = np.random.default_rng(0)
    X = rng.random((2, 20_000, 9))
    def per_comparison(n):
        start = time.perf_counter()
        grey.nearest(X[0, :n], X[1, :n], k=5, groups=list("rrrrfffmm"))
        return (time.perf_counter() - start) / n**2
    told = min(per_comparison(2000) for _ in range(5)) * 1e9, min(per_comparison(20_000) for _ in range(2)) * 1e9
"""


def test_nearest_of_twenty_thousand_in_memory_and_time_per_comparison(ratio):
    _, peak, (small, large) = apart(PROGRAM)
    what = "grey.nearest(k=5), 20,000 × 20,000, per comparison"
    ratio(what, float(large), "that of 2,000 × 2,000", float(small), unit="ns")
    assert peak < 2048
