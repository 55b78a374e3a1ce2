"""Views of sign-in, the signed-in user, users, roles, the audit trail and the configuration."""

from __future__ import annotations

from server.auth.routes import audit, config, me, roles, signin, users

BLUEPRINTS = (
    config.blp,
    signin.blp,
    me.blp,
    users.blp,
    roles.blp,
    roles.permissions_blp,
    audit.blp,
)
