"""Family c: edits that change nothing of what passes."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping
from typing import Any

from support.metamorphic.diseases import diseases_in
from support.metamorphic.identities import data
from support.metamorphic.texts import at, mapped, replaced
from support.metamorphic.variants import Subject, Variant

_CONGRESS = re.compile(r"\b([A-Z]{2,7})(20\d\d)\b")
_SAY_WHO = {"post", "share", "like", "thank", "comment", "reply", "message"}  # the others tell who pays or invites
_LIMITED = {"influencer_post"}
_NOT_BY_THE_PAID = ("awareness", "greeting", "longer", "line breaks before", "emoji before")
_PLACES = (("text",), ("target", "text"))


def harmless(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """Every edit at the action's own words and at the words of its target, one draw of each."""
    for path in _PLACES:
        text = at(subject.snapshot, path)
        if isinstance(text, str) and text.strip():
            where = "" if path == ("text",) else " in the target"
            for name, edited in _edits(text, _language(text), chance, own=not where, subject=subject):
                if where and name.startswith(_NOT_BY_THE_PAID) and _paid(subject.snapshot):
                    continue
                changed = replaced(subject.snapshot, path, edited)
                yield Variant("c", name + where, edited[:200], changed, "same")
    yield from _congress(subject, chance)
    yield from _beside_the_words(subject, chance)
    yield from _other_plan(subject, chance)
    yield from _thanked_without_words(subject, chance)


def _paid(snapshot: Mapping[str, Any]) -> bool:
    """Whether the target's author is one of ours: then the beginning is the declaration's, and diseases need one."""
    return at(snapshot, ("target", "author_relation")) not in {None, "independent"}


def _edits(
    text: str, language: str, chance: random.Random, *, own: bool, subject: Subject
) -> Iterator[tuple[str, str]]:
    words = data("harmless.yaml")
    first = not (own and subject.snapshot.get("type") in _LIMITED)
    languages = [name for name in words["before"] if name != language]
    other = chance.choice(languages)
    if first:
        yield "greeting before", f"{chance.choice(words['before'][language])} {text}"
        yield "greeting of another language before", f"{chance.choice(words['before'][other])} {text}"
        yield "longer text before", f"{chance.choice(words['longer'])} {text}"
        yield "line breaks before", f"\n\n{text}"
        yield "emoji before", f"{chance.choice(words['emoji'])} {text}"
    yield "politeness after", f"{_ended(text)} {chance.choice(words['after'][language])}"
    yield "politeness of another language after", f"{_ended(text)} {chance.choice(words['after'][other])}"
    yield "longer text after", f"{_ended(text)} {chance.choice(words['longer'])}"
    yield "two longer texts after", f"{_ended(text)}\n\n" + "\n".join(chance.sample(words["longer"], 2))
    yield "emoji after", f"{text} {chance.choice(words['emoji'])}"
    yield "line break after each sentence", re.sub(r"(?<=[.!?]) +", "\n", text) + "\n"
    yield "spaces doubled", text.replace(" ", "  ")
    yield "capitals", text if "http" in text else text.upper()
    yield "small letters", text if "http" in text else text.lower()
    yield "typographic marks", text.replace("'", "\u2019").replace(" - ", " \u2013 ").replace("...", "…")
    yield "exclamation marks", re.sub(r"(?<=[a-zß-ÿ]{4})\.(?=\s|$)", "!", text)
    for number, sentence in enumerate(chance.sample(words["awareness"], 2)):
        said = sentence.format(disease=_foreign_disease(subject, chance))
        yield f"awareness of another disease {number + 1}", f"{_ended(text)} {said[:1].upper()}{said[1:]}"


def _ended(text: str) -> str:
    return text if re.search(r"([.!?…:]|\bhttp\S+|[#@]\w+)\s*$", text) else f"{text}."


def _foreign_disease(subject: Subject, chance: random.Random) -> str:
    products = at(subject.snapshot, ("company", "products")) or []
    own = diseases_in(" ".join(str(product.get("indication") or "") for product in products if product))
    return chance.choice([name for name in data("harmless.yaml")["diseases"] if name.replace(" ", "_") not in own])


def _language(text: str) -> str:
    """The language whose small words the text holds most of; English where none."""
    words = set(re.findall(r"[^\W\d_]+", text.casefold()))
    best = max(_SMALL_WORDS, key=lambda name: len(words & _SMALL_WORDS[name]))
    return best if words & _SMALL_WORDS[best] else "en"


