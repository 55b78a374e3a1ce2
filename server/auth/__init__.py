"""Who may come in: tenants, users, roles, permissions, sign-in and tokens."""
