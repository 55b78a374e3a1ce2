"""What goes over a stream's wire: request heads, answers and events; no sockets here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from server.stream.heights import Height

# Someone this far behind is better told to start afresh.
RESYNC_BEHIND = 10_000
KEEP_ALIVE = b":\n\n"
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Request:
    """The head of one request; ``headers`` has lower-case names."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]

    @classmethod
    def parse(cls, head: bytes) -> Request:
        """Read a request head; raises ValueError when it is none."""
        first, *lines = head.decode("latin-1").split("\r\n")
        method, target, _version = first.split(" ")
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        pairs = (line.partition(":") for line in lines if line)
        headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
        return cls(method, parts.path, query, headers)


def event_after(last_event_id: str, height: Height | None) -> bytes:
    """What a console must hear at once when it connects; nothing when it is up to date."""
    if height is None:
        return b""
    if not last_event_id:
        return poke(height)
    epoch, _, text = last_event_id.rpartition(":")
    if epoch != height.epoch or not text.isdecimal():
        return poke(height, event="resync")
    behind = height.height - int(text)
    if behind > RESYNC_BEHIND:
        return poke(height, event="resync")
    return poke(height) if behind > 0 else b""


def poke(height: Height, *, event: str = "poke") -> bytes:
    """One event on the wire."""
    body = json.dumps({"height": height.height})
    return f"id: {height.as_id()}\nevent: {event}\ndata: {body}\n\n".encode()


def retry(milliseconds: int) -> bytes:
    """Ask the console to wait this long before it connects again."""
    return f"retry: {milliseconds}\n\n".encode()


def head(status: int, kind: str, headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """The head of an answer whose length is the connection's."""
    lines = {
        "Content-Type": kind,
        "Cache-Control": "no-store",
        "Connection": "close",
        "X-Accel-Buffering": "no",  # nginx would hold events back.
        "X-Content-Type-Options": "nosniff",
        **headers,
    }
    first = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n"
    return (first + "".join(f"{k}: {v}\r\n" for k, v in lines.items()) + "\r\n").encode()


def answer(
    status: int,
    body: bytes = b"",
    kind: str = "text/plain",
    headers: Mapping[str, str] = NO_HEADERS,
) -> bytes:
    """A whole answer."""
    return head(status, kind, {"Content-Length": str(len(body)), **headers}) + body


def refusal(status: int, code: str, headers: Mapping[str, str] = NO_HEADERS) -> bytes:
    """A refusal as problem+json (RFC 9457)."""
    problem = {
        "type": f"/problems/{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
    }
    return answer(status, json.dumps(problem).encode(), "application/problem+json", headers)
