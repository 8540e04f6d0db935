"""The test's own account of one history: what the world told the gate, what the gate answered, what was seen after."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from soak.observed import Observed, Row
from soak.topics import Topics
from soak.world import COUNTERS, STOP_FACTS

_SAID = ("type", "text", "media_text", "hashtags", "mentions", "declaration")


class Broken(AssertionError):
    """An invariant does not hold. The text begins with its name."""

    def __init__(self, invariant: str, what: str) -> None:
        super().__init__(f"{invariant}: {what}")
        self.invariant = invariant
        self._what = what

    def __reduce__(self) -> tuple[type[Broken], tuple[str, str]]:
        """It comes out of a worker's process as it went in."""
        return Broken, (self.invariant, self._what)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frozen:
    """One submitted version of an action."""

    action_id: str
    version: int
    person: str
    snapshot: Mapping[str, Any]
    submitted_by: str
    edited_by: tuple[str, ...]

    @property
    def authors(self) -> frozenset[str]:
        return frozenset({self.submitted_by, *self.edited_by})

    @property
    def start(self) -> datetime:
        return datetime.fromisoformat(self.snapshot["scheduled_for"]["start"])

    @property
    def end(self) -> datetime:
        return datetime.fromisoformat(self.snapshot["scheduled_for"]["end"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one asker was told at a redemption; `told` is None where it was refused."""

    permit_id: str
    client_id: str
    content: str
    told: tuple[Any, ...] | None
    code: str | None
    certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Absence:
    """Somebody meant to be away, and who was to stand in."""

    subject: str
    delegate: str
    begins: datetime
    ends: datetime


@dataclass(slots=True)
class Account:
    """Of one history; absences are those of all histories."""

    absences: list[Absence] = field(default_factory=list[Absence])

    topics: Topics = field(default_factory=Topics)
    versions: dict[str, list[Frozen]] = field(default_factory=dict[str, list[Frozen]])
    people: list[str] = field(default_factory=list[str])
    rules_at_start: str = ""
    book: list[Row] = field(default_factory=list[Row])
    answers: list[Answer] = field(default_factory=list[Answer])
    now: Observed = field(default_factory=Observed)
    truth: dict[str, Mapping[str, Any] | None] = field(default_factory=dict[str, "Mapping[str, Any] | None"])
    """What the registry itself says about each person at the end of the step before."""
    void_until: dict[str, int] = field(default_factory=dict[str, int])
    """By person: votes up to this ledger entry were given on other facts than the gate has now."""
    unreadable: set[str] = field(default_factory=set[str])
    """Keys about which something was said that nobody can read."""
    wrecks: dict[str, str] = field(default_factory=dict[str, str])
    """Actions of which a version came that was no snapshot, and the text in it."""

    def frozen(self, action_id: str, snapshot_sha256: str) -> Frozen | None:
        """The version of an action with this hash."""
        return next(
            (each for each in self.versions.get(action_id, ()) if sha256(each.snapshot) == snapshot_sha256), None
        )

    def entries(self, aggregate: str, aggregate_id: str) -> list[Row]:
        return [each for each in self.book if (each["aggregate"], each["aggregate_id"]) == (aggregate, aggregate_id)]

    def rules_at(self, sequence: int) -> str:
        """The rule set in force when this entry was written."""
        activated = [
            each["new_state"] for each in self.book if each["aggregate"] == "rule_set" and each["sequence"] < sequence
        ]
        return activated[-1] if activated else self.rules_at_start

    def keys(self) -> list[str]:
        return [*self.people, *self.versions]


def sha256(value: Any) -> str:
    """Of JSON values without fractions, in their canonical form (RFC 8785)."""
    written = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(written.encode()).hexdigest()


def published(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    """What may leave the house of an action: nothing else."""
    channel, target = snapshot["channel"], snapshot.get("target") or {}
    said = {name: snapshot.get(name) for name in _SAID}
    said["links"] = [page["url"] for page in snapshot.get("links") or ()]
    said |= {"platform": channel.get("platform"), "account": channel.get("account"), "target_url": target.get("url")}
    return {name: value for name, value in said.items() if value not in (None, [], "")}


def judged_facts(facts: Mapping[str, Any] | None) -> dict[str, Any]:
    """Those whose change makes every earlier vote void."""
    left_out = {*STOP_FACTS, *COUNTERS, "id", "contacts_last_30_days"}
    return {name: value for name, value in (facts or {}).items() if name not in left_out}
