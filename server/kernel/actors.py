"""Who acts: a user, a device, a customer or the system itself."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from server.kernel.errors import Forbidden


class ActorKind(StrEnum):
    """The four kinds of actor."""

    USER = "user"
    DEVICE = "device"
    CUSTOMER = "customer"
    SYSTEM = "system"


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever acts, with the permissions held at this moment.

    ``feed_scopes`` are the scopes of the change feed the actor may pull (``t``, ``desk``,
    ``u:<id>``). ``installation_id`` is set when a phone or browser acts for the user, and
    ``session_id`` when the user has signed in.
    """

    id: UUID
    kind: ActorKind
    tenant_id: UUID
    permissions: frozenset[str] = frozenset()
    name: str = ""
    locale: str = "en"
    installation_id: UUID | None = None
    session_id: UUID | None = None

    def may(self, permission: str) -> bool:
        """Whether the actor holds ``permission``; the system holds every one."""
        return self.kind is ActorKind.SYSTEM or permission in self.permissions

    def require(self, permission: str) -> None:
        """Refuse with Forbidden unless the actor holds ``permission``."""
        if not self.may(permission):
            raise Forbidden("This needs a permission you do not have.", permission=permission)

    @property
    def feed_scopes(self) -> frozenset[str]:
        """The scopes of the change feed this actor reads."""
        scopes = {f"u:{self.id}"}
        if self.may("feed.reference"):
            scopes.add("t")
        if self.may("feed.desk"):
            scopes.add("desk")
        return frozenset(scopes)


def system(tenant_id: UUID) -> Actor:
    """Return the platform itself as actor in a tenant, for jobs, rules and seeds."""
    return Actor(id=UUID(int=0), kind=ActorKind.SYSTEM, tenant_id=tenant_id, name="system")
