"""The real binary as a child process, with a folder of its own."""

from __future__ import annotations

import base64
import json
import os
import pathlib
import secrets
import signal
import subprocess
import threading
import time

import anthropic
import httpx
import openai

from services.ports import free_port

# Nodes that share a database need the same one.
MASTER_KEY = base64.b64encode(secrets.token_bytes(32)).decode()


# For what comes at once or never. A machine that is busy with other things may take its time.
PATIENCE = 60


def wait_until(holds, seconds: float = PATIENCE, what: str = "it"):
    """Polls `holds` and returns its first true value. `seconds` is said only where being late is an error; each look uses up a
    tenth of a second of it at most, so what a busy machine takes is not laid to the gateway."""
    used = 0.0
    while True:
        began = time.monotonic()
        if value := holds():
            return value
        assert used < seconds, f"waited {seconds} s for {what}"
        time.sleep(0.02)
        used += min(time.monotonic() - began, 0.1)


class Gateway:
    """`switchyard serve`. Stopping it asserts a clean exit and that its log told no secret."""

    def __init__(
        self, folder: pathlib.Path, config: dict, env: dict | None = None, loops: int = 2, host="127.0.0.1", port: int = 0
    ):
        self.binary = os.environ["SWITCHYARD_BINARY"]
        self.folder = folder
        self.config_path = folder / "switchyard.json5"
        self.host, self.port = host, port or free_port()
        self.admin_token = "admin-" + secrets.token_urlsafe(24)
        self.secrets = [self.admin_token]
        self._env = {
            **{name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")},
            "SWITCHYARD_LISTEN": f"{self.host}:{self.port}",
            "SWITCHYARD_CONFIG": str(self.config_path),
            "SWITCHYARD_DATA": str(folder / "data"),
            "SWITCHYARD_ADMIN_TOKEN": self.admin_token,
            "SWITCHYARD_LOOPS": str(loops),
            "SWITCHYARD_NODE_ID": "node-under-test",
            **(env or {}),
        }
        self.stderr: list[str] = []
        self.process: subprocess.Popen | None = None
        self.write_config(config)
        self.http = httpx.Client(base_url=self.url, timeout=30, limits=httpx.Limits(max_connections=200))

    # Life

    def write_config(self, config: dict | str):
        text = config if isinstance(config, str) else json.dumps(config, indent=2)
        if isinstance(config, dict):
            self._remember_secrets(config)
        # Replaced whole, as editors and configuration tools do.
        fresh = self.config_path.with_suffix(".new")
        fresh.write_text(text)
        fresh.replace(self.config_path)

    def _remember_secrets(self, config: dict):
        for provider in config.get("providers", {}).values():
            key = provider.get("api_key", "")
            if key.startswith("env:"):
                key = self._env.get(key[4:], "")
            if key:
                self.secrets.append(key)

    def start(self, seconds: float = PATIENCE) -> Gateway:
        (self.folder / "data").mkdir(exist_ok=True)
        self.process = subprocess.Popen(
            [self.binary, "serve"],
            env=self._env,
            cwd=self.folder,
            stdin=subprocess.DEVNULL,
            stdout=open(self.folder / "stdout.log", "ab"),
            stderr=subprocess.PIPE,
        )
        self._reader = threading.Thread(target=self._collect, args=(self.process.stderr,), daemon=True)
        self._reader.start()
        wait_until(self._is_ready_or_dead, seconds, "/health/ready")
        if self.process.poll() is not None:
            self._reader.join(PATIENCE)
        assert self.process.poll() is None, "the gateway ended at once:\n" + "\n".join(self.stderr[-20:])
        return self

    def _collect(self, pipe):
        for line in pipe:
            self.stderr.append(line.decode("utf-8", "replace").rstrip("\n"))

    def _is_ready_or_dead(self) -> bool:
        return self.process.poll() is not None or self.ready_status() == 200

    def ready_status(self) -> int | None:
        try:
            return httpx.get(self.url + "/health/ready", timeout=30, trust_env=False).status_code
        except httpx.TransportError:
            return None

    def signal(self, number: signal.Signals):
        os.kill(self.process.pid, number)

    def stop(self, seconds: float = PATIENCE):
        """SIGTERM; the exit code is 0 and no secret was logged."""
        if self.process is None:
            return
        process, self.process = self.process, None
        code = process.poll()
        if code is None:
            os.kill(process.pid, signal.SIGTERM)
            try:
                code = process.wait(seconds)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
                raise AssertionError(f"the gateway did not end within {seconds} s of SIGTERM") from None
        self._reader.join(PATIENCE)
        assert code == 0, f"exit code {code}:\n" + "\n".join(self.stderr[-20:])
        self.assert_no_secret_in("\n".join(self.stderr), "the log")

    def kill9(self):
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._reader.join(PATIENCE)
        self.process = None
        self.http.close()
        self.http = httpx.Client(base_url=self.url, timeout=30)

    def assert_no_secret_in(self, text: str, where: str):
        for secret in self.secrets:
            assert secret not in text, f"{where} shows the secret {secret[:9]}..."

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    # Asking

    def sdk(self, token: str | None = None, base: str = "/v1", **options) -> openai.OpenAI:
        options = {"max_retries": 0, "timeout": 30, **options}
        return openai.OpenAI(base_url=self.url + base, api_key=token or self.admin_token, **options)

    def anthropic_sdk(self, token: str | None = None, base: str = "", **options) -> anthropic.Anthropic:
        options = {"max_retries": 0, "timeout": 30, **options}
        return anthropic.Anthropic(base_url=self.url + base, api_key=token or self.admin_token, **options)

    def chat(self, model: str, content="Say hello.", token: str | None = None, headers=None, **fields) -> httpx.Response:
        """POST /v1/chat/completions, whole."""
        return self.post({"model": model, "messages": [{"role": "user", "content": content}], **fields}, token, headers)

    def post(self, body, token: str | None = None, headers=None, path: str = "/v1/chat/completions") -> httpx.Response:
        headers = {"authorization": f"Bearer {token or self.admin_token}", **(headers or {})}
        raw = body if isinstance(body, (bytes, str)) else json.dumps(body)
        return self.http.post(path, content=raw, headers={"content-type": "application/json", **headers})

    def stream(self, body: dict, token: str | None = None, headers=None):
        headers = {"authorization": f"Bearer {token or self.admin_token}", **(headers or {})}
        return self.http.stream("POST", "/v1/chat/completions", json={**body, "stream": True}, headers=headers)

    # Administration

    def admin(self, method: str, path: str, body=None, bearer: str | None = None, **params) -> httpx.Response:
        headers = {"authorization": f"Bearer {bearer or self.admin_token}"}
        return self.http.request(method, "/admin/api/v1" + path, json=body, params=params or None, headers=headers)

    def make_user(self, username: str | None = None, **fields) -> str:
        username = username or "user-" + secrets.token_hex(4)
        answer = self.admin("POST", "/users", {"username": username, "role": "user", **fields})
        assert answer.status_code in (200, 201), answer.text
        return username

    def make_token(self, user: str | None = None, **fields) -> dict:
        """The row of a new token, with its text once under `token`."""
        body = {"user": user or self.make_user(), "name": "test", **fields}
        answer = self.admin("POST", "/tokens", body)
        assert answer.status_code in (200, 201), answer.text
        row = answer.json()
        self.secrets.append(row["token"])
        return row

    def listed(self, path: str, **filters) -> list[dict]:
        """Every row of an admin list, page by page."""
        rows, cursor = [], None
        while True:
            answer = self.admin("GET", path, limit=500, **filters, **({"after": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            rows += page["data"]
            cursor = page.get("next")
            if not cursor:
                return rows

    def row(self, request_id: str, seconds: float = PATIENCE) -> dict:
        """The one ledger row of this caller's request id; rows are written in batches, so it waits."""
        rows = wait_until(lambda: self.rows(request_id), seconds, f"the row of {request_id}")
        assert len(rows) == 1, f"{len(rows)} rows for {request_id}"
        return rows[0]

    def rows(self, request_id: str) -> list[dict]:
        return [row for row in self.listed("/requests") if row["request_id"] == request_id]

    def wait_for_no_holds(self, seconds: float = PATIENCE):
        wait_until(lambda: not self.listed("/holds"), seconds, "an empty /holds")

    # The log

    @property
    def log(self) -> list[dict]:
        return [json.loads(line) for line in list(self.stderr) if line.startswith("{")]

    def wait_for_log(self, matches, seconds: float = PATIENCE) -> str:
        """The first log line for which `matches(text)` is true."""
        return wait_until(lambda: next(filter(matches, list(self.stderr)), None), seconds, "a log line")
