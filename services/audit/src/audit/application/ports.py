"""What the use cases need from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from audit.domain.footprint import Footprint
from audit.domain.footprint_values import Evidence, Thresholds, Window
from audit.domain.people import Person
from audit.domain.post import Post
from audit.domain.recapture import Confirmation
from shared.changelog.changes import Acting
from shared.kernel.transaction import Transaction

ThresholdsInForce = Callable[[date], Thresholds]

Row = Mapping[str, Any]
"""One row of a read model, shaped by the query that returns it."""


@dataclass(frozen=True, slots=True)
class PendingLink:
    """A person whose posts must be searched anew. `person` None: erased. `change` tells a later change apart."""

    stakeholder_id: str
    change: int
    person: Person | None


@dataclass(frozen=True, slots=True)
class ImportStarted:
    """The record of one import: what, from where, by whom."""

    id: str
    shape: str
    platform: str
    author: str | None
    file_sha256: str
    imported_by: str
    started_at: datetime
    posts: int
    repaired: int
    rejected: int


class People(Protocol):
    """The copy of the registry's people, kept from their events."""

    async def put(self, person: Person, version: int) -> bool:
        """Keep the newest version; False for an older one or for somebody erased. A new name or account is searched."""
        ...

    async def erase(self, stakeholder_id: str, version: int) -> None:
        """Forget name and accounts for good; nobody is shown their footprint any more."""
        ...

    async def stamp(self) -> int:
        """Grows whenever a change of a name or account becomes visible, in whatever order changes are committed."""
        ...

    async def everybody(self) -> Sequence[Person]: ...

    async def some(self, stakeholder_ids: Sequence[str]) -> Sequence[Person]:
        """Those of the given that are known and not erased."""
        ...

    async def ids_after(self, stakeholder_id: str, limit: int) -> Sequence[str]:
        """The next ids in order, not erased."""
        ...

    async def pending_links(self, limit: int) -> Sequence[PendingLink]:
        """Who changed since their posts were searched."""
        ...

    async def linked(self, pending: PendingLink) -> None:
        """Their posts have been searched, unless they changed again meanwhile."""
        ...


class Posts(Protocol):
    """The captured posts of one transaction."""

    async def lock(self) -> None:
        """One writer of posts at a time, until the transaction ends."""
        ...

    async def known(self, platform: str, external_ids: Sequence[str]) -> Mapping[str, Post]:
        """Already captured posts by external id."""
        ...

    async def get(self, post_id: str) -> Post:
        """Raises NotFound, for an erased one too."""
        ...

    async def after(self, post_id: str | None, limit: int) -> Sequence[Post]:
        """The next posts in order of id."""
        ...

    async def concerning(self, stakeholder_ids: Sequence[str], limit: int) -> Sequence[Post]:
        """Posts by or about them."""
        ...

    async def add(self, added: Sequence[Post]) -> None: ...

    async def save(self, changed: Sequence[Post]) -> None:
        """Raises ConcurrentChange."""
        ...

    async def confirm(self, confirmation_id: str, post_id: str, confirmation: Confirmation) -> None: ...


class Footprints(Protocol):
    """The footprints of one transaction."""

    async def lock(self) -> None:
        """One auditor at a time, until the transaction ends."""
        ...

    async def of(self, stakeholder_ids: Sequence[str]) -> Mapping[str, Footprint]: ...

    async def evidence(self, people: Sequence[Person], window: Window) -> Mapping[str, Evidence]:
        """What the stored posts say about each, counted as `domain.footprint.tally` counts."""
        ...

    async def save(self, taken: Sequence[Footprint]) -> None: ...

    async def forget(self, erased: Sequence[Footprint]) -> None:
        """Delete them and publish what they recorded."""
        ...

    async def request(self, stakeholder_ids: Sequence[str]) -> None:
        """Have them audited soon."""
        ...

    async def take_requested(self, limit: int) -> Sequence[str]:
        """Who is to be audited now; no longer requested once this transaction commits."""
        ...

    async def audited_before(self, moment: datetime, limit: int) -> Sequence[str]: ...


class Imports(Protocol):
    """The record of imports."""

    async def start(self, started: ImportStarted) -> None: ...

    async def progress(self, import_id: str, captured: int, updated: int, unchanged: int) -> None:
        """Add to the counts."""
        ...

    async def finish(self, import_id: str, at: datetime) -> None: ...


class AuditUnitOfWork(Transaction, Protocol):
    """One transaction; leaving without `commit` undoes it."""

    @property
    def changes(self) -> Acting: ...

    @property
    def people(self) -> People: ...

    @property
    def posts(self) -> Posts: ...

    @property
    def footprints(self) -> Footprints: ...

    @property
    def imports(self) -> Imports: ...


UnitOfWorkFactory = Callable[[], AuditUnitOfWork]


class Queries(Protocol):
    """The read side: rows shaped for the routes."""

    async def posts(
        self, *, author: str | None, stakeholder_id: str | None, after: str | None, limit: int
    ) -> Sequence[Row]: ...

    async def post(self, post_id: str) -> Row:
        """With its earlier texts' hashes and its confirmations. Raises NotFound."""
        ...

    async def changes(self, key: str) -> Sequence[Row]:
        """What the post, confirmation, import or footprint with this id went through, newest first."""
        ...

    async def captured(self, *, post_id: str | None, url: str | None) -> Row | None:
        """The post of that id or address with its latest confirmation."""
        ...

    async def footprints(self, *, after: str | None, limit: int) -> Sequence[Row]: ...

    async def footprint(self, stakeholder_id: str) -> Row:
        """Raises NotFound."""
        ...

    async def imports(self, *, after: str | None, limit: int) -> Sequence[Row]: ...
