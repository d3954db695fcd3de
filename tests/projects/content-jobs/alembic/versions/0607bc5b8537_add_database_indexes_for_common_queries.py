"""Add database indexes for common queries

Revision ID: 0607bc5b8537
Revises: 0607bc5b8536
Create Date: 2026-01-13 11:02:27.940118

"""
from typing import Sequence, Union

from alembic import op

# revision identifiers, used by Alembic.
revision: str = "0607bc5b8537"
down_revision: Union[str, None] = "0607bc5b8536"
branch_labels: Union[str, Sequence[str], None] = None
depends_on: Union[str, Sequence[str], None] = None


def upgrade() -> None:
    # 1. memberships(org_id, user_id)
    op.create_index("idx_memberships_org_user", "memberships", ["org_id", "user_id"], unique=False)

    # 2. subscriptions(org_id, status)
    op.create_index("idx_subscriptions_org_status", "subscriptions", ["org_id", "status"], unique=False)

    # 3. usage_counters(org_id, period_month)
    # Already has a unique constraint, but an explicit index improves query performance
    op.create_index("idx_usage_counters_org_period", "usage_counters", ["org_id", "period_month"], unique=False)

    # 4. content_jobs(org_id, created_at DESC): raw SQL for the ordering
    op.execute(
        """
        CREATE INDEX idx_content_jobs_org_created_desc
        ON content_jobs (org_id, created_at DESC)
        """
    )

    # 5. content_jobs(status)
    # Already has an index from the model definition, but the migration ensures it exists
    op.create_index("idx_content_jobs_status", "content_jobs", ["status"], unique=False, if_not_exists=True)

    # 6. billing_events(provider, provider_event_id) unique
    # provider_event_id is already unique, but the composite constraint ensures uniqueness per provider
    op.create_unique_constraint(
        "uq_billing_events_provider_event_id",
        "billing_events",
        ["provider", "provider_event_id"],
    )


def downgrade() -> None:
    op.drop_constraint("uq_billing_events_provider_event_id", "billing_events", type_="unique")
    op.drop_index("idx_content_jobs_status", table_name="content_jobs", if_exists=True)
    op.execute("DROP INDEX IF EXISTS idx_content_jobs_org_created_desc")
    op.drop_index("idx_usage_counters_org_period", table_name="usage_counters")
    op.drop_index("idx_subscriptions_org_status", table_name="subscriptions")
    op.drop_index("idx_memberships_org_user", table_name="memberships")
