from __future__ import annotations

import pytest

from compliance.application.screening import scan_text
from compliance.domain.screening.judgement import read, safety_of
from support.screening_builders import found, judged, planned, rules, shared_post

VELORIN = [{"name": "Velorin", "inn": "velorglutide", "indication": "type 2 diabetes"}]


@pytest.mark.parametrize(
    "text",
    [
        "Second week on Velorin and I have a rash and keep vomiting.",
        "velorglutide-induced pancreatitis and jaundice: a case report",
        "Velorin did nothing for me.",
        "My pen leaked again.",
        "Took a double dose of Velorin by mistake.",
        "I am pregnant and still on Velorin.",
        "Coming off sertraline: brain zaps all day.",
        "Since starting the tablets my hair is falling out.",
        "Nach der Spritze hatte ich Ausschlag und Übelkeit.",
        "Depuis que je prends ce médicament, j'ai des vertiges.",
    ],
)
def test_what_may_be_a_safety_report_is_handed_over(text: str) -> None:
    answer = scan_text(text, rules(), products=VELORIN)

    assert answer.handover
    assert answer.score >= 0.5
    assert all(text[each.start : each.end] == each.quote for each in answer.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "The side effect of three congress days: my feet hurt and I am dizzy from the carpet.",
        "Today I thrive, live music all night",
        "Epilepsy drug may reverse memory loss",
        "Depression and anxiety are rising, says a report.",
        "Thank you for the kind words about our stand.",
    ],
)
def test_jokes_and_news_without_a_report_stay(text: str) -> None:
    answer = scan_text(text, rules(), products=VELORIN)

    assert not answer.handover
    assert answer.score < 0.5


def test_the_four_criteria_are_told_as_known_or_unknown() -> None:
    answer = scan_text("Velorin gave me a terrible rash.", rules(), products=VELORIN)
    literature = scan_text("Azithromycin-induced ototoxicity.", rules())

    assert answer.criteria == {"reporter": "known", "patient": "known", "product": "known", "reaction": "known"}
    assert literature.criteria["product"] == "known"
    assert literature.criteria["patient"] == "unknown"


@pytest.mark.parametrize("action", ["like", "share", "comment", "reply", "thank"])
def test_a_possible_report_is_never_answered_or_passed_on(action: str) -> None:
    snapshot = shared_post("Velorin gave me a terrible rash.") | {"type": action, "text": "Thank you."}

    assert judged(snapshot).safety_handover
    assert ("PV-08", "block") in found(snapshot)
    assert safety_of(snapshot, read(snapshot, rules().lexicon), rules().safety_model).criteria["reporter"] == "known"


@pytest.mark.parametrize("place", ["text", "media_text"])
def test_a_report_in_our_own_words_is_handed_over_too(place: str) -> None:
    ours = planned(type="thank", **{place: "Thank you, Lena. My mother vomited for a week on Velorin and stopped."})

    assert judged(ours).safety_handover
    assert "PV-08" not in {rule for rule, _ in found(ours)}
    assert not judged(planned(type="thank", text="Thank you for this clear explainer.")).safety_handover


def test_a_report_that_came_in_is_handed_over_although_the_action_is_blocked_for_another_reason() -> None:
    snapshot = planned(
        type="message",
        channel={"platform": "email", "audience": "private"},
        inbound_text="I had seizures on Velorin.",
        stakeholder={"opted_out": True},
    )

    answer = judged(snapshot)

    assert answer.verdict == "block"
    assert answer.safety_handover
