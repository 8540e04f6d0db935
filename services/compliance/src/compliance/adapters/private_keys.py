"""Reading a private key: Ed25519, in PEM, readable by its owner only."""

from __future__ import annotations

from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key

_OTHERS_MAY_READ = 0o077


def private_key_in(path: Path, unusable: type[Exception]) -> Ed25519PrivateKey:
    """The key in `path`. Raises `unusable` with the file and the remedy, never with what the file holds."""
    try:
        mode, pem = path.stat().st_mode, path.read_bytes()
    except OSError:
        raise unusable(f"{path} cannot be read. Remedy: restore it from your backup, or replace the key") from None
    if mode & _OTHERS_MAY_READ:
        raise unusable(f"{path} can be read by others. Remedy: chmod 600 {path}, or replace the key")
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError):
        raise unusable(f"{path} is not a private key in PEM. Remedy: restore it from your backup") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise unusable(f"{path} is not an Ed25519 key. Remedy: replace it")
    return key
