"""Signatures in PostgreSQL: rows are added and never changed."""

from __future__ import annotations

from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.tables import signatures
from compliance.domain.review.signing import Signature
from shared.contracts.hashing import sha256_of
from shared.db.unit_of_work import SqlUnitOfWork


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
        written = await self._uow.connection.execute(insert(signatures).values(row).on_conflict_do_nothing())
        return written.rowcount == 1
