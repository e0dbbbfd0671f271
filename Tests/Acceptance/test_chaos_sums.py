"""The comparison that chaos ends with finds every kind of wrong sum; needs no gateway."""

import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "Chaos"))

from reconcile import miscounted, most_at_once, over_limits, reconcile  # noqa: E402


def call(request="r1", tokens=10, told=True, provider="alpha", caller="ann", began=0.0, ended=1.0) -> dict:
    return {"request": request, "provider": provider, "caller": caller, "began": began, "ended": ended, "tokens": tokens, "told": told}


def row(request="r1", tokens=10, state="settled", estimated=False, provider="alpha", token="t1") -> dict:
    return {"request_id": request, "completion_tokens": tokens, "prompt_tokens": 25, "state": state, "estimated": estimated, "provider": provider, "token": token}


def seen(request="r1", tokens=10, status=200, complete=True) -> dict:
    return {"request": request, "caller": "ann", "status": status, "complete": complete, "tokens": tokens}


def test_sums_that_agree_are_no_problem():
    findings = reconcile([call()], [row()], [seen()])
    assert not findings.problems
    line = findings.lines["ann", "alpha"]
    assert (line.served, line.ledger, line.rows, line.guessed) == (10, 10, 1, 0)


@pytest.mark.parametrize(
    "calls, rows, callers",
    [
        ([call()], [], []),  # lost
        ([call()], [row(), row()], []),  # twice
        ([call()], [row(tokens=11)], []),  # too many
        ([call()], [row(tokens=9)], []),  # too few
        ([call(told=False)], [row()], []),  # the provider never told its usage, and the ledger is sure
        ([], [row(tokens=1)], []),  # tokens that nobody served
        ([], [], [seen()]),  # an answer without a row
        ([call()], [row()], [seen(tokens=12)]),  # the caller had more
    ],
)
def test_a_difference_that_no_guess_covers_is_a_problem(calls, rows, callers):
    assert reconcile(calls, rows, callers).problems


@pytest.mark.parametrize("guess", [{"estimated": True}, {"state": "abandoned"}])
def test_a_row_that_says_it_is_a_guess_covers_its_own_difference(guess):
    findings = reconcile([call(told=False)], [row(tokens=7, **guess)], [seen(complete=False)])
    assert not findings.problems
    line = findings.lines["ann", "alpha"]
    assert (line.guessed, line.guessed_difference) == (1, 3)


def test_a_call_that_failed_before_another_took_over_counts_nothing():
    first = call(tokens=0, told=False, provider="beta")
    findings = reconcile([first, call()], [row()], [seen()])
    assert not findings.problems and findings.lines["ann", "beta"].served == 0


def test_calls_at_once_are_counted_with_the_slack_a_provider_needs_to_notice():
    overlapping = [call(began=0, ended=2), call(began=1, ended=3), call(began=1.5, ended=4)]
    assert most_at_once(overlapping) == 3
    assert most_at_once([call(began=0, ended=1.1), call(began=1.0, ended=2)]) == 1


@pytest.mark.parametrize(
    "limits, is_over",
    [({"requests_per_day": 2}, False), ({"requests_per_day": 1}, True), ({"tokens_per_day": 70}, False), ({"tokens_per_day": 69}, True)],
)
def test_more_than_a_limit_is_a_problem(limits, is_over):
    callers = [{"name": "ann", "id": "t1", "limits": limits}]
    reports, problems = over_limits(callers, [row("r1"), row("r2")], [call("r1"), call("r2")])
    assert reports and bool(problems) == is_over


@pytest.mark.parametrize("counted, is_wrong", [((2, 70), False), ((1, 70), True), ((2, 69), True), ((2, 71), True)])
def test_counters_that_differ_from_the_ledger_are_a_problem(counted, is_wrong):
    callers = [{"name": "ann", "id": "t1"}, {"name": "ben", "id": "t2"}]
    rows = [row("r1"), row("r2", state="abandoned"), row("r3", token="t2")]
    reports, problems = miscounted(callers, rows, {"ann": counted})
    assert len(reports) == 1 and bool(problems) == is_wrong
