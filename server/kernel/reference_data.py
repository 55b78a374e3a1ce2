"""Changes of reference records: assign what differs; archive and restore instead of deleting."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from server.kernel.creation import differs
from server.kernel.errors import DomainError

ARCHIVING = "is_archived"


class StillInUse(DomainError):
    """What is to be archived is referred to by records that are not."""

    code = "still-in-use"
    status = 409
    title = "Still in use"


def assign(record: Any, changes: Mapping[str, Any]) -> list[str]:
    """Set the fields that differ and return their names; archiving is a question of its own."""
    changed = [
        name
        for name, value in changes.items()
        if name != ARCHIVING and differs(getattr(record, name), value)
    ]
    for name in changed:
        setattr(record, name, changes[name])
    return sorted(changed)


def is_to_archive(record: Any, changes: Mapping[str, Any]) -> bool:
    """Whether ``changes`` archive a record that is not archived."""
    return changes.get(ARCHIVING) is True and record.archived_at is None


def is_to_restore(record: Any, changes: Mapping[str, Any]) -> bool:
    """Whether ``changes`` restore a record that is archived."""
    return changes.get(ARCHIVING) is False and record.archived_at is not None
