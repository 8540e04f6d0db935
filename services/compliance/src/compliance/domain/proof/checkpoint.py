"""Checkpoints: size and root of the tree as a signed note, as C2SP's tlog-checkpoint and signed-note have them."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

_DASH = "\N{EM DASH} "
_ED25519 = b"\x01"
_HASH_BYTES, _KEY_BYTES, _ID_BYTES = 32, 32, 4
_LONGEST = 1 << 20
_NAME = re.compile(r"[^\s+]+")
_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")

Sign = Callable[[bytes], bytes]
"""An Ed25519 signature over the bytes."""
Check = Callable[[bytes, bytes, bytes], bool]
"""Whether, with this Ed25519 public key, this signature over these bytes holds."""


class UnusableNote(Exception):
    """A text that is no checkpoint, or one that nobody we trust has signed; the message says what is wrong."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The tree of the log `origin` had this root at this size."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        """What is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """A public key under the name of its log."""

    name: str
    public: bytes

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise UnusableNote(f"the key name {self.name!r} is empty or has spaces or a plus in it")
        if len(self.public) != _KEY_BYTES:
            raise UnusableNote(f"an Ed25519 public key has {_KEY_BYTES} bytes, not {len(self.public)}")

    @property
    def id(self) -> bytes:
        """The four bytes that stand in front of its signatures."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.public).digest()[:_ID_BYTES]

    def __str__(self) -> str:
        """The line one hands to whoever verifies: name, id and key."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.public).decode()}"

    @classmethod
    def parse(cls, line: str) -> VerifierKey:
        """The key in such a line. Raises UnusableNote."""
        name, _, rest = line.strip().partition("+")
        stated, _, encoded = rest.partition("+")
        key = _decoded(encoded, "the verifier key")
        if key[:1] != _ED25519:
            raise UnusableNote("the verifier key is none for Ed25519")
        parsed = cls(name, key[1:])
        if parsed.id.hex() != stated:
            raise UnusableNote(f"the verifier key of {name} does not have the id {stated}: it was not copied whole")
        return parsed


def signed(checkpoint: Checkpoint, key: VerifierKey, sign: Sign) -> str:
    """The note: the text, an empty line, one signature."""
    signature = base64.b64encode(key.id + sign(checkpoint.text.encode())).decode()
    return f"{checkpoint.text}\n{_DASH}{key.name} {signature}\n"


def opened(note: str, keys: Sequence[VerifierKey], check: Check) -> Checkpoint:
    """The checkpoint in a note that one of the keys has signed. Raises UnusableNote.

    Signatures of keys that are not ours are passed over, a wrong one of ours spoils the note.
    """
    if len(note) > _LONGEST or any(character < " " and character != "\n" for character in note):
        raise UnusableNote("this is no signed note: too long, or with control characters")
    text, gap, block = note.rpartition("\n\n")
    if not gap or not block.endswith("\n"):
        raise UnusableNote("this is no signed note: its end is missing")
    text += "\n"
    known = {(key.name, key.id): key for key in keys}
    held = False
    for line in block.splitlines():
        name, signature = _signature(line)
        key = known.get((name, signature[:_ID_BYTES]))
        if key is None:
            continue
        if not check(key.public, signature[_ID_BYTES:], text.encode()):
            raise UnusableNote(f"the signature of {name} does not hold: the note was changed")
        held = True
    if not held:
        raise UnusableNote("none of the given keys has signed it")
    return _parsed(text)


def _signature(line: str) -> tuple[str, bytes]:
    name, _, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not _NAME.fullmatch(name):
        raise UnusableNote("a line below the text is no signature")
    signature = _decoded(encoded, "a signature")
    if len(signature) <= _ID_BYTES:
        raise UnusableNote("a signature is too short")
    return name, signature


def _parsed(text: str) -> Checkpoint:
    lines = text.split("\n")
    if len(lines) < len(("origin", "size", "root", "")) or not all(lines[:-1]):
        raise UnusableNote("the text is no checkpoint: origin, size and root are three lines, none empty")
    origin, size, root = lines[:3]
    if not _SIZE.fullmatch(size):
        raise UnusableNote(f"the size of the checkpoint is no number: {size!r}")
    decoded = _decoded(root, "the root")
    if len(decoded) != _HASH_BYTES:
        raise UnusableNote(f"the root of the checkpoint has {len(decoded)} bytes, not {_HASH_BYTES}")
    return Checkpoint(origin, int(size), decoded)


def _decoded(encoded: str, what: str) -> bytes:
    try:
        decoded = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error):
        raise UnusableNote(f"{what} is not base64") from None
    if base64.b64encode(decoded).decode() != encoded:
        raise UnusableNote(f"{what} is not base64 in its only spelling")
    return decoded
