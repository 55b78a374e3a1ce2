"""Settings, read once from the environment; the defaults run the embedded platform."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from server.kernel import map_source
from server.kernel.map_source import MapSource

DEFAULT_MODULES = (
    "server.auth.module",
    "server.files.module",
    "server.places.module",
    "server.assets.module",
    "server.workforce.module",
    "server.tickets.module",
    "server.workorders.module",
    "server.dispatch.module",
    "inventory.module",
    "iot_gateway.module",
    "sync.module",
    "sync.uploads.module",
)
TRUTHY = frozenset({"1", "true", "yes", "on"})
FALSY = frozenset({"", "0", "false", "no", "off"})
DATABASES = ("sqlite", "postgresql", "postgres")
BROKERS = ("redis", "rediss", "unix", "filesystem", "memory")


class SettingsError(ValueError):
    """A setting that cannot be used; the message names the variable and what would be right."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything an operator may choose; ``docs/settings.md`` lists the same variables."""

    home: Path
    database_url: str
    migration_url: str
    host: str
    port: int
    stream_port: int
    mqtt_host: str
    mqtt_port: int
    mqtt_broker_url: str
    public_url: str
    broker_url: str
    files_url: str
    web_dist: Path
    map: MapSource
    secret_keys: tuple[str, ...] = field(repr=False)
    demo: bool
    modules: tuple[str, ...]
    api_threads: int
    proxies: int
    keep_readings_days: int
    keep_dead_letters_days: int
    log_json: bool

    @property
    def is_embedded(self) -> bool:
        """Whether the platform keeps its records in the SQLite file."""
        return self.database_url.startswith("sqlite")


VARIABLES: dict[str, str] = {
    "TRUCKROLL_HOME": "Folder of all state of the embedded platform. Default `./var`.",
    "DATABASE_URL": "SQLAlchemy address of the database. Default: SQLite file in the home folder.",
    "TRUCKROLL_MIGRATION_URL": "Address used for migrations, as owner. Default `DATABASE_URL`.",
    "TRUCKROLL_HOST": "Address the HTTP processes listen on. Default `127.0.0.1`.",
    "PORT": "Port of the API. Default 8080.",
    "STREAM_PORT": "Port of the event stream. Default `PORT` + 1.",
    "TRUCKROLL_MQTT_HOST": "Address the MQTT endpoint listens on. Default `127.0.0.1`.",
    "MQTT_PORT": "Port of the embedded MQTT endpoint. Default 1883.",
    "TRUCKROLL_MQTT_BROKER_URL": "Broker to consume from, e.g. `mqtt://user:pw@host:1883`. "
    "Default: none, the embedded endpoint is used.",
    "TRUCKROLL_PUBLIC_URL": "The one public origin. Default `http://127.0.0.1:PORT`.",
    "TRUCKROLL_BROKER_URL": "Redis or Valkey for tasks and pokes. Default: the embedded Valkey.",
    "TRUCKROLL_FILES_URL": "Where files are kept: a folder or `s3://bucket/prefix?endpoint_url=…`. "
    "Default: `files` in the home folder.",
    "TRUCKROLL_WEB_DIST": "Folder of the built apps. Default: `web/dist` beside the code.",
    **map_source.VARIABLES,
    "TRUCKROLL_SECRET_KEYS": "Comma-separated signing keys of at least 32 characters: the first "
    "signs, all verify. Default in embedded mode: generated once.",
    "DEMO": "1 seeds the demonstration company and lets its users sign in. Default off.",
    "TRUCKROLL_MODULES": "Comma-separated modules to load. Default: all of them.",
    "TRUCKROLL_API_THREADS": "Threads of the API process. Default 8.",
    "TRUCKROLL_PROXIES": "How many reverse proxies stand before the API and say who asks. "
    "Default 0: nobody's word is taken for it.",
    "TRUCKROLL_KEEP_READINGS_DAYS": "How long the readings of devices are kept; 0 keeps them for "
    "ever. Default 400.",
    "TRUCKROLL_KEEP_DEAD_LETTERS_DAYS": "How long messages that were no readings are kept; 0 keeps "
    "them for ever. Default 90.",
    "TRUCKROLL_LOG_JSON": "1 writes logs as JSON lines. Default off.",
}
KEY_MIN_LENGTH = 32
WEB_DIST = Path(__file__).resolve().parents[2] / "web" / "dist"


