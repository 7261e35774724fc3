"""Grey relations against the plain loop over queries, in one run, one thread.

Not part of `make test`. The plain loop computes for each query all distances (n, 9), smallest and largest per
group, coefficients and weighted sums; it is timed on tables as they come (row after row) and, stricter, on
cases turned column after column, which numpy passes over faster. Of 20,000 queries it answers a sample, and
its time is scaled; so is nothing else. All times are per comparison of a query with a case, best of a few.
"""

import os
import subprocess
import sys
import textwrap
import time

import numpy as np
import pytest
from test_ratios import report

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
    """Best time of each function per comparison, taken in turns so that a busy machine disturbs all alike."""
    best = dict.fromkeys(functions, np.inf)
    for _ in range(repeats):
        for name, function in functions.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], (time.perf_counter() - start) / sizes[name] * 1e9)
    return best


def tables(n):
    rng = np.random.default_rng(0)
    return rng.random((n, 9)), rng.random((n, 9))


def compare(ours, plain, n, capsys, what):
    """Time ours on all queries and the plain loop on a sample; return how many times as fast ours is."""
    queries, cases = tables(n)
    turned = np.asfortranarray(cases)
    functions = {
        "ours": lambda: ours(queries, cases),
        "rows": lambda: plain(queries[:SAMPLE], cases),
        "columns": lambda: plain(queries[:SAMPLE], turned),
    }
    t = nanoseconds(functions, {"ours": n * n, "rows": SAMPLE * n, "columns": SAMPLE * n})
    ratios = t["rows"] / t["ours"], t["columns"] / t["ours"]
    report(
        capsys,
        f"{what}, {n:,} × {n:,} × 9: {t['ours']:.1f} ns per comparison, {ratios[0]:.1f}× as fast as the plain "
        f"loop on rows ({t['rows']:.0f} ns), {ratios[1]:.1f}× as fast as on columns ({t['columns']:.0f} ns)",
    )
    return ratios


def test_similarity_of_two_thousand_against_the_plain_loop(capsys):
    queries, cases = tables(2000)
    expected = plain_similarity(queries[:20], cases)
    assert grey.similarity(queries[:20], cases, **CHOICE) == pytest.approx(expected, rel=1e-12)
    rows, _ = compare(
        lambda q, c: grey.similarity(q, c, **CHOICE), plain_similarity, 2000, capsys, "grey.similarity"
    )
    assert rows >= 2


@pytest.mark.parametrize(("n", "bar", "strict_bar"), [(2000, 2, 2), (20_000, 4, 3)])
def test_nearest_against_the_plain_loop(n, bar, strict_bar, capsys):
    queries, cases = tables(n)
    found = grey.nearest(queries[:50], cases, k=K, **CHOICE)
    assert (found.indices == plain_nearest(queries[:50], cases)).all()
    rows, columns = compare(
        lambda q, c: grey.nearest(q, c, k=K, **CHOICE), plain_nearest, n, capsys, f"grey.nearest(k={K})"
    )
    assert rows >= bar
    assert columns >= strict_bar


PROGRAM = """
    import re, time
    import numpy as np
    from workbench import grey
    rng = np.random.default_rng(0)
    X = rng.random((2, 20_000, 9))
    def per_comparison(n):
        start = time.perf_counter()
        grey.nearest(X[0, :n], X[1, :n], k=5, groups=list("rrrrfffmm"))
        return (time.perf_counter() - start) / n**2
    small = min(per_comparison(2000) for _ in range(5))
    large = min(per_comparison(20_000) for _ in range(2))
    # VmHWM, not ru_maxrss: the latter starts from the memory of the process that started this one.
    peak = re.search(r"VmHWM:\\s+(\\d+)", open("/proc/self/status").read())[1]
    print(large / small, int(peak) / 1024)
"""


def test_nearest_of_twenty_thousand_in_memory_and_time_per_comparison(capsys):
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(PROGRAM)],
        capture_output=True,
        text=True,
        check=True,
        env=os.environ | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
    )
    growth, peak = map(float, done.stdout.split())
    report(
        capsys,
        f"grey.nearest(k=5), 20,000 × 20,000: {peak:.0f} MiB resident in all, time per comparison "
        f"{growth:.2f} times that of 2,000 × 2,000",
    )
    assert peak < 2048
    assert growth < 1.5
