"""Refusals of sign-in and of changes to users and roles."""

from __future__ import annotations

from server.kernel.errors import DomainError, Forbidden, Unauthenticated


class SignInRefused(Unauthenticated):
    """Login or password is wrong; which of them is not told."""

    code = "sign-in-refused"


class UserIsDisabled(Unauthenticated):
    """The user was disabled, or belongs to a demonstration that is switched off."""

    code = "user-disabled"


class RefreshTokenInvalid(Unauthenticated):
    """The refresh token is unknown, expired or revoked: sign in again."""

    code = "refresh-token-invalid"


class RefreshTokenReused(Unauthenticated):
    """A refresh token that was replaced long ago came back: all that descend from it are void."""

    code = "refresh-token-reused"


class TooManyAttempts(DomainError):
    """Too many wrong passwords for one login from one address."""

    code = "too-many-attempts"
    status = 429
    title = "Too many requests"

    def __init__(self, retry_after_seconds: int) -> None:
        """Refuse until the oldest failure that counts has been forgotten."""
        super().__init__(
            "Too many failed sign-ins; wait before the next one.",
            retry_after_seconds=retry_after_seconds,
        )
        self.headers["Retry-After"] = str(retry_after_seconds)


class OriginRefused(Forbidden):
    """A request that relies on the sign-in cookie does not come from the platform's own pages."""

    code = "origin-refused"


class ExceedsOwnPermissions(Forbidden):
    """Nobody may give, or take over, more than he or she holds."""

    code = "exceeds-own-permissions"


class LastAdmin(DomainError):
    """The change would leave the tenant without anybody who can administrate it."""

    code = "last-admin"
    title = "Last administrator"


class LoginTaken(DomainError):
    """Another user of the tenant has this login."""

    code = "login-taken"
    title = "Login taken"


class RoleTaken(DomainError):
    """Another role of the tenant has this name."""

    code = "role-taken"
    title = "Role taken"


class RoleInUse(DomainError):
    """Users hold the role."""

    code = "role-in-use"
    title = "Role in use"


class RoleBuiltIn(DomainError):
    """A built-in role cannot be removed, and the admin role keeps its own keys."""

    code = "role-built-in"
    title = "Built-in role"


class TenantTaken(DomainError):
    """Another tenant has this slug."""

    code = "tenant-taken"
    title = "Tenant taken"
