from __future__ import annotations

from dataclasses import replace

import pytest

from registry.application.integration_events import to_integration_event
from registry.domain.handle import Handle
from registry.domain.permission import permission_of
from registry.domain.relationship import after_completed_action
from registry.domain.stakeholder import OptedOut, StageChanged, Stakeholder, StakeholderUpdated
from registry.domain.vocabulary import Platform, Stage, StakeholderType
from shared.contracts.registry import StakeholderOptedOutV1, StakeholderRegisteredV1
from shared.kernel.errors import InvalidTransition, InvalidValue
from support.registry_builders import a_profile, a_stakeholder, packaged_routing


def test_registration_publishes_the_full_state_at_version_one():
    owner = packaged_routing().assign(StakeholderType.JOURNALIST)
    person = Stakeholder.register(stakeholder_id="s-1", profile=a_profile(), owner=owner, stage=None, by="amira")
    (event,) = person.pull_events()
    public = to_integration_event(event)
    assert isinstance(public, StakeholderRegisteredV1)
    assert (public.key, public.version, public.name, public.owner_function) == (
        "s-1",
        1,
        "Lena Brandt",
        "communications",
    )
    assert public.contracted is None


def test_an_opt_out_is_a_new_version_with_the_full_state():
    person = a_stakeholder()
    person.opt_out(reason="asked by mail", by="amira")
    (event,) = person.pull_events()
    assert isinstance(event, OptedOut)
    public = to_integration_event(event)
    assert isinstance(public, StakeholderOptedOutV1)
    assert (public.opted_out, public.version, public.country) == (True, 2, "DE")


def test_opting_out_twice_changes_nothing_the_second_time():
    person = a_stakeholder()
    person.opt_out(reason="asked by mail", by="amira")
    person.pull_events()
    person.opt_out(reason="asked again", by="jonas")
    assert person.pull_events() == []
    assert person.version == 2


def test_an_opt_out_needs_a_reason():
    with pytest.raises(InvalidValue) as refusal:
        a_stakeholder().opt_out(reason="  ", by="amira")
    assert refusal.value.field == "reason"


def test_lifting_do_not_engage_leaves_an_opt_out_in_force():
    person = a_stakeholder()
    person.opt_out(reason="asked by mail", by="amira")
    person.forbid_engagement(reason="open complaint", by="amira")
    person.allow_engagement(reason="complaint closed", by="amira")
    assert permission_of(person.state).reasons == ("opted_out",)


def test_do_not_engage_that_is_not_set_cannot_be_lifted():
    with pytest.raises(InvalidTransition):
        a_stakeholder().allow_engagement(reason="closed", by="amira")


def test_a_complaint_forbids_to_approach_until_it_is_settled():
    person = a_stakeholder()
    person.complain(reason="wrote to the regulator", by="amira")
    assert permission_of(person.state).reasons == ("open_complaint",)
    with pytest.raises(InvalidTransition):
        person.complain(reason="again", by="amira")
    person.settle_complaint(reason="apologised, accepted by mail", by="noor")
    assert permission_of(person.state).may_approach
    with pytest.raises(InvalidTransition):
        person.settle_complaint(reason="again", by="noor")


@pytest.mark.parametrize("step", ["complain", "settle_complaint"])
def test_a_complaint_and_its_settlement_need_a_reason(step: str):
    person = a_stakeholder()
    if step == "settle_complaint":
        person.complain(reason="wrote to the regulator", by="amira")
    before = person.state
    with pytest.raises(InvalidValue):
        getattr(person, step)(reason=" ", by="amira")
    assert person.state == before


def test_a_settled_complaint_leaves_an_opt_out_in_force():
    person = a_stakeholder()
    person.opt_out(reason="asked by mail", by="amira")
    person.complain(reason="wrote to the regulator", by="amira")
    person.settle_complaint(reason="apologised", by="amira")
    assert permission_of(person.state).reasons == ("opted_out",)


def test_stating_the_same_facts_again_makes_no_version():
    person = a_stakeholder()
    person.describe(person.state.profile, by="amira")
    assert (person.version, person.pull_events()) == (1, [])


def test_each_of_several_changes_has_its_own_version():
    person = a_stakeholder()
    person.describe(replace(person.state.profile, followers=10), by="amira")
    person.move_to(Stage.AWARE, by="amira")
    events = person.pull_events()
    assert [type(event) for event in events] == [StakeholderUpdated, StageChanged]
    assert [event.state.version for event in events] == [2, 3]  # type: ignore[attr-defined] - of a stakeholder


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"name": "Lena\u0000Brandt"}, "name"),
        ({"country": "de"}, "country"),
        ({"country": "DEU"}, "country"),
        ({"followers": -1}, "followers"),
        ({"outreach_policy": "x" * 2_001}, "outreach_policy"),
    ],
)
def test_an_unacceptable_fact_is_refused_by_name_with_a_remedy(changes: dict[str, object], field: str):
    with pytest.raises(InvalidValue) as refusal:
        a_profile(**changes).checked()
    assert refusal.value.field == field
    assert refusal.value.remedy


def test_two_spellings_of_one_account_are_one():
    handles = (Handle.of(Platform.X, "@LenaBrandt"), Handle.of(Platform.X, "lenabrandt"), Handle.of(Platform.BLOG, "l"))
    assert [handle.name for handle in a_profile(handles=handles).checked().handles] == ["LenaBrandt", "l"]


@pytest.mark.parametrize("name", ["", "@", "two words", " "])
def test_what_is_no_account_name_is_refused(name: str):
    with pytest.raises(InvalidValue):
        Handle.of(Platform.X, name)


def test_a_known_adult_with_a_lawful_basis_may_be_approached():
    permission = permission_of(a_stakeholder().state)
    assert permission.may_approach
    assert permission.unknown == ("notice_sent_on", "contracted", "followers")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"minor": True}, "minor"),
        ({"minor": None, "type": StakeholderType.BLOGGER}, "minor_unknown"),
        ({"minor": None, "type": StakeholderType.PATIENT}, "minor_unknown"),
        ({"lawful_basis": None}, "lawful_basis_unknown"),
    ],
)
def test_an_unknown_or_unsafe_fact_is_a_reason_not_to_approach(changes: dict[str, object], reason: str):
    permission = permission_of(a_stakeholder(**changes).state)
    assert not permission.may_approach
    assert permission.reasons == (reason,)


def test_a_licensed_profession_answers_the_question_of_age():
    person = a_stakeholder(minor=None, type=StakeholderType.HCP)
    assert permission_of(person.state).may_approach


def test_there_is_no_place_for_health_data():
    fields = set(StakeholderRegisteredV1.model_fields)
    assert not fields & {"diagnosis", "condition", "health", "notes", "comment", "disease"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (None, Stage.AWARE),
        (Stage.UNAWARE, Stage.AWARE),
        (Stage.AWARE, Stage.INTERESTED),
        (Stage.INTERESTED, Stage.ENGAGED),
        (Stage.ENGAGED, Stage.ENGAGED),
        (Stage.TRUSTED_PARTNER, Stage.TRUSTED_PARTNER),
    ],
)
def test_a_completed_action_moves_one_stage_and_never_to_trust(before: Stage | None, after: Stage):
    assert after_completed_action(before) is after
