"""Refusals of places."""

from __future__ import annotations

from server.kernel.errors import DomainError


class StillInUse(DomainError):
    """What is to be archived is referred to by records that are not."""

    code = "still-in-use"
    status = 409
    title = "Still in use"
