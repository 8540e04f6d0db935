"""A released action with a permit signed by a key of the test, and gates an executor may meet."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from rapport.executor.gate import KEYS_ANEW_AFTER, NotAllowed
from rapport_permit.permits import TYPE
from shared.contracts.compliance import ActionRecalledV1, ActionReleasedV1
from shared.contracts.hashing import sha256_of
from shared.kernel.errors import TransientError

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
AUDIENCE = "executor-x"
CONTENT = {"type": "share", "platform": "x", "text": "Seven good questions.", "target_url": "https://x.com/a/status/1"}
PERMIT_ID = "0199a000-0000-7000-8000-00000000000f"


@dataclass
class Signer:
    """The gate's key and its published half."""

    key: Ed25519PrivateKey = field(default_factory=Ed25519PrivateKey.generate)

    def jwks(self) -> dict[str, Any]:
        public = _text(self.key.public_key().public_bytes_raw())
        return {"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "k1", "x": public}]}

    def permit(self, **claims: Any) -> str:
        header = {"alg": "EdDSA", "kid": "k1", "typ": TYPE}
        stated = {
            "jti": PERMIT_ID,
            "iss": "compliance",
            "aud": AUDIENCE,
            "sub": "a1",
            "content_sha256": sha256_of(CONTENT),
            "snapshot_sha256": "0" * 64,
            "rule_set": "r",
            "stakeholder_version": 1,
            "approvals": {"count": 1, "sha256": "0" * 64},
            "nbf": int(NOW.timestamp()),
            "exp": int((NOW + timedelta(hours=1)).timestamp()),
            "iat": int(NOW.timestamp()),
            **claims,
        }
        body = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(stated).encode())}"
        return f"{body}.{_text(self.key.sign(body.encode()))}"

    def release(self, **claims: Any) -> ActionReleasedV1:
        return ActionReleasedV1(
            action_id="a1",
            version=5,
            permit_id=PERMIT_ID,
            permit=self.permit(**claims),
            audience=AUDIENCE,
            content=CONTENT,
            content_sha256=sha256_of(CONTENT),
            not_before=NOW,
            expires_at=NOW + timedelta(hours=1),
        )


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class Died(BaseException):
    """The process is killed at this very step."""


@dataclass
class FakeGate:
    """Answers like compliance and planner, whose suite it runs in tests/contract.

    `fails` holds what the next calls raise, in order, by call; `refuses` is the answer to every redemption. Before each
    look at its keys `between_looks` seconds pass.
    """

    signer: Signer
    fails: dict[str, list[BaseException]] = field(default_factory=dict)
    redeemed: int = 0
    reports: list[Mapping[str, Any]] = field(default_factory=list)
    taken_down: list[Mapping[str, Any]] = field(default_factory=list)
    content: Mapping[str, Any] = field(default_factory=lambda: dict(CONTENT))
    refuses: str | None = None
    asked: list[str] = field(default_factory=list)
    seconds: float = 0.0
    between_looks: float = KEYS_ANEW_AFTER + 1
    looked_at: float = float("-inf")

    async def keys(self, *, anew: bool = False) -> Mapping[str, Any]:
        self.asked.append(f"keys, anew: {anew}")
        self._fail("keys")
        self.seconds += self.between_looks
        if anew and self.seconds - self.looked_at < KEYS_ANEW_AFTER:
            raise TransientError("the keys were looked at a moment ago")
        self.looked_at = self.seconds
        return self.signer.jwks()

    async def redeem(self, release: ActionReleasedV1) -> Mapping[str, Any]:
        self.asked.append(f"redeem {release.permit_id}")
        self._fail("before redeem")
        if release.permit_id != PERMIT_ID:
            raise NotAllowed(f"404 not_found: there is no permit {release.permit_id}")
        if release.content_sha256 != sha256_of(CONTENT):
            raise NotAllowed("409 content_changed: the permit is for other content")
        if self.refuses:
            raise NotAllowed(self.refuses)
        self.redeemed += 1
        self._fail("after redeem")
        return self.content

    async def report(self, release: ActionReleasedV1, report: Mapping[str, Any]) -> str | None:
        self.asked.append(f"report {release.permit_id}")
        self._fail("before report")
        if release.permit_id != PERMIT_ID or (report["outcome"] == "done" and not self.redeemed):
            raise TransientError("503 permit_unknown: report again in a moment")
        if any(earlier["outcome"] != report["outcome"] for earlier in self.reports):
            return "409 outcome_already_recorded: another outcome was reported"
        self.reports.append(report)
        self._fail("after report")
        return None

    async def report_take_down(self, recall: ActionRecalledV1, proof: Mapping[str, Any]) -> str | None:
        self._fail("before take-down")
        if recall.permit_id != PERMIT_ID or not self.redeemed:
            return "404 not_found: nothing of this action is to be taken down"
        if proof not in self.taken_down:
            self.taken_down.append(proof)
        return None

    def _fail(self, step: str) -> None:
        if self.fails.get(step):
            raise self.fails[step].pop(0)


def a_recall(*, was_redeemed: bool = True) -> ActionRecalledV1:
    return ActionRecalledV1(
        action_id="a1",
        version=7,
        permit_id=PERMIT_ID,
        audience=AUDIENCE,
        recalled_at=NOW,
        code="content",
        was_redeemed=was_redeemed,
    )
