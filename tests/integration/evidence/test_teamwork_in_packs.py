"""What was said, who was asked and who stood in for whom are in the pack, and it stays true when a person is erased."""

from __future__ import annotations

import pytest

from compliance.application.teamwork import comments, tasks
from compliance.application.teamwork.comments import Answer, Remark
from compliance.application.teamwork.ports import Colleague
from compliance.domain.review.spans import Anchor
from shared.kernel.ids import new_id
from support.evidence_builders import Packs

pytestmark = pytest.mark.platform


async def talked_about(packs: Packs) -> None:
    """A case with a discussion, somebody asked, and a vote by whoever stood in for somebody else."""
    stage, means = packs.stage, packs.stage.team_means()
    rosa, sam = (f"{name}-{new_id()}" for name in ("rosa", "sam"))
    await stage.hear_person()
    await stage.hear_engager()
    await stage.submit()
    who = Colleague(subject=rosa, name="Rosa Marín", may_review=True)
    await stage.away(rosa, sam)
    remark = Remark(action_version=1, text="Too warm?", anchor=Anchor(field="text", start=0, end=5, quote="Thank"))
    comment = await comments.write(stage.action, remark, who, uow=stage.open_uow(), means=means)
    await comments.answer(comment.record_id, Answer(text="No."), who, uow=stage.open_uow(), means=means)
    await tasks.assign(stage.action, sam, None, who, uow=stage.open_uow(), means=means)
    await stage.vote(sam, on_behalf_of=rosa)


async def test_a_pack_tells_of_the_discussion_the_assignment_and_the_delegate_and_is_true(packs: Packs) -> None:
    await talked_about(packs)
    text = await packs.pack()
    checked = packs.check(text)
    assert checked.returncode == 0, checked.stderr
    assert "Too warm?" in text
    for what in ("comment_written", "comment_replied", "case_assigned", "absence_registered", "on_behalf_of"):
        assert what in text, what


async def test_a_pack_stays_true_when_the_words_are_erased_with_the_person(packs: Packs) -> None:
    await talked_about(packs)
    await packs.stage.forget_person(2)
    text = await packs.pack()
    checked = packs.check(text)
    assert checked.returncode == 0, checked.stderr
    assert "Too warm?" not in text
    assert "comment_erased" in text
