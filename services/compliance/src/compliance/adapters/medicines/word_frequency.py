"""How common a word is, so that a medicine called like one is not seen everywhere."""

from __future__ import annotations

LANGUAGES = ("en", "de", "fr", "es", "it", "nl", "sv")


def frequency(word: str) -> tuple[float, str]:
    """The word's highest Zipf frequency among seven languages (0 unknown, 3 one in a million), and which."""
    from wordfreq import zipf_frequency  # noqa: PLC0415 - 0.3 s that only an import of a list needs

    return max((zipf_frequency(word, language, wordlist="small"), language) for language in LANGUAGES)
