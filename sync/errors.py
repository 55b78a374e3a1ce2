"""Refusals of the sync protocol itself; what becomes of a command is a result, not a refusal."""

from __future__ import annotations

from server.kernel.errors import DomainError


class CommandGap(DomainError):
    """Commands are missing before the first one sent; send from ``expect`` on."""

    code = "command-gap"
    status = 409
    title = "Commands missing"


class InstallationForked(DomainError):
    """Another command was recorded under this number: the app's store was copied or restored.

    Enrol again and send the same commands, with the same ids, under new numbers.
    """

    code = "installation-forked"
    status = 409
    title = "Installation forked"


class InstallationRevoked(DomainError):
    """This app may not sync any more; its unsent work can still be handed in as a file."""

    code = "installation-revoked"
    status = 403
    title = "Installation revoked"


class ResyncRequired(DomainError):
    """The cursor has no meaning any more: pull again without one. The outbox is not affected."""

    code = "resync-required"
    status = 410
    title = "Resync required"


class AlreadyResolved(DomainError):
    """Somebody has decided about this command before."""

    code = "already-resolved"
    status = 409
    title = "Already resolved"


class NotApplicable(DomainError):
    """The command cannot be applied as things stand now; it goes on waiting."""

    code = "command-not-applicable"
    status = 409
    title = "Command not applicable"
