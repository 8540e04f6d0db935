"""Builders for pre-approved wordings. Everybody in here is invented."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from compliance.domain.wordings.content import WordingContent
from compliance.domain.wordings.matching import Occurrence
from compliance.domain.wordings.pre_approval import PreApproval, WordingRef, WordingSignature
from compliance.domain.wordings.terms import LaneTerms, SamplingRate
from compliance.domain.wordings.variables import KnownFacts, Variable
from compliance.domain.wordings.wording import Screened, Wording, WordingFile
from shared.contracts.hashing import published_content
from support.compliance_builders import NOW, ROSA, SAM, SLOT, a_snapshot, a_voter, at

PAT, DANA = "pat.proposer", "dana.sampler"
NAME = Variable(name="name", kind="person_name")
DAY = Variable(name="day", kind="slot_day", timezone="Europe/Berlin", day_format="dots")
TOPIC = Variable(name="topic", kind="choice", choices=("sleep", "nutrition"))
TERMS = LaneTerms(
    longest_months=12,
    review_within=timedelta(days=3),
    rates=(SamplingRate(begins=date(2026, 1, 1), percent=10),),
)
SHA = "a" * 64


def a_content(**changes: Any) -> WordingContent:
    content = WordingContent(
        name="Thanks for an explainer",
        language="en",
        action_types=frozenset({"thank"}),
        audiences=frozenset({"public"}),
        person_types=frozenset({"journalist"}),
        countries=frozenset({"DE"}),
        valid_from=date(2026, 11, 1),
        valid_until=date(2027, 4, 30),
        text="Thank you, {name}, for your words on {topic}, today {day}.",
        declaration="We are Havelmark Pharma.",
        variables=(NAME, DAY, TOPIC),
    )
    return replace(content, **changes)


def plain_content(**changes: Any) -> WordingContent:
    """What the usual snapshot of the tests says, without a variable."""
    return a_content(text="Thank you for this clear explainer.", variables=(), **changes)


def known(**changes: Any) -> KnownFacts:
    return replace(KnownFacts(person_name="Lena Falk", company_name="Havelmark Pharma", slot=SLOT), **changes)


def an_occurrence(
    text: str = "Thank you, Lena Falk, for your words on sleep, today 23.11.2026.", **changes: Any
) -> Occurrence:
    facts = changes.pop("facts", known())
    snapshot = a_snapshot(text=text, **changes)
    resolved = {**snapshot, "stakeholder": {"type": "journalist", "country": "DE"}}
    return Occurrence(published=published_content(snapshot), resolved=resolved, facts=facts)


def a_wording(content: WordingContent | None = None) -> Wording:
    file = WordingFile(
        content=content or a_content(),
        edition=1,
        sha256=SHA,
        written_by=(PAT,),
        screened=Screened(rule_set="rules-1", renderings=2),
    )
    return Wording.propose("wording-1", file, at(by=PAT, why="used every week"))


def a_signature(by: str = ROSA, **changes: Any) -> WordingSignature:
    signature = WordingSignature(
        by=by, name=by.title(), capacity="reviewer", meaning="approved for use", at=NOW, sha256=SHA
    )
    return replace(signature, **changes)


def sign_by(wording: Wording, by: str, **changes: Any) -> None:
    wording.sign(a_voter(by), a_signature(by, **changes))


def an_approved_wording(content: WordingContent | None = None) -> Wording:
    wording = a_wording(content)
    sign_by(wording, ROSA)
    sign_by(wording, SAM)
    return wording


def a_pre_approval(*by: str) -> PreApproval:
    return PreApproval(
        wording=WordingRef(wording_id="wording-1", edition=1, sha256=SHA),
        signatures=tuple(a_signature(each) for each in by or (ROSA, SAM)),
        written_by=(PAT,),
    )
