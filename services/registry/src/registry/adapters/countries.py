"""Country codes, from ISO 3166-1 as packaged by pycountry."""

from __future__ import annotations

from functools import cache

import pycountry

from shared.kernel.errors import InvalidValue


@cache
def _codes() -> frozenset[str]:
    return frozenset(country.alpha_2 for country in pycountry.countries)


def country_code(value: str) -> str:
    """`value` in capitals. Raises InvalidValue; the remedy names the right code where the input suggests one."""
    code = value.strip().upper()
    if code in _codes():
        return code
    meant = _meant(code)
    remedy = f"use {meant}" if meant else "use a two-letter code of ISO 3166-1, such as DE, GB or US"
    raise InvalidValue(f"country: {value!r} is not a country code", field="country", remedy=remedy)


def _meant(value: str) -> str | None:
    """What a common name, a three-letter code or the reserved code UK stands for."""
    if value == "UK":
        return "GB"
    try:
        return pycountry.countries.lookup(value).alpha_2
    except LookupError:
        return None
