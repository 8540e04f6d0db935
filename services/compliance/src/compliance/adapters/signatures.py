"""Signatures in PostgreSQL: rows are added and never changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.tables import signatures
from compliance.application.ports.wordings import SignedSamples, SignedWording
from compliance.domain.overriding import OverrideDecision, OverrideSignature
from compliance.domain.review.signing import Signature
from shared.contracts.hashing import sha256_of
from shared.db.unit_of_work import SqlUnitOfWork

OVERRIDE_DECISIONS: Mapping[OverrideDecision, str] = {"override": "override", "refuse": "refuse_override"}
"""What the column `decision` says of them, beside the decisions of a review."""


class SqlSignatures:
    """Implements `Signatures`; the primary key lets one proof of identity serve once."""

    def __init__(self, uow: SqlUnitOfWork) -> None:
        self._uow = uow

    async def add(self, signature: Signature) -> bool:
        vote = signature.vote
        row = {
            "subject": vote.by,
            "authenticated_at": signature.authenticated_at,
            "name": vote.name,
            "action_id": signature.action_id,
            "case_version": signature.case_version,
            "content_sha256": vote.content_sha256,
            "decision": vote.decision,
            "meaning": vote.meaning,
            "step": vote.step,
            "capacity": vote.capacity,
            "on_behalf_of": vote.on_behalf_of,
            "absence_id": vote.absence_id,
            "changes_sha256": sha256_of([change.as_json() for change in vote.changes]) if vote.changes else None,
            "signed_at": vote.at,
        }
        return await self._written(row)

    async def add_override(self, signature: OverrideSignature) -> bool:
        override = signature.override
        row = {
            "subject": override.by,
            "authenticated_at": signature.authenticated_at,
            "name": override.name,
            "action_id": signature.action_id,
            "case_version": signature.case_version,
            "content_sha256": override.content_sha256,
            "decision": OVERRIDE_DECISIONS[override.decision],
            "meaning": override.meaning,
            "step": None,
            "capacity": ", ".join(override.capacities) or None,
            "signed_at": override.at,
            "rule_set": override.rule_set,
            "rules": list(override.rules),
        }
        return await self._written(row)

    async def add_wording(self, signed: SignedWording) -> bool:
        given = signed.signature
        row = {
            "subject": given.by,
            "authenticated_at": signed.authenticated_at,
            "name": given.name,
            "wording_id": signed.wording_id,
            "content_sha256": given.sha256,
            "decision": "approve",
            "meaning": given.meaning,
            "signed_at": given.at,
        }
        return await self._written(row)

    async def add_samples(self, signed: SignedSamples) -> bool:
        review = signed.review
        row = {
            "subject": review.by,
            "authenticated_at": signed.authenticated_at,
            "name": review.name,
            "samples": list(signed.permit_ids),
            "content_sha256": signed.sha256,
            "decision": review.outcome,
            "meaning": review.meaning,
            "signed_at": review.at,
        }
        return await self._written(row)

    async def _written(self, row: Mapping[str, Any]) -> bool:
        written = await self._uow.connection.execute(insert(signatures).values(row).on_conflict_do_nothing())
        return written.rowcount == 1
