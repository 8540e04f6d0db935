"""Refusals of the gate."""

from __future__ import annotations

from shared.kernel.errors import ConcurrentChange, DomainError, Forbidden, InvalidTransition, InvalidValue


class SelfApproval(Forbidden):
    """Nobody decides on what they wrote or edited."""

    code = "self_approval"


class PersonRequired(Forbidden):
    """A program does not decide."""

    code = "person_required"


class NotYourStep(Forbidden):
    """The review waits for somebody in another role."""

    code = "not_your_step"


class NotDelegated(Forbidden):
    """Nobody who is absent has named this person as their delegate."""

    code = "not_delegated"


class AbsencesOverlap(InvalidTransition):
    """Two people would stand in for one at the same time."""

    code = "absences_overlap"


class UnknownColleague(InvalidValue):
    """The gate has never met whoever is named."""

    code = "unknown_colleague"


class AnchorMisses(InvalidValue):
    """What is quoted does not stand where it is said to."""

    code = "anchor_misses"


class NotYourOverride(Forbidden):
    """The rule lets other people override it."""

    code = "not_your_override"


class OverrideNotAllowed(InvalidTransition):
    """A rule blocks that nobody may override."""

    code = "override_not_allowed"


class OverrideRefused(InvalidTransition):
    """Somebody said no to any override of this version."""

    code = "override_refused"


class JudgedAgain(ConcurrentChange):
    """The findings are others than those that were looked at."""

    code = "judged_again"


class ReviewerIsRevoked(Forbidden):
    """The right to approve was taken from this person."""

    code = "reviewer_revoked"


class AlreadyAssigned(InvalidTransition):
    """The same person is asked for the same already."""

    code = "already_assigned"


class AlreadyVoted(InvalidTransition):
    """One person, one vote on one version."""

    code = "already_voted"


class ContentChanged(ConcurrentChange):
    """The content named is not the content at hand."""

    code = "content_changed"


class MeaningMissing(InvalidValue):
    """A signature says what it means."""

    code = "meaning_missing"


class ReasonMissing(InvalidValue):
    """A change says why it is made (REC-02)."""

    code = "reason_missing"


class WrongAudience(Forbidden):
    """The permit was issued to another executor."""

    code = "wrong_audience"


class PermitNotRedeemable(DomainError):
    """The permit was stopped, has expired or was used."""

    code = "permit_not_redeemable"


class OwnerMissing(InvalidTransition):
    """A channel of ours would speak although nobody is named who watches it."""

    code = "owner_missing"


class ChannelExists(ConcurrentChange):
    """The account has a channel already."""

    code = "channel_exists"


class RulesRefused(InvalidValue):
    """These rules cannot be used: a file is wrong, or an example of a rule does not come out as it says."""

    code = "rules_refused"
