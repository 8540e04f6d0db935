"""A snapshot's facts as conditions read them: every optional fact is there, unknown ones as None."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from compliance.domain.facts import COUNTED_HERE, ENGAGER_FACTS, STAKEHOLDER_FACTS

_OPTIONAL: dict[str, tuple[str, ...]] = {
    "channel": ("platform", "audience", "account", "country", "moderation_owner"),
    "actor": ("id", *ENGAGER_FACTS, "authorised"),
    "stakeholder": ("id", *STAKEHOLDER_FACTS, COUNTED_HERE, "reciprocal_contacts"),
    "company": ("name", "country", "products"),
    "target": ("kind", "url", "author", "author_relation", "text", "media_text", "captured_at"),
    "event": ("name", "country", "venue", "science_hours", "social_hours", "travel", "product_content"),
    "travel": ("mode", "cabin", "hours"),
    "training": ("subject", "conditions", "product_content"),
    "contract": (
        "signed_on",
        "need",
        "rate",
        "hours",
        "currency",
        "fair_market_value_max_rate",
        "declares_publicly",
    ),
    "hospitality": ("kind", "amount", "currency", "alcohol"),
    "transfer_of_value": ("kind", "amount", "currency", "year_to_date"),
}
_PLAIN = ("action_id", "type", "text", "media_text", "purpose", "value_statement", "kpi", "declaration", "inbound_text")
_YES_OR_NO = frozenset(
    {
        "authorised",
        "opted_out",
        "do_not_engage",
        "contracted",
        "minor",
        "product_content",
        "declares_publicly",
        "alcohol",
    }
)
_COUNTS = frozenset({"followers", "contacts_last_30_days", "reciprocal_contacts"})
_AMOUNTS = frozenset(
    {"amount", "rate", "hours", "science_hours", "social_hours", "fair_market_value_max_rate", "year_to_date"}
)
_LARGEST_NUMBER = 2**53  # what JSON carries exactly; NaN is not below it either
PUBLISHES_TARGET = frozenset({"like", "share", "comment", "reply", "tag_content"})
_PUBLIC_BY_NATURE = PUBLISHES_TARGET | {"post", "thank", "tweetchat", "influencer_post"}
_OPEN_PLATFORMS = frozenset({"x", "linkedin", "mastodon", "bluesky", "instagram", "facebook", "youtube", "blog"})


def facts_of(snapshot: Mapping[str, Any], *, as_of: str) -> dict[str, Any]:
    """The facts plus what follows from them: `audience`, `countries`, `publishes_target`, `as_of`."""
    facts: dict[str, Any] = {name: snapshot.get(name) for name in _PLAIN}
    facts["unsolicited"] = snapshot.get("unsolicited")
    for name in ("channel", "actor", "stakeholder", "company"):
        facts[name] = _filled(name, snapshot.get(name) or {})
    for name in ("target", "training", "contract"):
        given = snapshot.get(name)
        facts[name] = _filled(name, given) if given else None
    facts["event"] = _event(snapshot.get("event"))
    for name in ("hashtags", "mentions", "references"):
        facts[name] = list(snapshot.get(name) or ())
    facts["transfer_of_value"] = [_filled("transfer_of_value", row) for row in snapshot.get("transfer_of_value") or ()]
    event: Mapping[str, Any] = snapshot.get("event") or {}
    slot: Mapping[str, Any] = snapshot.get("scheduled_for") or {}
    facts["benefits_stated"] = snapshot.get("transfer_of_value") is not None or None
    facts["hospitality_stated"] = event.get("hospitality") is not None or None
    facts["company"]["complete"] = _products_complete(facts["company"]["products"])
    facts["slot_start"] = slot.get("start")
    facts["audience"] = _audience(facts)
    facts["publishes_target"] = facts["type"] in PUBLISHES_TARGET or (
        facts["type"] == "thank" and facts["target"] is not None
    )
    facts["countries"] = _countries(facts)
    facts["as_of"] = as_of
    return facts


def fact(facts: Mapping[str, Any], path: str) -> Any:
    """The fact at a dotted path; None where it is unknown. Below an absent part everything is."""
    value: Any = facts
    for name in path.split("."):
        if not isinstance(value, Mapping):
            return None
        part: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - keys of facts are texts
        value = part.get(name)
    return value


def _products_complete(products: Sequence[Mapping[str, Any]] | None) -> Mapping[str, bool | None]:
    """True where every medicine that is not on free sale has the fact, else None: not known."""
    held = [product for product in products or () if product.get("status") not in {"otc", "device"}]
    return {
        "inn": all(product.get("inn") for product in held if product.get("status") != "investigational") or None,
        "indication": all(product.get("indication") for product in held) or None,
    }


def _filled(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _of_its_kind(key, given.get(key)) for key in _OPTIONAL[name]}


def _of_its_kind(key: str, value: Any) -> Any:
    """The value, or None where it is of another kind than the fact: an unreadable fact is an unknown one."""
    if key in _YES_OR_NO:
        return value if isinstance(value, bool) else None
    if key in _AMOUNTS or key in _COUNTS:
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST_NUMBER:
            return None
        return float(value) if key in _AMOUNTS else int(value)
    if key in {"products", "travel"}:
        return value
    return value if isinstance(value, str) else None


def _event(given: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if not given:
        return None
    event = _filled("event", given)
    travel = given.get("travel")
    event["travel"] = _filled("travel", travel) if travel else None
    event["hospitality"] = [_filled("hospitality", row) for row in given.get("hospitality") or ()]
    event["guests"] = list(given.get("guests") or ())
    return event


def _audience(facts: Mapping[str, Any]) -> str:
    channel: Mapping[str, Any] = facts["channel"]
    said = channel["audience"]
    if said in {"public", "unknown", None}:
        return "public"
    if facts["type"] in _PUBLIC_BY_NATURE and channel["platform"] in _OPEN_PLATFORMS:
        return "public"
    return str(said)


def _countries(facts: Mapping[str, Any]) -> Sequence[str | None]:
    event: Mapping[str, Any] = facts["event"] or {}
    found = [
        facts["channel"]["country"],
        facts["stakeholder"]["country"],
        facts["company"]["country"],
        event.get("country"),
    ]
    return list(dict.fromkeys(found))
