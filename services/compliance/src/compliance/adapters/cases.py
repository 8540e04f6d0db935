"""Cases in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, RowMapping, Select, TextClause, func, select, text, update
from sqlalchemy.dialects.postgresql import array

from compliance.adapters.documents import (
    judgement_from_json,
    judgement_to_json,
    pre_approval_from_json,
    pre_approval_to_json,
    vote_from_json,
    vote_to_json,
)
from compliance.adapters.override_documents import override_from_json, override_to_json
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import QUEUED_SQL, case_versions, cases
from compliance.application.ledger import plain
from compliance.domain.case import Case
from compliance.domain.case_record import CaseRecord
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.post_keys import keys_of_target
from compliance.domain.slot import Slot
from shared.kernel.errors import ConcurrentChange

_BY_THE_DATABASE = frozenset({"changed_at"})


class _Stored(NamedTuple):
    """A case as this transaction has last read or written it."""

    submission: Submission
    judgement: Judgement | None
    row: Mapping[str, Any]


class SqlCases:
    """Implements `Cases`. Remembers the version each case was read at, to write over exactly that one.

    A new case is written at the end of the transaction, with all that became of it until then, as one row. A case that
    was judged and gets another submission or judgement stays in `case_versions` as it was.
    """

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow
        self._foreseen: dict[str, Case | None] = {}
        self._new: dict[str, tuple[int, dict[str, Any]]] = {}
        self._before: dict[str, _Stored] = {}

    async def foresee(self, action_ids: Collection[str]) -> None:
        """Read and lock these cases at once; later reads of this transaction answer from it."""
        statement = select(cases).where(cases.c.action_id.in_(action_ids)).order_by(cases.c.action_id)
        rows = (await self._uow.connection.execute(statement.with_for_update())).mappings()
        self._foreseen = dict.fromkeys(action_ids) | {row["action_id"]: self._loaded(row) for row in rows}

    async def get(self, action_id: str) -> Case | None:
        if action_id in self._foreseen:
            return self._foreseen[action_id]
        return await self._one(select(cases).where(cases.c.action_id == action_id))

    async def several(self, action_ids: Collection[str]) -> Sequence[Case]:
        rows = await self._uow.connection.execute(select(cases).where(cases.c.action_id.in_(action_ids)))
        return [self._loaded(row) for row in rows.mappings()]

    async def get_for_update(self, action_id: str) -> Case | None:
        if action_id in self._foreseen:
            return self._foreseen[action_id]
        return await self._one(select(cases).where(cases.c.action_id == action_id).with_for_update())

    async def queued_for(self, stakeholder_id: str) -> Sequence[Case]:
        return await self._queued(cases.c.stakeholder_id == stakeholder_id)

    async def queued_about(self, post_keys: Sequence[str]) -> Sequence[Case]:
        return await self._queued(cases.c.post_keys.has_any(array(post_keys)))

    async def queued_under(self, wording_id: str) -> Sequence[Case]:
        return await self._queued(
            text("pre_approval -> 'wording' ->> 'wording_id' = :wording").bindparams(wording=wording_id)
        )

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[Case]:
        return await self._locked(cases.c.stakeholder_id == stakeholder_id)

    async def _queued(self, which: ColumnElement[bool] | TextClause) -> Sequence[Case]:
        return await self._locked(which, text(QUEUED_SQL))

    async def _locked(self, *which: ColumnElement[bool] | TextClause) -> Sequence[Case]:
        await self._uow.flush()
        statement = select(cases).where(*which).order_by(cases.c.action_id).with_for_update()
        rows = (await self._uow.connection.execute(statement)).mappings()
        return [self._foreseen.get(row["action_id"]) or self._loaded(row) for row in rows]

    async def add(self, case: Case) -> None:
        row = _to_row(case)
        self._uow.stage(cases, row)
        self._new[case.action_id] = (self._uow.flushes, row)
        self._foreseen[case.action_id] = case  # its row is not there before the end: whoever asks gets this one
        self._written(case, row)

    async def save(self, case: Case) -> None:
        flushes, staged = self._new.get(case.action_id, (-1, {}))
        row = _to_row(case)
        if flushes == self._uow.flushes:
            staged.update(row)
            self._written(case, row)
            return
        self._keep_former(case)
        statement = (
            update(cases)
            .where(cases.c.action_id == case.action_id, cases.c.version == case.stored_version)
            .values({**row, "changed_at": func.now()})
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(
                f"the case of action {case.action_id} was changed by somebody else", remedy="read it and try again"
            )
        self._written(case, row)

    def _keep_former(self, case: Case) -> None:
        """Before another submission or judgement takes the place of what was judged."""
        before = self._before.get(case.action_id)
        if before is None or before.judgement is None or case.stored.erased_at is not None:
            return
        if before.submission is not case.submission or before.judgement is not case.judgement:
            row = {name: plain(value) for name, value in before.row.items() if name not in _BY_THE_DATABASE}
            former = {"action_id": case.action_id, "version": case.stored_version, "row": row}
            self._uow.stage(case_versions, former)

    async def _one(self, statement: Select[Any]) -> Case | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        return None if row is None else self._loaded(row)

    def _loaded(self, row: RowMapping) -> Case:
        case = Case(_from_row(row), version=row["version"])
        self._before[case.action_id] = _Stored(case.submission, case.judgement, row)
        self._uow.track(case)
        return case

    def _written(self, case: Case, row: dict[str, Any]) -> None:
        self._uow.wrote("case", case.action_id, case.version, row)
        case.stored_version = case.version
        self._before[case.action_id] = _Stored(case.submission, case.judgement, row)
        self._uow.track(case)


def _to_row(case: Case) -> dict[str, Any]:
    record, submission = case.stored, case.submission
    return {
        "action_id": case.action_id,
        "version": case.version,
        "state": record.state,
        "action_version": submission.action_version,
        "stakeholder_id": submission.stakeholder_id,
        "snapshot": dict(submission.snapshot),
        "snapshot_sha256": submission.snapshot_sha256,
        "content_sha256": submission.content_sha256,
        "submitted_by": submission.submitted_by,
        "submitted_by_name": submission.submitted_by_name,
        "edited_by": sorted(submission.edited_by),
        "slot_start": record.slot.start if record.slot else None,
        "slot_end": record.slot.end if record.slot else None,
        "verdict": record.judgement.verdict if record.judgement else None,
        "judgement": judgement_to_json(record.judgement) if record.judgement else None,
        "votes": [vote_to_json(vote) for vote in record.votes],
        "overrides": [override_to_json(each) for each in record.overrides],
        "stops": sorted(record.stops),
        "resume_to": record.resume_to,
        "permit_id": record.permit_id,
        "pre_approval": pre_approval_to_json(record.pre_approval) if record.pre_approval else None,
        "post_keys": list(keys_of_target(submission.snapshot)),
        "erased_at": record.erased_at,
        **({} if record.opened_at is None else {"opened_at": record.opened_at}),
    }


def _from_row(row: RowMapping) -> CaseRecord:
    start, end = row["slot_start"], row["slot_end"]
    return CaseRecord(
        state=row["state"],
        submission=Submission(
            action_id=row["action_id"],
            action_version=row["action_version"],
            stakeholder_id=row["stakeholder_id"],
            snapshot=row["snapshot"],
            snapshot_sha256=row["snapshot_sha256"],
            content_sha256=row["content_sha256"],
            submitted_by=row["submitted_by"],
            submitted_by_name=row["submitted_by_name"],
            edited_by=frozenset(row["edited_by"]),
        ),
        judgement=judgement_from_json(row["judgement"]) if row["judgement"] else None,
        slot=Slot(start, end) if start is not None and end is not None else None,
        votes=tuple(vote_from_json(vote) for vote in row["votes"]),
        overrides=tuple(override_from_json(each) for each in row["overrides"]),
        stops=frozenset(row["stops"]),
        resume_to=row["resume_to"],
        permit_id=row["permit_id"],
        erased_at=row["erased_at"],
        opened_at=row["opened_at"],
        pre_approval=pre_approval_from_json(row["pre_approval"]) if row["pre_approval"] else None,
    )
