from __future__ import annotations

from pathlib import Path

import pytest

from shared.auth.embedded.main import create

USERS = Path(__file__).parents[3] / "deploy/demo/users.yaml"


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, **changes: str) -> None:
    environment = {
        "ISSUER_URL": "http://127.0.0.1:7709",
        "ISSUER_KEY_DIR": str(folder / "keys"),
        "ISSUER_USERS_FILE": str(USERS),
        "ISSUER_LOG_LEVEL": "INFO",
    }
    for name, value in {**environment, **changes}.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"ISSUER_URL": "http://issuer.example"}, "loopback"),
        ({"ISSUER_USERS_FILE": "no-such-users.yaml"}, "no-such-users.yaml"),
    ],
)
def test_a_wrong_setting_ends_the_issuer_before_it_listens(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    changes: dict[str, str],
    expected: str,
) -> None:
    configure(monkeypatch, tmp_path, **changes)
    with pytest.raises(SystemExit) as end:
        create()
    assert end.value.code == 2
    message = capsys.readouterr().err
    assert expected in message
    assert "Traceback" not in message
