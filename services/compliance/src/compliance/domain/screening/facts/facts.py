"""A snapshot's facts as conditions read them: every optional fact is there, unknown ones as None.

What is of another kind than the fact, or cannot be true (a negative amount, NaN, `yes` for true), is unknown too, and
its path is in `doubts.unreadable`: a rule holds the action for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from compliance.domain.facts import COUNTED_HERE, ENGAGER_FACTS, STAKEHOLDER_FACTS
from compliance.domain.screening.facts import values
from compliance.domain.screening.facts.contradictions import contradictions
from compliance.domain.screening.facts.values import Reader
from compliance.domain.screening.medicines.medicines import FREE_SALE

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
    "scheduled_for": ("start", "end"),
}
_PLAIN = ("action_id", "type", "text", "media_text", "purpose", "value_statement", "kpi", "declaration", "inbound_text")
_READERS: dict[str, Reader] = (
    dict.fromkeys(
        (
            "authorised",
            "opted_out",
            "do_not_engage",
            "contracted",
            "minor",
            "product_content",
            "declares_publicly",
            "alcohol",
            "unsolicited",
        ),
        values.yes_or_no,
    )
    | dict.fromkeys(("followers", COUNTED_HERE, "reciprocal_contacts"), values.count)
    | dict.fromkeys(
        ("amount", "rate", "hours", "science_hours", "social_hours", "fair_market_value_max_rate", "year_to_date"),
        values.amount,
    )
    | dict.fromkeys(("trained_until", "notice_sent_on", "signed_on"), values.day)
    | dict.fromkeys(("captured_at", "start", "end"), values.moment)
    | {"country": values.country, "currency": values.currency, "products": values.parts, "travel": values.part}
)
_ALWAYS_NAMED = (
    ("channel", "platform"),
    ("channel", "audience"),
    ("actor", "function"),
    ("stakeholder", "type"),
    ("company", "name"),
)
"""What the schema demands; without it no rule's scope is sure."""
_NOTHING_WHEN_BLANK = frozenset({"id", "text", "media_text", "moderation_owner", "need", "signed_on", "url", "mode"})
_Spec = tuple[tuple[str, Reader, bool], ...]
"""Of each fact its name, how it is read, and whether a blank text is none."""


def _spec(names: Sequence[str]) -> _Spec:
    return tuple((name, _READERS.get(name, values.text), name in _NOTHING_WHEN_BLANK) for name in names)


_SPECS = {part: _spec(names) for part, names in _OPTIONAL.items()}
_PLAIN_SPEC = _spec((*_PLAIN, "unsolicited"))
PUBLISHES_TARGET = frozenset({"like", "share", "comment", "reply", "tag_content"})
_PUBLIC_BY_NATURE = PUBLISHES_TARGET | {"post", "thank", "tweetchat", "influencer_post"}
_OPEN_PLATFORMS = frozenset({"x", "linkedin", "mastodon", "bluesky", "instagram", "facebook", "youtube", "blog"})
_TO_NOBODY = "general_public"


