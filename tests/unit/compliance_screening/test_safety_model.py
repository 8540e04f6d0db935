from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from compliance.adapters.rules.rule_packs import rule_set_of
from compliance.adapters.safety.model import FILES, PACKAGED, UnusableSafetyModel
from compliance.application.screening import scan_text
from compliance.domain.screening.safety.model import NoModel, Passage, SafetyModel
from compliance.domain.screening.safety.scan import SafetyScan, scan
from compliance.domain.screening.text.fields import TextField
from support.rule_bundles import GOOD, alone
from support.screening_builders import rules

LARGEST_BYTES = 30_000_000
REPORT = "Second week on Velorin and I have a rash and keep vomiting."
QUIET = "Picked up my Velorin from the pharmacy today"
VELORIN = [{"name": "Velorin", "inn": "velorglutide", "indication": "type 2 diabetes"}]


class Certain:
    """A model that is always equally sure, and remembers what it was asked."""

    sha256 = "certain"

    def __init__(self, score: float) -> None:
        self.score = score
        self.asked: list[Passage] = []

    def scores(self, passages: Sequence[Passage]) -> Sequence[float]:
        self.asked += passages
        return [self.score] * len(passages)


def scanned(text: str, model: SafetyModel) -> SafetyScan:
    field = TextField("text", text, "inbound")
    return scan((field,), VELORIN, rules().lexicon, model=model, reporter_known=False)


@pytest.mark.parametrize(
    "text",
    [
        "this seroquel got me sleeping all day",
        "lyrica has me walking into walls",
        "3 days without effexor and my brain zaps every time i move",
        "day 5 on zoloft, jaw clenched and wide awake at 4am",
        "humira day = couch day, everything hurts",
    ],
)
def test_what_people_write_in_passing_is_found(text: str) -> None:
    assert scanned(text, rules().safety_model).handover


@pytest.mark.parametrize(
    "text",
    [
        "FDA approves first generic of Copaxone",
        "Picked up my seroquel from the pharmacy",
        "Our team wishes you a good start into the week",
        "Journal club on Friday: how to read a forest plot",
        "insurance approved my humira, finally",
    ],
)
def test_what_tells_of_no_reaction_stays(text: str) -> None:
    assert not scanned(text, rules().safety_model).handover


def test_a_model_never_clears_what_the_word_lists_found() -> None:
    answer = scanned(REPORT, Certain(0.0))

    assert answer.handover
    assert answer.found_by == ("lexicon",)
    assert answer.score >= 0.5


def test_a_model_can_ask_for_a_hand_over_and_the_passage_is_the_evidence() -> None:
    answer = scanned(QUIET, Certain(0.8))

    assert answer.handover
    assert answer.found_by == ("model",)
    assert any(each.quote == QUIET for each in answer.evidence)
    assert not scanned(QUIET, NoModel()).handover


def test_the_model_sees_no_names_of_medicines() -> None:
    model = Certain(0.0)
    scanned("Velorin and lexapro at night, strange dreams", model)

    assert [passage.text for passage in model.asked] == ["drug and drug at night, strange dreams"]


@pytest.mark.parametrize("text", ["This exam makes me sick and dizzy.", "", "?!", "\u2764\ufe0f"])
def test_without_words_and_in_a_figure_of_speech_the_model_is_not_asked(text: str) -> None:
    model = Certain(1.0)

    assert not scanned(text, model).handover
    assert model.asked == []


def test_an_answer_does_not_depend_on_what_else_is_asked() -> None:
    model, seen = rules().safety_model, Certain(0.0)
    for text in (REPORT, QUIET, "zoloft makes me so dizzy", "is humira safe in pregnancy?"):
        scanned(text, seen)

    together = model.scores(seen.asked)

    assert together == [model.scores([passage])[0] for passage in seen.asked]
    assert together == model.scores(seen.asked)


def test_a_report_in_the_middle_of_a_long_text_is_found() -> None:
    filler = "We walked along the river and looked at the boats and the old houses. " * 30
    answer = scanned(f"{filler} This lexapro has me puking every single morning. {filler}", rules().safety_model)

    assert answer.handover


def test_a_text_of_a_megabyte_is_answered_in_bounded_time() -> None:
    began = time.monotonic()
    answer = scanned("zoloft at night, so dizzy, it hurts. " * 28_000, rules().safety_model)

    assert answer.handover
    assert len(answer.evidence) <= 100
    assert time.monotonic() - began < 60


@pytest.mark.parametrize(
    "text", ["zoloft \ud83d makes me dizzy", "zoloft \x00 dizzy \uffff", "z" * 9_000, "\u0301" * 999]
)
def test_broken_text_is_answered(text: str) -> None:
    assert 0 <= scanned(text, rules().safety_model).score <= 1


def test_the_weights_are_small() -> None:
    assert sum((PACKAGED / name).stat().st_size for name in FILES) <= LARGEST_BYTES


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda folder: (folder / "network.onnx").unlink(), "network.onnx cannot be read"),
        (lambda folder: (folder / "linear.npy").write_bytes(b"\x93NUMPY"), "linear.npy is not the file"),
        (lambda folder: (folder / "model.json").unlink(), "model.json cannot be read"),
        (lambda folder: (folder / "model.json").write_text("{"), "model.json is not JSON"),
        (lambda folder: (folder / "model.json").write_text("[]"), "does not describe a safety model"),
        (lambda folder: changed(folder, thresholds={"treatment": "low"}), "the model cannot be loaded"),
        (lambda folder: changed(folder, format=99), "does not describe a safety model"),
    ],
)
def test_a_missing_or_damaged_model_refuses_the_whole_rule_set(
    spoil: Callable[[Path], object], said: str, tmp_path: Path
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(PACKAGED, folder)
    spoil(folder)

    with pytest.raises(UnusableSafetyModel, match=said) as refused:
        rule_set_of(alone(GOOD), folder)

    assert "does not run on word lists alone" in str(refused.value)


def test_the_identity_of_the_rule_set_covers_the_model(tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(PACKAGED, folder)
    same = rule_set_of(alone(GOOD), folder).sha256
    other = tmp_path / "other"
    shutil.copytree(PACKAGED, other)
    thresholds = json.loads((other / "model.json").read_text())["thresholds"]
    changed(other, thresholds=thresholds | {"treatment": thresholds["treatment"] - 1})

    assert same == rule_set_of(alone(GOOD)).sha256
    assert rule_set_of(alone(GOOD), other).sha256 != same


def changed(folder: Path, **values: object) -> None:
    file = folder / "model.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))


@pytest.mark.parametrize(
    "text",
    [
        "Leva med diabetes: fem personer berättar om sin tisdag.",
        "In questa riunione non si parla di alcun farmaco.",
        "Vi er flyttet! Tak til alle frivillige. Med venlig hilsen",
    ],
)
def test_the_model_is_not_asked_about_a_language_it_did_not_learn_where_nothing_is_told(text: str) -> None:
    assert not scan_text(text, rules()).handover


@pytest.mark.parametrize("text", ["Seit Velorin nur noch schlapp und müde", "enceinte sous Leeloo, pilule oubliée"])
def test_it_is_asked_in_any_language_where_a_medicine_is_named_or_something_told(text: str) -> None:
    assert scan_text(text, rules(), products=[{"name": "Velorin"}]).handover
