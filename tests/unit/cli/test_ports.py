"""Ports stay the same from start to start, and step aside for other programs."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from rapport.launcher.ports import DEFAULTS, TRIES, Reservations, choose, is_free
from rapport.problem import Problem


def test_every_part_gets_its_usual_port_when_all_are_free() -> None:
    said: list[str] = []
    assert choose(DEFAULTS, {}, say=said.append, free=lambda _: True) == DEFAULTS
    assert said == []


def test_a_taken_port_is_said_and_the_next_one_nobody_else_uses_is_taken() -> None:
    said: list[str] = []
    chosen = choose(["portal"], {}, say=said.append, free=lambda port: port != 7700)
    assert chosen == {"portal": 7705}  # 7701 to 7704 belong to other parts
    assert said == ["port 7700 is taken by another program: portal uses 7705"]


def test_the_ports_of_the_last_start_are_kept_without_a_word() -> None:
    said: list[str] = []
    assert choose(["portal"], {"portal": 7705}, say=said.append, free=lambda _: True) == {"portal": 7705}
    assert said == []


def test_no_two_parts_share_a_port() -> None:
    def taken_below(port: int) -> bool:
        return port > 7800

    chosen = choose(DEFAULTS, {}, say=lambda _: None, free=taken_below)
    assert len(set(chosen.values())) == len(DEFAULTS)


def test_when_nothing_is_free_the_message_names_the_part_and_how_to_look() -> None:
    with pytest.raises(Problem) as refused:
        choose(["kafka"], {}, say=lambda _: None, free=lambda _: False)
    assert f"between 7792 and {7792 + TRIES - 1}" in refused.value.message
    assert "ss -ltnp" in refused.value.remedy


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        assert not is_free(listener.getsockname()[1])


def test_two_launchers_that_start_at_the_same_moment_get_different_ports(tmp_path: Path) -> None:
    one, other = Reservations(tmp_path), Reservations(tmp_path)
    first = choose(["portal"], {}, say=lambda _: None, free=one.take)
    second = choose(["portal"], {}, say=lambda _: None, free=other.take)
    assert first != second
    one.release()
    other.release()
