from __future__ import annotations

import pytest
from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.observability.settings import SettingsError, load, read


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="SAMPLE_", frozen=True)

    db_url: SecretStr = Field(description="where the database is")
    api_port: int = 7701

    @model_validator(mode="after")
    def check(self) -> Settings:
        if self.api_port == 1:
            raise ValueError("port 1 is taken")
        return self


def test_complete_settings_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_DB_URL", "postgresql://u:p@h/db")
    assert read(Settings).api_port == 7701


def test_every_wrong_variable_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_API_PORT", "seven")
    with pytest.raises(SettingsError) as refusal:
        read(Settings)
    first, second = str(refusal.value).splitlines()
    assert first.startswith("variable SAMPLE_DB_URL is missing (where the database is)")
    assert second.startswith("variable SAMPLE_API_PORT is invalid")
    assert ".env.example" in first
    assert ".env.example" in second


def test_settings_that_contradict_one_another_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAMPLE_DB_URL", "x")
    monkeypatch.setenv("SAMPLE_API_PORT", "1")
    with pytest.raises(SettingsError, match="port 1 is taken"):
        read(Settings)


def test_a_process_with_wrong_settings_ends_with_code_2_and_no_secret(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAMPLE_DB_URL", "postgresql://u:hunter2@h/db")
    monkeypatch.setenv("SAMPLE_API_PORT", "hunter2")
    with pytest.raises(SystemExit) as end:
        load(Settings)
    assert end.value.code == 2
    message = capsys.readouterr().err
    assert "SAMPLE_API_PORT" in message
    assert "hunter2" not in message
    assert "Traceback" not in message
