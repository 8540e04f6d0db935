"""Is a transfer of value to be disclosed? The rule and the figure that decide, for everything of one person and year.

Unknown never means no: without a rule or a sourced figure a transfer is undecided, and stops a disclosure run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from compliance.domain.money.amounts import rounded, total
from compliance.domain.money.figures import lowest, shown, value_of
from compliance.domain.money.giving import Given
from compliance.domain.screening.lexicon import Figure, Figures

Standing = Literal["reportable", "not_reportable", "undecided"]
Regime = Literal["efpia", "open_payments"]
RecipientKind = Literal["hcp", "hco", "patient_organisation", "other"]
"""`other`: journalists, bloggers, patients: nobody these programmes cover. None, where unknown, counts as covered."""

_MEAL_CAPS = ("meal_cap_meal", "meal_cap_lunch", "meal_cap_dinner")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What was decided under which rule, why in words, and the figure that decided, None where none did."""

    standing: Standing
    regime: Regime | None
    rule_id: str
    why: str
    figure: Mapping[str, Any] | None = None

    def same_as(self, other: Mark) -> bool:
        """Whether both say the same on the same ground; the words tell sums, which differ with every payment."""
        ours = (self.standing, self.regime, self.rule_id, self.figure)
        return ours == (other.standing, other.regime, other.rule_id, other.figure)


def regime_of(country: str, on: date, figures: Figures) -> Regime | None:
    """The programme under which gifts to people of a country are disclosed; None where no rule is known."""
    as_of = on.isoformat()
    if any(row.value == "open_payments" for row in figures.rows("disclosure_programme", as_of, country)):
        return "open_payments"
    members = {code for row in figures.rows("disclosed_countries", as_of) for code in row.value}
    return "efpia" if country in members else None


def marks_of(transfers: Mapping[str, Given], recipient: RecipientKind | None, figures: Figures) -> Mapping[str, Mark]:
    """The marks of all valid transfers to one person, by id. Years and countries are held apart."""
    marks: dict[str, Mark] = {}
    years: dict[tuple[int, str], list[Given]] = {}
    for given in transfers.values():
        years.setdefault((given.year, given.country), []).append(given)
    for transfer_id, given in transfers.items():
        regime = regime_of(given.country, given.given_on, figures)
        if regime == "open_payments":
            marks[transfer_id] = _open_payments(given, years[given.year, given.country], recipient, figures)
        elif regime == "efpia":
            marks[transfer_id] = _efpia(given, recipient, figures)
        else:
            why = f"no disclosure rule is known for {given.country}"
            marks[transfer_id] = Mark(standing="undecided", regime=None, rule_id="TOV-01", why=why)
    return marks


def _efpia(given: Given, recipient: RecipientKind | None, figures: Figures) -> Mark:
    if recipient == "other":
        return _efpia_mark("not_reportable", "the recipient is neither a health professional nor an organisation")
    if recipient == "patient_organisation":
        return _efpia_mark("reportable", "support of patient organisations is disclosed", rule_id="TOV-03")
    if given.kind == "meal":
        cap = _meal_cap(given, figures)
        if cap is not None and given.amount <= value_of(cap):
            why = f"a meal of {rounded(given.amount, given.currency)} {given.currency} is within the cap of {cap.value}"
            return _efpia_mark("not_reportable", why, figure=cap)
        return _efpia_mark("reportable", "the meal is above the cap of the host country, or has none", figure=cap)
    return _efpia_mark("reportable", "every transfer of value is disclosed")


def _efpia_mark(standing: Standing, why: str, *, rule_id: str = "TOV-01", figure: Figure | None = None) -> Mark:
    ground = None if figure is None else shown(figure)
    return Mark(standing=standing, regime="efpia", rule_id=rule_id, why=why, figure=ground)


def _meal_cap(given: Given, figures: Figures) -> Figure | None:
    host = given.host_country
    if host is None:
        return None
    caps = [lowest(figures, name, given.given_on, host, given.currency) for name in _MEAL_CAPS]
    sourced = [cap for cap in caps if cap is not None and cap.sourced]
    return min(sourced, key=value_of) if sourced else None


def _open_payments(given: Given, same_year: list[Given], recipient: RecipientKind | None, figures: Figures) -> Mark:
    if recipient in ("other", "patient_organisation"):
        return _open_mark("not_reportable", "the recipient is no covered recipient")
    single, year = (
        lowest(figures, name, given.given_on, given.country, given.currency)
        for name in ("disclosed_single", "disclosed_year")
    )
    if single is None or year is None:
        return _open_mark("undecided", f"{given.year} has no thresholds in {given.currency}")
    if given.amount >= value_of(single):
        return _open_mark("reportable", f"not less than {single.value} {single.currency}", single)
    return _small(given, same_year, single, year)


def _small(given: Given, same_year: list[Given], single: Figure, year: Figure) -> Mark:
    """A payment below the first threshold stands as the year's total does."""
    known = total(each.amount for each in same_year if each.currency == year.currency)
    said = rounded(known, given.currency)
    if known > value_of(year):
        return _open_mark("reportable", f"the year's total of {said} is above {year.value}", year)
    if any(each.currency != year.currency for each in same_year):
        return _open_mark("undecided", f"the year's total is not known: not all is in {year.currency}", year)
    if not (single.sourced and year.sourced):
        return _open_mark("undecided", f"the thresholds of {given.year} have no source", single)
    why = f"less than {single.value}, and the year's total of {said} is at most {year.value}"
    return _open_mark("not_reportable", why, single)


def _open_mark(standing: Standing, why: str, figure: Figure | None = None) -> Mark:
    ground = None if figure is None else shown(figure)
    return Mark(standing=standing, regime="open_payments", rule_id="TOV-02", why=why, figure=ground)
