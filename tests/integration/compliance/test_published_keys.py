"""The published keys as executors meet them: over HTTP, with real permits outstanding."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from compliance.adapters.key_folder import KeyFolder
from compliance.adapters.published_keys import recorded_keys
from compliance.adapters.signing_keys import permit_header
from compliance.application.permit_keys import record_keys
from compliance.domain.permit_key import GRACE
from rapport_permit import fetch_jwks, verify_permit
from shared.db.reads import ReadPool
from shared.db.settings import DatabaseSettings
from shared.kernel.clock import SystemClock
from shared.testing import TestIssuer
from support.compliance_builders import EXECUTOR
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.gate_process import gate_process
from support.permit_keys import claims, hand, keys_in

pytestmark = pytest.mark.platform


async def published(stage: Stage, *, at: datetime | None = None) -> dict[str, Any]:
    """What an API process started now answers."""
    stage.clock.set(at or stage.clock.now())
    async with gate_client(gate_app(stage, TestIssuer())) as http:
        answer = await http.get("/.well-known/jwks.json")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "public, max-age=60"
    return answer.json()


async def test_a_retired_key_stays_until_the_last_permit_it_signed_has_expired(stage: Stage, tmp_path: Path) -> None:
    stage.keys = keys_in(tmp_path, stage.clock.now())
    (old,) = stage.keys.ring().keys
    await stage.approved()
    await stage.release()
    permit = await stage.permit()
    new = KeyFolder.opened(tmp_path, hand(stage.clock.now())).rotate(
        hand(stage.clock.now()), ahead=timedelta(minutes=10)
    )
    ends = permit.grant.slot.end
    for at in (stage.clock.now(), stage.clock.now() + timedelta(minutes=20), ends, ends + GRACE - timedelta(seconds=1)):
        assert [key["kid"] for key in (await published(stage, at=at))["keys"]] == [old.kid, new.kid]
    assert (
        verify_permit(
            permit.grant.token, await published(stage), audience=EXECUTOR, now=ends - timedelta(seconds=1)
        ).key_id
        == old.kid
    )
    assert [key["kid"] for key in (await published(stage, at=ends + GRACE))["keys"]] == [new.kid]


async def test_a_running_api_answers_with_a_rotation_at_once(stage: Stage, tmp_path: Path) -> None:
    stage.keys = keys_in(tmp_path, stage.clock.now())
    async with gate_client(gate_app(stage, TestIssuer())) as http:

        async def kids() -> list[str]:
            return [key["kid"] for key in (await http.get("/.well-known/jwks.json")).json()["keys"]]

        (old,) = await kids()
        operator = KeyFolder.opened(tmp_path, hand(stage.clock.now()))
        new = operator.rotate(hand(stage.clock.now()), ahead=timedelta(minutes=10)).kid
        assert await kids() == [old, new]
        stage.clock.advance(timedelta(minutes=10) + GRACE)
        assert await kids() == [new]
        newer = operator.rotate(hand(stage.clock.now()), ahead=timedelta(0)).kid
        operator.retire(new, hand(stage.clock.now()), revoke=True)
        assert await kids() == [newer]


async def test_every_process_follows_what_an_operator_does_without_a_restart(
    compliance_database: str, tmp_path: Path
) -> None:
    now = SystemClock().now()
    worker = keys_in(tmp_path, now)
    (old,) = worker.ring().keys
    with (
        gate_process(compliance_database, TestIssuer(), now + timedelta(minutes=1), keys=tmp_path) as one,
        gate_process(compliance_database, TestIssuer(), now + timedelta(minutes=1), keys=tmp_path) as other,
    ):
        for step in (
            ["rotate", "--ahead", "600"],
            ["rotate", "--ahead", "0"],
            ["retire", old.name, "--revoke", "--why", "leaked"],
        ):
            rapport("permit", "keys", *step, "--folder", str(tmp_path))
            names = [
                {key["kid"] for key in fetch_jwks(f"{gate}/.well-known/jwks.json")["keys"]} for gate in (one, other)
            ]
            signs = worker.ring().signing(now + timedelta(minutes=1))
            assert signs is not None
            assert names[0] == names[1]
            assert signs.kid in names[0]
            assert (old.kid in names[0]) == (step[0] == "rotate")
    assert worker.sign(claims(issued_at=now + timedelta(minutes=1))).startswith(permit_header(signs.kid))
    assert signs.kid != old.kid


async def test_the_ledger_knows_who_did_what_to_a_key_when_and_why(
    stage: Stage, compliance_database: str, tmp_path: Path
) -> None:
    at = stage.clock.now()
    folder = KeyFolder.opened(tmp_path, hand(at, "the first start"))
    (first,) = folder.ring().keys
    second = folder.rotate(hand(at, "by plan"), ahead=timedelta(0))
    settings = DatabaseSettings(url=SecretStr(compliance_database))
    async with ReadPool(settings, application_name="keys") as reads:

        async def look() -> list[tuple[str, ...]]:
            await record_keys(folder.ring(), find_recorded=partial(recorded_keys, reads), open_uow=stage.open_uow)
            rows = await stage.rows(
                """SELECT l.aggregate_id AS kid, l.what, l.new_state, p.who ->> 'value' AS who,
                   p.personal -> 'why' ->> 'value' AS why FROM ledger l JOIN ledger_personal p USING (entry_id)
                   WHERE l.aggregate = 'permit_key' AND l.aggregate_id IN (:first, :second) ORDER BY l.sequence""",
                first=first.kid,
                second=second.kid,
            )
            return [tuple(row.values()) for row in rows]

        olga = "operator:olga"
        begun = [
            (first.kid, "permit_key_published", "published", olga, "the first start"),
            (second.kid, "permit_key_published", "published", olga, "by plan"),
        ]
        assert await look() == begun
        assert await look() == begun
        folder.retire(second.kid, hand(at, "leaked"), revoke=True)
        assert await look() == [*begun, (second.kid, "permit_key_revoked", "revoked", olga, "leaked")]


def rapport(*arguments: str) -> None:
    """As an operator runs it."""
    subprocess.run([Path(sys.executable).with_name("rapport"), *arguments], check=True, capture_output=True)


async def test_keys_that_cannot_be_read_are_no_keys(stage: Stage, tmp_path: Path) -> None:
    stage.keys = keys_in(tmp_path, stage.clock.now())
    (tmp_path / "keys.json").unlink()
    async with gate_client(gate_app(stage, TestIssuer())) as http:
        answer = await http.get("/.well-known/jwks.json")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert str(tmp_path) not in answer.text
