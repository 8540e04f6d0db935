from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest

from portal.application.moments import ago, duration, plain, slot, until
from portal.application.words import (
    ACTION_STATES,
    ACTION_TYPES,
    CASE_STATES,
    PLATFORMS,
    RECAPTURE_STATES,
    VERDICTS,
    field_label,
    readable,
    where,
)
from shared.contracts.vocabulary import ActionState, ActionType, CaseState, Platform, Verdict

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (CASE_STATES, CaseState),
        (ACTION_STATES, ActionState),
        (ACTION_TYPES, ActionType),
        (PLATFORMS, Platform),
        (VERDICTS, Verdict),
    ],
)
def test_every_word_of_the_contracts_has_words_for_people(known: dict[str, str], words: object):
    assert set(get_args(words)) <= set(known)


def test_every_state_of_a_target_is_explained():
    assert set(RECAPTURE_STATES) == {"captured", "confirmed", "unconfirmed", "changed", "deleted", "unknown"}


def test_an_unknown_fact_is_said_to_be_unknown_and_never_reads_as_no():
    assert (readable(None), readable(False), readable("patient_advocate")) == ("not known", "no", "patient advocate")
    assert plain(None) == ago(None, NOW) == until("rubbish", NOW) == "not known"


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(seconds=20), "less than a minute"),
        (timedelta(minutes=5), "5 min"),
        (timedelta(hours=2, minutes=10), "2 h 10 min"),
        (timedelta(hours=3), "3 h"),
        (timedelta(days=1), "1 day"),
        (timedelta(days=2, hours=3, minutes=9), "2 days 3 h"),
    ],
)
def test_a_span_of_time_names_its_two_largest_units(span: timedelta, words: str):
    assert duration(span) == words


@pytest.mark.parametrize(
    ("start", "end", "countdown", "over"),
    [
        ("2026-11-22T08:00:00Z", "2026-11-22T10:00:00Z", "the slot opens in 1 h", False),
        ("2026-11-22T06:00:00Z", "2026-11-22T09:30:00Z", "the slot is open; it closes in 2 h 30 min", False),
        ("2026-11-22T05:00:00Z", "2026-11-22T07:00:00Z", "the slot ended less than a minute ago", True),
        (None, None, "it cannot be released without a slot", False),
    ],
)
def test_a_slot_says_what_it_means_now(start: str | None, end: str | None, countdown: str, over: bool):
    words = slot(start, end, NOW)
    assert words.countdown.startswith(countdown)
    assert words.over is over


def test_a_slot_in_another_zone_is_told_in_utc():
    assert slot("2026-11-22T23:30:00+01:00", "2026-11-23T01:30:00+01:00", NOW).when == (
        "Sun 22 Nov 2026, 22:30 to Mon 23 Nov 2026, 00:30 UTC"
    )


def test_fields_and_places_have_names():
    assert field_label("links[1].url") == "Link 2, url"
    assert field_label("hashtags[0]") == "Hashtag 1"
    assert (where("x"), where("email"), where("in_person")) == ("on X", "by e-mail", "in person")
