from __future__ import annotations

import stat
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from compliance.adapters.key_folder import KeyFolder, UnusableKey
from compliance.adapters.signing_keys import permit_header
from compliance.domain.permit_key import GRACE
from rapport_permit import BadPermit, UnknownKey, verify_permit
from rapport_permit.keys import thumbprint
from rapport_permit.strict_jws import encode_segment
from shared.kernel.errors import InvalidTransition, NotFound
from support.compliance_builders import EXECUTOR, NOW, SLOT
from support.permit_keys import CLAIMS, IN_SLOT, claims, hand, keys_in

AHEAD = timedelta(minutes=10)


def kids(folder: Path, now: object = NOW, **last: object) -> list[str]:
    return [key["kid"] for key in keys_in(folder).jwks(now, last)["keys"]]  # type: ignore[arg-type] - times


def a_pem(folder: Path, name: str) -> Ed25519PrivateKey:
    """A key as earlier releases kept it."""
    private = Ed25519PrivateKey.generate()
    folder.mkdir(exist_ok=True)
    file = folder / name
    file.write_bytes(private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    file.chmod(0o600)
    return private


def test_the_first_start_makes_a_key_that_only_its_owner_reads(tmp_path: Path) -> None:
    keys_in(tmp_path / "keys")
    for file in (tmp_path / "keys").iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "keys").stat().st_mode) == 0o700


