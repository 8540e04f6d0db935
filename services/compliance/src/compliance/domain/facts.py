"""Resolution: what the gate knows itself replaces what was submitted; a contradiction is a finding.

An unknown fact becomes null, never the submitted value where the fact is ours to know.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, cast

from compliance.domain.contract_facts import KnownContract, contract_findings, named_contract, resolved_contract
from compliance.domain.findings import Evidence, Finding
from compliance.domain.slot import Slot

STAKEHOLDER_FACTS = (
    "type",
    "country",
    "relationship_stage",
    "owner_function",
    "lawful_basis",
    "notice_sent_on",
    "opted_out",
    "do_not_engage",
    "outreach_policy",
    "contracted",
    "followers",
    "minor",
)
STOP_SIGNALS = ("opted_out", "do_not_engage", "open_complaint")
"""Facts about a person that stop everything; one that is not known to be absent is there."""
PERSON_FACTS = tuple(dict.fromkeys((*STAKEHOLDER_FACTS, *STOP_SIGNALS)))
"""What the gate keeps of a person; what is not in STAKEHOLDER_FACTS is no part of a snapshot."""
PERSON_NAME = "name"
"""Kept beside the facts that are judged: wordings may hold it."""
ENGAGER_FACTS = ("function", "relation", "trained_until")
COUNTED_HERE = "contacts_last_30_days"
_LONGEST_SHOWN = 120
_RESOLVED = ("stakeholder", "actor", "company", "channel")
_ALWAYS_NAMED = frozenset({"type", "function"})
"""The schema has no null for these: an unknown person keeps the submitted word, and the case a finding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownStakeholder:
    """The newest state of one person here; `facts` by the names of `PERSON_FACTS`, dates as ISO text,
    and by `PERSON_NAME` where the registry has told it.
    """

    stakeholder_id: str
    version: int
    facts: Mapping[str, Any]
    erased: bool = False

    @property
    def stops(self) -> frozenset[str]:
        """Stop signals in this state."""
        if self.erased:
            return frozenset({"erased"})
        return frozenset(name for name in STOP_SIGNALS if self.facts.get(name) is not False)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownEngager:
    """The newest state of one of our own people; `facts` by the names of `ENGAGER_FACTS`."""

    engager_id: str
    version: int
    facts: Mapping[str, Any]
    authorised_platforms: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnChannel:
    """One account we speak from: who moderates it and which executor acts on it."""

    platform: str
    account: str | None
    country: str | None
    moderation_owner: str | None
    executor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Everything the gate knows about one action at one moment. None means unknown.

    `company` is spelled as in the ActionSnapshot; `slot` is None where the snapshot names no usable one.
    """

    stakeholder: KnownStakeholder | None
    engager: KnownEngager | None
    company: Mapping[str, Any]
    channel: OwnChannel | None
    contacts_last_30_days: int
    slot: Slot | None
    contract: KnownContract | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """Which parts of an action are somebody or something in particular; a submitted action names all of them.

    A draft may not name them yet: then there is nobody to look up, and its own facts stand.
    """

    person: bool = True
    engager: bool = True
    slot: bool = True


ALL_NAMED = Named()


def named_in(draft: Mapping[str, Any]) -> Named:
    """What a draft, an ActionSnapshot that nobody submitted, names by id or by time."""
    return Named(
        person=draft["stakeholder"].get("id") is not None,
        engager=draft["actor"].get("id") is not None,
        slot=draft.get("scheduled_for") is not None,
    )


@dataclass(frozen=True, slots=True)
class Resolution:
    """The snapshot with our facts in it, and what that brought to light."""

    snapshot: Mapping[str, Any]
    findings: tuple[Finding, ...]


def resolve(submitted: Mapping[str, Any], stakeholder_id: str, world: World, named: Named = ALL_NAMED) -> Resolution:
    """Replace the facts the gate owns or projects."""
    person, actor = submitted["stakeholder"], submitted["actor"]
    snapshot = {
        **submitted,
        "stakeholder": _stakeholder(person, stakeholder_id, world) if named.person else person,
        "actor": _actor(actor, submitted["channel"], world.engager) if named.engager else actor,
        "company": dict(world.company),
        "channel": _channel(submitted["channel"], world.channel),
    }
    parts = _RESOLVED
    contract_id = named_contract(submitted)
    if contract_id is not None:
        snapshot["contract"] = resolved_contract(submitted["contract"], world.contract)
        parts = (*_RESOLVED, "contract")
    known = _unknown(world, named)
    about = (
        ()
        if contract_id is None
        else contract_findings(contract_id, stakeholder_id if named.person else None, world.contract)
    )
    findings = (*known, *about, *_differences(submitted, snapshot, parts))
    return Resolution(snapshot, findings)


def _stakeholder(submitted: Mapping[str, Any], stakeholder_id: str, world: World) -> dict[str, Any]:
    known = world.stakeholder
    if known is None or known.erased:
        ours: dict[str, Any] = {
            name: submitted.get(name) if name in _ALWAYS_NAMED else None for name in STAKEHOLDER_FACTS
        }
    else:
        ours = {name: known.facts.get(name) for name in STAKEHOLDER_FACTS}
    return {**submitted, **ours, "id": stakeholder_id, COUNTED_HERE: world.contacts_last_30_days}


def _actor(submitted: Mapping[str, Any], channel: Mapping[str, Any], known: KnownEngager | None) -> dict[str, Any]:
    if known is None:
        unknown = {name: submitted.get(name) if name in _ALWAYS_NAMED else None for name in ENGAGER_FACTS}
        return {**submitted, **unknown, "authorised": None}
    ours = {name: known.facts.get(name) for name in ENGAGER_FACTS}
    return {**submitted, **ours, "authorised": channel.get("platform") in known.authorised_platforms}


def _channel(submitted: Mapping[str, Any], ours: OwnChannel | None) -> dict[str, Any]:
    if ours is None:
        return {**submitted, "moderation_owner": None}
    return {**submitted, "country": ours.country, "moderation_owner": ours.moderation_owner}


def _unknown(world: World, named: Named) -> Iterator[Finding]:
    if named.person and (world.stakeholder is None or world.stakeholder.erased):
        yield Finding(
            rule_id="GATE-PERSON",
            severity="review",
            message="this person is not known to the gate, so nothing about them is known to be safe",
            remedy="register the person; the action is not released before the registry answers for them",
        )
    if named.engager and world.engager is None:
        yield Finding(
            rule_id="GATE-ACTOR",
            severity="review",
            message="whoever would act is not known to the gate: function, training and authorisation are unknown",
            remedy="add the colleague to the registry with training date and authorised platforms",
        )
    if world.channel is None:
        yield Finding(
            rule_id="GATE-CHANNEL",
            severity="block",
            message="the channel is none of our active ones: no executor and nobody who moderates it",
            remedy="choose an active channel of the company, or have this one registered and activated",
        )
    if named.slot and world.slot is None:
        yield Finding(
            rule_id="GATE-SLOT",
            severity="block",
            message="there is no slot with start and end in a time zone, so a release could never expire",
            remedy="give scheduled_for.start and scheduled_for.end with an offset, the start before the end",
        )


def _differences(submitted: Mapping[str, Any], resolved: Mapping[str, Any], parts: Sequence[str]) -> Iterator[Finding]:
    for part in parts:
        before: Mapping[str, Any] = submitted[part]
        after: Mapping[str, Any] = resolved[part]
        for name in sorted(before):
            if _says_something(before[name]) and _stated(before[name]) != _stated(after.get(name)):
                yield Finding(
                    rule_id="GATE-FACTS",
                    severity="review",
                    message=(
                        f"{part}.{name} was submitted as {_short(before[name])}; "
                        f"the gate knows {_short(after.get(name))}"
                    ),
                    remedy="the gate's own fact was judged; correct the fact at its source if it is wrong",
                    evidence=Evidence(f"{part}.{name}"),
                )


def _stated(value: Any) -> Any:
    """The value without what states nothing inside it: a null stands for a fact nobody knows, like no entry."""
    if isinstance(value, Mapping):
        held = cast("Mapping[str, Any]", value)
        return {name: _stated(each) for name, each in held.items() if _says_something(each)}
    if isinstance(value, list | tuple):
        rows = cast("Sequence[Any]", value)
        return [_stated(each) for each in rows]
    return value


def _short(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _LONGEST_SHOWN else f"{shown[:_LONGEST_SHOWN]}…"


def _says_something(value: object) -> bool:
    return value is not None and value not in ((), [], "")
