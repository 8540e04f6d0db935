"""Which names a snapshot holds, and the pairs that replace them by drawn ones."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from support.metamorphic.identities import Drawn, code_like, data, medicines
from support.metamorphic.renaming import squeezed
from support.metamorphic.texts import texts

Pair = tuple[str, str]

_INN_LIKE = re.compile(r"[a-z]{8,}")
_CAPITALISED = re.compile(r"[A-Z][A-Za-z]{2,}(-[A-Z][A-Za-z]*)?")
_SHORTEST_SHORT_NAME = 3
_SALTS = frozenset(
    ["acetate", "hydrochloride", "maleate", "sodium", "mesilate", "tosilate", "fumarate", "phosphate", "citrate"]
)


def company_and_medicines(snapshot: Mapping[str, Any], drawn: Drawn, chance: random.Random) -> list[Pair]:
    """Pairs for the company, in full and in short, and for brand, INN, codes, studies and aliases of its products."""
    company: Mapping[str, Any] = snapshot.get("company") or {}
    pairs = list(_company(str(company.get("name") or ""), drawn.company))
    fresh = iter(drawn.medicines)
    studies = iter(drawn.studies)
    for product in company.get("products") or ():
        brand, inn = next(fresh)
        pairs += _product(product, brand, inn)
        for alias in product.get("aliases") or ():
            if not _composed(alias, pairs):
                pairs += _alias(alias, next(fresh), studies, chance)
    return pairs


def people(snapshot: Mapping[str, Any], drawn: Drawn) -> list[Pair]:
    """Pairs for the people whom titles, greetings or the author of the target show, given and family names."""
    found: dict[str, str] = {}
    fresh = iter(drawn.people)
    for given, family in _people(snapshot):
        if {given, family} & found.keys():
            continue
        new_given, new_family = next(fresh, ("Amina", "Diallo"))
        found.update({family: new_family} if family else {})
        found.update({given: new_given} if given else {})
    return list(found.items())


def _company(name: str, new: str) -> Iterator[Pair]:
    forms = set(data("companies.yaml")["forms"])

    def short(full: str) -> str:
        words = [word for word in full.split() if word.casefold() not in forms]
        return " ".join(words) or full

    yield name, new
    if len(short(name)) >= _SHORTEST_SHORT_NAME:
        yield short(name), short(new)


def _product(product: Mapping[str, Any], brand: str, inn: str) -> Iterator[Pair]:
    name, old_inn = str(product.get("name") or ""), str(product.get("inn") or "")
    if old_inn:
        yield old_inn, inn
        first, *rest = old_inn.split()
        if len(rest) == 1 and rest[0] in _SALTS:
            yield first, inn
    if squeezed(name) == squeezed(old_inn):
        return
    if _code(name):
        yield name, code_like(name, random.Random(brand))
    elif _CAPITALISED.fullmatch(name):
        yield name, brand


def _composed(alias: str, pairs: list[Pair]) -> bool:
    return any(squeezed(old) in squeezed(alias) for old, _ in pairs if len(squeezed(old)) >= _SHORTEST_SHORT_NAME)


def _alias(alias: str, medicine: tuple[str, str], studies: Iterator[str], chance: random.Random) -> Iterator[Pair]:
    if _code(alias):
        study = next(studies, None) if not any(sign.isdigit() for sign in alias) else None
        yield alias, study or code_like(alias, chance)
    elif _CAPITALISED.fullmatch(alias):
        yield alias, medicine[0]
    elif _INN_LIKE.fullmatch(alias) and (alias[-3:] in _inn_endings()):
        yield alias, medicine[1]


def _inn_endings() -> frozenset[str]:
    return frozenset(inn[-3:] for _, inn in medicines())


def _code(name: str) -> bool:
    words = name.split()
    return (
        any(sign.isdigit() or sign == "-" for sign in name)
        and not any(word.islower() for word in words)
        and (
            sum(sign.isupper() for sign in name) > sum(sign.islower() for sign in name)
            or any(c.isdigit() for c in name)
        )
    )


def _people(snapshot: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    titles = "|".join(re.escape(each) for each in data("people.yaml")["titles"])
    greetings = "|".join(data("people.yaml")["greetings"])
    name = r"[A-ZÀ-Þ][a-zß-ÿ'\u2019]+"
    titled = re.compile(rf"(?<!\w)(?:{titles})\s+(?:(?:{titles})\s+)*(?:de |van |von |di )?({name})(?: ({name}))?")
    greeted = re.compile(rf"(?<!\w)(?:{greetings})\s+(?!(?:{titles})(?!\w))({name})(?=[,:!])")
    for path, text in texts(snapshot):
        if path[0] in {"company", "declaration", "channel", "actor", "stakeholder"}:
            continue
        for first, second in titled.findall(text):
            yield (first, second) if second else ("", first)
        yield from ((given, "") for given in greeted.findall(text))
    author = str((snapshot.get("target") or {}).get("author") or "")
    own_words = str(snapshot.get("text") or "")
    if (match := re.fullmatch(rf"({name}) ({name})", author)) and re.search(rf"\b{match.group(1)}\b", own_words):
        yield match.group(1), match.group(2)
