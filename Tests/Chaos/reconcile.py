"""Lays what providers served beside what the ledger says. Pure: lists in, findings out."""

from __future__ import annotations

import collections
import dataclasses


@dataclasses.dataclass
class Line:
    """What one caller had of one provider."""

    served: int = 0
    ledger: int = 0
    rows: int = 0
    guessed: int = 0  # rows that are estimated or abandoned
    guessed_difference: int = 0


@dataclasses.dataclass
class Findings:
    lines: dict[tuple[str, str], Line]
    problems: list[str]


def is_guess(row: dict) -> bool:
    """The ledger itself says that this row's tokens are not the provider's own figures."""
    return row["estimated"] or row["state"] == "abandoned"


def reconcile(calls: list[dict], rows: list[dict], seen: list[dict]) -> Findings:
    """`calls` are the providers' counts, `rows` the ledger's, `seen` what callers saw; `request` and `request_id` join them.

    Every call belongs to exactly one row. A row that is no guess has the tokens of the call that told its usage, to the token.
    """
    problems: list[str] = []
    lines: dict[tuple[str, str], Line] = collections.defaultdict(Line)
    calls_of = collections.defaultdict(list)
    for call in calls:
        calls_of[call["request"]].append(call)
    rows_of = collections.defaultdict(list)
    for row in rows:
        rows_of[row["request_id"]].append(row)
    callers = {one["request"]: one["caller"] for one in [*seen, *calls]}

    for request, served in calls_of.items():
        for call in served:
            lines[call["caller"], call["provider"]].served += call["tokens"]
        if len(rows_of[request]) != 1:
            problems.append(f"{request}: {len(rows_of[request])} rows for {len(served)} calls")

    for request, found in list(rows_of.items()):
        if len(found) > 1 and request not in calls_of:
            problems.append(f"{request}: {len(found)} rows")
        for row in found:
            served = calls_of[request]
            provider = row["provider"] or (served[-1]["provider"] if served else "-")
            line = lines[callers.get(request, "?"), provider]
            tokens = row["completion_tokens"] or 0
            line.rows += 1
            line.ledger += tokens
            if is_guess(row):
                line.guessed += 1
                line.guessed_difference += sum(call["tokens"] for call in served) - tokens
                continue
            told = [call["tokens"] for call in served if call["told"]]
            if tokens != sum(told):
                problems.append(f"{request}: the ledger says {tokens} tokens, the provider served {sum(told)}")

    for one in seen:
        if one["status"] != 200:
            continue
        found = rows_of[one["request"]]
        if not found:
            problems.append(f"{one['request']}: the caller had an answer, and there is no row")
        elif one["complete"] and not is_guess(found[0]) and found[0]["completion_tokens"] != one["tokens"]:
            problems.append(
                f"{one['request']}: the ledger says {found[0]['completion_tokens']} tokens, the caller had {one['tokens']}"
            )
    return Findings(dict(lines), problems)


def tokens(row: dict) -> int:
    return (row["prompt_tokens"] or 0) + (row["completion_tokens"] or 0)


def miscounted(callers: list[dict], rows: list[dict], counted: dict[str, tuple[int, int]]) -> tuple[list[str], list[str]]:
    """Reports and problems of what limits have `counted` of each caller today, beside what the ledger says: guess or not, it is
    the row that counts."""
    reports, problems = [], []
    for caller in callers:
        if caller["name"] not in counted:
            continue
        own = [row for row in rows if row["token"] == caller["id"]]
        ledger = len(own), sum(tokens(row) for row in own)
        limits = counted[caller["name"]]
        line = f"{caller['name']}: {limits[0]} requests and {limits[1]} tokens counted, {ledger[0]} and {ledger[1]} in the ledger"
        reports.append(line)
        if limits != ledger:
            problems.append(line)
    return reports, problems


def most_at_once(calls: list[dict], slack: float = 0.25) -> int:
    """Most calls open at one time. A provider learns a moment late that a call has ended: `slack` seconds are given."""
    edges = []
    for call in calls:
        ended = (call["ended"] or call["began"]) - slack
        if ended > call["began"]:
            edges += [(call["began"], 1), (ended, -1)]
    most = now = 0
    for _, step in sorted(edges):
        now += step
        most = max(most, now)
    return most


def over_limits(callers: list[dict], rows: list[dict], calls: list[dict]) -> tuple[list[str], list[str]]:
    """Reports and problems of callers with limits. Days are one window here: a run does not last over midnight."""
    reports, problems = [], []
    request_callers = {call["request"]: call["caller"] for call in calls}
    for caller in callers:
        own = [row for row in rows if row["token"] == caller.get("id") or request_callers.get(row["request_id"]) == caller["name"]]
        for name, limit in caller.get("limits", {}).items():
            if name == "requests_per_day":
                passed = len(own)
            elif name == "tokens_per_day":
                passed = sum(tokens(row) for row in own)
            elif name == "concurrent_requests":
                passed = most_at_once([call for call in calls if call["caller"] == caller["name"]])
            else:
                continue
            reports.append(f"{caller['name']}: {name} {limit}, passed {passed}")
            if passed > limit:
                problems.append(f"{caller['name']}: {passed} passed a limit of {limit} {name}")
    return reports, problems
