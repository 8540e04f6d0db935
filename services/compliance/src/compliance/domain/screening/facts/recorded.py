"""What to record so that a fact becomes known: facts that follow from others, in words of the snapshot's fields."""

from __future__ import annotations

_EMPTY = "an empty list says that there is none"
_OF_PLANS = "plan."
_FIELDS = {
    "benefits_stated": f"transfer_of_value ({_EMPTY})",
    "hospitality_stated": f"event.hospitality ({_EMPTY})",
    "guests_stated": f"event.guests ({_EMPTY})",
    "links_stated": f"links ({_EMPTY})",
    "hashtags_stated": f"hashtags ({_EMPTY})",
    "mentions_stated": f"mentions ({_EMPTY})",
    "contract_stated": "contract (null says that there is none)",
    "company.products": "company.products, which is kept in the company file of the gate",
    "company.complete.inn": "the inn of every medicine in company.products",
    "company.complete.aliases": "the aliases of every medicine in company.products (an empty list: it has none)",
    "company.complete.indication": "the indication of every medicine in company.products",
    "plan.tiering_stated": "tiering.criteria of the plan (an empty list says that nobody is ranked)",
    "plan.confirmed_by": "tiering.confirmed_by of the plan",
}


def recorded_as(path: str) -> str:
    """The field that makes the fact at a path known, as the ActionSnapshot or the PlanSnapshot names it.

    >>> recorded_as("stakeholder.minor"), recorded_as("plan.kpis")
    ('stakeholder.minor', 'kpis of the plan')
    """
    if path in _FIELDS:
        return _FIELDS[path]
    return f"{path.removeprefix(_OF_PLANS)} of the plan" if path.startswith(_OF_PLANS) else path
