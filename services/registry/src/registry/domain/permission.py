"""May we approach this person at all? A fact that decides and is unknown is a reason to refuse."""

from __future__ import annotations

from dataclasses import dataclass

from registry.domain.stakeholder import StakeholderState
from registry.domain.vocabulary import StakeholderType

_ADULT_BY_PROFESSION = frozenset(
    {StakeholderType.HCP, StakeholderType.RESEARCHER, StakeholderType.JOURNALIST, StakeholderType.ORGANISATION}
)


@dataclass(frozen=True, slots=True)
class Permission:
    """`reasons` are stable codes, empty exactly when we may approach; `unknown` names every fact nobody stated."""

    reasons: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def may_approach(self) -> bool:
        return not self.reasons


def permission_of(state: StakeholderState) -> Permission:
    """Judge one stakeholder. A licensed profession or an organisation answers the question of age by itself."""
    profile = state.profile
    age_unknown = profile.minor is None and profile.type not in _ADULT_BY_PROFESSION
    judged = {
        "opted_out": state.opted_out,
        "do_not_engage": state.do_not_engage,
        "open_complaint": state.open_complaint,
        "minor": profile.minor is True,
        "minor_unknown": age_unknown,
        "lawful_basis_unknown": profile.lawful_basis is None,
    }
    facts = ("country", "lawful_basis", "notice_sent_on", "contracted", "followers", "minor")
    unknown = tuple(name for name in facts if getattr(profile, name) is None)
    return Permission(tuple(code for code, holds in judged.items() if holds), unknown)
