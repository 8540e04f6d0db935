"""Rule sets in words: versions, rules with their scope, what differs, what a rehearsal found."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from portal.application.answers import listed, part
from portal.application.moments import ago
from portal.application.words import ACTION_TYPES, field_label, readable

RULES_SCOPE = "compliance:rules"
EVERYBODY, EVERYWHERE = "everybody", "everywhere"
_SYSTEM = "system:"
_AUDIENCES = {"public": "the public", "hcp_verified": "verified professionals", "private": "people in private"}
_EFFECTS = ("weaker", "to be read", "stricter", "wording")
_PLACE_HOLDER = re.compile(r"\{([a-z0-9_.]+)\}")
_PLACES = {"quote": "the words", "company.name": "the company"}
_UNKNOWN = {"block": "it is blocked", "review": "a person has to look", "pass": "it is only told"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Versions:
    """All versions by what people do with them, the newest proposal first."""

    in_force: Mapping[str, Any] | None
    waiting: Sequence[Mapping[str, Any]]
    earlier: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One id of the catalogue, or of a company, with its rules."""

    rule_id: str
    title: str
    decision: str
    who: str | None
    weak: str | None
    reason: str | None
    rules: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What the reader looks for: an id or its beginning, words anywhere, a country code."""

    rule: str = ""
    text: str = ""
    country: str = ""

    @property
    def anything(self) -> bool:
        return not (self.rule or self.text or self.country)


def versions_of(rows: Iterable[Mapping[str, Any]], now: datetime) -> Versions:
    """The versions as listed by their API."""
    newest = sorted(rows, key=lambda row: (str(row["proposed_at"]), str(row["rule_set"])), reverse=True)
    known = [{**row, "age": ago(row["proposed_at"], now), "release": is_release(row)} for row in newest]
    return Versions(
        in_force=next((row for row in known if row["state"] == "active"), None),
        waiting=[row for row in known if row["state"] == "proposed"],
        earlier=[row for row in known if row["state"] in ("superseded", "withdrawn")],
    )


def is_release(version: Mapping[str, Any]) -> bool:
    """Whether the software brought these rules, not a person."""
    return str(version["proposed_by"]).startswith(_SYSTEM)


def last_step(version: Mapping[str, Any], what: str) -> Mapping[str, Any] | None:
    """The newest step of a version's history by its name, such as `version_activated`."""
    return next((each for each in reversed(listed(version, "history")) if each.get("what") == what), None)


def why_not_activate(version: Mapping[str, Any], *, subject: str, scopes: Collection[str]) -> str | None:
    """Why this person cannot put it in force, None when they can. The gate has the last word."""
    if version["state"] == "active":
        return "It is in force."
    if version["state"] == "withdrawn":
        return "It was withdrawn. Propose it again to put it in force."
    if RULES_SCOPE not in scopes:
        return f"Your account may not: it lacks the scope {RULES_SCOPE}."
    if version["proposed_by"] == subject:
        return "You proposed it. A second person has to read the difference and put it in force."
    return None


def entries(document: Mapping[str, Any], wanted: Wanted) -> list[Entry]:
    """The catalogue in its order, then further ids, each with the rules that were looked for."""
    by_id: dict[str, list[Mapping[str, Any]]] = {}
    for rule in listed(document, "rules"):
        by_id.setdefault(str(rule["rule_id"]), []).append(rule)
    known = {str(row["rule_id"]): row for row in listed(document, "catalogue")}
    ids = (*known, *sorted(each for each in by_id if each not in known))
    found = [_entry(each, known.get(each, {}), by_id.get(each, []), wanted) for each in ids]
    return [entry for entry in found if entry is not None]


def _entry(rule_id: str, row: Mapping[str, Any], rules: Sequence[Mapping[str, Any]], wanted: Wanted) -> Entry | None:
    if wanted.rule and not rule_id.casefold().startswith(wanted.rule.casefold()):
        return None
    row_texts = [rule_id, *(str(row.get(name) or "") for name in ("title", "who"))]
    said_by_row = not wanted.text or _says(wanted.text, *row_texts)
    kept = [
        _in_words(rule)
        for rule in rules
        if _concerns(rule, wanted.country.upper()) and (said_by_row or _says(wanted.text, *_texts(rule)))
    ]
    if not kept and (rules or wanted.country or not said_by_row):
        return None
    return Entry(
        rule_id=rule_id,
        title=str(row.get("title") or "A rule of our own"),
        decision=str(row.get("decision") or "check"),
        who=row.get("who"),
        weak=row.get("weak"),
        reason=row.get("reason"),
        rules=kept,
    )


