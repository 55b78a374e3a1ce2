"""What a room declares about itself, and the platform that all declarations add up to."""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import Engine
from sqlalchemy.orm import sessionmaker

from server.kernel import db, heartbeat, tenancy  # noqa: F401 - every platform has its table
from server.kernel.errors import DomainError
from server.kernel.session import UnitSession
from server.kernel.settings import Settings

if TYPE_CHECKING:
    from uuid import UUID

    import click
    from flask import Blueprint
    from sqlalchemy.orm import Session

    from server.kernel.changes import FeedKind
    from server.kernel.commands import Command
    from server.kernel.events import Event

PortType = TypeVar("PortType")
Subscriber = Callable[["Session", Any], None]
Job = Callable[["Session", dict[str, Any]], None]


@dataclass(frozen=True, kw_only=True)
class Module:
    """Wiring of one room or package; only the loader reads it.

    ``subscribers`` run in the transaction of the event and may refuse. ``deferred`` names the jobs
    an event leaves behind as outbox rows. ``periodic`` maps a job to its interval in seconds.
    ``permissions`` maps a permission to the built-in roles that hold it. ``constraints`` maps the
    name of a database constraint to the refusal it means. ``ports`` fills interfaces declared by
    rooms below. ``demo`` seeds the demonstration company; ``demo_devices`` then lets its devices
    speak, in units of work of its own.
    """

    name: str
    blueprints: tuple[Blueprint, ...] = ()
    subscribers: Mapping[type[Event], tuple[Subscriber, ...]] = field(default_factory=dict)
    deferred: Mapping[type[Event], tuple[str, ...]] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    periodic: Mapping[str, int] = field(default_factory=dict)
    commands: tuple[Command, ...] = ()
    feed_kinds: tuple[FeedKind, ...] = ()
    permissions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    constraints: Mapping[str, type[DomainError]] = field(default_factory=dict)
    ports: Mapping[type, Any] = field(default_factory=dict)
    cli: tuple[click.Command, ...] = ()
    demo: Callable[[Any], None] | None = None
    demo_devices: Callable[[Platform, UUID], None] | None = None


class Platform:
    """All loaded modules wired to one database; every process holds exactly one."""

    def __init__(self, settings: Settings, modules: Iterable[Module], engine: Engine) -> None:
        """Index what the modules declare; raises ValueError for a name declared twice."""
        self.settings = settings
        self.modules = tuple(modules)
        self.engine = engine
        tenancy.guard_engine(engine)
        self.sessions = sessionmaker(engine, class_=UnitSession, expire_on_commit=False)
        self.read_sessions = sessionmaker(
            db.reader(engine), class_=UnitSession, autoflush=False, expire_on_commit=False
        )
        self.subscribers: dict[type[Any], list[Subscriber]] = defaultdict(list)
        self.deferred: dict[type[Any], list[str]] = defaultdict(list)
        self.jobs: dict[str, Job] = {}
        self.periodic: dict[str, int] = {}
        self.commands: dict[str, Command] = {}
        self.feed_kinds: dict[str, FeedKind] = {}
        self.feed_models: dict[type[Any], FeedKind] = {}
        self.permissions: dict[str, frozenset[str]] = {}
        self.constraints: dict[str, type[DomainError]] = {}
        self._ports: dict[type, Any] = {}
        self.after_commit: list[Callable[[Any], None]] = []
        for module in self.modules:
            self._add(module)

    def port(self, kind: type[PortType]) -> PortType:
        """Return what fills the port ``kind``; raises LookupError when no module does."""
        try:
            return cast("PortType", self._ports[kind])
        except KeyError:
            msg = f"No module fills the port {kind.__name__}."
            raise LookupError(msg) from None

    def set_port(self, kind: type[PortType], implementation: PortType) -> None:
        """Fill a port at start-up; the last one wins."""
        self._ports[kind] = implementation

    def dispose(self) -> None:
        """Close the database connections."""
        self.engine.dispose()

    def _add(self, module: Module) -> None:
        for event_type, subscribers in module.subscribers.items():
            self.subscribers[event_type].extend(subscribers)
        for event_type, jobs in module.deferred.items():
            self.deferred[event_type].extend(jobs)
        _merge(self.jobs, module.jobs)
        _merge(self.periodic, module.periodic)
        _merge(self.commands, {command.type: command for command in module.commands})
        _merge(self.feed_kinds, {kind.name: kind for kind in module.feed_kinds})
        self.feed_models.update({kind.model: kind for kind in module.feed_kinds})
        _merge(self.permissions, {k: frozenset(v) for k, v in module.permissions.items()})
        _merge(self.constraints, module.constraints)
        self._ports.update(module.ports)


def import_modules(names: Iterable[str]) -> list[Module]:
    """Import the modules named in the settings and return their ``MODULE``, in that order."""
    return [cast("Module", importlib.import_module(name).MODULE) for name in names]


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    if twice := into.keys() & more.keys():
        msg = f"Declared twice: {', '.join(sorted(twice))}."
        raise ValueError(msg)
    into.update(more)
