"""Everything that leaves the gate, one translation after the other."""

from __future__ import annotations

from compliance.application.circulations.telling import review_notice
from compliance.application.integration_events import in_review, to_integration_event
from compliance.application.wordings.telling import wording_event

TOLD = (to_integration_event, in_review, review_notice, wording_event)
"""Each says what of a domain event others hear, None for what stays inside."""
