"""An action that names a contract by id is judged on the gate's own facts of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from compliance.domain.contract_facts import CONTRACT_FACTS, KnownContract
from compliance.domain.facts import Named, World, resolve
from compliance.domain.money.known import known_contract
from support.compliance_builders import COMPANY, SLOT, a_person, a_snapshot, an_engager
from support.money_builders import a_signature, an_agreed_contract, by
from support.screening_builders import judged, planned

STATED = {"signed_on": "2026-01-05", "need": "Advice", "rate": 90, "hours": 1, "currency": "EUR"}


def a_known(state: str = "active") -> KnownContract:
    contract = an_agreed_contract()
    contract.activate(a_signature(), (), by("noor.lead"))
    return replace(known_contract(contract, "Hear how sleep clinics find people early"), state=state)


def a_world(contract: KnownContract | None) -> World:
    return World(
        stakeholder=a_person(),
        engager=an_engager(),
        company=COMPANY,
        channel=None,
        contacts_last_30_days=0,
        slot=SLOT,
        contract=contract,
    )


def naming(**facts: Any) -> dict[str, Any]:
    return a_snapshot(contract={"id": "contract-1", **facts})


def found(result: Any, rule_id: str) -> list[str]:
    return [each.message for each in result.findings if each.rule_id == rule_id]


def test_what_was_stated_of_a_contract_we_keep_is_replaced_and_the_difference_is_a_finding() -> None:
    result = resolve(naming(**STATED), "person-1", a_world(a_known()))
    ours = result.snapshot["contract"]
    assert (ours["rate"], ours["hours"], ours["fair_market_value_max_rate"]) == (250.0, 4.0, 320.0)
    assert (ours["signed_on"], ours["declares_publicly"]) == ("2026-11-23", True)
    told = " ".join(found(result, "GATE-FACTS"))
    assert "contract.rate was submitted as 90; the gate knows 250.0" in told
    assert found(result, "GATE-CONTRACT") == []


def test_stating_the_id_alone_contradicts_nothing() -> None:
    assert found(resolve(naming(), "person-1", a_world(a_known())), "GATE-FACTS") == []


@pytest.mark.parametrize(
    ("known", "person", "message"),
    [
        (None, "person-1", "there is no contract contract-1"),
        (a_known(), "person-2", "with somebody else"),
        (a_known("terminated"), "person-1", "terminated, not active"),
        (a_known("agreed"), "person-1", "agreed, not active"),
    ],
)
def test_a_contract_that_carries_nothing_blocks(known: KnownContract | None, person: str, message: str) -> None:
    result = resolve(naming(**STATED), person, a_world(known))
    assert message in found(result, "GATE-CONTRACT")[0]
    if known is None:
        assert [result.snapshot["contract"][name] for name in CONTRACT_FACTS] == [None] * len(CONTRACT_FACTS)


def test_a_draft_for_nobody_yet_may_name_a_contract() -> None:
    result = resolve(naming(), "", a_world(a_known()), Named(person=False))
    assert found(result, "GATE-CONTRACT") == []


def test_a_contract_without_an_id_is_judged_as_stated() -> None:
    result = resolve(a_snapshot(contract=STATED), "person-1", a_world(None))
    assert result.snapshot["contract"] == STATED
    assert found(result, "GATE-CONTRACT") == []


def test_the_id_itself_says_nothing_to_the_rules() -> None:
    meeting = {"type": "meeting", "channel": {"platform": "in_person", "audience": "private"}}
    stated = {**STATED, "fair_market_value_max_rate": 250, "declares_publicly": True}
    assert judged(planned(**meeting, contract={**stated, "id": "contract-1"})) == judged(
        planned(**meeting, contract=stated)
    )
