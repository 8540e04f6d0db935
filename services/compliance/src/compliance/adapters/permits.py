"""Permits in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, Select, func, insert, or_, select, update

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import permits
from compliance.domain.permit import Grant, ReleasePermit
from compliance.domain.slot import Slot
from compliance.domain.wordings.pre_approval import WordingRef
from shared.kernel.errors import ConcurrentChange

_CONTACT = or_(permits.c.state == "issued", permits.c.redeemed_at.is_not(None))
"""Was, or may still be, carried out: a recall does not undo that somebody was approached."""


class SqlPermits:
    """Implements `Permits`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow
        self._contacts: dict[str, int] = {}

    async def foresee_contacts(self, stakeholder_ids: Collection[str], since: datetime) -> None:
        """Count the contacts of these people, whose locks the caller holds, at once."""
        counted = func.count().label("contacts")
        statement = (
            select(permits.c.stakeholder_id, counted)
            .where(
                permits.c.stakeholder_id.in_(stakeholder_ids),
                permits.c.issued_at > since,
                _CONTACT,
            )
            .group_by(permits.c.stakeholder_id)
        )
        rows = (await self._uow.connection.execute(statement)).all()
        self._contacts = dict.fromkeys(stakeholder_ids, 0) | {row.stakeholder_id: row.contacts for row in rows}

    async def get(self, permit_id: str) -> ReleasePermit | None:
        return await self._one(select(permits).where(permits.c.permit_id == permit_id))

    async def get_for_update(self, permit_id: str) -> ReleasePermit | None:
        return await self._one(select(permits).where(permits.c.permit_id == permit_id).with_for_update())

    async def ids_of_action(self, action_id: str) -> Sequence[str]:
        wanted = select(permits.c.permit_id).where(permits.c.action_id == action_id).order_by(permits.c.permit_id)
        return (await self._uow.connection.execute(wanted)).scalars().all()

    async def contacts_since(self, stakeholder_id: str, since: datetime) -> int:
        if stakeholder_id in self._contacts:
            return self._contacts[stakeholder_id]
        statement = select(func.count()).where(
            permits.c.stakeholder_id == stakeholder_id,
            permits.c.issued_at > since,
            _CONTACT,
        )
        return int((await self._uow.connection.execute(statement)).scalar_one())

    async def add(self, permit: ReleasePermit) -> None:
        await self._uow.connection.execute(insert(permits).values(_to_row(permit)))
        self._written(permit)

    async def save(self, permit: ReleasePermit) -> None:
        statement = (
            update(permits)
            .where(permits.c.permit_id == permit.permit_id, permits.c.version == permit.stored_version)
            .values(
                version=permit.version,
                state=permit.state,
                redeemed_at=permit.redeemed_at,
                revoked_at=permit.revoked_at,
                revoked_for=permit.revoked_for,
                content=dict(permit.grant.content),
            )
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(f"permit {permit.permit_id} was changed by somebody else")
        self._written(permit)

    async def _one(self, statement: Select[Any]) -> ReleasePermit | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        permit = _from_row(row)
        self._uow.track(permit)
        return permit

    def _written(self, permit: ReleasePermit) -> None:
        self._uow.wrote("permit", permit.permit_id, permit.version, _to_row(permit))
        self._contacts.pop(permit.grant.stakeholder_id, None)
        permit.stored_version = permit.version
        self._uow.track(permit)


def _to_row(permit: ReleasePermit) -> dict[str, Any]:
    grant = permit.grant
    return {
        "permit_id": permit.permit_id,
        "version": permit.version,
        "state": permit.state,
        "action_id": grant.action_id,
        "stakeholder_id": grant.stakeholder_id,
        "audience": grant.audience,
        "content": dict(grant.content),
        "content_sha256": grant.content_sha256,
        "snapshot_sha256": grant.snapshot_sha256,
        "rule_set": grant.rule_set,
        "not_before": grant.slot.start,
        "expires_at": grant.slot.end,
        "token": grant.token,
        "wording": grant.wording.as_json() if grant.wording else None,
        "case_version": grant.case_version,
        "issued_at": permit.issued_at,
        "redeemed_at": permit.redeemed_at,
        "revoked_at": permit.revoked_at,
        "revoked_for": permit.revoked_for,
    }


def _from_row(row: RowMapping) -> ReleasePermit:
    grant = Grant(
        permit_id=row["permit_id"],
        action_id=row["action_id"],
        stakeholder_id=row["stakeholder_id"],
        audience=row["audience"],
        content=row["content"],
        content_sha256=row["content_sha256"],
        snapshot_sha256=row["snapshot_sha256"],
        rule_set=row["rule_set"],
        slot=Slot(row["not_before"], row["expires_at"]),
        token=row["token"],
        case_version=row["case_version"],
        wording=WordingRef(**row["wording"]) if row["wording"] else None,
    )
    return ReleasePermit(
        grant,
        state=row["state"],
        issued_at=row["issued_at"],
        redeemed_at=row["redeemed_at"],
        revoked_at=row["revoked_at"],
        revoked_for=row["revoked_for"],
        version=row["version"],
    )
