"""Import of many stakeholders: good rows are kept batch by batch, bad ones reported, a second run changes nothing."""

from __future__ import annotations

from collections.abc import AsyncIterable
from dataclasses import dataclass, field, replace
from typing import Any

from registry.application.ports import CountryCode, HandleTaken, ReadRows, RegistryUnitOfWork, UnitOfWorkFactory
from registry.application.rows import CsvReport, StatedRow
from registry.application.stakeholders import with_country
from registry.domain.owner_routing import Owner, OwnerRouting
from registry.domain.stakeholder import Profile, Stakeholder, StakeholderState
from registry.domain.text import comparable
from shared.kernel.errors import ConcurrentChange, DomainError, InvalidValue
from shared.kernel.ids import IdFactory

_BATCH = 500
_ATTEMPTS = 3
_IMPORTED_OPT_OUT = "opted out according to an imported list"

_Name = tuple[str, str | None]
_Account = tuple[str, str]


@dataclass(slots=True, kw_only=True)
class StakeholderImport:
    """The ports of one import, and what it remembers between batches."""

    by: str
    unit_of_work: UnitOfWorkFactory
    routing: OwnerRouting
    country_code: CountryCode
    new_id: IdFactory
    validate_only: bool
    report: CsvReport = field(default_factory=CsvReport)
    _first_stated: dict[_Account | _Name, StatedRow] = field(default_factory=dict[_Account | _Name, StatedRow])

    async def run(self, chunks: AsyncIterable[bytes], *, read_rows: ReadRows) -> CsvReport:
        """Import all of `chunks`. Raises UnreadableFile when no row can be read, with nothing imported."""
        batch: list[StatedRow] = []
        async for row in read_rows(chunks, self.report):
            checked = self._checked(row)
            if checked is None:
                continue
            batch.append(checked)
            if len(batch) == _BATCH:
                await self._keep(batch)
                batch = []
        await self._keep(batch)
        return self.report

    def _checked(self, row: StatedRow) -> StatedRow | None:
        """The row as the rules want it, or None when it was reported."""
        try:
            profile = with_country(row.profile, self.country_code).checked()
            if row.owner_function or row.owner_reason:
                self.routing.assign(profile.type, function=row.owner_function, reason=row.owner_reason)
        except DomainError as error:
            self.report.refuse(row.line, error, value=_value_of(row, error.field))
            return None
        tidy = replace(row, profile=profile)
        return tidy if self._is_new_in_file(tidy) else None

    def _is_new_in_file(self, row: StatedRow) -> bool:
        keys = _keys(row.profile)
        earlier = next((self._first_stated[key] for key in keys if key in self._first_stated), None)
        if earlier is None:
            self._first_stated.update(dict.fromkeys(keys, row))
            return True
        if earlier.states_the_same_as(row):
            self.report.unchanged += 1
            self.report.repair(row.line, f"repeats line {earlier.line}")
            return False
        what = "an account" if row.profile.handles else "the name and country"
        self.report.reject(
            row.line,
            f"{what} of line {earlier.line} again, with other facts",
            column="handles" if row.profile.handles else "name",
            value=row.profile.name,
            remedy=f"merge it with line {earlier.line}, or give each person an account of their own",
        )
        return False

    async def _keep(self, batch: list[StatedRow]) -> None:
        if not batch:
            return
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                self._add_up(await self._attempt(batch))
            except (ConcurrentChange, HandleTaken):  # somebody registered or changed the same person meanwhile
                if attempt == _ATTEMPTS:
                    raise
            else:
                break

    async def _attempt(self, batch: list[StatedRow]) -> CsvReport:
        outcome = CsvReport()
        async with self.unit_of_work() as uow:
            await self._merge(batch, uow, outcome)
            if not self.validate_only:
                await uow.commit()
        return outcome

    async def _merge(self, batch: list[StatedRow], uow: RegistryUnitOfWork, outcome: CsvReport) -> None:
        handles = [handle for row in batch for handle in row.profile.handles]
        names = [(row.profile.name, row.profile.country) for row in batch]
        known = await uow.stakeholders.known_by(handles, names)
        by_account = {handle.key: each for each in known for handle in each.state.profile.handles}
        by_name: dict[_Name, list[Stakeholder]] = {}
        for each in known:
            by_name.setdefault(_name(each.state.profile), []).append(each)
        added: list[Stakeholder] = []
        for row in batch:
            try:
                match = _match(row.profile, by_account, by_name)
                if match is None:
                    added.append(self._registered(row))
                    outcome.imported += 1
                elif self._revised(match, row):
                    await uow.stakeholders.save(match)
                    outcome.updated += 1
                else:
                    outcome.unchanged += 1
            except InvalidValue as error:
                outcome.refuse(row.line, error, value=_value_of(row, error.field))
        await uow.stakeholders.add(added)

    def _registered(self, row: StatedRow) -> Stakeholder:
        owner = self.routing.assign(row.profile.type, function=row.owner_function, reason=row.owner_reason)
        stakeholder = Stakeholder.register(
            stakeholder_id=self.new_id(), profile=row.profile, owner=owner, stage=row.stage, by=self.by
        )
        if row.opted_out:
            stakeholder.opt_out(reason=_IMPORTED_OPT_OUT, by=self.by)
        return stakeholder

    def _revised(self, known: Stakeholder, row: StatedRow) -> bool:
        before = known.state
        profile = _with_stated(before.profile, row.profile).checked()
        owner = self._owner(before, profile, row)
        known.describe(profile, by=self.by)
        known.assign(owner, by=self.by)
        if row.stage is not None:
            known.move_to(row.stage, by=self.by)
        if row.opted_out:
            known.opt_out(reason=_IMPORTED_OPT_OUT, by=self.by)
        return known.state != before

    def _owner(self, before: StakeholderState, profile: Profile, row: StatedRow) -> Owner:
        if row.owner_function or row.owner_reason:
            function = row.owner_function or before.owner.function
            return self.routing.assign(profile.type, function=function, reason=row.owner_reason)
        return before.owner if profile.type == before.profile.type else self.routing.assign(profile.type)

    def _add_up(self, outcome: CsvReport) -> None:
        self.report.imported += outcome.imported
        self.report.updated += outcome.updated
        self.report.unchanged += outcome.unchanged
        for each in outcome.rejected:
            self.report.reject(each.line, each.message, column=each.column, value=each.value, remedy=each.remedy)


