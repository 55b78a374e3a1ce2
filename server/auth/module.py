"""Wiring of the room."""

from __future__ import annotations

from server.auth import demo
from server.auth.authenticator import JWTAuthenticator
from server.auth.errors import LoginTaken, RoleTaken
from server.auth.routes import BLUEPRINTS
from server.auth.rules import BuiltInRole
from server.auth.service import sessions
from server.kernel.http import Authenticator
from server.kernel.modules import Module

DAY_SECONDS = 86_400
STAFF = (
    BuiltInRole.ADMIN,
    BuiltInRole.DIRECTOR,
    BuiltInRole.DISPATCHER,
    BuiltInRole.AGENT,
    BuiltInRole.LEAD,
    BuiltInRole.ENGINEER,
    BuiltInRole.STOREKEEPER,
)
CONSOLE = tuple(role for role in STAFF if role is not BuiltInRole.ENGINEER)

MODULE = Module(
    name="auth",
    blueprints=BLUEPRINTS,
    jobs={"auth.forget_old": sessions.forget_old},
    periodic={"auth.forget_old": DAY_SECONDS},
    permissions={
        "users.read": (BuiltInRole.ADMIN, BuiltInRole.DIRECTOR),
        "users.manage": (BuiltInRole.ADMIN,),
        "roles.manage": (BuiltInRole.ADMIN,),
        "audit.read": (BuiltInRole.ADMIN,),
        # Reference data every member of staff may hold on a phone or in a console.
        "feed.reference": STAFF,
        # Operational records, for the roles that work at a desk.
        "feed.desk": CONSOLE,
    },
    constraints={
        "uq_user_tenant_id_login": LoginTaken,
        "uq_role_tenant_id_name": RoleTaken,
    },
    ports={Authenticator: JWTAuthenticator()},
    demo=demo.seed,
)
