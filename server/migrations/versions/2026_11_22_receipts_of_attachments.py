"""receipts of attachments

Revision: 0002, after 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    column = sa.Column("receipted_at", sa.DateTime(timezone=True), nullable=True)
    op.add_column("attachment", column)


def downgrade() -> None:
    op.drop_column("attachment", "receipted_at")
