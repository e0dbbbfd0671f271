"""A Prometheus of its own with the shipped configuration and rules; only where the nodes are and how often it asks is changed."""

from __future__ import annotations

import pathlib
import subprocess
import time

import httpx
import yaml

from .ending import end
from .mariadb import free_port, program

SHIPPED = pathlib.Path(__file__).resolve().parents[3] / "deploy/prometheus"


class Prometheus:
    """`nodes` are addresses, in place of the name that a composition gives them."""

    def __init__(self, folder: pathlib.Path, nodes: list[str]):
        self.folder, self.nodes = pathlib.Path(folder), nodes
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self, seconds: float = 60) -> Prometheus:
        config = yaml.safe_load((SHIPPED / "prometheus.yml").read_text())
        config["global"] = {"scrape_interval": "500ms", "evaluation_interval": "500ms"}
        (job,) = config["scrape_configs"]
        del job["dns_sd_configs"]
        job["static_configs"] = [{"targets": self.nodes}]
        config["rule_files"] = [str(SHIPPED / file) for file in config["rule_files"]]
        (self.folder / "prometheus.yml").write_text(yaml.safe_dump(config))
        with (self.folder / "prometheus.log").open("ab") as log:
            self.process = subprocess.Popen(
                [
                    program("prometheus"),
                    f"--config.file={self.folder / 'prometheus.yml'}",
                    f"--storage.tsdb.path={self.folder / 'data'}",
                    f"--web.listen-address=127.0.0.1:{self.port}",
                ],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        limit = time.monotonic() + seconds
        while not self._is_ready():
            assert self.process.poll() is None, "Prometheus ended at once:\n" + self.log_tail()
            assert time.monotonic() < limit, f"Prometheus was not ready within {seconds} s:\n" + self.log_tail()
            time.sleep(0.1)
        return self

    def stop(self, seconds: float = 30):
        if self.process is None:
            return
        process, self.process = self.process, None
        end(process, seconds)

    def log_tail(self) -> str:
        return "\n".join((self.folder / "prometheus.log").read_text(errors="replace").splitlines()[-20:])

    def _is_ready(self) -> bool:
        try:
            return self._get("/-/ready").status_code == 200
        except httpx.TransportError:
            return False

    def _get(self, path: str, **parameters) -> httpx.Response:
        return httpx.get(f"http://127.0.0.1:{self.port}{path}", params=parameters, timeout=30, trust_env=False)

    # Asking

    def query(self, expression: str) -> list[dict]:
        """The series of an instant query."""
        answer = self._get("/api/v1/query", query=expression).json()
        assert answer["status"] == "success", f"{expression}: {answer.get('error')}"
        return answer["data"]["result"]

    def metric_names(self) -> set[str]:
        return set(self._get("/api/v1/label/__name__/values").json()["data"])

    def targets(self) -> dict[str, str]:
        """The health of each."""
        data = self._get("/api/v1/targets").json()["data"]["activeTargets"]
        return {target["labels"]["instance"]: target["health"] for target in data}

    def alerts(self) -> dict[str, str]:
        """The state of each alert that is not quiet."""
        return {alert["labels"]["alertname"]: alert["state"] for alert in self._get("/api/v1/alerts").json()["data"]["alerts"]}

    def rule_errors(self) -> list[str]:
        """What Prometheus could not evaluate, and rules it has not come to."""
        rules = [rule for group in self._get("/api/v1/rules").json()["data"]["groups"] for rule in group["rules"]]
        assert rules, "no rule is loaded"
        return [f"{rule['name']}: {rule['health']} {rule.get('lastError', '')}" for rule in rules if rule["health"] != "ok"]
