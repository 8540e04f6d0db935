"""One released action in the hands of its executor: verify, redeem, act once, report."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import structlog

from rapport.executor.channels import SandboxChannels
from rapport.executor.gate import NotAllowed
from rapport_permit import BadPermit, UnknownKey, UnusableKeys, VerifiedPermit, verify_permit
from shared.contracts.compliance import ActionRecalledV1, ActionReleasedV1
from shared.contracts.hashing import sha256_of
from shared.kernel.clock import Clock
from shared.kernel.errors import TransientError

log = structlog.get_logger("rapport.executor")

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 5.0


class AsksTheGate(Protocol):
    """See `rapport.executor.gate.Gate`."""

    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]: ...

    async def redeem(self, release: ActionReleasedV1) -> Mapping[str, Any]: ...

    async def report_take_down(self, recall: ActionRecalledV1, proof: Mapping[str, Any]) -> str | None: ...

    async def report(self, release: ActionReleasedV1, report: Mapping[str, Any]) -> str | None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Executor:
    """Acts on the sandbox channels. Every step may be repeated after a crash: the permit id is the key of them all."""

    gate: AsksTheGate
    channels: SandboxChannels
    clock: Clock

    async def carry_out(self, news: ActionReleasedV1 | ActionRecalledV1) -> None:
        """Until it is done or taken down, or refused and reported as not done. What may pass is tried again."""
        pause = FIRST_PAUSE
        while True:
            try:
                await (self._take_down(news) if isinstance(news, ActionRecalledV1) else self._attempt(news))
            except TransientError as error:
                log.info("executor.waits", permit_id=news.permit_id, why=str(error))
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                return

    async def _attempt(self, release: ActionReleasedV1) -> None:
        platform = str(release.content.get("platform") or "other")
        if not self.channels.acted(platform, release.permit_id):
            try:
                content = await self._allowed(release)
            except (BadPermit, NotAllowed) as refusal:
                log.warning("executor.refused", permit_id=release.permit_id, why=str(refusal))
                await self._report(release, {"outcome": "not_done", "detail": str(refusal)})
                return
            is_out = self.channels.publish(
                platform, release.permit_id, action_id=release.action_id, content=content, at=self.clock.now()
            )
            if not is_out and not self.channels.acted(platform, release.permit_id):
                await self._report(release, {"outcome": "not_done", "detail": "recalled before it was published"})
                return
            log.info("executor.acted", permit_id=release.permit_id, platform=platform)
        evidence = f"sandbox://{platform}/{release.permit_id}"
        await self._report(release, {"outcome": "done", "evidence_url": evidence})

    async def _take_down(self, recall: ActionRecalledV1) -> None:
        platform = self.channels.take_down(recall.permit_id, at=self.clock.now())
        if not recall.was_redeemed:
            return
        gone = {"kind": "url_gone", "url": f"sandbox://{platform}/{recall.permit_id}"}
        proof = gone if platform else {"kind": "note", "note": "nothing was published under this permit"}
        objection = await self.gate.report_take_down(recall, proof)
        log.info("executor.took_down", permit_id=recall.permit_id, platform=platform, objection=objection)

    async def _allowed(self, release: ActionReleasedV1) -> Mapping[str, Any]:
        if self.clock.now() < release.not_before:
            raise TransientError("the slot has not begun")
        permit = await self._verified(release)
        if (permit.permit_id, permit.action_id) != (release.permit_id, release.action_id):
            raise BadPermit("the permit was issued for another action")
        content = await self.gate.redeem(release)
        if sha256_of(content) != permit.content_sha256:
            raise BadPermit("the content is not the content the permit was issued for")
        return content

    async def _verified(self, release: ActionReleasedV1) -> VerifiedPermit:
        known = await self.gate.keys()
        try:
            return self._verify(release, known)
        except UnknownKey:  # published since we last looked?
            return self._verify(release, await self.gate.keys(anew=True))

    def _verify(self, release: ActionReleasedV1, keys: Mapping[str, Any]) -> VerifiedPermit:
        try:
            return verify_permit(release.permit, keys, audience=release.audience, now=self.clock.now())
        except UnusableKeys as error:
            raise TransientError(str(error)) from error

    async def _report(self, release: ActionReleasedV1, report: Mapping[str, Any]) -> None:
        objection = await self.gate.report(release, report)
        if objection is None:
            log.info("executor.reported", permit_id=release.permit_id, outcome=report["outcome"])
        else:
            log.warning("executor.report_not_taken", permit_id=release.permit_id, why=objection)
