"""The rules of a pack, each checked for itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import get_args

from compliance.adapters.rules.cel_conditions import UnusableCondition, compiled
from compliance.adapters.rules.located_yaml import Mapping
from compliance.adapters.rules.pack_examples import examples_of
from compliance.adapters.rules.pack_overrides import override_of
from compliance.adapters.rules.pack_scopes import Groups, header_of, scope_of, validity_of
from compliance.adapters.rules.pack_values import Pack
from compliance.domain.findings import Severity
from compliance.domain.screening.rules import Rule

SEVERITIES: tuple[str, ...] = get_args(Severity)
RULE_ID = re.compile(r"[A-Z]{2,8}-\d{2,4}")
_TEXTS = ("title", "clause", "source", "remedy")
_KEYS = frozenset(
    {
        *_TEXTS,
        *("id", "severity", "when", "message", "given", "scope", "valid_from", "valid_until", "reads", "unknown"),
        *("evidence", "passes", "fails", "replaces", "override"),
    }
)


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A rule with the place it was written at; `replaces` says why it takes the place of a packaged one."""

    rule: Rule
    pack: Pack
    entry: Mapping
    replaces: str

    def wrong(self, key: str, wrong: str, remedy: str) -> None:
        """Note a mistake at one of the rule's keys."""
        self.pack.wrong(self.entry.lines.get(key, self.entry.line), wrong, remedy)


def rules_of(pack: Pack, groups: Groups) -> list[WrittenRule]:
    """All rules of a pack; what is wrong with one of them is noted."""
    header = header_of(pack, groups)
    written: list[WrittenRule] = []
    for entry in pack.mappings(pack.content, "rules"):
        pack.only(entry, _KEYS)
        texts = {name: pack.text(entry, name) for name in _TEXTS}
        since, until = validity_of(pack, entry, header)
        only_unknown = entry.get("when") == "false" and bool(entry.get("reads"))
        severity, unknown = _severity(pack, entry, "severity"), _severity(pack, entry, "unknown")
        scope = scope_of(pack, entry, groups, header)
        rule = Rule(
            id=rule_id(pack, entry),
            severity=severity,
            message=pack.text(entry, "message", needed=not only_unknown),
            when=_condition(pack, entry, "when"),
            given=_condition(pack, entry, "given") if "given" in entry else None,
            scope=scope,
            valid_from=since,
            valid_until=until,
            reads=tuple(pack.texts(entry, "reads")),
            unknown=unknown,
            evidence=tuple(pack.texts(entry, "evidence")),
            examples=tuple(examples_of(pack, entry, scope.subjects)),
            place=f"{pack.file}:{entry.line}",
            jurisdiction=header.jurisdiction,
            override=override_of(pack, entry, severity=severity, scope=scope, header=header),
            **texts,
        )
        if "unknown" in entry and not rule.reads:
            pack.wrong(entry.lines["unknown"], "unknown is given, but reads names no fact", "name the facts in `reads`")
        replaces = pack.text(entry, "replaces", needed="replaces" in entry)
        written.append(WrittenRule(rule, pack, entry, replaces))
    return written


def rule_id(pack: Pack, entry: Mapping) -> str:
    """The id of a rule or listed phrase."""
    value = pack.text(entry, "id")
    if value and not RULE_ID.fullmatch(value):
        pack.wrong(entry.lines["id"], f"{value!r} is not an id", "write capitals, a hyphen and a number, as PUB-01")
    return value


def _severity(pack: Pack, entry: Mapping, name: str) -> Severity:
    if name == "severity" or name in entry:
        value = pack.text(entry, name)
        if value and value not in SEVERITIES:
            pack.wrong(entry.lines[name], f"{name} is one of {', '.join(SEVERITIES)}", f"change {value!r}")
        for known in get_args(Severity):
            if value == known:
                return known
    return "review"


def _condition(pack: Pack, entry: Mapping, name: str) -> str:
    value = entry.get(name)
    if not isinstance(value, str) or not value.strip():
        remedy = 'write the objection as a condition, in quotes where it is "false" or "true"'
        pack.wrong(entry.lines.get(name, entry.line), f"the rule needs a text for {name!r}", remedy)
        return "false"
    try:
        compiled(value)
    except UnusableCondition as failed:
        pack.wrong(entry.lines[name], str(failed), "correct the condition; see docs/rules.md for what it may read")
        return "false"
    return value