def from_environment(environ: Mapping[str, str]) -> Settings:
    """Read the settings; raises SettingsError naming the variable that cannot be used."""
    home = Path(environ.get("TRUCKROLL_HOME") or "var").resolve()
    port = _port(environ, "PORT", 8080)
    database_url = _database(environ, "DATABASE_URL", f"sqlite:///{home / 'truckroll.db'}")
    names = environ.get("TRUCKROLL_MODULES")
    return Settings(
        home=home,
        database_url=database_url,
        migration_url=_database(environ, "TRUCKROLL_MIGRATION_URL", database_url),
        host=environ.get("TRUCKROLL_HOST") or "127.0.0.1",
        port=port,
        stream_port=_port(environ, "STREAM_PORT", port + 1),
        mqtt_host=environ.get("TRUCKROLL_MQTT_HOST") or "127.0.0.1",
        mqtt_port=_port(environ, "MQTT_PORT", 1883),
        mqtt_broker_url=_address(environ, "TRUCKROLL_MQTT_BROKER_URL", "", ("mqtt", "mqtts")),
        public_url=_address(
            environ, "TRUCKROLL_PUBLIC_URL", f"http://127.0.0.1:{port}", ("http", "https")
        ).rstrip("/"),
        broker_url=_address(environ, "TRUCKROLL_BROKER_URL", "", BROKERS),
        files_url=environ.get("TRUCKROLL_FILES_URL") or str(home / "files"),
        web_dist=Path(environ.get("TRUCKROLL_WEB_DIST") or WEB_DIST).resolve(),
        map=_map(environ),
        secret_keys=_secret_keys(environ, home, embedded=database_url.startswith("sqlite")),
        demo=_flag(environ, "DEMO"),
        modules=tuple(n.strip() for n in names.split(",")) if names else DEFAULT_MODULES,
        api_threads=_port(environ, "TRUCKROLL_API_THREADS", 8),
        proxies=_count(environ, "TRUCKROLL_PROXIES"),
        keep_readings_days=_days(environ, "TRUCKROLL_KEEP_READINGS_DAYS", 400),
        keep_dead_letters_days=_days(environ, "TRUCKROLL_KEEP_DEAD_LETTERS_DAYS", 90),
        log_json=_flag(environ, "TRUCKROLL_LOG_JSON"),
    )


def _map(environ: Mapping[str, str]) -> MapSource:
    try:
        return map_source.from_environment(environ)
    except ValueError as error:
        raise SettingsError(str(error)) from None


def _count(environ: Mapping[str, str], name: str) -> int:
    text = environ.get(name) or "0"
    if not (text.isascii() and text.isdecimal() and len(text) == 1):
        msg = f"{name} must be a whole number from 0 to 9, not {text!r}."
        raise SettingsError(msg)
    return int(text)


def _days(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and len(text) <= 5):  # noqa: PLR2004 - digits
        msg = f"{name} must be a whole number of days, not {text!r}."
        raise SettingsError(msg)
    return int(text)


def _flag(environ: Mapping[str, str], name: str) -> bool:
    text = environ.get(name, "").lower()
    if text not in TRUTHY | FALSY:
        msg = f"{name} must be 1 or 0, not {text!r}."
        raise SettingsError(msg)
    return text in TRUTHY


def _address(environ: Mapping[str, str], name: str, default: str, schemes: Sequence[str]) -> str:
    text = environ.get(name) or default
    if text and text.split("://", 1)[0].split("+", 1)[0] not in schemes:
        expected = ", ".join(f"{scheme}://" for scheme in schemes)
        msg = f"{name} must begin with one of {expected}."
        raise SettingsError(msg)
    return text


def _database(environ: Mapping[str, str], name: str, default: str) -> str:
    address = _address(environ, name, default, DATABASES)
    if address.startswith(("postgres://", "postgresql://")):
        return "postgresql+psycopg://" + address.split("://", 1)[1]
    return address


def _port(environ: Mapping[str, str], name: str, default: int) -> int:
    text = environ.get(name) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:  # noqa: PLR2004 - the range of a port
        msg = f"{name} must be a whole number from 1 to 65535, not {text!r}."
        raise SettingsError(msg)
    return int(text)


def _secret_keys(environ: Mapping[str, str], home: Path, *, embedded: bool) -> tuple[str, ...]:
    given = environ.get("TRUCKROLL_SECRET_KEYS", "")
    keys = tuple(key.strip() for key in given.split(",") if key.strip())
    if not keys and embedded:
        keys = (_kept_secret(home / "secret-key"),)
    if not keys or any(len(key) < KEY_MIN_LENGTH for key in keys):
        msg = f"TRUCKROLL_SECRET_KEYS must hold keys of at least {KEY_MIN_LENGTH} characters."
        raise SettingsError(msg)
    return keys


def _kept_secret(path: Path) -> str:
    """Return the secret kept at ``path``, making it with mode 0600 at the first start."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.exists():
        # Two processes may start at once: the secret appears whole, and only the first one's does.
        draft = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        with open(draft, "x", opener=_private_opener) as file:
            file.write(secrets.token_urlsafe(48))
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text().strip()


def _private_opener(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
