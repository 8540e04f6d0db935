"""The development issuer as an application: `uvicorn rapport.issuer:create --factory`."""

from __future__ import annotations

import os
from pathlib import Path

from fastapi import FastAPI
from shared.auth.embedded import create_issuer


def create() -> FastAPI:
    """Reads RAPPORT_ISSUER_URL, RAPPORT_ISSUER_KEY_DIR and RAPPORT_ISSUER_USERS_FILE."""
    return create_issuer(
        url=os.environ["RAPPORT_ISSUER_URL"],
        key_dir=Path(os.environ["RAPPORT_ISSUER_KEY_DIR"]),
        users_file=Path(os.environ["RAPPORT_ISSUER_USERS_FILE"]),
    )
