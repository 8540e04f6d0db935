"""The folder of permit signing keys: `keys.json` holds every key's public half and times, `<name>.pem` a private one.

Every process of the gate that has the folder follows it: what `rapport permit keys` changes counts at once.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from compliance.adapters.private_keys import private_key_in
from compliance.adapters.proof.durable_files import replace_whole
from compliance.domain.events import Occasion
from compliance.domain.permit_key import KeyChange, KeyRing, PermitKey
from rapport_permit.keys import thumbprint
from rapport_permit.strict_jws import encode_segment

_OWNER_ONLY = 0o600
_OTHERS_MAY_WRITE = 0o022
_AT_ONCE = timedelta(0)


class UnusableKey(ValueError):
    """A key file that must not be used; the message names the file and the remedy."""


class KeyFolder:
    """One folder. `ring` is read again whenever the file has changed; private halves are read when they sign."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file = folder / "keys.json"
        self._seen: tuple[int, int, int] | None = None
        self._ring = KeyRing(())
        self._private: dict[str, Ed25519PrivateKey] = {}

    @classmethod
    def opened(cls, folder: Path, occasion: Occasion) -> KeyFolder:
        """Makes folder and first key where there is none; takes over a folder that holds `*.pem` only."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        opened = cls(folder)
        if not opened._file.exists():
            opened._begin(occasion)
        opened.ring()
        return opened

    @classmethod
    def found(cls, folder: Path, occasion: Occasion) -> KeyFolder:
        """The folder as it is: a new one stays empty."""
        return cls.opened(folder, occasion) if any(folder.glob("*.pem")) else cls(folder)

    def ring(self) -> KeyRing:
        """Every key as of now. Raises UnusableKey."""
        try:
            found = self._file.stat()
        except OSError as error:
            raise UnusableKey(
                f"{self._file} cannot be read. Remedy: restore it from your backup; where there never was one, "
                "`rapport permit keys rotate` makes the first key"
            ) from error
        if found.st_mode & _OTHERS_MAY_WRITE:
            raise UnusableKey(f"{self._file} can be changed by others. Remedy: chmod 600 {self._file}, and compare it")
        seen = (found.st_mtime_ns, found.st_ino, found.st_size)
        if seen != self._seen:
            self._ring, self._seen = KeyRing(tuple(_read(self._file))), seen
            self._private.clear()
        return self._ring

    def private_of(self, ring: KeyRing, now: datetime) -> tuple[PermitKey, Ed25519PrivateKey]:
        """The key to sign with at this moment. Raises UnusableKey."""
        key = ring.signing(now)
        if key is None:
            raise UnusableKey(f"no key in {self._folder} may sign. Remedy: `rapport permit keys rotate --ahead 0`")
        if key.kid not in self._private:
            self._private = {key.kid: _load(self._pem(key), key)}
        return key, self._private[key.kid]

    def rotate(self, occasion: Occasion, *, ahead: timedelta) -> PermitKey:
        """Another key: published now, signing after `ahead`; the first of a folder signs at once."""
        with self._locked() as ring:
            key = self._make(ring, occasion, ahead=ahead if ring.keys else _AT_ONCE)
            self._write(ring.with_new(key))
        return key

    def retire(self, kid: str, occasion: Occasion, *, revoke: bool = False) -> KeyRing:
        """`kid` signs no more; with `revoke` it is not published any more either, and if need be another key signs.

        Raises NotFound, InvalidTransition.
        """
        with self._locked() as ring:
            changed = ring.revoked(kid, occasion) if revoke else ring.without(kid, occasion)
            if changed.signing(occasion.at) is None:
                changed = changed.with_new(self._make(changed, occasion, ahead=_AT_ONCE))
            self._write(changed)
        self.drop_spent(occasion.at)
        return self.ring()

    def drop_spent(self, now: datetime) -> None:
        """Remove the private halves that nobody needs any more."""
        for key in self.ring().spent(now):
            self._pem(key).unlink(missing_ok=True)

    def _begin(self, occasion: Occasion) -> None:
        with self._locked() as ring:
            if ring.keys:
                return  # another process was faster
            names = [file.stem for file in sorted(self._folder.glob("*.pem"))]
            for name in names:
                public = _public(_load(self._folder / f"{name}.pem", None))
                ring = ring.with_new(_key(name, public, occasion))  # noqa: PLW2901 - the newest by name signs
            self._write(ring if names else ring.with_new(self._make(ring, occasion, ahead=_AT_ONCE)))

    def _make(self, ring: KeyRing, occasion: Occasion, *, ahead: timedelta) -> PermitKey:
        private = Ed25519PrivateKey.generate()
        key = _key(f"{len(ring.keys) + 1:04d}-{secrets.token_hex(4)}", _public(private), occasion, ahead)
        pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        _replace(self._pem(key), pem)
        return key

    def _write(self, ring: KeyRing) -> None:
        listed = [asdict(key) for key in ring.keys]
        _replace(self._file, json.dumps({"keys": listed}, indent=1, default=datetime.isoformat).encode() + b"\n")

    def _pem(self, key: PermitKey) -> Path:
        return self._folder / f"{key.name}.pem"

    @contextmanager
    def _locked(self) -> Generator[KeyRing]:
        """The ring, which nobody else changes meanwhile."""
        with os.fdopen(os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT, _OWNER_ONLY), "rb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield self.ring() if self._file.exists() else KeyRing(())


def _key(name: str, x: str, occasion: Occasion, ahead: timedelta = _AT_ONCE) -> PermitKey:
    published = (KeyChange("published", occasion),)
    return PermitKey(name=name, kid=thumbprint(x), x=x, signs_from=occasion.at + ahead, history=published)


def _public(key: Ed25519PrivateKey) -> str:
    return encode_segment(key.public_key().public_bytes_raw())


def _read(file: Path) -> list[PermitKey]:
    try:
        listed: list[dict[str, Any]] = json.loads(file.read_bytes())["keys"]
        keys = [_key_in(each) for each in listed]
        strange = [key for key in keys if key.kid != thumbprint(key.x) or "/" in key.name]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnusableKey(f"{file} is not a list of keys. Remedy: restore it from your backup") from error
    if strange:
        raise UnusableKey(f"{file} names a key that it does not hold. Remedy: restore it from your backup")
    return keys


def _key_in(listed: dict[str, Any]) -> PermitKey:
    history = tuple(KeyChange(each["what"], _occasion_in(each["occasion"])) for each in listed["history"])
    turn = datetime.fromisoformat(listed["signs_from"])
    return PermitKey(name=listed["name"], kid=listed["kid"], x=listed["x"], signs_from=turn, history=history)


def _occasion_in(listed: dict[str, Any]) -> Occasion:
    return Occasion(by=listed["by"], at=datetime.fromisoformat(listed["at"]), why=listed["why"])


def _load(path: Path, key: PermitKey | None) -> Ed25519PrivateKey:
    private = private_key_in(path, UnusableKey)
    if key is not None and _public(private) != key.x:
        raise UnusableKey(f"{path} is another key than keys.json says. Remedy: restore both from one backup")
    return private


def _replace(path: Path, content: bytes) -> None:
    replace_whole(path, content, mode=_OWNER_ONLY)
    if os.geteuid() == 0:  # an operator's hand: the file belongs to whom the folder belongs
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)
