"""How common a word is, so that a medicine called like one is not seen everywhere."""

from __future__ import annotations

from functools import cache

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "sv")
_UNKNOWN = (0.0, max(LANGUAGES))


def frequency(word: str) -> tuple[float, str]:
    """The word's highest Zipf frequency among seven languages (0 unknown, 3 one in a million), and which.

    Of one frequency in several languages, the last by its code.
    """
    if word.isascii() and word.isalpha() and word.casefold() not in _listed():
        return _UNKNOWN  # most names are; asking each language takes a hundred times as long
    from wordfreq import zipf_frequency  # noqa: PLC0415 - 0.3 s that only an import of a list needs

    return max((zipf_frequency(word, language, wordlist="small"), language) for language in LANGUAGES)


@cache
def _listed() -> frozenset[str]:
    """Every word that any of the lists has."""
    from wordfreq import get_frequency_dict  # noqa: PLC0415 - the same

    return frozenset[str]().union(*(get_frequency_dict(language, wordlist="small") for language in LANGUAGES))
