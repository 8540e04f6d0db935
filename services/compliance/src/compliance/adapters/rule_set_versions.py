"""Versions of the rule set in PostgreSQL, with the texts of all their files."""

from __future__ import annotations

from typing import Any

from sqlalchemy import RowMapping, Select, insert, select, update

from compliance.adapters.proof.written_rows import RecordedUnitOfWork
from compliance.adapters.tables import rule_set_versions
from compliance.domain.rule_set_version import Proposal, RuleSetVersion
from shared.kernel.errors import ConcurrentChange


class SqlRuleSetVersions:
    """Implements `RuleSetVersions`."""

    def __init__(self, uow: RecordedUnitOfWork) -> None:
        self._uow = uow

    async def get(self, rule_set: str) -> RuleSetVersion | None:
        return await self._one(select(rule_set_versions).where(rule_set_versions.c.rule_set == rule_set))

    async def get_for_update(self, rule_set: str) -> RuleSetVersion | None:
        statement = select(rule_set_versions).where(rule_set_versions.c.rule_set == rule_set)
        return await self._one(statement.with_for_update())

    async def add(self, version: RuleSetVersion) -> None:
        await self._uow.connection.execute(insert(rule_set_versions).values(_row(version)))
        self._written(version)

    async def save(self, version: RuleSetVersion) -> None:
        if version.version == version.stored_version:
            return
        statement = (
            update(rule_set_versions)
            .where(
                rule_set_versions.c.rule_set == version.proposal.rule_set,
                rule_set_versions.c.version == version.stored_version,
            )
            .values(_row(version))
        )
        if (await self._uow.connection.execute(statement)).rowcount != 1:
            raise ConcurrentChange("somebody else changed this rule set's state", remedy="read it and try again")
        self._written(version)

    async def _one(self, statement: Select[Any]) -> RuleSetVersion | None:
        row = (await self._uow.connection.execute(statement)).mappings().one_or_none()
        if row is None:
            return None
        version = _version(row)
        self._uow.track(version)
        return version

    def _written(self, version: RuleSetVersion) -> None:
        self._uow.wrote("rule_set_version", version.proposal.rule_set, version.version, _row(version))
        version.stored_version = version.version
        self._uow.track(version)


def _row(version: RuleSetVersion) -> dict[str, Any]:
    proposal = version.proposal
    return {
        "rule_set": proposal.rule_set,
        "version": version.version,
        "state": version.state,
        "files": dict(proposal.files),
        "rules": proposal.rules,
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at,
        "note": proposal.note,
    }


def _version(row: RowMapping) -> RuleSetVersion:
    proposal = Proposal(**{name: row[name] for name in Proposal.__dataclass_fields__})
    return RuleSetVersion(proposal, state=row["state"], version=row["version"])
