"""What the use cases of money need from the outside."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from compliance.domain.facts import KnownStakeholder
from compliance.domain.money.bands import FeeBand
from compliance.domain.money.contract import Contract
from compliance.domain.money.disclosure import DisclosureRun
from compliance.domain.money.needs import NeedsAssessment
from compliance.domain.money.recipients import DisclosedRecipient
from compliance.domain.money.transfer import TransferOfValue
from compliance.domain.records import Record
from compliance.domain.screening.lexicon import Figures
from shared.kernel.clock import Clock
from shared.kernel.ids import IdFactory
from shared.kernel.transaction import Transaction

R = TypeVar("R", bound=Record[Any])


class Records(Protocol[R]):
    """Records of one kind by id. `get_for_update` holds the row until the transaction ends."""

    async def get(self, record_id: str) -> R | None: ...
    async def get_for_update(self, record_id: str) -> R | None: ...
    async def add(self, record: R) -> None:
        """Raises ConcurrentChange where the id is taken."""
        ...

    async def save(self, record: R) -> None:
        """Raises ConcurrentChange where somebody else was faster."""
        ...


class FeeBands(Records[FeeBand], Protocol):
    """Fair-market-value bands."""

    async def of(self, country: str, specialty: str, tier: str, currency: str) -> Sequence[FeeBand]:
        """All bands of exactly these, approved or not."""
        ...


class Contracts(Records[Contract], Protocol):
    """Contracts."""

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[Contract]:
        """Those with one expert, locked, in order of their ids."""
        ...


class Transfers(Records[TransferOfValue], Protocol):
    """Transfers of value."""

    async def of_person_for_update(self, stakeholder_id: str) -> Sequence[TransferOfValue]:
        """Those that are not voided, locked, in order of their ids."""
        ...

    async def of_year(self, country: str, year: int) -> Sequence[TransferOfValue]:
        """Those to people of a country in a year that are not voided, in order of their ids."""
        ...


class Recipients(Records[DisclosedRecipient], Protocol):
    """Records under which people are disclosed."""

    async def of_person(self, stakeholder_id: str) -> DisclosedRecipient | None:
        """The record of one person, locked."""
        ...

    async def of(self, stakeholder_ids: Collection[str]) -> Mapping[str, DisclosedRecipient]:
        """Those of these people that there are, by stakeholder id."""
        ...


class Persons(Protocol):
    """The gate's copy of the registry."""

    async def lock(self, stakeholder_id: str) -> None:
        """Serialise everything that concerns this person; the first lock of a transaction."""
        ...

    async def get(self, stakeholder_id: str) -> KnownStakeholder | None: ...


class Money(Protocol):
    """Everything about money in one transaction."""

    @property
    def bands(self) -> FeeBands: ...
    @property
    def needs(self) -> Records[NeedsAssessment]: ...
    @property
    def contracts(self) -> Contracts: ...
    @property
    def recipients(self) -> Recipients: ...
    @property
    def transfers(self) -> Transfers: ...
    @property
    def runs(self) -> Records[DisclosureRun]: ...


class HasMoney(Protocol):
    """A transaction that money is a part of."""

    @property
    def money(self) -> Money: ...


class MoneyUnitOfWork(Transaction, Protocol):
    """One transaction: state, events, and one ledger row per state change."""

    @property
    def money(self) -> Money: ...
    @property
    def people(self) -> Persons: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """Bound once at start. `figures` and `rule_set` are of the rules in use; `figures` raises while none are."""

    clock: Clock
    new_id: IdFactory
    figures: Callable[[], Figures]
    rule_set: Callable[[], str | None]
    company: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change somebody asks for: of which record, in which version, by whom and why."""

    record_id: str
    expected_version: int
    by: str
    reason: str
