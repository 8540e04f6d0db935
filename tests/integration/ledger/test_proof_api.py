"""An inspector reads proofs over HTTP and checks them with nothing but what the answers hold."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio

from compliance.adapters.proof.note_keys import signature_holds
from compliance.domain.proof.checkpoint import VerifierKey, opened
from compliance.domain.proof.verifying import consistency_holds, inclusion_holds
from shared.contracts.hashing import canonical
from shared.testing import TestIssuer
from support.checkpoint_builders import Kept
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client

pytestmark = pytest.mark.platform

ISSUER = TestIssuer()
INSPECT = ISSUER.authorization("ledger:read", subject="ines.inspector")
NOBODY = ISSUER.authorization("compliance:read", subject="amira.medical")


@pytest_asyncio.fixture
async def stage(database: str) -> AsyncGenerator[Stage]:
    async with Stage.open(database) as opened_stage:
        yield opened_stage


@pytest_asyncio.fixture
async def http(stage: Stage) -> AsyncGenerator[httpx.AsyncClient]:
    async with gate_client(gate_app(stage, ISSUER)) as client:
        yield client


@pytest.fixture
def kept(stage: Stage, tmp_path: Path) -> Kept:
    return Kept(stage.engine, tmp_path)


async def get(http: httpx.AsyncClient, path: str, **query: Any) -> Any:
    response = await http.get(path, params=query, headers=INSPECT)
    assert response.status_code == 200, response.text
    return response.json()


def holds(proof: dict[str, Any]) -> bool:
    leaf = hashlib.sha256(b"\0" + proof["leaf"].encode()).digest()
    return leaf.hex() == proof["leaf_hash"] and inclusion_holds(
        index=proof["position"],
        size=proof["tree_size"],
        leaf=leaf,
        proof=[bytes.fromhex(step) for step in proof["path"]],
        root=bytes.fromhex(proof["root"]),
    )


def opens(proof: dict[str, Any], name: str) -> bool:
    opening = proof["openings"][name]
    committed = json.loads(proof["leaf"])["committed"][name]
    return hashlib.sha256(bytes.fromhex(opening["salt"]) + canonical(opening["value"])).hexdigest() == committed


async def test_every_entry_is_proved_up_to_a_signed_checkpoint(
    http: httpx.AsyncClient, stage: Stage, kept: Kept
) -> None:
    await stage.approved()
    await kept.sequencer.run()
    checkpoint = await kept.checkpoint()
    assert checkpoint is not None
    listed = (await get(http, "/v1/ledger", limit=100))["items"]
    assert [row["position"] for row in listed] == list(range(checkpoint.size))
    [key] = (await get(http, "/v1/ledger/verifier-keys"))["keys"]
    for row in listed:
        proof = await get(http, f"/v1/ledger/{row['sequence']}/inclusion-proof")
        signed = opened(proof["checkpoint"]["note"], [VerifierKey.parse(key)], signature_holds)
        assert holds(proof)
        assert signed.root.hex() == proof["root"]
        assert opens(proof, "who")
        assert proof["openings"]["who"]["value"] == row["who"]
    voted = next(row for row in listed if row["what"] == "case_approved")
    proof = await get(http, f"/v1/ledger/{voted['sequence']}/inclusion-proof")
    assert (voted["who"], voted["why"]) == ("rosa.reviewer", "reviewed for accuracy")
    assert "rosa" not in proof["leaf"]
    assert "accuracy" not in proof["leaf"]
    assert opens(proof, "why")


async def test_what_no_checkpoint_covers_yet_is_proved_in_the_tree_as_it_is(
    http: httpx.AsyncClient, stage: Stage, kept: Kept
) -> None:
    await kept.sequencer.run()
    first = await kept.checkpoint()
    assert first is not None
    await stage.hear_person()
    await stage.submit()
    last = (await get(http, "/v1/ledger", aggregate_id=stage.action))["items"][-1]
    early = await http.get(f"/v1/ledger/{last['sequence']}/inclusion-proof", headers=INSPECT)
    assert (early.status_code, early.json()["code"]) == (404, "not_found")
    await kept.sequencer.run()
    proof = await get(http, f"/v1/ledger/{last['sequence']}/inclusion-proof")
    assert holds(proof)
    assert proof["checkpoint"] is None
    consistency = await get(http, "/v1/ledger/consistency-proof", from_size=first.size)
    assert consistency["from_root"] == first.root.hex()
    assert consistency["to_root"] == proof["root"]
    assert consistency_holds(
        old=first.size,
        new=consistency["to_size"],
        old_root=first.root,
        new_root=bytes.fromhex(proof["root"]),
        proof=[bytes.fromhex(step) for step in consistency["path"]],
    )
    note = (await get(http, "/v1/ledger/checkpoint"))["note"]
    assert base64.b64encode(first.root).decode() in note


async def test_an_erased_person_leaves_proofs_that_hold_and_no_value(
    http: httpx.AsyncClient, stage: Stage, kept: Kept
) -> None:
    await stage.approved()
    await kept.sequencer.run()
    checkpoint = await kept.checkpoint()
    stage.clock.advance(timedelta(seconds=1))
    await stage.forget_person(2)
    rows = (await get(http, "/v1/ledger", aggregate_id=stage.action))["items"]
    approved = next(row for row in rows if row["what"] == "case_approved")
    assert (approved["who"], approved["why"], approved["erased"]) == ("rosa.reviewer", None, True)
    voided, erased = rows[-2:]
    assert erased["what"] == "case_erased"
    assert (voided["what"], voided["why"]) == ("case_voided", "the person's data was erased")
    proof = await get(http, f"/v1/ledger/{approved['sequence']}/inclusion-proof")
    assert holds(proof)
    assert checkpoint is not None
    assert proof["root"] == checkpoint.root.hex()
    assert proof["erased"] is True
    assert set(proof["openings"]) == {"who"}
    kept_values = await stage.rows("SELECT personal FROM ledger_personal WHERE erased_at IS NOT NULL")
    names = [set(row["personal"]) for row in kept_values if row["personal"] is not None]
    assert names == [{"signatory"}]  # who signed is a colleague's act


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/v1/ledger/checkpoint", 404, "not_found"),
        ("/v1/ledger/999999/inclusion-proof", 404, "not_found"),
        ("/v1/ledger/0/inclusion-proof", 422, None),
        ("/v1/ledger/1/inclusion-proof?tree_size=99999", 400, "invalid_value"),
        ("/v1/ledger/consistency-proof?from_size=99999", 400, "invalid_value"),
        ("/v1/ledger/consistency-proof", 422, None),
    ],
)
async def test_what_cannot_be_proved_is_refused_with_a_reason(
    http: httpx.AsyncClient, kept: Kept, path: str, status: int, code: str | None
) -> None:
    await kept.sequencer.run()
    response = await http.get(path, headers=INSPECT)
    assert response.status_code == status, response.text
    assert code is None or response.json()["code"] == code
    assert (await http.get(path, headers=NOBODY)).status_code == 403
