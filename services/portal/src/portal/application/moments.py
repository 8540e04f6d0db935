"""Time in plain words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True, slots=True)
class SlotWords:
    """`when` is the period, `countdown` what it means now; `over` once it has passed."""

    when: str
    countdown: str
    over: bool


def parsed(value: str | None) -> datetime | None:
    """An ISO 8601 moment, None for none or for what is not one."""
    if not value:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def plain(value: str | datetime | None) -> str:
    """Such as `Mon 23 Nov 2026, 10:00 UTC`."""
    moment = value if isinstance(value, datetime) else parsed(value)
    return "not known" if moment is None else f"{moment.astimezone(UTC):%a %d %b %Y, %H:%M} UTC"


def duration(span: timedelta) -> str:
    """The two largest units: `2 days 3 h`, `5 h 10 min`, `less than a minute`."""
    seconds = int(abs(span.total_seconds()))
    if seconds < _MINUTE:
        return "less than a minute"
    days, hours, minutes = seconds // _DAY, seconds % _DAY // _HOUR, seconds % _HOUR // _MINUTE
    if days:
        return f"{days} day{'s' if days > 1 else ''}" + (f" {hours} h" if hours else "")
    if hours:
        return f"{hours} h" + (f" {minutes} min" if minutes else "")
    return f"{minutes} min"


def ago(value: str | None, now: datetime) -> str:
    """How long since, or `not known`."""
    moment = parsed(value)
    return "not known" if moment is None else f"{duration(now - moment)} ago"


def until(value: str | None, now: datetime) -> str:
    """`in 3 h`, or `3 h ago` once it has passed."""
    moment = parsed(value)
    if moment is None:
        return "not known"
    return f"in {duration(moment - now)}" if moment > now else f"{duration(now - moment)} ago"


def slot(start: str | None, end: str | None, now: datetime) -> SlotWords:
    """The period in which an action may go out."""
    opens, closes = parsed(start), parsed(end)
    if opens is None or closes is None:
        return SlotWords("no slot planned", "it cannot be released without a slot", over=False)
    same_day = opens.astimezone(UTC).date() == closes.astimezone(UTC).date()
    last = f"{closes.astimezone(UTC):%H:%M} UTC" if same_day else plain(closes)
    when = f"{opens.astimezone(UTC):%a %d %b %Y, %H:%M} to {last}"
    if now >= closes:
        return SlotWords(when, f"the slot ended {duration(now - closes)} ago; nothing can go out any more", over=True)
    if now >= opens:
        return SlotWords(when, f"the slot is open; it closes in {duration(closes - now)}", over=False)
    return SlotWords(when, f"the slot opens in {duration(opens - now)}", over=False)
