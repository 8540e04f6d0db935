"""All routes of working together."""

from __future__ import annotations

from compliance.entrypoints.api.teamwork import absences

TEAMWORK = (absences.router, absences.colleagues)
