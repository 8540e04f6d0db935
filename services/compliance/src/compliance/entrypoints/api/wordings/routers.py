"""All routes of the fast lane."""

from __future__ import annotations

from compliance.entrypoints.api.wordings import samples, wordings

WORDINGS = (wordings.router, samples.router)
