"""Forwarding: what in an action or a captured post belongs to drug safety or Medical Information opens a case there.

Whatever becomes of the action. Exactly one case per text and source; a changed text opens a further one.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from compliance.application.gate import Gate
from compliance.application.ports.repositories import C
from compliance.application.ports.unit_of_work import UnitOfWork
from compliance.domain.desk import Desk
from compliance.domain.events import SYSTEM, Occasion
from compliance.domain.facts import KnownStakeholder
from compliance.domain.forwarded_case import Passage, Progress, Report, Source
from compliance.domain.medical_information_case import MedicalInformationCase, QuestionSubject
from compliance.domain.post_keys import post_keys
from compliance.domain.safety_case import CRITERIA, SafetyCase, SafetySubject
from compliance.domain.screening.forwarding.forwarding import Found, Piece, QuestionFound, SafetyFound, unplaced
from compliance.domain.screening.text.fields import TextField

_PROFESSIONAL = "hcp"
_TARGET = frozenset({"target.text", "target.media_text"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """Where pieces were seen. `reporter` is the person known to have written what is `addressed` or the whole post.

    `received_in` is the country of the channel it came through, `url` the address of the post.
    """

    source: Source
    source_id: str
    person: str | None
    reporter: KnownStakeholder | None
    received_in: str | None
    url: str | None


@dataclass(slots=True)
class Forwarded:
    """What was forwarded: ids of the cases, old and new, of either desk; `opened` are the new safety cases."""

    safety: list[str] = field(default_factory=list[str])
    questions: list[tuple[str, QuestionFound]] = field(default_factory=list[tuple[str, QuestionFound]])
    opened: list[SafetyCase] = field(default_factory=list[SafetyCase])


async def forward(
    pieces: Sequence[Piece], seen: Seen, gate: Gate, uow: UnitOfWork, *, certain: bool = False
) -> Forwarded:
    """Open the cases that `pieces` ask for, unless exactly that text of that source has one.

    With `certain` a safety case is opened even where no piece can be told apart as the one that reports.
    """
    found, done = gate.examine(pieces), Forwarded()
    for report in found.safety or ((unplaced(pieces),) if certain and pieces else ()):
        case = SafetyCase(
            *_opening(report.fields, report, seen, found, gate=gate, desk=gate.drug_safety), _safety(report, seen)
        )
        known = await uow.safety_cases.find(seen.source, seen.source_id, case.report.quote_sha256)
        if known is None and await _open(case, uow.safety_cases.add):
            done.opened.append(case)
        done.safety.append(known or case.report.case_id)
    for asked in found.questions:
        question = asked.question
        subject = QuestionSubject(products=question.products, topics=question.topics)
        opening = _opening((question.field,), asked, seen, found, gate=gate, desk=gate.medical_information)
        inquiry = MedicalInformationCase(*opening, subject)
        known = await uow.medical_information_cases.find(seen.source, seen.source_id, inquiry.report.quote_sha256)
        if known is None:
            await _open(inquiry, uow.medical_information_cases.add)
        done.questions.append((known or inquiry.report.case_id, asked))
    return done


async def _open(case: C, add: Callable[[C], Awaitable[bool]]) -> bool:
    report = case.report
    why = f"found in {report.source} {report.source_id}"
    case.start(Occasion(by=SYSTEM, at=report.first_seen_at, why=why))
    return await add(case)


def _opening(
    fields: Sequence[TextField],
    what: SafetyFound | QuestionFound,
    seen: Seen,
    found: Found,
    *,
    gate: Gate,
    desk: Desk,
) -> tuple[Report, Progress]:
    """The report of a new case, and how far it is."""
    now = gate.clock.now()
    quote = "\n".join(each.text for each in fields)
    reporter = _reporter(what.piece, seen)
    country = None if reporter is None else reporter.facts.get("country")
    received_in = seen.received_in or desk.country
    url = seen.url if _is_the_post(what.piece, seen) else None
    report = Report(
        case_id=gate.new_id(),
        source=seen.source,
        source_id=seen.source_id,
        stakeholder_id=seen.person,
        texts=tuple(Passage(each.path, each.text) for each in fields),
        quote=quote,
        quote_sha256=hashlib.sha256(quote.encode("utf-8", "surrogatepass")).hexdigest(),
        evidence=what.evidence if isinstance(what, SafetyFound) else what.question.evidence,
        author=what.piece.author.quote or None if what.piece.author else None,
        url=url,
        post_keys=() if what.piece.ours else post_keys(url=url, texts=tuple(each.text for each in fields)),
        country=country or received_in,
        country_known=bool(country),
        first_seen_at=now,
        found_by=_found_by(what, found),
    )
    return report, Progress(state="open", clock=desk.limit_of(received_in).clock(now))


def _is_the_post(piece: Piece, seen: Seen) -> bool:
    """Whether the piece is what stands at `seen.url`: the post itself, not a page it links or an earlier post."""
    return seen.source == "post" or any(each.path in _TARGET for each in piece.fields)


def _reporter(piece: Piece, seen: Seen) -> KnownStakeholder | None:
    """The person of ours who wrote it, where that is known; the target of an action may be anybody's."""
    known = seen.reporter
    if known is None or known.erased or piece.ours:
        return None
    return known if piece.addressed or seen.source == "post" else None


def _safety(found: SafetyFound, seen: Seen) -> SafetySubject:
    reporter = _reporter(found.piece, seen)
    professional = reporter is not None and reporter.facts.get("type") == _PROFESSIONAL
    return SafetySubject(
        criteria={name: name in found.known or None for name in CRITERIA},
        places=dict.fromkeys(CRITERIA, ()) | dict(found.places),
        situations=found.situations,
        qualification="other_health_professional" if professional else "consumer",
        qualification_known=professional,
    )


def _found_by(what: SafetyFound | QuestionFound, found: Found) -> Mapping[str, Any]:
    if isinstance(what, SafetyFound):
        return {"by": list(what.found_by), "score": what.score, "rule_set": found.rule_set, "model": found.model}
    return {"by": ["lexicon"], "rule_set": found.rule_set}
