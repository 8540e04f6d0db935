"""A small OAuth 2 issuer for development: demo users, this machine only, never beside a real issuer."""

from shared.auth.embedded.issuer import create_issuer

__all__ = ["create_issuer"]
