"""Which function owns which relationship. The table is dated data; see adapters/data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registry.domain.text import REASON_LIMIT, one_line
from registry.domain.vocabulary import Function, StakeholderType
from shared.kernel.errors import InvalidValue


class OwnerNotAllowed(InvalidValue):
    """No relationship may be owned by such a function."""

    code = "owner_not_allowed"


class OwnerReasonMissing(InvalidValue):
    """An unusual function owns a relationship only with a stated reason."""

    code = "owner_reason_missing"


@dataclass(frozen=True, slots=True)
class Owner:
    """The owning function, why it is not the routed one, and the person where one is named."""

    function: Function
    reason: str | None = None
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class OwnerRouting:
    """`routes` lists, per type, the functions that may own without a reason, the default first."""

    dated: date
    routes: Mapping[StakeholderType, tuple[Function, ...]]
    never: frozenset[Function]

    def assign(
        self,
        kind: StakeholderType,
        *,
        function: Function | None = None,
        reason: str | None = None,
        person_id: str | None = None,
    ) -> Owner:
        """The owner of a stakeholder of `kind`; `function` None takes the routed one.

        Raises OwnerNotAllowed for a function that never owns, OwnerReasonMissing for an unusual one without reason.
        """
        routed = self.routes[kind]
        chosen = function or routed[0]
        names = " or ".join(each.value for each in routed)
        if chosen in self.never:
            raise OwnerNotAllowed(
                f"owner_function: {chosen.value} never owns a relationship",
                field="owner_function",
                remedy=f"use {names} for a {kind.value}",
            )
        stated = one_line(reason, field="owner_reason", limit=REASON_LIMIT) if reason else None
        if chosen not in routed and stated is None:
            raise OwnerReasonMissing(
                f"owner_reason: {chosen.value} owns a {kind.value} only with a reason",
                field="owner_reason",
                remedy=f"say why in owner_reason, or use {names}",
            )
        return Owner(chosen, stated, person_id)
