"""From the texts of rule files to a rule set that may be proposed: read, compiled, every example run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from compliance.adapters.pack_problems import UnusableRuleFile
from compliance.adapters.rules.located_yaml import read
from compliance.adapters.rules.rule_packs import Loaded, load
from compliance.application.rules.rule_examples import example_outcomes, phrase_outcomes
from compliance.application.rules.rule_sets import Compiled, Files
from compliance.domain.errors import RulesRefused
from compliance.domain.screening.contents import RuleSetContents
from compliance.domain.screening.rules import RuleSet

_MOST_TOLD = 50
Accept = Callable[[Files, date, Path | None], RuleSet]
_CATALOGUE = ("title", "decision", "who", "weak", "reason")


def loaded_files(files: Files, safety_model: Path | None = None) -> Loaded:
    """The rule set of these texts with its contents. Raises UnusableRuleFile."""
    return load({name: text.encode() for name, text in files.items()}, safety_model)


def rule_set_in(files: Files, safety_model: Path | None = None) -> RuleSet:
    """The rule set of these texts. Raises UnusableRuleFile."""
    return loaded_files(files, safety_model).rule_set


def contents_of(files: Files, safety_model: Path | None = None) -> RuleSetContents:
    """What the texts say. Raises RulesRefused: a version another release accepted may be one this release refuses."""
    try:
        return loaded_files(files, safety_model).contents
    except UnusableRuleFile as unusable:
        raise _refused(_told(unusable)) from None


def catalogue_rows(files: Files) -> list[dict[str, Any]]:
    """The catalogue's entries in its order; files that loaded once are well-formed."""
    rows: list[dict[str, Any]] = []
    for name, text in files.items():
        if Path(name).stem == "catalogue":
            found = read(name, text.encode()).get("catalogue") or ()
            rows += [{"rule_id": row["id"], **{key: row.get(key) for key in _CATALOGUE}} for row in found]
    return rows


def compiled(files: Files, today: date, safety_model: Path | None = None) -> Compiled:
    """What the files make. Raises as `accepted`."""
    rule_set = accepted(files, today, safety_model)
    return Compiled(rule_set=rule_set.sha256, rules=len(rule_set.rules))


def accepted(files: Files, today: date, safety_model: Path | None = None) -> RuleSet:
    """The rule set of these texts. Raises RulesRefused with one part per mistake or wrong example."""
    try:
        loaded = loaded_files(files, safety_model)
    except UnusableRuleFile as unusable:
        raise _refused(_told(unusable)) from None
    rule_set, written_for = loaded.rule_set, loaded.contents.examples_as_of
    as_of = date.fromisoformat(written_for) if written_for else today
    wrong = [
        RulesRefused(f"{one.subject}: the example expects {one.expected}, but it is {one.got}", field=one.place)
        for one in (*example_outcomes(rule_set, as_of), *phrase_outcomes(rule_set, as_of))
        if not one.right
    ]
    if wrong:
        raise _refused(wrong)
    return rule_set


class Acceptance:
    """`accepted` for a task that tries again and again: what was refused is refused at once until something changed."""

    def __init__(self, safety_model: Path | None = None, *, accept: Accept = accepted) -> None:
        self._safety_model = safety_model
        self._accept = accept
        self._refused: tuple[Mapping[str, object], RulesRefused] | None = None

    def __call__(self, files: Files, today: date) -> RuleSet:
        """Raises RulesRefused, the same one while files, model and day are the same."""
        given = {"files": files, "today": today, "model": _state_of(self._safety_model)}
        if self._refused is not None and self._refused[0] == given:
            raise self._refused[1].with_traceback(None)
        try:
            return self._accept(files, today, self._safety_model)
        except RulesRefused as refused:
            self._refused = (given, refused)
            raise


def _state_of(folder: Path | None) -> list[tuple[str, int, int]]:
    """Name, size and time of change of each file."""
    found = [] if folder is None else sorted(folder.glob("*"))
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in found]


def _told(unusable: UnusableRuleFile) -> list[RulesRefused]:
    return [RulesRefused(one.wrong, field=f"{one.file}:{one.line}", remedy=one.remedy) for one in unusable.problems]


def _refused(parts: list[RulesRefused]) -> RulesRefused:
    told = tuple(parts[:_MOST_TOLD])
    more = f" (the first {_MOST_TOLD} are told)" if len(parts) > _MOST_TOLD else ""
    return RulesRefused(
        f"mistakes in these rules: {len(parts)}{more}; the rules in force stay as they are",
        remedy="correct the files and propose them again; `rapport rules lint` and `rapport rules test` check them",
        parts=told,
    )
