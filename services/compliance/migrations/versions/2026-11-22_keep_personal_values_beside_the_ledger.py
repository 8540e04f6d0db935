"""Take what is personal out of the ledger's leaves, and make room for the Merkle tree over them.

Every leaf written so far is written anew, with commitments where it named people and reasons. No checkpoint covers them
yet, so nothing that was signed changes. The new form cannot be written by an older release: stop it first.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.contracts.hashing import canonical
from shared.kernel.ids import new_id

revision = "20261122_proof"
down_revision = "20261122_plans"
branch_labels = None
depends_on = None

_BATCH = 2_000
_PERSONAL = {
    "safety_case": ("quote_sha256", "name", "was", "now", "percent", "notify"),
    "medical_information_case": ("quote_sha256", "percent", "notify"),
    "channel": ("moderation_owner", "screening_owner"),
}
_OLD = """SELECT l.sequence, l.aggregate, l.aggregate_id, l.aggregate_version, l.what, l.old_state, l.new_state, l.who,
      l.at, l.why, l.leaf, coalesce(c.stakeholder_id, p.stakeholder_id, s.stakeholder_id, m.stakeholder_id) AS about
    FROM ledger l
    LEFT JOIN cases c ON l.aggregate = 'case' AND c.action_id = l.aggregate_id
    LEFT JOIN permits p ON l.aggregate = 'permit' AND p.permit_id = l.aggregate_id
    LEFT JOIN safety_cases s ON l.aggregate = 'safety_case' AND s.safety_case_id = l.aggregate_id
    LEFT JOIN medical_information_cases m
      ON l.aggregate = 'medical_information_case' AND m.medical_information_case_id = l.aggregate_id
    WHERE l.sequence > :after ORDER BY l.sequence LIMIT :batch"""
_REWRITE = "UPDATE ledger SET entry_id = :entry_id, leaf = :leaf, leaf_sha256 = :leaf_sha256 WHERE sequence = :sequence"
_KEEP = """INSERT INTO ledger_personal (entry_id, about, who, personal)
    VALUES (:entry_id, :about, CAST(:who AS jsonb), CAST(:personal AS jsonb))"""

_PENDING = (
    """CREATE FUNCTION ledger_awaits_the_tree() RETURNS trigger LANGUAGE plpgsql AS
       $$ BEGIN INSERT INTO ledger_pending (sequence) SELECT sequence FROM written; RETURN NULL; END $$""",
    """CREATE TRIGGER ledger_awaits_the_tree AFTER INSERT ON ledger REFERENCING NEW TABLE AS written
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_awaits_the_tree()""",
    "INSERT INTO ledger_pending (sequence) SELECT sequence FROM ledger",
)
_NODES_APPEND_ONLY = (
    """CREATE TRIGGER ledger_nodes_no_change BEFORE UPDATE OR DELETE ON ledger_nodes
       FOR EACH ROW EXECUTE FUNCTION ledger_append_only()""",
    """CREATE TRIGGER ledger_nodes_no_truncate BEFORE TRUNCATE ON ledger_nodes
       FOR EACH STATEMENT EXECUTE FUNCTION ledger_append_only()""",
)
_ENTRIES = """CREATE VIEW ledger_entries AS
    SELECT l.sequence, n.position, l.entry_id, l.aggregate, l.aggregate_id, l.aggregate_version, l.what, l.old_state,
      l.new_state, p.who ->> 'value' AS who, l.at, p.personal -> 'why' ->> 'value' AS why,
      p.erased_at IS NOT NULL AS erased, p.about, l.leaf, l.leaf_sha256
    FROM ledger l LEFT JOIN ledger_personal p USING (entry_id) LEFT JOIN ledger_nodes n ON n.sequence = l.sequence"""


def upgrade() -> None:
    op.create_table(
        "ledger_personal",
        sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=False),
        sa.Column("about", sa.Text(), nullable=True),
        sa.Column("who", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column(
            "personal",
            postgresql.JSONB(none_as_null=True, astext_type=sa.Text()),
            nullable=True,
            comment="null once the person is erased",
        ),
        sa.Column("erased_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("entry_id", name=op.f("pk_ledger_personal")),
    )
    op.create_index(
        "ix_ledger_personal_about",
        "ledger_personal",
        ["about"],
        unique=False,
        postgresql_where=sa.text("about IS NOT NULL AND personal IS NOT NULL"),
    )
    op.create_table(
        "ledger_pending",
        sa.Column("sequence", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("noted_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_ledger_pending")),
    )
    op.create_table(
        "ledger_nodes",
        sa.Column("level", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("position", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("sequence", sa.BigInteger(), nullable=True, comment="the entry, at level 0"),
        sa.PrimaryKeyConstraint("level", "position", name=op.f("pk_ledger_nodes")),
    )
    op.create_index(
        "uq_ledger_nodes_sequence",
        "ledger_nodes",
        ["sequence"],
        unique=True,
        postgresql_where=sa.text("sequence IS NOT NULL"),
    )
    op.add_column("ledger", sa.Column("entry_id", sa.Uuid(as_uuid=False), nullable=True))
    op.execute("ALTER TABLE ledger DISABLE TRIGGER ledger_no_change")
    _write_anew()
    op.execute("ALTER TABLE ledger ENABLE TRIGGER ledger_no_change")
    op.alter_column("ledger", "entry_id", nullable=False)
    op.create_unique_constraint(op.f("uq_ledger_entry_id"), "ledger", ["entry_id"])
    op.drop_column("ledger", "who")
    op.drop_column("ledger", "why")
    for statement in (*_PENDING, *_NODES_APPEND_ONLY, _ENTRIES):
        op.execute(statement)


def downgrade() -> None:
    raise RuntimeError("leaves that only commit to people and reasons cannot be turned back; restore a backup")


def _write_anew() -> None:
    connection = op.get_bind()
    after = 0
    while rows := connection.execute(sa.text(_OLD), {"after": after, "batch": _BATCH}).mappings().all():
        changed = [_new_form(dict(row)) for row in rows]
        connection.execute(sa.text(_REWRITE), [each for each, _ in changed])
        connection.execute(sa.text(_KEEP), [each for _, each in changed])
        after = rows[-1]["sequence"]


def _new_form(row: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The row's new leaf, and what stands beside it."""
    old = _parsed(row["leaf"])
    evidence: dict[str, Any] = dict(old.get("evidence") or {})
    apart = _PERSONAL.get(row["aggregate"], ())
    values = {name: evidence.pop(name) for name in apart if name in evidence}
    if row["why"] is not None:
        values["why"] = row["why"]
    who, personal = _opening(row["who"]), {name: _opening(value) for name, value in values.items()}
    entry_id = new_id()
    leaf = {
        **{name: row[name] for name in ("aggregate", "aggregate_id", "aggregate_version", "what")},
        **{name: row[name] for name in ("old_state", "new_state")},
        "entry_id": entry_id,
        "at": old.get("at") or row["at"].isoformat(),
        "evidence": evidence,
        "committed": {"who": _commitment(who), **{name: _commitment(each) for name, each in personal.items()}},
    }
    written = canonical(leaf)
    sha256 = hashlib.sha256(written).hexdigest()
    return (
        {"sequence": row["sequence"], "entry_id": entry_id, "leaf": written, "leaf_sha256": sha256},
        {"entry_id": entry_id, "about": row["about"], "who": json.dumps(who), "personal": json.dumps(personal)},
    )


def _parsed(leaf: bytes) -> dict[str, Any]:
    try:
        return json.loads(leaf)
    except ValueError:
        return {}


def _opening(value: Any) -> dict[str, Any]:
    return {"salt": secrets.token_hex(32), "value": value}


def _commitment(opening: dict[str, Any]) -> str:
    return hashlib.sha256(bytes.fromhex(opening["salt"]) + canonical(opening["value"])).hexdigest()
