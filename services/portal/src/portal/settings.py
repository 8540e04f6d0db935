"""Settings of the portal, from `PORTAL_*` variables."""

from __future__ import annotations

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Complete or refused; see `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="PORTAL_", frozen=True)

    registry_url: HttpUrl = Field(description="base URL of the registry")
    audit_url: HttpUrl = Field(description="base URL of the audit service")
    planner_url: HttpUrl = Field(description="base URL of the planner")
    compliance_url: HttpUrl = Field(description="base URL of compliance")
    auth_issuer: HttpUrl = Field(description="the OpenID Connect issuer people sign in at")
    auth_audience: str = Field(default="rapport", description="the audience our access tokens carry")
    client_id: str = Field(default="portal", description="the portal's OAuth client")
    client_secret: SecretStr = Field(description="secret of that client")
    session_secret: SecretStr = Field(min_length=16, description="signs the session cookie; keep it secret and stable")
    public_url: HttpUrl = Field(description="the address people type, without a path")
    api_host: str = "127.0.0.1"
    api_port: int = 7700
    log_level: str = "INFO"
    otlp_endpoint: str | None = None
