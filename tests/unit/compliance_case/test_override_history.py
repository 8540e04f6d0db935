"""Whatever is signed and judged in whatever order: out of a block leads only what two eligible people agreed to."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from compliance.domain import case as case_module
from compliance.domain import overriding
from compliance.domain.case import Case
from compliance.domain.findings import Finding
from shared.kernel.errors import DomainError
from support.compliance_builders import (
    AUTHOR,
    EDITOR,
    NOW,
    ROSA,
    SLOT,
    a_ballot,
    a_judgement,
    a_submission,
    a_voter,
    at,
)
from support.override_builders import LEAVE, LEX, MIA, NO_STOPS, SOL, WORDS, a_block, a_blocked_case, an_override_ballot

HOUSE, PUSHY, LAW = a_block(), a_block("HSE-02", WORDS["pushy"][1]), a_block("LAW-01", None)
BLOCKS = ((HOUSE,), (HOUSE, PUSHY), (HOUSE, LAW), (LAW,), (PUSHY,))
PEOPLE = {MIA: "medical", SOL: "signatory", LEX: "legal", "mo.medical": "medical", ROSA: "none"}
EVERYBODY = [*PEOPLE, AUTHOR, EDITOR]
IDS = st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(["HSE-01", "HSE-02", "LAW-01"]), min_size=1))


class Overriding(RuleBasedStateMachine):
    """Drives one case, and keeps its own, much simpler account of who agreed to what."""

    def __init__(self) -> None:
        super().__init__()
        self.findings: tuple[Finding, ...] = (HOUSE,)
        self.case = a_blocked_case(*self.findings)
        self.agreed: dict[str, set[str]] = defaultdict(set)
        self.refused = False

    @rule(who=st.sampled_from(EVERYBODY))
    def the_usual_way(self, who: str) -> None:
        """Hastens histories to where it gets interesting; every step may be refused."""
        for each in PEOPLE:
            self.override_as(each, frozenset(), read=True)
        if self.case.state == "in_review":
            self.approve(who)

    @rule(who=st.sampled_from(EVERYBODY), ids=IDS, read=st.sampled_from([True, True, True, False]))
    def override(self, who: str, ids: frozenset[str], read: bool) -> None:
        self.override_as(who, ids, read=read)

    def override_as(self, who: str, ids: frozenset[str], *, read: bool) -> None:
        content = self.case.submission.content_sha256 if read else "0" * 64
        ballot = an_override_ballot(self.case, *sorted(ids), content_sha256=content)
        role = PEOPLE.get(who, "medical")
        self.sign(ballot, who, role)
        if read and who in PEOPLE and self.case.state in {"blocked", "in_review"}:
            for finding in self.findings:
                may = finding.override is not None and role in finding.override.by
                if may and any(each.by == who and finding.rule_id in each.rules for each in self.case.overrides):
                    self.agreed[finding.rule_id].add(who)
        self.hold()

    @rule(who=st.sampled_from(EVERYBODY))
    def refuse(self, who: str) -> None:
        before = self.case.state
        if self.sign(an_override_ballot(self.case, decision="refuse"), who, PEOPLE.get(who, "medical")):
            assert who in PEOPLE
            assert before == "blocked"
            self.refused = True
        self.hold()

    def sign(self, ballot: Any, who: str, role: str) -> bool:
        try:
            self.case.override(ballot, a_voter(who, role), NO_STOPS, NOW)
        except DomainError:
            return False
        return True

    @rule(findings=st.sampled_from(BLOCKS))
    def judged_again(self, findings: tuple[Finding, ...]) -> None:
        try:
            self.case.rejudge(a_judgement(*findings), NO_STOPS, at())
        except DomainError:
            return
        self.start_over(findings)

    @rule(findings=st.sampled_from(BLOCKS), words=st.sampled_from(["Thanks.", "Thank you."]))
    def revised(self, findings: tuple[Finding, ...], words: str) -> None:
        self.case.revise(a_submission(self.case.submission.action_version + 1, text=words), SLOT, at())
        self.case.conclude(a_judgement(*findings), NO_STOPS, at())
        self.start_over(findings)

    @precondition(lambda self: self.case.state == "in_review")
    @rule(who=st.sampled_from(EVERYBODY))
    def somebody_approves(self, who: str) -> None:
        self.approve(who)

    def approve(self, who: str) -> None:
        try:
            self.case.vote(a_ballot(self.case), a_voter(who), NOW)
        except DomainError:
            return
        overrode = {each for people in self.agreed.values() for each in people}
        assert who in set(PEOPLE) - overrode, "who overrode does not review"

    def start_over(self, findings: tuple[Finding, ...]) -> None:
        self.findings, self.refused = findings, False
        self.agreed.clear()
        assert self.case.state == "blocked"
        assert self.case.overrides == ()

    def hold(self) -> None:
        if self.case.state == "blocked":
            return
        assert not self.refused
        assert LAW not in self.findings, "a rule without permission never"
        for finding in self.findings:
            assert len(self.agreed[finding.rule_id]) >= 2, "two different eligible people for each"


TestOverriding = Overriding.TestCase
TestOverriding.settings = settings(max_examples=200, stateful_step_count=20)


def one_is_enough(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(overriding, "PEOPLE", 1)


def authors_count(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "_is_author", lambda _self, _subject: False)


def any_capacity_counts(patch: pytest.MonkeyPatch) -> None:
    wide = a_block(leave=LEAVE).override
    assert wide is not None

    def taken(finding: Finding, voter: Any) -> Any:
        able = finding.override or wide
        return overriding.Overridden(finding=finding, capacity=able.by[0])

    patch.setattr(overriding, "_taken", taken)


def every_rule_may_be_overridden(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(overriding, "ensure_overridable", lambda _judgement: None)
    patch.setattr(overriding, "_taken", lambda finding, _voter: overriding.Overridden(finding=finding, capacity="x"))
    patch.setattr(case_module, "all_overridden", lambda _judged, overrides, _content: len(overrides) > 1)


def overrides_survive(patch: pytest.MonkeyPatch) -> None:
    reopen = Case._reopen

    def keeping(self: Case, occasion: Any) -> None:
        kept = self.stored.overrides
        reopen(self, occasion)
        self.stored.overrides = kept

    patch.setattr(Case, "_reopen", keeping)


def a_no_is_not_heard(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(overriding, "_ensure_open", lambda _voter, _ballot, _earlier: None)
    standing = overriding.standing

    def deaf(judgement: Any, overrides: Any, content: str) -> Any:
        return standing(judgement, [each for each in overrides if each.decision == "override"], content)

    patch.setattr(overriding, "standing", deaf)


def overriders_review(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(Case, "_admit", lambda _self, _vote: None)


@pytest.mark.parametrize(
    "bug",
    [
        one_is_enough,
        authors_count,
        any_capacity_counts,
        every_rule_may_be_overridden,
        overrides_survive,
        a_no_is_not_heard,
        overriders_review,
    ],
    ids=lambda bug: bug.__name__,
)
def test_the_histories_catch(bug: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bug(monkeypatch)
    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            Overriding,
            settings=settings(
                max_examples=500, stateful_step_count=20, phases=[Phase.generate], print_blob=False, derandomize=True
            ),
        )
