"""Google's Vertex AI with its token service: Gemini's and Anthropic's formats for whoever brings a token it gave."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
import subprocess
import urllib.parse

from . import behaviours
from .anthropic_messages import AnthropicMessages
from .answer import Answer
from .exchange import Exchange
from .gemini import Gemini

_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo of RFC 8017, section 9.2


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


class Vertex:
    """One for each fake: it knows the tokens it gave."""

    name = "vertex"
    kind = "vertex"
    prefix = "/v1/projects/my-project/locations/eu"
    whole_type = "application/json"
    stream_type = "text/event-stream"
    email = "gateway@my-project.iam.gserviceaccount.com"

    def __init__(self, folder):
        self.tokens: list[str] = []
        self.good: set[str] = set()
        self.life = 3600
        self.token_behaviour = None
        path = folder / "account.pem"
        make = ["openssl", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", str(path)]
        subprocess.run(make, check=True, capture_output=True)
        self.private_key = path.read_text()
        told = subprocess.run(["openssl", "rsa", "-in", str(path), "-noout", "-modulus"], check=True, capture_output=True)
        self._modulus = int(told.stdout.decode().split("=")[1], 16)
        self._gemini, self._messages = Gemini(), AnthropicMessages()

    def account(self, fake) -> str:
        """The account's key file."""
        return json.dumps(
            {
                "type": "service_account",
                "project_id": "my-project",
                "private_key_id": "k1",
                "private_key": self.private_key,
                "client_email": self.email,
                "token_uri": fake.address + "/token",
            },
            indent=2,
        )

    def refusal(self, exchange: Exchange):
        if exchange.path == "/token":
            return self.token_behaviour or self._give_token(exchange)
        if (exchange.header("authorization") or "").removeprefix("Bearer ") in self.good:
            return None
        return behaviours.body(self._gemini.error(401, "Request had invalid authentication credentials.", None), 401)

    def _give_token(self, exchange: Exchange):
        form = dict(urllib.parse.parse_qsl(exchange.body.decode()))
        fault = None
        if form.get("grant_type") != "urn:ietf:params:oauth:grant-type:jwt-bearer":
            fault = "unsupported_grant_type"
        elif not self._is_right(form["assertion"], exchange):
            fault = "invalid_grant"
        if fault:
            return behaviours.body(json.dumps({"error": fault, "error_description": "No."}).encode(), 400)
        token = f"ya29.fake-token-{len(self.tokens)}"
        self.tokens.append(token)
        self.good.add(token)
        answer = {"access_token": token, "expires_in": self.life, "token_type": "Bearer"}
        return behaviours.body(json.dumps(answer).encode())

    def _is_right(self, assertion: str, exchange: Exchange) -> bool:
        head, claims, signature = assertion.split(".")
        length = (self._modulus.bit_length() + 7) // 8
        opened = pow(int.from_bytes(_unpadded(signature), "big"), 65537, self._modulus).to_bytes(length, "big")
        digest = _SHA256 + hashlib.sha256(f"{head}.{claims}".encode()).digest()
        said = json.loads(_unpadded(claims))
        return (
            opened == b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
            and json.loads(_unpadded(head))["alg"] == "RS256"
            and said["iss"] == self.email
            and said["aud"].endswith("/token")
            and said["scope"] == "https://www.googleapis.com/auth/cloud-platform"
            and 0 < said["exp"] - said["iat"] <= 3600
        )

    def _wire(self, exchange: Exchange):
        return self._messages if "/anthropic/" in exchange.path else self._gemini

    def _named(self, answer: Answer, exchange: Exchange) -> Answer:
        return dataclasses.replace(answer, model=exchange.path.split("/models/")[1].split(":")[0])

    def is_streamed(self, exchange: Exchange) -> bool:
        return exchange.path.endswith((":streamGenerateContent", ":streamRawPredict"))

    def whole(self, answer: Answer, exchange: Exchange) -> bytes:
        return self._wire(exchange).whole(self._named(answer, exchange), exchange)

    def events(self, answer: Answer, exchange: Exchange) -> list[bytes]:
        return self._wire(exchange).events(self._named(answer, exchange), exchange)

    def error(self, status: int, message: str, code: str | None) -> bytes:
        return self._gemini.error(status, message, code)

    def stream_error(self, message: str) -> bytes:
        return self._gemini.stream_error(message)
