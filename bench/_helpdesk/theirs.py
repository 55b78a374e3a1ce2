"""django-helpdesk in a new Django project, as its documentation installs it.

What would only cost it is off: no ticket has a submitter to write a mail to, and the user is a
superuser, so that no permission is looked up. Middleware, sessions and database connections are
those that Django starts a project with; signing in is a cookie, not a password. Connections that
stay open are a setting of Django's that many choose, so that variant is served too.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import psutil

from bench._helpdesk.client import Ask
from tests.servers import free_port

CACHE = Path(__file__).resolve().parents[2] / ".bench"
REQUIREMENTS = Path(__file__).resolve().parents[1] / "helpdesk-requirements.txt"
TOKEN = "c" * 32
INSTALL_SECONDS, START_SECONDS = 600.0, 60.0
SETTINGS = """
import os

SECRET_KEY = "measured for a minute, then thrown away"
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "urls"
WSGI_APPLICATION = None
INSTALLED_APPS = [
    "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.sites", "django.contrib.admin", "django.contrib.messages",
    "django.contrib.staticfiles", "django.contrib.humanize",
    "rest_framework", "django_cleanup", "helpdesk",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "APP_DIRS": True,
    "OPTIONS": {"context_processors": [
        "django.template.context_processors.request",
        "django.contrib.auth.context_processors.auth",
        "django.contrib.messages.context_processors.messages",
    ]},
}]
DATABASES = {"default": {
    "ENGINE": "django.db.backends.postgresql",
    "HOST": "127.0.0.1",
    "USER": "app",
    "PORT": os.environ["BENCH_PG_PORT"],
    "NAME": os.environ["BENCH_PG_NAME"],
    "CONN_MAX_AGE": None if os.environ["BENCH_KEEP_OPEN"] else 0,
}}
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1
USE_TZ = True
STATIC_URL = "/static/"
MEDIA_ROOT = "media"
HELPDESK_ACTIVATE_API_ENDPOINT = True
HELPDESK_TEAMS_MODE_ENABLED = False
"""
URLS = """
from django.urls import include, path

urlpatterns = [path("", include("helpdesk.urls", namespace="helpdesk"))]
"""
PREPARE = """
import json, sys

import django
django.setup()
from django.conf import settings
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from helpdesk.models import Queue

call_command("migrate", verbosity=0)
queue = Queue.objects.create(title="Field service", slug="field")
boss = User.objects.create_superuser("boss", "", "x")
staff = [User.objects.create_user(f"staff{n}", is_staff=True).id for n in range(10)]
client = Client()
client.force_login(boss)
cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
json.dump({"queue": queue.id, "staff": staff, "session": cookie}, sys.stdout)
"""


class NotInstalled(RuntimeError):
    """The peer cannot be had here; the message says why."""


class Theirs:
    """A running django-helpdesk."""

    def __init__(
        self, port: int, known: dict[str, object], process: psutil.Process, database: psutil.Process
    ) -> None:
        """Take what the preparation printed: the ids of queue and staff, and a session."""
        self.port = port
        self.processes, self.database = process, database
        cookie = f"sessionid={known['session']}; csrftoken={TOKEN}"
        self.headers = {"Cookie": cookie, "X-CSRFToken": TOKEN}
        self.ticket_ids: list[int] = []
        self._queue, staff = known["queue"], known["staff"]
        assert isinstance(staff, list)
        self._staff = staff

    def creation(self, number: int) -> Ask:
        """A ticket with five fields; without a submitter there is nobody to write to."""
        body = {
            "queue": self._queue,
            "title": f"Pump {number} is loud",
            "description": "It began this morning and gets louder with every hour.",
            "priority": 2,
            "due_date": "2030-01-01T12:00:00Z",
        }
        return Ask("POST", "/api/tickets/", body, 201)

    def listing(self) -> Ask:
        """The first page of 50."""
        return Ask("GET", "/api/tickets/?page_size=50")

    def assignment(self, number: int) -> Ask:
        """Set the ticket's owner, and nothing else."""
        owner = self._staff[number % len(self._staff)]
        return Ask("PATCH", f"/api/tickets/{self.ticket_ids[number]}/", {"assigned_to": owner})


@contextlib.contextmanager
def serving(
    name: str, database_port: int, database: psutil.Process, *, keep_open: bool = False
) -> Iterator[Theirs]:
    """Serve django-helpdesk with two gunicorn workers on the named database."""
    python = install()
    folder = CACHE / "helpdesk-site"
    folder.mkdir(exist_ok=True)
    for file, text in (("settings", SETTINGS), ("urls", URLS), ("prepare", PREPARE)):
        (folder / f"{file}.py").write_text(text)
    environ = {
        **{key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        "DJANGO_SETTINGS_MODULE": "settings",
        "BENCH_PG_PORT": str(database_port),
        "BENCH_PG_NAME": name,
        "BENCH_KEEP_OPEN": "1" if keep_open else "",
    }
    known = json.loads(_checked([python, "prepare.py"], folder, environ, START_SECONDS))
    port = free_port()
    log = folder / f"{name}.log"
    argv: list[str | Path] = [python, "-m", "gunicorn", "-w", "2", "-b", f"127.0.0.1:{port}"]
    application = "django.core.wsgi:get_wsgi_application()"
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*argv, application], cwd=folder, env=environ, stdout=out, stderr=out
        ) as process,
    ):
        try:
            _wait(port, process, log)
            yield Theirs(port, known, psutil.Process(process.pid), database)
        finally:
            process.terminate()


def install() -> Path:
    """Return the Python of the peer's environment, made when the requirements are new."""
    wanted = REQUIREMENTS.read_bytes() + sys.version.encode()
    home = CACHE / f"helpdesk-{hashlib.sha256(wanted).hexdigest()[:12]}"
    python, stamp = home / "bin" / "python", home / "installed"
    make: list[str | Path]
    fill: list[str | Path]
    if stamp.exists():
        return python
    shutil.rmtree(home, ignore_errors=True)
    CACHE.mkdir(exist_ok=True)
    if uv := _uv():
        make = [uv, "venv", "--quiet", "--python", sys.executable, home]
        fill = [uv, "pip", "install", "--quiet", "--python", python, "-r", REQUIREMENTS]
    else:
        make = [sys.executable, "-m", "venv", home]
        fill = [python, "-m", "pip", "install", "--quiet", "-r", REQUIREMENTS]
    for command in (make, fill):
        _checked(command, CACHE, dict(os.environ), INSTALL_SECONDS)
    stamp.touch()
    return python


def _uv() -> str | None:
    own = Path(sys.prefix) / "uv" / "bin" / "uv"
    return str(own) if own.exists() else shutil.which("uv")


def _checked(
    command: Sequence[str | Path], folder: Path, environ: dict[str, str], seconds: float
) -> str:
    try:
        done = subprocess.run(
            command,
            cwd=folder,
            env=environ,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=True,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise NotInstalled(str(error)) from error
    except subprocess.CalledProcessError as error:
        raise NotInstalled(_last_line(error.stderr)) from error
    return done.stdout


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "no reason given"


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while True:
        connections = psutil.Process(process.pid).children()
        if "Booting worker" in log.read_text() and len(connections) == 2:
            return
        if process.poll() is not None or time.monotonic() > end:
            raise NotInstalled(f"gunicorn on {port} did not start: {_last_line(log.read_text())}")
        time.sleep(0.1)
