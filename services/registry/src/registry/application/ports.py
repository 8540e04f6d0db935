"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable, Sequence
from typing import Protocol

from registry.application.rows import CsvReport, StatedRow
from registry.domain.engager import Engager
from registry.domain.handle import Handle
from registry.domain.stakeholder import Stakeholder
from shared.changelog.days import Digests
from shared.kernel.errors import DomainError
from shared.kernel.transaction import Transaction


class HandleTaken(DomainError):
    """An account belongs to one stakeholder."""

    code = "handle_taken"


class Stakeholders(Protocol):
    """The stakeholders of one transaction."""

    async def get(self, stakeholder_id: str) -> Stakeholder:
        """Raises NotFound."""
        ...

    async def known_by(
        self, handles: Sequence[Handle], names: Sequence[tuple[str, str | None]]
    ) -> Sequence[Stakeholder]:
        """Everybody with one of these accounts or one of these (name, country) pairs, for update."""
        ...

    async def add(self, added: Sequence[Stakeholder]) -> None:
        """Raises HandleTaken when an account is somebody else's."""
        ...

    async def save(self, stakeholder: Stakeholder) -> None:
        """Raises ConcurrentChange when it was changed since it was read, HandleTaken as `add`."""
        ...

    async def delete(self, stakeholder: Stakeholder) -> None:
        """Remove the stakeholder with accounts and changelog. Raises ConcurrentChange."""
        ...


class Engagers(Protocol):
    """The engagers of one transaction."""

    async def get(self, engager_id: str) -> Engager:
        """Raises NotFound."""
        ...

    async def add(self, engager: Engager) -> None: ...

    async def save(self, engager: Engager) -> None:
        """Raises ConcurrentChange when it was changed since it was read."""
        ...


class RegistryUnitOfWork(Transaction, Protocol):
    """One transaction; leaving without `commit` undoes it."""

    @property
    def stakeholders(self) -> Stakeholders: ...

    @property
    def engagers(self) -> Engagers: ...

    @property
    def digests(self) -> Digests: ...


UnitOfWorkFactory = Callable[[], RegistryUnitOfWork]

CountryCode = Callable[[str], str]
"""The ISO 3166-1 alpha-2 code as given; raises InvalidValue with the right code as remedy where one can be told."""

ReadRows = Callable[[AsyncIterable[bytes], CsvReport], AsyncIterator[StatedRow]]
"""Good rows of a file in order; what is wrong goes into the report. Raises UnreadableFile for a file without rows."""