def facts_of(
    snapshot: Mapping[str, Any], *, as_of: str, known_countries: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """The facts plus what follows from them. A country that is none of `known_countries` is not known; empty: any is.

    `audience`: public, hcp_verified or private; what is not known is public, and so is whatever stands openly on a
    social network. `countries`: of channel, person, company and event; None among them where one is not known.
    `publishes_target`: the target goes out as our own words do. `slot_start`, `slot_end`: in UTC. `contract_stated`,
    `guests_stated`, `hospitality_stated`, `benefits_stated`: True where it was said, if only that there is none.
    `company.complete`: names, INN, aliases and indication of every medicine are known. `doubts.unreadable` and
    `doubts.contradictory`: what cannot be true, as text, empty where nothing is in doubt.
    """
    unreadable: list[str] = []
    facts: dict[str, Any] = _filled(_PLAIN_SPEC, snapshot, "", unreadable)
    for name in ("channel", "actor", "stakeholder", "company"):
        facts[name] = _filled(_SPECS[name], _part(snapshot, name, unreadable) or {}, f"{name}.", unreadable)
    for name in ("target", "training", "contract", "scheduled_for"):
        given = _part(snapshot, name, unreadable)
        facts[name] = _filled(_SPECS[name], given, f"{name}.", unreadable) if given else None
    facts["event"] = _event(_part(snapshot, "event", unreadable), unreadable)
    if known_countries:
        unreadable.extend(_without_such_country(facts, known_countries))
    for name in ("hashtags", "mentions", "references"):
        facts[name] = list(_texts(snapshot, name, unreadable) or ())
    facts["transfer_of_value"] = _rows(snapshot, "transfer_of_value", "transfer_of_value", unreadable)
    facts |= _stated(snapshot)
    facts["company"]["complete"] = _products_complete(facts["company"]["products"])
    slot: Mapping[str, Any] = facts.pop("scheduled_for") or {}
    facts["slot_start"], facts["slot_end"] = slot.get("start"), slot.get("end")
    facts["audience"] = _audience(facts)
    facts["publishes_target"] = facts["type"] in PUBLISHES_TARGET or (
        facts["type"] == "thank" and facts["target"] is not None
    )
    facts["countries"] = _countries(facts)
    facts["as_of"] = as_of
    unreadable.extend(_unnamed(facts))
    facts["doubts"] = {
        "unreadable": ", ".join(dict.fromkeys(unreadable)),
        "contradictory": "; ".join(contradictions(facts)) if as_of else "",
    }
    return facts


def fact(facts: Mapping[str, Any], path: str) -> Any:
    """The fact at a dotted path; None where it is unknown. Below an absent part everything is."""
    value: Any = facts
    for name in path.split("."):
        if value is None or not (value.__class__ is dict or isinstance(value, Mapping)):
            return None
        part: Mapping[str, Any] = value  # pyright: ignore[reportUnknownVariableType] - keys of facts are texts
        value = part.get(name)
    return value


def _filled(spec: _Spec, given: Mapping[str, Any], prefix: str, unreadable: list[str]) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name, reader, blank in spec:
        value = given.get(name)
        if value is not None and blank and isinstance(value, str) and values.is_blank(value):
            value = None
        elif value is not None and (reader is not values.text or value.__class__ is not str):
            value = reader(value)
            if value is None:
                unreadable.append(prefix + name)
        filled[name] = value
    return filled


def _part(snapshot: Mapping[str, Any], name: str, unreadable: list[str]) -> Mapping[str, Any] | None:
    value = snapshot.get(name)
    part = values.part(value)
    if value is not None and part is None:
        unreadable.append(name)
    return part


def _texts(holder: Mapping[str, Any], name: str, unreadable: list[str], prefix: str = "") -> Sequence[str] | None:
    value = holder.get(name)
    read = values.texts(value)
    if value is not None and read is None:
        unreadable.append(prefix + name)
    return read


def _rows(holder: Mapping[str, Any], name: str, path: str, unreadable: list[str]) -> list[dict[str, Any]]:
    value = holder.get(name)
    rows = values.parts(value)
    if value is not None and rows is None:
        unreadable.append(path)
    filled: list[dict[str, Any]] = []
    for index, row in enumerate(rows or ()):
        part = values.part(row)
        if part is None:
            unreadable.append(f"{path}[{index}]")
        filled.append(_filled(_SPECS[name], part or {}, f"{path}[{index}].", unreadable))
    return filled


def _unnamed(facts: Mapping[str, Any]) -> Iterator[str]:
    for part, name in _ALWAYS_NAMED:
        if facts[part][name] is None:
            yield f"{part}.{name}"
    if facts["type"] is None:
        yield "type"
    for index, product in enumerate(facts["company"]["products"] or ()):
        if not (values.part(product) or {}).get("name"):
            yield f"company.products[{index}].name"


def _stated(snapshot: Mapping[str, Any]) -> dict[str, bool | None]:
    """A list that is not there says nothing; an empty one says that there is none. So does a contract of null."""
    event = values.part(snapshot.get("event")) or {}
    return {
        "benefits_stated": values.parts(snapshot.get("transfer_of_value")) is not None or None,
        "hospitality_stated": values.parts(event.get("hospitality")) is not None or None,
        "guests_stated": values.parts(event.get("guests")) is not None or None,
        "contract_stated": "contract" in snapshot or None,
        "links_stated": values.parts(snapshot.get("links")) is not None or None,
        "hashtags_stated": values.texts(snapshot.get("hashtags")) is not None or None,
        "mentions_stated": values.texts(snapshot.get("mentions")) is not None or None,
    }


def _without_such_country(facts: Mapping[str, Any], known: frozenset[str]) -> Iterator[str]:
    """A code that no country has, such as ZZ, is no country without rules of its own: it is not known."""
    for name in ("channel", "stakeholder", "company", "event"):
        part = facts[name]
        if part is not None and part["country"] is not None and part["country"] not in known:
            part["country"] = None
            yield f"{name}.country"


def _products_complete(products: Sequence[Any] | None) -> Mapping[str, bool | None]:
    """True where every medicine that is not on free sale has the fact, else None: not known."""
    listed = [values.part(product) or {} for product in products or ()]
    held = [product for product in listed if product.get("status") not in FREE_SALE]
    return {
        "inn": all(product.get("inn") for product in held if product.get("status") != "investigational") or None,
        "aliases": all(values.texts(product.get("aliases")) is not None for product in held) or None,
        "indication": all(product.get("indication") for product in held) or None,
    }


def _event(given: Mapping[str, Any] | None, unreadable: list[str]) -> dict[str, Any] | None:
    if not given:
        return None
    event = _filled(_SPECS["event"], given, "event.", unreadable)
    if event["travel"] is not None:
        travel = event["travel"]
        event["travel"] = _filled(_SPECS["travel"], travel, "event.travel.", unreadable) if travel else None
    event["hospitality"] = _rows(given, "hospitality", "event.hospitality", unreadable)
    event["guests"] = list(_texts(given, "guests", unreadable, "event.") or ())
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
    found = [facts["channel"]["country"], facts["company"]["country"]]
    if facts["stakeholder"]["type"] != _TO_NOBODY or facts["stakeholder"]["country"] is not None:
        found.append(facts["stakeholder"]["country"])
    if facts["event"] is not None:
        found.append(facts["event"]["country"])
    return list(dict.fromkeys(found))
