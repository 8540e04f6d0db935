"""The watch over what was published: who looks at comments and safety, until when, and what has to be settled first."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, ClassVar, Literal

from compliance.domain.aftercare.terms import Interval
from compliance.domain.events import Occasion
from compliance.domain.records import Record, RecordChanged
from shared.kernel.errors import InvalidTransition, InvalidValue

Outcome = Literal["watched", "not_published"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """A named person has looked at `what`, such as comments, and says what they saw."""

    what: str
    by: str
    at: datetime
    seen: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A captured post about what was published, with the safety cases it opened."""

    post_id: str
    at: datetime
    safety_cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is watched, from its redemption until `ends_at`; None: the company has not decided how long.

    `post_keys` recognise the published post and what it answers, `url` is where its executor says that it is.
    """

    permit_id: str
    stakeholder_id: str
    action_type: str
    platform: str
    begun_at: datetime
    ends_at: datetime | None
    intervals: tuple[Interval, ...]
    post_keys: tuple[str, ...]
    url: str | None = None
    looks: tuple[Look, ...] = ()
    heard: tuple[Heard, ...] = ()
    outcome: Outcome | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Unsettled:
    """What is still open about the published post elsewhere in the gate."""

    take_down: bool = False
    safety_case: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchChanged(RecordChanged):
    AGGREGATE: ClassVar[str] = "watch"

    watched: Watched


class WatchOpened(WatchChanged):
    """The executor was allowed to act."""


class WatchDecided(WatchChanged):
    """How long it is watched was decided after it began."""


class WatchLocated(WatchChanged):
    """The executor says where it was published."""


class WatchLooked(WatchChanged):
    """Somebody has looked."""


class WatchHeard(WatchChanged):
    """Somebody has posted about it."""


class WatchClosed(WatchChanged):
    """Its end has come and everything that was due is done, or nothing was published."""


class Watch(Record[Watched]):
    """`open → closed`. Named by its action."""

    @classmethod
    def of(cls, action_id: str, watched: Watched, occasion: Occasion) -> Watch:
        """A watch that begins with the redemption."""
        watch = cls(action_id, watched, state="open")
        watch._begin(WatchOpened, occasion)
        return watch

    def due_at(self, what: str) -> datetime | None:
        """When the next look at `what` is due; None once the one at the end is done. At once where nobody decided."""
        watched = self.details
        last = max((look.at for look in watched.looks if look.what == what), default=watched.begun_at)
        interval = next(each for each in watched.intervals if each.what == what)
        if watched.ends_at is not None and last >= watched.ends_at and last > watched.begun_at:
            return None
        following = interval.next_after(watched.begun_at, last)
        return following if watched.ends_at is None else min(following, watched.ends_at)

    def overdue(self, now: datetime) -> Sequence[str]:
        """What somebody should have looked at by now."""
        due = ((each.what, self.due_at(each.what)) for each in self.details.intervals)
        return [what for what, at in due if self.state == "open" and at is not None and at <= now]

    def next_due(self) -> datetime | None:
        """The soonest look, else the end: when somebody has to do something; None once closed or without an end."""
        if self.state == "closed":
            return None
        due = [at for each in self.details.intervals if (at := self.due_at(each.what)) is not None]
        return min(due, default=self.details.ends_at)

    def look(self, what: str, occasion: Occasion) -> None:
        """Somebody has looked at `what`; the reason says what they saw."""
        self._ensure("open", to="looked at")
        if what not in {each.what for each in self.details.intervals}:
            kinds = ", ".join(each.what for each in self.details.intervals)
            raise InvalidValue(f"nobody watches {what}", field="what", remedy=f"say one of {kinds}")
        seen = Look(what=what, by=occasion.by, at=occasion.at, seen=occasion.why or "")
        self._change(WatchLooked, occasion, details=replace(self.details, looks=(*self.details.looks, seen)))

    def locate(self, url: str, keys: Sequence[str], occasion: Occasion) -> None:
        """It was published there. Said again, nothing changes."""
        if self.state == "open" and self.details.url is None:
            merged = tuple(dict.fromkeys((*self.details.post_keys, *keys)))
            self._change(WatchLocated, occasion, details=replace(self.details, url=url, post_keys=merged))

    def hear(self, heard: Heard, occasion: Occasion) -> None:
        """A captured post is about it. Heard again without another safety case, nothing changes."""
        known = next((each for each in self.details.heard if each.post_id == heard.post_id), None)
        if self.state != "open" or (known is not None and set(heard.safety_cases) <= set(known.safety_cases)):
            return
        others = tuple(each for each in self.details.heard if each.post_id != heard.post_id)
        cases = dict.fromkeys((*(known.safety_cases if known else ()), *heard.safety_cases))
        merged = replace(heard, safety_cases=tuple(cases))
        self._change(WatchHeard, occasion, details=replace(self.details, heard=(*others, merged)))

    def decide(self, ends_at: datetime, intervals: tuple[Interval, ...], occasion: Occasion) -> None:
        """Until when, and how often somebody looks."""
        self._ensure("open", to="decided on")
        self._change(WatchDecided, occasion, details=replace(self.details, ends_at=ends_at, intervals=intervals))

    def close(self, unsettled: Unsettled, occasion: Occasion) -> None:
        """The end. Raises InvalidTransition before its end date, and while anything is due or open."""
        self._ensure("open", to="closed")
        watched, now = self.details, occasion.at
        if watched.ends_at is None:
            raise InvalidTransition(
                "nobody has decided how long this is watched", remedy="decide it in the company file (aftercare.watch)"
            )
        if now < watched.ends_at:
            raise InvalidTransition(f"it is watched until {watched.ends_at.isoformat()}", remedy="close it then")
        due = [each.what for each in watched.intervals if self.due_at(each.what) is not None]
        if due:
            raise InvalidTransition(
                f"nobody has looked at {', '.join(due)} since its end", remedy="look, then close it"
            )
        if unsettled.take_down:
            raise InvalidTransition("its take-down is not settled", remedy="settle the take-down first")
        if unsettled.safety_case:
            raise InvalidTransition("a safety case about it is open", remedy="drug safety closes the case first")
        self._change(WatchClosed, occasion, state="closed", details=replace(watched, outcome="watched"))

    def nothing_published(self, occasion: Occasion) -> None:
        """The executor says that it did not act after all: there is nothing to watch."""
        if self.state == "open":
            self._change(WatchClosed, occasion, state="closed", details=replace(self.details, outcome="not_published"))

    @property
    def person(self) -> str | None:
        return self.details.stakeholder_id

    def said(self) -> Mapping[str, Any]:
        watched = self.details
        return {
            "permit_id": watched.permit_id,
            "ends": None if watched.ends_at is None else watched.ends_at.isoformat(),
            "looks": [{"what": look.what, "at": look.at.isoformat()} for look in watched.looks],
            "heard": [{"post_id": each.post_id, "safety_cases": list(each.safety_cases)} for each in watched.heard],
            "outcome": watched.outcome,
        }

    def _write(self, event: type[RecordChanged], old: str | None, occasion: Occasion, **more: Any) -> None:
        super()._write(event, old, occasion, watched=self.details, **more)
