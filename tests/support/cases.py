"""Screens a file of labelled cases with the packaged rule set and prints how often it agrees.

`PYTHONPATH=tests .venv/bin/python -m support.cases tests/cases/practice.jsonl [--failures]`. Of a file named
`sealed...` only rates are printed: whoever reads its failures can no longer measure with it.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.screening import scan_text, screen
from compliance.domain.screening.rules import RuleSet

AS_OF = date(2026, 11, 17)
AUTHORS = "HF"
"""The first letter of the ids of independent cases, see tests/cases/README.md."""
KINDS = {"T": "duty or doubt", "N": "legitimate", "P": "evasion", "S": "safety scan"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """One case and what the screen said; `verdict` is None for a safety scan."""

    case: Mapping[str, Any]
    verdict: str | None
    handover: bool
    fired: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        return KINDS.get(str(self.case["id"]).lstrip(AUTHORS)[0], "other")

    @property
    def family(self) -> str:
        """The family of the first rule the case is about; a safety scan is its own."""
        return "SCAN" if self.verdict is None else str(self.case["rules"][0]).split("-")[0]

    @property
    def agrees(self) -> bool:
        """The verdict is one a careful person could give; for a scan, the hand-over is right."""
        if self.verdict is None:
            return self.handover_agrees
        return self.verdict in (self.case["acceptable"] or [self.case["expected"]])

    @property
    def handover_agrees(self) -> bool:
        return self.handover == self.case["safety_handover"]

    def line(self) -> str:
        expected = "/".join(self.case["acceptable"] or [self.case["expected"]])
        return (
            f"{self.case['id']} {self.case['rules']} expected {expected} hand-over {self.case['safety_handover']}; "
            f"was {self.verdict} hand-over {self.handover} by {', '.join(self.fired) or 'no rule'}: {self.case['why']}"
        )


def judged(case: Mapping[str, Any], rule_set: RuleSet) -> Outcome:
    if case["task"] == "safety_scan":
        return Outcome(case, None, scan_text(case["text"], rule_set, products=case.get("medicines") or ()).handover)
    result = screen(case["snapshot"], rule_set, AS_OF)
    fired = tuple(f"{finding.rule_id}={finding.severity}" for finding in result.findings)
    return Outcome(case, result.verdict, result.safety_handover, fired)


def rate(name: str, outcomes: Sequence[Outcome], holds: Callable[[Outcome], bool]) -> str:
    good = sum(holds(each) for each in outcomes)
    share = f"{good / len(outcomes):6.1%}" if outcomes else "     -"
    return f"{name:<32} {share}  {good:>3} of {len(outcomes)}"


def report(outcomes: Sequence[Outcome]) -> Iterable[str]:
    """Rates only, none of which names a case."""
    screened = [each for each in outcomes if each.verdict is not None]
    held = [each for each in screened if "pass" not in (each.case["acceptable"] or [each.case["expected"]])]
    free = [each for each in screened if each.case["expected"] == "pass"]
    yield rate("agreement", outcomes, lambda each: each.agrees)
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for each in outcomes:
        groups[f"  kind {each.kind}"].append(each)
        groups[f"  rules {each.family}"].append(each)
    for name, members in sorted(groups.items()):
        yield rate(name, members, lambda each: each.agrees)
    yield rate("must be held, is held", held, lambda each: each.verdict != "pass")
    yield rate("expected block, is block", _expected(screened, "block"), lambda each: each.verdict == "block")
    yield rate("expected pass, is pass", free, lambda each: each.verdict == "pass")
    yield rate("expected pass, is blocked", free, lambda each: each.verdict == "block")
    yield rate("safety hand-over agrees", outcomes, lambda each: each.handover_agrees)
    due = [each for each in outcomes if each.case["safety_handover"]]
    yield rate("  hand-over due, handed over", due, lambda each: each.handover)
    idle = [each for each in outcomes if not each.case["safety_handover"]]
    yield rate("  not due, handed over", idle, lambda each: each.handover)


def _expected(outcomes: Iterable[Outcome], verdict: str) -> list[Outcome]:
    return [each for each in outcomes if each.case["expected"] == verdict]


def main() -> None:
    parser = argparse.ArgumentParser(prog="support.cases", description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--failures", action="store_true", help="list the cases that disagree")
    parser.add_argument("--unseal", action="store_true", help="allow --failures for a sealed file, which spends it")
    chosen = parser.parse_args()
    if chosen.failures and "sealed" in chosen.file.name and not chosen.unseal:
        parser.error(f"{chosen.file.name} is sealed: only rates are printed (--unseal spends it for good)")
    rule_set = load_rule_set()
    lines = chosen.file.read_text(encoding="utf-8").splitlines()
    outcomes = [judged(json.loads(line), rule_set) for line in lines if line.strip()]
    for text in report(outcomes):
        sys.stdout.write(text + "\n")
    if chosen.failures:
        for each in outcomes:
            if not (each.agrees and each.handover_agrees):
                sys.stdout.write(each.line() + "\n")


if __name__ == "__main__":
    main()
