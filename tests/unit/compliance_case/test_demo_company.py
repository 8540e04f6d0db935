"""The demo company states what the rules ask for, so that an honest thank-you passes there."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

from compliance.adapters.company.files import read_company
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.screening import screen


def test_an_honest_thank_you_passes_in_the_demo_company(repository: Path) -> None:
    snapshot = json.loads((repository / "examples/thanks-that-passes.jsonl").read_text("utf-8").splitlines()[0])
    company = dict(read_company(repository / "deploy/demo/company.yaml").company)
    answer = screen({**snapshot, "company": company}, load_rule_set(), date(2026, 11, 17))
    assert [finding.message for finding in answer.findings if finding.severity != "pass"] == []
