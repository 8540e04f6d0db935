"""Refusals about money."""

from __future__ import annotations

from shared.kernel.errors import InvalidTransition, InvalidValue


class UnusableAmount(InvalidValue):
    """Not an amount of a currency."""

    code = "unusable_amount"


class NumberAboveNeed(InvalidTransition):
    """More experts than the need states."""

    code = "number_above_need"


class ContractRefused(InvalidTransition):
    """A rule objects to the contract; `parts` holds one refusal per objection."""

    code = "contract_refused"

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        field: str | None = None,
        parts: tuple[ContractRefused, ...] = (),
    ) -> None:
        super().__init__(message, remedy=remedy, field=field)
        self.parts = parts


class DisclosureStopped(InvalidTransition):
    """A disclosure run cannot go on; `parts` holds one refusal per problem, `field` names the record."""

    code = "disclosure_stopped"

    def __init__(
        self,
        message: str,
        *,
        remedy: str | None = None,
        field: str | None = None,
        parts: tuple[DisclosureStopped, ...] = (),
    ) -> None:
        super().__init__(message, remedy=remedy, field=field)
        self.parts = parts