def _match(
    profile: Profile, by_account: dict[_Account, Stakeholder], by_name: dict[_Name, list[Stakeholder]]
) -> Stakeholder | None:
    """Who the row means: the holder of one of its accounts; by name and country only where no account says otherwise.

    Raises InvalidValue when the accounts belong to several people, or several have that name.
    """
    holders = {id(each): each for handle in profile.handles if (each := by_account.get(handle.key))}
    if len(holders) > 1:
        raise InvalidValue(
            "handles: the accounts belong to different stakeholders",
            field="handles",
            remedy="give each stakeholder a row of their own",
        )
    if holders:
        return next(iter(holders.values()))
    namesakes = by_name.get(_name(profile), [])
    if profile.handles:
        namesakes = [each for each in namesakes if not each.state.profile.handles]
    if len(namesakes) > 1:
        raise InvalidValue(
            f"name: {len(namesakes)} stakeholders have this name and country",
            field="name",
            remedy="add an account in the column handles",
        )
    return namesakes[0] if namesakes else None


def _with_stated(known: Profile, stated: Profile) -> Profile:
    """`known`, overlaid with what the row states; accounts are added, never taken away."""
    names = ("country", "lawful_basis", "notice_sent_on", "outreach_policy", "contracted", "followers", "minor")
    overlay: dict[str, Any] = {name: value for name in names if (value := getattr(stated, name)) is not None}
    held = {handle.key for handle in known.handles}
    handles = known.handles + tuple(handle for handle in stated.handles if handle.key not in held)
    return replace(known, name=stated.name, type=stated.type, handles=handles, **overlay)


def _name(profile: Profile) -> _Name:
    return (comparable(profile.name), profile.country)


def _keys(profile: Profile) -> list[_Account | _Name]:
    return [handle.key for handle in profile.handles] or [_name(profile)]


def _value_of(row: StatedRow, column: str | None) -> str | None:
    value = getattr(row.profile, column, None) if column else None
    if value is None and column:
        value = getattr(row, column, None)
    return None if value is None else str(value)
