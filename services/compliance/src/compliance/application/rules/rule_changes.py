"""What is different between two rule sets, in words for the person who signs the change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from compliance.domain.findings import RANK, OverridePermission
from compliance.domain.screening.contents import Dated, RuleSetContents
from compliance.domain.screening.lexicon import Figure
from compliance.domain.screening.rules import Rule, Scope

Effect = Literal["stricter", "weaker", "wording", "to be read"]
Kind = Literal["added", "removed", "changed"]
_WEAKENING_WORDS = frozenset({"negation", "common_word", "common_word_elsewhere", "stop_name", "abbreviation", "salt"})
_SCOPE = {
    "subjects": "subjects",
    "action_types": "actions",
    "audience": "audience",
    "person_types": "people",
    "countries": "countries",
}
_TEXTS = ("message", "remedy", "clause", "source", "jurisdiction")
_FEW = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """One difference: of which field, from what to what, and what it does."""

    field: str
    old: str
    new: str
    effect: Effect


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleChange:
    """One rule, phrase, list, figure or group that differs. `effect` is the weightiest of its details."""

    subject: str
    kind: Kind
    effect: Effect
    details: tuple[Detail, ...] = ()


def changes(old: RuleSetContents, new: RuleSetContents) -> tuple[RuleChange, ...]:
    """Everything that differs: rules first, then phrases, words, figures, countries and name lists."""
    return (
        *_rules(old, new),
        *_phrases(old, new),
        *_words("phrase list", old.listed, new.listed, frozenset()),
        *_words("word list", old.words, new.words, _WEAKENING_WORDS),
        *_figures(old.figures, new.figures),
        *_groups(old.groups, new.groups),
        *_name_lists(old.name_lists, new.name_lists),
    )


def _rules(old: RuleSetContents, new: RuleSetContents) -> Iterator[RuleChange]:
    before, after = ({(rule.id, rule.title): rule for rule in one.rules} for one in (old, new))
    for key in sorted(before.keys() | after.keys()):
        yield from _row(f"{key[0]} {key[1]}", before.get(key), after.get(key))


def _phrases(old: RuleSetContents, new: RuleSetContents) -> Iterator[RuleChange]:
    before, after = ({(each.rule.id, each.kind, each.phrase): each.rule for each in one.phrases} for one in (old, new))
    for key in sorted(before.keys() | after.keys()):
        yield from _row(f"{key[0]} listed phrase ({key[1]}) “{key[2]}”", before.get(key), after.get(key))


def _row(subject: str, old: Rule | None, new: Rule | None) -> Iterator[RuleChange]:
    if old is None and new is not None:
        effect: Effect = "wording" if new.severity == "pass" and not new.reads else "stricter"
        detail = Detail(field="severity", old="", new=new.severity, effect=effect)
        yield RuleChange(subject=subject, kind="added", effect=effect, details=(detail,))
    elif new is None and old is not None:
        effect = "wording" if old.severity == "pass" and not old.reads else "weaker"
        detail = Detail(field="severity", old=old.severity, new="", effect=effect)
        yield RuleChange(subject=subject, kind="removed", effect=effect, details=(detail,))
    elif old is not None and new is not None:
        details = tuple(_details(old, new))
        if details:
            yield RuleChange(subject=subject, kind="changed", effect=_weightiest(details), details=details)


def _details(old: Rule, new: Rule) -> Iterator[Detail]:
    for name in ("severity", "unknown"):
        one, other = getattr(old, name), getattr(new, name)
        if one != other and (name == "severity" or (old.reads and new.reads)):
            effect: Effect = "stricter" if RANK[other] > RANK[one] else "weaker"
            said = "what an unknown fact does" if name == "unknown" else name
            yield Detail(field=said, old=one, new=other, effect=effect)
    yield from _scope(old.scope, new.scope)
    yield from _dates(old, new)
    yield from _override(old.override, new.override)
    added, gone = frozenset(new.reads) - frozenset(old.reads), frozenset(old.reads) - frozenset(new.reads)
    if added or gone:
        effect = "to be read" if added and gone else "stricter" if added else "weaker"
        yield Detail(field="facts that have to be known", old=_all(old.reads), new=_all(new.reads), effect=effect)
    for name, said in (("when", "condition"), ("given", "precondition")):
        if getattr(old, name) != getattr(new, name):
            yield Detail(field=said, old=getattr(old, name) or "", new=getattr(new, name) or "", effect="to be read")
    for name in _TEXTS:
        if getattr(old, name) != getattr(new, name):
            yield Detail(field=name, old=getattr(old, name) or "", new=getattr(new, name) or "", effect="wording")
    if old.evidence != new.evidence:
        yield Detail(field="evidence", old=_all(old.evidence), new=_all(new.evidence), effect="wording")
    if [(one.objects, one.change) for one in old.examples] != [(one.objects, one.change) for one in new.examples]:
        yield Detail(field="examples", old=str(len(old.examples)), new=str(len(new.examples)), effect="wording")


def _scope(old: Scope, new: Scope) -> Iterator[Detail]:
    for name, said in _SCOPE.items():
        one, other = frozenset[str](getattr(old, name)), frozenset[str](getattr(new, name))
        if one != other:
            wider = not other or (bool(one) and one < other)
            narrower = not one or (bool(other) and other < one)
            effect: Effect = "stricter" if wider else "weaker" if narrower else "to be read"
            yield Detail(field=said, old=_all(sorted(one)) or "all", new=_all(sorted(other)) or "all", effect=effect)
    if old.later_countries != new.later_countries:
        later = [
            "; ".join(f"from {day}: {_all(sorted(here))}" for day, here in one.later_countries) for one in (old, new)
        ]
        yield Detail(field="countries later", old=later[0], new=later[1], effect="to be read")


def _dates(old: Rule, new: Rule) -> Iterator[Detail]:
    for name, never in (("valid_from", ""), ("valid_until", "9999-12-31")):
        one, other = getattr(old, name) or never, getattr(new, name) or never
        if one != other:
            longer = other < one if name == "valid_from" else other > one
            shown = [getattr(each, name) or "open" for each in (old, new)]
            yield Detail(field=name, old=shown[0], new=shown[1], effect="stricter" if longer else "weaker")


def _override(old: OverridePermission | None, new: OverridePermission | None) -> Iterator[Detail]:
    before, after = (frozenset[str]() if one is None else frozenset(one.by) for one in (old, new))
    if before != after:
        effect: Effect = "weaker" if before < after else "stricter" if after < before else "to be read"
        shown = [_all(sorted(one)) or "nobody" for one in (before, after)]
        yield Detail(field="may be overridden by two of", old=shown[0], new=shown[1], effect=effect)
    elif old is not None and new is not None and old != new:
        said = [f"{one.source} ({one.dated})" for one in (old, new)]
        yield Detail(field="why it may be overridden", old=said[0], new=said[1], effect="wording")


def _words(
    what: str, old: Mapping[str, frozenset[str]], new: Mapping[str, frozenset[str]], weakening: frozenset[str]
) -> Iterator[RuleChange]:
    for name in sorted(old.keys() | new.keys()):
        before, after = old.get(name, frozenset[str]()), new.get(name, frozenset[str]())
        added, gone = sorted(after - before), sorted(before - after)
        if not added and not gone:
            continue
        effect: Effect = "to be read"
        if name in weakening and not (added and gone):
            effect = "weaker" if added else "stricter"
        kind: Kind = "changed" if before and after else "added" if after else "removed"
        detail = Detail(field="words", old=_some(gone), new=_some(added), effect=effect)
        yield RuleChange(subject=f"{what} {name}", kind=kind, effect=effect, details=(detail,))


def _figures(old: Sequence[Figure], new: Sequence[Figure]) -> Iterator[RuleChange]:
    before, after = ({(f.name, f.country or "", f.valid_from, f.note): f for f in one} for one in (old, new))
    for key in sorted(before.keys() | after.keys()):
        one, other = before.get(key), after.get(key)
        if one == other:
            continue
        subject = f"figure {key[0]}{f' ({key[1]})' if key[1] else ''} from {key[2]}"
        kind: Kind = "added" if one is None else "removed" if other is None else "changed"
        detail = Detail(field="value", old=_figure(one), new=_figure(other), effect=_limit(one, other, old))
        yield RuleChange(subject=subject, kind=kind, effect=detail.effect, details=(detail,))


def _limit(old: Figure | None, new: Figure | None, figures: Sequence[Figure]) -> Effect:
    """Figures are limits: a lower one is the stricter one."""
    if old is None and new is not None:
        alike = (new.name, new.country, new.currency)
        same = [one for one in figures if (one.name, one.country, one.currency) == alike]
        earlier = [one for one in same if one.valid_from <= new.valid_from]
        old = max(earlier, key=lambda one: one.valid_from, default=None)
    if old is None or new is None or not _number(old.value) or not _number(new.value):
        return "to be read"
    if old.value == new.value:
        return "wording" if (old.valid_from, old.valid_until) == (new.valid_from, new.valid_until) else "to be read"
    return "stricter" if new.value < old.value else "weaker"


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _figure(one: Figure | None) -> str:
    if one is None:
        return ""
    until = f" until {one.valid_until}" if one.valid_until else ""
    return f"{one.value}{f' {one.currency}' if one.currency else ''}{until} ({one.source})"


def _groups(old: Mapping[str, Dated], new: Mapping[str, Dated]) -> Iterator[RuleChange]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            kind: Kind = "changed" if name in old and name in new else "added" if name in new else "removed"
            before, after = _dated(old.get(name)), _dated(new.get(name))
            detail = Detail(field="countries", old=before, new=after, effect="to be read")
            yield RuleChange(subject=f"country group {name}", kind=kind, effect="to be read", details=(detail,))


def _name_lists(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[RuleChange]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            kind: Kind = "changed" if name in old and name in new else "added" if name in new else "removed"
            effect: Effect = "stricter" if kind == "added" else "weaker" if kind == "removed" else "to be read"
            yield RuleChange(subject=f"medicine names {name}", kind=kind, effect=effect)


def _dated(rows: Dated | None) -> str:
    return "; ".join(f"{f'from {day}: ' if day else ''}{_all(sorted(here))}" for day, here in rows or ())


def _weightiest(details: Sequence[Detail]) -> Effect:
    effects = {one.effect for one in details}
    for effect in ("weaker", "to be read", "stricter"):
        if effect in effects:
            return effect
    return "wording"


def _all(values: Sequence[str]) -> str:
    return ", ".join(values)


def _some(values: Sequence[str]) -> str:
    more = len(values) - _FEW
    return ", ".join(values[:_FEW]) + (f" and {more} more" if more > 0 else "")
