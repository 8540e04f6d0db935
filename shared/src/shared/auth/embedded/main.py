"""The issuer's process: `uvicorn shared.auth.embedded.main:create --factory --host 127.0.0.1 --port 7709`.

The launcher starts it only while nobody configured a real issuer.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlsplit

from fastapi import FastAPI
from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.auth.discovery import is_loopback
from shared.auth.embedded.directory import DirectoryError
from shared.auth.embedded.issuer import create_issuer
from shared.observability import configure_logging, load
from shared.observability.settings import BAD_SETTINGS_EXIT_CODE


class IssuerSettings(BaseSettings):
    """Where the development issuer answers and what it knows."""

    model_config = SettingsConfigDict(env_prefix="ISSUER_", frozen=True)

    url: str = Field(description="loopback URL of the development issuer, such as http://127.0.0.1:7709")
    key_dir: Path = Field(description="folder for its signing key, created with mode 0700")
    users_file: Path = Field(description="YAML file with demo users and clients, such as deploy/demo/users.yaml")
    log_level: str = Field(default="INFO", description="DEBUG, INFO, WARNING or ERROR")

    @model_validator(mode="after")
    def _on_this_machine(self) -> IssuerSettings:
        if not is_loopback(urlsplit(self.url).hostname):
            raise ValueError("ISSUER_URL must be a loopback address; configure a real issuer for anything else")
        return self


def create() -> FastAPI:
    """The application, from ISSUER_URL, ISSUER_KEY_DIR and ISSUER_USERS_FILE."""
    settings = load(IssuerSettings)
    try:
        app = create_issuer(url=settings.url, key_dir=settings.key_dir, users_file=settings.users_file)
    except DirectoryError as error:
        print(error, file=sys.stderr)  # noqa: T201 - said like any other wrong setting
        raise SystemExit(BAD_SETTINGS_EXIT_CODE) from None
    configure_logging("issuer", settings.log_level)
    return app
