"""What the routes of working together are given, over the database."""

from __future__ import annotations

from collections.abc import Callable

from compliance.adapters.read_models import Reads
from compliance.adapters.teamwork.queries import TeamworkQueries
from compliance.application.gate import Gate
from compliance.application.teamwork.desk import TeamworkDesk
from compliance.application.teamwork.meeting import Meeting
from compliance.application.teamwork.ports import Means, TeamworkUnitOfWork


def teamwork_desk(gate: Gate, unit_of_work: Callable[[], TeamworkUnitOfWork], reads: Reads) -> TeamworkDesk:
    """Over the gate's own clock and limits."""
    means = Means(clock=gate.clock, new_id=gate.new_id, absence_at_most=gate.absence_at_most)
    meeting = Meeting(unit_of_work, gate.clock)
    return TeamworkDesk(means=means, unit_of_work=unit_of_work, queries=TeamworkQueries(reads), meeting=meeting)
