"""Judging subjects and their variants, and counting which answers the changes do not allow."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from pydantic import ValidationError

from compliance.domain.findings import Finding, Screening
from shared.contracts.action_snapshot import ActionSnapshot
from support.metamorphic.evasions import spelled_otherwise
from support.metamorphic.harmless import harmless
from support.metamorphic.moving import moved
from support.metamorphic.others import of_others
from support.metamorphic.removal import without_facts
from support.metamorphic.variants import FAMILIES, Subject, Variant
from support.screening_builders import judged, rules

BROKEN: Any = "broken"
Judge = Callable[[Mapping[str, Any]], Screening]
Wanted = Callable[[Subject, Variant], bool]


def everything(subject: Subject, variant: Variant) -> bool:
    """Every variant."""
    return True


def sample(share: float) -> Wanted:
    """A fixed share of the variants, spread over subjects and changes; the same ones each time."""

    def chosen(subject: Subject, variant: Variant) -> bool:
        return crc32(f"{subject.id}|{variant.transformation}".encode()) % 1000 < 1000 * share

    return chosen


@dataclass(frozen=True)
class Violation:
    """A change after which the answer is one that the answer before does not allow."""

    subject: Subject
    variant: Variant
    before: Screening
    after: Screening

    def decisive(self) -> tuple[Finding, ...]:
        """The findings that made the difference: those only one of the answers has, without notes."""
        then, now = ({(f.rule_id, f.message): f for f in each.findings} for each in (self.before, self.after))
        return tuple(
            finding
            for key, finding in [*now.items(), *then.items()]
            if (key in now) != (key in then) and finding.severity != "pass"
        )


@dataclass
class Rates:
    """How many variants were judged and how many answers were allowed, by family and by what."""

    tried: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    wrong: Counter[tuple[str, str, str]] = field(default_factory=Counter[tuple[str, str, str]])
    violations: list[Violation] = field(default_factory=list[Violation])
    refused: int = 0

    def count(self, violation: Violation, rule_families: Iterable[str], *, allowed: bool) -> None:
        family = violation.variant.family
        for kind, name in [("change", violation.variant.transformation), *(("rule", each) for each in rule_families)]:
            self.tried[family, kind, name] += 1
            self.wrong[family, kind, name] += not allowed
        if not allowed:
            self.violations.append(violation)


def run(
    subjects: Iterable[Subject],
    *,
    families: Sequence[str] = (),
    draws: int = 1,
    judge: Judge = judged,
    wanted: Wanted = everything,
) -> Rates:
    """Judge every subject and `draws` draws of its variants of the families that are wanted, by default all."""
    rates = Rates()
    for subject in subjects:
        before = judge(subject.snapshot)
        for variant in variants(subject, before, families=families or tuple(FAMILIES), draws=draws):
            if not wanted(subject, variant):
                continue
            if variant.family == "d" and refused(variant.snapshot):
                rates.refused += 1
                continue
            after = _judged(judge, variant)
            allowed = variant.respected(before.verdict, after.verdict)
            rates.count(Violation(subject, variant, before, after), rule_families(subject, before), allowed=allowed)
    return rates


def refused(snapshot: Mapping[str, Any]) -> bool:
    """Whether the contract refuses the snapshot before anything is judged."""
    try:
        ActionSnapshot.model_validate_json(json.dumps(snapshot), strict=True)
    except ValidationError:
        return True
    return False


def _judged(judge: Judge, variant: Variant) -> Screening:
    """The answer; a screen that breaks gives none, and that is milder than any."""
    try:
        return judge(variant.snapshot)
    except Exception as broken:  # noqa: BLE001 - whatever it is, it is the violation to report
        remedy = "Answer with a finding."
        finding = Finding(rule_id="broken", severity="block", message=repr(broken)[:200], remedy=remedy)
        return Screening(verdict=BROKEN, safety_handover=False, findings=(finding,), rule_set="")


def variants(subject: Subject, before: Screening, *, families: Sequence[str], draws: int) -> Iterator[Variant]:
    """The variants of the families that the answer before calls for, the same ones each time."""
    held = before.verdict != "pass"
    for number in range(draws):
        chance = random.Random(f"{subject.id} {number}")
        if "a" in families:
            yield from of_others(subject, before, rules(), chance)
        if "b" in families and held:
            yield from spelled_otherwise(subject, chance)
            if not number:
                yield from moved(subject, before)
        if "c" in families and not held:
            yield from harmless(subject, chance)
    if "d" in families:
        yield from without_facts(subject, both=draws > 1)


def rule_families(subject: Subject, before: Screening) -> list[str]:
    """PUB, SOC, ... of the rules a subject was written for, else of those that object to it."""
    ids = subject.rules or tuple(f.rule_id for f in before.findings if f.severity != "pass")
    return sorted({rule_id.split("-")[0] for rule_id in ids}) or ["none"]
