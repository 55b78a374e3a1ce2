"""Refusals of the gateway."""

from __future__ import annotations

from server.kernel.errors import DomainError


class AlarmCleared(DomainError):
    """A cleared alarm needs no acknowledgement any more."""

    code = "alarm-cleared"
    status = 409
    title = "Alarm cleared"
