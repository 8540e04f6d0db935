"""What the HTTP API takes and gives. Unknown fields are refused."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from audit.application.import_posts import ImportReport
from shared.contracts.vocabulary import ActivityLevel

LISTED = 1_000
"""Entries of a report that are listed; the counts are complete."""


NO_NUL = r"^[^\x00]*$"
KnownText = Annotated[str, Field(min_length=1, max_length=200, pattern=NO_NUL)]


class _Taken(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class AuditRequest(_Taken):
    """Whom to audit (null: everybody) and over which window; `until` null means now."""

    stakeholder_ids: Annotated[list[KnownText], Field(max_length=10_000)] | None = None
    window_days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    until: Annotated[datetime, Field(description="end of the window, with an offset")] | None = None


class AuditAccepted(BaseModel):
    audited: int


class RecaptureRequest(_Taken):
    """One of both."""

    post_id: UUID | None = None
    url: Annotated[str, Field(min_length=1, max_length=2_000, pattern=NO_NUL)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.post_id is None) == (self.url is None):
            raise ValueError("give either post_id or url")
        return self


class RecaptureRead(BaseModel):
    """`confirmed` holds until `valid_until`; `unknown` and `unconfirmed` are no permission for anything."""

    state: Literal["captured", "confirmed", "unconfirmed", "changed", "deleted", "unknown"]
    post_id: str | None = None
    url: str | None = None
    author_handle: str | None = None
    text: str | None = None
    media_text: str | None = None
    text_sha256: str | None = None
    captured_at: datetime | None = None
    confirmed_by: str | None = None
    confirmed_by_name: str | None = None
    confirmed_at: datetime | None = None
    valid_until: datetime | None = None

    @classmethod
    def of(cls, answer: Mapping[str, Any]) -> Self:
        return cls.model_validate({"post_id": answer.get("id"), **answer})


class ConfirmationRequest(_Taken):
    """What you saw at the source just now: the words unchanged, changed, or the post gone."""

    text_sha256: Annotated[
        str,
        Field(pattern=r"^[0-9a-f]{64}$", description="of the words you compared, from GET /v1/posts/{id}"),
    ]
    unchanged: bool
    deleted: bool = False

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        if self.unchanged and self.deleted:
            raise ValueError("a deleted post is not unchanged")
        return self


class ConfirmationRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    text_sha256: str
    seen: Literal["unchanged", "changed", "deleted"]
    confirmed_by: str
    confirmed_by_name: str
    confirmed_at: datetime
    valid_until: datetime


class RepairRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    what: str


class RejectionRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    line: int
    message: str
    remedy: str


class ImportRead(BaseModel):
    """Counts are complete, `repairs` by kind; the lists hold the first 1,000 entries."""

    import_id: str
    captured: int
    updated: int
    unchanged: int
    repaired_lines: int
    repairs: dict[str, int]
    repaired: list[RepairRead]
    rejected_count: int
    rejected: list[RejectionRead]

    @classmethod
    def of(cls, report: ImportReport) -> Self:
        reading = report.reading
        kinds: dict[str, int] = {}
        for each in reading.repaired:
            kinds[each.what] = kinds.get(each.what, 0) + 1
        return cls(
            import_id=report.import_id,
            captured=report.captured,
            updated=report.updated,
            unchanged=report.unchanged,
            repaired_lines=len({each.line for each in reading.repaired}),
            repairs=dict(sorted(kinds.items())[:LISTED]),
            repaired=[RepairRead.model_validate(each) for each in reading.repaired[:LISTED]],
            rejected_count=len(reading.rejected),
            rejected=[RejectionRead.model_validate(each) for each in reading.rejected[:LISTED]],
        )


class ImportRecordRead(BaseModel):
    """One import; without `finished_at` it runs, or was interrupted: import the file again."""

    model_config = ConfigDict(from_attributes=True)

    id: str
    shape: str
    platform: str
    author: str | None
    file_sha256: str
    imported_by: str
    started_at: datetime
    finished_at: datetime | None
    posts: int
    captured: int
    updated: int
    unchanged: int
    repaired: int
    rejected: int


class PostRead(BaseModel):
    """A captured post. `mentioned`: stakeholder id to how they were recognised (handle or name)."""

    id: str
    version: int
    platform: str
    external_id: str
    url: str | None
    author_handle: str
    author_name: str | None
    author_stakeholder_id: str | None
    mentioned: dict[str, Literal["handle", "name"]]
    text: str
    text_sha256: str
    media_text: str | None
    mentions: list[str]
    links: list[str]
    repost_of: str | None
    reply_to: str | None
    posted_at: datetime | None
    captured_at: datetime
    state: Literal["captured", "deleted"]
    deleted_at: datetime | None


class TextVersionRead(BaseModel):
    text_sha256: str
    captured_at: datetime


class PostDetailRead(PostRead):
    """With the hashes of every version of its words and what people confirmed."""

    texts: list[TextVersionRead]
    confirmations: list[ConfirmationRead]


class ChannelRead(BaseModel):
    """`observed` false: nothing of this account was ever captured, so 0 posts means unknown."""

    platform: str
    handle: str
    posts: int
    first_post_at: datetime | None
    last_post_at: datetime | None
    observed: bool
    undated_posts: int


class FootprintRead(BaseModel):
    """Presence (channels), own activity and mentions by others, within the window, as audited."""

    stakeholder_id: str
    version: int
    audited_at: datetime
    window_from: datetime
    window_to: datetime
    thresholds: str
    activity: ActivityLevel
    channels: list[ChannelRead]
    own_posts: int
    mentions_by_others: int
    mentioned_by: int
