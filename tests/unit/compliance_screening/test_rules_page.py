"""The tables about the rules tell the rules that are in force, and every rule of the catalogue is decided."""

from __future__ import annotations

import re

import pytest

from support.rules_page import DECISIONS, DOCS, PAGES, catalogue, page_with_table, rules_of
from support.screening_builders import rules

FAMILIES = {"PUB": 12, "US": 9, "SOC": 12, "INF": 7, "CON": 8, "EVT": 11, "TOV": 4, "PV": 8, "PRI": 9, "REC": 10}


@pytest.mark.parametrize("name", PAGES)
def test_the_pages_about_the_rules_tell_the_rules_that_are_in_force(name: str) -> None:
    page = (DOCS / name).read_text(encoding="utf-8")

    assert page_with_table(page, PAGES[name]) == page, "run: PYTHONPATH=tests .venv/bin/python -m support.rules_page"


def test_all_90_rules_of_the_catalogue_are_decided_once() -> None:
    listed = [row["id"] for row in catalogue()]

    assert listed == [f"{family}-{number:02}" for family, size in FAMILIES.items() for number in range(1, size + 1)]
    assert {row["decision"] for row in catalogue()} <= set(DECISIONS)


@pytest.mark.parametrize("row", catalogue(), ids=lambda row: row["id"])
def test_what_is_said_to_be_checked_has_a_rule_and_what_is_not_says_why(row: dict[str, str]) -> None:
    assert bool(rules_of(row["id"])) == (row["decision"] == "check")
    assert row["decision"] == "check" or row["reason"].endswith(".")
    assert row["who"]
    assert all(row.get(name, ".").endswith(".") for name in ("reason", "weak"))


def test_no_rule_carries_an_id_that_the_catalogue_does_not_have() -> None:
    assert {rule.id for rule in rules().rules} <= {row["id"] for row in catalogue()}


def test_every_source_key_is_explained() -> None:
    page = (DOCS / "rules-sources.md").read_text(encoding="utf-8")
    sources = [*(rule.source for rule in rules().rules), *(row.source for row in rules().lexicon.figures)]
    keys = {key for source in sources for key in re.findall(r"\b(?:[A-IPRTV]\d{1,2}|K[A-Z0-9]{3,5}|SEED)\b", source)}

    assert len(keys) > 50
    assert not {key for key in keys if f"| {key} |" not in page}
