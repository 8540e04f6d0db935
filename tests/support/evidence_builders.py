"""Evidence packs of real actions, and what the script says about them."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx

from compliance.application.rules import rule_sets
from compliance.application.rules.rule_sets import Compiled
from compliance.domain.findings import Evidence, Finding, Screening
from compliance.entrypoints.evidence.evidence_page import page
from compliance.entrypoints.evidence.files import SCRIPT
from shared.testing import TestIssuer
from support.checkpoint_builders import Kept
from support.compliance_builders import EDITOR
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

ISSUER = TestIssuer()
INSPECTOR = ISSUER.authorization("ledger:read", "compliance:read", subject="sam.signatory")
DATA = re.compile(r'(?<=<script type="application/json" id="evidence">\n)(.*)(?=\n</script>)', re.DOTALL)
RULES = "b" * 64
RULE = """rules:
  - id: TST-01
    title: A word to look at
    clause: "Example Code Cl. 7"
    message: "“{quote}” has to be looked at."
  - id: TST-02
    title: Another
"""
FOUND = Finding(
    rule_id="TST-01",
    severity="review",
    message="“explainer” has to be looked at.",
    clause="Example Code Cl. 7",
    evidence=Evidence(field="text", start=25, end=34, quote="explainer"),
)


@dataclass
class Packs:
    """A gate with its ledger, and the checking of what it hands out."""

    stage: Stage
    kept: Kept
    http: httpx.AsyncClient
    folder: Path

    @classmethod
    @asynccontextmanager
    async def open(cls, database: str, folder: Path) -> AsyncGenerator[Packs]:
        async with Stage.open(database) as stage:
            compiled = Compiled(rule_set=RULES, rules=2)
            await rule_sets.begin({"test.yaml": RULE}, compiled, open_uow=stage.open_uow, clock=stage.clock)
            await rule_sets.activate(RULES, "test", "test", open_uow=stage.open_uow, clock=stage.clock)
            answer = Screening(verdict="review", safety_handover=False, findings=(FOUND,), rule_set=RULES)
            stage.gate = replace(stage.gate, screen=lambda _snapshot, _as_of: answer, rule_set=lambda: RULES)
            async with gate_client(gate_app(stage, ISSUER)) as http:
                yield cls(stage, Kept(stage.engine, folder), http, folder)

    async def redeemed(self) -> None:
        """Revised once after an approval, approved again, released and redeemed."""
        await self.stage.approved(edited_by=(EDITOR,))
        await self.stage.submit(2, text="Thank you for this very clear explainer.")
        await self.stage.vote()
        self.stage.clock.advance(timedelta(minutes=2))
        await self.stage.release()
        await self.stage.redeem(await self.stage.permit())

    async def sign(self) -> None:
        """The sequencer and the checkpoints have caught up."""
        await self.kept.sequencer.run()
        await self.kept.checkpoint()
        (self.folder / "ledger.key").write_text(f"{self.kept.verifier}\n", "utf-8")
        keys = self.stage.keys.jwks(self.stage.clock.now())
        (self.folder / "permits.json").write_text(json.dumps(keys), "utf-8")

    async def ask(self, action: str | None = None, headers: Mapping[str, str] = INSPECTOR) -> httpx.Response:
        return await self.http.get(f"/v1/cases/{action or self.stage.action}/evidence-pack", headers=headers)

    async def pack(self) -> str:
        """The file, once all is signed."""
        await self.sign()
        response = await self.ask()
        assert response.status_code == 200, response.text
        return response.text

    def check(self, text: str, *more: str) -> subprocess.CompletedProcess[str]:
        """The script as an inspector runs it."""
        file = self.folder / "pack.html"
        file.write_bytes(text.encode())
        keys = (
            "--ledger-key",
            str(self.folder / "ledger.key"),
            *(more or ("--permit-key", str(self.folder / "permits.json"))),
        )
        return subprocess.run(
            [sys.executable, str(SCRIPT), str(file), *keys], capture_output=True, text=True, check=False
        )


def data_of(text: str) -> dict[str, Any]:
    found = DATA.search(text)
    assert found is not None
    return json.loads(found[0])


def written(pack: Mapping[str, Any]) -> str:
    """The file of somebody who changes the data and makes the page anew."""
    data = json.dumps(pack, ensure_ascii=False, indent=1, sort_keys=True)
    return page(data.replace("<", "\\u003c"))
