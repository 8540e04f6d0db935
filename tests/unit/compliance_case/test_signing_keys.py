from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from compliance.adapters.signing_keys import SigningKeys, UnusableKey
from compliance.application.ports import PermitClaims
from rapport_permit import verify_permit
from support.compliance_builders import EXECUTOR, NOW, SLOT

CLAIMS = PermitClaims(
    permit_id="p1",
    audience=EXECUTOR,
    action_id="action-1",
    content_sha256="c" * 64,
    snapshot_sha256="d" * 64,
    rule_set="e" * 64,
    approvals=1,
    approvals_sha256="f" * 64,
    stakeholder_version=3,
    not_before=SLOT.start,
    expires_at=SLOT.end,
    issued_at=NOW,
)
IN_SLOT = SLOT.start + timedelta(minutes=1)


def keys_in(folder: Path) -> SigningKeys:
    return SigningKeys.in_folder(folder, issuer="rapport-compliance")


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    keys_in(tmp_path / "keys")
    [file] = (tmp_path / "keys").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_two_processes_that_start_at_once_use_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        published = list(pool.map(lambda _: keys_in(tmp_path / "keys").jwks(), range(8)))
    assert all(each == published[0] for each in published)
    assert len(published[0]["keys"]) == 1


def test_a_new_key_signs_and_the_old_one_stays_published(tmp_path: Path) -> None:
    old = keys_in(tmp_path)
    token = old.sign(CLAIMS)
    (tmp_path / "0001.pem").rename(tmp_path / "0000.pem")
    keys_in_another = keys_in(tmp_path / "other")
    (tmp_path / "other" / "0001.pem").rename(tmp_path / "0002.pem")
    both = keys_in(tmp_path)
    for signed in (token, both.sign(CLAIMS)):
        assert verify_permit(signed, both.jwks(), audience=EXECUTOR, now=IN_SLOT).permit_id == "p1"
    assert verify_permit(both.sign(CLAIMS), keys_in_another.jwks(), audience=EXECUTOR, now=IN_SLOT)


def test_nothing_private_is_published(tmp_path: Path) -> None:
    for key in keys_in(tmp_path).jwks()["keys"]:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nrubbish\n-----END PRIVATE KEY-----\n"])
def test_a_broken_key_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "0001.pem"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(UnusableKey, match=r"0001\.pem"):
        keys_in(tmp_path)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / "0001.pem").chmod(0o640)
    with pytest.raises(UnusableKey, match="chmod 600"):
        keys_in(tmp_path)
