"""The published keys as executors meet them: over HTTP, with real permits outstanding."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from compliance.adapters.key_folder import KeyFolder
from compliance.domain.permit_key import GRACE
from rapport_permit import verify_permit
from shared.testing import TestIssuer
from support.compliance_builders import EXECUTOR
from support.compliance_stage import Stage
from support.gate_api import gate_app, gate_client
from support.permit_keys import keys_in

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
    new = KeyFolder.opened(tmp_path, now=stage.clock.now()).rotate(stage.clock.now(), ahead=timedelta(minutes=10))
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
        operator = KeyFolder.opened(tmp_path, now=stage.clock.now())
        new = operator.rotate(stage.clock.now(), ahead=timedelta(minutes=10)).kid
        assert await kids() == [old, new]
        stage.clock.advance(timedelta(minutes=10) + GRACE)
        assert await kids() == [new]
        newer = operator.rotate(stage.clock.now(), ahead=timedelta(0)).kid
        operator.retire(new, stage.clock.now(), revoke=True)
        assert await kids() == [newer]


async def test_keys_that_cannot_be_read_are_no_keys(stage: Stage, tmp_path: Path) -> None:
    stage.keys = keys_in(tmp_path, stage.clock.now())
    (tmp_path / "keys.json").unlink()
    async with gate_client(gate_app(stage, TestIssuer())) as http:
        answer = await http.get("/.well-known/jwks.json")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert str(tmp_path) not in answer.text
