"""What a reading answers by label is the same whoever asks first, and for all texts or only some of them."""

from __future__ import annotations

from compliance.domain.screening.reading import Reading, published
from compliance.domain.screening.remembered import Remembered
from compliance.domain.screening.text.fields import text_fields
from support.screening_builders import planned, rules

PAGE = {
    "url": "https://a.example/1",
    "title": "Diabetes",
    "text": "Safe and effective in diabetes.",
    "own_domain": False,
}
TARGET = {"kind": "post", "author": "Dr Lee", "author_relation": "independent", "text": "Not safe. Diabetes hurts."}


def _reading() -> Reading:
    action = planned(text="Effective in diabetes, and not safe.", target=TARGET | {"links": [PAGE]})
    return Reading(text_fields(action), action["company"]["products"], rules().lexicon)


def test_asking_label_by_label_finds_what_asking_for_everything_finds() -> None:
    everything, one_by_one = _reading(), _reading()
    labels = sorted({said.label for said in everything.said})

    assert labels
    for label in labels:
        expected = [said[2:] for said in everything.said if said.label == label]
        assert [said[2:] for said in one_by_one.labelled(label)] == expected


def test_what_goes_out_is_a_part_of_what_was_said_in_the_same_order() -> None:
    reading = _reading()

    assert reading.labelled_out("disease:") == [said for said in reading.labelled("disease:") if published(said.field)]
    assert {said.field.path for said in reading.labelled("disease:")} > {
        said.field.path for said in reading.labelled_out("disease:")
    }


def test_texts_are_asked_by_the_beginning_of_their_paths() -> None:
    reading = _reading()

    assert reading.labelled_at(("text",), "disease:") == [
        said for said in reading.labelled("disease:") if said.field.path == "text"
    ]
    assert reading.labelled_at((), "disease:") == []


def test_what_was_remembered_to_be_nothing_is_not_asked_for_again() -> None:
    asked: list[str] = []

    def answer(text: str) -> int | None:
        asked.append(text)
        return len(text) if text > "m" else None

    remembered: Remembered[int | None] = Remembered(answer)

    assert remembered.nothing_to(frozenset({"a"}))
    assert (remembered["a"], remembered["z"]) == (None, 1)
    assert remembered.nothing_to(frozenset({"a"}))
    assert not remembered.nothing_to(frozenset({"a", "z"}))
    assert asked == ["a", "z"]
