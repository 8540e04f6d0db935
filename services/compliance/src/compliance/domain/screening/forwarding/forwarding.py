"""What in a set of texts belongs to drug safety or to Medical Information, piece by piece. Pure.

A piece is what one author wrote in one go: a post with its picture, a message, one earlier post of a profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from compliance.domain.findings import Evidence
from compliance.domain.screening.forwarding.question import Question, questions_in
from compliance.domain.screening.forwarding.seriousness import reactions_apart, serious_places
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.rules import RuleSet
from compliance.domain.screening.safety.model import NoModel, SafetyModel
from compliance.domain.screening.safety.scan import SafetyScan, scan_reading
from compliance.domain.screening.safety.signals import Signals, signals_of
from compliance.domain.screening.text.fields import TextField

_SITUATION = "situation:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """Texts of one author. `author` is where the author is named, None where nobody is.

    `addressed`: written to us. `ours`: our own words, which the word lists judge alone.
    """

    fields: tuple[TextField, ...]
    author: Evidence | None = None
    addressed: bool = False
    ours: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SafetyFound:
    """Texts of one piece that may report an adverse event.

    `places` by criterion, empty where it is not known; those by which it reads as serious under `seriousness:...`.
    """

    piece: Piece
    fields: tuple[TextField, ...]
    places: Mapping[str, tuple[Evidence, ...]]
    known: frozenset[str]
    situations: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    found_by: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionFound:
    """A text of a piece that asks about an own medicine."""

    piece: Piece
    question: Question


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What has to be forwarded; `rule_set` and `model` are the hashes of what found it."""

    safety: tuple[SafetyFound, ...]
    questions: tuple[QuestionFound, ...]
    rule_set: str
    model: str


def examine(pieces: Sequence[Piece], company: Mapping[str, Any], rule_set: RuleSet) -> Found:
    """Look through pieces that were seen together: a medicine named in one is what the others speak of."""
    products: Sequence[Mapping[str, Any]] = tuple(company.get("products") or ())
    received = [piece for piece in pieces if not piece.ours]
    reading = Reading(_fields(pieces), products, rule_set.lexicon)
    groups: tuple[tuple[Sequence[Piece], SafetyModel], ...] = (
        (received, rule_set.safety_model),
        ([piece for piece in pieces if piece.ours], NoModel()),
    )
    return Found(
        safety=tuple(found for group, model in groups if group for found in _safety(reading, group, model)),
        questions=tuple(
            QuestionFound(piece=piece, question=question)
            for piece in received
            for question in questions_in(
                reading, piece.fields, products, addressed=piece.addressed, company=company.get("name")
            )
        ),
        rule_set=rule_set.sha256,
        model=rule_set.safety_model.sha256,
    )


def unplaced(pieces: Sequence[Piece]) -> SafetyFound:
    """All received texts as one report: something in them was found telling, but not where."""
    received = [piece for piece in pieces if not piece.ours] or list(pieces)
    authors = tuple(piece.author for piece in received if piece.author)
    return SafetyFound(
        piece=received[0],
        fields=_fields(received),
        places={"reporter": authors[:1]},
        known=frozenset({"reporter"} if authors else ()),
        situations=(),
        evidence=(),
        found_by=("screen",),
        score=0.5,
    )


def _safety(reading: Reading, pieces: Sequence[Piece], model: SafetyModel) -> Iterator[SafetyFound]:
    fields = _fields(pieces)
    scan = scan_reading(reading, fields, model=model, reporter_known=any(piece.author for piece in pieces))
    if not scan.handover:
        return
    signals = signals_of(reading, fields)
    telling = {each.field for each in (*scan.reported, *scan.evidence)} or {field.path for field in fields}
    for piece in pieces:
        reporting = tuple(field for field in piece.fields if field.path in telling)
        if reporting:
            yield _found(reading, piece, reporting, scan, signals)


def _found(
    reading: Reading, piece: Piece, fields: tuple[TextField, ...], scan: SafetyScan, signals: Sequence[Signals]
) -> SafetyFound:
    paths = {field.path for field in fields}
    own = [each for each in signals if each.field in piece.fields]
    places = _places(piece, own)
    serious = serious_places(reading, own)
    reactions = reactions_apart(reading, own, places["reaction"])
    led_only = bool(places["reaction"]) and not reactions
    places["reaction"] = reactions
    if not places["product"] and not any(field.part == "profile" for field in fields):
        places["product"] = _products(signals)
    alone = all(each.field in paths for each in scan.evidence)
    told = {name for name, known in scan.criteria.items() if known == "known" and name != "reporter" and alone}
    if led_only:  # "in hospital after it" says neither what happened nor that it is known
        told.discard("reaction")
    situations = (each for each in reading.labelled(_SITUATION) if each.field.path in paths)
    return SafetyFound(
        piece=piece,
        fields=fields,
        places={**places, **serious},
        known=frozenset(name for name, where in places.items() if where) | told,
        situations=tuple(dict.fromkeys(each.label.removeprefix(_SITUATION) for each in situations)),
        evidence=tuple(each for each in scan.evidence if each.field in paths),
        found_by=scan.found_by,
        score=scan.score,
    )


def _places(piece: Piece, signals: Sequence[Signals]) -> dict[str, tuple[Evidence, ...]]:
    """Who reports, about whom, which medicine, what happened: the places that tell."""
    myself = [said.evidence for each in signals for said in each.said("first_person")]
    others = [said.evidence for each in signals for said in each.said("patient")]
    author = [] if piece.author is None else [piece.author]
    return {
        "reporter": tuple(author or myself[:1]),
        "patient": tuple(dict.fromkeys((*others, *myself[:1]))),
        "product": _products(signals),
        "reaction": tuple(dict.fromkeys(said.evidence for each in signals for said in each.reactions)),
    }


def _products(signals: Sequence[Signals]) -> tuple[Evidence, ...]:
    return tuple(dict.fromkeys(place for each in signals for place in each.product))


def _fields(pieces: Sequence[Piece]) -> tuple[TextField, ...]:
    return tuple(field for piece in pieces for field in piece.fields)
