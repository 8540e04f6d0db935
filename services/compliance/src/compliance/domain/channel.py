"""Our channels: no account of ours speaks before somebody watches its comments and screens them for drug safety."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar, Literal

from compliance.domain.errors import OwnerMissing
from compliance.domain.events import Occasion, StateChange
from compliance.domain.facts import OwnChannel
from compliance.domain.screening.facts.values import is_blank
from shared.kernel.errors import InvalidValue
from shared.kernel.events import Aggregate

ChannelState = Literal["draft", "active", "inactive"]
Hold = Literal["owned", "paid_for", "controlled"]
EXECUTOR = r"^[!-~]{1,200}$"
"""How an OAuth client is named: printable ASCII without blanks. A permit with another audience nobody would accept."""
OWNERS = ("moderation_owner", "screening_owner")
"""Who has to be named before a channel speaks: for its comments, and for safety reports among them (GVP VI, PV-05)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelDescription:
    """One account of a platform, or with `account` None any of its accounts; `hold` says how it is ours.

    `country` is ISO 3166-1 alpha-2 of its main audience, `executor` the OAuth client that acts on it.
    """

    platform: str
    account: str | None
    country: str | None
    hold: Hold
    moderation_owner: str | None
    screening_owner: str | None
    executor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelChanged(StateChange):
    AGGREGATE: ClassVar[str] = "channel"

    description: ChannelDescription

    def evidence(self) -> Mapping[str, Any]:
        return {name: value for name, value in asdict(self.description).items() if name not in OWNERS}

    def personal(self) -> Mapping[str, Any]:
        """Who watches the channel: colleagues by name."""
        return {name: getattr(self.description, name) for name in OWNERS}


class ChannelRegistered(ChannelChanged):
    """We know of it; it does not speak yet."""


class ChannelActivated(ChannelChanged):
    """From here on actions may be planned on it."""


class ChannelRevised(ChannelChanged):
    """Owner, country, hold or executor changed."""


class ChannelDeactivated(ChannelChanged):
    """It does not speak any more."""


class Channel(Aggregate):
    """`draft → active ⇄ inactive`. Only an active channel is one of ours to the gate."""

    def __init__(
        self, channel_id: str, description: ChannelDescription, *, state: ChannelState = "draft", version: int = 0
    ) -> None:
        super().__init__(version=version)
        self.stored_version = version
        self.channel_id = channel_id
        self.description = description
        self.state: ChannelState = state

    @classmethod
    def register(cls, channel_id: str, description: ChannelDescription, occasion: Occasion) -> Channel:
        """A channel that does not speak yet. Raises InvalidValue for an owner without a visible character."""
        _ensure_visible({name: getattr(description, name) for name in OWNERS})
        channel = cls(channel_id, description)
        channel._emit(ChannelRegistered, None, occasion)
        return channel

    @property
    def as_known(self) -> OwnChannel:
        """The channel as the gate's facts have it."""
        ours = self.description
        return OwnChannel(
            platform=ours.platform,
            account=ours.account,
            country=ours.country,
            moderation_owner=ours.moderation_owner,
            executor=ours.executor,
        )

    def activate(self, occasion: Occasion) -> None:
        """Let it speak; saying so twice changes nothing. Raises OwnerMissing, with one part per missing owner."""
        _ensure_owned(self.description)
        if self.state != "active":
            self._move("active", ChannelActivated, occasion)

    def deactivate(self, occasion: Occasion) -> None:
        """Silence it: what waits for it is not released. Saying so twice changes nothing."""
        if self.state != "inactive":
            self._move("inactive", ChannelDeactivated, occasion)

    def revise(self, occasion: Occasion, **changes: Any) -> None:
        """Change country, hold, owners or executor.

        Raises InvalidValue for an owner without a visible character, OwnerMissing where an active one would lose one.
        """
        _ensure_visible({name: changes[name] for name in OWNERS if name in changes})
        revised = replace(self.description, **changes)
        if revised == self.description:
            return
        if self.state == "active":
            _ensure_owned(revised)
        self.description = revised
        self._emit(ChannelRevised, self.state, occasion)

    def _move(self, state: ChannelState, event: type[ChannelChanged], occasion: Occasion) -> None:
        old, self.state = self.state, state
        self._emit(event, old, occasion)

    def _emit(self, event: type[ChannelChanged], old: ChannelState | None, occasion: Occasion) -> None:
        self.version += 1
        self.record(
            event(
                aggregate_id=self.channel_id,
                version=self.version,
                old_state=old,
                new_state=self.state,
                occasion=occasion,
                description=self.description,
            )
        )


def _ensure_visible(owners: Mapping[str, str | None]) -> None:
    """Nobody could be asked for by a name that cannot be seen; None says openly that there is nobody."""
    parts = tuple(
        InvalidValue(
            f"{name} holds no visible character",
            field=name,
            remedy=f"name the {name.replace('_', ' ')} in visible characters, or leave it out",
        )
        for name, owner in owners.items()
        if owner is not None and is_blank(owner)
    )
    if parts:
        first = parts[0]
        raise InvalidValue(first.message, field=first.field, remedy=first.remedy, parts=parts)


def _ensure_owned(description: ChannelDescription) -> None:
    missing = [name for name in OWNERS if is_blank(getattr(description, name) or "")]
    if not missing:
        return
    parts = tuple(
        OwnerMissing(
            f"{name} is not named",
            field=name,
            remedy=f"name the {name.replace('_', ' ')} in visible characters, then activate",
        )
        for name in missing
    )
    raise OwnerMissing(
        f"{' and '.join(missing)} must be named before a channel of ours speaks",
        field=missing[0],
        remedy="name who watches its comments and who screens them for drug safety",
        parts=parts,
    )
