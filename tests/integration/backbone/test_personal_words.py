from __future__ import annotations

import logging
from typing import Any

import pytest
import structlog

from shared.kernel.ids import new_id
from shared.messaging.dead_letters import list_dead_letters
from shared.observability import configure_logging
from support.backbone import Backbone, Counted
from support.running import consumer, eventually, relay, running

pytestmark = pytest.mark.platform

SECRET = "Maria Beispiel has diabetes"


async def test_neither_logs_nor_dead_letters_repeat_the_words_of_an_event(
    service: Backbone, capsys: pytest.CaptureFixture[str]
) -> None:
    await service.execute("CREATE TABLE unique_words (words text PRIMARY KEY)")
    await service.execute("INSERT INTO unique_words VALUES (:words)", words=SECRET)

    async def stumbling(event: Counted, _envelope: Any, uow: Any) -> None:
        if event.number == 1:
            await uow.connection.exec_driver_sql("INSERT INTO unique_words VALUES ($1)", (SECRET,))
        Counted.model_validate({"subject": 7, "number": SECRET})

    before = logging.getLogger().handlers[:], logging.getLogger().level
    configure_logging("test")
    try:
        await service.write([service.row("a", 1), service.row("b", 2)])
        await service.write(
            [service.row("c", 3, payload=f'{{"subject": "{SECRET}", "number": "{new_id()}"}}'.encode())]
        )
        async with running(relay(service), consumer(service, stumbling)):

            async def buried() -> bool:
                return len(await list_dead_letters(service.database_url)) == 3

            await eventually(buried, what="three dead letters")
    finally:
        structlog.reset_defaults()
        logging.getLogger().handlers[:], level = before
        logging.getLogger().setLevel(level)
    said = capsys.readouterr().out
    assert "consumer.dead_letter" in said
    assert "Maria" not in said
    letters = {letter.key: letter.error_message for letter in await list_dead_letters(service.database_url)}
    assert letters["a"] == "UniqueViolationError SQLSTATE 23505 unique_words unique_words_pkey"
    assert letters["b"] == "subject: string_type; number: int_parsing"
    assert letters["c"] == "number: int_parsing"
    assert not any("Maria" in str(row) for row in await service.execute("SELECT headers FROM outbox_messages"))
