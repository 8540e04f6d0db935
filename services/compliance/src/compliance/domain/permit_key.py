"""The life of a key that signs permits: published before it signs, published until its last permit has expired."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal

from compliance.domain.events import Occasion
from shared.kernel.errors import InvalidTransition, NotFound

Done = Literal["published", "retired", "revoked"]
KeyState = Literal["waiting", "signing", "retired", "gone", "revoked"]
GRACE = timedelta(minutes=5)
"""How long a key stays published after its last signature at least: for a permit being written, for a late clock."""


@dataclass(frozen=True, slots=True)
class KeyChange:
    """Who did what to a key, when and why."""

    what: Done
    occasion: Occasion


@dataclass(frozen=True, slots=True, kw_only=True)
class PermitKey:
    """The public half, base64url `x`. `name` is that of its private file, `kid` its thumbprint.

    `history` begins with its publication.
    """

    name: str
    kid: str
    x: str
    signs_from: datetime
    history: tuple[KeyChange, ...]

    @property
    def retired_at(self) -> datetime | None:
        return self._at("retired")

    @property
    def revoked_at(self) -> datetime | None:
        return self._at("revoked")

    @property
    def jwk(self) -> Mapping[str, str]:
        """The public half as a JWK (RFC 8037)."""
        return {"kty": "OKP", "crv": "Ed25519", "x": self.x, "kid": self.kid, "use": "sig", "alg": "EdDSA"}

    def after(self, what: Done, occasion: Occasion) -> PermitKey:
        """The key after this was done to it, once."""
        return self if self._at(what) else replace(self, history=(*self.history, KeyChange(what, occasion)))

    def _at(self, what: Done) -> datetime | None:
        return next((each.occasion.at for each in self.history if each.what == what), None)


@dataclass(frozen=True, slots=True)
class KeyRing:
    """Every key there ever was, in the order of their making. Changing it gives another ring."""

    keys: tuple[PermitKey, ...]

    def signing(self, now: datetime) -> PermitKey | None:
        """The key to sign with: the newest whose turn has come, else the one whose turn comes next.

        The latter is for a revocation, and for a clock behind the one by which the only key was made.
        """
        able = [key for key in self.keys if key.revoked_at is None and self.ended(key, now) is None]
        begun = [key for key in able if key.signs_from <= now]
        return begun[-1] if begun else min(able, key=lambda key: key.signs_from, default=None)

    def state(self, key: PermitKey, now: datetime, last_expiry: Mapping[str, datetime]) -> KeyState:
        """Where it stands; `last_expiry` tells by kid until when permits signed with it may be shown."""
        if key.revoked_at is not None:
            return "revoked"
        if key == self.signing(now):
            return "signing"
        ended = self.ended(key, now)
        if ended is None:
            return "waiting"
        last = last_expiry.get(key.kid)
        return "retired" if now < ended + GRACE or (last is not None and now < last + GRACE) else "gone"

    def published(self, now: datetime, last_expiry: Mapping[str, datetime]) -> Sequence[PermitKey]:
        """Every key that is to be found in the JWKS."""
        return [key for key in self.keys if self.state(key, now, last_expiry) in ("waiting", "signing", "retired")]

    def retired(self, now: datetime) -> Sequence[PermitKey]:
        """The keys that are published, if at all, only for the permits they signed."""
        return [key for key in self.keys if key.revoked_at is None and self.ended(key, now)]

    def spent(self, now: datetime) -> Sequence[PermitKey]:
        """Keys whose private half nobody needs any more."""
        return [key for key in self.keys if key.revoked_at or _is_past(self.ended(key, now), now - GRACE)]

    def with_new(self, key: PermitKey) -> KeyRing:
        """The ring with one key more."""
        return KeyRing((*self.keys, key))

    def without(self, kid: str, occasion: Occasion) -> KeyRing:
        """`kid` signs no more from now on. Raises NotFound; InvalidTransition where no other key can sign."""
        key, now = self.find(kid), occasion.at
        if key.revoked_at is not None or self.ended(key, now) is not None:
            raise InvalidTransition(f"the key {kid} signs no more", remedy="nothing is left to do")
        others = self._replaced(key, key.after("retired", occasion))
        successor = others.signing(now)
        if successor is None or successor.signs_from > now:
            raise InvalidTransition(
                "no other key signs yet", remedy="make one with `rotate` and wait until it signs, or revoke this one"
            )
        return others

    def revoked(self, kid: str, occasion: Occasion) -> KeyRing:
        """`kid` is published no more, whatever it signed. Raises NotFound."""
        key = self.find(kid)
        return self._replaced(key, key.after("revoked", occasion))

    def find(self, kid: str) -> PermitKey:
        """By kid or name, or by a beginning of it that fits one key only. Raises NotFound."""
        found = [key for key in self.keys if kid and (key.kid.startswith(kid) or key.name.startswith(kid))]
        if len(found) != 1:
            raise NotFound(f"there is no one key {kid}", remedy="`rapport permit keys list` shows them all")
        return found[0]

    def ended(self, key: PermitKey, now: datetime) -> datetime | None:
        """Since when it does not sign: retired, or the turn of a newer one has come. None while it may sign.

        What has ended stays ended, also when the newer one is revoked: its private half may be gone by then.
        """
        newer = self.keys[self.keys.index(key) + 1 :]
        turns = [each.signs_from for each in newer if not _is_past(each.retired_at or each.revoked_at, each.signs_from)]
        return min((end for end in (key.retired_at, *turns) if end is not None and end <= now), default=None)

    def _replaced(self, old: PermitKey, new: PermitKey) -> KeyRing:
        return KeyRing(tuple(new if key == old else key for key in self.keys))


def _is_past(moment: datetime | None, now: datetime) -> bool:
    return moment is not None and moment <= now
