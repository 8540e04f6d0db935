"""Family b: the medicine's name taken out of the words and put where a reader meets it as well."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from compliance.domain.findings import Screening
from support.metamorphic.evasions import medicine_names
from support.metamorphic.renaming import squeezed
from support.metamorphic.texts import at, goes_out, mapped, replaced
from support.metamorphic.variants import Subject, Variant

_SHARES = {"share", "like", "comment", "reply", "tag_content"}
_PAGE = {"title": "Read more", "text": "A page about our day.", "own_domain": False, "hcp_only": False}
_SEEN = {
    "kind": "post",
    "url": "https://social.example/p/77",
    "author": "Dr Lee",
    "author_relation": "independent",
    "text": "A good day at the congress.",
    "media_text": None,
    "links": [],
    "captured_at": "2026-11-16T09:00:00Z",
}
_DIGITS = str.maketrans("oiea", "0134")
Put = Callable[[dict[str, Any], str], dict[str, Any]]


def moved(subject: Subject, before: Screening) -> Iterator[Variant]:
    """The name moved to each other place; only where it is in public and what is said about it is held for the name."""
    snapshot = subject.snapshot
    names = medicine_names(snapshot)
    if at(snapshot, ("channel", "audience")) != "public" or not names or not _named_in_words(snapshot, names):
        return
    brand = _brand(snapshot)
    stripped = mapped(snapshot, lambda path, text: _without(text, names) if goes_out(path) else text)
    for place, put in _PLACES.items():
        changed = put(stripped, brand)
        yield Variant("b", f"moved into {place}", brand, changed, "held")


def _brand(snapshot: Mapping[str, Any]) -> str:
    """The first name of a medicine that nobody may promote and that is no code."""
    names = [
        str(product.get(field) or "")
        for field in ("name", "inn")
        for product in at(snapshot, ("company", "products"))
        if product.get("status") not in {"otc", "device"}
    ]
    return next((name for name in names if name.isalpha()), next(name for name in names if name))


def _named_in_words(snapshot: Mapping[str, Any], names: list[str]) -> bool:
    said: list[str] = []
    mapped(snapshot, lambda path, text: (said.append(text) if goes_out(path) else None) or text)
    return any(squeezed(name) in squeezed(text) for name in names for text in said)


def _without(text: str, names: list[str]) -> str:
    for name in names:
        parts = map(re.escape, re.findall(r"[^\W_]+", name))
        text = re.sub(rf"#?{'[^a-zA-Z0-9]?'.join(parts)}", "it", text, flags=re.IGNORECASE)
    return text


def _link(field: str, form: str, *, own: bool = False) -> Put:
    def put(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
        page = {"url": "https://pages.example/day", **_PAGE, "own_domain": own, field: form.format(_fit(form, name))}
        return replaced(snapshot, ("links",), [*(snapshot.get("links") or []), page])

    return put


def _listed(field: str, form: str) -> Put:
    def put(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
        word = form.format(_fit(form, name))
        sign = "#" if field == "hashtags" else "@"
        text = f"{snapshot.get('text') or ''} {sign}{word}".strip()
        return replaced(replaced(snapshot, ("text",), text), (field,), [*(snapshot.get(field) or []), word])

    return put


def _media(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
    return replaced(
        snapshot, ("media_text",), f"{snapshot.get('media_text') or ''} A photograph of the {name} team".strip()
    )


def _target(path: tuple[str | int, ...], form: str, kind: str = "share") -> Put:
    def put(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
        target = snapshot.get("target") or (
            _SEEN | ({"kind": "profile", "recent_texts": []} if kind == "tag_content" else {})
        )
        changed = replaced(snapshot, ("target",), dict(target))
        if changed.get("type") not in _SHARES or kind == "tag_content":
            changed = replaced(changed, ("type",), kind)
        if kind == "tag_content":
            changed = replaced(changed, ("target", "kind"), "profile")
        old = at(changed, ("target", *path)) or ""
        value: Any = form.format(_fit(form, name))
        if path[-1] == "recent_texts":
            value = ["Good morning.", value]
        elif path[-1] == "links":
            value = [*(old or []), {"url": "https://pages.example/day", **_PAGE, "title": value}]
        elif path[-1] != "url":
            value = f"{old} {value}".strip()
        return replaced(changed, ("target", *path), value)

    return put


def _fit(form: str, name: str) -> str:
    """Run together where it stands inside a word or an address, else as it is."""
    if "{} " in form or " {}" in form or form == "{}":
        return name
    letters = squeezed(name, fold=False)
    return letters.lower() if "://" in form or "_" in form else letters.capitalize()


def _own(path: tuple[str, ...], form: str) -> Put:
    def put(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
        return replaced(snapshot, path, form.format(at(snapshot, path) or "", name).strip())

    return put


def _event(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
    event = snapshot.get("event") or {"hospitality": [], "guests": [], "product_content": False, "country": "DE"}
    return replaced(snapshot, ("event",), {**event, "name": f"{name} evening"})


def _disguised(put: Put, spell: Callable[[str], str]) -> Put:
    return lambda snapshot, name: put(snapshot, spell(name))


def _escaped(snapshot: dict[str, Any], name: str) -> dict[str, Any]:
    letters = squeezed(name, fold=False).lower()
    first = f"%{ord(letters[0]):02X}" if letters.isascii() else letters[0]
    page = {"url": f"https://pages.example/{first}{letters[1:]}", **_PAGE}
    return replaced(snapshot, ("links",), [*(snapshot.get("links") or []), page])


def _spaced(name: str) -> str:
    return " ".join(name)


def _look_alike(name: str) -> str:
    return name.translate(str.maketrans("aeopcx", "аеорсх"))  # noqa: RUF001 - look-alikes are the point


_PLACES: dict[str, Put] = {
    "the address of a link": _link("url", "https://www.{}-together.example/start"),
    "the address of our own page": _link("url", "https://www.{}.example/", own=True),
    "a path of a link": _link("url", "https://pages.example/{}/day-2"),
    "a query of a link": _link("url", "https://pages.example/start?campaign={}"),
    "an escaped address": _escaped,
    "a hashtag in look-alike letters": _disguised(_listed("hashtags", "Team{}"), _look_alike),
    "a handle with digits for letters": _disguised(_listed("mentions", "{}"), lambda name: name.translate(_DIGITS)),
    "media text, spaced out": _disguised(_media, _spaced),
    "the target, spaced out": _disguised(_target(("text",), "A word from the {} team."), _spaced),
    "the title of a link": _link("title", "A word from the {} team"),
    "the page behind a link": _link("text", "A word from the {} team"),
    "our own page behind a link": _link("text", "A word from the {} team", own=True),
    "a hashtag": _listed("hashtags", "{}"),
    "a joined hashtag": _listed("hashtags", "Thank{}Team"),
    "a handle": _listed("mentions", "{}"),
    "a joined handle": _listed("mentions", "team_{}_global"),
    "media text": _media,
    "the declaration": _own(("declaration",), "{} for {}"),
    "an event's name": _event,
    "the target": _target(("text",), "A word from the {} team."),
    "the target's media text": _target(("media_text",), "On the poster: {} symposium"),
    "the target's author": _target(("author",), "{} News"),
    "the target's address": _target(("url",), "https://www.{}-stories.example/post/1"),
    "a link of the target": _target(("links",), "The {} page"),
    "a hashtag of the target": _target(("text",), "#Team{}"),
    "recent posts of a tagged profile": _target(("recent_texts",), "Proud of the {} team!", kind="tag_content"),
}
