"""Talking about a case."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from compliance.application.teamwork.known import REMEDY
from compliance.application.teamwork.ports import Colleague, Means, Mention, Teamwork, TeamworkUnitOfWork
from compliance.domain.case import Case
from compliance.domain.errors import ContentChanged, UnknownColleague
from compliance.domain.events import Occasion
from compliance.domain.review.comment import Comment, Discussion, Said, mentioned
from compliance.domain.review.spans import Anchor, ensure_stands
from compliance.domain.screening.text.fields import text_fields
from shared.kernel.errors import ConcurrentChange, Forbidden, InvalidTransition, NotFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What somebody says about a version of an action, perhaps about a place in it."""

    action_version: int
    text: str
    anchor: Anchor | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What somebody says in a discussion; `corrects` is the number of an own entry that it puts right."""

    text: str
    corrects: int | None = None


async def write(action_id: str, remark: Remark, who: Colleague, *, uow: TeamworkUnitOfWork, means: Means) -> Comment:
    """Begin a discussion.

    Raises NotFound, Forbidden, ContentChanged for another version than the one at hand, AnchorMisses, UnknownColleague.
    """
    async with uow:
        case = await _read(action_id, uow)
        submission = case.submission
        await uow.people.lock(submission.stakeholder_id)  # an erasure forgets what is said before it, and nothing after
        await _ensure_not_erased(submission.stakeholder_id, uow)
        _ensure_part(case, who)
        if remark.action_version != submission.action_version:
            raise ContentChanged(
                f"this is version {submission.action_version} by now", field="action_version", remedy="read it again"
            )
        if remark.anchor is not None:
            ensure_stands(remark.anchor, submission.snapshot, "anchor")
        said = await _said(Answer(text=remark.text), who, case, uow, means)
        discussion = Discussion(
            action_id=action_id,
            action_version=submission.action_version,
            stakeholder_id=submission.stakeholder_id,
            anchor=remark.anchor,
            said=(said,),
        )
        comment = Comment.write(means.new_id(), discussion)
        await uow.teamwork.comments.add(comment)
        await _tell(comment, uow.teamwork, means)
        await uow.commit()
    return comment


async def answer(comment_id: str, given: Answer, who: Colleague, *, uow: TeamworkUnitOfWork, means: Means) -> Comment:
    """Reply, or correct what one said oneself. Raises NotFound, Forbidden, UnknownColleague, InvalidTransition."""
    async with uow:
        comment = await _locked(comment_id, uow)
        case = await _read(comment.details.action_id, uow)
        _ensure_part(case, who)
        said = await _said(given, who, case, uow, means)
        if given.corrects is None:
            comment.reply(said)
        else:
            comment.correct(said)
        await uow.teamwork.comments.save(comment)
        await _tell(comment, uow.teamwork, means)
        await uow.commit()
    return comment


async def settle(
    comment_id: str, who: Colleague, expected_version: int, *, resolved: bool, uow: TeamworkUnitOfWork, means: Means
) -> Comment:
    """Resolve a discussion, or reopen it. Raises NotFound, ConcurrentChange, InvalidTransition."""
    async with uow:
        comment = await _locked(comment_id, uow)
        if comment.version != expected_version:
            raise ConcurrentChange(
                "something was said meanwhile", remedy="read it again", current_version=comment.version
            )
        occasion = Occasion(by=who.subject, at=means.clock.now())
        if resolved:
            comment.resolve(occasion)
        else:
            comment.reopen(occasion)
        await uow.teamwork.comments.save(comment)
        await uow.commit()
    return comment


async def forget_in_comments(stakeholder_id: str, occasion: Occasion, teamwork: Teamwork) -> None:
    """The words of every discussion about this person's actions go. The caller holds the person's lock and commits."""
    for comment in await teamwork.comments.about_for_update(stakeholder_id):
        comment.erase(occasion)
        await teamwork.comments.save(comment)


async def _said(given: Answer, who: Colleague, case: Case, uow: TeamworkUnitOfWork, means: Means) -> Said:
    now = means.clock.now()
    await uow.teamwork.colleagues.note(who, now)
    mentions = await _known(mentioned(given.text), case, uow.teamwork)
    return Said(
        by=who.subject, name=who.name, at=now, text=given.text, corrects=given.corrects, mentions=tuple(mentions)
    )


async def _known(names: Collection[str], case: Case, teamwork: Teamwork) -> list[str]:
    """Those who are colleagues. What stands in the action's own words is a name out there, not a mention.

    Raises UnknownColleague for all others.
    """
    if not names:
        return []
    met = {*await teamwork.colleagues.named(names), *_around(case)}
    quoted = " ".join(field.text for field in text_fields(case.submission.snapshot)).casefold()
    unknown = [name for name in names if name not in met and name.casefold() not in quoted]
    if unknown:
        raise UnknownColleague(
            f"nobody called {unknown[0]} has signed in here yet",
            field="text",
            remedy=f"{REMEDY}; write a name of another network without its @",
        )
    return [name for name in names if name in met]


def _around(case: Case) -> frozenset[str]:
    submission = case.submission
    voters = {person for vote in case.votes for person in vote.people}
    return frozenset({submission.submitted_by, *submission.edited_by, *voters})


async def _tell(comment: Comment, teamwork: Teamwork, means: Means) -> None:
    number = len(comment.details.said) - 1
    newest = comment.details.said[number]
    for subject in newest.mentions:
        if subject != newest.by:
            mention = Mention(means.new_id(), subject, comment.record_id, number, comment.details.action_id, newest.at)
            await teamwork.mentions.add(mention)


async def _read(action_id: str, uow: TeamworkUnitOfWork) -> Case:
    case = await uow.cases.get(action_id)
    if case is None:
        raise NotFound(f"there is no case of action {action_id}", remedy="GET /v1/cases lists all")
    return case


async def _locked(comment_id: str, uow: TeamworkUnitOfWork) -> Comment:
    comment = await uow.teamwork.comments.get_for_update(comment_id)
    if comment is None:
        raise NotFound(f"there is no comment {comment_id}", remedy="read the comments of the case; they are listed")
    return comment


async def _ensure_not_erased(stakeholder_id: str, uow: TeamworkUnitOfWork) -> None:
    known = await uow.people.get(stakeholder_id)
    if known is not None and known.erased:
        raise InvalidTransition("the person was erased; nothing more is written about them")


def _ensure_part(case: Case, who: Colleague) -> None:
    submission = case.submission
    if not (who.may_review or who.subject == submission.submitted_by or who.subject in submission.edited_by):
        raise Forbidden(
            "only reviewers and those who wrote this action talk about it",
            remedy="ask for the scope compliance:review, or talk to its author",
        )
