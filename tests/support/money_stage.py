"""Money over a real database: the routes with the packaged figures, and the use cases behind them."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx

from compliance.application.rules.rules_in_use import RulesInUse
from compliance.bootstrap.api import bind_ports, create_gate_app
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.screening_builders import rules

ISSUER = TestIssuer()
_ALL = ("money:read", "money:write", "money:approve")
MIA = ISSUER.authorization(*_ALL, "ledger:read", subject="mia.medical")
NOOR = ISSUER.authorization(*_ALL, subject="noor.lead")
ROBOT = ISSUER.service_authorization("finance-import", *_ALL)
READER = ISSUER.authorization("money:read", subject="rosa.reviewer")

NEED: dict[str, Any] = {
    "title": "Advisory board on sleep apnoea",
    "need": "Hear how sleep clinics find people early",
    "criteria": "Published on early detection in the last five years",
    "experts_needed": 6,
    "experts_planned": 6,
    "reason": "planned with the medical lead",
}
BAND: dict[str, Any] = {
    "country": "DE",
    "tier": "2",
    "low": "180.00",
    "high": "320.00",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "source": "company's own survey 2025",
    "reason": "new year",
}
TERMS: dict[str, Any] = {
    "country": "DE",
    "tier": "2",
    "services": "Advice at one meeting",
    "hours": "4",
    "rate": "250.00",
    "currency": "EUR",
    "service_begins_on": "2026-12-07",
    "service_ends_on": "2026-12-07",
    "declares_publicly": True,
    "digital_opinion_leader": False,
    "reason": "asked by medical affairs",
}
SIGNATURE: dict[str, Any] = {
    "signed_on": "2026-11-23",
    "for_company": "Noor El-Amin",
    "for_expert": "Dr Lena Falk",
    "reason": "both have signed",
}


class MoneyStage:
    """One specialty and one need of its own, so that tests in one database do not meet."""

    def __init__(self, stage: Stage, http: httpx.AsyncClient) -> None:
        self.gate = stage
        self.http = http
        self.specialty = f"cardiology {new_id()}"
        self.person = stage.person

    @classmethod
    @asynccontextmanager
    async def over(cls, stage: Stage) -> AsyncGenerator[MoneyStage]:
        ports = bind_ports(stage.engine, stage.reads, stage.gate, stage.keys, rules=RulesInUse(rules()))
        app = create_gate_app(ports, ISSUER.verifier(), engine=stage.engine)
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gate.test") as http:
            yield cls(stage, http)

    async def post(self, path: str, body: Any, who: Any = MIA, etag: str | None = None, **more: str) -> httpx.Response:
        headers = {**who, **({} if etag is None else {"If-Match": etag}), **more}
        return await self.http.post(f"/v1/{path}", json=body, headers=headers)

    async def put(self, path: str, body: Any, etag: str, who: Any = MIA) -> httpx.Response:
        return await self.http.put(f"/v1/{path}", json=body, headers={**who, "If-Match": etag})

    async def get(self, path: str, **wanted: Any) -> httpx.Response:
        return await self.http.get(f"/v1/{path}", params=wanted, headers=MIA)

    async def made(self, path: str, body: Any, who: Any = MIA) -> tuple[str, str]:
        """Path and ETag of something new."""
        answer = await self.post(path, body, who)
        assert answer.status_code == 201, answer.text
        return answer.headers["location"].removeprefix("/v1/"), answer.headers["etag"]

    async def step(self, path: str, etag: str, who: Any = MIA, **body: Any) -> str:
        """The ETag after a step that succeeds."""
        answer = await self.post(path, {"reason": "as agreed", **body}, who, etag)
        assert answer.status_code == 200, answer.text
        return answer.headers["etag"]

    async def band(self, **changes: Any) -> str:
        place, etag = await self.made("fee-bands", {**BAND, "specialty": self.specialty, **changes})
        await self.step(f"{place}/approval", etag, NOOR)
        return place

    async def need(self, **changes: Any) -> str:
        place, etag = await self.made("needs-assessments", {**NEED, **changes})
        await self.step(f"{place}/approval", etag, NOOR)
        return place.rpartition("/")[2]

    def terms(self, need: str, **changes: Any) -> dict[str, Any]:
        about = {"stakeholder_id": self.person, "needs_assessment_id": need, "specialty": self.specialty}
        return {**TERMS, **about, **changes}

    async def submitted(self, need: str, **changes: Any) -> tuple[str, str]:
        place, etag = await self.made("contracts", self.terms(need, **changes))
        return place, await self.step(f"{place}/submission", etag)

    async def active(self, need: str, **changes: Any) -> tuple[str, str]:
        place, etag = await self.submitted(need, **changes)
        etag = await self.step(f"{place}/agreement", etag, NOOR)
        return place, await self.step(f"{place}/activation", etag, NOOR, **SIGNATURE)

    def given(self, amount: str, **changes: Any) -> dict[str, Any]:
        told: dict[str, Any] = {
            "stakeholder_id": self.person,
            "kind": "meal",
            "amount": amount,
            "currency": "USD",
            "given_on": "2026-05-04",
            "country": "US",
            "host_country": "US",
            "form": "In-kind items and services",
            "evidence": "receipt 4711",
            "action_id": "action-1",
            "reason": "told by the engager",
        }
        return {**told, **changes}

    async def ledger(self, path: str) -> list[Mapping[str, Any]]:
        return await self.gate.rows(
            "SELECT what, new_state, who, why FROM ledger_entries WHERE aggregate_id = :id ORDER BY sequence",
            id=path.rpartition("/")[2],
        )
