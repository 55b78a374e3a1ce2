"""The door of the room: what other rooms and the process entries may use."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import Session

from server.auth import tokens
from server.auth.authenticator import JWTAuthenticator, bearer_credentials, user_actor
from server.auth.events import PasswordChanged, UserDisabled, UserEnabled, UserSignedIn
from server.auth.queries import (
    credentials_revoked_since,
    find_tenant,
    find_user,
    find_user_by_login,
    get_tenant,
    get_user,
    permissions_of,
    user_names,
)
from server.auth.service.devices import (
    DeviceIdentity,
    authenticate_device,
    device_actor,
    give_demo_token,
    issue_device_credential,
    rename_device,
    revoke_device_credentials,
)
from server.auth.service.roles import sync_roles
from server.auth.service.sessions import end_session, end_sessions
from server.auth.service.tenants import create_tenant, ensure_admin
from server.auth.service.users import (
    change_user,
    create_user,
    disable_user,
    enable_user,
    set_password,
)
from server.auth.tokens import (
    StreamPass,
    issue_stream_token,
    read_access_token,
    verify_stream_token,
)
from server.kernel.session import platform_of, tenant_of

__all__ = [
    "DeviceIdentity",
    "JWTAuthenticator",
    "PasswordChanged",
    "StreamPass",
    "UserDisabled",
    "UserEnabled",
    "UserSignedIn",
    "authenticate_device",
    "bearer_credentials",
    "change_user",
    "create_tenant",
    "create_user",
    "credentials_revoked_since",
    "device_actor",
    "disable_user",
    "enable_user",
    "end_installation",
    "end_sessions",
    "ensure_admin",
    "find_tenant",
    "find_user",
    "find_user_by_login",
    "get_tenant",
    "get_user",
    "give_demo_token",
    "issue_access_token",
    "issue_device_credential",
    "issue_stream_token",
    "permissions_of",
    "read_access_token",
    "rename_device",
    "revoke_device_credentials",
    "set_password",
    "sync_roles",
    "user_actor",
    "user_names",
    "verify_stream_token",
]


def issue_access_token(
    session: Session, *, user_id: UUID, installation_id: UUID | None = None
) -> str:
    """Return an access token for a user without asking for the password.

    For an installation just enrolled by that user, and for tests.
    """
    access = tokens.Access(
        tenant_id=tenant_of(session), user_id=user_id, installation_id=installation_id
    )
    return tokens.issue_access_token(platform_of(session).settings, access)


def end_installation(
    session: Session, *, installation_id: UUID, session_id: UUID | None = None
) -> None:
    """Sign a lost phone out at once: none of its tokens is good any more.

    ``session_id`` is the session it was last heard in; others named the installation themselves
    when they signed in.
    """
    end_sessions(session, installation_id=installation_id)
    if session_id is not None:
        end_session(session, session_id=session_id)
