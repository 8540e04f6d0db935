"""The gate's view of the registry: the registry itself over HTTP, and the fake the gate's tests put in its place."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any, Protocol

import pytest
import pytest_asyncio

from compliance.adapters.peers import HttpRegistry
from compliance.application.ports.peers import RegistryGateway
from compliance.domain.facts import STOP_SIGNALS, KnownStakeholder
from shared.kernel.errors import Unavailable
from shared.kernel.ids import new_id
from support.compliance_builders import FACTS
from support.compliance_peers import FakeRegistry
from support.peers import GivenTokens, silent
from support.registry_builders import Registry, a_registry

STATED = {name: value for name, value in FACTS.items() if name not in STOP_SIGNALS}


class Side(Protocol):
    gateway: RegistryGateway

    async def register(self, **facts: Any) -> str: ...
    async def opt_out(self, person: str) -> None: ...
    async def stop(self, person: str) -> None: ...
    async def resume(self, person: str) -> None: ...
    async def complain(self, person: str) -> None: ...
    async def settle(self, person: str) -> None: ...
    async def revise(self, person: str, **facts: Any) -> None: ...
    async def erase(self, person: str) -> None: ...
    def fall_silent(self) -> None: ...


class Faked:
    def __init__(self) -> None:
        self.gateway = FakeRegistry()

    async def register(self, **facts: Any) -> str:
        person = new_id()
        self.gateway.known[person] = KnownStakeholder(stakeholder_id=person, version=1, facts={**FACTS, **facts})
        return person

    async def opt_out(self, person: str) -> None:
        await self.revise(person, opted_out=True)

    async def stop(self, person: str) -> None:
        await self.revise(person, do_not_engage=True)

    async def resume(self, person: str) -> None:
        await self.revise(person, do_not_engage=False)

    async def complain(self, person: str) -> None:
        await self.revise(person, open_complaint=True)

    async def settle(self, person: str) -> None:
        await self.revise(person, open_complaint=False)

    async def revise(self, person: str, **facts: Any) -> None:
        known = self.gateway.known[person]
        self.gateway.known[person] = replace(known, version=known.version + 1, facts={**known.facts, **facts})

    async def erase(self, person: str) -> None:
        self.gateway.known[person] = replace(self.gateway.known[person], facts={}, erased=True)

    def fall_silent(self) -> None:
        self.gateway.down = True


class Real:
    def __init__(self, registry: Registry) -> None:
        self.registry = registry
        self.tokens = GivenTokens.of(registry.http)
        self.gateway = HttpRegistry(registry.http, self.tokens)

    async def register(self, **facts: Any) -> str:
        return str((await self.registry.register(**{**STATED, **facts}))["id"])

    async def opt_out(self, person: str) -> None:
        await self._tell("POST", person, "/opt-out", {"reason": "asked by mail"})

    async def stop(self, person: str) -> None:
        await self._tell("POST", person, "/do-not-engage", {"reason": "in litigation"})

    async def resume(self, person: str) -> None:
        await self._tell("DELETE", person, "/do-not-engage", {"reason": "settled"})

    async def complain(self, person: str) -> None:
        await self._tell("POST", person, "/complaint", {"reason": "wrote to the regulator"})

    async def settle(self, person: str) -> None:
        await self._tell("POST", person, "/complaint/settlement", {"reason": "apologised"})

    async def revise(self, person: str, **facts: Any) -> None:
        await self._tell("PATCH", person, "", facts)

    async def erase(self, person: str) -> None:
        await self._tell("DELETE", person, "", None)

    async def _tell(self, method: str, person: str, what: str, body: Any) -> None:
        http, path = self.registry.http, f"/v1/stakeholders/{person}"
        current = (await http.get(path)).headers["ETag"]
        answer = await http.request(method, f"{path}{what}", json=body, headers={"If-Match": current})
        assert answer.is_success, answer.text

    def fall_silent(self) -> None:
        self.gateway = HttpRegistry(silent(), self.tokens)


@pytest_asyncio.fixture(params=["fake", pytest.param("real", marks=pytest.mark.platform)])
async def side(request: pytest.FixtureRequest) -> AsyncGenerator[Side]:
    if request.param == "fake":
        yield Faked()
    else:
        async with a_registry(request.getfixturevalue("fresh_database")) as registry:
            yield Real(registry)


async def test_somebody_who_may_be_approached_comes_with_every_fact(side: Side):
    person = await side.register()
    answer = await side.gateway.permission(person)
    assert answer is not None
    assert (answer.may_approach, answer.reasons) == (True, ())
    assert (answer.known.stakeholder_id, answer.known.version, answer.known.facts) == (person, 1, FACTS)


async def test_nobody_known_is_nobody(side: Side):
    await side.register()
    assert await side.gateway.permission(new_id()) is None


async def test_an_opt_out_and_a_stop_are_reasons_and_facts(side: Side):
    person = await side.register()
    await side.opt_out(person)
    await side.stop(person)
    answer = await side.gateway.permission(person)
    assert answer is not None
    assert (answer.may_approach, answer.reasons) == (False, ("opted_out", "do_not_engage"))
    assert (answer.known.stops, answer.known.version) == ({"opted_out", "do_not_engage"}, 3)


async def test_an_open_complaint_is_a_reason_and_a_stop_until_it_is_settled(side: Side):
    person = await side.register()
    await side.complain(person)
    complained = await side.gateway.permission(person)
    await side.settle(person)
    settled = await side.gateway.permission(person)
    assert complained is not None
    assert settled is not None
    assert (complained.may_approach, complained.reasons) == (False, ("open_complaint",))
    assert complained.known.stops == {"open_complaint"}
    assert (settled.may_approach, settled.known.stops) == (True, frozenset())


async def test_a_lifted_stop_is_no_reason_any_more(side: Side):
    person = await side.register()
    await side.stop(person)
    await side.resume(person)
    answer = await side.gateway.permission(person)
    assert answer is not None
    assert (answer.may_approach, answer.known.stops, answer.known.version) == (True, frozenset(), 3)


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        ({"type": "blogger", "minor": True}, ("minor",)),
        ({"type": "blogger", "minor": None}, ("minor_unknown",)),
        ({"type": "journalist", "minor": None}, ()),
        ({"lawful_basis": None}, ("lawful_basis_unknown",)),
        ({"type": "blogger", "minor": None, "lawful_basis": None}, ("minor_unknown", "lawful_basis_unknown")),
    ],
)
async def test_a_deciding_fact_that_is_against_it_or_unknown_is_a_reason(
    side: Side, facts: dict[str, Any], reasons: tuple[str, ...]
):
    answer = await side.gateway.permission(await side.register(**facts))
    assert answer is not None
    assert (answer.may_approach, answer.reasons) == (not reasons, reasons)


async def test_a_changed_fact_is_told_with_a_newer_version(side: Side):
    person = await side.register()
    await side.revise(person, country="FR")
    answer = await side.gateway.permission(person)
    assert answer is not None
    assert (answer.known.facts["country"], answer.known.version) == ("FR", 2)


async def test_an_erased_person_is_nobody(side: Side):
    person = await side.register()
    await side.erase(person)
    assert await side.gateway.permission(person) is None


async def test_what_the_registry_cannot_read_is_no_answer(side: Side):
    with pytest.raises(Unavailable):
        await side.gateway.permission("person-1")


async def test_silence_is_no_answer(side: Side):
    person = await side.register()
    side.fall_silent()
    with pytest.raises(Unavailable):
        await side.gateway.permission(person)


@pytest.mark.platform
async def test_a_caller_the_registry_does_not_permit_gets_no_answer(request: pytest.FixtureRequest):
    async with a_registry(request.getfixturevalue("fresh_database"), scopes=("audit:read",)) as registry:
        with pytest.raises(Unavailable):
            await Real(registry).gateway.permission(new_id())
