"""Rates of the metamorphic changes, by rule family and by change, and what was violated.

PYTHONPATH=tests .venv/bin/python -m support.metamorphic.report [--family a] [--variants 3] [--share 1] [--failures]
"""

from __future__ import annotations

import argparse
import time
from collections import Counter

from support.metamorphic.exceptions import unexcepted
from support.metamorphic.running import Rates, Violation, run, sample
from support.metamorphic.subjects import SOURCES, subjects
from support.metamorphic.variants import FAMILIES, STRICTNESS

_LONGEST = 150


def main() -> None:
    """Run, print, and end with 1 where a violation is not among the exceptions."""
    asked = _arguments()
    start = time.perf_counter()
    chosen = [each for each in subjects(*asked.source) if not asked.case or each.id in asked.case]
    rates = run(chosen, families=asked.family, draws=asked.variants, wanted=sample(asked.share))
    took = time.perf_counter() - start
    _by_rule(rates)
    _by_change(rates, everything=not asked.only_wrong)
    unknown = unexcepted(rates.violations)
    if asked.failures:
        for violation in unknown:
            _show(violation)
    judged = sum(count for (_, kind, _), count in rates.tried.items() if kind == "change")
    milder = Counter(f"{v.before.verdict} to {v.after.verdict}" for v in unknown)
    print(f"\n{len(chosen)} actions, {judged} changed ones in {took:.1f} s ({rates.refused} more refused")
    print(f"by the contract); {len(rates.violations)} violations,")
    print(f"{len(unknown)} of them not among the exceptions: {dict(milder)}")
    raise SystemExit(1 if unknown else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--family", choices=FAMILIES, action="append", default=[])
    parser.add_argument("--source", choices=SOURCES, action="append", default=[])
    parser.add_argument("--case", action="append", default=[], help="id of an action")
    parser.add_argument("--variants", type=int, default=1, metavar="N", help="draws of each change")
    parser.add_argument("--share", type=float, default=0.5, help="of the changes, a fixed sample; 1 for all")
    parser.add_argument("--failures", action="store_true", help="show each violation that is not excepted")
    parser.add_argument("--only-wrong", action="store_true", help="leave changes out of which all were right")
    return parser.parse_args()


def _by_rule(rates: Rates) -> None:
    names = sorted({name for _, kind, name in rates.tried if kind == "rule"})
    print("rules      " + "".join(f"{f'{family} {FAMILIES[family].split()[0]}':>20}" for family in FAMILIES))
    for name in names:
        print(f"{name:11}" + "".join(f"{_share(rates, family, 'rule', name):>20}" for family in FAMILIES))


def _by_change(rates: Rates, *, everything: bool) -> None:
    for family, about in FAMILIES.items():
        names = [name for each, kind, name in rates.tried if (each, kind) == (family, "change")]
        shown = sorted(name for name in names if everything or rates.wrong[family, "change", name])
        if shown:
            print(f"\n{family}: {about}")
        for name in shown:
            print(f"  {name:55}{_share(rates, family, 'change', name):>20}")


def _share(rates: Rates, family: str, kind: str, name: str) -> str:
    tried = rates.tried[family, kind, name]
    right = tried - rates.wrong[family, kind, name]
    return f"{right}/{tried} {100 * right / tried:5.1f} %" if tried else "-"


def _show(violation: Violation) -> None:
    variant = violation.variant
    print(
        f"\n{violation.subject.id} [{variant.family}] {variant.transformation}: "
        f"{violation.before.verdict} to {violation.after.verdict}   ({variant.change[:_LONGEST]})"
    )
    for finding in sorted(violation.decisive(), key=lambda each: -STRICTNESS[each.severity])[:4]:
        side = "now " if finding in violation.after.findings else "then"
        place = f" at {finding.evidence.field}" if finding.evidence else ""
        print(f"    {side} {finding.rule_id} {finding.severity}: {finding.message[:_LONGEST]}{place}")


if __name__ == "__main__":
    main()
