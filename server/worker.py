"""The worker process: runs jobs from the outbox, and beats where no process of its own does.

Threads, not forks: jobs wait for the database and the network, and one process holds one copy of
the platform. A worker that is killed loses nothing, because the outbox knows what is not done.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from celery import Celery
from celery.beat import Scheduler, Service
from celery.exceptions import SecurityWarning
from celery.signals import worker_ready, worker_shutdown

from server import factory
from server.kernel import queue, settings

THREADS = 2
BEAT_SLEEP_SECONDS = 60
IN_MEMORY_SCHEDULER = "celery.beat:Scheduler"


def main(arguments: Sequence[str]) -> None:
    """Run until stopped."""
    parser = argparse.ArgumentParser(prog="server.worker", description=__doc__)
    parser.add_argument("role", choices=("worker", "beat"))
    parser.add_argument("--with-beat", action="store_true", help="beat inside the worker")
    parser.add_argument("--ready-file", type=Path, help="exists while the worker takes jobs")
    options = parser.parse_args(arguments)
    # Celery warns of root because of pickle; only JSON is accepted here.
    warnings.simplefilter("ignore", SecurityWarning)
    configuration = settings.from_environment(os.environ)
    app = queue.make_celery(configuration)
    queue.declare_tasks(app, factory.load(configuration))
    if options.role == "beat":
        # Nothing is kept between starts: every schedule is an interval, every job repeatable.
        app.start(["beat", "--scheduler", IN_MEMORY_SCHEDULER, "--loglevel", "WARNING"])
        return
    if options.with_beat:
        worker_ready.connect(_beating(app), weak=False)
    if options.ready_file:
        show_ready(options.ready_file)
    app.start(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            f"--concurrency={THREADS}",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def show_ready(path: Path) -> None:
    """Let the file exist while the worker takes jobs, with the number of its process in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    worker_ready.connect(lambda **_: path.write_text(str(os.getpid())), weak=False)
    worker_shutdown.connect(lambda **_: path.unlink(missing_ok=True), weak=False)


def _beating(app: Celery) -> Any:
    def start(**_: Any) -> None:
        beat = Service(app, max_interval=BEAT_SLEEP_SECONDS, scheduler_cls=Scheduler)
        threading.Thread(target=beat.start, name="beat", daemon=True).start()

    return start


if __name__ == "__main__":
    main(sys.argv[1:])
