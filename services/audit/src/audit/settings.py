"""Settings of the audit, from `AUDIT_*` variables."""

from __future__ import annotations

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Complete or refused; see `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="AUDIT_", frozen=True)

    db_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    kafka_bootstrap_servers: str = Field(description="host:port[,host:port]")
    auth_issuer: HttpUrl = Field(description="the OpenID Connect issuer that signs access tokens")
    auth_audience: str = Field(default="rapport", description="the audience our access tokens carry")
    api_host: str = "127.0.0.1"
    api_port: int = 7702
    worker_port: int = 7712
    log_level: str = "INFO"
    otlp_endpoint: str | None = None
