"""Statements that no tenant criteria reach stand only where this page says so, and why."""

from __future__ import annotations

import re

from tests.architecture.source import python_files

# The driver's own statements pass every guard on SQLite.
RAW = {
    "server/kernel/db.py": "begins transactions",
    "server/kernel/ddl.py": "makes and drops what stands beside the tables",
    "server/kernel/session.py": "tells PostgreSQL the tenant",
    "server/migrations/env.py": "migrates, as owner",
    "iot_gateway/storing.py": "writes readings in bulk, the tenant among their columns",
}
# Places that carry a reason themselves; each names the tenant in its statement, or needs none.
UNSCOPED = {
    "server/auth/queries.py": "who asks, once in every request",
    "server/kernel/changes.py": "the feed",
    "server/kernel/db.py": "asks for the role",
    "server/kernel/lookup.py": "one record by its id",
    "server/kernel/numbers.py": "the next human number, once in most creations",
    "server/kernel/outbox.py": "the relay",
    "server/kernel/session.py": "facts and audit entries, the tenant among their columns",
    "server/kernel/tenancy.py": "the guard itself",
    "iot_gateway/queries.py": "readings",
    "iot_gateway/storing.py": "readings",
}


def test_raw_statements_stand_only_where_they_are_known() -> None:
    found = {path for path, text in python_files() if ".exec_driver_sql(" in text}

    assert found == RAW.keys()


def test_unscoped_statements_stand_only_where_they_are_known() -> None:
    found = {path for path, text in python_files() if re.search(r"[\"']unscoped[\"']", text)}

    assert found == UNSCOPED.keys()
