"""Forwarded cases in PostgreSQL: what the tables of all desks have in common."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlalchemy import RowMapping, Select, Table, select, update
from sqlalchemy.dialects.postgresql import insert

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.domain.findings import Evidence
from compliance.domain.forwarded_case import Closing, ForwardedCase, Passage, Progress, Report, Signed
from compliance.domain.hand_over import HandOverClock, Stage
from shared.kernel.errors import ConcurrentChange

C = TypeVar("C", bound=ForwardedCase)


class SqlForwardedCases(Generic[C]):
    """Implements `ForwardedCases` over one table. `subject` reads what the desk keeps beside, `columns` writes it."""

    def __init__(
        self,
        uow: RecordedUnitOfWork,
        table: Table,
        *,
        kind: Callable[..., C],
        subject: Callable[[RowMapping], Any],
        columns: Callable[[C], Mapping[str, Any]],
    ) -> None:
        self._uow = uow
        self._table = table
        self._key = next(iter(table.primary_key.columns))
        self._kind, self._subject, self._columns = kind, subject, columns

    async def get(self, case_id: str) -> C | None:
        return await self._one(select(self._table).where(self._key == case_id))

    async def get_for_update(self, case_id: str) -> C | None:
        return await self._one(select(self._table).where(self._key == case_id).with_for_update())

    async def find(self, source: str, source_id: str, quote_sha256: str) -> str | None:
        table = self._table
        statement = select(self._key).where(
            table.c.source == source, table.c.source_id == source_id, table.c.quote_sha256 == quote_sha256
        )
        return (await self._uow.connection.execute(statement)).scalar_one_or_none()

    async def add(self, case: C) -> bool:
        statement = insert(self._table).values(self._row(case)).on_conflict_do_nothing()
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            return False
        self._written(case)
        return True

    async def save(self, case: C) -> None:
        if case.version == case.stored_version:
            return
        table = self._table
        statement = (
            update(table)
            .where(self._key == case.report.case_id, table.c.version == case.stored_version)
            .values(self._changing(case))
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange(
                f"the case {case.report.case_id} was changed by somebody else", remedy="read it and try again"
            )
        self._written(case)

    def _row(self, case: C) -> dict[str, Any]:
        return {self._key.name: case.report.case_id, **_report_to_row(case.report), **self._changing(case)}

    def _changing(self, case: C) -> dict[str, Any]:
        return {
            "version": case.version,
            "country": case.report.country,
            "country_known": case.report.country_known,
            **_progress_to_row(case.progress),
            **self._columns(case),
        }

    async def _one(self, statement: Select[Any]) -> C | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        report = _report_from_row(row, row[self._key.name])
        case = self._kind(report, _progress_from_row(row), self._subject(row), version=row["version"])
        self._uow.track(case)
        return case

    def _written(self, case: C) -> None:
        self._uow.wrote(case.STEPS["opened"].AGGREGATE, case.report.case_id, case.version, self._row(case))
        case.stored_version = case.version
        self._uow.track(case)


def evidence_to_json(evidence: Sequence[Evidence]) -> list[dict[str, Any]]:
    """Places in texts; a whole field has no span and no quote."""
    return [each.as_json() for each in evidence]


def evidence_from_json(documents: Sequence[Mapping[str, Any]]) -> tuple[Evidence, ...]:
    """Places as stored."""
    return tuple(Evidence(**each) for each in documents)


def _report_to_row(report: Report) -> dict[str, Any]:
    return {
        "source": report.source,
        "source_id": report.source_id,
        "stakeholder_id": report.stakeholder_id,
        "quote": report.quote,
        "quote_sha256": report.quote_sha256,
        "texts": [asdict(each) for each in report.texts],
        "evidence": evidence_to_json(report.evidence),
        "author": report.author,
        "url": report.url,
        "post_keys": list(report.post_keys),
        "first_seen_at": report.first_seen_at,
        "found_by": dict(report.found_by),
    }


def _report_from_row(row: RowMapping, case_id: str) -> Report:
    return Report(
        case_id=case_id,
        source=row["source"],
        source_id=row["source_id"],
        stakeholder_id=row["stakeholder_id"],
        texts=tuple(Passage(**each) for each in row["texts"]),
        quote=row["quote"],
        quote_sha256=row["quote_sha256"],
        evidence=evidence_from_json(row["evidence"]),
        author=row["author"],
        url=row["url"],
        post_keys=tuple(row["post_keys"]),
        country=row["country"],
        country_known=row["country_known"],
        first_seen_at=row["first_seen_at"],
        found_by=row["found_by"],
    )


def _progress_to_row(progress: Progress) -> dict[str, Any]:
    clock, upcoming = progress.clock, progress.next_stage
    acknowledged, handed_over = progress.acknowledged, progress.handed_over
    return {
        "state": progress.state,
        "due_at": clock.due_at,
        "timezone": clock.timezone,
        "calendar": clock.calendar,
        "stages": [_stage_to_json(stage) for stage in clock.stages],
        "next_stage_at": upcoming and upcoming.at,
        "acknowledged_by": acknowledged and acknowledged.by,
        "acknowledged_at": acknowledged and acknowledged.at,
        "handed_over_by": handed_over and handed_over.by,
        "handed_over_at": handed_over and handed_over.at,
        "closing": progress.closing and {**asdict(progress.closing), "at": progress.closing.at.isoformat()},
    }


def _progress_from_row(row: RowMapping) -> Progress:
    closing = row["closing"]
    return Progress(
        state=row["state"],
        clock=HandOverClock(
            due_at=row["due_at"],
            timezone=row["timezone"],
            calendar=row["calendar"],
            stages=tuple(_stage_from_json(each) for each in row["stages"]),
        ),
        acknowledged=_signed(row, "acknowledged"),
        handed_over=_signed(row, "handed_over"),
        closing=_closing(closing) if closing else None,
    )


def _closing(document: Mapping[str, Any]) -> Closing:
    fields: dict[str, Any] = {**document, "at": datetime.fromisoformat(document["at"])}
    return Closing(**fields)


def _signed(row: RowMapping, what: str) -> Signed | None:
    by, at = row[f"{what}_by"], row[f"{what}_at"]
    return None if by is None or at is None else Signed(by, at)


def _stage_to_json(stage: Stage) -> dict[str, Any]:
    return {
        "percent": stage.percent,
        "at": stage.at.isoformat(),
        "notify": list(stage.notify),
        "noted_at": stage.noted_at and stage.noted_at.isoformat(),
    }


def _stage_from_json(document: Mapping[str, Any]) -> Stage:
    noted_at = document["noted_at"]
    return Stage(
        percent=document["percent"],
        at=datetime.fromisoformat(document["at"]),
        notify=tuple(document["notify"]),
        noted_at=None if noted_at is None else datetime.fromisoformat(noted_at),
    )
