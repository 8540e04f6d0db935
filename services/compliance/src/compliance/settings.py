"""Settings of compliance, from `COMPLIANCE_*` variables."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, HttpUrl, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """Complete or refused; see `.env.example`."""

    model_config = SettingsConfigDict(env_prefix="COMPLIANCE_", frozen=True)

    db_url: SecretStr = Field(description="postgresql://user:password@host:port/name")
    kafka_bootstrap_servers: str = Field(description="host:port[,host:port]")
    auth_issuer: HttpUrl = Field(description="the OpenID Connect issuer that signs access tokens")
    auth_audience: str = Field(default="rapport", description="the audience our access tokens carry")
    client_id: str = Field(default="compliance-service", description="the gate's own OAuth client")
    client_secret: SecretStr = Field(description="secret of that client")
    registry_url: HttpUrl = Field(description="base URL of the registry, asked for permission at every release")
    audit_url: HttpUrl = Field(description="base URL of the audit service, asked to look at targets again")
    company_file: Path = Field(description="YAML: the company, its products and limits")
    channels_file: Path = Field(description="YAML: the company's channels and their executors")
    key_dir: Path = Field(description="folder of the permit signing keys, readable by this service only")
    ledger_key_dir: Path = Field(description="folder of the keys that sign checkpoints of the ledger, not the permits'")
    checkpoint_dir: Path = Field(description="folder of the ledger's checkpoints, on storage apart from the database")
    checkpoint_seconds: float = Field(default=60.0, gt=0, description="how often a checkpoint is written")
    ledger_origin: str = Field(default="rapport-compliance/ledger", description="the log named in every checkpoint")
    rules_dir: Path | None = Field(
        default=None, description="a company's folder of rule packs, on top of the packaged rules"
    )
    lexicon_dir: Path | None = Field(
        default=None, description="folder of imported medicine lists (*.csv), part of the rules proposed at start"
    )
    safety_model_dir: Path | None = Field(
        default=None, description="folder written by `rapport safety-train`; default: the packaged model"
    )
    permit_issuer: str = Field(default="rapport-compliance", description="the issuer named in every permit")
    api_host: str = "127.0.0.1"
    api_port: int = 7704
    worker_port: int = 7714
    log_level: str = "INFO"
    otlp_endpoint: str | None = None
