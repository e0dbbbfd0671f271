"""What is shipped beside the program says what the program says: manifests, units, dashboards, secrets."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import sys

import pytest
import yaml

PROJECT = pathlib.Path(__file__).resolve().parents[2]
DEPLOY = PROJECT / "deploy"
MANIFESTS = sorted((DEPLOY / "kubernetes").glob("**/*.yaml"))
COMPOSITION = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())


@pytest.mark.parametrize("manifest", MANIFESTS, ids=lambda path: path.name)
def test_manifests_fit_the_schemas_of_kubernetes(manifest):
    tool = pathlib.Path(sys.executable).with_name("kubernetes-validate")
    done = subprocess.run([sys.executable, tool, "--strict", manifest], capture_output=True, text=True)
    assert done.returncode == 0 and "passed" in done.stdout + done.stderr, done.stdout + done.stderr


def test_a_pod_ends_after_its_longest_answer_and_asks_for_no_rights():
    deployment = next(m for m in map(load, MANIFESTS) if m["kind"] == "Deployment")
    pod = deployment["spec"]["template"]["spec"]
    assert pod["terminationGracePeriodSeconds"] >= 630 and pod["securityContext"]["runAsNonRoot"]
    container = pod["containers"][0]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    paths = {probe: container[probe]["httpGet"]["path"] for probe in ("livenessProbe", "readinessProbe")}
    assert paths == {"livenessProbe": "/health/live", "readinessProbe": "/health/ready"}


def load(path: pathlib.Path) -> dict:
    return yaml.safe_load(path.read_text())


def test_examples_of_secrets_are_not_applied_with_the_rest():
    """`kubectl apply -f deploy/kubernetes/` does not descend into folders."""
    kinds = {load(path)["kind"] for path in (DEPLOY / "kubernetes").glob("*.yaml")}
    assert "Secret" not in kinds and "Deployment" in kinds


@pytest.mark.parametrize("file", ["kubernetes/config.yaml", "node/switchyard.json5"])
def test_shipped_configurations_are_accepted_by_the_program(file, tmp_path):
    text = (DEPLOY / file).read_text()
    if file.endswith(".yaml"):
        text = yaml.safe_load(text)["data"]["switchyard.json5"]
    path = tmp_path / "switchyard.json5"
    path.write_text(text)
    done = subprocess.run([os.environ["SWITCHYARD_BINARY"], "check-config", path], capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_unit_is_right_and_confined(tmp_path):
    unit = tmp_path / "switchyard.service"
    text = (DEPLOY / "systemd" / "switchyard.service").read_text()
    unit.write_text(text.replace("/usr/local/bin/switchyard", os.environ["SWITCHYARD_BINARY"]))
    done = subprocess.run(["systemd-analyze", "verify", unit], capture_output=True, text=True)
    assert done.returncode == 0 and "switchyard.service" not in done.stderr, done.stderr
    # 15 = an exposure of 1.5 of 10.
    command = ["systemd-analyze", "security", "--offline=true", "--threshold=15", unit]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout[-300:] + done.stderr


def test_the_dashboard_shows_what_an_operator_looks_for():
    dashboard = json.loads((DEPLOY / "grafana" / "dashboards" / "switchyard.json").read_text())
    titles = " ".join(panel["title"].lower() for panel in dashboard["panels"])
    for wanted in ("requests", "errors", "duration", "tokens", "cost", "resting", "nodes", "wait in redis", "refused"):
        assert wanted in titles
    places = [tuple(panel["gridPos"].values()) for panel in dashboard["panels"]]
    assert len(set(places)) == len(places) == len({panel["id"] for panel in dashboard["panels"]})


def test_prometheus_asks_every_node_by_the_name_the_composition_gives_them():
    config = yaml.safe_load((DEPLOY / "prometheus" / "prometheus.yml").read_text())
    names = [where for job in config["scrape_configs"] for where in job["dns_sd_configs"]]
    assert names == [{"names": ["node"], "type": "A", "port": 17765, "refresh_interval": "5s"}]
    assert "node" in COMPOSITION["services"]


# The composition


def test_the_composition_is_for_old_and_new_programs_and_its_nodes_may_be_many():
    assert "version" not in COMPOSITION
    services = COMPOSITION["services"]
    assert {"edge", "node", "mysql", "redis"} <= set(services)
    assert services["prometheus"]["profiles"] == services["grafana"]["profiles"] == ["observability"]
    assert not {"container_name", "ports", "hostname"} & set(services["node"])


@pytest.mark.parametrize("name", ["edge", "node", "mysql", "redis"])
def test_every_service_is_confined_bounded_and_watched(name):
    service = COMPOSITION["services"][name]
    assert service["read_only"] and service["cap_drop"] == ["ALL"] and service["mem_limit"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    if name == "node":  # its image says both
        image = (DEPLOY / "Dockerfile").read_text()
        assert "\nUSER switchyard\n" in image and "\nHEALTHCHECK " in image
    else:
        assert service["user"] not in ("0", "root") and service["healthcheck"]
    environment = service.get("environment", {})
    secret = [key for key in environment if re.search("PASSWORD|TOKEN|KEY|URL", key)]
    assert all(key.endswith("_FILE") and environment[key].startswith("/run/secrets/") for key in secret)


def test_the_images_are_made_with_what_every_builder_understands():
    text = (DEPLOY / "Dockerfile").read_text()
    assert "<<" not in text and "--mount" not in text and "# syntax" not in text
    assert re.findall(r"^FROM (\S+)", text, re.MULTILINE) == ["swift:6.3.1-bookworm", "debian:bookworm-slim"]


def test_secrets_are_made_once_and_are_all_the_composition_wants(tmp_path):
    (tmp_path / "deploy").mkdir()
    shutil.copy(DEPLOY / "init.sh", tmp_path / "deploy")
    secrets = tmp_path / "deploy" / "secrets"

    def make() -> dict[str, bytes]:
        subprocess.run(["sh", tmp_path / "deploy" / "init.sh"], check=True, capture_output=True)
        return {path.name: path.read_bytes() for path in secrets.iterdir()}

    first = make()
    assert make() == first, "what is there stays"
    wanted = {pathlib.Path(secret["file"]).name for secret in COMPOSITION["secrets"].values()}
    assert wanted <= set(first) and all(first.values())
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700
    assert first["database_password"].decode().strip() in first["database_url"].decode()
    assert len({first[name] for name in ("admin_password", "database_password", "redis_password", "grafana_password")}) == 4
