from __future__ import annotations

import pytest

from registry.adapters.routing_table import packaged_routing
from registry.domain.owner_routing import OwnerNotAllowed, OwnerReasonMissing
from registry.domain.vocabulary import Function, StakeholderType


@pytest.mark.parametrize(
    ("kind", "function"),
    [
        ("hcp", "medical"),
        ("researcher", "medical"),
        ("journalist", "communications"),
        ("blogger", "digital"),
        ("patient_advocate", "advocacy"),
        ("patient", "advocacy"),
        ("organisation", "advocacy"),
        ("general_public", "communications"),
        ("other", "communications"),
    ],
)
def test_the_relationship_is_routed_by_type(kind: str, function: str):
    assert packaged_routing().assign(StakeholderType(kind)).function == function


def test_a_blogger_may_belong_to_communications_without_a_reason():
    owner = packaged_routing().assign(StakeholderType.BLOGGER, function=Function.COMMUNICATIONS)
    assert owner.function is Function.COMMUNICATIONS


@pytest.mark.parametrize("kind", list(StakeholderType))
def test_marketing_owns_nobody_without_a_reason(kind: StakeholderType):
    with pytest.raises(OwnerReasonMissing, match="only with a reason") as refusal:
        packaged_routing().assign(kind, function=Function.MARKETING)
    assert refusal.value.field == "owner_reason"
    assert refusal.value.remedy


def test_marketing_owns_somebody_with_a_reason_that_is_kept():
    owner = packaged_routing().assign(StakeholderType.HCP, function=Function.MARKETING, reason=" hosts  our symposium ")
    assert (owner.function, owner.reason) == (Function.MARKETING, "hosts our symposium")


@pytest.mark.parametrize("kind", list(StakeholderType))
@pytest.mark.parametrize("function", [Function.SALES, Function.EXECUTIVE, Function.OTHER])
def test_sales_never_owns_a_relationship_whatever_the_reason(kind: StakeholderType, function: Function):
    with pytest.raises(OwnerNotAllowed) as refusal:
        packaged_routing().assign(kind, function=function, reason="they know each other")
    assert "use" in (refusal.value.remedy or "")


def test_the_table_is_dated():
    assert packaged_routing().dated.year >= 2026
