"""Kills things under load, waits until it is quiet, and compares what providers served with what the ledger says."""

from __future__ import annotations

import argparse
import json
import pathlib
import random
import shutil
import sys
import tempfile
import time

from cluster import MODELS, Cluster, Faults, start_load
from reconcile import miscounted, over_limits, reconcile

TAMPERING = {
    "none": None,
    "tokens": "UPDATE requests SET completion_tokens = completion_tokens + 1 WHERE id = "
    "(SELECT id FROM (SELECT MIN(id) AS id FROM requests WHERE state = 'settled' AND estimated = 0 AND completion_tokens > 0) x)",
    "lose": "DELETE FROM requests WHERE id = (SELECT id FROM (SELECT MAX(id) AS id FROM requests WHERE provider IS NOT NULL) x)",
}


def say(text: str):
    print(text, flush=True)


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="Tests/Chaos/run", description=__doc__)
    parser.add_argument("--stores", choices=["sqlite", "mysql", "cluster"], default="sqlite")
    parser.add_argument("--nodes", type=int, default=0, help="1 with sqlite, else and in a rolling restart 3")
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--seed", type=int, default=None, help="printed by every run")
    parser.add_argument("--whole", type=float, default=100, help="whole requests a second")
    parser.add_argument("--streams", type=int, default=40, help="streams open at a time")
    parser.add_argument("--break", dest="kinds", default="node,node,node,redis,mysql", help="what is killed, as often as it is named")
    parser.add_argument("--forgetful", action="store_true", help="a Redis that is killed loses its memory")
    parser.add_argument("--rolling", action="store_true", help="restart every node gently in turn: no request may fail")
    parser.add_argument("--tamper", choices=list(TAMPERING), default="none", help="falsify the ledger: the run must fail")
    parser.add_argument("--keep", action="store_true", help="keep the folder with logs and data")
    return parser.parse_args()


def orders(cluster: Cluster, options, callers: list[dict]) -> dict:
    kinds = {"well": 1} if options.rolling else {"well": 80, "silent": 6, "cut": 3, "refuse": 11}
    return {
        "prefix": "c",
        "port": cluster.edge.port,
        "certificate": str(cluster.edge.certificate),
        "seconds": options.seconds,
        "seed": options.seed,
        "callers": callers,
        "models": [f"rotation/{model}" for model in MODELS],
        "whole": options.whole,
        "streams": options.streams,
        # Long streams: some are open whenever a node ends.
        "tokens": [20, 40] if options.rolling else [5, 60],
        "interval": 0.3 if options.rolling else 0.05,
        "kinds": kinds,
        "leave": 0 if options.rolling else 0.1,
    }


def kinds(cluster: Cluster, options) -> list[str]:
    """Of what is to be broken, what there is."""
    there = {"node": cluster.nodes, "redis": cluster.redis, "mysql": cluster.mariadb}
    return [kind for kind in options.kinds.split(",") if there[kind]]


def report(findings, limits: list[str], seen: list[dict], holds: int):
    say(f"\n{'caller':8} {'provider':9} {'served':>9} {'ledger':>9} {'difference':>11} {'rows':>7} {'guessed':>8} {'of these':>9}")
    for (caller, provider), line in sorted(findings.lines.items()):
        difference = line.served - line.ledger
        say(
            f"{caller:8} {provider:9} {line.served:9} {line.ledger:9} {difference:11} {line.rows:7} {line.guessed:8}"
            f" {line.guessed_difference:9}"
        )
    statuses: dict[str, int] = {}
    for one in seen:
        name = str(one["status"] or "no answer") + ("" if one["complete"] or one["status"] != 200 else " broken off")
        statuses[name] = statuses.get(name, 0) + 1
    say("callers saw: " + ", ".join(f"{count} x {name}" for name, count in sorted(statuses.items())))
    for line in limits:
        say("limit of " + line)
    say(f"holds left: {holds}")


def failures(seen: list[dict]) -> list[str]:
    """What a rolling restart may not show to anybody."""
    bad = [one for one in seen if one["status"] != 200 or not one["complete"]]
    return [f"{one['request']}: status {one['status']} {one['error']}" for one in bad]


def run(options, folder: pathlib.Path) -> list[str]:
    server = {"drain_delay": 5} if options.rolling else {"trusted_proxies": ["127.0.0.0/8"]}
    cluster = Cluster(folder, options.nodes, options.stores, server, options.forgetful)
    problems: list[str] = []
    try:
        cluster.start()
        # In a rolling restart nothing may fail, so nobody may meet a limit.
        callers = cluster.make_callers(limited=not options.rolling)
        load = start_load(orders(cluster, options, callers), folder)
        begun = time.monotonic()
        faults = Faults(cluster, random.Random(options.seed), options.seconds, kinds(cluster, options), say)
        if options.rolling:
            time.sleep(2)
            faults.roll(begun)
            if time.monotonic() - begun > options.seconds:
                problems.append("the load was over before every node had been restarted: use more --seconds")
        else:
            faults.run(begun)
        if load.wait(options.seconds + 120) != 0:
            problems.append("the load ended badly: " + (folder / "load.log").read_text()[-500:])
        seen = json.loads((folder / "load-c.json").read_text())
        holds, calls, rows = cluster.wait_for_quiet()
        if TAMPERING[options.tamper]:
            cluster.tamper(TAMPERING[options.tamper])
            rows = cluster.rows()
        findings = reconcile(calls, rows, seen)
        limits, over = over_limits(callers, rows, calls)
        counters, wrong = miscounted(callers, rows, cluster.counted(callers))
        report(findings, [*limits, *counters], seen, holds)
        problems += findings.problems + over + wrong
        problems += failures(seen) if options.rolling else []
        problems += [f"{holds} holds are left"] if holds else []
        problems += [] if len(calls) > options.seconds else [f"only {len(calls)} requests reached a provider"]
    finally:
        problems += cluster.stop()
    return problems


def wait_for_room_in_day(seconds: float):
    """Limits and counters are compared by the day (of UTC), so a run does not last over its end."""
    left = 86_400 - time.time() % 86_400
    if left < seconds:
        say(f"waits {left:.0f} s for the day to end")
        time.sleep(left + 1)


def main():
    options = arguments()
    options.seed = random.SystemRandom().randrange(1_000_000) if options.seed is None else options.seed
    options.nodes = options.nodes or (3 if options.stores != "sqlite" or options.rolling else 1)
    wait_for_room_in_day(options.seconds + 120)
    say(f"seed {options.seed}, {options.nodes} nodes on {options.stores}, {options.seconds:.0f} s")
    folder = pathlib.Path(tempfile.mkdtemp(prefix="switchyard-chaos-"))
    try:
        problems = run(options, folder)
    finally:
        if options.keep:
            say(f"kept: {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    for problem in problems[:30]:
        say("WRONG  " + problem)
    if problems:
        sys.exit(f"{len(problems)} things are wrong; seed {options.seed}")
    say("Everything adds up.")


if __name__ == "__main__":
    main()
