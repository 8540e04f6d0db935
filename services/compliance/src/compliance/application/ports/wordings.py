"""What the fast lane needs from the outside."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from compliance.domain.wordings.pre_approval import WordingSignature
from compliance.domain.wordings.sample import PostReview, Sample
from compliance.domain.wordings.wording import ReleaseUnder, Wording


class Wordings(Protocol):
    """Wordings by id. Locked after person, case and permit, and before samples."""

    async def get(self, record_id: str) -> Wording | None: ...
    async def get_for_update(self, record_id: str) -> Wording | None: ...
    async def get_for_share(self, wording_id: str) -> Wording | None:
        """Nobody changes it until this transaction ends; others may hold it likewise."""
        ...

    async def approved(self) -> Sequence[Wording]:
        """All approved ones in order of their ids, read once a transaction and not locked."""
        ...

    async def add(self, record: Wording) -> None: ...
    async def save(self, record: Wording) -> None: ...
    async def releases(self, wording_id: str) -> Sequence[ReleaseUnder]:
        """Every permit that was issued under it, of whatever edition."""
        ...


class Samples(Protocol):
    """Draws and post-reviews by the id of the permit."""

    async def get(self, record_id: str) -> Sample | None: ...
    async def get_for_update(self, record_id: str) -> Sample | None: ...
    async def many_for_update(self, permit_ids: Collection[str]) -> Sequence[Sample]:
        """Those of them that there are, locked, in order of their ids."""
        ...

    async def add(self, record: Sample) -> None: ...
    async def save(self, record: Sample) -> None: ...


class FastLane(Protocol):
    """Everything about pre-approved wordings in one transaction."""

    @property
    def wordings(self) -> Wordings: ...
    @property
    def samples(self) -> Samples: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedWording:
    """A signature under a wording, with the proof of identity it was given on."""

    wording_id: str
    authenticated_at: datetime
    signature: WordingSignature


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedSamples:
    """One signature over the post-review of one sample or many; `sha256` covers all of them and their contents."""

    permit_ids: tuple[str, ...]
    authenticated_at: datetime
    review: PostReview
    sha256: str


class WordingSignatures(Protocol):
    """Signatures, never changed. Each call says False where this person signed before on the same proof."""

    async def add_wording(self, signed: SignedWording) -> bool: ...
    async def add_samples(self, signed: SignedSamples) -> bool: ...
