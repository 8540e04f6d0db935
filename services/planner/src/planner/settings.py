"""Settings of the planner, from `PLANNER_*` variables."""

from __future__ import annotations

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Complete or refused; see `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="PLANNER_", frozen=True)

    db_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    kafka_bootstrap_servers: str = Field(description="host:port[,host:port]")
    auth_issuer: HttpUrl = Field(description="the OpenID Connect issuer that signs access tokens")
    auth_audience: str = Field(default="rapport", description="the audience our access tokens carry")
    client_id: str = Field(default="planner-service", description="the planner's own OAuth client")
    client_secret: SecretStr = Field(description="secret of that client")
    audit_url: HttpUrl = Field(description="base URL of the audit service, asked for captured posts")
    company_name: str = Field(min_length=1, description="our company's name, frozen into every snapshot")
    company_country: str | None = Field(
        default=None, pattern="^[A-Z]{2}$", description="our company's country, ISO 3166-1 alpha-2"
    )
    api_host: str = "127.0.0.1"
    api_port: int = 7703
    worker_port: int = 7713
    log_level: str = "INFO"
    otlp_endpoint: str | None = None
