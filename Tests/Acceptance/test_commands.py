"""The program's other commands."""

import os
import subprocess

import pytest

# name, the file, what the complaint names, the line
WRONG = [
    ("syntax", '{\n  providers: {\n    up: { type: "openai", ]\n  }\n}', [], 3),
    ("unknown field", '{\n  providers: {\n    up: {\n      type: "openai",\n      endpont: "x" } } }', ["endpont", "providers"], 5),
    ("wrong type", '{ providers: { up: {\n type: "openai",\n models: "m" } } }', ["providers.up.models"], 3),
    ("unknown kind", '{ providers: { up: {\n type: "opnai",\n endpoint: "http://x/v1" } } }', ["providers.up.type"], 2),
    ("negative weight", '{ rotations: { r: { providers: [ { provider_id: "demo",\n models: [\n { name: "echo", weight: -1 } ] } ] } } }', ["weight"], 3),
    ("unknown provider", '{ rotations: { r: { providers: [\n { provider_id: "nobody",\n models: [ { name: "m" } ] } ] } } }', ["nobody"], 2),
    ("wrong limit", '{\n tiers: { t: { limits: {\n requests_per_minute: "many" } } } }', ["requests_per_minute"], 3),
]


def check_config(path):
    return subprocess.run(
        [os.environ["SWITCHYARD_BINARY"], "check-config", str(path)], capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("text, names, line", [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_check_config_names_file_line_and_field(tmp_path, text, names, line):
    path = tmp_path / "wrong.json5"
    path.write_text(text)
    result = check_config(path)
    said = result.stdout + result.stderr
    assert result.returncode != 0
    assert f"wrong.json5:{line}" in said or ("wrong.json5" in said and f"line {line}" in said), said
    assert all(name in said for name in names), said


def test_check_config_accepts_json5_and_a_missing_file_is_an_error(tmp_path):
    path = tmp_path / "good.json5"
    path.write_text("""
        // comments, bare keys, single quotes and trailing commas are JSON5
        { providers: { up: { type: 'openai', endpoint: 'http://127.0.0.1:1/v1', api_key: 'x', models: [{ name: 'm', }], }, },
          rotations: { r: { providers: [{ provider_id: 'up', models: [{ name: 'm', weight: .5 }] }] } } }
    """)
    result = check_config(path)
    assert result.returncode == 0, result.stdout + result.stderr
    assert check_config(tmp_path / "absent.json5").returncode != 0


def test_tokens_are_made_on_the_command_line(make_gateway):
    gateway = make_gateway({})
    gateway.stop()
    command = [gateway.binary, "token", "create", "--user", "admin", "--name", "by hand"]
    made = subprocess.run(command, env=gateway._env, cwd=gateway.folder, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stderr
    token = next(word for word in made.stdout.split() if word.startswith("sy-"))
    gateway.secrets.append(token)
    gateway.start()
    assert gateway.chat("demo/echo", token=token).status_code == 200


def test_a_second_node_at_the_same_address_says_so(make_gateway, tmp_path):
    gateway = make_gateway({})
    env = {"PATH": os.environ["PATH"], "SWITCHYARD_LISTEN": f"127.0.0.1:{gateway.port}", "SWITCHYARD_DATA": str(tmp_path)}
    second = subprocess.run(
        [os.environ["SWITCHYARD_BINARY"], "serve"], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 75 and "in use" in second.stderr
    assert gateway.ready_status() == 200


def test_a_second_node_on_the_same_data_says_so(make_gateway, tmp_path):
    gateway = make_gateway({})
    env = {"PATH": os.environ["PATH"], "SWITCHYARD_LISTEN": "127.0.0.1:0", "SWITCHYARD_DATA": str(gateway.folder / "data")}
    second = subprocess.run(
        [os.environ["SWITCHYARD_BINARY"], "serve"], env=env, cwd=tmp_path, capture_output=True, text=True, timeout=60
    )
    assert second.returncode == 75 and "journal" in second.stderr
    assert gateway.chat("demo/echo").status_code == 200
