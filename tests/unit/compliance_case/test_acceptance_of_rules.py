"""A start with broken rule files says so again and again, and compiles them once."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from compliance.adapters.rules.compiling import Acceptance
from compliance.application.rules.rule_sets import Files
from compliance.domain.errors import RulesRefused
from compliance.domain.screening.rules import RuleSet
from support.screening_builders import rules

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)


class Compiler:
    """Refuses files with `broken` in them; counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, files: Files, _today: date, _model: Path | None) -> RuleSet:
        self.asked += 1
        if any("broken" in text for text in files.values()):
            raise RulesRefused("mistakes in these rules: 1", field="core.yaml:3")
        return rules()


def test_refused_files_are_refused_again_without_compiling_until_they_change() -> None:
    compiler = Compiler()
    accept = Acceptance(accept=compiler)
    for _ in range(5):
        with pytest.raises(RulesRefused) as refused:
            accept({"core.yaml": "broken"}, MONDAY)
        assert refused.value.field == "core.yaml:3"
    assert compiler.asked == 1
    with pytest.raises(RulesRefused):
        accept({"core.yaml": "broken still"}, MONDAY)
    with pytest.raises(RulesRefused):
        accept({"core.yaml": "broken still"}, TUESDAY)
    assert compiler.asked == 3
    assert accept({"core.yaml": "good"}, TUESDAY) is rules()


def test_another_safety_model_is_looked_at_again(tmp_path: Path) -> None:
    compiler = Compiler()
    accept = Acceptance(tmp_path, accept=compiler)
    for content in ("one", "another"):
        (tmp_path / "model.json").write_text(content, "utf-8")
        for _ in range(2):
            with pytest.raises(RulesRefused):
                accept({"core.yaml": "broken"}, MONDAY)
    assert compiler.asked == 2


def test_a_refusal_that_is_told_often_does_not_grow() -> None:
    accept = Acceptance(accept=Compiler())

    def depth() -> int:
        with pytest.raises(RulesRefused) as refused:
            accept({"core.yaml": "broken"}, MONDAY)
        trace, steps = refused.value.__traceback__, 0
        while trace is not None:
            trace, steps = trace.tb_next, steps + 1
        return steps

    first = [depth() for _ in range(4)][1]
    assert depth() == first
