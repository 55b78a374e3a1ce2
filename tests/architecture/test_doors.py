"""From another room or package, only its door (`api`) and its pure `rules` are imported."""

from __future__ import annotations

import pytest

from tests.architecture.source import PACKAGES, imports, module_name, python_files

DOORS = frozenset({"api", "rules"})
# They wire the rooms together or start a process, and nobody imports them.
COMPOSITION = (
    "server.wsgi",
    "server.cli",
    "server.worker",
    "server.stream",
    "server.supervisor",
    "server.dispatch_worker",
    "server.factory",
    "server.migrations",
    "iot_gateway.main",
)


def room_of(name: str) -> str:
    """The room a module belongs to: one folder of the server, or a whole package."""
    parts = name.split(".")
    return ".".join(parts[:2]) if parts[0] == "server" else parts[0]


def goes_through_the_door(importer: str, imported: str) -> bool:
    """Whether ``importer`` may import ``imported``."""
    parts = imported.split(".")
    if parts[0] not in PACKAGES or room_of(imported) == room_of(importer):
        return True
    if importer.startswith(COMPOSITION) or room_of(imported) in {"server.kernel", "server"}:
        return True
    room = room_of(imported).split(".")
    # `from server.tickets import api` and `from server.tickets.api import open_ticket`
    return len(parts) > len(room) and parts[len(room)] in DOORS


@pytest.mark.parametrize(
    ("importer", "imported", "expected"),
    [
        ("server.tickets.service", "server.places.api", True),
        ("server.tickets.service", "server.places.rules.Calendar", True),
        ("server.tickets.service", "server.tickets.models", True),
        ("server.tickets.service", "server.kernel.events.record", True),
        ("server.tickets.service", "server.places.models.Site", False),
        ("server.tickets.service", "server.places", False),
        ("sync.service", "inventory.service.consume", False),
        ("sync.service", "inventory.api.consume", True),
        ("iot_gateway.main", "server.tickets.service", True),
        ("iot_gateway.service", "server.tickets.service", False),
    ],
)
def test_a_door_is_told_from_a_window(importer: str, imported: str, expected: bool) -> None:  # noqa: FBT001
    assert goes_through_the_door(importer, imported) is expected


def test_rooms_are_entered_through_their_doors() -> None:
    windows = [
        f"{path}:{line} imports {name}"
        for path, text in python_files()
        for line, name in imports(path, text)
        if not goes_through_the_door(module_name(path), name)
    ]

    assert windows == []
