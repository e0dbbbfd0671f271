"""What Amazon's services check and how they stream, written from their documentation."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
import urllib.parse
import zlib

from .exchange import Exchange

ACCESS, SECRET, REGION = "AKIAFAKEFAKEFAKEFAKE", "fake/secret+of/this/fake+0123456789abcdef", "eu-west-1"
KEY = f"{ACCESS}:{SECRET}"


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def fault_of_signature(exchange: Exchange, service: str = "bedrock") -> str | None:
    """Why a request signed with signature version 4 is refused; `None` where it is right."""
    given = exchange.header("authorization") or ""
    if not given.startswith("AWS4-HMAC-SHA256 "):
        return "MissingAuthenticationTokenException"
    fields = dict(part.strip().split("=", 1) for part in given.split(" ", 1)[1].split(","))
    access, day, region, named, ending = fields["Credential"].split("/")
    if access != ACCESS:
        return "UnrecognizedClientException"
    names = fields["SignedHeaders"].split(";")
    stamp = exchange.header("x-amz-date")
    if (region, named, ending, stamp[:8]) != (REGION, service, "aws4_request", day) or "host" not in names:
        return "InvalidSignatureException"
    path, _, query = exchange.target.partition("?")
    pairs = sorted(part if "=" in part else part + "=" for part in query.split("&") if part)
    heads = "".join(f"{name}:{' '.join((exchange.header(name) or '').split())}\n" for name in names)
    canonical = "\n".join(
        [
            exchange.method,
            urllib.parse.quote(path, safe="/~"),  # what is encoded on the wire is encoded once more
            "&".join(pairs),
            heads,
            ";".join(names),
            hashlib.sha256(exchange.body).hexdigest(),
        ]
    )
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{day}/{region}/{named}/aws4_request\n{digest}"
    key = ("AWS4" + SECRET).encode()
    for part in (day, region, named, "aws4_request"):
        key = _hmac(key, part)
    return None if _hmac(key, text).hex() == fields["Signature"] else "InvalidSignatureException"


def message(headers: dict[str, str], payload: bytes) -> bytes:
    """One message of an event stream."""
    head = b""
    for name, value in headers.items():
        head += struct.pack(">B", len(name)) + name.encode() + struct.pack(">BH", 7, len(value)) + value.encode()
    start = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    start += struct.pack(">I", zlib.crc32(start))
    body = start + head + payload
    return body + struct.pack(">I", zlib.crc32(body))


def event(name: str, value: dict) -> bytes:
    kinds = {":event-type": name, ":content-type": "application/json", ":message-type": "event"}
    return message(kinds, json.dumps(value).encode())


def exception(name: str, text: str) -> bytes:
    kinds = {":exception-type": name, ":content-type": "application/json", ":message-type": "exception"}
    return message(kinds, json.dumps({"message": text}).encode())
