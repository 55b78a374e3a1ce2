"""The signed-in user: who am I, what may I do, my profile and my password."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from flask import g, request
from flask.views import MethodView
from sqlalchemy.orm import Session

from server.auth import authenticator, queries, signin
from server.auth.models import User
from server.auth.queries import UserDetail
from server.auth.schemas import MeChangeSchema, MeSchema, OwnPasswordSchema
from server.auth.service import users
from server.kernel.actors import Actor
from server.kernel.http import (
    ApiBlueprint,
    current_actor,
    current_platform,
    current_session,
    require_match,
    signed_in,
)
from server.kernel.problems import ProblemSchema
from server.kernel.session import Origin
from server.kernel.tenancy import Tenant

blp = ApiBlueprint("me", __name__, url_prefix="/api/v1/me", description="The signed-in user")


@dataclass(frozen=True, kw_only=True)
class Me(UserDetail):
    """The signed-in user, what he or she may do, and where."""

    permissions: list[str]
    scopes: list[str]
    installation_id: UUID | None
    tenant: Tenant


@blp.route("")
class MeView(MethodView):
    @signed_in()
    @blp.response(200, MeSchema)
    def get(self) -> Me:
        """Show the signed-in user with permissions and tenant"""
        session, actor = current_session(), current_actor()
        return _me(session, actor, queries.get_user(session, actor.id))

    @signed_in()
    @blp.arguments(MeChangeSchema)
    @blp.response(200, MeSchema)
    @blp.alt_response(412, schema=ProblemSchema)
    @blp.alt_response(428, schema=ProblemSchema)
    def patch(self, args: dict[str, Any]) -> Me:
        """Change the own profile"""
        session, actor = current_session(), current_actor()
        user = queries.lock_user(session, actor.id)
        require_match(user)
        users.change_user(session, actor=actor, user=user, **args)
        return _me(session, actor, user)


@blp.route("/password")
class MyPassword(MethodView):
    @signed_in(own_unit=True)
    @blp.arguments(OwnPasswordSchema)
    @blp.response(204)
    @blp.alt_response(401, schema=ProblemSchema, description="The current password is wrong")
    @blp.alt_response(429, schema=ProblemSchema, description="Too many failures; Retry-After")
    def put(self, args: dict[str, Any]) -> None:
        """Choose a new password; every other session of the user ends"""
        platform = current_platform()
        credentials = authenticator.JWTAuthenticator().credentials(platform)
        signin.change_own_password(
            platform,
            actor=current_actor(),
            origin=Origin(request_id=g.request_id, address=request.remote_addr or ""),
            session_id=credentials.claims["session_id"],
            **args,
        )


def _me(session: Session, actor: Actor, user: User) -> Me:
    return Me(
        **asdict(queries.describe_user(session, user)),
        permissions=sorted(actor.permissions),
        scopes=sorted(actor.feed_scopes),
        installation_id=actor.installation_id,
        tenant=queries.get_tenant(session),
    )
