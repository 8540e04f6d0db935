"""The engine: facts, detectors and rules to findings and a verdict. Pure and deterministic."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from compliance.domain.findings import Evidence, Finding, Screening, Severity, in_order, verdict_of
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.occasion import occasion
from compliance.domain.screening.detectors.other_medicine import other_medicine
from compliance.domain.screening.detectors.own_medicine import own_medicine
from compliance.domain.screening.detectors.wording import wording
from compliance.domain.screening.facts.facts import fact, facts_of
from compliance.domain.screening.facts.money import money
from compliance.domain.screening.facts.recorded import recorded_as
from compliance.domain.screening.lexicon import Lexicon
from compliance.domain.screening.medicines.medicines import NEWEST
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.rules import ConditionFailed, ConditionsOnFacts, Rule, RuleSet
from compliance.domain.screening.safety.model import SafetyModel
from compliance.domain.screening.safety.scan import SafetyScan, scan_reading
from compliance.domain.screening.safety.signals import may_report, signals_of
from compliance.domain.screening.size import refusal, same_limits, size_of
from compliance.domain.screening.text.fields import OWN_WORDS, RECEIVED, text_fields

_PLACEHOLDER = re.compile(r"\{([a-z0-9_.]+)\}")
_MOST_PLACES = 3
_SAFETY = frozenset({"safety.report", "safety.suspected"})


class Looked(NamedTuple):
    """What a snapshot says: everything that conditions read, the places of the detectors, the texts, the hand-over.

    `figures` are those of no country in particular, the only ones by which detectors look.
    """

    as_of: str
    known: dict[str, Any]
    detected: dict[str, tuple[Evidence, ...]]
    reading: Reading
    safety: SafetyScan
    handover: bool
    figures: dict[str, Any]


def judge(snapshot: Mapping[str, Any], rule_set: RuleSet, *, as_of: str) -> Screening:
    """Judge a snapshot as of an ISO date."""
    return decide(look(snapshot, rule_set, as_of=as_of), rule_set)


def look(snapshot: Mapping[str, Any], rule_set: RuleSet, *, as_of: str) -> Looked:
    """Read a snapshot as of an ISO date."""
    facts = facts_of(snapshot, as_of=as_of, known_countries=rule_set.lexicon.countries)
    figures = rule_set.lexicon.figures_on(as_of, facts["countries"])
    fields = text_fields(snapshot)
    size = size_of(fields, _products(snapshot), figures)
    shown = ((), ()) if size["too_much"] else (fields, _products(snapshot))
    reading = Reading(*shown, rule_set.lexicon, as_of=as_of)
    safety = safety_of(snapshot, reading, rule_set.safety_model)
    handover = safety.handover or _own_words_report(reading) or size["too_much"]
    detected = _detect(snapshot, facts, reading, rule_set.lexicon)
    detected |= _safety_found(safety)
    known = facts | flags_of(detected)
    known |= {"figures": figures, "size": size}
    known |= money(facts, rule_set.lexicon)
    return Looked(as_of, known, detected, reading, safety, handover, rule_set.lexicon.figures_on(as_of))


def look_again(looked: Looked, snapshot: Mapping[str, Any], rule_set: RuleSet) -> Looked:
    """What `look` would say by a rule set of the same `reads_by`: nothing is read again but what its figures change."""
    lexicon, as_of, known = rule_set.lexicon, looked.as_of, looked.known
    figures = lexicon.figures_on(as_of, known["countries"])
    if lexicon.figures_on(as_of) != looked.figures or not same_limits(figures, known["figures"]):
        return look(snapshot, rule_set, as_of=as_of)
    return looked._replace(known=known | {"figures": figures} | money(known, lexicon))


def decide(looked: Looked, rule_set: RuleSet) -> Screening:
    """What the rules say to what was read."""
    known, handover = looked.known, looked.handover
    if known["size"]["too_much"]:  # what other rules say of texts nobody read would be untrue
        found = (refusal(known["size"], known["figures"]),)
        return Screening(verdict="block", safety_handover=handover, findings=found, rule_set=rule_set.sha256)
    return _decided(looked, rule_set)


def _decided(looked: Looked, rule_set: RuleSet) -> Screening:
    as_of, known, detected, reading, _, handover, _ = looked
    found: list[Finding] = []
    if rules := rule_set.about(known, as_of):
        conditions = rule_set.conditions.over(known)
        found = [finding for rule in rules for finding in findings_of(rule, conditions, known, detected)]
    if rule_set.listed_phrases is not None:
        found.extend(rule_set.listed_phrases.findings(reading.fields, known, as_of))
    ordered = in_order(found)
    return Screening(verdict=verdict_of(ordered), safety_handover=handover, findings=ordered, rule_set=rule_set.sha256)


def read(snapshot: Mapping[str, Any], lexicon: Lexicon, *, as_of: str = NEWEST) -> Reading:
    """All texts of a snapshot, read once, with the medicine lists of an ISO date."""
    return Reading(text_fields(snapshot), _products(snapshot), lexicon, as_of=as_of)


def safety_of(snapshot: Mapping[str, Any], reading: Reading, model: SafetyModel) -> SafetyScan:
    """The safety scan of what came in and of what would be answered or passed on."""
    target: Mapping[str, Any] = snapshot.get("target") or {}
    seen = [field for field in reading.fields if field.path.startswith(RECEIVED)]
    reporter = bool(target.get("author")) or bool(snapshot.get("inbound_text"))
    return scan_reading(reading, seen, model=model, reporter_known=reporter)


def _safety_found(safety: SafetyScan) -> Detected:
    """`safety.report` is told by listed words; `safety.suspected` by the model alone, which never blocks."""
    told = (safety.reported or safety.evidence) if safety.handover else ()
    listed = "lexicon" in safety.found_by
    return {"safety.report": told if listed else (), "safety.suspected": () if listed else told}


def _own_words_report(reading: Reading) -> bool:
    """Whether our own words tell of a reaction: drug safety has to know, whoever wrote it down first.

    Only by the word lists: the model is made for what others write.
    """
    own = [field for field in reading.fields if field.path in OWN_WORDS]
    return may_report(reading, own) and any(signals.reports for signals in signals_of(reading, own))


def detector_names(lexicon: Lexicon) -> frozenset[str]:
    """Every name that a rule may give as evidence."""
    nothing: dict[str, Any] = {}
    return frozenset(_detect(nothing, facts_of(nothing, as_of=""), read(nothing, lexicon), lexicon)) | _SAFETY


def _products(snapshot: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    company: Mapping[str, Any] = snapshot.get("company") or {}
    return company.get("products") or ()


def _detect(
    snapshot: Mapping[str, Any],
    facts: Mapping[str, Any],
    reading: Reading,
    lexicon: Lexicon,
) -> dict[str, tuple[Evidence, ...]]:
    products = _products(snapshot)
    results: tuple[Detected, ...] = (
        own_medicine(reading, products),
        other_medicine(reading, facts, lexicon),
        wording(reading, snapshot, facts, products, lexicon),
        occasion(reading, facts, lexicon),
    )
    return {name: evidence for result in results for name, evidence in result.items()}


def flags_of(detected: Detected) -> dict[str, dict[str, bool]]:
    """`own_medicine.named` as conditions read it: one map per detector family."""
    flags: dict[str, dict[str, bool]] = {}
    for name, evidence in detected.items():
        family, _, result = name.partition(".")
        flags.setdefault(family, {})[result] = bool(evidence)
    return flags


def findings_of(
    rule: Rule, conditions: ConditionsOnFacts, facts: Mapping[str, Any], detected: Detected
) -> Iterable[Finding]:
    """What one rule says to facts and to what the detectors found."""
    try:
        if rule.given is not None and not conditions.holds(rule.given):
            return ()
        if conditions.holds(rule.when):
            return _objections(rule, facts, detected)
    except ConditionFailed as failed:
        unknown = _unknown(rule, facts)
        if not unknown:
            return (_finding(rule, "review", f"{rule.title}: could not be decided ({failed}).", facts, None),)
    else:
        unknown = _unknown(rule, facts)
    return (_not_known(rule, unknown),) if unknown else ()


def _unknown(rule: Rule, facts: Mapping[str, Any]) -> list[str]:
    return [path for path in rule.reads if fact(facts, path) is None] if rule.reads else []


def _not_known(rule: Rule, unknown: Sequence[str]) -> Finding:
    return Finding(
        rule_id=rule.id,
        severity=rule.unknown,
        message=f"{rule.title}: not known ({', '.join(unknown)}), and what is not known is not read as safe.",
        clause=rule.clause,
        remedy=f"Record {' and '.join(map(recorded_as, unknown))}.",
    )


def _objections(rule: Rule, facts: Mapping[str, Any], detected: Detected) -> Iterator[Finding]:
    places = {each.field: each for name in rule.evidence for each in reversed(detected[name])}
    cited = sorted(places.values(), key=lambda each: (each.field, each.start))[:_MOST_PLACES]
    if not cited:
        yield _finding(rule, rule.severity, rule.message, facts, None)
    for evidence in cited:
        yield _finding(rule, rule.severity, rule.message, facts, evidence)


def _finding(
    rule: Rule, severity: Severity, message: str, facts: Mapping[str, Any], evidence: Evidence | None
) -> Finding:
    def value(match: re.Match[str]) -> str:
        if match.group(1) == "quote":
            return evidence.quote if evidence else ""
        found = fact(facts, match.group(1))
        return "not known" if found is None else str(found)

    return Finding(
        rule_id=rule.id,
        severity=severity,
        message=_PLACEHOLDER.sub(value, message),
        clause=rule.clause,
        remedy=_PLACEHOLDER.sub(value, rule.remedy),
        evidence=evidence,
        override=rule.override if severity == "block" else None,
    )
