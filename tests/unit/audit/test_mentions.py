from __future__ import annotations

import pytest

from audit.domain.people import Links
from support.audit_builders import a_directory, a_person, a_post

LENA = a_person("lena", "Lena Brandt", "x:lena_b", "mastodon:lena@social.example")
OUTLET = a_person("reuters", "Reuters", "x:reuters_health")
BOTH = a_directory(LENA, OUTLET)


def mentioned(text: str, **changes: object) -> dict[str, str]:
    return dict(BOTH.links_of(a_post(text, **changes)).mentioned)


@pytest.mark.parametrize(
    "text",
    [
        "talk by @lena_b today",
        "talk by @LENA_B.",
        "(@lena_b)",
        "RT @lena_b: words",
        "@lena_b's talk",
    ],
)
def test_a_handle_is_a_mention_in_any_case_as_a_whole_word(text: str):
    assert mentioned(text) == {"lena": "handle"}


@pytest.mark.parametrize(
    "text", ["@lena_bee", "lena_b", "mail me@lena_b", "@lena_b.example writes", "@lena_b@else.example", "x@lena_b"]
)
def test_a_longer_word_an_address_or_a_bare_handle_is_no_mention(text: str):
    assert mentioned(text) == {}


@pytest.mark.parametrize("text", ["Lena Brandt spoke", "LENA  BRANDT", "by Lena\nBrandt.", "Lena Brandt's view"])
def test_a_full_name_is_a_mention_in_any_case(text: str):
    assert mentioned(text) == {"lena": "name"}


@pytest.mark.parametrize("text", ["Lena Brandtner", "Marlena Brandt", "Lena", "Lena Brandt-Meyer", "#Lena Brandt"])
def test_part_of_another_name_is_no_mention(text: str):
    assert mentioned(text) == {}


def test_a_name_of_one_word_counts_only_as_it_is_spelled():
    assert mentioned("Reuters reports") == {"reuters": "name"}
    assert mentioned("he reuters around, REUTERS") == {}


def test_a_handle_counts_on_its_own_platform_only():
    assert mentioned("hi @lena_b", platform="mastodon") == {}
    assert mentioned("hi @lena@social.example", platform="mastodon") == {"lena": "handle"}


def test_what_the_source_marks_counts_even_where_the_words_do_not_show_it():
    assert mentioned("hi", mentions=("Lena_B",)) == {"lena": "handle"}
    assert mentioned("hi", repost_of="lena_b") == {"lena": "handle"}
    assert mentioned("hi", reply_to="lena_b") == {"lena": "handle"}


def test_words_in_a_picture_count():
    assert mentioned("see", media_text="Lena Brandt on stage") == {"lena": "name"}


def test_nobody_mentions_themselves():
    links = BOTH.links_of(a_post("RT @lena_b: I, Lena Brandt", author_handle="Lena_B"))
    assert links == Links("lena", ())


def test_namesakes_are_both_linked_because_the_text_cannot_tell_them_apart():
    two = a_directory(LENA, a_person("other", "Lena Brandt", "x:other_lena"))
    assert dict(two.links_of(a_post("Lena Brandt spoke")).mentioned) == {"lena": "name", "other": "name"}
    assert dict(two.links_of(a_post("@lena_b spoke")).mentioned) == {"lena": "handle"}


def test_a_new_search_replaces_only_what_it_searched_for():
    before = Links("lena", (("ida", "name"), ("old", "handle")))
    assert before.replaced({"old"}, Links(None, (("old", "name"),))) == Links(
        "lena", (("ida", "name"), ("old", "name"))
    )
    assert before.replaced({"lena"}, Links()) == Links(None, (("ida", "name"), ("old", "handle")))
    assert before.replaced({"ida"}, Links("ida")) == Links("ida", (("old", "handle"),))
