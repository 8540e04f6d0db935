"""A sequencer in a process of its own, to be killed: `python -m support.sequencer_process URL`, run in `tests`."""

from __future__ import annotations

import asyncio
import sys

from compliance.adapters.proof.sequencer import Sequencer
from support.ledger_builders import engine_of


async def main(url: str) -> None:
    async with engine_of(url) as engine:
        sequencer = Sequencer(engine, at_once=2)
        while True:
            await sequencer.run()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
