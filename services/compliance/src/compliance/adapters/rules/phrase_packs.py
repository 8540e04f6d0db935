"""The listed phrases of rule packs: each entry is a rule of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast, get_args

from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_rules import SEVERITIES, rule_id
from compliance.adapters.rules.pack_scopes import SCOPES, Groups, Header, header_of, scope_of, validity_of
from compliance.adapters.rules.pack_values import Pack
from compliance.adapters.rules.phrase_matching import UnusablePattern, check_pattern
from compliance.domain.findings import Severity
from compliance.domain.screening.listed_phrases import Kind, ListedPhrase
from compliance.domain.screening.rules import Rule
from compliance.domain.screening.text.normal import normalise, words

KINDS: tuple[str, ...] = get_args(Kind)
_LONGEST = 500
_KEYS = frozenset(
    {
        *("id", "kind", "phrase", "severity", "countries", "valid_from", "valid_until", "message", "remedy"),
        *("clause", "source", *SCOPES),
    }
)


def listed_phrases_of(packs: Sequence[Pack], groups: Groups) -> tuple[ListedPhrase, ...]:
    """Every listed phrase, in the order of the files."""
    found: list[ListedPhrase] = []
    seen: dict[tuple[object, ...], str] = {}
    for pack in packs:
        header = header_of(pack, groups) if "listed_phrases" in pack.content else None
        for entry in pack.mappings(pack.content, "listed_phrases"):
            if header is None or (one := _phrase(pack, entry, groups, header)) is None:
                continue
            key = (one.kind, one.phrase, one.rule.scope, one.rule.valid_from, one.rule.valid_until)
            if key in seen:
                pack.wrong(entry.line, f"phrase {one.phrase!r} is already at {seen[key]}", "keep one of the two")
            seen.setdefault(key, one.rule.place)
            found.append(one)
    return tuple(found)


def _phrase(pack: Pack, entry: Mapping, groups: Groups, header: Header) -> ListedPhrase | None:
    pack.only(entry, _KEYS)
    phrase, kind, severity = pack.text(entry, "phrase"), pack.text(entry, "kind"), pack.text(entry, "severity")
    known = bool(kind) and pack.one_of(entry, "kind", kind, KINDS)
    ranked = bool(severity) and pack.one_of(entry, "severity", severity, SEVERITIES)
    since, until = validity_of(pack, entry, header)
    rule_key, scope = rule_id(pack, entry), scope_of(pack, entry, groups, header, within=entry)
    usable = bool(phrase) and known and _usable(pack, entry, phrase, kind)
    if not (usable and ranked and rule_key):
        return None
    rule = Rule(
        id=rule_key,
        title=f"Listed phrase: {phrase}",
        severity=cast("Severity", severity),
        message=pack.text(entry, "message", needed="message" in entry) or _message(pack),
        clause=pack.text(entry, "clause", needed=False) or "Phrase list of the company",
        source=pack.text(entry, "source", needed=False) or pack.file,
        remedy=pack.text(entry, "remedy", needed="remedy" in entry) or "Leave out “{quote}”, or say it in other words.",
        when="false",
        scope=scope,
        valid_from=since,
        valid_until=until,
        place=f"{pack.file}:{entry.line}",
        jurisdiction=header.jurisdiction,
    )
    return ListedPhrase(rule=rule, kind=cast("Kind", kind), phrase=phrase)


def _usable(pack: Pack, entry: Mapping, phrase: str, kind: str) -> bool:
    line, before = entry.lines["phrase"], len(phrase)
    if before > _LONGEST:
        pack.wrong(line, f"the phrase is longer than {_LONGEST} characters", "shorten it, or split it")
        return False
    if kind == "regex":
        try:
            check_pattern(phrase)
        except UnusablePattern as failed:
            pack.wrong(line, failed.wrong, failed.remedy)
            return False
    elif kind == "whole_word" and not words(phrase):
        pack.wrong(line, f"{phrase!r} holds no word to look for", "use `contains`, or write a word")
        return False
    elif not normalise(phrase).text.strip():
        pack.wrong(line, f"{phrase!r} holds nothing to look for", "write letters, digits or signs")
        return False
    return True


def _message(pack: Pack) -> str:
    return "“{quote}” is on the company's phrase list (" + pack.file.rpartition("/")[2] + ")."
