"""Events of the digital-footprint audit."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from pydantic import BaseModel, ConfigDict

from shared.contracts.envelope import IntegrationEvent
from shared.contracts.vocabulary import ActivityLevel, Platform


class ChannelPresenceV1(BaseModel):
    """Own activity of one stakeholder on one platform within the audited window."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    platform: Platform
    handle: str
    posts: int
    first_post_at: datetime | None = None
    last_post_at: datetime | None = None
    observed: bool | None = None
    """False: nothing of this account was ever captured, so its 0 posts are unknown."""


class FootprintAuditedV1(IntegrationEvent):
    """Dated footprint of one stakeholder: presence, own activity and mentions by others are three things."""

    TYPE: ClassVar[str] = "audit.footprint.audited.v1"
    TOPIC: ClassVar[str] = "audit.footprint"
    IS_STATE: ClassVar[bool] = True

    stakeholder_id: str
    version: int
    audited_at: datetime
    window_from: datetime | None = None
    window_to: datetime | None = None
    thresholds: str | None = None
    activity: ActivityLevel
    channels: tuple[ChannelPresenceV1, ...] = ()
    own_posts: int
    mentions_by_others: int
    mentioned_by: int
    """How many distinct other authors mention the stakeholder."""

    @property
    def key(self) -> str:
        return self.stakeholder_id


class FootprintErasedV1(IntegrationEvent):
    """The stakeholder was erased, and the footprint with them; the last record of its key, id only."""

    TYPE: ClassVar[str] = "audit.footprint.erased.v1"
    TOPIC: ClassVar[str] = "audit.footprint"
    IS_STATE: ClassVar[bool] = True

    stakeholder_id: str
    version: int

    @property
    def key(self) -> str:
        return self.stakeholder_id


class PostCapturedV1(IntegrationEvent):
    """A post by or about somebody in the registry, as captured."""

    TYPE: ClassVar[str] = "audit.post.captured.v1"
    TOPIC: ClassVar[str] = "audit.post"

    post_id: str
    version: int
    platform: Platform
    external_id: str
    url: str | None = None
    author_handle: str
    author_stakeholder_id: str | None = None
    mentioned_stakeholder_ids: tuple[str, ...] = ()
    text: str
    media_text: str | None = None
    posted_at: datetime | None = None
    captured_at: datetime

    @property
    def key(self) -> str:
        return self.post_id


class PostDeletedV1(IntegrationEvent):
    """The post is gone at its source."""

    TYPE: ClassVar[str] = "audit.post.deleted.v1"
    TOPIC: ClassVar[str] = "audit.post"

    post_id: str
    version: int
    deleted_at: datetime

    @property
    def key(self) -> str:
        return self.post_id
