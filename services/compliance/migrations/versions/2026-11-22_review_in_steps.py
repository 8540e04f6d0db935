"""Reviews go by steps: what asked for a number of approvals becomes one step that anybody may take."""

from __future__ import annotations

from alembic import op

revision = "20261122_review"
down_revision = "20261122_checkpoints"
branch_labels = None
depends_on = None

_ROUTES = """UPDATE cases SET judgement = (judgement - 'approvals_required') || jsonb_build_object('route',
      jsonb_build_array(jsonb_build_object('name', 'review', 'tier', 1, 'any_of', jsonb_build_array('reviewer'),
        'approvals', judgement -> 'approvals_required')))
    WHERE judgement ? 'approvals_required'"""
_VOTES = """UPDATE cases SET votes = (
      SELECT jsonb_agg(vote || CASE vote ->> 'decision'
          WHEN 'approve' THEN '{"step": "review", "capacity": "reviewer"}'::jsonb
          ELSE '{"step": null, "capacity": null}'::jsonb END ORDER BY position)
      FROM jsonb_array_elements(votes) WITH ORDINALITY AS each (vote, position))
    WHERE votes <> '[]'"""
_NUMBERS = """UPDATE cases SET judgement = (judgement - 'route') || jsonb_build_object('approvals_required',
      (SELECT coalesce(sum((step ->> 'approvals')::int), 1) FROM jsonb_array_elements(judgement -> 'route') AS step))
    WHERE judgement ? 'route'"""
_PLAIN = """UPDATE cases SET votes = (
      SELECT jsonb_agg(vote - 'step' - 'capacity' ORDER BY position)
      FROM jsonb_array_elements(votes) WITH ORDINALITY AS each (vote, position))
    WHERE votes <> '[]'"""


def upgrade() -> None:
    op.execute(_ROUTES)
    op.execute(_VOTES)


def downgrade() -> None:
    op.execute(_NUMBERS)
    op.execute(_PLAIN)
