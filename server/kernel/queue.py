"""Celery as the waker of the outbox: a message carries only a job's id and may be lost.

One task runs jobs, one sweeps: rows that are due and that nobody holds are sent again.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

import orjson
import structlog
from celery import Celery
from kombu.exceptions import OperationalError as BrokerError
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import select

from server.kernel import outbox
from server.kernel.actors import system
from server.kernel.modules import Platform
from server.kernel.session import Unit
from server.kernel.settings import Settings
from server.kernel.tenancy import Tenant
from server.kernel.uow import unit_of_work

RUN_JOB = "kernel.run_job"
SWEEP = "kernel.sweep"
RUN_PERIODIC = "kernel.run_periodic"
SWEEP_SECONDS = 15.0
FEED_CHANNEL = "truckroll:feed"
log = structlog.get_logger(__name__)


def make_celery(settings: Settings) -> Celery:
    """Return the Celery application on the broker of the settings."""
    app = Celery("truckroll", broker=settings.broker_url or "memory://")
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        worker_prefetch_multiplier=1,
        task_ignore_result=True,
        broker_connection_retry_on_startup=True,
        broker_transport_options=_transport_options(settings),
        worker_hijack_root_logger=False,
        task_serializer="json",
        accept_content=["json"],
        timezone="UTC",
    )
    return app


def declare_tasks(app: Celery, platform: Platform) -> None:
    """Give the worker its tasks and beat its schedule."""

    @app.task(name=RUN_JOB)
    def run_job(job_id: str) -> None:
        outbox.run_job(platform, UUID(job_id))

    @app.task(name=SWEEP)
    def sweep() -> None:
        for job_id in outbox.due_jobs(platform):
            outbox.run_job(platform, job_id)

    @app.task(name=RUN_PERIODIC)
    def run_periodic(job: str) -> None:
        run_in_every_tenant(platform, job)

    app.conf.beat_schedule = {
        "sweep": {"task": SWEEP, "schedule": SWEEP_SECONDS},
        **{
            job: {"task": RUN_PERIODIC, "schedule": float(seconds), "args": (job,)}
            for job, seconds in platform.periodic.items()
        },
    }


def run_in_every_tenant(platform: Platform, job: str) -> None:
    """Run a periodic job once in each tenant; one tenant's failure does not stop the others."""
    with unit_of_work(platform, None, write=False) as session:
        tenant_ids = list(session.scalars(select(Tenant.id)))
    for tenant_id in tenant_ids:
        try:
            with unit_of_work(platform, tenant_id, actor=system(tenant_id)) as session:
                platform.jobs[job](session, {})
        except Exception:
            log.exception("periodic job failed", job=job, tenant_id=str(tenant_id))


def wake_after_commit(platform: Platform, app: Celery) -> None:
    """Send what a commit left behind on its way: jobs to a worker, the feed's height to streams.

    Both are hints. When the broker is away the sweeper and the stream's own polling make up.
    """
    url = platform.settings.broker_url
    pokes = Redis.from_url(url, socket_timeout=0.5) if url.startswith(("redis", "unix")) else None

    def announce(unit: Unit) -> None:
        for job_id in unit.job_ids:
            try:
                app.send_task(RUN_JOB, (str(job_id),), retry=False)
            except (BrokerError, OSError) as error:
                log.warning("broker away; the sweeper will send the job", error=repr(error))
                break
        if unit.height is not None and pokes is not None:
            _poke(pokes, unit)

    platform.after_commit.append(announce)


def state(settings: Settings) -> str:
    """Return whether the broker answers: ``ok``, what is wrong, or ``off`` where there is none.

    Without it nothing is lost: the outbox is swept, and streams poll.
    """
    if not settings.broker_url.startswith(("redis", "unix")):
        return "off"
    try:
        with Redis.from_url(
            settings.broker_url, socket_timeout=0.5, socket_connect_timeout=0.5
        ) as redis:
            redis.ping()
    except (RedisError, OSError) as error:
        return type(error).__name__
    return "ok"


def _poke(pokes: Redis, unit: Unit) -> None:
    epoch, height = unit.height or ("", 0)
    message: dict[str, Any] = {"tenant": str(unit.tenant_id), "epoch": epoch, "height": height}
    try:
        pokes.publish(FEED_CHANNEL, orjson.dumps(message))
    except (RedisError, OSError) as error:
        log.warning("no poke sent; streams poll", error=repr(error))


def _transport_options(settings: Settings) -> dict[str, Any]:
    if settings.broker_url.startswith("filesystem"):
        folder = settings.home / "queue"
        folder.mkdir(parents=True, exist_ok=True)
        place = str(folder)
        return {
            "data_folder_in": place,
            "data_folder_out": place,
            "control_folder": place,
            "polling_interval": 0.1,
        }
    return {"visibility_timeout": 600}
