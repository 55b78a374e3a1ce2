"""Refusals: every way the platform says no, with a stable code that clients may rely on."""

from __future__ import annotations

from typing import Any, ClassVar


class DomainError(Exception):
    """A refusal a caller can act on; the edge turns it into one problem+json answer.

    ``params`` are plain JSON values: what was wrong, and what would be right. ``errors`` maps a
    field to its messages when the refusal concerns fields of the input.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    title: ClassVar[str] = "Refused"

    def __init__(self, detail: str, **params: Any) -> None:
        """Refuse with a sentence for people and ``params`` for programs."""
        super().__init__(detail)
        self.detail = detail
        self.params = params
        self.headers: dict[str, str] = {}


class NotFound(DomainError):
    """Nothing with that id is visible to the caller; another tenant's record looks the same."""

    code = "not-found"
    status = 404
    title = "Not found"


class Forbidden(DomainError):
    """The caller is known but lacks the permission."""

    code = "forbidden"
    status = 403
    title = "Forbidden"


class Unauthenticated(DomainError):
    """The caller is not known: no credential, an expired one, or a disabled user."""

    code = "unauthenticated"
    status = 401
    title = "Not signed in"

    def __init__(self, detail: str, **params: Any) -> None:
        """Refuse, telling the client which scheme to use (RFC 9110 §11.6.1)."""
        super().__init__(detail, **params)
        self.headers["WWW-Authenticate"] = "Bearer"


class InvalidInput(DomainError):
    """A value that no schema could refuse but a rule does; ``errors`` names the fields."""

    code = "invalid-input"
    status = 422
    title = "Invalid input"

    def __init__(self, detail: str, **errors: Any) -> None:
        """Refuse, naming each field and what would be right."""
        super().__init__(detail)
        self.params = {"errors": {field: _messages(value) for field, value in errors.items()}}


class StaleRevision(DomainError):
    """The record has moved on since the caller read it (RFC 9110 §13.1.1)."""

    code = "stale-revision"
    status = 412
    title = "Precondition failed"


class RevisionRequired(DomainError):
    """A change of a versioned record without ``If-Match`` (RFC 6585 §3)."""

    code = "revision-required"
    status = 428
    title = "Precondition required"


class Busy(DomainError):
    """The database could not take the write in time; the same request may be sent again."""

    code = "busy"
    status = 503
    title = "Busy"

    def __init__(self, detail: str = "Too many writes at once; send the request again.") -> None:
        """Refuse for now, with the time to wait in seconds."""
        super().__init__(detail)
        self.headers["Retry-After"] = "1"


class Conflicting(DomainError):
    """A rule of the database forbids the row; the constraint's name says which."""

    code = "conflict"
    status = 409
    title = "Conflict"


def _messages(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list | tuple) else [str(value)]
