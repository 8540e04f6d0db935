"""What the word lists say about one text: signals of a safety report, and whether they add up to one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from compliance.domain.findings import Evidence
from compliance.domain.screening.reading import Reading, Said, evidence_of
from compliance.domain.screening.safety.nobody import clauses_of_nobody
from compliance.domain.screening.text.fields import TextField

REACTIONS = ("reaction", "reaction_or_illness", "complaint_of_body")
_NOBODY_FELT = ("told_by_label", "supposed")
OF_THE_BODY = (("body_part", "harm"), ("faculty", "loss"))
_STRONG = frozenset({"reaction", *(wrong for _, wrong in OF_THE_BODY)})
_MEDICINES = ("medicine", "medicine_stem")
_ENOUGH_WITHOUT_PRODUCT = 2
_SHORT_WAY, _LONG_WAY = 9, 30
_NOT_REALLY_ASKING = "seeks_company"
OF_NOBODY = ("leaflet", "not_taken", "before_name", "now", "worked", "contrast")
NOT_FOR_THE_MODEL = frozenset(
    {"tied_by", "purpose", *OF_NOBODY, _NOT_REALLY_ASKING, *(label for pair in OF_THE_BODY for label in pair)}
)
"""What the shipped model was not trained with."""
LABELS = frozenset(
    {
        *(*REACTIONS, *_NOBODY_FELT, *_MEDICINES),
        *("special", "quality", "cause", "first_person", "patient", "medicine_word", "news", "relief"),
        *("figure_of_speech", "treatment"),
        *NOT_FOR_THE_MODEL,
    }
)
_LISTED = tuple(sorted(LABELS))


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """One text's signals. `reactions` and `special` are without what is only asked, supposed, warned of or relieved.

    `of_a_medicine`: it or, in an exchange, what it belongs to names one. `of_nobody` are the clauses that tell what a
    leaflet lists, what was before the medicine, that it helped, or of a medicine never taken.
    """

    field: TextField
    labels: Mapping[str, Sequence[Said]]
    named: Sequence[Evidence]
    product: Sequence[Evidence]
    reactions: Sequence[Said]
    special: Sequence[Said]
    of_a_medicine: bool
    reports: bool
    of_nobody: frozenset[int] = frozenset()

    def said(self, label: str) -> Sequence[Said]:
        """Everything said under a label."""
        return self.labels.get(label, ())

    @property
    def person(self) -> bool:
        """Whether somebody speaks of themselves."""
        return bool(self.said("first_person"))

    @property
    def news(self) -> bool:
        """Whether it reads as a headline and nobody speaks of themselves."""
        return bool(self.said("news")) and not self.person

    @property
    def of_treatment(self) -> bool:
        """Whether it speaks of a medicine or of being treated, and is no headline."""
        return bool(self.of_a_medicine or self.said("treatment")) and not self.news

    @property
    def of_reaction(self) -> bool:
        """Whether anything is said that could be a reaction, even if only asked or supposed."""
        return _any(self.labels, REACTIONS)

    @property
    def tied(self) -> bool:
        """Whether a reaction is said to be on, from or after a named medicine: `seizures on Velorin`."""
        ties = {each.end: each for each in self.said("tied_by")}
        reactions = {each.end: each.clause for each in self.reactions}
        near_names = (ties[end] for name in self.named for end in _just_before(name.start, _SHORT_WAY) if end in ties)
        return any(reactions.get(end) == tie.clause for tie in near_names for end in _just_before(tie.start, _LONG_WAY))


def may_report(reading: Reading, fields: Sequence[TextField]) -> bool:
    """Whether anything is said that a report cannot be without."""
    return bool(reading.labelled_at(tuple(field.path for field in fields), *REACTIONS, "special", "quality"))


def signals_of(reading: Reading, fields: Sequence[TextField]) -> list[Signals]:
    """The signals of texts that belong together: a medicine named in one is what the others speak of."""
    said: dict[str, dict[str, list[Said]]] = {field.path: {} for field in fields}
    for each in reading.labelled_at(tuple(said), *_LISTED):
        if each.field.path in said:
            said[each.field.path].setdefault(each.label, []).append(each)
    named: dict[str, list[Evidence]] = {field.path: [] for field in fields}
    for mention in reading.mentions:
        if mention.field.path in named:
            named[mention.field.path].append(evidence_of(mention))
    for other in reading.other_medicines:
        if other.medicine is not None and other.field.path in named:
            named[other.field.path].append(other.evidence)
    uses = {(each.field.path, each.start, each.end) for each in reading.labelled_at(tuple(said), *reading.use_labels)}
    talk = any(named[field.path] or _any(said[field.path], _MEDICINES) for field in fields if field.part != "profile")
    for field in fields:
        if named[field.path] and not field.text.isascii():
            said[field.path].setdefault("reaction", []).extend(_drawn(reading, field))
    return [_of_field(field, said[field.path], named[field.path], uses, of_a_medicine=talk) for field in fields]


def _drawn(reading: Reading, field: TextField) -> Iterator[Said]:
    """Pictures of somebody ill, by their Unicode names."""
    for place, character in enumerate(field.text):
        if reading.is_picture_of("reaction_emoji", character):
            clause = reading.clause(field, place)
            yield Said("reaction", field, place, place + 1, clause, 0, asked=reading.asked(field, place))


def _of_field(
    field: TextField,
    labels: Mapping[str, Sequence[Said]],
    mentioned: Sequence[Evidence],
    uses: set[tuple[str, int, int]],
    *,
    of_a_medicine: bool,
) -> Signals:
    named = [*mentioned, *(each.evidence for each in _all(labels, _MEDICINES))]
    product = [*named, *(each.evidence for each in labels.get("medicine_word", ()))]
    nobody = clauses_of_nobody(labels, named)
    harmed = list(_harmed(labels, uses)) if of_a_medicine or product else []
    reactions = [
        each
        for each in _told({**labels, "harmed": harmed}, (*REACTIONS, "harmed"))
        if (field.path, each.start, each.end) not in uses and not nobody.holds(each)
    ]
    special = [each for each in _told(labels, ("special",), asked_with_cause=False) if not nobody.holds(each)]
    signals = Signals(
        field=field,
        labels=labels,
        named=named,
        product=product,
        reactions=reactions,
        special=special,
        of_a_medicine=bool(product) or (of_a_medicine and field.part != "profile"),
        reports=False,
        of_nobody=nobody.clauses - {each.clause for each in (*reactions, *special)},
    )
    return replace(signals, reports=_reports(signals))


def _reports(signals: Signals) -> bool:
    """Whether it adds up: a quality complaint, a special situation, or a reaction that is tied to a medicine."""
    if signals.news:
        return False
    strong = {each.evidence.quote.casefold() for each in signals.reactions if each.label in _STRONG}
    context = signals.of_a_medicine
    told = signals.person or bool(signals.said("cause"))
    return bool(
        signals.said("quality")
        or (signals.special and (signals.named or (context and (told or signals.said("patient")))))
        or (signals.reactions and context and signals.said("cause"))
        or (strong and signals.named and (told or signals.field.part != "own"))
        or signals.tied
        or (strong and context and signals.person)
        or (len(strong) >= _ENOUGH_WITHOUT_PRODUCT and not signals.said("figure_of_speech"))
    )


def _harmed(labels: Mapping[str, Sequence[Said]], uses: set[tuple[str, int, int]]) -> Iterator[Said]:
    """What went wrong with a part of the body in its clause; not where the part is what the medicine is for."""
    for part, wrong in OF_THE_BODY:
        parts = [each for each in labels.get(part, ()) if (each.field.path, each.start, each.end) not in uses]
        for each in labels.get(wrong, ()):
            if any(other.clause == each.clause and other.start != each.start for other in parts):
                yield each


def _told(labels: Mapping[str, Sequence[Said]], wanted: Sequence[str], *, asked_with_cause: bool = True) -> list[Said]:
    """What is told as having happened, clause by clause.

    A question tells only where people ask about themselves, and, `asked_with_cause`, say what did it to them.
    """
    nobody = {each.clause for each in _all(labels, _NOBODY_FELT)}
    causes = {each.clause for each in labels.get("cause", ())}
    persons = {each.clause for each in labels.get("first_person", ())}
    tellers = persons & causes if asked_with_cause else persons
    tellers |= {each.clause for each in labels.get(_NOT_REALLY_ASKING, ())}
    relieved = {each.clause for each in labels.get("relief", ())} - causes
    purposes = {each.end for each in labels.get("purpose", ())}
    return [
        each
        for each in _all(labels, wanted)
        if each.clause not in nobody
        and each.clause not in relieved
        and purposes.isdisjoint(_just_before(each.start, _SHORT_WAY))
        and not (each.asked and each.clause not in tellers)
    ]


def _all(labels: Mapping[str, Sequence[Said]], wanted: Iterable[str]) -> list[Said]:
    return [each for label in wanted for each in labels.get(label, ())]


def _any(labels: Mapping[str, Sequence[Said]], wanted: Iterable[str]) -> bool:
    return any(labels.get(label) for label in wanted)


def _just_before(at: int, way: int) -> range:
    return range(max(0, at - way), at)
