"""Who may decide on a version at all, whatever it is that is decided."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from compliance.domain.errors import AlreadyVoted, ContentChanged, SelfApproval
from compliance.domain.judgement import Submission
from compliance.domain.review.votes import Vote
from compliance.domain.slot import Slot
from shared.kernel.errors import InvalidTransition


def ensure_outsiders(people: frozenset[str], is_author: Callable[[str], bool], *, by: str, absent: str | None) -> None:
    """Raises SelfApproval where `by`, or the `absent` person they stand in for, wrote or edited the action."""
    author = next(filter(is_author, sorted(people)), None)
    if author is not None:
        who = "you" if author == by else f"{absent}, for whom you stand in,"
        raise SelfApproval(
            f"{who} wrote or edited this action", remedy="ask a colleague who did not work on it to decide"
        )


def ensure_at_hand(submission: Submission, slot: Slot | None, content_sha256: str, at: datetime) -> None:
    """Raises ContentChanged for other content than is decided on, InvalidTransition once its slot is over."""
    if content_sha256 != submission.content_sha256:
        raise ContentChanged(
            "the content you signed is not the content of this case",
            field="content_sha256",
            remedy="read the case again and decide on what it says now",
        )
    if slot is None or slot.is_over(at):
        raise InvalidTransition("the slot is over", remedy="the author plans a new slot and submits again")


def already_voted(vote: Vote, earlier: Vote) -> AlreadyVoted:
    """The refusal of a second vote by, or on behalf of, the same person."""
    who = "you have" if vote.by in earlier.people else f"{vote.on_behalf_of_name} has"
    how = "" if earlier.by in vote.people else f"; {earlier.signed} did it"
    return AlreadyVoted(f"{who} already decided on this version{how}", remedy="a colleague decides next")
