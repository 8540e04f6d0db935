"""What an executor asks of compliance and planner: both over HTTP, and the fake of the executor's tests."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
import pytest
import pytest_asyncio

from compliance.application.aftercare.recall import Recall
from planner.bootstrap import build_use_cases, create_planner_app
from rapport.executor.gate import Gate, NotAllowed
from rapport_permit import verify_permit
from shared.contracts.compliance import ActionRecalledV1, ActionReleasedV1
from shared.db.migrations import upgrade
from shared.kernel.errors import TransientError, Unavailable
from shared.kernel.ids import new_id
from shared.testing import TestIssuer
from support import compliance_stage, executor_builders, planner_stage
from support.compliance_builders import EXECUTOR
from support.executor_builders import FakeGate, Signer, a_recall
from support.gate_api import gate_app
from support.peers import GivenTokens, silent
from support.planner_builders import COMPANY
from support.planner_cases import redemption_of, release_of

DONE = {"outcome": "done", "evidence_url": "https://mastodon.example/@havelmark/7"}
NOT_DONE = {"outcome": "not_done", "detail": "the gate refused"}


class AsksTheGate(Protocol):
    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]: ...
    async def redeem(self, release: ActionReleasedV1) -> Mapping[str, Any]: ...
    async def report_take_down(self, recall: ActionRecalledV1, proof: Mapping[str, Any]) -> str | None: ...
    async def report(self, release: ActionReleasedV1, report: Mapping[str, Any]) -> str | None: ...


class Side(Protocol):
    gate: AsksTheGate
    release: ActionReleasedV1
    now: datetime

    async def stop(self) -> None:
        """The person opts out after the release."""
        ...

    async def recall(self) -> ActionRecalledV1:
        """A person takes the release back."""
        ...

    async def spread(self) -> None:
        """The planner hears of the release and, where there was one, of the redemption."""
        ...

    def fall_silent(self) -> None: ...

    def wait(self, *, seconds: float) -> None: ...


class Faked:
    now = executor_builders.NOW

    def __init__(self) -> None:
        self.gate = FakeGate(Signer())
        self.release = self.gate.signer.release()

    async def stop(self) -> None:
        self.gate.refuses = "409 permit_not_redeemable: a stop signal is in force"

    async def recall(self) -> ActionRecalledV1:
        return a_recall()

    async def spread(self) -> None:
        """The fake is both services in one."""

    def fall_silent(self) -> None:
        self.gate.fails = {step: [TransientError("silent")] for step in ("keys", "before redeem", "before report")}

    def wait(self, *, seconds: float) -> None:
        self.gate.between_looks = 0
        self.gate.seconds += seconds


class Real:
    def __init__(
        self,
        compliance: compliance_stage.Stage,
        planner: planner_stage.Stage,
        action: dict[str, Any],
        release: ActionReleasedV1,
        http: httpx.AsyncClient,
    ) -> None:
        self.compliance, self.planner, self.action, self.release = compliance, planner, action, release
        self.now, self.http = compliance.clock.now(), http
        self.speak_through(http)

    def speak_through(self, http: httpx.AsyncClient, tokens: Any = None) -> None:
        scopes = ("permits:redeem", "planner:outcome")
        signed = self.planner.issuer.service_authorization(EXECUTOR, *scopes)["Authorization"]
        tokens = {EXECUTOR: tokens or GivenTokens(signed.removeprefix("Bearer "))}
        self.seconds = 0.0
        places = {"compliance": "http://compliance.test", "planner": "http://planner.test/"}
        self.gate = Gate(http, **places, tokens=tokens, monotonic=lambda: self.seconds)

    async def stop(self) -> None:
        await self.compliance.hear_person(version=2, opted_out=True)

    async def recall(self) -> ActionRecalledV1:
        order = Recall(by="rosa.reviewer", code="content", reason="the figure is wrong")
        done = await self.compliance.aftercare().recall(self.compliance.action, order)
        return a_recall(was_redeemed=done.was_redeemed).model_copy(
            update={"action_id": done.action_id, "permit_id": done.permit_id, "audience": EXECUTOR}
        )

    async def spread(self) -> None:
        permit_id = self.release.permit_id
        await self.planner.hears(release_of(self.action, permit_id, audience=EXECUTOR))
        if (await self.compliance.permit(permit_id)).redeemed_at is not None:
            await self.planner.hears(redemption_of(self.action, permit_id))

    def fall_silent(self) -> None:
        self.speak_through(silent())

    def wait(self, *, seconds: float) -> None:
        self.seconds += seconds


Databases = tuple[str, str]


@pytest.fixture(scope="module")
def databases(request: pytest.FixtureRequest, repository: Path) -> Databases:
    """Of compliance and planner. Every test has a person and an action of its own."""
    fresh_database: Callable[[str], str] = request.getfixturevalue("fresh_database")
    urls = fresh_database("gate_suite_compliance"), fresh_database("gate_suite_planner")
    for service, url in zip(("compliance", "planner"), urls, strict=True):
        upgrade(repository / "services" / service / "alembic.ini", url)
    return urls


@asynccontextmanager
async def in_reality(databases: Databases) -> AsyncGenerator[Real]:
    compliance_url, planner_url = databases
    async with (
        compliance_stage.Stage.open(compliance_url) as compliance,
        planner_stage.Stage.open(planner_url) as planner,
        both_services(compliance, planner) as http,
    ):
        action = await planner.submitted()
        compliance.action, compliance.person = action["id"], action["stakeholder_id"]
        await compliance.approved()
        await compliance.release()
        (row,) = await compliance.rows(
            "SELECT payload FROM outbox_messages WHERE aggregate_id = :key AND type = :type",
            key=compliance.action,
            type=ActionReleasedV1.TYPE,
        )
        yield Real(compliance, planner, action, ActionReleasedV1.model_validate_json(row["payload"]), http)


def both_services(compliance: compliance_stage.Stage, planner: planner_stage.Stage) -> httpx.AsyncClient:
    """Their real applications, each under its own address."""
    issuer: TestIssuer = planner.issuer
    use_cases = build_use_cases(planner.engine, posts=planner.archive, company=COMPANY, clock=planner.clock)
    apps = {
        "http://compliance.test": gate_app(compliance, issuer),
        "http://planner.test": create_planner_app(use_cases, issuer.verifier(), engine=planner.engine),
    }
    return httpx.AsyncClient(mounts={url: httpx.ASGITransport(app) for url, app in apps.items()})


@pytest_asyncio.fixture(params=["fake", pytest.param("real", marks=pytest.mark.platform)])
async def side(request: pytest.FixtureRequest) -> AsyncGenerator[Side]:
    if request.param == "fake":
        yield Faked()
    else:
        async with in_reality(request.getfixturevalue("databases")) as real:
            yield real


async def test_the_published_keys_verify_the_permit(side: Side):
    keys = await side.gate.keys()
    permit = verify_permit(side.release.permit, keys, audience=side.release.audience, now=side.now)
    assert permit.permit_id == side.release.permit_id


async def test_right_after_a_look_at_the_keys_another_one_is_tried_again(side: Side):
    keys = await side.gate.keys()
    side.wait(seconds=1)
    with pytest.raises(TransientError):
        await side.gate.keys(anew=True)
    assert await side.gate.keys() == keys
    side.wait(seconds=10)
    assert await side.gate.keys(anew=True) == keys


async def test_a_redemption_answers_with_the_released_content_every_time(side: Side):
    first, again = await side.gate.redeem(side.release), await side.gate.redeem(side.release)
    assert first == again == side.release.content


@pytest.mark.parametrize("change", [{"content_sha256": "0" * 64}, {"permit_id": new_id()}])
async def test_another_content_or_permit_is_not_allowed(side: Side, change: dict[str, str]):
    with pytest.raises(NotAllowed):
        await side.gate.redeem(side.release.model_copy(update=change))


async def test_after_a_stop_the_gate_says_no(side: Side):
    await side.stop()
    with pytest.raises(NotAllowed) as refusal:
        await side.gate.redeem(side.release)
    assert "409 permit_not_redeemable" in str(refusal.value)


async def test_the_planner_takes_the_same_report_twice_and_objects_to_another(side: Side):
    await side.gate.redeem(side.release)
    await side.spread()
    assert await side.gate.report(side.release, DONE) is None
    assert await side.gate.report(side.release, DONE) is None
    objection = await side.gate.report(side.release, NOT_DONE)
    assert objection is not None
    assert "409 outcome_already_recorded" in objection


async def test_a_take_down_is_reported_as_often_as_it_takes(side: Side):
    await side.gate.redeem(side.release)
    recall = await side.recall()
    gone = {"kind": "url_gone", "url": "https://mastodon.example/@havelmark/7"}
    assert await side.gate.report_take_down(recall, gone) is None
    assert await side.gate.report_take_down(recall, gone) is None


async def test_there_is_no_take_down_of_what_was_never_redeemed(side: Side):
    recall = await side.recall()
    objection = await side.gate.report_take_down(recall, {"kind": "note", "note": "nothing was published"})
    assert objection is not None
    assert "404 not_found" in objection


async def test_what_was_not_done_needs_no_redemption(side: Side):
    await side.stop()
    await side.spread()
    assert await side.gate.report(side.release, NOT_DONE) is None


async def test_nothing_can_have_been_done_before_the_redemption_is_known(side: Side):
    await side.spread()
    with pytest.raises(TransientError):
        await side.gate.report(side.release, DONE)


async def test_silence_is_tried_again(side: Side):
    side.fall_silent()
    with pytest.raises(TransientError):
        await side.gate.keys()
    with pytest.raises(TransientError):
        await side.gate.redeem(side.release)
    with pytest.raises(TransientError):
        await side.gate.report(side.release, NOT_DONE)


@pytest.mark.platform
async def test_another_executors_token_is_not_allowed_and_no_token_is_tried_again(databases: Databases):
    class NoTokens(GivenTokens):
        async def bearer(self) -> str:
            raise Unavailable("the issuer does not answer")

    async with in_reality(databases) as real:
        stranger = real.planner.issuer.service_authorization("executor-x", "permits:redeem")["Authorization"]
        for tokens, error in (
            (GivenTokens(stranger.removeprefix("Bearer ")), NotAllowed),
            (GivenTokens("rubbish"), TransientError),
            (NoTokens(""), TransientError),
        ):
            real.speak_through(real.http, tokens)
            with pytest.raises(error):
                await real.gate.redeem(real.release)
