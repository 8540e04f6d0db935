"""What of the audit becomes public."""

from __future__ import annotations

from typing import cast, get_args

from audit.domain.events import FootprintAudited, FootprintErased, PostCaptured, PostDeleted
from audit.domain.footprint_values import FootprintState
from shared.changelog.days import ChangelogDigested
from shared.contracts.audit import (
    ChannelPresenceV1,
    FootprintAuditedV1,
    FootprintErasedV1,
    PostCapturedV1,
    PostDeletedV1,
)
from shared.contracts.changelog import AuditChangelogDigestedV1
from shared.contracts.envelope import IntegrationEvent
from shared.contracts.vocabulary import Platform
from shared.kernel.events import DomainEvent

_PLATFORMS: frozenset[str] = frozenset(get_args(Platform))


def to_integration_event(event: DomainEvent) -> IntegrationEvent | None:
    """Footprints, and posts by or about people of ours; what concerns nobody of ours stays here."""
    match event:
        case PostCaptured() if event.concerns_us:
            return _captured(event)
        case PostDeleted() if event.links.anybody:
            return PostDeletedV1(post_id=event.post_id, version=event.version, deleted_at=event.deleted_at)
        case FootprintAudited():
            return _audited(event.state, event.version)
        case FootprintErased():
            return FootprintErasedV1(stakeholder_id=event.stakeholder_id, version=event.version)
        case ChangelogDigested():
            return AuditChangelogDigestedV1.model_validate(event, from_attributes=True)
        case _:
            return None


def _captured(event: PostCaptured) -> PostCapturedV1:
    content = event.content
    return PostCapturedV1(
        post_id=event.post_id,
        version=event.version,
        platform=_platform(content.platform),
        external_id=content.external_id,
        url=content.url,
        author_handle=content.author_handle,
        author_stakeholder_id=event.links.author_id,
        mentioned_stakeholder_ids=tuple(each for each, _ in event.links.mentioned),
        text=content.text,
        media_text=content.media_text,
        posted_at=content.posted_at,
        captured_at=event.captured_at,
    )


def _audited(state: FootprintState, version: int) -> FootprintAuditedV1:
    evidence = state.evidence
    return FootprintAuditedV1(
        stakeholder_id=state.stakeholder_id,
        version=version,
        audited_at=state.audited_at,
        window_from=state.window.start,
        window_to=state.window.end,
        thresholds=state.thresholds,
        activity=state.activity,
        channels=tuple(
            ChannelPresenceV1(
                platform=_platform(channel.platform),
                handle=channel.handle,
                posts=channel.posts,
                first_post_at=channel.first_post_at,
                last_post_at=channel.last_post_at,
                observed=channel.observed,
            )
            for channel in evidence.channels
        ),
        own_posts=evidence.own_posts,
        mentions_by_others=evidence.mentions_by_others,
        mentioned_by=evidence.mentioned_by,
    )


def _platform(name: str) -> Platform:
    return cast("Platform", name if name in _PLATFORMS else "other")  # checked here, the type cannot see it
