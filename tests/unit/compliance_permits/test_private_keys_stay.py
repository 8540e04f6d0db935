"""A private key signs, and appears nowhere else: no log, error, representation, dump, answer or command."""

from __future__ import annotations

import base64
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Generator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from compliance.adapters.key_folder import KeyFolder, UnusableKey
from compliance.commands import permit
from shared.observability.logging import configure_logging
from support.compliance_builders import NOW
from support.permit_keys import claims, hand, keys_in


@pytest.fixture(autouse=True)
def logs_as_before() -> Generator[None]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    yield
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)


def spellings(folder: Path) -> set[str]:
    """Every way one might meet the private halves in this folder."""
    found: set[str] = set()
    for key in keys_in(folder).ring().keys:
        pem = (folder / f"{key.name}.pem").read_text()
        body = pem.splitlines()[1]
        seed = base64.b64decode(body)[-32:]
        found |= {
            body[-43:-1],
            seed.hex(),
            base64.b64encode(seed).decode().rstrip("="),
            base64.urlsafe_b64encode(seed).decode().rstrip("="),
            repr(seed),
            str(list(seed)),
            str(int.from_bytes(seed, "big")),
        }
    return found


def assert_clean(text: str, folder: Path) -> None:
    assert not [needle for needle in spellings(folder) if needle in text]
    assert "PRIVATE KEY" not in text


def test_the_needles_are_found_where_they_are(tmp_path: Path) -> None:
    keys_in(tmp_path)
    with pytest.raises(AssertionError):
        assert_clean(next(tmp_path.glob("*.pem")).read_text().replace("PRIVATE KEY", ""), tmp_path)


def test_representations_and_answers_are_clean(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    token = keys.sign(claims())
    folder = keys._source
    shown = [repr(keys), str(folder), pprint.pformat(vars(keys)), pprint.pformat(vars(folder)), token]
    shown += [json.dumps(keys.jwks(NOW)), (tmp_path / "keys.json").read_text(), repr(keys.ring())]
    assert_clean("\n".join(shown), tmp_path)


def test_keys_in_use_cannot_be_dumped(tmp_path: Path) -> None:
    keys = keys_in(tmp_path)
    keys.sign(claims())
    with pytest.raises(TypeError):
        pickle.dumps(keys)


@pytest.mark.parametrize("spoil", ["truncate", "other key", "readable", "gone"])
def test_errors_and_their_traces_are_clean(tmp_path: Path, spoil: str, capfd: pytest.CaptureFixture[str]) -> None:
    keys_in(tmp_path)
    (file,) = tmp_path.glob("*.pem")
    pem = file.read_text()
    needles = spellings(tmp_path)
    match spoil:
        case "truncate":
            file.write_text(pem[:-30])
        case "other key":
            (other,) = (keys_in(tmp_path / "other"), *(tmp_path / "other").glob("*.pem"))[1:]
            file.write_bytes(other.read_bytes())
            needles |= spellings(tmp_path / "other")
        case "readable":
            file.chmod(0o644)
        case _:
            file.unlink()
    configure_logging("compliance", "DEBUG")
    with pytest.raises(UnusableKey) as raised:
        keys_in(tmp_path).sign(claims())
    structlog.get_logger().error("release.failed", exc_info=raised.value)
    told = "".join(traceback.TracebackException.from_exception(raised.value).format(chain=True))
    logged = "".join(capfd.readouterr())
    assert "release.failed" in logged
    assert not [needle for needle in needles if needle in told + logged + str(raised.value.args)]


def test_logs_of_a_rotation_and_of_signing_are_clean(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    configure_logging("compliance", "DEBUG")
    keys = keys_in(tmp_path)
    folder = KeyFolder.opened(tmp_path, hand(NOW))
    new = folder.rotate(hand(NOW), ahead=NOW - NOW)
    structlog.get_logger().info("everything", keys=keys, folder=folder, ring=keys.ring(), token=keys.sign(claims()))
    for command in (["list"], ["export"], ["rotate"], ["retire", new.name, "--why", "test"]):
        told = CliRunner().invoke(permit, ["keys", *command, "--folder", str(tmp_path)])
        assert_clean(told.output, tmp_path)
    logged = "".join(capfd.readouterr())
    assert "everything" in logged
    assert_clean(logged, tmp_path)
