"""All routes of working together."""

from __future__ import annotations

from compliance.entrypoints.api.teamwork import absences, assignments, comments

TEAMWORK = (absences.router, absences.colleagues, assignments.router, comments.router)
