"""What stays of a case when its person is erased: what was decided, by whom, by which rules; no words about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from compliance.domain.findings import Evidence, Finding
from compliance.domain.judgement import Judgement, Submission
from compliance.domain.overriding import Override
from compliance.domain.permit import ReleasePermit
from compliance.domain.review.votes import Vote

OURS = ("action_id", "type", "channel", "actor", "company", "scheduled_for")
"""Parts of a snapshot that are about us. Words, target, links, facts about the person and purpose may be about them."""
ERASED = "erased with the person"
TAKEN = ("words, target, facts and purpose of the action", "words of findings", "reasons of decisions")


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """How long what was published is kept though its person was erased, and the duty that says so; zero: not at all."""

    published: timedelta = timedelta()
    source: str = ""

    def holds(self, permits: Sequence[ReleasePermit], at: datetime) -> bool:
        """Whether something was published under one of these permits that has to be kept."""
        redeemed = [permit.redeemed_at for permit in permits if permit.redeemed_at is not None]
        return any(moment + self.published > at for moment in redeemed)


NOTHING_KEPT = Retention()


def bare_submission(submission: Submission) -> Submission:
    """Hashes, versions and who wrote it stay."""
    return replace(submission, snapshot=_bare(submission.snapshot))


def bare_judgement(judgement: Judgement) -> Judgement:
    """Verdict, rules, places and steps stay."""
    findings = tuple(_bare_finding(finding) for finding in judgement.findings)
    return replace(judgement, resolved=_bare(judgement.resolved), findings=findings)


def bare_vote(vote: Vote) -> Vote:
    """Who, when, what and what it means stay."""
    return replace(vote, reason=None, changes=())


def bare_override(override: Override) -> Override:
    """The same."""
    findings = tuple(replace(each, finding=_bare_finding(each.finding)) for each in override.findings)
    return replace(override, reason=ERASED, findings=findings)


def _bare(snapshot: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value if name in OURS else None for name, value in snapshot.items()}


def _bare_finding(finding: Finding) -> Finding:
    place = None if finding.evidence is None else Evidence(finding.evidence.field)
    return replace(finding, message=ERASED, remedy=None, evidence=place)
