"""Safety cases in PostgreSQL, and what they hold."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import RowMapping, func, select
from sqlalchemy.dialects.postgresql import array

from compliance.adapters.forwarded_cases import SqlForwardedCases, evidence_from_json, evidence_to_json
from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import safety_cases
from compliance.domain.forwarded_case import WAITING
from compliance.domain.safety_case import Correction, SafetyCase, SafetySubject


class SqlSafetyCases(SqlForwardedCases[SafetyCase]):
    """Implements `SafetyCases`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        super().__init__(uow, safety_cases, kind=SafetyCase, subject=_subject, columns=_columns)
        self._open: dict[str, int] = {}
        self._keys: dict[tuple[str, bool], bool] = {}

    async def foresee_open(self, stakeholder_ids: Collection[str]) -> None:
        """Count the open cases of these people, whose locks the caller holds, at once."""
        statement = (
            select(safety_cases.c.stakeholder_id, func.count().label("open"))
            .where(safety_cases.c.stakeholder_id.in_(stakeholder_ids), safety_cases.c.state.in_(WAITING))
            .group_by(safety_cases.c.stakeholder_id)
        )
        rows = (await self._uow.connection.execute(statement)).all()
        self._open = dict.fromkeys(stakeholder_ids, 0) | {row.stakeholder_id: row.open for row in rows}

    async def foresee_held(self, post_keys: Collection[str], *, until_closed: bool) -> None:
        """See at once which of these keys are held."""
        if post_keys:
            held = await self._holding(list(post_keys), until_closed=until_closed)
            self._keys = {(key, until_closed): key in held for key in post_keys}

    async def open_for(self, stakeholder_id: str) -> int:
        if stakeholder_id in self._open:
            return self._open[stakeholder_id]
        statement = select(func.count()).where(
            safety_cases.c.stakeholder_id == stakeholder_id, safety_cases.c.state.in_(WAITING)
        )
        return int((await self._uow.connection.execute(statement)).scalar_one())

    async def holding(self, post_keys: Sequence[str], *, until_closed: bool) -> frozenset[str]:
        if all((key, until_closed) in self._keys for key in post_keys):
            return frozenset(key for key in post_keys if self._keys[key, until_closed])
        return await self._holding(post_keys, until_closed=until_closed)

    async def _holding(self, post_keys: Sequence[str], *, until_closed: bool) -> frozenset[str]:
        holding = safety_cases.c.state != "closed" if until_closed else safety_cases.c.state.in_(WAITING)
        statement = select(safety_cases.c.post_keys).where(
            holding, safety_cases.c.state != "closed", safety_cases.c.post_keys.has_any(array(post_keys))
        )
        rows = (await self._uow.connection.execute(statement)).scalars()
        return frozenset(key for keys in rows for key in keys).intersection(post_keys)

    def _written(self, case: SafetyCase) -> None:
        self._open.clear()
        self._keys.clear()
        super()._written(case)


def _subject(row: RowMapping) -> SafetySubject:
    return SafetySubject(
        criteria=row["criteria"],
        places={name: evidence_from_json(found) for name, found in row["places"].items()},
        situations=tuple(row["situations"]),
        qualification=row["qualification"],
        qualification_known=row["qualification_known"],
        corrections=tuple(_correction(each) for each in row["corrections"]),
    )


def _columns(case: SafetyCase) -> Mapping[str, Any]:
    subject = case.subject
    return {
        "criteria": dict(subject.criteria),
        "places": {name: evidence_to_json(found) for name, found in subject.places.items()},
        "situations": list(subject.situations),
        "qualification": subject.qualification,
        "qualification_known": subject.qualification_known,
        "corrections": [{**asdict(each), "at": each.at.isoformat()} for each in subject.corrections],
    }


def _correction(document: Mapping[str, Any]) -> Correction:
    fields: dict[str, Any] = {**document, "at": datetime.fromisoformat(document["at"])}
    return Correction(**fields)
