"""What an operator and an inspector see of permits on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from compliance.commands import permit
from rapport_permit import VerifiedPermit
from support.compliance_builders import EXECUTOR, SLOT
from support.permit_keys import IN_SLOT, LONG_AGO, claims, keys_in

WHY = ("--why", "test")
Verify = Callable[..., Result]


def run(*arguments: str, given: str | None = None) -> Result:
    return CliRunner().invoke(permit, list(arguments), input=given)


@pytest.fixture
def place(tmp_path: Path) -> Path:
    keys = keys_in(tmp_path / "keys", LONG_AGO)
    (tmp_path / "jwks.json").write_text(json.dumps(keys.jwks(IN_SLOT)))
    (tmp_path / "permit").write_text(keys.sign(claims()) + "\n")
    return tmp_path


def verify(place: Path, *more: str, file: str | None = None, audience: str = EXECUTOR, **given: Any) -> Result:
    named = file or str(place / "permit")
    jwks = ["--jwks", str(place / "jwks.json")]
    return run("verify", named, *jwks, "--audience", audience, "--at", IN_SLOT.isoformat(), *more, **given)


def test_a_good_permit_is_told_with_everything_it_says(place: Path) -> None:
    result = verify(place)
    assert result.exit_code == 0
    assert "only the redemption's answer allows the act" in result.stdout
    for said in ("p1", "action-1", EXECUTOR, "c" * 64, SLOT.end.isoformat()):
        assert said in result.stdout


def test_the_example_is_what_its_page_says(repository: Path) -> None:
    folder = repository / "examples" / "permit"
    given = [str(folder / "permit.txt"), "--jwks", str(folder / "jwks.json"), "--at", "2026-11-23T10:40:00Z"]
    assert run("verify", *given, "--audience", "executor-mastodon").exit_code == 0
    assert run("verify", *given, "--audience", "executor-x").exit_code == 1


def test_programs_get_json(place: Path) -> None:
    told = json.loads(verify(place, "--json").stdout)
    assert told.pop("valid") is True
    assert set(told) == set(VerifiedPermit.__dataclass_fields__)
    refused = verify(place, "--json", audience="executor-x")
    assert refused.exit_code == 1
    assert json.loads(refused.stdout)["reason"] == "the permit is for another executor"
    assert json.loads(refused.stdout)["remedy"]


def test_a_permit_may_come_from_standard_input(place: Path) -> None:
    assert verify(place, file="-", given=(place / "permit").read_text()).exit_code == 0


@pytest.mark.parametrize(
    ("more", "said", "to_do"),
    [
        (["--at", (SLOT.start - timedelta(minutes=1)).isoformat()], "slot has not begun", "wait for it"),
        (["--at", (SLOT.end + timedelta(minutes=1)).isoformat()], "expired", "another release"),
        (["--audience", "executor-x"], "another executor", "leave it"),
    ],
)
def test_a_refusal_says_what_to_do(place: Path, more: list[str], said: str, to_do: str) -> None:
    result = verify(place, *more)
    assert (result.exit_code, result.stdout) == (1, "")
    assert said in result.stderr
    assert to_do in result.stderr


def test_a_permit_of_other_keys_and_a_broken_one_are_refused(place: Path) -> None:
    (place / "permit").write_text(keys_in(place / "others", LONG_AGO).sign(claims()))
    assert "fetch the keys anew" in verify(place).stderr
    for broken in ("", "é.é.é", "a.b", '{"permit": "x"}', "\x00" * 100, "a" * 2_000_000):
        (place / "permit").write_text(broken)
        result = verify(place)
        assert result.exit_code == 1
        assert "exactly as it came" in result.stderr


def test_what_cannot_be_told_is_not_called_a_bad_permit(place: Path) -> None:
    assert verify(place, file=str(place / "nowhere")).exit_code == 2
    for broken in ("", "[]", "{}", '{"keys": 1}', "[" * 100_000, "\xff"):
        (place / "jwks.json").write_text(broken, encoding="latin-1")
        result = verify(place)
        assert result.exit_code == 2
        assert "What to do" in result.stderr
    for address in ("http://gate.example/jwks.json", "ftp://127.0.0.1/", "http://127.0.0.1:1/jwks.json"):
        result = verify(place, "--jwks", address)
        assert result.exit_code == 2
    assert verify(place, "--at", "tomorrow").exit_code == 2


def test_keys_are_listed_rotated_retired_and_revoked(tmp_path: Path) -> None:
    at = ["--folder", str(tmp_path)]
    empty = run("keys", "list", *at)
    assert (empty.exit_code, "rotate" in empty.stderr) == (2, True)
    first = run("keys", "rotate", *at).stdout.split()[0]
    second = run("keys", "rotate", *at, "--ahead", "3600").stdout.split()[0]
    lines = run("keys", "list", *at).stdout.splitlines()
    assert [(line.split()[0], line.split()[2]) for line in lines] == [(first, "signing"), (second, "waiting")]
    too_early = run("keys", "retire", first[:6], *WHY, *at)
    assert too_early.exit_code == 2
    assert "no other key signs yet" in too_early.stderr
    third = run("keys", "rotate", *at, "--ahead", "0").stdout.split()[0]
    states = [line.split()[2] for line in run("keys", "retire", second, *WHY, *at, "--revoke").stdout.splitlines()[:3]]
    assert states == ["retired", "revoked", "signing"]
    assert run("keys", "retire", third, *WHY, *at).exit_code == 2
    fourth = run("keys", "retire", third, *WHY, "--revoke", *at)
    assert fourth.stdout.splitlines()[3].split()[2] == "signing"


def test_a_permit_of_the_past_is_verified_with_the_keys_of_then(place: Path) -> None:
    folder = place / "keys"
    (old,) = keys_in(folder).ring().keys
    run("keys", "retire", old.name, *WHY, "--revoke", "--folder", str(folder))
    (place / "jwks.json").write_text(json.dumps(keys_in(folder).jwks(IN_SLOT)))
    assert "not published" in verify(place).stderr
    exported = run("keys", "export", "--folder", str(folder)).stdout
    assert [set(key) for key in json.loads(exported)["keys"]] == [{"kty", "crv", "x", "kid", "use", "alg"}] * 2
    (place / "jwks.json").write_text(exported)
    assert verify(place).exit_code == 0


def test_the_commands_name_what_is_missing(tmp_path: Path) -> None:
    assert "start the gate once" in run("keys", "list", "--folder", str(tmp_path / "none")).stderr
    run("keys", "rotate", "--folder", str(tmp_path))
    assert "keys list" in run("keys", "retire", "nobody", *WHY, "--folder", str(tmp_path)).stderr
    (tmp_path / "keys.json").write_text("{")
    assert "restore it" in run("keys", "list", "--folder", str(tmp_path)).stderr


def test_a_key_is_not_retired_without_a_reason(tmp_path: Path) -> None:
    kid = run("keys", "rotate", "--folder", str(tmp_path)).stdout.split()[0]
    before = (tmp_path / "keys.json").read_bytes()
    for given in ([], ["--why", " "]):
        refused = run("keys", "retire", kid, "--revoke", "--folder", str(tmp_path), *given)
        assert (refused.exit_code, "why" in refused.stderr) == (2, True)
    assert (tmp_path / "keys.json").read_bytes() == before


def test_the_time_between_publishing_and_signing_is_a_setting(tmp_path: Path) -> None:
    run("keys", "rotate", "--folder", str(tmp_path))
    CliRunner().invoke(
        permit, ["keys", "rotate", "--folder", str(tmp_path)], env={"COMPLIANCE_KEY_AHEAD_SECONDS": "7200"}
    )
    new = json.loads((tmp_path / "keys.json").read_text())["keys"][1]
    times = [new["history"][0]["occasion"]["at"], new["signs_from"]]
    assert times == sorted(times)
    assert [int(time[11:13]) for time in times][1] == (int(times[0][11:13]) + 2) % 24
