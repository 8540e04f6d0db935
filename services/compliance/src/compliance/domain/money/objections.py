"""What speaks against a contract: need, number, fair value, public declaration, past posts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from compliance.domain.money.bands import FeeBand
from compliance.domain.money.errors import ContractRefused
from compliance.domain.money.formalities import Objection, missing_formalities
from compliance.domain.money.needs import NeedsAssessment
from compliance.domain.money.terms import Terms
from compliance.domain.screening.lexicon import Figures

_STOPS = {
    "opted_out": ("PRI-04", "the expert has asked to be left alone", "G2"),
    "do_not_engage": ("PRI-04", "the expert is not to be engaged", "the company's own decision, G2"),
    "minor": ("PRI-09", "the expert is a minor", "unsourced: GDPR recital 38"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What the contract is held against on one day. None: there is none, or it is not known.

    `person_known` says that the registry has told of the expert and has not erased them; `stops` why nobody engages
    them: `opted_out`, `do_not_engage`, `minor`.
    """

    need: NeedsAssessment | None
    band: FeeBand | None
    figures: Figures
    person_known: bool
    stops: frozenset[str]
    on: date


def objections(terms: Terms, around: Surroundings) -> tuple[Objection, ...]:
    """Everything that speaks against these terms, national formalities apart."""
    return (*_person(around), *_need(terms, around), *_fee(terms, around), *_declaration(terms), *_past_posts(terms))


def all_objections(terms: Terms, around: Surroundings) -> tuple[Objection, ...]:
    """The same with declarations and authorisations, which have to be there before the contract is agreed."""
    return (*objections(terms, around), *missing_formalities(terms, around.figures, around.on))


def ensure_unopposed(found: Iterable[Objection], *, to: str) -> None:
    """Raises ContractRefused with one part per objection."""
    found = tuple(found)
    if not found:
        return
    parts = tuple(
        ContractRefused(f"{each.rule_id}: {each.message}", field=each.field, remedy=each.remedy) for each in found
    )
    raise ContractRefused(
        f"the contract cannot be {to}: {'; '.join(part.message for part in parts)}",
        field=found[0].field,
        remedy=found[0].remedy,
        parts=parts,
    )


def _person(around: Surroundings) -> Iterator[Objection]:
    if not around.person_known:
        yield Objection(
            rule_id="CON-01",
            field="stakeholder_id",
            message="the expert is not known to the gate",
            remedy="register the expert; the registry tells the gate a moment later",
            source="E1",
        )
    for stop in sorted(around.stops):
        rule_id, message, source = _STOPS[stop]
        yield Objection(
            rule_id=rule_id,
            field="stakeholder_id",
            message=message,
            remedy="engage nobody who is to be left alone; if that is wrong, correct it in the registry",
            source=source,
        )


def _need(terms: Terms, around: Surroundings) -> Iterator[Objection]:
    need = around.need
    if need is None or need.state != "approved" or need.details.approved_at is None:
        said = "is not written down" if need is None else f"is {need.state}, not approved"
        yield Objection(
            rule_id="CON-01",
            field="needs_assessment_id",
            message=f"the need for the service {said}",
            remedy="write the need and let a second person approve it before anybody is engaged",
            source="E1, E8",
        )
    elif need.details.approved_at.date() > terms.service_begins_on:
        yield Objection(
            rule_id="CON-01",
            field="service_begins_on",
            message=f"the need was approved on {need.details.approved_at.date()}, after the service begins",
            remedy="begin the service after its need is approved",
            source="E1, E8",
        )


def _fee(terms: Terms, around: Surroundings) -> Iterator[Objection]:
    whom = f"{terms.country}, {terms.specialty}, tier {terms.tier}, {terms.currency}"
    if around.band is None:
        yield Objection(
            rule_id="CON-02",
            field="rate",
            message=f"no approved fair-market-value band holds for {whom}",
            remedy="enter the band with its source and let a second person approve it",
            source="H1, H2",
        )
        return
    high = around.band.details.high
    if terms.rate > high:
        yield Objection(
            rule_id="CON-02",
            field="rate",
            message=(
                f"the rate of {terms.rate} {terms.currency} is above the fair-market-value band, "
                f"{around.band.details.low} to {high} ({whom})"
            ),
            remedy=f"agree a rate of at most {high} {terms.currency} per hour",
            source="H1, H2",
        )


def _declaration(terms: Terms) -> Iterator[Objection]:
    if terms.declares_publicly is not True:
        yield Objection(
            rule_id="INF-02",
            field="declares_publicly",
            message="the contract does not oblige the expert to declare it in public",
            remedy="add the clause that the expert declares the contract whenever speaking in public on the matter",
            source="P2",
        )


def _past_posts(terms: Terms) -> Iterator[Objection]:
    look = terms.due_diligence
    if terms.digital_opinion_leader is False:
        return
    if look is None:
        known = terms.digital_opinion_leader is not None
        yield Objection(
            rule_id="INF-06",
            field="due_diligence",
            message=(
                "past posts of the digital opinion leader were not looked at"
                if known
                else "whether the expert is a digital opinion leader is not known, and past posts were not looked at"
            ),
            remedy="record who looked at the past posts, when, over which period and with what result",
            source="I5",
        )
    elif look.looked_on > terms.service_begins_on:
        yield Objection(
            rule_id="INF-06",
            field="due_diligence.looked_on",
            message="past posts were looked at only after the service begins",
            remedy="look at past posts before the service begins",
            source="I5",
        )
    elif look.result == "found" and not look.conclusion.strip():
        yield Objection(
            rule_id="INF-06",
            field="due_diligence.conclusion",
            message="something was found in past posts, and nobody says what follows from it",
            remedy="say why the expert may be engaged all the same, for the second person to judge",
            source="I5",
        )
