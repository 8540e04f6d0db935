"""Builders of money: figures, needs, bands, contracts, transfers, recipients. Everybody in here is invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from typing import Any

from compliance.domain.events import Occasion
from compliance.domain.money.bands import Band, FeeBand
from compliance.domain.money.contract import Contract, Ground, Signature
from compliance.domain.money.giving import Given
from compliance.domain.money.marks import Mark, marks_of
from compliance.domain.money.needs import Need, NeedsAssessment
from compliance.domain.money.objections import Surroundings
from compliance.domain.money.recipients import Basis, Recipient
from compliance.domain.money.reports import Disclosable
from compliance.domain.money.terms import DueDiligence, Formality, Terms
from compliance.domain.screening.lexicon import Figures
from support.screening_builders import rules

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = NOW.date()
MIA, NOOR, ROSA = "mia.medical", "noor.lead", "rosa.reviewer"


@cache
def figures() -> Figures:
    """Those of the packaged rules."""
    return rules().lexicon


def by(who: str = MIA, why: str | None = "a test asks for it") -> Occasion:
    return Occasion(by=who, at=NOW, why=why)


def a_need(**changes: Any) -> Need:
    need = Need(
        title="Advisory board on sleep apnoea",
        need="Hear how sleep clinics find people early",
        criteria="Published on early detection in the last five years",
        experts_needed=6,
        experts_planned=6,
    )
    return replace(need, **changes)


def an_approved_need(**changes: Any) -> NeedsAssessment:
    need = NeedsAssessment.write("need-1", a_need(**changes), by(MIA))
    need.approve(by(NOOR))
    return need


def a_band(**changes: Any) -> Band:
    band = Band(
        country="DE",
        specialty="cardiology",
        tier="2",
        low=Decimal(180),
        high=Decimal(320),
        currency="EUR",
        valid_from=date(2026, 1, 1),
        valid_until=None,
        source="company's own survey 2025",
        written_by=(MIA,),
    )
    return replace(band, **changes)


def an_approved_band(**changes: Any) -> FeeBand:
    band = FeeBand.propose("band-1", a_band(**changes), by(MIA))
    band.approve(by(NOOR))
    return band


def a_look(**changes: Any) -> DueDiligence:
    look = DueDiligence(
        looked_by="Jonas Weber",
        looked_on=date(2026, 11, 20),
        period_from=date(2025, 11, 1),
        period_until=date(2026, 11, 19),
        result="nothing_found",
        conclusion="",
    )
    return replace(look, **changes)


def a_formality(kind: Any = "declaration", **changes: Any) -> Formality:
    formality = Formality(kind=kind, country="FR", reference="EPS-2026-118", submitted_on=date(2026, 11, 16))
    return replace(formality, **changes)


def the_terms(**changes: Any) -> Terms:
    terms = Terms(
        stakeholder_id="person-1",
        needs_assessment_id="need-1",
        country="DE",
        specialty="cardiology",
        tier="2",
        services="Advice at one meeting",
        hours=Decimal(4),
        rate=Decimal("250.00"),
        currency="EUR",
        service_begins_on=date(2026, 12, 7),
        service_ends_on=date(2026, 12, 7),
        declares_publicly=True,
        digital_opinion_leader=False,
    )
    return replace(terms, **changes)


def surroundings(**changes: Any) -> Surroundings:
    around = Surroundings(
        need=an_approved_need(),
        band=an_approved_band(),
        figures=figures(),
        person_known=True,
        stops=frozenset(),
        on=TODAY,
    )
    return replace(around, **changes)


def a_contract(**changes: Any) -> Contract:
    return Contract.draft("contract-1", the_terms(**changes), by(MIA))


def an_agreed_contract(**changes: Any) -> Contract:
    contract = a_contract(**changes)
    contract.submit((), by(MIA))
    contract.agree((), Ground(band_id="band-1", highest_rate=Decimal(320), rule_set="r"), by(NOOR))
    return contract


def a_signature(**changes: Any) -> Signature:
    signature = Signature(signed_on=TODAY, for_company="Noor El-Amin", for_expert="Dr Lena Falk")
    return replace(signature, **changes)


def given(amount: str = "13.82", **changes: Any) -> Given:
    told = Given(
        stakeholder_id="person-1",
        kind="meal",
        amount=Decimal(amount),
        currency="USD",
        given_on=date(2026, 5, 4),
        country="US",
        evidence="receipt 4711",
        action_id="action-1",
        host_country="US",
        form="In-kind items and services",
    )
    return replace(told, **changes)


def given_in_germany(amount: str = "500.00", kind: Any = "fee", **changes: Any) -> Given:
    return given(amount, kind=kind, currency="EUR", country="DE", host_country="DE", form=None, **changes)


def marked(transfers: Mapping[str, Given], recipient: Any = "hcp") -> Mapping[str, Mark]:
    return marks_of(transfers, recipient, figures())


def disclosable(*told: Given, recipient: Any = "hcp") -> list[Disclosable]:
    """Each as a transfer of its own, marked by the packaged figures."""
    ids = {f"transfer-{at}": each for at, each in enumerate(told, 1)}
    people = {each.stakeholder_id for each in told}
    marks = {
        id_: mark
        for person in people
        for id_, mark in marked({k: v for k, v in ids.items() if v.stakeholder_id == person}, recipient).items()
    }
    return [Disclosable(transfer_id=id_, version=1, given=each, mark=marks[id_]) for id_, each in ids.items()]


CONSENT = Basis(kind="consent", reference="consent 2026/17", since=date(2026, 1, 10))
REFUSED = Basis(kind="refused", reference="letter 2026/3", since=date(2026, 2, 1))


def a_recipient(**changes: Any) -> Recipient:
    recipient = Recipient(
        stakeholder_id="person-1",
        kind="hcp",
        country="DE",
        full_name="Dr Lena Falk",
        city="Lübeck",
        address="Am Speicher 4",
        basis=CONSENT,
    )
    return replace(recipient, **changes)


def an_american(**changes: Any) -> Recipient:
    recipient = Recipient(
        stakeholder_id="person-1",
        kind="hcp",
        country="US",
        full_name="Dana Whitcomb",
        first_name="Dana",
        last_name="Whitcomb",
        city="Duluth",
        address="12 Lake Street",
        state="MN",
        postal_code="55802",
        npi="1234567893",
        covered_type="Covered Recipient Physician",
        primary_type="Medical Doctor",
        specialty="Allopathic & Osteopathic Physicians|Internal Medicine",
        licence_states=("MN",),
        owns_interest=False,
    )
    return replace(recipient, **changes)
