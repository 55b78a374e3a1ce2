"""The one client of both servers: a few threads that ask, and what asking cost the server."""

from __future__ import annotations

import http.client
import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Protocol

import psutil

THREADS = 4
TIMEOUT_SECONDS = 60.0


@dataclass(frozen=True)
class Ask:
    """One request that has to be answered with ``status``."""

    method: str
    path: str
    body: dict[str, Any] | None = None
    status: int = 200


@dataclass(frozen=True)
class Spent:
    """Milliseconds of CPU for one answer, in the serving processes and in PostgreSQL."""

    serving: float = 0.0
    database: float = 0.0

    def __add__(self, other: Spent) -> Spent:
        return Spent(self.serving + other.serving, self.database + other.database)

    def __truediv__(self, number: float) -> Spent:
        return Spent(self.serving / number, self.database / number)


class Side(Protocol):
    """One of the two servers: where it listens, how to be known there, what runs it."""

    port: int
    headers: dict[str, str]
    processes: psutil.Process
    database: psutil.Process

    def creation(self, number: int) -> Ask:
        """Return the request that makes a ticket."""

    def listing(self) -> Ask:
        """Return the request for the 50 newest tickets."""

    def assignment(self, number: int) -> Ask:
        """Return the request that gives the work of another ticket to somebody."""


def spend(side: Side, asks: Sequence[Ask]) -> Spent:
    """Ask all of it and return what that cost the server in sum."""
    served, stored = burnt(side.processes), burnt(side.database)
    answer_all(side, asks)
    return Spent(1000 * (burnt(side.processes) - served), 1000 * (burnt(side.database) - stored))


def answer_all(side: Side, asks: Sequence[Ask]) -> list[Any]:
    """Send the requests from all threads and return the documents, in the order of the asks."""
    local = threading.local()

    def send(ask: Ask) -> Any:
        if not hasattr(local, "connection"):
            local.connection = http.client.HTTPConnection(
                "127.0.0.1", side.port, timeout=TIMEOUT_SECONDS
            )
        body = None if ask.body is None else json.dumps(ask.body)
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        local.connection.request(ask.method, ask.path, body, headers | side.headers)
        response = local.connection.getresponse()
        content = response.read()
        assert response.status == ask.status, (ask, response.status, content[:2000])
        return json.loads(content)

    with ThreadPoolExecutor(THREADS) as pool:
        return list(pool.map(send, asks))


def burnt(root: psutil.Process) -> float:
    """Return the CPU seconds of a process and of all it has started, the ended ones included."""
    total = 0.0
    for process in (root, *root.children(recursive=True)):
        try:
            times = process.cpu_times()
        except psutil.NoSuchProcess:
            continue
        total += times.user + times.system + times.children_user + times.children_system
    return total
