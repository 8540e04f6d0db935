"""The issuer's signing key and the tokens it makes."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from joserfc import jws
from joserfc.jwk import ECKey

KEY_FILE = "issuer-key.json"
ALGORITHM = "ES256"


def load_or_create_key(key_dir: Path) -> ECKey:
    """The key in `key_dir`, made on first start; only its owner may read it."""
    key_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = key_dir / KEY_FILE
    if not file.exists():
        _write(file)
    _keep_private(file)
    return ECKey.import_key(json.loads(file.read_text("utf-8")))


def _write(file: Path) -> None:
    key = ECKey.generate_key("P-256", {"alg": ALGORITHM, "use": "sig"}, auto_kid=True)
    draft = file.with_suffix(f".{os.getpid()}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(key.as_dict(private=True), stream)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)  # of two first starts one wins, and both use the winner's key
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _keep_private(file: Path) -> None:
    if file.stat().st_mode & 0o077:
        file.chmod(0o600)


def sign(key: ECKey, claims: Mapping[str, Any], *, kind: str) -> str:
    """A compact JWS; `kind` is its `typ`."""
    header = {"alg": ALGORITHM, "typ": kind, "kid": str(key.kid)}
    return jws.serialize_compact(header, json.dumps(dict(claims)), key, algorithms=[ALGORITHM])


def jwks(key: ECKey) -> dict[str, Any]:
    """The public half, as published."""
    return {"keys": [key.as_dict(private=False)]}
