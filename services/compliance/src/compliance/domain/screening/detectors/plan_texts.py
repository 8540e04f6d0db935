"""What the texts of an engagement plan say: what it is measured by, whom it chooses, whether advocacy is bought.

Words that only may mean sales (`launch`, `volume`) are told apart from those that do: somebody looks at them.
"""

from __future__ import annotations

from collections.abc import Iterable

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.together import beside, evidence_of, spanning
from compliance.domain.screening.reading import Reading, Said
from compliance.domain.screening.reading import evidence_of as place_of

_KPIS = "kpis"
_CRITERIA = "tiering.criteria"
_SALES = ("sales_goal", "plan_sales", "reach_goal", "plan_reach")
_SELECTION = ("prescriber_selection", "plan_selection")
_OPEN = "plan_open_word"


def plan_texts(reading: Reading) -> Detected:
    """Evidence by name; `plan.sales_goal`, `plan.reach_goal` and `plan.targets_prescribers` as for actions."""
    open_words = reading.labelled(_OPEN)
    sales = [each for each in reading.labelled(*_SALES) if not _inside(each, open_words)]
    selection = reading.labelled(*_SELECTION)
    criteria = [each for each in sales if each.field.path.startswith(_CRITERIA)]
    sure = [each for each in sales if not each.field.path.startswith(_CRITERIA)]
    products = reading.labelled("plan_product")
    advocacy, payment, users = _advocacy(reading), reading.labelled("plan_payment"), reading.labelled("plan_user")
    return {
        "plan.sales_goal": _only(sure, "sales_goal", "plan_sales"),
        "plan.reach_goal": _only(sure, "reach_goal", "plan_reach"),
        "plan.may_be_sales_goal": (*evidence_of(open_words), *_in(products, _KPIS)),
        "plan.medicine_as_goal": _named(reading, _KPIS),
        "plan.other_medicine": tuple(each.evidence for each in reading.other_medicines),
        "plan.medicine_in_purpose": _named(reading, "purpose", "objective", "title"),
        "plan.targets_prescribers": (
            *evidence_of(selection),
            *evidence_of(criteria),
            *_in(products, _CRITERIA),
            *_named(reading, _CRITERIA),
        ),
        "plan.advocacy_bought": _together(advocacy, payment),
        "plan.advocates_made": _together(advocacy, reading.labelled("plan_making")),
        "plan.users_paid": _together(users, payment),
    }


def _together(some: Iterable[Said], others: list[Said]) -> tuple[Evidence, ...]:
    return tuple(spanning(each, other) for each in some if (other := beside(each, others)))


def _in(said: Iterable[Said], path: str) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in said if each.field.path.startswith(path))


def _advocacy(reading: Reading) -> list[Said]:
    """Speaking for a product; an advocate of patients is a person's part, not something anybody makes of them."""
    people = reading.labelled("plan_patient_advocate")
    return [each for each in reading.labelled("plan_advocacy") if not _inside(each, people)]


def _named(reading: Reading, *paths: str) -> tuple[Evidence, ...]:
    """Medicines of ours in texts whose paths begin so."""
    return tuple(place_of(each) for each in reading.mentions if each.field.path.startswith(paths))


def _only(said: Iterable[Said], *labels: str) -> tuple[Evidence, ...]:
    return tuple(each.evidence for each in said if each.label in labels)


def _inside(each: Said, others: Iterable[Said]) -> bool:
    return any(other.field is each.field and other.start <= each.start and each.end <= other.end for other in others)