def test_two_processes_that_start_at_once_use_one_key(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        published = list(pool.map(lambda _: keys_in(tmp_path / "keys").jwks(NOW), range(8)))
    assert all(each == published[0] for each in published)
    assert len(published[0]["keys"]) == 1


def test_a_new_key_is_published_before_it_signs_and_the_old_one_after(tmp_path: Path) -> None:
    worker, api = keys_in(tmp_path), keys_in(tmp_path)
    (old,) = kids(tmp_path)
    new = KeyFolder.opened(tmp_path, hand(NOW)).rotate(hand(NOW), ahead=AHEAD).kid
    turn = NOW + AHEAD
    for at, signer, published in (
        (NOW, old, [old, new]),
        (turn - timedelta(seconds=1), old, [old, new]),
        (turn, new, [old, new]),
        (turn + GRACE - timedelta(seconds=1), new, [old, new]),
        (turn + GRACE, new, [new]),
    ):
        token = worker.sign(claims(issued_at=at, not_before=at, expires_at=at + timedelta(hours=1)))
        assert token.startswith(permit_header(signer))
        assert [key["kid"] for key in api.jwks(at)["keys"]] == published
        assert verify_permit(token, api.jwks(at), audience=EXECUTOR, now=at).key_id == signer


def test_the_old_key_goes_when_the_last_permit_it_signed_has_expired(tmp_path: Path) -> None:
    (old,) = kids(tmp_path)
    new = KeyFolder.opened(tmp_path, hand(NOW)).rotate(hand(NOW), ahead=AHEAD).kid
    last = NOW + timedelta(days=3)
    assert kids(tmp_path, last, **{old: last}) == [old, new]
    assert kids(tmp_path, last + GRACE - timedelta(seconds=1), **{old: last}) == [old, new]
    assert kids(tmp_path, last + GRACE, **{old: last}) == [new]


def test_no_moment_of_a_rotation_refuses_a_permit_in_its_slot(tmp_path: Path) -> None:
    keys, folder = keys_in(tmp_path), KeyFolder.opened(tmp_path, hand(NOW))
    issued: list[tuple[str, str, object]] = []
    for minute in range(0, 120, 3):
        now = NOW + timedelta(minutes=minute)
        if minute % 30 == 0:
            folder.rotate(hand(now), ahead=AHEAD)
            folder.drop_spent(now)
        ends = now + timedelta(minutes=25)
        token = keys.sign(claims(issued_at=now, not_before=now, expires_at=ends))
        issued.append((token, verify_permit(token, keys.jwks(now), audience=EXECUTOR, now=now).key_id, ends))
        last: dict[str, object] = {}
        for _, kid, end in issued:
            last[kid] = max(end, last.get(kid, end))  # type: ignore[type-var] - times
        for earlier, _, end in issued:
            if now < end:  # type: ignore[operator] - times
                assert verify_permit(earlier, keys.jwks(now, last), audience=EXECUTOR, now=now)  # type: ignore[arg-type] - times
    assert len({kid for _, kid, _ in issued}) == 5


def test_a_retired_key_can_be_revoked_at_once(tmp_path: Path) -> None:
    keys, folder = keys_in(tmp_path), KeyFolder.opened(tmp_path, hand(NOW))
    (old,) = kids(tmp_path)
    token = keys.sign(CLAIMS)
    folder.rotate(hand(NOW), ahead=timedelta(0))
    folder.retire(old, hand(NOW), revoke=True)
    assert old not in kids(tmp_path, IN_SLOT, **{old: SLOT.end})
    assert len(list(tmp_path.glob("*.pem"))) == 1
    with pytest.raises(UnknownKey):
        verify_permit(token, keys.jwks(IN_SLOT, {old: SLOT.end}), audience=EXECUTOR, now=IN_SLOT)


def test_revoking_the_only_key_makes_another_one_sign(tmp_path: Path) -> None:
    keys, folder = keys_in(tmp_path), KeyFolder.opened(tmp_path, hand(NOW))
    (old,) = kids(tmp_path)
    ring = folder.retire(old[:8], hand(NOW), revoke=True)
    assert [ring.state(key, NOW, {}) for key in ring.keys] == ["revoked", "signing"]
    assert verify_permit(keys.sign(CLAIMS), keys.jwks(IN_SLOT), audience=EXECUTOR, now=IN_SLOT)


def test_a_key_that_was_replaced_never_signs_again(tmp_path: Path) -> None:
    folder = KeyFolder.opened(tmp_path, hand(NOW))
    new = folder.rotate(hand(NOW), ahead=AHEAD)
    later = NOW + AHEAD + timedelta(hours=1)
    ring = folder.retire(new.kid, hand(later), revoke=True)
    assert [ring.state(key, later, {}) for key in ring.keys] == ["gone", "revoked", "signing"]


def test_a_revoked_successor_that_never_signed_leaves_the_old_key_signing(tmp_path: Path) -> None:
    folder = KeyFolder.opened(tmp_path, hand(NOW))
    new = folder.rotate(hand(NOW), ahead=AHEAD)
    ring = folder.retire(new.kid, hand(NOW), revoke=True)
    for at in (NOW, NOW + AHEAD, NOW + timedelta(days=9)):
        assert [ring.state(key, at, {}) for key in ring.keys] == ["signing", "revoked"]


def test_a_key_is_retired_only_for_one_that_signs(tmp_path: Path) -> None:
    folder = KeyFolder.opened(tmp_path, hand(NOW))
    (old,) = kids(tmp_path)
    with pytest.raises(InvalidTransition, match="no other key signs yet"):
        folder.retire(old, hand(NOW))
    folder.rotate(hand(NOW), ahead=AHEAD)
    with pytest.raises(InvalidTransition, match="no other key signs yet"):
        folder.retire(old, hand(NOW))
    with pytest.raises(InvalidTransition, match="signs no more"):
        folder.retire(old, hand(NOW + AHEAD))
    with pytest.raises(NotFound):
        folder.retire("nobody", hand(NOW))


def test_private_halves_that_nobody_needs_are_removed(tmp_path: Path) -> None:
    folder = KeyFolder.opened(tmp_path, hand(NOW))
    folder.rotate(hand(NOW), ahead=AHEAD)
    folder.drop_spent(NOW + AHEAD)
    assert len(list(tmp_path.glob("*.pem"))) == 2
    folder.drop_spent(NOW + AHEAD + GRACE)
    assert len(list(tmp_path.glob("*.pem"))) == 1
    assert keys_in(tmp_path).sign(claims(issued_at=NOW + AHEAD + GRACE))


def test_a_clock_that_is_behind_signs_with_what_is_published(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    early = NOW - timedelta(seconds=30)
    token = keys.sign(claims(issued_at=early))
    assert verify_permit(token, keys.jwks(early), audience=EXECUTOR, now=IN_SLOT)


def test_a_folder_of_an_earlier_release_is_taken_over(tmp_path: Path) -> None:
    a_pem(tmp_path, "0001.pem")
    newest = a_pem(tmp_path, "0002.pem")
    keys = keys_in(tmp_path)
    assert len(kids(tmp_path)) == 2
    permit = verify_permit(keys.sign(CLAIMS), keys.jwks(NOW), audience=EXECUTOR, now=IN_SLOT)
    assert permit.key_id == thumbprint(encode_segment(newest.public_key().public_bytes_raw()))


def test_nothing_private_is_published(tmp_path: Path) -> None:
    for key in keys_in(tmp_path).jwks(NOW)["keys"]:
        assert set(key) == {"kty", "crv", "x", "kid", "use", "alg"}


@pytest.mark.parametrize("content", [b"", b"-----BEGIN PRIVATE KEY-----\nrubbish\n-----END PRIVATE KEY-----\n"])
def test_a_broken_key_is_named(tmp_path: Path, content: bytes) -> None:
    keys_in(tmp_path)
    (file,) = tmp_path.glob("*.pem")
    file.write_bytes(content)
    with pytest.raises(UnusableKey, match=file.name):
        keys_in(tmp_path).check(NOW)


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys_in(tmp_path)
    next(tmp_path.glob("*.pem")).chmod(0o640)
    with pytest.raises(UnusableKey, match="chmod 600"):
        keys_in(tmp_path).check(NOW)


def test_a_list_of_keys_that_others_can_change_is_refused(tmp_path: Path) -> None:
    keys_in(tmp_path)
    (tmp_path / "keys.json").chmod(0o666)
    with pytest.raises(UnusableKey, match="chmod 600"):
        keys_in(tmp_path)


@pytest.mark.parametrize("content", ["", "[]", '{"keys": [{"kid": "a"}]}', '{"keys": null}'])
def test_a_broken_list_of_keys_is_named(tmp_path: Path, content: str) -> None:
    keys_in(tmp_path)
    (tmp_path / "keys.json").write_text(content)
    with pytest.raises(UnusableKey, match=r"keys\.json"):
        keys_in(tmp_path)


def test_a_public_half_that_does_not_belong_to_its_name_is_refused(tmp_path: Path) -> None:
    keys_in(tmp_path)
    listed = (tmp_path / "keys.json").read_text()
    x = keys_in(tmp_path).ring().keys[0].x
    (tmp_path / "keys.json").write_text(listed.replace(x, ("A" if x[0] != "A" else "B") + x[1:]))
    with pytest.raises(UnusableKey, match=r"keys\.json"):
        keys_in(tmp_path)


def test_a_permit_from_another_folder_is_no_permit(tmp_path: Path) -> None:
    ours, theirs = keys_in(tmp_path / "ours"), keys_in(tmp_path / "theirs")
    with pytest.raises(BadPermit):
        verify_permit(theirs.sign(CLAIMS), ours.jwks(NOW), audience=EXECUTOR, now=IN_SLOT)
