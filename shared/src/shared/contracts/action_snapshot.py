"""The ActionSnapshot: everything the gate judges about one planned action, frozen with its context.

An unknown fact is null or absent, never guessed; the gate never reads it as a safe one. Nor is a value of another
type: "no" is no truth value and "3" no number, wherever a snapshot is read.
The JSON Schema of this model is the published contract; additions only.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from shared.contracts.exact import Count, Day, Figure, Flag, Moment
from shared.contracts.vocabulary import (
    ActionType,
    Audience,
    EngagerFunction,
    EngagerRelation,
    LawfulBasis,
    OwnerFunction,
    Platform,
    RelationshipStage,
    StakeholderType,
)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Page(_Part):
    """A linked page as captured. `text` null means not captured."""

    url: str
    title: str | None = None
    text: str | None = None
    own_domain: Flag | None = None
    hcp_only: Flag | None = None


class Channel(_Part):
    """Where it would be said. Open social media is public whoever is meant."""

    platform: Platform
    audience: Audience
    account: Literal["corporate", "personal", "third_party"] | None = None
    country: str | None = None
    moderation_owner: str | None = None


class Target(_Part):
    """What is shared, liked, answered or tagged, captured when the action was planned."""

    kind: Literal["post", "profile", "page", "event", "other"] = "other"
    url: str | None = None
    author: str | None = None
    author_relation: Literal["independent", "contracted", "employee", "agency", "company", "unknown"] = "unknown"
    text: str | None = None
    media_text: str | None = None
    links: tuple[Page, ...] = ()
    recent_texts: tuple[str, ...] = ()
    captured_at: Moment | None = None


class Actor(_Part):
    """Who of ours would act."""

    id: str | None = None
    function: EngagerFunction
    relation: EngagerRelation | None = None
    trained_until: Day | None = None
    authorised: Flag | None = None


class StakeholderFacts(_Part):
    """The person the action is for, as known when it was frozen."""

    id: str | None = None
    type: StakeholderType
    country: str | None = None
    relationship_stage: RelationshipStage | None = None
    owner_function: OwnerFunction | None = None
    lawful_basis: LawfulBasis | None = None
    notice_sent_on: Day | None = None
    opted_out: Flag | None = None
    do_not_engage: Flag | None = None
    outreach_policy: str | None = None
    contracted: Flag | None = None
    followers: Count | None = None
    minor: Flag | None = None
    contacts_last_30_days: Count | None = None
    reciprocal_contacts: Count | None = None


class Hospitality(_Part):
    """One meal, night or registration offered."""

    kind: Literal["lunch", "dinner", "meal", "snack", "day", "night", "registration"]
    amount: Figure
    currency: str
    alcohol: Flag | None = None


class Travel(_Part):
    """Travel offered; `hours` is the flight time."""

    mode: str | None = None
    cabin: Literal["economy", "premium_economy", "business", "first"] | None = None
    hours: Figure | None = None


class EventFacts(_Part):
    """The event the action is about."""

    name: str | None = None
    country: str | None = None
    venue: str | None = None
    science_hours: Figure | None = None
    social_hours: Figure | None = None
    hospitality: tuple[Hospitality, ...] = ()
    travel: Travel | None = None
    guests: tuple[str, ...] = ()
    product_content: Flag | None = None


class Training(_Part):
    """Training offered. Neutral training has no conditions."""

    subject: str | None = None
    conditions: str | None = None
    product_content: Flag | None = None


class ContractFacts(_Part):
    """The contract behind a paid service. Rates are per hour in `currency`.

    `id` names a contract that the gate keeps; then the gate's own facts of it are judged.
    """

    id: str | None = None
    signed_on: Day | None = None
    need: str | None = None
    rate: Figure | None = None
    hours: Figure | None = None
    currency: str | None = None
    fair_market_value_max_rate: Figure | None = None
    declares_publicly: Flag | None = None


class TransferOfValue(_Part):
    """One transfer of value; `year_to_date` is the person's total in the same currency."""

    kind: Literal["fee", "meal", "travel", "accommodation", "registration", "gift", "grant", "training", "other"]
    amount: Figure
    currency: str
    year_to_date: Figure | None = None


class Product(_Part):
    """One product of the company; aliases are codes, study names and slang."""

    name: str
    inn: str | None = None
    aliases: tuple[str, ...] = ()
    status: Literal["prescription", "otc", "investigational", "withdrawn", "device", "unknown"] = "unknown"
    indication: str | None = None
    boxed_warning: Flag | None = None


class Company(_Part):
    """The company that plans the action. `products` null or absent means not known."""

    name: str
    country: str | None = None
    products: tuple[Product, ...] | None = None


class Slot(_Part):
    """When the action may go out: from `start`, never after `end`."""

    start: Moment | None = None
    end: Moment | None = None


class ActionSnapshot(_Part):
    """One planned action with everything the gate reads."""

    action_id: str
    type: ActionType
    channel: Channel
    actor: Actor
    stakeholder: StakeholderFacts
    company: Company
    purpose: str | None = None
    value_statement: str | None = None
    kpi: str | None = None
    text: str | None = None
    media_text: str | None = None
    hashtags: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    links: tuple[Page, ...] = ()
    declaration: str | None = None
    references: tuple[str, ...] = ()
    target: Target | None = None
    inbound_text: str | None = None
    unsolicited: Flag | None = None
    event: EventFacts | None = None
    training: Training | None = None
    contract: ContractFacts | None = None
    transfer_of_value: tuple[TransferOfValue, ...] = ()
    scheduled_for: Slot | None = None
