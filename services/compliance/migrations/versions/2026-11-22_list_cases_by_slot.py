"""What a list of cases shows of their documents stands beside them, and lists go by slot."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "20261122_queue"
down_revision = "20261122_signatures"
branch_labels = None
depends_on = None

_SHOWN = (
    ("action_type", sa.Text(), "snapshot ->> 'type'::text"),
    ("platform", sa.Text(), "(snapshot -> 'channel'::text) ->> 'platform'::text"),
    ("opening_words", sa.Text(), "left(snapshot ->> 'text'::text, 400)"),
    ("findings", sa.Integer(), "jsonb_array_length(coalesce(judgement -> 'findings'::text, '[]'::jsonb))"),
    ("safety_handover", sa.Boolean(), "coalesce(judgement @> '{\"safety_handover\": true}'::jsonb, false)"),
)
_SLOT = sa.text("coalesce(slot_start, 'infinity'::timestamptz)")


def upgrade() -> None:
    for name, kind, expression in _SHOWN:
        op.add_column("cases", sa.Column(name, kind, sa.Computed(expression, persisted=True)))
    op.drop_index("ix_cases_queue", table_name="cases")
    op.create_index("ix_cases_queue", "cases", ["state", _SLOT, "action_id"])
    op.create_index("ix_cases_by_slot", "cases", [_SLOT, "action_id"])


def downgrade() -> None:
    op.drop_index("ix_cases_by_slot", table_name="cases")
    op.drop_index("ix_cases_queue", table_name="cases")
    op.create_index("ix_cases_queue", "cases", ["state", "action_id"])
    for name, _, _ in reversed(_SHOWN):
        op.drop_column("cases", name)
