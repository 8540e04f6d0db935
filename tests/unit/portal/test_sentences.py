from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.application.sentences import (
    CLOSED_PLATFORMS,
    TYPES,
    Sentence,
    action_type,
    platform,
    snapshot_of,
    unknown_choice,
)
from shared.contracts.action_snapshot import ActionSnapshot
from shared.contracts.vocabulary import ActionType

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("kind", TYPES)
def test_every_choice_makes_a_valid_snapshot_around_the_sentence(kind: ActionType):
    snapshot = snapshot_of(Sentence(text="Thank you.", type=kind, declaration="I work for Havelmark."), now=NOW)
    read = ActionSnapshot.model_validate(snapshot)
    assert (read.text, read.declaration, read.type) == ("Thank you.", "I work for Havelmark.", kind)


def test_nothing_but_the_sentence_is_left_unknown():
    stakeholder = snapshot_of(Sentence(text="Hello"), now=NOW)["stakeholder"]
    assert [stakeholder[name] for name in ("opted_out", "do_not_engage", "minor", "contracted")] == [False] * 4
    assert stakeholder["lawful_basis"]


def test_an_empty_declaration_is_none_so_that_the_rules_see_it_is_missing():
    assert snapshot_of(Sentence(text="Hello"), now=NOW)["declaration"] is None


def test_sharing_without_the_shared_words_is_a_target_nobody_has_seen():
    assert snapshot_of(Sentence(text="Look", type="share"), now=NOW)["target"]["text"] is None
    assert snapshot_of(Sentence(text="Look", type="post"), now=NOW)["target"] is None


@pytest.mark.parametrize("place", CLOSED_PLATFORMS)
def test_what_is_not_open_social_media_is_private(place: str):
    channel = snapshot_of(Sentence(text="Hello", platform=platform(place) or "x"), now=NOW)["channel"]
    assert channel["audience"] == "private"


def test_what_nobody_offers_is_no_choice_and_is_refused_with_words():
    assert (action_type("bribe"), platform("myspace")) == (None, None)
    assert unknown_choice("post", "x") is None
    assert "no choice 'bribe'. Choose one of: post, thank" in (unknown_choice("bribe", "x") or "")
    assert "“Where” has no choice 'myspace'" in (unknown_choice("post", "myspace") or "")
