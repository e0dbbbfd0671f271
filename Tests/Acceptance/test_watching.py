"""A real Prometheus on the shipped configuration: its rules hold, nodes are asked, and every panel of the dashboard shows something."""

import json
import math
import pathlib
import re
import subprocess

import pytest

from clusters import environment
from configs import provider, rotation
from fakes import Answer, behaviours
from gateway import wait_until
from services.mariadb import program
from services.prometheus import SHIPPED, Prometheus
from services.redis import Redis

DASHBOARD = json.loads((SHIPPED.parent / "grafana/dashboards/switchyard.json").read_text())
# Two servers and two nodes start here; a busy machine takes its time.
pytestmark = pytest.mark.timeout(300)
RULES = pathlib.Path(__file__).with_name("prometheus-rules.yml")


def promtool(*words) -> str:
    done = subprocess.run([program("promtool"), *map(str, words)], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_shipped_configuration_and_its_rules_are_right():
    assert "rules found" in promtool("check", "config", SHIPPED / "prometheus.yml")


def test_alerts_fire_when_something_is_wrong_and_only_then(tmp_path):
    text = RULES.read_text()
    for name in [line.split()[-1] for line in (SHIPPED / "rules.yml").read_text().splitlines() if "- alert:" in line]:
        assert text.count(f"alertname: {name}") == 2, f"{name} is to be tried where it fires and where it does not"
    file = tmp_path / "rules.yml"
    file.write_text(text.replace("RULES", str(SHIPPED / "rules.yml")))
    promtool("test", "rules", file)


@pytest.fixture
def watched(make_gateway, make_fake, mariadb, tmp_path_factory):
    """Two nodes of a cluster that are asked by Prometheus, and a caller who makes everything happen that is counted."""
    redis = Redis(tmp_path_factory.mktemp("redis")).start()
    well, ill = make_fake(), make_fake(default=behaviours.error(500))
    well.always(Answer())
    config = {
        "providers": {"well": provider(well), "ill": provider(ill)},
        "rotations": {"r": rotation(("ill", "m"), ("well", "m"))},
    }
    database = mariadb.make_database()
    nodes = [make_gateway(config, env=environment(redis.url, database, f"node-{number}")) for number in range(2)]
    prometheus = Prometheus(tmp_path_factory.mktemp("prometheus"), [f"127.0.0.1:{node.port}" for node in nodes])
    try:
        yield prometheus.start(), nodes
    finally:
        prometheus.stop()
        for node in nodes:
            node.stop()
        redis.stop()


def make_traffic(node):
    node.chat("well/m")
    node.chat("rotation/r")
    node.chat("ill/m")
    node.chat("no/such")
    with node.stream({"model": "well/m", "messages": [{"role": "user", "content": "hello"}]}) as answer:
        answer.read()


def test_every_panel_of_the_dashboard_shows_what_nodes_tell(watched):
    prometheus, nodes = watched
    # As Grafana puts it in: never less than four times the interval of asking.
    queries = {
        f"{panel['title']} {target['refId']}": target["expr"].replace("$__rate_interval", "1m")
        for panel in DASHBOARD["panels"]
        for target in panel["targets"]
    }
    assert not [name for name, query in queries.items() if "$" in query]

    def still_empty() -> list[str]:
        for node in nodes:
            make_traffic(node)
        return [name for name, query in queries.items() if not shows(prometheus.query(query))]

    wait_until(lambda: not still_empty(), 100, f"data in {len(queries)} queries")
    assert prometheus.targets() == {f"127.0.0.1:{node.port}": "up" for node in nodes}
    assert prometheus.query(queries["Nodes that answer A"])[0]["value"][1] == "2"
    wait_until(lambda: not prometheus.rule_errors(), 60, "an evaluation of every rule")
    asked = set(re.findall(r"\bswitchyard_\w+", (SHIPPED / "rules.yml").read_text()))
    assert asked and asked <= prometheus.metric_names()


def shows(series: list[dict]) -> bool:
    return any(math.isfinite(float(one["value"][1])) for one in series)


def test_a_node_that_is_gone_is_noticed(watched):
    prometheus, nodes = watched
    down = f"127.0.0.1:{nodes[1].port}"
    wait_until(lambda: set(prometheus.targets().values()) == {"up"}, 60, "both nodes to be up")
    nodes[1].stop()
    wait_until(lambda: prometheus.targets()[down] == "down", 60, "the node to be down")
    wait_until(lambda: prometheus.alerts().get("SwitchyardNodeSilent") == "pending", 60, "the alert")
