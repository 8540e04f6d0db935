"""The console over the real gate: what one person proposes on its pages another puts in force there."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from portal.adapters.cookies import SignedCookies
from portal.bootstrap import build_console
from shared.db.migrations import upgrade
from shared.testing import TestIssuer
from support.compliance_stage import Stage
from support.gate_api import PACKAGED, begin_with_packaged_rules, gate_app
from support.portal_builders import CSRF, SECRET, Browser, settings
from support.rule_bundles import unicorns

pytestmark = pytest.mark.platform
ISSUER = TestIssuer()
PACK = unicorns()


@asynccontextmanager
async def a_gate(url: str) -> AsyncGenerator[Any]:
    async with Stage.open(url) as stage:
        await begin_with_packaged_rules(stage)
        yield gate_app(stage, ISSUER)


@asynccontextmanager
async def signed_in(gate: Any, subject: str) -> AsyncGenerator[Browser]:
    services = httpx.AsyncClient(transport=httpx.ASGITransport(app=gate))
    app = build_console(settings(), http=services, verifier=ISSUER.verifier())
    token = ISSUER.token("compliance:read", "compliance:rules", subject=subject)
    cookies = {"rapport_session": SignedCookies(SECRET).sign_session(token, CSRF)}
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7700", cookies=cookies) as http,
    ):
        yield Browser(http)


async def test_rules_go_from_a_form_into_force_by_two_people(fresh_database: Any, repository: Path) -> None:
    url = fresh_database("console_rules")
    await asyncio.to_thread(upgrade, repository / "services/compliance/alembic.ini", url)
    async with a_gate(url) as gate, signed_in(gate, "rosa.reviewer") as rosa, signed_in(gate, "sam.signatory") as sam:
        written = {"name": "policy.yaml", "text": PACK, "base": PACKAGED, "note": "see policy 7"}
        wrong = await rosa.submit(
            "/rules/proposal", **{**written, "text": PACK.replace("A horse", "A unicorn")}, step="check"
        )
        assert wrong.status == 400, wrong.text
        assert re.search(r"company/policy.yaml:\d+", wrong.text)
        checked = await rosa.submit("/rules/proposal", **written, step="check")
        assert "No mistake." in checked.text
        proposed = await rosa.submit("/rules/proposal", **written, step="propose")
        place = proposed.response.headers["location"].partition("?")[0]
        assert "You proposed it." in (await rosa.get(place)).text
        version = await sam.get(f"{place}?rule=HAV-01")
        assert "What would pass: Leave out the unicorn." in version.text
        assert "1 stricter" in (await sam.get(f"{place}/difference")).text
        assert (await sam.get(f"{place}/files/company/policy.yaml")).response.text == PACK
        done = await sam.submit(f"{place}/activation", reason="agreed in the board", confirmed="yes")
        assert done.response.headers["location"] == "/rules?done=activated"
        overview = await rosa.get("/rules")
        assert "put in force by sam.signatory: agreed in the board" in overview.text
        assert (await rosa.get("/rules/proposal?file=company/policy.yaml")).text.count("No talk of unicorns") == 1
