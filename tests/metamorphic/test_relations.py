"""The answer follows the action, not its names, spelling, politeness or what somebody left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from support.metamorphic.exceptions import Excepted, exceptions, unexcepted
from support.metamorphic.running import Rates, Violation, run, sample
from support.metamorphic.subjects import subjects
from support.metamorphic.variants import FAMILIES

_ENOUGH = {"own": 40, "files": 150, "dev": 100}
_EVERY = {"own": 1, "files": 5, "dev": 2}  # of the subjects, other ones in each family
_SHARE = {"own": 0.5, "files": 0.5, "dev": 0.5}  # of the changes of a subject


@pytest.mark.parametrize("source", ["own", "files"])
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: FAMILIES[family].replace(" ", "-").replace(",", ""))
def test_the_answer_to_a_changed_action_of_the_repository_is_one_the_change_allows(family: str, source: str) -> None:
    _judged_rightly(rates(source, family))


@pytest.mark.real_input
@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: FAMILIES[family].replace(" ", "-").replace(",", ""))
def test_the_answer_to_a_changed_gate_case_is_one_the_change_allows(family: str, public_data: Path) -> None:
    _judged_rightly(rates("dev", family))


@pytest.mark.real_input
@pytest.mark.parametrize("entry", exceptions(), ids=lambda entry: f"{entry.transformation}-{entry.subjects[0]}")
def test_an_exception_is_needed_and_says_why(entry: Excepted, public_data: Path) -> None:
    assert entry.needed(subjects())
    assert len(entry.reason.split()) > 5


def rates(source: str, family: str) -> Rates:
    """What was tried of a fixed share of the changes of a source, and what was not allowed."""
    chosen = list(subjects(source))
    assert len(chosen) >= _ENOUGH[source]
    begin = list(FAMILIES).index(family) % _EVERY[source]
    return run(chosen[begin :: _EVERY[source]], families=[family], wanted=sample(_SHARE[source]))


def _judged_rightly(found: Rates) -> None:
    wrong = unexcepted(found.violations)

    assert sum(found.tried.values()) > 0
    assert not wrong, "\n".join(_told(violation) for violation in wrong[:20])


def _told(violation: Violation) -> str:
    ids = sorted({finding.rule_id for finding in violation.decisive()})
    return (
        f"{violation.subject.id}, {violation.variant.transformation}: {violation.before.verdict} became "
        f"{violation.after.verdict} ({violation.variant.change[:100]}; {', '.join(ids)})"
    )
