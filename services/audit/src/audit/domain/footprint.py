"""Footprint: a dated snapshot of one person's presence, activity and mentions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime

from audit.domain.events import FootprintAudited, FootprintErased
from audit.domain.footprint_values import (
    ChannelActivity,
    Evidence,
    FootprintState,
    Thresholds,
    Window,
    activity_level,
)
from audit.domain.handles import Account, account
from audit.domain.imported import ImportedPost
from audit.domain.people import Links, Person
from shared.kernel.events import Aggregate


class Footprint(Aggregate):
    """The latest audit of one stakeholder; every audit is a new version."""

    def __init__(self, stakeholder_id: str, state: FootprintState | None = None, *, version: int = 0) -> None:
        super().__init__(version=version)
        self.stakeholder_id = stakeholder_id
        self.state = state

    def audit(self, evidence: Evidence, *, thresholds: Thresholds, window: Window, at: datetime) -> FootprintState:
        """Judge the evidence of `window` by `thresholds`, as of `at`."""
        self.state = judged(self.stakeholder_id, evidence, thresholds=thresholds, window=window, at=at)
        self.record(FootprintAudited(version=self.version + 1, state=self.state))
        return self.state

    def erase(self) -> None:
        """Keep nothing: the person was erased."""
        self.state = None
        self.record(FootprintErased(stakeholder_id=self.stakeholder_id, version=self.version + 1))


def judged(
    stakeholder_id: str, evidence: Evidence, *, thresholds: Thresholds, window: Window, at: datetime
) -> FootprintState:
    """The footprint that `evidence` amounts to."""
    level = activity_level(evidence, thresholds, window)
    return FootprintState(stakeholder_id, at, window, thresholds.version, level, evidence)


def author_key(post: ImportedPost, links: Links) -> str:
    """Who wrote it, as one author however many accounts of a registered person are used."""
    written_by = account(post.platform, post.author_handle)
    return links.author_id or f"{written_by.platform}:{written_by.handle}"


def tally(
    people: Iterable[Person], posts: Iterable[tuple[ImportedPost, Links]], window: Window
) -> Mapping[str, Evidence]:
    """The evidence on each of `people` in `posts`."""
    own: dict[str, dict[Account, list[ImportedPost]]] = defaultdict(lambda: defaultdict(list))
    mentions: dict[str, list[str]] = defaultdict(list)
    for post, links in posts:
        if links.author_id is not None:
            own[links.author_id][account(post.platform, post.author_handle)].append(post)
        if window.holds(post.posted_at):
            for person_id, _ in links.mentioned:
                mentions[person_id].append(author_key(post, links))
    return {
        person.id: Evidence(
            channels=tuple(
                _channel(each, own[person.id].get(each, []), window)
                for each in sorted({*person.accounts, *own[person.id]})
            ),
            mentions_by_others=len(mentions[person.id]),
            mentioned_by=len(set(mentions[person.id])),
        )
        for person in people
    }


def _channel(named: Account, posts: list[ImportedPost], window: Window) -> ChannelActivity:
    moments = sorted(post.posted_at for post in posts if post.posted_at is not None and window.holds(post.posted_at))
    return ChannelActivity(
        platform=named.platform,
        handle=named.handle,
        posts=len(moments),
        first_post_at=moments[0] if moments else None,
        last_post_at=moments[-1] if moments else None,
        observed=bool(posts),
        undated_posts=sum(post.posted_at is None for post in posts),
    )
