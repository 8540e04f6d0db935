"""From the texts of rule files to a rule set that may be proposed: read, compiled, every example run."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rule_packs import Loaded, load
from compliance.application.rule_examples import example_outcomes, phrase_outcomes
from compliance.application.rule_sets import Compiled, Files
from compliance.domain.errors import RulesRefused
from compliance.domain.screening.rules import RuleSet

_MOST_TOLD = 50


def loaded_files(files: Files, safety_model: Path | None = None) -> Loaded:
    """The rule set of these texts with its contents. Raises UnusableRuleFile."""
    return load({name: text.encode() for name, text in files.items()}, safety_model)


def rule_set_in(files: Files, safety_model: Path | None = None) -> RuleSet:
    """The rule set of these texts. Raises UnusableRuleFile."""
    return loaded_files(files, safety_model).rule_set


def compiled(files: Files, today: date, safety_model: Path | None = None) -> Compiled:
    """What the files make. Raises RulesRefused with one part per mistake or wrong example."""
    try:
        loaded = loaded_files(files, safety_model)
    except UnusableRuleFile as unusable:
        raise _refused(
            [RulesRefused(one.wrong, field=f"{one.file}:{one.line}", remedy=one.remedy) for one in unusable.problems]
        ) from None
    rule_set, written_for = loaded.rule_set, loaded.contents.examples_as_of
    as_of = date.fromisoformat(written_for) if written_for else today
    wrong = [
        RulesRefused(f"{one.subject}: the example expects {one.expected}, but it is {one.got}", field=one.place)
        for one in (*example_outcomes(rule_set, as_of), *phrase_outcomes(rule_set, as_of))
        if not one.right
    ]
    if wrong:
        raise _refused(wrong)
    return Compiled(rule_set=rule_set.sha256, rules=len(rule_set.rules))


def _refused(parts: list[RulesRefused]) -> RulesRefused:
    told = tuple(parts[:_MOST_TOLD])
    more = f" (the first {_MOST_TOLD} are told)" if len(parts) > _MOST_TOLD else ""
    return RulesRefused(
        f"mistakes in these rules: {len(parts)}{more}; the rules in force stay as they are",
        remedy="correct the files and propose them again; `rapport rules lint` and `rapport rules test` check them",
        parts=told,
    )
