"""Checks of rules against what the engine knows: every name a rule reads, cites or tells has to exist."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from compliance.adapters.rules.cel_conditions import compiled
from compliance.adapters.rules.pack_rules import WrittenRule
from compliance.adapters.rules.pack_values import listed
from compliance.domain.screening.facts import values
from compliance.domain.screening.facts.facts import fact
from compliance.domain.screening.judgement import detector_names, look
from compliance.domain.screening.plans import plan_detector_names, plan_facts
from compliance.domain.screening.rules import ACTION, PLAN, RuleSet
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.plan_snapshot import PlanSnapshot

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'')
_PATH = re.compile(r"(?<![\w.\])])[A-Za-z_]\w*(?:\s*\.\s*[A-Za-z_]\w*)*(?!\w)(\s*\()?")
_OVER_EACH = re.compile(r"([A-Za-z_][\w.]*)\.(?:exists|exists_one|all|filter|map)\(\s*([A-Za-z_]\w*)\s*,")
_WORDS_OF_THE_LANGUAGE = frozenset({"true", "false", "null", "in"})
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_AS_OF = "2026-01-01"


class Known:
    """Everything conditions can read, as the engine gives it where every fact is known."""

    def __init__(self, rule_set: RuleSet, facts: Mapping[str, Any], detectors: frozenset[str]) -> None:
        self.detectors = detectors
        self.facts: dict[str, Any] = dict(facts)
        self.facts["figures"] = {figure.name: figure.value for figure in rule_set.lexicon.figures}
        for name in self.detectors:
            family, _, result = name.partition(".")
            self.facts[family] = {**(self.facts.get(family) or {}), result: True}

    @classmethod
    def of_actions(cls, rule_set: RuleSet) -> Known:
        """What is known of a planned action."""
        facts = look(_example(ActionSnapshot.model_json_schema()), rule_set, as_of=_AS_OF).known
        return cls(rule_set, facts, detector_names(rule_set.lexicon))

    @classmethod
    def of_plans(cls, rule_set: RuleSet) -> Known:
        """What is known of an engagement plan."""
        facts = plan_facts(_example(PlanSnapshot.model_json_schema()), as_of=_AS_OF)
        return cls(rule_set, facts, plan_detector_names(rule_set.lexicon))

    def unknown_path(self, path: str, bound: Mapping[str, Any] | None = None) -> str | None:
        """What is wrong with a dotted path, None where nothing is."""
        here: Any = {**self.facts, **(bound or {})}
        walked: list[str] = []
        for name in path.split("."):
            held = values.part(here)
            if held is None:
                return None
            if name not in held:
                known = listed(frozenset(held))
                inside = f"in {'.'.join(walked)} " if walked else ""
                return f"there is nothing called {name!r} {inside}to read; known are {known}"
            walked.append(name)
            here = held[name]
        return None

    def items_of(self, path: str) -> Any:
        """What a condition sees of one entry of the list at `path`."""
        entries = values.parts(fact(self.facts, path))
        return entries[0] if entries else None


def check_names(rules: Iterable[WrittenRule], rule_set: RuleSet) -> None:
    """Note every name that the engine does not know."""
    of_subject = {ACTION: Known.of_actions(rule_set), PLAN: Known.of_plans(rule_set)}
    for written in rules:
        for subject in sorted(written.rule.scope.subjects):
            _check_names(written, of_subject[subject])


def _check_names(written: WrittenRule, known: Known) -> None:
    rule = written.rule
    for key, expression in (("when", rule.when), ("given", rule.given or "true")):
        for problem in condition_problems(expression, known):
            written.wrong(key, problem, "correct the name; a name nobody knows is never true")
    _check_lists(written, known)
    for key, text in (("message", rule.message), ("remedy", rule.remedy)):
        for name in _PLACEHOLDER.findall(text):
            if name != "quote" and (problem := known.unknown_path(name)):
                written.wrong(key, f"{{{name}}}: {problem}", "correct the name in braces")


def _check_lists(written: WrittenRule, known: Known) -> None:
    for path in written.rule.reads:
        if problem := known.unknown_path(path):
            written.wrong("reads", problem, "name a fact as the snapshot does, such as stakeholder.opted_out")
    for name in written.rule.evidence:
        if name not in known.detectors:
            written.wrong("evidence", f"no detector {name!r}", f"known are {listed(known.detectors)}")


def check_ids(rules: Iterable[WrittenRule], catalogue: frozenset[str]) -> None:
    """Note rule ids that look like one of the catalogue and are not in it."""
    families = {one.partition("-")[0] for one in catalogue}
    for written in rules:
        one = written.rule.id
        if one not in catalogue and one.partition("-")[0] in families:
            remedy = "use the id of a rule that is there, or a prefix of your own for a rule of your own"
            written.wrong("id", f"the catalogue has no rule {one!r}", remedy)


def condition_problems(expression: str, known: Known) -> Iterator[str]:
    """What a condition reads that does not exist."""
    if not (set(compiled(expression).variables()) - {"true", "false"}):
        return
    plain = _TEXT.sub('""', expression)
    bound = {variable: known.items_of(path) for path, variable in _OVER_EACH.findall(plain)}
    for match in _PATH.finditer(plain):
        path = "".join(match.group(0).rstrip("(").split())
        if match.group(1):
            path = path.rpartition(".")[0]
        if path and path not in _WORDS_OF_THE_LANGUAGE and (problem := known.unknown_path(path, bound)):
            yield problem


_OF_A_KIND = {"string": "x", "number": 1.0, "integer": 1, "boolean": True, "null": None}
_FORMATS = {"date": "2026-01-01", "date-time": "2026-01-01T00:00:00Z"}


def _example(schema: Mapping[str, Any], defined: Mapping[str, Any] | None = None) -> Any:
    """A value of a JSON Schema in which every optional part is there."""
    shared: Mapping[str, Any] = schema.get("$defs", {}) if defined is None else defined
    if "$ref" in schema:
        return _example(shared[schema["$ref"].rpartition("/")[2]], shared)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], shared)
    if "enum" in schema or "const" in schema:
        return schema.get("const", next(iter(schema.get("enum", ())), None))
    if schema.get("type") == "object":
        return {name: _example(part, shared) for name, part in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_example(schema["items"], shared)]
    return _FORMATS.get(schema.get("format", ""), _OF_A_KIND.get(str(schema.get("type"))))
