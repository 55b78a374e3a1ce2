"""sessions of installations

Revision: 0003, after 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("session_id", sa.Uuid(), nullable=True)
    op.add_column("sync_installation", column)


def downgrade() -> None:
    op.drop_column("sync_installation", "session_id")
