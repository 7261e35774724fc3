import pytest

from workbench.runner.record.verdict import EXIT_CODES, Seen, describe_exit, judge

# Everything that can be seen at once when a kernel is killed by us: each earlier fact outranks the later.
WORST = {
    "interrupted": "SIGINT",
    "timed_out": "the run passed its limit of 2 s",
    "over_memory": "memory limit: 700 MiB used, 500 MiB allowed",
    "exit_code": -9,
    "failure": "the report could not be written",
    "error": {"ename": "KeyError", "evalue": "'x'"},
    "shown_error": (0, "KeyError: 'x'"),
    "lost_output": "output did not arrive",
}
ORDER = ["interrupted", "timed out", "kernel died", "kernel died", "failed", "failed", "failed", "incomplete"]


@pytest.mark.parametrize("known", range(len(WORST)))
def test_earlier_facts_outrank_later_ones(known):
    facts = dict(list(WORST.items())[known:])
    assert judge(Seen(expected=[0], **facts))[0] == ORDER[known]


def test_a_cell_without_a_reply_makes_the_run_incomplete():
    seen = Seen(expected=[1, 3, 5], replies={1: "ok", 3: "aborted"})
    assert judge(seen) == ("incomplete", "2 of 3 code cells did not run")
    assert seen.not_run == [3, 5]


def test_an_error_reply_fails_unless_the_author_announced_it():
    replies = {1: "ok", 2: "error"}
    assert judge(Seen(expected=[1, 2], replies=replies)) == ("failed", "code cell 2 of 2 raised an exception")
    assert judge(Seen(expected=[1, 2], replies=replies, tolerated={2}))[0] == "passed"


def test_exit_codes_are_distinct_and_one_is_kept_for_bugs():
    assert len(set(EXIT_CODES.values())) == len(EXIT_CODES)
    assert 1 not in EXIT_CODES.values()
    assert [word for word, code in EXIT_CODES.items() if code == 0] == ["passed"]


def test_describe_exit_names_the_signal():
    assert describe_exit(-9) == "the kernel was killed by SIGKILL"
    assert describe_exit(-99) == "the kernel was killed by signal 99"
