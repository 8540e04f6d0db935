"""The executor acts once per permit, and only when the gate says so, wherever it is killed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from rapport.executor.acting import Executor
from rapport.executor.channels import SandboxChannels
from shared.kernel.errors import TransientError
from shared.testing import FakeClock
from support.executor_builders import CONTENT, NOW, PERMIT_ID, Died, FakeGate, Signer, a_recall


def an_executor(gate: FakeGate, folder: Path, *, at: datetime = NOW) -> Executor:
    return Executor(gate=gate, channels=SandboxChannels(folder), clock=FakeClock(at))


def published(folder: Path) -> list[dict[str, Any]]:
    file = folder / "x.jsonl"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


async def test_a_redeemed_permit_becomes_one_act_and_a_report(tmp_path: Path) -> None:
    gate = FakeGate(Signer())

    await an_executor(gate, tmp_path).carry_out(gate.signer.release())

    assert [(act["permit_id"], act["content"]) for act in published(tmp_path)] == [(PERMIT_ID, CONTENT)]
    assert gate.reports == [{"outcome": "done", "evidence_url": f"sandbox://x/{PERMIT_ID}"}]


async def test_the_same_release_twice_is_one_act(tmp_path: Path) -> None:
    gate = FakeGate(Signer())
    executor, release = an_executor(gate, tmp_path), gate.signer.release()

    await executor.carry_out(release)
    await executor.carry_out(release)

    assert len(published(tmp_path)) == 1
    assert gate.redeemed == 1


@pytest.mark.parametrize("step", ["keys", "before redeem", "after redeem", "before report", "after report"])
async def test_killed_at_any_step_it_still_acts_exactly_once(tmp_path: Path, step: str) -> None:
    gate = FakeGate(Signer(), fails={step: [Died()]})
    release = gate.signer.release()
    with pytest.raises(Died):
        await an_executor(gate, tmp_path).carry_out(release)

    await an_executor(gate, tmp_path).carry_out(release)

    assert len(published(tmp_path)) == 1
    assert {report["outcome"] for report in gate.reports} == {"done"}


async def test_a_line_that_was_not_finished_never_happened(tmp_path: Path) -> None:
    gate = FakeGate(Signer())
    (tmp_path / "x.jsonl").write_text('{"permit_id": "other", "content": {}}\n{"permit_id": "' + PERMIT_ID)

    await an_executor(gate, tmp_path).carry_out(gate.signer.release())

    assert [act["permit_id"] for act in published(tmp_path)] == ["other", PERMIT_ID]


async def test_what_may_pass_is_tried_again(tmp_path: Path) -> None:
    gate = FakeGate(
        Signer(), fails={"before redeem": [TransientError("503")], "before report": [TransientError("503")]}
    )

    await an_executor(gate, tmp_path).carry_out(gate.signer.release())

    assert len(published(tmp_path)) == 1
    assert len(gate.reports) == 1


@pytest.mark.parametrize(
    ("claims", "at"),
    [
        ({"aud": "executor-linkedin"}, NOW),
        ({"sub": "another action"}, NOW),
        ({"jti": "another permit"}, NOW),
        ({"approvals": {"count": 0}}, NOW),
        ({}, NOW + timedelta(hours=2)),
    ],
)
async def test_a_permit_that_does_not_fit_is_never_redeemed(
    tmp_path: Path, claims: Mapping[str, Any], at: datetime
) -> None:
    gate = FakeGate(Signer())

    await an_executor(gate, tmp_path, at=at).carry_out(gate.signer.release(**claims))

    assert published(tmp_path) == []
    assert gate.redeemed == 0
    assert [report["outcome"] for report in gate.reports] == ["not_done"]


async def test_a_permit_signed_by_a_stranger_is_never_redeemed(tmp_path: Path) -> None:
    gate = FakeGate(Signer())

    await an_executor(gate, tmp_path).carry_out(Signer().release())

    assert (published(tmp_path), gate.redeemed) == ([], 0)


async def test_a_refused_redemption_is_reported_and_nothing_is_published(tmp_path: Path) -> None:
    gate = FakeGate(Signer(), refuses="409 permit_not_redeemable: a stop signal is in force")

    await an_executor(gate, tmp_path).carry_out(gate.signer.release())

    assert published(tmp_path) == []
    assert gate.reports == [{"outcome": "not_done", "detail": "409 permit_not_redeemable: a stop signal is in force"}]


async def test_other_content_than_the_permits_is_never_published(tmp_path: Path) -> None:
    gate = FakeGate(Signer(), content={**CONTENT, "text": "Something else."})

    await an_executor(gate, tmp_path).carry_out(gate.signer.release())

    assert published(tmp_path) == []
    assert [report["outcome"] for report in gate.reports] == ["not_done"]


async def test_a_recalled_post_is_taken_down_and_reported_once_more_when_asked_again(tmp_path: Path) -> None:
    gate = FakeGate(Signer())
    executor = an_executor(gate, tmp_path)
    await executor.carry_out(gate.signer.release())

    await executor.carry_out(a_recall())
    await executor.carry_out(a_recall())

    assert [("content" in line, "taken_down_at" in line) for line in published(tmp_path)] == [
        (True, False),
        (False, True),
    ]
    assert gate.taken_down == [{"kind": "url_gone", "url": f"sandbox://x/{PERMIT_ID}"}]


async def test_what_was_allowed_before_its_recall_is_not_published_after_it(tmp_path: Path) -> None:
    gate = FakeGate(Signer(), fails={"after redeem": [Died()]})
    with pytest.raises(Died):
        await an_executor(gate, tmp_path).carry_out(gate.signer.release())
    executor = an_executor(gate, tmp_path)

    await executor.carry_out(a_recall())
    await executor.carry_out(gate.signer.release())

    assert published(tmp_path) == []
    assert gate.taken_down == [{"kind": "note", "note": "nothing was published under this permit"}]
    assert gate.reports == [{"outcome": "not_done", "detail": "recalled before it was published"}]


async def test_a_recall_before_the_act_leaves_nothing_to_report_to_the_gate(tmp_path: Path) -> None:
    gate = FakeGate(Signer(), refuses="409 permit_not_redeemable: the permit is recalled")
    executor = an_executor(gate, tmp_path)

    await executor.carry_out(a_recall(was_redeemed=False))
    await executor.carry_out(gate.signer.release())

    assert (published(tmp_path), gate.taken_down) == ([], [])
    assert [report["outcome"] for report in gate.reports] == ["not_done"]


@pytest.mark.parametrize("error", [TransientError("silent"), Died()])
async def test_a_take_down_that_could_not_be_reported_is_reported_later(tmp_path: Path, error: BaseException) -> None:
    gate = FakeGate(Signer())
    await an_executor(gate, tmp_path).carry_out(gate.signer.release())
    gate.fails = {"before take-down": [error]}
    if isinstance(error, Died):
        with pytest.raises(Died):
            await an_executor(gate, tmp_path).carry_out(a_recall())

    await an_executor(gate, tmp_path).carry_out(a_recall())

    assert len(gate.taken_down) == 1
    assert len(published(tmp_path)) == 2
