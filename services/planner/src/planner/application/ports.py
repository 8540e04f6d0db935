"""What the planner's use cases need from outside."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from planner.domain.action import Action
from planner.domain.facts import CapturedPost, EngagerKnown, StakeholderKnown
from planner.domain.plan import EngagementPlan
from shared.changelog.changes import Acting
from shared.contracts.registry import EngagerStateV1, StakeholderStateV1
from shared.kernel.transaction import Transaction


class PlanRepository(Protocol):
    """Loads and saves engagement plans."""

    async def get(self, plan_id: str) -> EngagementPlan:
        """Raises NotFound."""
        ...

    async def screened_by_other_rules(self, rule_set: str, *, limit: int) -> Sequence[str]:
        """Ids of plans SCREENED_AGAIN whose answer is missing, or came from another rule set; longest lasting first."""
        ...

    async def add(self, plan: EngagementPlan) -> None: ...

    async def save(self, plan: EngagementPlan) -> None:
        """Write a changed plan and raise its version. Raises ConcurrentChange when somebody was faster."""
        ...


class ActionRepository(Protocol):
    """Loads and saves actions."""

    async def get(self, action_id: str) -> Action:
        """Raises NotFound."""
        ...

    async def add(self, action: Action) -> None: ...

    async def save(self, action: Action) -> None:
        """Write a changed action and raise its version. Raises ConcurrentChange when somebody was faster."""
        ...

    async def forget_changes_for(self, stakeholder_id: str) -> None:
        """Erase from the changelog what the actions for this person went through."""
        ...


class KnownPeople(Protocol):
    """The planner's copy of the registry: the newest state per person, whatever order news arrives in."""

    async def stakeholder(self, stakeholder_id: str) -> StakeholderKnown | None:
        """None when unknown or erased. Raises Unavailable while news about the person is set aside unread."""
        ...

    async def engager(self, engager_id: str) -> EngagerKnown | None:
        """None when unknown. Raises Unavailable while news about the colleague is set aside unread."""
        ...

    async def keep_stakeholder(self, state: StakeholderStateV1) -> None: ...

    async def forget_stakeholder(self, stakeholder_id: str, version: int) -> None: ...

    async def keep_engager(self, state: EngagerStateV1) -> None: ...


class UnitOfWork(Transaction, Protocol):
    """One transaction; leaving without `commit` rolls back."""

    @property
    def changes(self) -> Acting: ...

    @property
    def plans(self) -> PlanRepository: ...

    @property
    def actions(self) -> ActionRepository: ...

    @property
    def people(self) -> KnownPeople: ...


NewUnitOfWork = Callable[[], UnitOfWork]


class PostArchive(Protocol):
    """Posts as the audit captured them."""

    async def capture(self, post_id: str) -> CapturedPost:
        """Raises InvalidValue for a post nobody captured and Unavailable when the audit does not answer."""
        ...


class PlannerQueries(Protocol):
    """Reads for people and portals; rows are newest first where they are lists."""

    async def plan(self, plan_id: str) -> Mapping[str, Any] | None: ...

    async def plans(self, *, after: str | None, limit: int) -> Sequence[Mapping[str, Any]]: ...

    async def action(self, action_id: str) -> Mapping[str, Any] | None: ...

    async def actions(
        self,
        *,
        after: str | None,
        limit: int,
        plan_id: str | None = None,
        stakeholder_id: str | None = None,
        state: str | None = None,
    ) -> Sequence[Mapping[str, Any]]: ...

    async def changes(self, key: str) -> Sequence[Mapping[str, Any]]:
        """What the plan or action with this id went through, newest first."""
        ...
