"""A forwarded case: its steps, what they need, and that each is one version."""

from __future__ import annotations

from datetime import timedelta

import pytest

from compliance.domain.forwarded_case import Passage, Progress, Report
from compliance.domain.hand_over import HandOverLimit
from compliance.domain.medical_information_case import MedicalInformationCase, QuestionSubject
from compliance.domain.post_keys import keys_of_target, post_keys
from compliance.domain.safety_case import SafetyCase, SafetySubject
from shared.kernel.errors import InvalidTransition, InvalidValue
from support.compliance_builders import NOW, at

LIMIT = HandOverLimit(timezone="Europe/Berlin", hours=10, notify={50: ("duty",), 80: ("head",), 100: ("qppv",)})


def a_report() -> Report:
    return Report(
        case_id="case-1",
        source="post",
        source_id="post-1",
        stakeholder_id=None,
        texts=(Passage("text", "So dizzy."),),
        quote="So dizzy.",
        quote_sha256="0" * 64,
        evidence=(),
        author=None,
        url=None,
        post_keys=(),
        country="DE",
        country_known=False,
        first_seen_at=NOW,
        found_by={"by": ["lexicon"]},
    )


def a_safety_case() -> SafetyCase:
    criteria = {"reporter": True, "patient": None, "product": None, "reaction": True}
    case = SafetyCase(
        a_report(), Progress(state="open", clock=LIMIT.clock(NOW)), SafetySubject(criteria=criteria, places={})
    )
    case.start(at())
    return case


def said(case: SafetyCase) -> list[str]:
    return [type(event).__name__.removeprefix("SafetyCase") for event in case.pull_events()]


def test_every_escalation_is_noted_once_and_in_order_even_after_a_long_silence() -> None:
    case = a_safety_case()
    case.escalate(at(NOW + timedelta(hours=4)))
    assert said(case) == ["Opened"]
    for _ in range(2):
        case.escalate(at(NOW + timedelta(hours=11)))
    events = case.pull_events()
    assert [type(event).__name__ for event in events] == [
        "SafetyCaseEscalated",
        "SafetyCaseEscalated",
        "SafetyCaseOverdue",
    ]
    assert [event.changed["notify"] for event in events] == [["duty"], ["head"], ["qppv"]]  # type: ignore[attr-defined] - of a forwarded case
    assert case.progress.next_stage is None


def test_the_clock_stops_with_the_hand_over() -> None:
    case = a_safety_case()
    case.acknowledge(at())
    case.hand_over(at())
    case.hand_over(at())
    case.escalate(at(NOW + timedelta(days=3)))
    assert said(case) == ["Opened", "Acknowledged", "HandedOver"]
    assert (case.state, case.version) == ("handed_over", 3)


def test_a_case_is_closed_with_the_number_of_drug_safety_only_after_its_hand_over() -> None:
    case = a_safety_case()
    with pytest.raises(InvalidTransition, match="not handed over"):
        case.close("assessed", at(), reference="PV-1", reason=None)
    case.hand_over(at())
    with pytest.raises(InvalidValue, match="reference"):
        case.close("assessed", at(), reference=" ", reason=None)
    case.close("assessed", at(), reference="PV-1", reason=None)
    with pytest.raises(InvalidTransition):
        case.close("not_a_case", at(), reference=None, reason="again")
    assert case.progress.closing is not None
    assert case.progress.closing.reference == "PV-1"


def test_that_it_is_no_case_needs_a_reason_and_a_wrong_closing_is_undone_with_its_clock() -> None:
    case = a_safety_case()
    with pytest.raises(InvalidValue, match="reason"):
        case.close("not_a_case", at(), reference=None, reason=None)
    with pytest.raises(InvalidValue, match="outcome"):
        case.close("answered", at(), reference="1", reason=None)
    case.close("not_a_case", at(), reference=None, reason="about a film")
    assert case.progress.next_stage is None
    case.reopen(at(why="it was no film"))
    assert case.state == "open"
    assert case.progress.next_stage is not None
    with pytest.raises(InvalidTransition):
        case.reopen(at())


def test_a_correction_needs_a_reason_and_what_stood_there_stays_readable() -> None:
    case = a_safety_case()
    with pytest.raises(InvalidValue, match="reason"):
        case.correct("patient", True, " ", at())
    case.correct("patient", True, "she says it is her son", at(by="pia.safety"))
    case.correct("patient", True, "again", at())
    case.correct("qualification", "physician", "her profile says so", at())
    case.correct("country", "FR", "she writes from Lyon", at())
    assert case.subject.criteria["patient"] is True
    assert (case.report.country, case.report.country_known) == ("FR", True)
    assert [(each.name, each.was, each.now) for each in case.subject.corrections] == [
        ("patient", None, True),
        ("qualification", None, "physician"),
        ("country", None, "FR"),
    ]
    with pytest.raises(InvalidValue, match="mood"):
        case.correct("mood", True, "why not", at())


def test_a_question_goes_the_same_way_with_words_of_its_own() -> None:
    case = MedicalInformationCase(
        a_report(), Progress(state="open", clock=LIMIT.clock(NOW)), QuestionSubject(products=("Velorin",), topics=())
    )
    case.start(at())
    case.hand_over(at())
    case.close("answered", at(), reference="MI-1", reason=None)
    assert [type(event).__name__.removeprefix("MedicalInformationCase") for event in case.pull_events()] == [
        "Opened",
        "HandedOver",
        "Closed",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "https://www.site.example/@lena/1",
        "http://site.example/@lena/1/",
        "https://SITE.example/@lena/1#reply",
        " https://m.site.example/@lena/1",
    ],
)
def test_a_post_is_the_same_under_other_spellings_of_its_address(url: str) -> None:
    assert post_keys(url=url, texts=()) == ("url:site.example/@lena/1",)


def test_a_post_is_the_same_by_its_words_and_rubbish_has_no_keys() -> None:
    assert post_keys(url=None, texts=("So  DIZZY.\n",)) == post_keys(url=None, texts=("so dizzy.",))
    assert post_keys(url=" ", texts=("", None)) == ()
    assert keys_of_target({"target": ["x"], "inbound_text": 3}) == ()
