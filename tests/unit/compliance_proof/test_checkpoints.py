"""Checkpoints are signed notes that other programs read, and a changed one is refused."""

from __future__ import annotations

import base64
import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from compliance.adapters.proof.note_keys import signature_holds
from compliance.domain.proof.checkpoint import Checkpoint, UnusableNote, VerifierKey, opened, signed

ROOT = hashlib.sha256(b"root").digest()
PRIVATE = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
KEY = VerifierKey("example.com/ledger", PRIVATE.public_key().public_bytes_raw())
NOTE = signed(Checkpoint("example.com/ledger", 7, ROOT), KEY, PRIVATE.sign)

# The example in the documentation of Go's package note, with its public key.
PUBLISHED_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PUBLISHED_TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PUBLISHED_SIGNATURE = "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="


def test_key_ids_and_signatures_are_those_of_the_published_example() -> None:
    key = VerifierKey.parse(PUBLISHED_KEY)
    signature = base64.b64decode(PUBLISHED_SIGNATURE)
    assert str(key) == PUBLISHED_KEY
    assert key.id == signature[:4]
    assert signature_holds(key.public, signature[4:], PUBLISHED_TEXT.encode())
    with pytest.raises(UnusableNote, match="no checkpoint"):
        opened(f"{PUBLISHED_TEXT}\n\N{EM DASH} PeterNeumann {PUBLISHED_SIGNATURE}\n", [key], signature_holds)


def test_a_checkpoint_reads_as_its_format_says() -> None:
    origin, size, root, empty, signature, end = NOTE.split("\n")
    assert (origin, size, base64.b64decode(root), empty, end) == ("example.com/ledger", "7", ROOT, "", "")
    assert signature.startswith("\N{EM DASH} example.com/ledger ")
    assert opened(NOTE, [KEY], signature_holds) == Checkpoint("example.com/ledger", 7, ROOT)


@given(st.integers(0, len(NOTE) - 1), st.characters(codec="utf-8"))
def test_a_changed_character_is_refused(place: int, other: str) -> None:
    changed = NOTE[:place] + other + NOTE[place + 1 :]
    if changed == NOTE:
        return
    with pytest.raises(UnusableNote):
        opened(changed, [KEY], signature_holds)


@given(st.integers(0, len(NOTE) - 1))
def test_a_torn_note_is_refused(length: int) -> None:
    with pytest.raises(UnusableNote):
        opened(NOTE[:length], [KEY], signature_holds)


def test_a_signature_of_somebody_else_neither_helps_nor_harms() -> None:
    other = Ed25519PrivateKey.generate()
    stranger = VerifierKey("witness.example", other.public_key().public_bytes_raw())
    line = signed(Checkpoint("example.com/ledger", 7, ROOT), stranger, other.sign).rpartition("\n\n")[2]
    assert opened(NOTE + line, [KEY], signature_holds).size == 7
    assert opened(NOTE + line, [stranger], signature_holds).size == 7
    with pytest.raises(UnusableNote, match="none of the given keys"):
        opened(NOTE, [stranger], signature_holds)


@pytest.mark.parametrize(
    "text",
    [
        "example.com/ledger\n07\n" + base64.b64encode(ROOT).decode() + "\n",
        "example.com/ledger\n-7\n" + base64.b64encode(ROOT).decode() + "\n",
        "example.com/ledger\n7\n" + base64.b64encode(ROOT[:31]).decode() + "\n",
        "\n7\n" + base64.b64encode(ROOT).decode() + "\n",
        "example.com/ledger\n7\n",
    ],
)
def test_what_is_signed_but_no_checkpoint_is_refused(text: str) -> None:
    signature = base64.b64encode(KEY.id + PRIVATE.sign(text.encode())).decode()
    with pytest.raises(UnusableNote):
        opened(f"{text}\n\N{EM DASH} {KEY.name} {signature}\n", [KEY], signature_holds)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "name",
        "na me+00000000+AQ==",
        str(KEY).replace("example", "elsewhere"),
        str(KEY)[:-4] + "AAA=",
        f"{KEY.name}+{KEY.id.hex()}+{base64.b64encode(b'2' + KEY.public).decode()}",
    ],
)
def test_a_verifier_key_that_was_not_copied_whole_is_refused(line: str) -> None:
    with pytest.raises(UnusableNote):
        VerifierKey.parse(line)
