"""Family b: what is held, written so that a filter overlooks it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from support.metamorphic.identities import data
from support.metamorphic.renaming import squeezed
from support.metamorphic.spellings import CODE_SPELLINGS, EVASIONS, SPACINGS, Evasion
from support.metamorphic.texts import at, goes_out, joined, mapped
from support.metamorphic.variants import Subject, Variant

_URL = re.compile(r"https?://\S+|www\.\S+")
_WORD = re.compile(r"[^\W\d_]{3,}")
_FREE_SALE = {"otc", "device"}


def medicine_names(snapshot: Mapping[str, Any]) -> list[str]:
    """Brands, INNs and aliases of the company's medicines, longest first; free ones are nothing to hide.

    Names that are ordinary words too are left out: nobody can tell the misspelt name from the misspelt word.
    """
    words = set(data("collisions.yaml")["words"])
    names: list[str] = []
    for product in at(snapshot, ("company", "products")) or ():
        if product and product.get("status") not in _FREE_SALE:
            names += [product.get("name"), product.get("inn"), *(product.get("aliases") or ())]
    hidden = {name for name in names if name and len(squeezed(name)) > 2 and name.casefold() not in words}
    return sorted(hidden, key=lambda name: (-len(name), name))


def spelled_otherwise(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """The medicine's names in every spelling, and all words in those that no reader notices."""
    names = medicine_names(subject.snapshot)
    pattern = re.compile(
        "|".join(rf"(?<![^\W_]){re.escape(name)}(?![^\W_])" for name in names) or r"(?!)", re.IGNORECASE
    )
    named = any(pattern.search(text) for path, text in _published(subject.snapshot) if not joined(path))
    for evasion in EVASIONS:
        demand = "not_safer" if evasion.plain else "held"
        if named:
            changed = mapped(subject.snapshot, _names_changed(pattern, evasion, chance))
            if changed != subject.snapshot:
                yield Variant("b", f"name: {evasion.name}", _shown(changed, subject.snapshot), changed, demand)
        if evasion.for_all_words:
            changed = mapped(subject.snapshot, _words_changed(evasion, chance))
            if changed != subject.snapshot:
                yield Variant("b", f"all words: {evasion.name}", _shown(changed, subject.snapshot), changed, demand)
    for name, part in SPACINGS.items():
        changed = mapped(subject.snapshot, _texts_changed(part))
        yield Variant("b", f"all words: {name}", _shown(changed, subject.snapshot), changed, "not_safer")
    if named:
        yield from _codes(subject, pattern)
        yield from _glued(subject, pattern)


def _published(snapshot: Mapping[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []

    def look(path: str, text: str) -> str:
        if goes_out(path):
            found.append((path, text))
        return text

    mapped(snapshot, look)
    return found


def _names_changed(pattern: re.Pattern[str], evasion: Evasion, chance: random.Random) -> Any:
    def change(path: str, text: str) -> str:
        if not goes_out(path) or joined(path):
            return text
        return _outside_addresses(
            text,
            lambda part: pattern.sub(
                lambda match: (
                    evasion.spell(match.group(), chance)
                    if len(match.group()) >= evasion.shortest and match.group().isalpha()
                    else match.group()
                ),
                part,
            ),
        )

    return change


def _words_changed(evasion: Evasion, chance: random.Random) -> Any:
    def change(path: str, text: str) -> str:
        if not goes_out(path) or joined(path):
            return text
        return _outside_addresses(
            text, lambda part: _WORD.sub(lambda match: evasion.spell(match.group(), chance), part)
        )

    return change


def _texts_changed(change: Callable[[str], str]) -> Any:
    return lambda path, text: (
        _outside_addresses(text, change) if goes_out(path) and not joined(path) and "links" not in path else text
    )


def _codes(subject: Subject, pattern: re.Pattern[str]) -> Iterator[Variant]:
    for name, spell in CODE_SPELLINGS.items():

        def into(match: re.Match[str], spell: Callable[[str], str] = spell) -> str:
            code = match.group()
            return spell(code) if not code.isalpha() and (code.isupper() or not code.islower()) else code

        changed = mapped(subject.snapshot, _texts_changed(lambda text, into=into: pattern.sub(into, text)))
        if changed != subject.snapshot:
            yield Variant("b", f"name: {name}", _shown(changed, subject.snapshot), changed, "not_safer")


def _outside_addresses(text: str, change: Any) -> str:
    """An address in the words must stay the address that was captured."""
    done, end = "", 0
    for match in _URL.finditer(text):
        done += change(text[end : match.start()]) + match.group()
        end = match.end()
    return done + change(text[end:])


def _glued(subject: Subject, pattern: re.Pattern[str]) -> Iterator[Variant]:
    forms = {
        "in a joined hashtag": "#ThankYou{}Team",
        "in a small hashtag": "#team{}works",
        "in a handle": "@{}Global",
        "in an address": "https://www.{}-info.example/start",
    }
    for name, form in forms.items():

        def change(path: str, text: str, form: str = form) -> str:
            if not goes_out(path) or joined(path):
                return text

            def into(match: re.Match[str]) -> str:
                letters = squeezed(match.group(), fold=False)
                return form.format(letters.lower() if form.islower() else letters[:1].upper() + letters[1:])

            return _outside_addresses(text, lambda part: pattern.sub(into, part))

        changed = mapped(subject.snapshot, change)
        demand = "held" if "address" in name or "handle" in name else "not_safer"
        yield Variant("b", f"name: {name}", _shown(changed, subject.snapshot), changed, demand)


def _shown(changed: Mapping[str, Any], given: Mapping[str, Any]) -> str:
    """The first text that differs, as it is now."""
    then = dict(_published(given))
    return next((f"{path}: {text[:160]}" for path, text in _published(changed) if then.get(path) != text), "")
