"""What is asked by machines: whether the process lives, whether it is ready, what it counted."""

from __future__ import annotations

from collections.abc import Iterator

from flask import Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from server.kernel import heartbeat, queue
from server.kernel.errors import Busy
from server.kernel.http import current_platform, public
from server.kernel.modules import Platform
from server.kernel.paging import json_response
from server.kernel.uow import unit_of_work


@public(own_unit=True)
def healthz() -> Response:
    """Say that the process answers."""
    return json_response({"status": "ok"})


@public(own_unit=True)
def readyz() -> Response:
    """Say whether the parts that a request needs can be reached, and whether the gateway lives."""
    checks = _checks()
    ready = checks["database"] == "ok"
    body = {"status": "ready" if ready else "not-ready", "checks": checks}
    return json_response(body, 200 if ready else 503)


@public(own_unit=True)
def metrics() -> Response:
    """Answer the counters of this process and of the gateway for Prometheus."""
    others = CollectorRegistry()
    others.register(_OtherProcesses(current_platform()))
    body = generate_latest() + generate_latest(others)
    return Response(body, content_type=CONTENT_TYPE_LATEST)


class _OtherProcesses(Collector):
    """The counters that other processes have left with their last sign of life."""

    def __init__(self, platform: Platform) -> None:
        self._platform = platform

    def collect(self) -> Iterator[Metric]:
        with unit_of_work(self._platform, None, write=False) as session:
            counters = heartbeat.counters(session)
        for process, counted in counters.items():
            for name, value in counted.items():
                text = f"Of the {process}, since it started."
                yield GaugeMetricFamily(f"truckroll_{process}_{name}", text, value)


def _checks() -> dict[str, str]:
    """Return the state of each part; requests need the database alone."""
    try:
        with unit_of_work(current_platform(), None, write=False) as session:
            checks: dict[str, str] = {
                "database": "ok",
                "gateway": heartbeat.life_of(session, "gateway"),
            }
    except (SQLAlchemyError, Busy) as error:
        return {"database": type(error).__name__}
    return checks | {"queue": queue.state(current_platform().settings)}
