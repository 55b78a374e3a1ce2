"""Truckroll's API process as it is started in production, with a company that has work to give."""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import UUID

import psutil
from sqlalchemy.orm import Session

from bench._helpdesk.client import Ask, answer_all
from bench._platform import LOGIN, PASSWORD, platform_on
from server.cli import processes
from server.cli.broker import embedded_broker
from server.kernel import clock, settings
from server.kernel.session import actor_of
from server.kernel.uow import unit_of_work
from server.workforce import api as workforce
from server.workforce.rules import Span
from server.workorders import api as workorders
from tests import builders
from tests.server.workforce.people import an_engineer
from tests.servers import free_port

ENGINEERS = 10
SLOTS_A_DAY = 4
START_SECONDS = 60.0


class Ours:
    """A running API process and the ids that its requests name."""

    def __init__(self, port: int, process: psutil.Process, database: psutil.Process) -> None:
        """Begin without credentials; ``sign_in`` fetches them."""
        self.port = port
        self.processes, self.database = process, database
        self.headers: dict[str, str] = {}
        self.site_id = UUID(int=0)
        self.work_order_ids: list[UUID] = []
        self.engineer_ids: list[UUID] = []

    def sign_in(self) -> None:
        """Fetch an access token; it holds for longer than one measurement."""
        body = {"login": f"{LOGIN}@bench", "password": PASSWORD}
        (answer,) = answer_all(self, [Ask("POST", "/api/v1/auth/tokens", body)])
        self.headers = {"Authorization": f"Bearer {answer['access_token']}"}

    def creation(self, number: int) -> Ask:
        """A ticket with five fields, one of them a reference that is checked."""
        body = {
            "site_id": str(self.site_id),
            "title": f"Pump {number} is loud",
            "description": "It began this morning and gets louder with every hour.",
            "priority": "high",
            "channel": "phone",
        }
        return Ask("POST", "/api/v1/tickets", body, 201)

    def listing(self) -> Ask:
        """The first page of 50."""
        return Ask("GET", "/api/v1/tickets?limit=50")

    def assignment(self, number: int) -> Ask:
        """Book an engineer for a work order, at a time chosen by hand."""
        turn, engineer = divmod(number, ENGINEERS)
        day, slot = divmod(turn, SLOTS_A_DAY)
        starts_at = first_shift() + dt.timedelta(days=day, hours=2 * slot)
        body = {"engineer_id": str(self.engineer_ids[engineer]), "starts_at": starts_at.isoformat()}
        path = f"/api/v1/work-orders/{self.work_order_ids[number]}/bookings"
        return Ask("POST", path, body, 201)


@contextlib.contextmanager
def serving(url: str, database: psutil.Process, *, work_orders: int) -> Iterator[Ours]:
    """Serve a company with that many tickets, a work order ready to be booked for each."""
    with platform_on(url, "PostgreSQL") as bench, contextlib.ExitStack() as stack:
        home = bench.platform.settings.home
        broker, broker_url = embedded_broker(home, free_port())
        if broker is not None:
            stack.enter_context(_running(broker.argv, dict(os.environ), home / "valkey.log"))
        environ = {
            **os.environ,
            "TRUCKROLL_HOME": str(home),
            "DATABASE_URL": url,
            "TRUCKROLL_SECRET_KEYS": ",".join(bench.platform.settings.secret_keys),
            "TRUCKROLL_BROKER_URL": broker_url,
            "PORT": str(free_port()),
        }
        chosen = settings.from_environment(environ)
        argv = processes.argv("api", chosen)
        process = stack.enter_context(_running(argv, environ, home / "api.log"))
        _wait(chosen.port, process)
        ours = Ours(chosen.port, process, database)
        with unit_of_work(bench.platform, bench.tenant_id) as session:
            _fill(session, ours, work_orders)
        yield ours


def first_shift() -> dt.datetime:
    """Return tomorrow at eight: the shifts of all engineers begin there, and daily after it."""
    today = clock.now().replace(hour=8, minute=0, second=0, microsecond=0)
    return today + dt.timedelta(days=1)


def _fill(session: Session, ours: Ours, work_orders: int) -> None:
    actor = actor_of(session)
    days = range(1 + work_orders // (ENGINEERS * SLOTS_A_DAY))
    starts = [first_shift() + dt.timedelta(days=day) for day in days]
    for _ in range(ENGINEERS):
        engineer = an_engineer(session)
        shifts = [Span(start, start + dt.timedelta(hours=9)) for start in starts]
        workforce.add_shifts(session, actor=actor, engineer_id=engineer.id, spans=shifts)
        ours.engineer_ids.append(engineer.id)
    ours.site_id = builders.a_site(session).id
    for _ in range(work_orders):
        ticket = builders.a_ticket(session, site_id=ours.site_id)
        made = workorders.open_work_order(session, actor=actor, ticket_id=ticket.id)
        ours.work_order_ids.append(made.id)


@contextlib.contextmanager
def _running(argv: Sequence[str], environ: dict[str, str], log: Path) -> Iterator[psutil.Process]:
    with (
        log.open("wb") as out,
        subprocess.Popen(argv, env=environ, stdout=out, stderr=out) as process,
    ):
        try:
            yield psutil.Process(process.pid)
        finally:
            process.terminate()


def _wait(port: int, process: psutil.Process) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        with contextlib.suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5).close()
            return
        assert process.is_running(), "the API process did not start"
        assert time.monotonic() < end, "the API process was not ready in time"
        time.sleep(0.1)