def _concerns(rule: Mapping[str, Any], country: str) -> bool:
    rows = listed(rule, "countries")
    return not country or not rows or any(country in each["codes"] for each in rows)


def _texts(rule: Mapping[str, Any]) -> list[str]:
    names = ("title", "message", "remedy", "clause", "source", "jurisdiction", "phrase", "place")
    return [str(rule.get(name) or "") for name in names]


def _says(wanted: str, *texts: str) -> bool:
    return any(wanted.casefold() in text.casefold() for text in texts)


def _in_words(rule: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **rule,
        "who_words": _listed_words(rule["person_types"], {}) or EVERYBODY,
        "audience_words": _listed_words(rule["audience"], _AUDIENCES) or "any audience",
        "action_words": _subjects(rule["subjects"], rule["action_types"]),
        "where_words": _countries(listed(rule, "countries")),
        "valid_words": _validity(rule.get("valid_from"), rule.get("valid_until")),
        "unknown_words": _UNKNOWN.get(str(rule["unknown"]), str(rule["unknown"])),
        "reads_words": [_field(name) for name in rule["reads"]],
        "message_words": _PLACE_HOLDER.sub(_said_place, str(rule["message"])),
        "passing": [in_pairs(each) for each in listed(rule, "passes")],
        "failing": [in_pairs(each) for each in listed(rule, "fails")],
    }


def _said_place(found: re.Match[str]) -> str:
    return f"[{_PLACES.get(found[1]) or _field(found[1])}]"


def _listed_words(codes: Iterable[str], words: Mapping[str, str]) -> str:
    return ", ".join(words.get(code, readable(code)) for code in codes)


def _subjects(subjects: Collection[str], action_types: Sequence[str]) -> str:
    actions = _listed_words(action_types, ACTION_TYPES) or "all actions"
    if "plan" not in subjects:
        return actions
    return f"{actions}, and engagement plans" if "action" in subjects else "engagement plans"


def _countries(rows: Sequence[Mapping[str, Any]]) -> str:
    told = [(f"from {row['since']} " if row["since"] else "") + ", ".join(row["named"]) for row in rows]
    return "; ".join(told) or EVERYWHERE


def _validity(since: str | None, until: str | None) -> str:
    told = [f"from {since}" if since else "", f"until {until}" if until else ""]
    return " ".join(each for each in told if each) or "without an end"


def in_pairs(change: Mapping[str, Any], path: str = "") -> list[tuple[str, str]]:
    """An example as (field in words, value): what is other than in a harmless action."""
    pairs: list[tuple[str, str]] = []
    for name, value in change.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, Mapping) and value:
            pairs += in_pairs(part({"it": value}, "it"), place)
        elif isinstance(value, list):
            pairs += _of_list(value, place)  # pyright: ignore[reportUnknownArgumentType] - JSON as it came
        else:
            pairs.append((_field(place), "none" if value is None else readable(value)))
    return pairs


def _of_list(values: Sequence[Any], place: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for number, value in enumerate(values):
        if isinstance(value, Mapping):
            pairs += in_pairs(part({"it": value}, "it"), f"{place}[{number}]")
        else:
            pairs.append((_field(f"{place}[{number}]"), readable(value)))
    return pairs or [(_field(place), "none")]


def _field(path: str) -> str:
    label = field_label(path)
    return label.replace("_", " ").replace(".", ", " if label == path else " ")


def counted(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """How many changes have each effect, what lets more pass first."""
    return [(effect, sum(change.get("effect") == effect for change in changes)) for effect in _EFFECTS]


def by_effect(changes: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The changes under their effects, in the order of `counted`; empty effects are left out."""
    groups = [(effect, [change for change in changes if change.get("effect") == effect]) for effect in _EFFECTS]
    return [group for group in groups if group[1]]


def moves_of(summary: Mapping[str, Any]) -> list[tuple[str, str, int]]:
    """(verdict before, verdict after, actions) of a summary's `moves`, such as `pass>block`."""
    moves: list[tuple[str, str, int]] = []
    for name, count in part(summary, "moves").items():
        before, _, after = name.partition(">")
        moves.append((before, after, int(count)))
    return moves
