"""Commands on tenants, users, roles, sessions and device credentials."""
