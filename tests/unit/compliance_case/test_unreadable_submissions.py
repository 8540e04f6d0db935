from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from compliance.application.submission import NotASnapshot, on_action_submission
from shared.contracts.planner import ActionSubmittedV1


async def test_a_submission_that_is_no_snapshot_is_named_by_its_places_not_by_its_words() -> None:
    event = ActionSubmittedV1(
        action_id="a",
        version=1,
        plan_id="p",
        stakeholder_id="s",
        snapshot={"text": ["Maria Beispiel has diabetes"]},
        snapshot_sha256="0",
        submitted_by="x",
        submitted_by_name="X",
        edited_by=(),
        submitted_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    untouched: Any = object()
    with pytest.raises(NotASnapshot) as refused:
        await on_action_submission(event, untouched, untouched, gate=untouched)
    assert "action_id: missing" in str(refused.value)
    assert "Maria" not in str(refused.value)
    assert refused.value.__suppress_context__
