"""Characters that look like a Latin letter. A short table for reading names; not a transliteration."""

from __future__ import annotations

_PAIRS = (
    "аaеeоoрpсcхxуyіiјjѕsкkмmтtнhвbгrԁdԛqԝwһhӏlьbзeпnлnиuчyԍg"  # Cyrillic  # noqa: RUF001 - look-alikes are the point
    "αaοoνvρpεeιiκkτtυuηnχxβbγyωwσoςsδdλaμuζz"  # Greek  # noqa: RUF001 - look-alikes are the point
    "աwհhոnսuօoցgքp"  # Armenian  # noqa: RUF001 - look-alikes are the point
    "ғfєeɗdɓbƙkƥpƭtɛeᗩaᗷbᑕcᗪdᖴfᕼhᒍjᒪlᗰmᑎnᑭpᑫqᖇrᔕsᑌuᐯvᗯw᙭xᘔz"  # Canadian syllabics and others  # noqa: RUF001 - look-alikes are the point
    "øołlđdħhŧtıiɡgɑaɩiʟlɴnʀrᴀaᴄcᴅdᴇeɢgʜhɪiᴊjᴋkᴍmᴏoᴘpᴛtᴜuᴠvᴡwʏyᴢzʙbꜰfꜱsǝeɐaɔcʌv"  # noqa: RUF001 - look-alikes are the point
)
LOOK_ALIKES: dict[str, str] = {
    **{_PAIRS[i]: _PAIRS[i + 1] for i in range(0, len(_PAIRS), 2)},
    "æ": "ae",
    "œ": "oe",
    "Η": "h",  # Greek capitals look like other letters than their small forms  # noqa: RUF001 - look-alikes are the point
    "Μ": "m",  # noqa: RUF001 - the same
    "Ν": "n",  # noqa: RUF001 - the same
    "Υ": "y",  # noqa: RUF001 - the same
    "™": " ",  # marks, although their compatibility forms are letters
    "℠": " ",
    "þ": "th",
    "ð": "d",
}
_ENCLOSED_ALPHABETS = (0x1F130, 0x1F150, 0x1F170, 0x1F1E6)  # squared, negative circled, negative squared, flags
_LETTERS = 26
LOOK_ALIKES.update(
    {chr(first + offset): chr(ord("a") + offset) for first in _ENCLOSED_ALPHABETS for offset in range(_LETTERS)}
)
DIGITS_AS_LETTERS = str.maketrans("0134578i", "oleastbl")
"""Digits read as letters; capital i, small L and one are one shape, so both sides of a comparison fold them."""
MARKS_AS_LETTERS = str.maketrans("@$€|!£+¥¢", "asellltyc")
"""Marks put in a letter's place inside a word; one character for one, so that places stay."""
