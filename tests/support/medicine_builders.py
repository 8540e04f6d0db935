"""Invented medicine names, published lists about them, and what the screen sees of them."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from compliance.adapters.medicines.lexicon_import import Imported, import_list, words_of
from compliance.adapters.rules.rule_packs import load_rule_set
from compliance.application.screening import screen
from compliance.domain.findings import Screening
from compliance.domain.screening.judgement import read
from compliance.domain.screening.medicines.names import Mention, NameIndex, name_index, ordinary_words
from compliance.domain.screening.text.fields import TextField
from support.screening_builders import AS_OF, planned, rules

EMA_HEADER = (
    '"Medicines for human use"\n"Last updated: 27 October 2025"\n'
    "Category,Name of medicine,EMA product number,Medicine status,"
    "International non-proprietary name (INN) / common name,Therapeutic indication,Additional monitoring\n"
)
FDA_HEADER = "ApplNo\tProductNo\tForm\tStrength\tReferenceDrug\tDrugName\tActiveIngredient\tReferenceStandard\n"
PLAIN_HEADER = "name,inn,status,country\n"
_BEGINNINGS = ("vel", "zor", "tam", "qui", "bex", "lun", "dra", "mig", "pax", "cor", "ny", "fes")
_MIDDLES = ("o", "avi", "eru", "imo", "ada", "upre", "ixo", "ely")
_ENDINGS = ("rin", "vex", "zia", "tra", "quil", "lyx", "dor", "nza")


def invented_names(count: int, seed: int = 5) -> list[str]:
    """Names of seven to twelve letters that nobody has."""
    chance = random.Random(seed)
    made = {
        "".join((chance.choice(_BEGINNINGS), chance.choice(_MIDDLES), chance.choice(_ENDINGS)))
        for _ in range(count * 3)
    }
    return [name.capitalize() for name in sorted(name for name in made if len(name) > 6)[:count]]


def product(name: str, **facts: Any) -> dict[str, Any]:
    """A prescription medicine of ours."""
    return {"name": name, "status": "prescription", "indication": "gout", "aliases": [], **facts}


def index_of(products: Sequence[dict[str, Any]]) -> NameIndex:
    """The names of a product list, with the packaged lists of common words and salts."""
    words = rules().lexicon.words
    return name_index(products, ordinary_words(words))


def mentions(text: str, products: Sequence[dict[str, Any]], **kind: bool) -> list[Mention]:
    """Own names found in a text."""
    return list(index_of(products).find(TextField("text", text, "own", **kind)))


def imported(file: Path, content: str, into: Path, **options: Any) -> Imported:
    """The import of a file with that content."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content, encoding="utf-8")
    return import_list(file, into=into, words=words_of(rules().lexicon), **options)


def judged_with(lexicons: Path, as_of: Any = AS_OF, **changes: Any) -> Screening:
    """The answer of the packaged rules with the lists of a folder."""
    return screen(planned(**changes), load_rule_set(None, lexicons), as_of)


def others_named(text: str, **changes: Any) -> list[str]:
    """Everybody else's medicines found in a planned post, as quoted; without any imported list."""
    reading = read(planned(text=text, **changes), rules().lexicon)
    return [each.evidence.quote for each in reading.other_medicines]
