"""Patients whom a reader could recognise, and personal contact details in what goes out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from compliance.domain.findings import Evidence
from compliance.domain.screening.detectors import Detected
from compliance.domain.screening.detectors.plainly import plainly
from compliance.domain.screening.detectors.together import evidence_of, said_out
from compliance.domain.screening.reading import Reading
from compliance.domain.screening.text.fields import TextField

_UPPER = r"[^\W\d_a-zß-öø-ÿ]"
_NAME = rf"{_UPPER}[\w’'-]{{1,40}}"  # noqa: RUF001 - apostrophe
_INITIALS = rf"{_UPPER}\.\s?{_UPPER}\.?|{_UPPER}\."
_YEARS = (
    r"\s?(?:-|\s)?(?:years?[ -]old|yo\b|y/o|jahre\b|jährig\w*|ans\b|años\b|anni\b|jaar\b|år\b|anos\b)"
    r"| lat(?:a|\b)"
)
_AGE = rf"\d{{1,2}}(?:{_YEARS})|aged? \d{{1,2}}\b|\(\d{{1,2}}\)|,\s?\d{{1,2}},"
_MAY_BE_AN_AGE = re.compile(  # begins with a digit, which is found far faster than what may begin with anything
    rf"\d(?:\d?(?:{_YEARS})|(?<=age \d)|(?<=aged \d)|(?<=\(\d)\d?\)|(?<=,\d)\d?,|(?<=,\s\d)\d?,)", re.IGNORECASE
)
_RECORD = re.compile(
    r"\b(?:MRN|NHS(?:\s?(?:no|number))|patient(?:en)?[ -]?(?:id|no|number|nr|nummer|numéro)|"
    r"n° ?(?:de )?(?:sécu|dossier)|aktenzeichen|fallnummer|case id|hospital number|date of birth|DOB|geburtsdatum|"
    r"geb\.|née? le|fecha de nacimiento|data di nascita|codice fiscale|personnummer|BSN|PESEL)"
    r"\s?[:.#]?\s?[\w/.-]{0,40}\d[\w/.-]{0,40}",
    re.IGNORECASE,
)
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+\.[\w.-]*\w")
_PHONE = re.compile(r"(?<![\w/.-])(?:\+|00)\d[\d ()./-]{7,}\d|(?<![\w/.-])\(?0\d{2,5}\)?[ /-]\d[\d -]{4,}\d")
_DIGITS_IN_A_ROW = re.compile(r"\d[\d ()./-]{7,}\d")
_RECORD_WORDS = (
    *("mrn", "nhs", "aktenzeichen", "fallnummer", "case id", "hospital number", "date of birth", "dob"),
    *("geb", "ne le", "nee le", "fecha de", "data di", "codice", "personnummer", "bsn", "pesel", "secu", "dossier"),
)
_PATIENT_NUMBER = re.compile(r"patient(?:en)?[ -]?(?:id|n[oru])")
"""One of them, or a patient's number, stands without accents in every record."""
_DESK = re.compile(
    r"^(?:info|contact|kontakt|press|presse|prensa|stampa|media|medinfo|medical|med\.?info|safety|pv|drugsafety|office|"
    r"events?|hello|help|support|privacy|datenschutz|team|desk|newsroom|communications?|service|register|registration|"
    r"abstracts?|congress|secretar\w*|anmeldung|webmaster|careers?|jobs|hr)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(
    rf"\b(?:{_NAME}(?:\s{_NAME})?|{_INITIALS})"
    rf"\s?,?\s?(?:is |was |ist |war |a |an |una? |une? |eine? |en |een )?(?i:{_AGE})"
    rf"|(?i:{_AGE})[\w\s,-]{{0,20}}?(?:{_NAME}\s{_NAME}|{_INITIALS})"
)
_MOSTLY = 0.6
_PROFESSIONAL = re.compile(r"(?:Dr|Dra|Prof|Professor\w*|Doctor|Doktor|Docteur|Dott)\b")
_CALLED = r"(?:named|called|name|namens|nommée?|llamad[ao]|di nome|genaamd|vid namn|imieniem)"
_AFTER_WORD = re.compile(rf"\s+(?:{_CALLED}\s+)?(?!(?:Dr|Prof|Mr|Mrs|Ms|Frau|Herr)\b)({_NAME})")


def patient(reading: Reading) -> Detected:
    """`patient.identified` names or nearly names somebody ill; `patient.story` tells of somebody unnamed."""
    words = said_out(reading, "patient_word")
    stories = said_out(reading, "patient_story")
    paths = {each.field.path for each in [*words, *stories]}
    told = [field for field in reading.out if field.path in paths]
    return {
        "patient.identified": (*(e for f in told for e in _people(f)), *_named_after(reading), *_records(reading)),
        "patient.story": evidence_of(stories),
        "contact.personal": tuple(_contacts(reading)),
    }


def _people(field: TextField) -> Iterator[Evidence]:
    plain = plainly(field.text)
    for match in _PERSON.finditer(plain.text) if _MAY_BE_AN_AGE.search(plain.text) else ():
        if _PROFESSIONAL.match(match.group()):
            continue
        start, end = plain.span(match.start(), match.end())
        yield Evidence(field.path, start, end, field.text[start:end])


def _named_after(reading: Reading) -> Iterator[Evidence]:
    """`my patient Anna Meier`: a name directly after the word."""
    for said in said_out(reading, "my_patient"):
        match = _AFTER_WORD.match(said.field.text, said.end)
        if match and not _headline(said.field.text):
            yield Evidence(said.field.path, said.start, match.end(), said.field.text[said.start : match.end()])


def _headline(text: str) -> bool:
    """Whether most words begin with a capital, so that a capital tells no name."""
    starts = [word[0] for word in text.split() if word[0].isalpha()]
    return sum(letter.isupper() for letter in starts) > _MOSTLY * len(starts)


def _records(reading: Reading) -> Iterator[Evidence]:
    folded = reading.together.folded
    if not any(word in folded for word in _RECORD_WORDS) and not _PATIENT_NUMBER.search(folded):
        return
    for field in reading.out:
        for match in _RECORD.finditer(field.text):
            yield _place(field, match)


def _contacts(reading: Reading) -> Iterator[Evidence]:
    mails, phones = "@" in reading.together.text, _DIGITS_IN_A_ROW.search(reading.together.text)
    for field in reading.out if mails or phones else ():
        if field.url:
            continue
        if "@" in field.text:
            for match in _MAIL.finditer(field.text):
                if not _DESK.match(match.group()):
                    yield _place(field, match)
        if phones and _DIGITS_IN_A_ROW.search(field.text):
            for match in _PHONE.finditer(field.text):
                yield _place(field, match)


def _place(field: TextField, match: re.Match[str]) -> Evidence:
    return Evidence(field.path, match.start(), match.end(), match.group())
