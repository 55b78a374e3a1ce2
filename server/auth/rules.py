"""Pure rules of sign-in: names, passwords, throttle, the rotation of refresh tokens, power."""

from __future__ import annotations

import datetime as dt
import hashlib
import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

ACCESS_LIFETIME = dt.timedelta(minutes=15)
REFRESH_LIFETIME = dt.timedelta(days=60)  # The longest time a phone may stay without signal.
STREAM_LIFETIME = dt.timedelta(seconds=60)
KEEP_ENDED_SESSIONS = dt.timedelta(days=7)

PASSWORD_MIN_LENGTH = 12
PASSWORD_MAX_LENGTH = 200
PASSWORD_MIN_VARIETY = 5

MAX_FAILURES = 10
FAILURE_WINDOW = dt.timedelta(minutes=15)

# A phone that never hears the answer asks again with the same token: so many answers may be open.
MAX_FRESH = 8

LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,62}[a-z0-9])?")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")  # Part of MQTT topics.
ROLE_NAME_MAX_LENGTH = 40
ROLE_NAME = re.compile(r"[a-z][a-z0-9_-]{1,39}")
LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,2}")
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class BuiltInRole(StrEnum):
    """The roles every tenant has; their permissions may be changed, their names not."""

    ADMIN = "admin"
    DIRECTOR = "director"
    DISPATCHER = "dispatcher"
    AGENT = "agent"
    LEAD = "lead"
    ENGINEER = "engineer"
    STOREKEEPER = "storekeeper"
    DEVICE = "device"
    CUSTOMER = "customer"


# The role admin keeps these, so that no tenant can lock itself out.
ADMIN_KEYS = frozenset({"users.read", "users.manage", "roles.manage"})


@dataclass(frozen=True)
class FullLogin:
    """What a person types to sign in: ``login@tenant-slug``."""

    login: str
    slug: str

    def __str__(self) -> str:
        """Return the login as it is typed."""
        return f"{self.login}@{self.slug}"


def full_login(text: str) -> FullLogin | None:
    """Read ``login@tenant-slug``, or None where nobody can have that name; case is ignored."""
    login, at, slug = text.strip().lower().rpartition("@")
    if not at or not is_login(login) or not is_slug(slug):
        return None
    return FullLogin(login, slug)


def is_login(text: str) -> bool:
    """Whether ``text`` can be the login of a user."""
    return LOGIN.fullmatch(text) is not None


def is_slug(text: str) -> bool:
    """Whether ``text`` can be the slug of a tenant."""
    return SLUG.fullmatch(text) is not None


def is_role_name(text: str) -> bool:
    """Whether ``text`` can be the name of a role."""
    return ROLE_NAME.fullmatch(text) is not None


def is_locale(text: str) -> bool:
    """Whether ``text`` looks like a language tag (BCP 47)."""
    return LOCALE.fullmatch(text) is not None


def normal_password(password: str) -> str:
    """Return the one spelling of a password: keyboards differ in how they compose letters."""
    return unicodedata.normalize("NFC", password)


def password_weakness(password: str, login: str) -> str | None:
    """Say what is wrong with a new password, or None when it will do."""
    if len(password) < PASSWORD_MIN_LENGTH:
        return f"Must have at least {PASSWORD_MIN_LENGTH} characters."
    if len(password) > PASSWORD_MAX_LENGTH:
        return f"Must have at most {PASSWORD_MAX_LENGTH} characters."
    if len(set(password)) < PASSWORD_MIN_VARIETY:
        return f"Must have at least {PASSWORD_MIN_VARIETY} different characters."
    if len(password.lower().replace(login.lower(), "")) < PASSWORD_MIN_VARIETY:
        return "Must be more than the login."
    return None


def attempt_key(login: str, address: str) -> str:
    """Return the key under which failures of a login from an address are counted.

    A digest: people type passwords into the login field. An IPv6 customer owns a /64.
    """
    try:
        ip = ipaddress.ip_address(address)
        if ip.version == 6 and ip.ipv4_mapped is None:  # noqa: PLR2004 - the version's name
            address = str(ipaddress.ip_network((ip, 64), strict=False))
    except ValueError:
        pass
    return hashlib.sha256(f"{login.strip().lower()}\n{address}".encode()).hexdigest()


def wait_seconds(failures: Sequence[dt.datetime], now: dt.datetime) -> int:
    """Return how long the next attempt must wait, 0 when it may come now."""
    recent = sorted(at for at in failures if at > now - FAILURE_WINDOW)
    if len(recent) < MAX_FAILURES:
        return 0
    free_at = recent[-MAX_FAILURES] + FAILURE_WINDOW
    return max(1, round((free_at - now).total_seconds()))


@dataclass(frozen=True, kw_only=True)
class TokenFamily:
    """The refresh tokens of one session that still mean something, as digests.

    ``used`` was presented last; ``fresh`` were issued for it and not seen since. More than one is
    fresh when an answer was lost and the client asked again.
    """

    used: str | None
    fresh: tuple[str, ...]


def rotated(family: TokenFamily, presented: str, successor: str) -> TokenFamily | None:
    """Return the family after ``presented`` was exchanged for ``successor``; None for a reuse.

    The previous token stays good until one of its successors is used for the first time: a lost
    answer then costs nothing. Whoever comes with an older one, or with a sibling of the one that
    was used, holds a copy.
    """
    if presented in family.fresh:
        return TokenFamily(used=presented, fresh=(successor,))
    if presented == family.used:
        return TokenFamily(used=presented, fresh=(*family.fresh, successor)[-MAX_FRESH:])
    return None


def covers(own: Iterable[str], other: Iterable[str]) -> bool:
    """Whether somebody with the permissions ``own`` may give or govern ``other``."""
    return set(other) <= set(own)


def is_same_origin(origin: str, public_url: str) -> bool:
    """Whether a browser's ``Origin`` is the platform's own (RFC 6454 §4).

    On a laptop, localhost and 127.0.0.1 are the same place.
    """
    ours, theirs = _origin(public_url), _origin(origin)
    if ours is None or theirs is None:
        return False
    if ours[1] in LOOPBACK and theirs[1] in LOOPBACK:
        return (ours[0], ours[2]) == (theirs[0], theirs[2])
    return ours == theirs


def stream_url(public_url: str, port: int, stream_port: int) -> str:
    """Return where browsers reach the stream: its own port, or behind the proxy's one origin."""
    origin = _origin(public_url)
    if origin is not None and origin[0] == "http" and origin[2] == port:
        host = f"[{origin[1]}]" if ":" in origin[1] else origin[1]
        return f"http://{host}:{stream_port}/api/v1/stream"
    return f"{public_url}/api/v1/stream"


def _origin(url: str) -> tuple[str, str, int] | None:
    try:
        parts = urlsplit(url)
        port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, port
