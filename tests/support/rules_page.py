"""The table of docs/rules.md, made from the packaged rules: `PYTHONPATH=tests python -m support.rules_page`."""

from __future__ import annotations

import sys
from pathlib import Path

from support.screening_builders import rules

PAGE = Path(__file__).parents[2] / "docs/rules.md"
BEGIN, END = "<!-- table: generated -->\n", "<!-- end of table -->\n"


def table() -> str:
    """One row per rule id: what is checked, how severe, where it stands."""
    rows = ["| Rule | Checks (severity; `?` = what an unknown fact does) | Pack |", "|---|---|---|"]
    for rule_id in sorted({rule.id for rule in rules().rules}):
        own = [rule for rule in rules().rules if rule.id == rule_id]
        checks = [
            f"{rule.title} ({'' if rule.when == 'false' else rule.severity}{f' ?{rule.unknown}' if rule.reads else ''})"
            for rule in own
        ]
        packs = sorted({rule.place.partition(":")[0] for rule in own})
        rows.append(f"| {rule_id} | {'; '.join(checks).replace('( ', '(')} | {', '.join(packs)} |")
    return "\n".join(rows) + "\n"


def page_with_table(page: str) -> str:
    """`page` with its generated table replaced by the present one."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + table() + END + after


if __name__ == "__main__":
    PAGE.write_text(page_with_table(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
    sys.stdout.write(f"{PAGE} is up to date\n")