_SMALL_WORDS: dict[str, set[str]] = {
    "en": {"the", "and", "of", "to", "for", "our", "you", "is", "in"},
    "de": {"der", "die", "das", "und", "für", "wir", "ist", "mit", "ihre", "im", "den", "von", "bis"},
    "fr": {"le", "la", "les", "et", "des", "pour", "nous", "une", "du", "est"},
    "es": {"el", "los", "y", "por", "para", "las", "una", "gracias", "del"},
    "it": {"il", "di", "per", "che", "gli", "della", "grazie", "abbiamo"},
    "nl": {"het", "een", "van", "voor", "de", "zijn", "dat", "met"},
    "sv": {"och", "att", "är", "en", "för", "som", "om", "av", "på"},
    "pl": {"i", "w", "na", "się", "dla", "z"},
    "pt": {"os", "do", "da", "para", "uma", "obrigado", "não"},
    "da": {"og", "af", "til", "på", "er", "det", "med"},
}


def _congress(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """Another congress where one is named, and a congress's hashtag where there are own words in public."""
    new = chance.choice(data("harmless.yaml")["congresses"])

    def change(path: str, text: str) -> str:
        return _CONGRESS.sub(new, text) if re.match(r"text|hashtags|target|event\.name|links", path) else text

    changed = mapped(subject.snapshot, change)
    if changed != subject.snapshot:
        yield Variant("c", "another congress", new, changed, "same")
    text = subject.snapshot.get("text")
    if text and at(subject.snapshot, ("channel", "audience")) == "public":
        tagged = replaced(subject.snapshot, ("text",), f"{text} #{new}")
        tagged = replaced(tagged, ("hashtags",), [*(subject.snapshot.get("hashtags") or []), new])
        yield Variant("c", "a congress hashtag", new, tagged, "same")


def _beside_the_words(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """A picture's words, a captured page or a hashtag more, and daily life with the disease of a product."""
    snapshot, words = subject.snapshot, data("harmless.yaml")
    picture = chance.choice(words["pictures"])
    seen = f"{snapshot['media_text']} {picture}" if snapshot.get("media_text") else picture
    yield Variant("c", "words in a picture", picture, replaced(snapshot, ("media_text",), seen), "same")
    if at(snapshot, ("channel", "audience")) != "public" or not snapshot.get("text"):
        return
    page = {**chance.choice(words["pages"]), "own_domain": False, "hcp_only": False}
    linked = replaced(snapshot, ("links",), [*(snapshot.get("links") or []), page])
    yield Variant("c", "a captured page", page["title"], linked, "same")
    tag = chance.choice(words["hashtags"])
    tagged = replaced(snapshot, ("text",), f"{snapshot['text']} #{tag}")
    tagged = replaced(tagged, ("hashtags",), [*(snapshot.get("hashtags") or []), tag])
    yield Variant("c", "a hashtag of everyday life", tag, tagged, "same")
    if disease := _own_disease(snapshot):
        said = f"{_ended(snapshot['text'])} {chance.choice(words['daily_life']).format(disease=disease)}"
        yield Variant("c", "daily life with the own disease", said, replaced(snapshot, ("text",), said), "same")


def _other_plan(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """Another purpose, goal, value and declaration of the same kind."""
    snapshot, words = subject.snapshot, data("harmless.yaml")
    for field, kind in (("purpose", "purposes"), ("kpi", "kpis"), ("value_statement", "values")):
        if snapshot.get(field):
            said = chance.choice(words[kind])
            yield Variant("c", f"another {field}", said, replaced(snapshot, (field,), said), "same")
    if snapshot.get("declaration") and snapshot.get("type") in _SAY_WHO:
        said = chance.choice(words["declarations"]).format(company=at(snapshot, ("company", "name")))
        yield Variant("c", "another declaration", said, replaced(snapshot, ("declaration",), said), "same")


def _own_disease(snapshot: Mapping[str, Any]) -> str | None:
    """A disease of the table that is a product's indication and not rare."""
    known = data("diseases.yaml")["diseases"]
    for product in at(snapshot, ("company", "products")) or []:
        for name in sorted(diseases_in(str((product or {}).get("indication") or ""))):
            if not known[name].get("rare"):
                return str(known[name]["en"][0])
    return None


def _thanked_without_words(subject: Subject, chance: random.Random) -> Iterator[Variant]:
    """A polite word of our own where a share had none."""
    snapshot: Mapping[str, Any] = subject.snapshot
    if snapshot.get("type") == "share" and not snapshot.get("text"):
        said = chance.choice(["Thank you for sharing.", "Merci pour le partage.", "Danke fürs Teilen."])
        yield Variant("c", "a polite word with a share", said, replaced(snapshot, ("text",), said), "same")
