"""What the routes of money are given, over the database and the rules in use."""

from __future__ import annotations

from collections.abc import Callable

from compliance.adapters.money.queries import MoneyQueries
from compliance.adapters.read_models import Reads
from compliance.application.gate import Gate
from compliance.application.money.desk import MoneyDesk
from compliance.application.money.ports import Means, MoneyUnitOfWork
from compliance.application.rules.rules_in_use import RulesInUse, RulesNotLoaded
from compliance.domain.screening.lexicon import Figures
from shared.kernel.errors import Unavailable


def money_desk(
    gate: Gate, unit_of_work: Callable[[], MoneyUnitOfWork], reads: Reads, rules: RulesInUse | None
) -> MoneyDesk:
    """Figures are those of `rules`; while none are in use, whatever needs a figure is refused with Unavailable."""

    def figures() -> Figures:
        try:
            return (rules or RulesInUse()).current.lexicon
        except RulesNotLoaded as waiting:
            raise Unavailable(str(waiting), remedy="try again in a moment") from waiting

    means = Means(
        clock=gate.clock,
        new_id=gate.new_id,
        figures=figures,
        rule_set=gate.rule_set,
        company=str(gate.company["name"]),
    )
    return MoneyDesk(means=means, unit_of_work=unit_of_work, queries=MoneyQueries(reads))
