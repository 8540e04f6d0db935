"""The keys that sign checkpoints: a folder of their own, files only their owner can read, never logged.

The last by name signs, all are published: to rotate, add a file and restart. The permit keys are others.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compliance.adapters.private_keys import private_key_in
from compliance.adapters.proof.durable_files import link_once
from compliance.domain.proof.checkpoint import VerifierKey

_OWNER_ONLY = 0o600
_FIRST = "0001.pem"


class UnusableLedgerKey(Exception):
    """A key file that must not be used; the message names the file and the remedy."""


class NoteKeys:
    """Signs notes under the name of the log."""

    def __init__(self, keys: list[Ed25519PrivateKey], *, name: str) -> None:
        self._signing = keys[-1]
        self.verifiers = [VerifierKey(name, key.public_key().public_bytes_raw()) for key in keys]

    @classmethod
    def in_folder(cls, folder: Path, *, name: str) -> NoteKeys:
        """Load all `*.pem` of `folder`; makes folder and first key where there is none. Raises UnusableLedgerKey."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not any(folder.glob("*.pem")):
            pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            link_once(folder / _FIRST, pem, mode=_OWNER_ONLY)  # of two that start at once the first wins
        return cls([private_key_in(path, UnusableLedgerKey) for path in sorted(folder.glob("*.pem"))], name=name)

    @property
    def verifier(self) -> VerifierKey:
        """The public half of the key that signs."""
        return self.verifiers[-1]

    def sign(self, text: bytes) -> bytes:
        """The signature over a note's text."""
        return self._signing.sign(text)


def signature_holds(public: bytes, signature: bytes, text: bytes) -> bool:
    """Whether this Ed25519 signature over `text` holds."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text)
    except (InvalidSignature, ValueError):
        return False
    return True
