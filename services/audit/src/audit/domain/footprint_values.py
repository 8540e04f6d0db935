"""Evidence, window and thresholds of a footprint."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from shared.kernel.errors import InvalidValue

Activity = Literal["absent", "mentioned_only", "present_inactive", "low", "active"]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Published policy: what counts as active, over which window, and how long a confirmation holds."""

    version: str
    valid_from: date
    source: str
    window_days: int
    active_posts_per_30_days: float
    confirmation_valid_hours: int


@dataclass(frozen=True, slots=True)
class Window:
    """From `start` (included) to `end` (excluded), both UTC."""

    start: datetime
    end: datetime

    @classmethod
    def ending(cls, end: datetime, days: int) -> Window:
        """The `days` days before `end`."""
        if not 1 <= days <= 36_500:  # noqa: PLR2004 - a century, beyond which dates overflow
            raise InvalidValue("window_days must lie between 1 and 36500", field="window_days")
        try:
            return cls(end - timedelta(days=days), end)
        except OverflowError:
            raise InvalidValue("the window begins before the calendar does", field="window_days") from None

    @property
    def days(self) -> float:
        return (self.end - self.start).total_seconds() / 86_400

    def holds(self, moment: datetime | None) -> bool:
        """Whether a post of that moment counts; an undated one is in no window."""
        return moment is not None and self.start <= moment < self.end


@dataclass(frozen=True, slots=True)
class ChannelActivity:
    """Own posts of one account within the window.

    `observed` False means that nothing of it was ever captured: its 0 posts are unknown, not silence.
    """

    platform: str
    handle: str
    posts: int = 0
    first_post_at: datetime | None = None
    last_post_at: datetime | None = None
    observed: bool = False
    undated_posts: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """Presence (accounts), own activity and mentions by others: three things, counted apart."""

    channels: tuple[ChannelActivity, ...] = ()
    mentions_by_others: int = 0
    mentioned_by: int = 0

    @property
    def own_posts(self) -> int:
        return sum(channel.posts for channel in self.channels)


@dataclass(frozen=True, slots=True)
class FootprintState:
    """One dated footprint."""

    stakeholder_id: str
    audited_at: datetime
    window: Window
    thresholds: str
    activity: Activity
    evidence: Evidence


def activity_level(evidence: Evidence, thresholds: Thresholds, window: Window) -> Activity:
    """Being there is not being active, and being talked about is neither."""
    if evidence.own_posts:
        rate = evidence.own_posts * 30 / window.days
        return "active" if rate >= thresholds.active_posts_per_30_days else "low"
    if evidence.channels:
        return "present_inactive"
    return "mentioned_only" if evidence.mentions_by_others else "absent"
