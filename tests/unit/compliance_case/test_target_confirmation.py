from __future__ import annotations

from dataclasses import dataclass

import pytest

from compliance.application.ports.peers import Recapture
from compliance.application.ports.repositories import Hold
from compliance.application.waiting import look_at_target
from support.compliance_builders import AUTHOR, EDITOR, ROSA, a_submission, a_target

WORDS = a_target()["text"]


@dataclass(frozen=True)
class Audit:
    """Answers with `seen`."""

    seen: Recapture

    async def recapture(self, url: str) -> Recapture:
        assert url
        return self.seen


async def look(seen: Recapture) -> object:
    return await look_at_target(a_submission(target=a_target()), Audit(seen))


@pytest.mark.parametrize("writer", [AUTHOR, EDITOR])
async def test_the_word_of_whoever_wrote_or_edited_an_action_does_not_confirm_its_target(writer: str) -> None:
    found = await look(Recapture(state="confirmed", text=WORDS, confirmed_by=writer))
    assert isinstance(found, Hold)
    assert found.code == "target_confirmed_by_author"
    assert "somebody who did not work on it" in found.remedy


async def test_the_word_of_a_second_person_confirms_it() -> None:
    assert await look(Recapture(state="confirmed", text=WORDS, confirmed_by=ROSA)) == "unchanged"


async def test_an_author_who_saw_that_it_changed_is_believed() -> None:
    assert await look(Recapture(state="changed", text=None, confirmed_by=AUTHOR)) == "gone_or_changed"
