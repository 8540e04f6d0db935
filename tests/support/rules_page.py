"""The tables of docs/rules*.md, made from the packaged rules: `PYTHONPATH=tests python -m support.rules_page`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from compliance.adapters.rules.rule_packs import PACKAGED
from compliance.domain.screening.facts.values import parts
from compliance.domain.screening.lexicon import Figure
from compliance.domain.screening.rules import Rule
from support.screening_builders import rules

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- table: generated -->\n", "<!-- end of table -->\n"
DECISIONS = {
    "check": "checked",
    "elsewhere": "kept elsewhere",
    "not_built": "not built",
}


@cache
def catalogue() -> tuple[Mapping[str, Any], ...]:
    """The rows of the catalogue, in its order."""
    return tuple(yaml.safe_load((PACKAGED / "catalogue.yaml").read_text(encoding="utf-8"))["catalogue"])


def rules_of(rule_id: str) -> list[Rule]:
    """The packaged rules of one id of the catalogue."""
    return [rule for rule in rules().rules if rule.id == rule_id]


def decisions() -> str:
    """One row per id of the catalogue: how it is decided, by which checks, how severe, who looks, where it stands."""
    lines = ["| Rule | About | Decided | Checks (severity; `?` = what an unknown fact does) | Looks | Pack |"]
    lines.append("|---|---|---|---|---|---|")
    for row in catalogue():
        own = rules_of(row["id"])
        packs = ", ".join(sorted({rule.place.partition(":")[0].removesuffix(".yaml") for rule in own}))
        said = "; ".join(_check(rule) for rule in own)
        said = " ".join(part for part in (said, row.get("reason", "")) if part)
        cells = (row["id"], row["title"], DECISIONS[row["decision"]], said, row["who"], packs)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def limits() -> str:
    """What gets past each rule, where something does."""
    lines = ["| Rule | About | What gets past, or why a person still looks |", "|---|---|---|"]
    lines += [f"| {row['id']} | {row['title']} | {row['weak']} |" for row in catalogue() if row.get("weak")]
    return "\n".join(lines) + "\n"


def figures() -> str:
    """Every dated row, by name, country and day."""
    lines = ["| Figure | Country | Value | From | Until | Note | Source |", "|---|---|---|---|---|---|---|"]
    rows = sorted(
        rules().lexicon.figures, key=lambda row: (row.name, row.country or "", row.valid_from, str(row.value))
    )
    return "\n".join([*lines, *(_figure(row) for row in rows)]) + "\n"


PAGES: dict[str, Callable[[], str]] = {"rules.md": decisions, "rules-limits.md": limits, "rules-figures.md": figures}


def page_with_table(page: str, table: Callable[[], str]) -> str:
    """`page` with its generated table replaced by the present one."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


def _check(rule: Rule) -> str:
    severity = "" if rule.when == "false" else rule.severity
    unknown = f"?{rule.unknown}" if rule.reads else ""
    leave = "overridable" if rule.override else ""
    return f"{rule.title} ({' '.join(part for part in (severity, unknown, leave) if part)})"


def _figure(row: Figure) -> str:
    several = parts(row.value)
    value = ", ".join(map(str, several)) if several else f"{row.value} {row.currency or ''}".strip()
    cells = (row.name, row.country or "all", value, row.valid_from, row.valid_until or "", row.note, row.source)
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    for name, table in PAGES.items():
        path = DOCS / name
        path.write_text(page_with_table(path.read_text(encoding="utf-8"), table), encoding="utf-8")
        sys.stdout.write(f"{path} is up to date\n")
