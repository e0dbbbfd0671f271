"""Ports that stay ours: what listens here is often stopped and started again on the port that everybody knows."""

from __future__ import annotations

import pathlib
import random
import socket

_given: set[int] = set()


def _candidates() -> range:
    """Below those that the kernel gives to outgoing connections, one of which could take the port while nobody listens (a client
    that keeps trying to reach it may even connect to itself)."""
    range_file = pathlib.Path("/proc/sys/net/ipv4/ip_local_port_range")
    first = int(range_file.read_text().split()[0]) if range_file.exists() else 32768
    return range(20_000, first) if first > 21_000 else range(20_000, 60_000)


def free_port() -> int:
    """A loopback port that nobody has, and that this process is not given again."""
    candidates = _candidates()
    for _ in range(1000):
        port = random.SystemRandom().choice(candidates)
        if port in _given:
            continue
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        _given.add(port)
        return port
    raise OSError("no loopback port is free")
