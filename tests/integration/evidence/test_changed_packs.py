"""Whatever is changed in a pack is found, also when the page is made anew to fit."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from compliance.entrypoints.evidence.evidence_page import same
from compliance.entrypoints.evidence.files import SCRIPT
from support.evidence_builders import DATA, Packs, data_of, written
from support.evidence_changes import changed, values_of, without

pytestmark = pytest.mark.platform


class Script:
    """The check of the data, in this process: thousands of packs."""

    def __init__(self, packs: Packs) -> None:
        names: dict[str, Any] = {}
        exec(SCRIPT.read_text("utf-8").partition("\ntry:\n")[0], names)  # noqa: S102 - the script without its command
        self._check = names["check"]
        self._key = packs.kept.verifier
        self._keys = {key["kid"]: key["x"] for key in packs.stage.keys.jwks(packs.stage.clock.now())["keys"]}

    def finds(self, text: str) -> bool:
        """Whether something is wrong."""
        try:
            same(text)
            self._check(data_of(text), self._key, self._keys)
        except Exception:  # noqa: BLE001 - whatever it is, the script names it and ends with 1
            return True
        return False

    def finds_in(self, pack: dict[str, Any]) -> bool:
        """Whether something is wrong with data whose page was made anew."""
        try:
            self._check(pack, self._key, self._keys)
            return self.finds(written(pack))
        except Exception:  # noqa: BLE001 - the same; data of which no page can be made have none that fits
            return True


async def test_every_value_of_the_data_is_proved_but_what_is_only_stated(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    script, pack = Script(packs), data_of(text)
    assert not script.finds(text)
    places = list(values_of(pack))
    assert len(places) > 200
    assert [place for place in places if not script.finds_in(changed(pack, place))] == []


async def test_an_entry_a_column_and_an_opening_cannot_be_left_out(packs: Packs) -> None:
    await packs.redeemed()
    pack = data_of(await packs.pack())
    script = Script(packs)
    parts: list[tuple[str | int, ...]] = [("entries", at) for at in range(len(pack["entries"]))]
    parts += [("entries", at, "openings", name) for at, each in enumerate(pack["entries"]) for name in each["openings"]]
    parts += [("rows", at, "columns", name) for at, each in enumerate(pack["rows"]) for name in each["columns"]]
    parts += [(name,) for name in pack]
    assert [part for part in parts if not script.finds_in(without(pack, part))] == []


async def test_a_flipped_bit_anywhere_in_the_file_is_found(packs: Packs) -> None:
    await packs.redeemed()
    text = await packs.pack()
    script, raw = Script(packs), text.encode()

    @settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.integers(0, len(raw) * 8 - 1))
    def flip(bit: int) -> None:
        spoiled = bytearray(raw)
        spoiled[bit // 8] ^= 1 << bit % 8
        try:
            other = spoiled.decode()
        except UnicodeDecodeError:
            return
        assert script.finds(other) or _means_the_same(text, other)

    flip()


async def test_the_pack_of_one_action_is_not_one_of_another(packs: Packs) -> None:
    await packs.redeemed()
    pack = data_of(await packs.pack())
    assert Script(packs).finds_in(pack | {"action_id": packs.stage.person})


def _means_the_same(text: str, other: str) -> bool:
    """Another blank between two values, or another spelling of the same hex."""
    found = DATA.search(other)
    return found is not None and json.loads(found[0].lower()) == json.loads((DATA.search(text) or found)[0].lower())
